"""A replay at full speed reads weeks in one batch: killed at any point of writing it down, is every number the same?"""

import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from laws import examples

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
    judged,
    road,
    road_clock,
)

START = at("2026-04-01 00:00")
WINDOW_MS = 300_000
STATIONS = ("A", "B", "C")
ROSTER = [
    *(entity("air", "station", name) for name in STATIONS),
    entity("emergency", "city", "bj", "bj"),
    entity("road", "city", "bj", "bj"),
    *(entity("road", "link", name) for name in ("L1", "L2")),
]


def air_weeks() -> list[dict[str, Any]]:
    """Twenty days of three stations, one of them with gaps."""
    hours = range(24 * 20)
    return [
        given
        for start in (START + hour * HOUR_MS for hour in hours)
        for given in (
            *(air(name, start, start // HOUR_MS % 90) for name in STATIONS if name != "C" or start % 5),
            air_clock(start),
        )
    ]


def emergency_weeks() -> list[dict[str, Any]]:
    """Twenty days of a city in which somebody always begins or ceases to wait too long."""
    return [
        given
        for hour in range(24 * 20)
        for start in (START + hour * HOUR_MS,)
        for given in (
            emergency("arrived", "bj", start, {hour % 1200: 1}, overdue=(1 + hour % 3, hour % 2)),
            emergency_clock("arrived", start),
        )
    ]


def road_days() -> list[dict[str, Any]]:
    """Three days of two links."""
    return [
        given
        for number in range(12 * 24 * 3)
        for start in (START + number * WINDOW_MS,)
        for given in (
            *(road("link", name, start, 100 + number % 70, 100) for name in ("L1", "L2")),
            road("city", "bj", start, 100 + number % 70, 100),
            road_clock(start),
        )
    ]


WEEKS = {"air": air_weeks, "emergency": emergency_weeks, "road": road_days}


@cache
def weeks(measure: str) -> list[dict[str, Any]]:
    return WEEKS[measure]()


@cache
def undisturbed(measure: str) -> dict[tuple[str, str, int], dict[str, Any]]:
    return finals(judged(judge_of(ROSTER), weeks(measure)))


def written(durable: dict[str, Any], changes: list[tuple[str, Any]]) -> None:
    for key, value in changes:
        if value is None:
            durable.pop(key, None)
        else:
            durable[key] = value


@pytest.mark.parametrize("measure", sorted(WEEKS))
@given(data=st.data())
# Weeks make slow examples: a failure is told as it was found.
@settings(examples(6), phases=[Phase.explicit, Phase.reuse, Phase.generate])
def test_killed_while_a_batch_of_any_length_is_written_down_every_final_row_is_the_same(
    measure: str, data: st.DataObject
) -> None:
    statistics = weeks(measure)
    rows: list[dict[str, Any]] = []
    durable: dict[str, Any] = {}
    committed = 0
    for _ in range(data.draw(st.integers(1, 3), "kills")):
        state = KeyedState(durable)
        judge = judge_of(ROSTER, state)
        for batch in data.draw(st.lists(st.integers(1, 1500), max_size=3), "batches that were committed"):
            end = min(committed + batch, len(statistics))
            rows += judged(judge, statistics[committed:end])
            written(durable, list(state.take_changes().items()))
            committed = end
        batch = data.draw(st.integers(0, 1500), "the batch in which it is killed")
        rows += judged(judge, statistics[committed : committed + batch])
        changes = list(state.take_changes().items())
        written(durable, changes[: data.draw(st.integers(0, len(changes)), "changes that were kept of it")])

    rows += judged(judge_of(ROSTER, KeyedState(durable)), statistics[committed:])

    found, expected = finals(rows), undisturbed(measure)
    differing = [key for key in sorted(found.keys() | expected.keys()) if found.get(key) != expected.get(key)]
    assert [(found.get(key), expected.get(key)) for key in differing[:3]] == []
