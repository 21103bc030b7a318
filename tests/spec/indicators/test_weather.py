"""How much rain fell, and of how many hours may that be said?"""

from fractions import Fraction

import pytest

from indicators.grades import RAIN_GRADES
from indicators.weather import HourOfRain, rain_total

FULL = HourOfRain(1_500, 3_600)


def test_the_rain_of_one_station_is_what_it_measured() -> None:
    assert rain_total([HourOfRain(1_500, 2_700)], 1).value == Fraction(3, 2)
    assert rain_total([FULL], 1).value == Fraction(3, 2)


def test_the_rain_of_a_place_is_the_mean_over_the_time_of_its_stations() -> None:
    # Two stations for the whole hour, one of them without rain; then the second only for half of it.
    assert rain_total([HourOfRain(3_000, 7_200)], 1).value == Fraction(3, 2)
    assert rain_total([HourOfRain(3_000, 5_400)], 1).value == 2


@pytest.mark.parametrize(("measured_s", "validity"), [(2_699, "insufficient"), (2_700, "valid")])
def test_an_hour_counts_when_three_quarters_of_it_were_measured(measured_s: int, validity: str) -> None:
    result = rain_total([HourOfRain(600, measured_s)], 1)

    assert (result.validity, result.value) == (validity, Fraction(3, 5))


def test_three_hours_have_a_value_when_each_of_them_counts() -> None:
    short = HourOfRain(1_500, 600)

    assert rain_total([FULL] * 3, 3).value == Fraction(9, 2)
    assert rain_total([FULL] * 2, 3).value is None
    assert (rain_total([FULL, FULL, short], 3).value, rain_total([FULL, FULL, short], 3).hours) == (None, 2)


def test_a_day_has_a_value_from_twenty_hours_on_and_what_else_was_measured_is_in_it() -> None:
    assert rain_total([FULL] * 19, 24).reason == "too_few_hours"
    assert rain_total([FULL] * 20, 24).value == 30
    assert rain_total([*[FULL] * 20, HourOfRain(250, 60)], 24).value == Fraction(121, 4)


def test_without_any_measured_time_there_is_nothing_to_say() -> None:
    for length in (1, 3, 24):
        assert rain_total([], length).validity == "no_data"
    assert rain_total([HourOfRain(0, 0)], 1).validity == "no_data"


@pytest.mark.parametrize(("hours", "length"), [([FULL] * 2, 1), ([FULL] * 4, 3), ([FULL], 6)])
def test_hours_that_cannot_be_are_refused(hours: list[HourOfRain], length: int) -> None:
    with pytest.raises(ValueError, match="1, 3 or 24"):
        rain_total(hours, length)


def test_rain_below_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="rain"):
        rain_total([HourOfRain(-1, 3_600)], 1)


@pytest.mark.parametrize(
    ("tenths_mm", "word"),
    [
        (0, "无雨或微量降雨"),
        (1, "小雨"),
        (99, "小雨"),
        (100, "中雨"),
        (250, "大雨"),
        (500, "暴雨"),
        (999, "暴雨"),
        (1_000, "大暴雨"),
        (2_500, "特大暴雨"),
    ],
)
def test_a_day_of_rain_is_graded_from_each_cut_on(tenths_mm: int, word: str) -> None:
    assert RAIN_GRADES.of(tenths_mm).word == word
