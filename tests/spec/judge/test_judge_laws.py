"""Laws of the judge: killed and restarted anywhere, it says the same final things."""

import copy
import sys
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from streams.keyed_state import KeyedState

sys.path.insert(0, str(Path(__file__).parent))
from judge_stories import (
    HOUR_MS,
    air,
    air_clock,
    at,
    emergency,
    emergency_clock,
    entity,
    judge_of,
    judged,
    newest,
)

START = at("2026-04-01 20:00")
ROSTER = [
    *(entity("air", "station", name) for name in ("A", "B", "C")),
    entity("emergency", "city", "sf", "sf"),
    entity("emergency", "area", "sf/b1", "sf/b1"),
]


@st.composite
def lines_of_statistics(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Some hours around midnight as Flink writes them: within one moment in any order, moments one after another."""
    statistics: list[dict[str, Any]] = []
    for hour in range(draw(st.integers(2, 8))):
        start = START + hour * HOUR_MS
        for step in (*draw(st.sampled_from(((), (1,), (1, 2)))), 0):
            moment = [air_clock(start, step), emergency_clock("arrived", start, step)]
            moment += [
                air(station, start, draw(st.one_of(st.none(), st.integers(0, 700))), step)
                for station in draw(st.sets(st.sampled_from("ABC")))
            ]
            if draw(st.booleans()):
                seconds = draw(st.integers(0, 2000))
                overdue = draw(st.tuples(st.integers(0, 2), st.integers(0, 2)))
                moment += [
                    emergency("arrived", place, start, {seconds: 1}, 1, step, overdue)
                    for place in ("sf", "sf/b1")
                ]
            statistics += draw(st.permutations(moment))
    last = START + 9 * HOUR_MS
    return [*statistics, air_clock(last, 1), emergency_clock("arrived", last, 1)]


def finals(rows: list[dict[str, Any]]) -> dict[tuple[str, str, int], dict[str, Any]]:
    return {key: row for key, row in newest(rows).items() if row["finality"] == "final"}


@given(lines_of_statistics(), st.data())
@settings(max_examples=150, deadline=None)
def test_killed_anywhere_the_newest_final_rows_are_the_same(
    statistics: list[dict[str, Any]], data: st.DataObject
) -> None:
    expected = finals(judged(judge_of(ROSTER), statistics))
    rows: list[dict[str, Any]] = []
    durable: dict[str, Any] = {}
    position = 0
    # Each life reads from the commit, is kept beyond it, and has told more than is kept when it dies.
    for _ in range(data.draw(st.integers(1, 3), "kills")):
        kept = data.draw(st.integers(position, len(statistics)), "kept")
        told = data.draw(st.integers(kept, len(statistics)), "told")
        state = KeyedState(copy.deepcopy(durable))
        judge = judge_of(ROSTER, state)
        rows += judged(judge, statistics[position:kept])
        durable = copy.deepcopy(dict(state.items("")))
        rows += judged(judge, statistics[kept:told])
        position = data.draw(st.integers(position, kept), "committed")

    rows += judged(judge_of(ROSTER, KeyedState(durable)), statistics[position:])

    assert finals(rows) == expected


@given(lines_of_statistics())
@settings(max_examples=60, deadline=None)
def test_every_expected_entity_has_one_final_row_for_each_whole_window(
    statistics: list[dict[str, Any]],
) -> None:
    rows = finals(judged(judge_of(ROSTER), statistics))

    for hour in range(9):
        for station in "ABC":
            assert ("air.aqi_hourly", station, START + hour * HOUR_MS) in rows
        assert ("emergency.within_15min_ratio", "sf", START + hour * HOUR_MS) in rows
    midnight = at("2026-04-01 00:00")
    assert ("air.aqi_daily", "A", midnight) in rows
    assert ("emergency.within_15min_ratio_daily", "sf/b1", midnight) in rows


@given(lines_of_statistics())
@settings(max_examples=60, deadline=None)
def test_a_key_and_revision_never_stand_for_two_values_within_one_life(
    statistics: list[dict[str, Any]],
) -> None:
    seen: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in judged(judge_of(ROSTER), statistics):
        key = (row["indicator_id"], row["entity_id"], row["window_start"], row["revision"])
        assert seen.setdefault(key, row) == row
