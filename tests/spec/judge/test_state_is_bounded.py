"""A month goes by. Does anything remember more at its end than in its middle?"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

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
    statistic,
)

START = at("2026-05-01 00:00")
WINDOW_MS = 300_000
DAY_MS = 24 * HOUR_MS
ROSTER = [
    *(entity("air", "station", name) for name in ("A", "B", "C")),
    entity("emergency", "city", "bj", "bj"),
    entity("road", "city", "bj", "bj"),
    *(entity("road", "link", name) for name in ("L1", "L2")),
    *(entity(system, "station", "X") for system in ("noise", "river")),
    entity("parking", "parking", "X"),
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
            yield from hour_of_counted_systems(hour)


def hour_of_counted_systems(hour: int) -> Iterator[dict[str, Any]]:
    """Noise, a river and a car park, whose sums are told by the hour."""
    level = 1_000 + hour // HOUR_MS % 700
    told = {
        "noise.level": {
            "energy_milli": 10_000_000,
            "readings": 1,
            "area_class_count": 1,
            "area_class_max": 2,
        },
        "river.level": {
            **dict.fromkeys(("level_mm_sum", "level_mm_max", "level_mm_min"), level),
            **dict.fromkeys(("discharge_count", "guard_count", "warning_count", "guarantee_count"), 0),
            "level_count": 1,
        },
        "parking.occupancy": {"occupied": level % 100, "capacity": 100, "full_permille_max": 500},
    }
    for measure, sums in told.items():
        kind = "parking" if measure.startswith("parking") else "station"
        yield statistic(measure, kind, "X", hour, HOUR_MS, sums={"level_cdb_max": 4_000, **sums})
        yield statistic(measure, "clock", "clock", hour, HOUR_MS, observations=0, area_id=None)


@dataclass
class Month:
    """What the judge remembers after a month, what whoever writes its state down has, and both by the day."""

    state: KeyedState = field(default_factory=KeyedState)
    written: dict[str, Any] = field(default_factory=dict)
    keys: list[int] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)


@pytest.fixture(scope="module")
def month() -> Month:
    month = Month()
    judge = judge_of(ROSTER, month.state)
    for day in range(31):
        for given in day_of_the_city(START + day * DAY_MS):
            judge.on_statistic(given)
            for part in judge.take_handed_on():
                judge.on_statistic(part)
        for key, value in month.state.take_changes().items():
            if value is None:
                month.written.pop(key, None)
            else:
                month.written[key] = value
        month.keys.append(len(month.state))
        month.sizes.append(len(orjson.dumps(dict(month.state.items("")))))
    return month


def test_what_the_judge_remembers_of_a_month_is_what_it_remembers_of_two_weeks(month: Month) -> None:
    assert month.keys[-1] <= month.keys[14]
    assert month.sizes[-1] <= month.sizes[14] * 1.02
    # Some hundred kilobytes for a city of six: days of hours, and hours of windows.
    assert month.sizes[-1] < 500_000


def test_a_month_of_removals_reaches_whoever_writes_the_state_down(month: Month) -> None:
    # What was removed in the last batch is still there, and nothing else.
    assert month.state.take_changes().keys() == month.written.keys() - dict(month.state.items("")).keys()


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
