"""What do the judged indicators of networks and their security say of the sums of a window?"""

from typing import Any

import pytest
from judge_stories import at, judge_of, judged, newest, statistic

EIGHT = at("2026-04-01 08:00")
QUARTER_MS = 900_000
EMPTY = dict.fromkeys(
    (
        *("observed_s", "up_s", "degraded_s", "due", "closed_on_time"),
        *("opened_level1", "opened_level2", "opened_level3", "opened_level4"),
    ),
    0,
)


def told(entity_type: str, **sums: int) -> dict[str, tuple[Any, Any]]:
    row = statistic("network.state", entity_type, "N1", EIGHT, QUARTER_MS, sums={**EMPTY, **sums})
    return {
        name: (row["value"], row["validity"])
        for (name, _, _), row in newest(judged(judge_of(), [row])).items()
    }


def test_a_link_that_was_down_for_a_minute_and_degraded_for_three_says_so() -> None:
    # Five reports of 180 s: 60 s down, and 180 of the 840 s up worse than promised.
    assert told("element", observed_s=900, up_s=840, degraded_s=180) == {
        "network.availability_ratio": (0.933333, "valid"),
        "network.degraded_ratio": (0.2, "valid"),
    }


@pytest.mark.parametrize(("up_s", "ratio"), [(0, 0.0), (900, 1.0)])
def test_all_the_time_down_and_all_the_time_up_are_0_and_1(up_s: int, ratio: float) -> None:
    rows = told("element", observed_s=900, up_s=up_s)

    assert rows["network.availability_ratio"] == (ratio, "valid")


def test_security_cases_are_counted_by_level_and_held_against_their_own_limits() -> None:
    rows = told("city", opened_level1=1, opened_level3=2, opened_level4=5, due=4, closed_on_time=3)

    assert [rows[f"network.cases_opened_level{level}"] for level in (1, 2, 3, 4)] == [
        (1.0, "valid"),
        (0.0, "valid"),
        (2.0, "valid"),
        (5.0, "valid"),
    ]
    assert rows["network.handled_on_time_ratio"] == (0.75, "valid")


def test_a_quarter_in_which_nothing_was_observed_or_closed_has_no_shares() -> None:
    rows = told("area", opened_level2=1)

    assert rows["network.availability_ratio"] == (None, "no_data")
    assert rows["network.degraded_ratio"] == (None, "no_data")
    assert rows["network.handled_on_time_ratio"] == (None, "no_data")
    assert rows["network.cases_opened_level2"] == (1.0, "valid")


def test_nothing_can_be_up_for_longer_than_it_was_observed() -> None:
    with pytest.raises(ValueError, match="901 of 900"):
        told("element", observed_s=900, up_s=901)
