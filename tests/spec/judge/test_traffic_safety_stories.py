"""What do hours and days say of violations and crashes?"""

from typing import Any

from judge_stories import HOUR_MS, at, entity, judge_of, judged, newest, statistic

from streams.catalog import TRAFFIC_SAFETY
from streams.keyed_state import KeyedState

MIDNIGHT = at("2026-04-01 00:00")
DAY_MS = 24 * HOUR_MS
EMPTY = dict.fromkeys(TRAFFIC_SAFETY.source.counted.sums, 0)
ROSTER = [
    *(entity("traffic-safety", "site", name) for name in ("X1", "X2")),
    entity("traffic-safety", "area", "bj/cy", "bj/cy"),
]


def hour(number: int, kind: str = "site", name: str = "X1", **sums: int) -> dict[str, Any]:
    start = MIDNIGHT + number * HOUR_MS
    return statistic("traffic-safety.reports", kind, name, start, HOUR_MS, sums={**EMPTY, **sums})


def clock(number: int) -> dict[str, Any]:
    """The first clock row of an hour: those before it are over."""
    start = MIDNIGHT + number * HOUR_MS
    return statistic(
        "traffic-safety.reports", "clock", "clock", start, HOUR_MS, step=1, observations=0, area_id=None
    )


def seen(number: int, violations: int, *, of_the_hour: bool = True) -> dict[str, Any]:
    sums = {"counts": 1, "violations": violations}
    if of_the_hour:
        sums |= {"counts_of_the_hour": 1, "violations_of_the_hour": violations}
    return hour(number, **sums)


def told(*statistics: dict[str, Any]) -> dict[tuple[str, str, int], tuple[Any, Any, Any]]:
    rows = newest(judged(judge_of(ROSTER), statistics))
    return {
        (name, who, (start - MIDNIGHT) // HOUR_MS): (row["value"], row["validity"], row["finality"])
        for (name, who, start), row in rows.items()
    }


def test_the_violations_of_an_hour_are_those_of_its_own_counts() -> None:
    found = told(seen(8, 4), seen(9, 0))

    assert found["traffic-safety.violations", "X1", 8] == (4.0, "valid", "final")
    assert found["traffic-safety.violations", "X1", 9] == (0.0, "valid", "final")


def test_a_count_of_a_whole_day_belongs_to_the_day_and_to_no_hour() -> None:
    found = told(clock(0), seen(23, 41, of_the_hour=False), clock(24))

    assert found["traffic-safety.violations", "X1", 23][:2] == (None, "no_data")
    assert found["traffic-safety.violations_daily", "X1", 0] == (41.0, "valid", "final")


def test_a_day_adds_up_its_hours_and_is_provisional_until_it_is_over() -> None:
    hours = [clock(0), seen(0, 3), seen(8, 4), seen(23, 5)]

    assert told(*hours)["traffic-safety.violations_daily", "X1", 0] == (12.0, "valid", "provisional")
    found = told(*hours, clock(24), seen(24, 9))
    assert found["traffic-safety.violations_daily", "X1", 0] == (12.0, "valid", "final")
    assert found["traffic-safety.violations_daily", "X1", 24] == (9.0, "valid", "provisional")


def test_an_hour_that_is_told_again_does_not_count_twice() -> None:
    assert told(seen(8, 4), seen(8, 4))["traffic-safety.violations_daily", "X1", 0][0] == 4.0


def test_a_site_that_was_silent_all_day_has_no_data_and_not_nothing() -> None:
    found = told(clock(0), seen(8, 4), clock(24))

    assert found["traffic-safety.violations_daily", "X2", 0] == (None, "no_data", "final")
    assert found["traffic-safety.crashes_daily", "bj/cy", 0] == (None, "no_data", "final")


def test_a_day_with_crashes_and_without_a_count_has_crashes_and_no_violations() -> None:
    hours = [hour(number, "area", "bj/cy", crashes=2) for number in (8, 17)]
    found = told(clock(0), *hours, clock(24))

    assert found["traffic-safety.crashes", "bj/cy", 8] == (2.0, "valid", "final")
    assert found["traffic-safety.crashes_daily", "bj/cy", 0] == (4.0, "valid", "final")
    assert found["traffic-safety.violations_daily", "bj/cy", 0] == (None, "no_data", "final")


def test_crashes_are_told_of_districts_and_not_of_a_site() -> None:
    found = told(hour(8, crashes=1))

    assert not [name for name, who, _ in found if who == "X1" and "crashes" in name]


def test_clearance_is_told_as_a_mean_and_as_the_share_in_time() -> None:
    # 15, 30 and 75 minutes: 40 on average, and two of three within half an hour.
    cleared = hour(8, "area", "bj/cy", cleared=3, clearance_s_sum=900 + 1_800 + 4_500, cleared_in_time=2)
    found = told(cleared)

    assert found["traffic-safety.clearance_minutes", "bj/cy", 8] == (40.0, "valid", "final")
    assert found["traffic-safety.cleared_in_time_ratio", "bj/cy", 8] == (0.666667, "valid", "final")


def test_in_an_hour_in_which_nothing_was_cleared_there_is_no_clearance() -> None:
    found = told(hour(8, "area", "bj/cy", crashes=1))

    assert found["traffic-safety.clearance_minutes", "bj/cy", 8][:2] == (None, "no_data")
    assert found["traffic-safety.cleared_in_time_ratio", "bj/cy", 8][:2] == (None, "no_data")


def test_a_site_that_was_heard_counts_in_the_coverage_of_the_hour() -> None:
    assert told(clock(8), seen(8, 1), clock(9))["traffic-safety.coverage_ratio", "bj/cy", 8][0] == 0.5


def test_days_that_are_over_are_forgotten() -> None:
    state = KeyedState()
    judge = judge_of(ROSTER, state)
    sizes = []
    for number in range(31 * 24):
        judged(judge, [clock(number), seen(number, number % 7)])
        if number % 24 == 23:
            state.take_changes()
            sizes.append(len(state))

    assert sizes[-1] <= sizes[14]
