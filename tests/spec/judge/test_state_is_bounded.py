"""A month goes by. Does anything remember more at its end than in its middle?"""

import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson

from streams.catalog import ROAD
from streams.keyed_state import KeyedState
from streams.normalize.repeats import RepeatFilter

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
    road,
    road_clock,
)

START = at("2026-05-01 00:00")
WINDOW_MS = 300_000
DAY_MS = 24 * HOUR_MS
ROSTER = [
    *(entity("air", "station", name) for name in ("A", "B", "C")),
    entity("emergency", "city", "bj", "bj"),
    entity("road", "city", "bj", "bj"),
    *(entity("road", "link", name) for name in ("L1", "L2")),
]


def day_of_the_city(start: int) -> Iterator[dict[str, Any]]:
    """Everything that is measured on a day, in the order of the clock."""
    for window in range(start, start + DAY_MS, WINDOW_MS):
        for link in ("L1", "L2"):
            yield road("link", link, window, 100 + window // WINDOW_MS % 50, 100)
        yield road("city", "bj", window, 100 + window // WINDOW_MS % 50, 100)
        yield road_clock(window)
        if (window + WINDOW_MS) % HOUR_MS == 0:
            hour = window + WINDOW_MS - HOUR_MS
            for station in "ABC":
                yield air(station, hour, hour // HOUR_MS % 90)
            yield air_clock(hour)
            yield emergency("arrived", "bj", hour, {300: 1}, overdue=(hour // HOUR_MS % 3, 1))
            yield emergency_clock("arrived", hour)


def test_what_the_judge_remembers_of_a_month_is_what_it_remembers_of_two_weeks() -> None:
    state = KeyedState()
    judge = judge_of(ROSTER, state)
    keys, sizes = [], []
    for day in range(31):
        for given in day_of_the_city(START + day * DAY_MS):
            judge.on_statistic(given)
            for part in judge.take_handed_on():
                judge.on_statistic(part)
        state.take_changes()
        keys.append(len(state))
        sizes.append(len(orjson.dumps(dict(state.items("")))))

    assert keys[-1] <= keys[14]
    assert sizes[-1] <= sizes[14] * 1.02
    # Some hundred kilobytes for a city of six: days of hours, and hours of windows.
    assert sizes[-1] < 500_000


def test_a_month_of_removals_reaches_whoever_writes_the_state_down() -> None:
    state = KeyedState()
    judge = judge_of(ROSTER, state)
    written: dict[str, Any] = {}
    for day in range(31):
        for given in day_of_the_city(START + day * DAY_MS):
            judge.on_statistic(given)
        judge.take_handed_on()
        for key, value in state.take_changes().items():
            if value is None:
                written.pop(key, None)
            else:
                written[key] = value

    # What was removed in the last batch is still there, and nothing else.
    assert state.take_changes().keys() == written.keys() - dict(state.items("")).keys()


def test_the_repeats_of_a_month_are_those_of_the_declared_span() -> None:
    repeats = RepeatFilter(ROAD.repeat_span)
    sizes = []
    for minute in range(31 * 24 * 60):
        for link in range(5):
            repeats.see("live", f"{link}:{minute}", START + minute * 60_000)
        if minute % 1440 == 0:
            repeats.keep()
            sizes.append(len(repeats))

    span_minutes = ROAD.repeat_span // timedelta(minutes=1)
    assert max(sizes) <= 5 * span_minutes * 1.5
