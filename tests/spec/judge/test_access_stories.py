"""What do the judged indicators of access control say of the sums of a quarter of an hour?"""

from typing import Any

import pytest
from judge_stories import at, entity, judge_of, judged, newest, statistic

EIGHT = at("2026-04-01 08:00")
QUARTER_MS = 900_000
MEASURE = "access.gates"
EMPTY = dict.fromkeys(("passages", "entries", "forced", "held", "watched_s", "online_s"), 0)


def gates(entity_type: str, start: int = EIGHT, **sums: int) -> dict[str, Any]:
    return statistic(MEASURE, entity_type, "X", start, QUARTER_MS, sums={**EMPTY, **sums})


def clock(start: int) -> dict[str, Any]:
    return statistic(MEASURE, "clock", "clock", start, QUARTER_MS, step=1, observations=0)


def told(entity_type: str, **sums: int) -> dict[str, tuple[Any, Any]]:
    rows = judged(judge_of(), [gates(entity_type, **sums)])
    return {name: (row["value"], row["validity"]) for (name, _, _), row in newest(rows).items()}


def test_a_gate_is_told_by_who_passed_and_by_what_it_says_of_itself() -> None:
    rows = told("gate", passages=30, entries=18, forced=1, held=2, watched_s=900, online_s=600)

    assert rows == {
        "access.passages": (30.0, "valid"),
        "access.entries": (18.0, "valid"),
        "access.passages_per_gate_h": (120.0, "valid"),
        "access.forced_doors": (1.0, "valid"),
        "access.held_doors": (2.0, "valid"),
        "access.online_ratio": (0.666667, "valid"),
    }


def test_the_use_of_a_district_is_that_of_one_of_its_gates() -> None:
    rows = told("area", passages=30, watched_s=3 * 900, online_s=3 * 900)

    assert rows["access.passages_per_gate_h"] == (40.0, "valid")
    assert rows["access.online_ratio"] == (1.0, "valid")


def test_gates_that_send_no_status_are_counted_and_have_neither_use_nor_share_online() -> None:
    rows = told("city", passages=7)

    assert rows["access.passages"] == (7.0, "valid")
    assert rows["access.forced_doors"] == rows["access.held_doors"] == (0.0, "valid")
    assert rows["access.passages_per_gate_h"] == rows["access.online_ratio"] == (None, "no_data")


def test_nobody_passes_a_gate_that_is_watched() -> None:
    rows = told("gate", watched_s=900, online_s=900)

    assert rows["access.passages"] == rows["access.passages_per_gate_h"] == (0.0, "valid")


def test_a_silent_gate_has_no_data_and_lowers_the_share_of_those_heard() -> None:
    roster = [entity("access", "gate", "X"), entity("access", "gate", "Y")]
    given = [clock(EIGHT), gates("gate", passages=1), clock(EIGHT + QUARTER_MS)]

    rows = newest(judged(judge_of(roster), given))

    assert rows["access.passages", "X", EIGHT]["value"] == 1.0
    assert rows["access.passages", "Y", EIGHT]["validity"] == "no_data"
    assert rows["access.coverage_ratio", "bj/cy", EIGHT]["value"] == 0.5


def test_of_a_day_a_gate_was_heard_in_one_quarter_of_the_two_that_were_over() -> None:
    night = at("2026-04-01 23:30")
    given = [
        clock(night),
        gates("gate", night, passages=1),
        clock(night + QUARTER_MS),
        clock(night + 2 * QUARTER_MS),
    ]

    rows = newest(judged(judge_of([entity("access", "gate", "X")]), given))

    (uptime,) = [row for (name, _, _), row in rows.items() if name == "access.uptime_ratio"]
    assert (uptime["value"], uptime["observations"], uptime["expected"]) == (0.5, 1, 2)


def test_a_gate_cannot_be_online_for_longer_than_it_tells_of_itself() -> None:
    with pytest.raises(ValueError, match="900 of 600"):
        told("gate", watched_s=600, online_s=900)
