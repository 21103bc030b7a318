"""Laws of the judge: killed and restarted anywhere, it says the same final things."""

import copy
import sys
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from laws import examples

from indicators.validity import COUNTED, VALIDITIES
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
    finals,
    judge_of,
    judged_with_parts,
    road,
    road_clock,
)

START = at("2026-04-01 20:00")
ROSTER = [
    *(entity("air", "station", name) for name in ("A", "B", "C")),
    entity("emergency", "city", "bj", "bj"),
    entity("emergency", "area", "bj/cy", "bj/cy"),
    entity("road", "city", "bj", "bj"),
    entity("road", "area", "bj/cy", "bj/cy"),
    *(entity("road", "link", name) for name in ("L1", "L2")),
]
WINDOW_MS = 300_000


@st.composite
def lines_of_statistics(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Some hours around midnight as Flink writes them: within one moment in any order, moments one after another."""
    statistics: list[dict[str, Any]] = [road_clock(START, 1)]
    hours = draw(st.integers(2, 8))
    for hour in range(hours):
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
                    for place in ("bj", "bj/cy")
                ]
            statistics += draw(st.permutations(moment))
        statistics += draw(road_windows(start))
    last = START + 9 * HOUR_MS
    # Hours of five-minute windows may not be paused over: at most 24 windows are closed after a pause.
    statistics += [road_clock(START + hour * HOUR_MS, 1) for hour in range(hours, 9)]
    return [*statistics, air_clock(last, 1), emergency_clock("arrived", last, 1), road_clock(last, 1)]


@st.composite
def road_windows(draw: st.DrawFn, hour: int) -> list[dict[str, Any]]:
    """The windows of an hour in which something drove, and the clock at its end."""
    statistics: list[dict[str, Any]] = []
    for number in sorted(draw(st.sets(st.integers(0, 11), max_size=3))):
        start, travel_s = hour + number * WINDOW_MS, draw(st.integers(1, 400))
        moment = [
            road("link", name, start, travel_s, 100) for name in draw(st.sets(st.sampled_from(["L1", "L2"])))
        ]
        moment += [road("area", "bj/cy", start, travel_s, 100), road("city", "bj", start, travel_s, 100)]
        statistics += draw(st.permutations([*moment, road_clock(start)]))
    return [*statistics, road_clock(hour + HOUR_MS, 1)]


@given(lines_of_statistics(), st.data())
@examples(100)
def test_killed_anywhere_the_newest_final_rows_are_the_same(
    statistics: list[dict[str, Any]], data: st.DataObject
) -> None:
    expected = finals(judged_with_parts(judge_of(ROSTER), statistics))
    rows: list[dict[str, Any]] = []
    durable: dict[str, Any] = {}
    position = 0
    # Each life reads from the commit, is kept beyond it, and has told more than is kept when it dies.
    for _ in range(data.draw(st.integers(1, 3), "kills")):
        kept = data.draw(st.integers(position, len(statistics)), "kept")
        told = data.draw(st.integers(kept, len(statistics)), "told")
        state = KeyedState(copy.deepcopy(durable))
        judge = judge_of(ROSTER, state)
        rows += judged_with_parts(judge, statistics[position:kept])
        durable = copy.deepcopy(dict(state.items("")))
        rows += judged_with_parts(judge, statistics[kept:told])
        position = data.draw(st.integers(position, kept), "committed")

    rows += judged_with_parts(judge_of(ROSTER, KeyedState(durable)), statistics[position:])

    assert finals(rows) == expected


@given(lines_of_statistics())
@examples(60)
def test_every_expected_entity_has_one_final_row_for_each_whole_window(
    statistics: list[dict[str, Any]],
) -> None:
    rows = finals(judged_with_parts(judge_of(ROSTER), statistics))

    for hour in range(9):
        for station in "ABC":
            assert ("air.aqi_hourly", station, START + hour * HOUR_MS) in rows
        assert ("emergency.within_15min_ratio", "bj", START + hour * HOUR_MS) in rows
        for place in ("bj", "bj/cy"):
            for indicator in ("road.tpi_hourly", "road.coverage_ratio", "air.coverage_ratio"):
                assert (indicator, place, START + hour * HOUR_MS) in rows
            assert ("city.vital_signs_index", place, START + hour * HOUR_MS) in rows
    midnight = at("2026-04-01 00:00")
    assert ("air.aqi_daily", "A", midnight) in rows
    assert ("emergency.within_15min_ratio_daily", "bj/cy", midnight) in rows


@given(lines_of_statistics())
@examples(60)
def test_a_key_and_revision_never_stand_for_two_values_within_one_life(
    statistics: list[dict[str, Any]],
) -> None:
    seen: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in judged_with_parts(judge_of(ROSTER), statistics):
        key = (row["indicator_id"], row["entity_id"], row["window_start"], row["revision"])
        assert seen.setdefault(key, row) == row


@given(lines_of_statistics())
@examples(40)
def test_a_row_that_is_not_valid_says_why_and_a_value_that_may_not_be_published_is_null(
    statistics: list[dict[str, Any]],
) -> None:
    for row in judged_with_parts(judge_of(ROSTER), statistics):
        assert row["validity"] in VALIDITIES
        if row["validity"] != "valid":
            assert row["details"]["reason"]
        if row["validity"] in ("no_data", "not_applicable"):
            assert row["value"] is None
        if row["validity"] in COUNTED:
            assert row["value"] is not None
