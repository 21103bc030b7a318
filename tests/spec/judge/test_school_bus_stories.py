"""What do the sums of a quarter of an hour say of a school bus?"""

from typing import Any

from judge_stories import at, entity, judge_of, judged, newest, statistic

from streams.catalog import SCHOOL_BUS

EIGHT = at("2026-04-01 08:00")
QUARTER_MS = 900_000
EMPTY = dict.fromkeys(SCHOOL_BUS.source.counted.sums, 0)


def window(kind: str = "vehicle", name: str = "B1", **sums: int) -> dict[str, Any]:
    return statistic("school-bus.operation", kind, name, EIGHT, QUARTER_MS, sums={**EMPTY, **sums})


def rows_of(**sums: int) -> dict[str, dict[str, Any]]:
    found = newest(judged(judge_of(), [window(**sums)]))
    return {name: row for (name, _, _), row in found.items()}


def told(**sums: int) -> dict[str, tuple[Any, Any]]:
    return {name: (row["value"], row["validity"]) for name, row in rows_of(**sums).items()}


def test_a_bus_is_told_by_its_readings() -> None:
    found = told(limited=30, speeding=3, on_line=25, off_route=1, moving=20, moving_open=4)

    assert found["school-bus.speeding_ratio"] == (0.1, "valid")
    assert found["school-bus.off_route_ratio"] == (0.04, "valid")
    assert found["school-bus.open_door_ratio"] == (0.2, "valid")


def test_a_bus_without_a_limit_or_a_line_breaks_neither_and_keeps_neither() -> None:
    found = told(moving=20)

    assert found["school-bus.speeding_ratio"] == (None, "no_data")
    assert found["school-bus.off_route_ratio"] == (None, "no_data")
    assert found["school-bus.open_door_ratio"] == (0.0, "valid")


def test_every_trip_on_which_somebody_stayed_is_counted() -> None:
    assert told(trips_ended=9, trips_counted=9, trips_left_on_board=2)["school-bus.left_on_board"] == (
        2.0,
        "valid",
    )


def test_nobody_left_is_said_only_where_a_trip_has_ended() -> None:
    assert told(trips_ended=1, trips_counted=1)["school-bus.left_on_board"] == (0.0, "valid")
    assert told(limited=30)["school-bus.left_on_board"] == (None, "no_data")


def test_trips_are_on_time_by_the_declared_window() -> None:
    row = rows_of(trips_ended=10, trips_on_time=6, trips_early=1, trips_late=3)["school-bus.on_time_ratio"]

    assert (row["value"], row["validity"]) == (0.6, "valid")
    assert row["details"] == {"window": "school-bus: -600 s to 300 s"}


def test_with_few_delays_known_the_share_says_more_of_the_feed_than_of_the_buses() -> None:
    few = rows_of(trips_ended=10, trips_on_time=6)["school-bus.on_time_ratio"]
    just_enough = rows_of(trips_ended=10, trips_on_time=7)["school-bus.on_time_ratio"]

    assert (few["value"], few["validity"], few["details"]["reason"]) == (1.0, "insufficient", "too_few_known")
    assert (just_enough["value"], just_enough["validity"]) == (1.0, "valid")


def test_without_a_trip_nobody_is_on_time() -> None:
    assert told()["school-bus.on_time_ratio"] == (None, "no_data")


def test_a_silent_bus_has_no_data_and_is_missing_in_the_coverage() -> None:
    def clock(number: int) -> dict[str, Any]:
        start = EIGHT + number * QUARTER_MS
        return statistic(
            "school-bus.operation", "clock", "clock", start, QUARTER_MS, step=1, observations=0, area_id=None
        )

    roster = [entity("school-bus", "vehicle", name) for name in ("B1", "B2")]
    found = newest(judged(judge_of(roster), [clock(0), window(limited=1), clock(1)]))

    silent = found["school-bus.speeding_ratio", "B2", EIGHT]
    assert (silent["value"], silent["validity"], silent["finality"]) == (None, "no_data", "final")
    assert found["school-bus.coverage_ratio", "bj", EIGHT]["value"] == 0.5
