"""A history without waiting for its clock: which windows does it close, and what does it leave alone?"""

from typing import Any

import pytest

from citybrain import backfill as module
from citybrain.backfill import Backfilled, History, _Run, backfill
from citybrain.settings import Settings
from feeds.recording import RecordingError
from streams.catalog import AIR, EMERGENCY, ROAD
from streams.entities import Entities

MINUTE = 60_000
HOUR = 60 * MINUTE
# 08:00 in Shanghai.
START = 1_775_001_600_000


def history(begin: int = START) -> History:
    return History("los-angeles-traffic", "test", begin, [], [])


def run_of(begin: int = START, system: Any = ROAD) -> Any:
    return _Run(Settings(), system, history(begin), Entities(), Backfilled("backfill-test"))  # type: ignore[arg-type]


def test_its_clock_falls_into_every_window_up_to_the_last_record_and_beyond_midnight() -> None:
    run = run_of()
    run._last = START + 12 * MINUTE

    windows = [(clock["window_start"] - START) // (5 * MINUTE) for clock in run._clocks()]

    assert windows[:4] == [0, 1, 2, 3]
    # Midnight is 16 hours away; one tick on it, and one in the next window's tolerance.
    assert windows[-1] == 16 * 12
    assert len(windows) < 10


def test_a_window_that_the_watermark_does_not_reach_is_not_closed() -> None:
    hours = [(clock["window_start"] - START) // HOUR for clock in run_of(system=AIR)._clocks()]

    # Air waits an hour for what is late: the tick of 01:01 is in sight, but at its watermark the day has just begun.
    assert hours[-1] == 16


def test_a_row_that_is_published_with_as_much_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def row(start: int, revision: int) -> dict[str, Any]:
        place = {"indicator_id": "road.tti", "entity_type": "link", "entity_id": "L1"}
        return {**place, "window_start": start, "revision": revision}

    rows = [row(START, 999), row(START + HOUR, 999), row(START + 2 * HOUR, 900)]
    published = [
        {**row(START, 1_999), "start": str(START)},
        {**row(START + HOUR, 900), "start": str(START + HOUR)},
        {**row(START + 2 * HOUR, 900), "start": str(START + 2 * HOUR)},
    ]
    monkeypatch.setattr(module, "query", lambda *_: published)
    run = run_of()
    monkeypatch.setattr(run, "_rows", lambda *_: iter(rows), raising=False)

    new = list(run.new_rows([]))

    assert [(key, row["window_start"]) for key, row in new] == [("road.tti|L1", START + HOUR)]
    assert run.done.kept == 2


def test_a_system_whose_windows_are_made_of_cases_is_refused() -> None:
    with pytest.raises(RecordingError, match="citybrain replay"):
        backfill(Settings(), EMERGENCY, history(), "backfill-test")
