"""How high does the water stand against this station's own levels, and how fast does it rise?"""

from fractions import Fraction

import pytest

from indicators.water_level import Reading, StationLevels, rise_rate, water_level

STATION = StationLevels("wh", guard_mm=25_000, warning_mm=27_300, guarantee_mm=29_730, record_mm=29_730)
HOUR_MS = 3_600_000


@pytest.mark.parametrize(
    ("level", "state", "next_level", "to_next"),
    [
        (-500, "normal", "guard", 25_500),
        (24_999, "normal", "guard", 1),
        (25_000, "guard", "warning", 2_300),
        (27_300, "warning", "record", 2_430),
        (29_730, "record", None, None),
    ],
)
def test_the_state_is_the_gravest_level_reached(
    level: int, state: str, next_level: str | None, to_next: int | None
) -> None:
    result = water_level(level, STATION)

    assert (result.value, result.state, result.validity) == (level, state, "valid")
    assert (result.next_level, result.to_next_mm) == (next_level, to_next)


def test_a_station_may_have_a_record_below_its_guarantee_level() -> None:
    young = StationLevels("young", warning_mm=2_000, guarantee_mm=3_000, record_mm=1_500)

    result = water_level(1_600, young)

    assert (result.state, result.reached) == ("record", ("record",))
    assert (result.next_level, result.to_next_mm) == ("warning", 400)


def test_a_station_needs_not_all_levels() -> None:
    assert water_level(10, StationLevels("a", warning_mm=10)).state == "warning"


def test_a_station_that_gave_no_level_has_no_data() -> None:
    result = water_level(None, STATION)

    assert (result.state, result.reached, result.next_level, result.validity) == (None, (), None, "no_data")
    assert result.reason == "the station gave no level"


def test_the_rise_is_exact_mm_per_hour() -> None:
    assert rise_rate(Reading(0, 1_000), Reading(HOUR_MS, 1_250)).value == 250
    assert rise_rate(Reading(0, 1_000), Reading(2 * HOUR_MS, 900)).value == -50

    third = rise_rate(Reading(0, 0), Reading(3 * HOUR_MS, 1))

    assert (third.value, third.value_float, third.span_ms) == (Fraction(1, 3), 0.333333, 3 * HOUR_MS)


@pytest.mark.parametrize("later", [0, -1])
def test_readings_out_of_order_are_refused(later: int) -> None:
    with pytest.raises(ValueError, match="order them by event time"):
        rise_rate(Reading(0, 1), Reading(later, 1))


@pytest.mark.parametrize("wrong", [1.5, float("nan"), True, "1"])
def test_a_number_that_is_not_whole_is_refused(wrong: int) -> None:
    with pytest.raises(ValueError, match="whole number"):
        water_level(wrong, STATION)
    with pytest.raises(ValueError, match="whole number"):
        rise_rate(Reading(0, 1), Reading(HOUR_MS, wrong))
    with pytest.raises(ValueError, match="whole number"):
        StationLevels("a", guard_mm=wrong)


def test_a_level_ten_kilometres_away_is_refused() -> None:
    with pytest.raises(ValueError, match="reject the reading"):
        water_level(-(10**400), STATION)
    with pytest.raises(ValueError, match="reject the reading"):
        rise_rate(Reading(0, 1), Reading(HOUR_MS, 10**400))


def test_levels_that_do_not_rise_or_do_not_exist_are_refused() -> None:
    with pytest.raises(ValueError, match="have to rise"):
        StationLevels("a", guard_mm=2, warning_mm=1)
    with pytest.raises(ValueError, match="have to rise"):
        StationLevels("a", warning_mm=2, guarantee_mm=2)
    with pytest.raises(ValueError, match="at least one"):
        StationLevels("a")
