"""Do buses and trains stop when the timetable says so?"""

from dataclasses import replace
from fractions import Fraction

import pytest

from indicators.transit import (
    COMMON,
    SF_MUNI,
    WINDOWS,
    WMATA_BUS,
    OnTimeWindow,
    StopSums,
    on_time_performance,
    stop_sums,
)

ROUTE = [
    ("SCHEDULED", 0),
    ("SCHEDULED", 299),
    ("SCHEDULED", -61),
    ("SCHEDULED", 900),
    ("SKIPPED", None),
]


def test_a_stop_is_on_time_within_the_window_and_a_skipped_one_fails() -> None:
    result = on_time_performance(stop_sums(ROUTE))

    assert (result.value, result.value_float, result.counted) == (Fraction(2, 5), 0.4, 5)
    assert result.sums == StopSums(COMMON, on_time=2, early=1, late=1, skipped=1)
    assert (result.covered, result.validity, result.reason) == (1, "valid", None)
    assert (result.standard, result.edition) == ("project", "transit-on-time-1")


@pytest.mark.parametrize(
    ("delay", "window", "outcome"),
    [
        (-61, COMMON, "early"),
        (-60, COMMON, "on_time"),
        (300, COMMON, "on_time"),
        (301, COMMON, "late"),
        (-120, WMATA_BUS, "on_time"),
        (420, WMATA_BUS, "on_time"),
        (421, WMATA_BUS, "late"),
        (-121, WMATA_BUS, "early"),
        (-60, SF_MUNI, "on_time"),
        (-61, SF_MUNI, "early"),
        (240, SF_MUNI, "on_time"),
        (241, SF_MUNI, "late"),
    ],
)
def test_both_ends_of_a_window_are_inside(delay: int, window: OnTimeWindow, outcome: str) -> None:
    assert stop_sums([("SCHEDULED", delay)], window) == StopSums(window, **{outcome: 1})


def test_the_same_day_has_another_share_under_another_policy() -> None:
    day = [("SCHEDULED", delay) for delay in (-100, -30, 250, 400)]
    shares = [on_time_performance(stop_sums(day, window)).value for window in WINDOWS]

    assert shares == [Fraction(2, 4), Fraction(4, 4), Fraction(1, 4)]


def test_an_agency_may_leave_skipped_stops_out_and_they_stand_beside() -> None:
    lenient = replace(COMMON, id="lenient", skipped="excluded")
    result = on_time_performance(stop_sums(ROUTE, lenient))

    assert (result.value, result.counted, result.sums.skipped) == (Fraction(2, 4), 4, 1)


def test_a_stop_without_data_is_never_on_time_and_never_counted() -> None:
    # The feed writes a delay of 0 beside it, which says nothing.
    result = on_time_performance(
        stop_sums([("SCHEDULED", 600), ("NO_DATA", 0)]), minimum_covered=Fraction(1, 2)
    )

    assert (result.value, result.counted, result.sums.no_data) == (0, 1, 1)
    assert (result.covered, result.validity) == (Fraction(1, 2), "valid")


def test_a_scheduled_stop_without_a_delay_says_as_little() -> None:
    assert stop_sums([("SCHEDULED", None)]) == StopSums(no_data=1)


def test_a_trip_without_a_timetable_is_counted_beside() -> None:
    result = on_time_performance(stop_sums([("UNSCHEDULED", 20), ("SCHEDULED", 20)]))

    assert (result.value, result.counted, result.covered, result.sums.unscheduled) == (1, 1, 1, 1)


def test_with_too_few_stops_known_the_share_is_insufficient() -> None:
    result = on_time_performance(stop_sums([("SCHEDULED", 0)] * 2 + [("NO_DATA", None)]))

    assert (result.value, result.validity) == (1, "insufficient")
    assert result.reason == "2/3 of the stops are known, 7/10 is needed"


@pytest.mark.parametrize(
    "stops", [[], [("NO_DATA", None)], [("UNSCHEDULED", 0)]], ids=["none", "no data", "unscheduled"]
)
def test_without_a_counted_stop_there_is_no_share(stops: list[tuple[str, int | None]]) -> None:
    result = on_time_performance(stop_sums(stops))

    assert (result.value, result.value_float, result.counted, result.validity) == (None, None, 0, "no_data")
    assert result.reason is not None


def test_a_district_is_the_sum_of_its_routes_and_not_the_mean_of_their_shares() -> None:
    small = stop_sums([("SCHEDULED", 0)])
    large = stop_sums([("SCHEDULED", 0)] + [("SCHEDULED", 900)] * 8)

    assert on_time_performance(small).value == 1
    assert on_time_performance(large).value == Fraction(1, 9)
    assert on_time_performance(small + large).value == Fraction(2, 10)


def test_sums_by_different_windows_do_not_add_up() -> None:
    with pytest.raises(ValueError, match="common and by wmata-bus"):
        StopSums(COMMON) + StopSums(WMATA_BUS)


def test_a_delay_of_a_whole_day_is_the_last_that_is_believed() -> None:
    assert stop_sums([("SCHEDULED", 86_400), ("SCHEDULED", -86_400)]) == StopSums(early=1, late=1)


def test_a_window_may_allow_nothing_early_or_nothing_at_all() -> None:
    strict = OnTimeWindow("strict", 0, 0, "a test")

    assert stop_sums([("SCHEDULED", delay) for delay in (-1, 0, 1)], strict) == StopSums(strict, 1, 1, 1)


def test_every_window_names_its_source_and_the_common_one_claims_no_standard() -> None:
    assert len({window.id for window in WINDOWS}) == len(WINDOWS)
    assert all(window.source and window.skipped == "failed" for window in WINDOWS)
    assert "secondary source" in COMMON.source


@pytest.mark.parametrize("relationship", ["scheduled", "CANCELED", "", None, 0])
def test_an_unknown_relationship_is_refused(relationship: str) -> None:
    with pytest.raises(LookupError, match="GTFS Realtime knows"):
        stop_sums([(relationship, 0)])


@pytest.mark.parametrize("delay", [86_401, -86_401, 1.5, float("nan"), True, "60"])
def test_a_delay_that_cannot_be_is_refused_whatever_it_stands_beside(delay: int) -> None:
    for relationship in ("SCHEDULED", "NO_DATA"):
        with pytest.raises(ValueError, match="whole seconds"):
            stop_sums([(relationship, delay)])


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        ((1, 300), "lies inside"),
        ((-60, -1), "lies inside"),
        ((-60.0, 300), "whole"),
        ((-60, 90_000), "86400"),
    ],
)
def test_a_window_that_cannot_be_is_refused(limits: tuple[int, int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        OnTimeWindow("odd", *limits, source="a test")
    with pytest.raises(ValueError, match="failed or excluded"):
        OnTimeWindow("odd", -60, 300, source="a test", skipped="ignored")


@pytest.mark.parametrize("minimum", [2, Fraction(-1, 2), 0.7, None, True])
def test_a_minimum_outside_0_and_1_is_refused(minimum: Fraction) -> None:
    with pytest.raises(ValueError, match="from 0 to 1"):
        on_time_performance(StopSums(on_time=1), minimum_covered=minimum)


def test_sums_that_are_no_counts_are_refused() -> None:
    with pytest.raises(ValueError, match="late is -1"):
        StopSums(late=-1)
