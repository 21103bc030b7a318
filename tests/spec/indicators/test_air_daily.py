"""How good was the air on this day?"""

from collections.abc import Iterable
from datetime import date

import pytest

from indicators.air import daily_aqi
from indicators.air_means import day_mean, max_1h_mean, max_8h_mean

ON_2012, ON_2026 = date(2026, 2, 28), date(2026, 3, 1)
Hours = dict[int, tuple[int, int]]
CLEAN_UGM3 = {"so2": 5, "no2": 20, "co": 400, "o3": 60, "pm10": 20, "pm25": 10}


def hours(ugm3: float, at: Iterable[int] = range(24)) -> Hours:
    return dict.fromkeys(at, (round(ugm3 * 1_000), 1))


def clean_day_but(**pollutants: Hours) -> dict[str, Hours]:
    return {name: hours(ugm3) for name, ugm3 in CLEAN_UGM3.items()} | pollutants


def ratio(mean: tuple[int, int] | None) -> float | None:
    return None if mean is None else mean[0] / mean[1] / 1_000


@pytest.mark.parametrize(
    ("pollutant", "key", "ugm3", "expected"),
    [
        ("co", "co", 2_100, 53),
        ("co", "co", 2_050, 50),
        ("co", "co", 2_150, 55),
        ("so2", "so2", 100, 75),
        ("o3", "o3_8h", 161, 101),
        ("o3", "o3_8h", 215, 150),
        ("o3", "o3_8h", 801, 300),
        ("pm25", "pm25", 35.5, 52),
        ("pm25", "pm25", 36.5, 52),
    ],
)
def test_golden_vectors_of_2026(pollutant: str, key: str, ugm3: float, expected: int) -> None:
    assert daily_aqi(clean_day_but(**{pollutant: hours(ugm3)}), ON_2026).iaqi[key] == expected


def test_the_same_day_has_another_grade_under_another_edition() -> None:
    day = clean_day_but(pm25=hours(70))

    assert daily_aqi(day, ON_2012).grade == "良"
    assert daily_aqi(day, ON_2026).grade == "轻度污染"


def test_2012_judges_seven_items_and_2026_six() -> None:
    day = clean_day_but()

    assert list(daily_aqi(day, ON_2012).iaqi) == ["so2", "no2", "co", "o3_8h", "o3_1h", "pm10", "pm25"]
    assert list(daily_aqi(day, ON_2026).iaqi) == ["so2", "no2", "co", "o3_8h", "pm10", "pm25"]


def test_ozone_above_800_over_8_hours_gives_300_in_2026_and_speaks_by_its_1_hour_in_2012() -> None:
    day = clean_day_but(o3=hours(900))

    assert (daily_aqi(day, ON_2026).value, daily_aqi(day, ON_2026).beyond_index) == (300, False)
    assert daily_aqi(day, ON_2012).unscored == ("o3_8h",)
    assert (daily_aqi(day, ON_2012).value, daily_aqi(day, ON_2012).validity) == (350, "valid")


def test_a_day_mean_needs_twenty_hours() -> None:
    assert day_mean(hours(50, range(19))) is None
    assert ratio(day_mean(hours(50, range(20)))) == 50


def test_a_day_mean_is_the_mean_of_hourly_means_whatever_their_counts() -> None:
    uneven = hours(10, range(12)) | dict.fromkeys(range(12, 24), (30_000 * 60, 60))

    assert ratio(day_mean(uneven)) == 20


def test_an_hour_with_count_zero_is_no_hour() -> None:
    assert day_mean(hours(50, range(19)) | {19: (0, 0)}) is None


def test_the_8_hour_maximum_is_found_at_the_end_of_the_day() -> None:
    assert ratio(max_8h_mean(hours(40, range(16)) | hours(120, range(16, 24)))) == 120


def test_the_largest_mean_is_found_by_its_ratio_and_not_by_its_sum() -> None:
    many_low_values = hours(10, range(23)) | {3: (20_000 * 60, 60)}
    one_high_value = {23: (90_000, 1)}

    assert ratio(max_1h_mean(many_low_values | one_high_value)) == 90


def test_the_8_hour_maximum_does_not_reach_into_the_day_before() -> None:
    # The first window ends at 08:00: a high hour 0 counts only among hours 0 to 7.
    assert ratio(max_8h_mean(hours(0, range(1, 24)) | hours(80, [0]))) == 10


def test_an_8_hour_mean_needs_six_hours() -> None:
    six_of_eight = hours(200, range(2, 8))
    five_of_eight = hours(200, range(3, 8))

    assert ratio(max_8h_mean(six_of_eight)) == 200
    assert max_8h_mean(five_of_eight) is None


def test_the_8_hour_maximum_needs_fourteen_means() -> None:
    # Hours 0 to 18 give the means that end at 08:00 to 21:00, the last two from 7 and 6 hours.
    fourteen, thirteen = range(19), range(18)

    assert ratio(max_8h_mean(hours(100, fourteen))) == 100
    assert max_8h_mean(hours(100, thirteen)) is None


def test_fewer_than_fourteen_means_are_enough_above_the_limit() -> None:
    few = range(6)

    assert max_8h_mean(hours(160, few)) is None
    assert max_8h_mean(hours(160.4, few)) is None
    assert ratio(max_8h_mean(hours(161, few))) == 161


def test_the_hourly_maximum_of_2012_needs_twenty_hours_or_an_exceedance() -> None:
    assert ratio(max_1h_mean(hours(50, range(20)))) == 50
    assert max_1h_mean(hours(200, range(19))) is None
    assert ratio(max_1h_mean(hours(201, range(2)))) == 201
    assert max_1h_mean({}) is None


@pytest.mark.parametrize(
    ("civil_date", "validity_when_published"), [(ON_2012, "insufficient"), (ON_2026, "valid")]
)
def test_a_missing_item_keeps_only_an_index_above_100(civil_date: date, validity_when_published: str) -> None:
    low = daily_aqi(clean_day_but(so2=hours(5, range(19)), pm25=hours(50)), civil_date)
    high = daily_aqi(clean_day_but(so2=hours(5, range(19)), pm25=hours(115)), civil_date)

    assert (low.value, low.validity, low.missing) == (None, "insufficient", ("so2",))
    assert (high.value, high.validity, high.missing) == (150, validity_when_published, ("so2",))


def test_an_exempt_pollutant_covers_every_item_made_of_it() -> None:
    day = clean_day_but(o3={})

    assert daily_aqi(day, ON_2012).validity == "insufficient"
    assert daily_aqi(day, ON_2012, not_blocking={"o3"}).validity == "valid"


def test_a_day_without_hours_has_no_data() -> None:
    assert daily_aqi({}, ON_2026).validity == "no_data"


def test_an_hour_outside_the_day_is_refused() -> None:
    with pytest.raises(ValueError, match="hour 24"):
        daily_aqi({"pm25": {24: (1_000, 1)}}, ON_2026)


def test_a_negative_hour_is_refused() -> None:
    with pytest.raises(ValueError, match="hour 3"):
        daily_aqi({"pm25": {3: (-1, 1)}}, ON_2026)
