"""What do the judged indicators of shared bikes say of the sums of a window?"""

from typing import Any

import pytest
from judge_stories import at, judge_of, judged, newest, statistic

EIGHT = at("2026-04-01 08:00")
QUARTER_MS = 900_000
EMPTY = dict.fromkeys(
    (
        *("bikes", "capacity", "faulted", "standing", "readings"),
        *("in_balance", "without_bikes", "without_room"),
    ),
    0,
)


def told(**sums: int) -> dict[str, tuple[Any, Any]]:
    row = statistic("bike.docks", "dock", "D1", EIGHT, QUARTER_MS, sums={**EMPTY, **sums})
    return {
        name: (row["value"], row["validity"])
        for (name, _, _), row in newest(judged(judge_of(), [row])).items()
    }


def test_a_dock_without_bikes_for_two_of_five_readings_says_so() -> None:
    rows = told(readings=5, without_bikes=2, without_room=1, in_balance=2, standing=12, faulted=3)

    assert rows["bike.without_bikes_ratio"] == (0.4, "valid")
    assert rows["bike.without_room_ratio"] == (0.2, "valid")
    assert rows["bike.in_balance_ratio"] == (0.4, "valid")
    assert rows["bike.faulted_ratio"] == (0.25, "valid")


def test_without_a_reading_there_is_no_share() -> None:
    assert told()["bike.without_bikes_ratio"] == (None, "no_data")


def test_more_empty_readings_than_readings_cannot_be() -> None:
    with pytest.raises(ValueError, match="2 of 1"):
        told(readings=1, without_bikes=2)
