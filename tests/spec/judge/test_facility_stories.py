"""What do the judged indicators of municipal facilities say of the sums of a window?"""

from typing import Any

import pytest
from judge_stories import at, judge_of, judged, newest, statistic

EIGHT = at("2026-04-01 08:00")
QUARTER_MS = 900_000
NONE = dict.fromkeys(
    (
        *("readings", "faults", "cover_readings", "cover_faults", "light_readings", "light_faults"),
        *("depth_count", "depth_mm_max", "limited_count", "ponding", "pressure_count", "pressure_low"),
        *("repaired", "repair_s_sum", "due", "repaired_in_time"),
    ),
    0,
)


def told(kind: str = "city", **sums: int) -> dict[str, tuple[Any, Any]]:
    row = statistic("facility.state", kind, "bj", EIGHT, QUARTER_MS, sums={**NONE, **sums})
    return {
        name.removeprefix("facility."): (row["value"], row["validity"])
        for (name, _, _), row in newest(judged(judge_of(), [row])).items()
    }


def test_faults_are_shares_of_the_readings_of_their_kind() -> None:
    rows = told(readings=40, faults=5, cover_readings=8, cover_faults=1, light_readings=16, light_faults=4)

    assert rows["fault_ratio"] == (0.125, "valid")
    assert rows["cover_fault_ratio"] == (0.125, "valid")
    assert rows["light_fault_ratio"] == (0.25, "valid")


def test_repairs_are_told_by_their_mean_time_and_by_their_deadlines() -> None:
    rows = told(repaired=4, repair_s_sum=36_000, due=3, repaired_in_time=2)

    assert rows["repair_hours"] == (2.5, "valid")
    assert rows["repaired_in_time_ratio"] == (0.666667, "valid")


def test_repairs_without_a_deadline_have_a_time_and_no_share() -> None:
    rows = told(repaired=1, repair_s_sum=1_800)

    assert rows["repair_hours"] == (0.5, "valid")
    assert rows["repaired_in_time_ratio"] == (None, "no_data")


def test_water_is_told_by_how_often_it_stands_too_high_and_by_how_high() -> None:
    rows = told("facility", readings=6, depth_count=5, depth_mm_max=310, limited_count=4, ponding=1)

    assert rows["ponding_ratio"] == (0.25, "valid")
    assert rows["depth_m"] == (0.31, "valid")


def test_a_place_of_which_nobody_said_what_is_too_deep_has_a_depth_and_no_ponding() -> None:
    rows = told("facility", readings=5, depth_count=5, depth_mm_max=310)

    assert (rows["ponding_ratio"], rows["depth_m"]) == ((None, "no_data"), (0.31, "valid"))


def test_low_pressures_are_a_share_of_the_readings_that_can_be_compared() -> None:
    assert told(pressure_count=8, pressure_low=2)["leak_suspected_ratio"] == (0.25, "valid")


def test_a_window_in_which_nothing_was_heard_has_no_shares() -> None:
    assert set(told().values()) == {(None, "no_data")}


def test_a_facility_has_no_repairs_of_its_own() -> None:
    assert set(told("facility")) == {"fault_ratio", "ponding_ratio", "depth_m", "leak_suspected_ratio"}


def test_more_faults_than_readings_cannot_be() -> None:
    with pytest.raises(ValueError, match="faults of readings is 3 of 2"):
        told(readings=2, faults=3)
