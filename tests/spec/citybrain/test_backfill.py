"""A history without waiting for its clock: which windows does it close, and what does it leave alone?"""

from typing import Any

import pytest

from citybrain import backfill as module
from citybrain.backfill import Backfilled, _Run
from citybrain.pasts import Archived, Recorded
from citybrain.settings import Settings
from feeds.recording import RecordingError
from streams.catalog import AIR, EMERGENCY, ROAD, System
from streams.entities import Entities

MINUTE = 60_000
HOUR = 60 * MINUTE
# 08:00 in Shanghai.
START = 1_775_001_600_000


def recorded(system: System = ROAD) -> Recorded:
    return Recorded(Settings(), system, "backfill-test", "los-angeles-traffic", "test", START, [], [])


def test_its_clock_falls_into_every_window_up_to_the_last_record_and_beyond_midnight() -> None:
    past = recorded()
    past._last = START + 12 * MINUTE

    windows = [(start - START) // (5 * MINUTE) for start in past.window_starts()]

    assert windows[:4] == [0, 1, 2, 3]
    # Midnight is 16 hours away; one tick on it, and one in the next window's tolerance.
    assert windows[-1] == 16 * 12
    assert len(windows) < 10


def test_a_window_that_the_watermark_does_not_reach_is_not_closed() -> None:
    hours = [(start - START) // HOUR for start in recorded(AIR).window_starts()]

    # Air waits an hour for what is late: the tick of 01:01 is in sight, but at its watermark the day has just begun.
    assert hours[-1] == 16


def test_kept_events_are_judged_in_whole_windows_and_the_one_after_closes_the_last() -> None:
    past = Archived(Settings(), ROAD, "live", START + MINUTE, START + 12 * MINUTE)

    assert [(start - START) // MINUTE for start in past.window_starts()] == [0, 5, 10, 15]


def test_a_row_that_is_published_with_as_much_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def row(start: int, revision: int, value: float = 1.5) -> dict[str, Any]:
        place = {"indicator_id": "road.tti", "entity_type": "link", "entity_id": "L1"}
        said = {"value": value, "grade": None, "validity": "valid", "observations": 1}
        return {**place, **said, "window_start": start, "revision": revision}

    rows = [row(START, 999), row(START + HOUR, 999), row(START + 2 * HOUR, 900)]
    published = [
        {**row(START, 1_999, 1.7), "start": str(START)},
        {**row(START + HOUR, 900), "start": str(START + HOUR)},
        {**row(START + 2 * HOUR, 900), "start": str(START + 2 * HOUR)},
    ]
    monkeypatch.setattr(module, "query", lambda *_: published)
    run: Any = _Run(Settings(), recorded(), Entities(), Backfilled("backfill-test"))  # type: ignore[arg-type]
    monkeypatch.setattr(run, "_rows", lambda *_: iter(rows), raising=False)

    new = list(run.new_rows([]))

    assert [(row["indicator_id"], row["window_start"]) for row in new] == [("road.tti", START + HOUR)]
    assert (run.done.kept, run.done.differing) == (2, 1)


def test_a_system_whose_windows_are_made_of_cases_is_refused() -> None:
    with pytest.raises(RecordingError, match="citybrain replay"):
        recorded(EMERGENCY)
