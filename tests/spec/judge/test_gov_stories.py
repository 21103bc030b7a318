"""What do the judged indicators of government services say of the sums of a window?"""

from typing import Any

import pytest
from judge_stories import HOUR_MS, at, entity, judge_of, judged, newest, statistic

from indicators.catalog import INDICATORS
from streams.catalog import GOV

EIGHT = at("2026-04-01 08:00")
EMPTY = dict.fromkeys(GOV.source.counted.sums, 0)
OF_THE_HALL = {name for name, found in INDICATORS.items() if found.system == "gov" and found.judged}
ONLINE = "gov.online_available"


def rows_of(entity_type: str = "hall", **sums: int) -> dict[str, dict[str, Any]]:
    row = statistic("gov.services", entity_type, "H1", EIGHT, HOUR_MS, sums={**EMPTY, **sums})
    return {name: row for (name, _, _), row in newest(judged(judge_of(), [row])).items()}


def told(**sums: int) -> dict[str, tuple[Any, Any]]:
    return {name: (row["value"], row["validity"]) for name, row in rows_of(**sums).items()}


def test_an_hour_of_a_hall_is_judged_by_lists_applications_queues_and_terminals() -> None:
    rows = told(
        lists=4,
        items=3_840,
        online_items=3_648,
        integrated_lists=3,
        filed=20,
        filed_online=13,
        # 3 of 5, 12 of 10 and 0 of 5 days by law; the fourth has no limit and took 1 day.
        decided=4,
        taken_days=16,
        limited=3,
        limited_taken_days=15,
        limit_days=20,
        decided_on_time=2,
        trips=5,
        without_trip=1,
        # The first two were measured in the base period: 8.5 and 11.5 days.
        compared=2,
        compared_taken_days=15,
        baseline_cdays=2_000,
        calls=3,
        waited_s=1_890,
        calls_with_limit=3,
        calls_within_limit=2,
        terminals=32,
        terminals_available=30,
    )

    assert {name: value for name, (value, validity) in rows.items() if validity == "valid"} == {
        "gov.online_available_ratio": 0.95,
        "gov.integrated_window_coverage_ratio": 0.75,
        "gov.filed_online_ratio": 0.65,
        "gov.approval_days": 4.0,
        "gov.approval_time_reduction_ratio": 0.25,
        "gov.approval_time_vs_baseline_ratio": 0.25,
        "gov.on_time_ratio": 0.666667,
        "gov.trips_per_case": 1.25,
        "gov.zero_trip_ratio": 0.25,
        "gov.queue_wait_minutes": 10.5,
        "gov.queue_within_limit_ratio": 0.666667,
        "gov.terminal_available_ratio": 0.9375,
    }


def test_an_hour_in_which_nothing_was_counted_has_no_figure() -> None:
    assert told() == dict.fromkeys(OF_THE_HALL, (None, "no_data"))


def test_a_silent_hall_has_no_data() -> None:
    def clock(start: int) -> dict[str, Any]:
        return statistic("gov.services", "clock", "clock", start, HOUR_MS, step=1, observations=0)

    rows = judged(judge_of([entity("gov", "hall", "H9")]), [clock(EIGHT), clock(EIGHT + HOUR_MS)])

    silent = {row["indicator_id"]: row["validity"] for row in rows if row["entity_id"] == "H9"}
    assert silent == dict.fromkeys(OF_THE_HALL, "no_data")


@pytest.mark.parametrize(("taken", "saved"), [(0, 1.0), (5, 0.5), (10, 0.0), (13, -0.3)])
def test_an_approval_at_its_limit_saves_nothing_and_beyond_it_less(taken: int, saved: float) -> None:
    rows = told(
        decided=2, taken_days=taken, limited=2, limited_taken_days=taken, limit_days=10, decided_on_time=1
    )

    assert rows["gov.approval_time_reduction_ratio"] == (saved, "valid")
    assert rows["gov.approval_time_vs_baseline_ratio"] == (None, "no_data")


def test_applications_without_a_limit_have_a_duration_and_nothing_to_compare_it_with() -> None:
    rows = told(decided=2, taken_days=7, trips=0, without_trip=2)

    assert rows["gov.approval_days"] == (3.5, "valid")
    assert rows["gov.on_time_ratio"] == (None, "no_data")
    assert rows["gov.approval_time_reduction_ratio"] == (None, "no_data")
    assert rows["gov.zero_trip_ratio"] == (1.0, "valid")


@pytest.mark.parametrize(
    ("online", "items", "value", "status"),
    [(95, 100, 0.95, "met"), (94, 100, 0.94, "behind"), (949_999_999, 10**9, 0.95, "behind")],
)
def test_the_target_for_items_online_is_held_against_the_share_before_it_is_rounded(
    online: int, items: int, value: float, status: str
) -> None:
    row = rows_of(entity_type="city", lists=1, items=items, online_items=online)["gov.online_available_ratio"]

    assert row["value"] == value
    assert row["details"][f"target_status.{ONLINE}"] == status


def test_each_target_of_approvals_reads_the_quantity_that_it_is_about() -> None:
    sums = {"limited": 1, "limited_taken_days": 4, "limit_days": 8}
    rows = rows_of(entity_type="city", decided=1, taken_days=4, **sums)

    of_days, of_law = rows["gov.approval_days"], rows["gov.approval_time_reduction_ratio"]
    # Half the days of the law is the target itself; half the days of the base period needs a base period.
    assert of_law["details"]["target_status.gov.approval_time_vs_statutory"] == "met"
    assert of_days["details"]["target_status.gov.approval_time_vs_baseline"] == "no_baseline"


def test_more_items_online_than_items_cannot_be() -> None:
    with pytest.raises(ValueError, match="6 of 5"):
        told(lists=1, items=5, online_items=6)
