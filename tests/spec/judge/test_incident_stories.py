"""What do the judged indicators of sudden incidents say of the sums of an hour?"""

from typing import Any

import pytest
from judge_stories import HOUR_MS, at, entity, judge_of, judged, newest, statistic

EIGHT = at("2026-04-01 08:00")
EMPTY = dict.fromkeys(
    (
        *("opened", "opened_level1", "opened_level2", "opened_level3", "opened_level4"),
        *("dispatched_timed", "dispatched_within_15min", "arrived_timed", "arrived_within_15min"),
        *("reported_up_due", "reported_up_on_time", "closed", "closed_timed", "closing_s_sum"),
    ),
    0,
)
RATIOS = (
    "incident.arrived_within_15min_ratio",
    "incident.dispatched_within_15min_ratio",
    "incident.reported_up_on_time_ratio",
)


def told(entity_type: str = "city", **sums: int) -> dict[str, tuple[Any, Any]]:
    row = statistic("incident.handling", entity_type, "X", EIGHT, HOUR_MS, sums={**EMPTY, **sums})
    return {
        name: (row["value"], row["validity"])
        for (name, _, _), row in newest(judged(judge_of(), [row])).items()
    }


def test_an_hour_is_judged_by_the_steps_that_were_taken_in_it() -> None:
    rows = told(
        opened=6,
        opened_level1=1,
        opened_level3=2,
        opened_level4=3,
        dispatched_timed=5,
        dispatched_within_15min=5,
        arrived_timed=4,
        arrived_within_15min=3,
        reported_up_due=3,
        reported_up_on_time=2,
        closed=4,
        closed_timed=3,
        closing_s_sum=9_000,
    )

    assert rows == {
        "incident.opened": (6.0, "valid"),
        "incident.opened_level1": (1.0, "valid"),
        "incident.opened_level2": (0.0, "valid"),
        "incident.opened_level3": (2.0, "valid"),
        "incident.opened_level4": (3.0, "valid"),
        "incident.dispatched_within_15min_ratio": (1.0, "valid"),
        "incident.arrived_within_15min_ratio": (0.75, "valid"),
        "incident.reported_up_on_time_ratio": (0.666667, "valid"),
        "incident.closing_minutes": (50.0, "valid"),
        "incident.opened_minus_closed": (2.0, "valid"),
    }


def test_where_more_are_closed_than_opened_the_difference_is_below_zero() -> None:
    assert told(opened=1, closed=4)["incident.opened_minus_closed"] == (-3.0, "valid")


def test_an_hour_without_incidents_has_counts_and_no_shares() -> None:
    rows = told()

    assert [rows[name] for name in RATIOS] == [(None, "no_data")] * 3
    assert rows["incident.closing_minutes"] == (None, "no_data")
    assert rows["incident.opened"] == rows["incident.opened_minus_closed"] == (0.0, "valid")


def test_closings_that_do_not_say_how_long_they_took_have_no_mean() -> None:
    rows = told(closed=2)

    assert rows["incident.closing_minutes"] == (None, "no_data")
    assert rows["incident.opened_minus_closed"] == (-2.0, "valid")


def test_a_cell_is_a_type_and_a_level_of_an_area_and_is_not_split_by_level_again() -> None:
    rows = told("cell", opened=2, opened_level2=2, arrived_timed=2, arrived_within_15min=1)

    assert rows["incident.arrived_within_15min_ratio"] == (0.5, "valid")
    assert rows["incident.opened"] == (2.0, "valid")
    assert not [name for name in rows if "_level" in name]


def test_a_district_in_which_no_step_was_taken_has_no_data() -> None:
    def clock(start: int) -> dict[str, Any]:
        return statistic("incident.handling", "clock", "clock", start, HOUR_MS, step=1, observations=0)

    judge = judge_of([entity("incident", "area", "bj/cy", "bj/cy")])

    rows = newest(judged(judge, [clock(EIGHT), clock(EIGHT + HOUR_MS)]))

    row = rows["incident.opened", "bj/cy", EIGHT]
    assert (row["value"], row["validity"], row["details"]) == (None, "no_data", {"reason": "nothing_came"})


def test_more_arrivals_in_time_than_arrivals_cannot_be() -> None:
    with pytest.raises(ValueError, match="2 of 1"):
        told(arrived_timed=1, arrived_within_15min=2)
