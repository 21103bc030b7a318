"""What do floating cars say of a link in five minutes, and of an hour of it?"""

from typing import Any

import pytest
from judge_stories import HOUR_MS, at, entity, judge_of, judged, newest, statistic

EIGHT = at("2026-04-01 08:00")
WINDOW_MS = 300_000
EMPTY = dict.fromkeys(
    ("points", "speed_points", "speed_dkmh_sum", "vacancy_points", "vacant", "trips_started"), 0
)


def window(start: int = EIGHT, kind: str = "link", name: str = "L1", **sums: int) -> dict[str, Any]:
    return statistic("probe.points", kind, name, start, WINDOW_MS, sums={**EMPTY, **sums})


def clock(number: int) -> dict[str, Any]:
    """The first clock row of the hour's n-th window: those before it are over."""
    start = EIGHT + number * WINDOW_MS
    return statistic("probe.points", "clock", "clock", start, WINDOW_MS, step=1, observations=0, area_id=None)


def told(*statistics: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    rows = newest(judged(judge_of([entity("probe", "link", "L1")]), statistics))
    return {name: (row["value"], row["validity"]) for (name, who, _), row in rows.items() if who == "L1"}


def test_a_slow_car_counts_as_often_as_it_is_there() -> None:
    # Three points at 12.0 km/h and one at 48.5: 84.5 km/h over four.
    assert told(window(points=4, speed_points=4, speed_dkmh_sum=3 * 120 + 485))["probe.speed_kmh"] == (
        21.125,
        "valid",
    )


def test_a_standing_queue_is_no_missing_speed_and_parked_cars_are() -> None:
    assert told(window(points=3, speed_points=3))["probe.speed_kmh"] == (0.0, "valid")
    assert told(window(points=3))["probe.speed_kmh"] == (None, "no_data")


def test_an_hour_adds_up_its_windows_before_it_divides() -> None:
    windows = [
        window(EIGHT, points=2, vacancy_points=2, vacant=2, trips_started=0),
        window(EIGHT + WINDOW_MS, points=9, vacancy_points=8, vacant=1, trips_started=3),
    ]

    found = told(*windows)

    # Three of ten; the mean of the two windows' shares would be 0.5625.
    assert found["probe.vacant_ratio"] == (0.3, "valid")
    assert found["probe.trips_started"] == (3.0, "valid")


def test_cars_that_do_not_say_whether_they_are_taken_are_in_no_share() -> None:
    found = told(window(points=5, speed_points=5, speed_dkmh_sum=1_500))

    assert found["probe.vacant_ratio"] == (None, "no_data")
    assert found["probe.trips_started"] == (0.0, "valid")


def test_a_link_without_a_car_has_no_data() -> None:
    found = told(*(clock(number) for number in range(13)))

    assert found["probe.speed_kmh"] == found["probe.vacant_ratio"] == (None, "no_data")


def test_a_district_is_told_from_its_own_sums() -> None:
    row = window(kind="area", name="bj/cy", points=2, speed_points=2, speed_dkmh_sum=901)
    (found,) = (row for row in judged(judge_of(), [row]) if row["indicator_id"] == "probe.speed_kmh")

    assert (found["entity_type"], found["value"]) == ("area", 45.05)


def test_links_that_were_heard_are_counted_among_those_that_were_expected() -> None:
    roster = [entity("probe", "link", name) for name in ("L1", "L2")]
    rows = judged(judge_of(roster), [clock(0), window(points=1), clock(1)])

    found = newest(rows)["probe.coverage_ratio", "bj/cy", EIGHT]
    assert (found["value"], found["observations"], found["expected"]) == (0.5, 1, 2)


def test_more_empty_points_than_points_cannot_be() -> None:
    with pytest.raises(ValueError, match="2 of 1"):
        told(window(vacancy_points=1, vacant=2))


def test_an_hour_is_final_when_it_is_over() -> None:
    rows = judged(
        judge_of(), [clock(0), window(trips_started=2), *(clock(number) for number in range(1, 13))]
    )

    found = newest(rows)["probe.trips_started", "L1", EIGHT]
    assert (found["value"], found["finality"], found["window_end"]) == (2.0, "final", EIGHT + HOUR_MS)
