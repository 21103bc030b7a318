"""Which windows have to be counted again? Those of late and corrected events, and once more when a roll-up is over.

An hour or a civil day that was open when one of its windows was counted again is told by the judge without that,
when it is over. So the window is counted again then, and the roll-up comes out restated.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from citybrain.settings import Settings
from citybrain.waiting import query
from sinks.tables import tables_of_topics
from streams.catalog import HORIZON, System
from streams.judge.judge import fold_of
from streams.judge.rows import Civil
from streams.judge.window import HOUR_MS

Reason = Literal["late_events", "corrected_events", "by_hand"]

_LATE_WINDOWS = """
SELECT toUnixTimestamp64Milli(window_start) AS start, run_id, uniqExact(event_id) AS late
FROM late_events WHERE measure = '{measure}' AND window_start >= fromUnixTimestamp64Milli({since})
GROUP BY window_start, run_id ORDER BY start, run_id
"""
_RUNS = """
SELECT toUnixTimestamp64Milli(window_start) AS start, argMax(run_id, ingest_time_max) AS run_id FROM statistics
WHERE startsWith(measure, '{system}.') AND entity_type != 'clock' AND step = 0
  AND window_start >= fromUnixTimestamp64Milli({start}) AND window_start < fromUnixTimestamp64Milli({end})
GROUP BY window_start ORDER BY start
"""
# Only of windows that are over: an open one is about to be told by the line, without the correction.
_CORRECTED_WINDOWS = """
SELECT start, run_id, sum(version) AS corrections FROM (
  SELECT intDiv(toUnixTimestamp64Milli(event_time), {length}) * {length} AS start, run_id, event_id,
    max(source_version) AS version
  FROM {base}
  WHERE _topic = '{archive_only}' AND source_version > 0 AND event_time >= fromUnixTimestamp64Milli({since})
  GROUP BY start, run_id, event_id
) WHERE (start, run_id) IN (
  SELECT toUnixTimestamp64Milli(window_start), run_id FROM statistics
  WHERE startsWith(measure, '{system}.') AND entity_type = 'clock' AND step = 0
) GROUP BY start, run_id ORDER BY start, run_id
"""
_RESTATED = """
SELECT toUnixTimestamp64Milli(window_start) AS start, run_id, max(late_events) AS recovered,
  max(corrections) AS corrections, argMax(reason, restated_at) AS why,
  toUnixTimestamp64Milli(max(closed_until)) AS closed
FROM restatements
WHERE measure = '{measure}' AND window_start >= fromUnixTimestamp64Milli({since}) GROUP BY window_start, run_id
"""
_CLOSED = """
SELECT run_id, toUnixTimestamp64Milli(max(window_start)) AS closed FROM statistics
WHERE startsWith(measure, '{system}.') AND entity_type = 'clock' GROUP BY run_id
"""


@dataclass(frozen=True)
class Window:
    """One window of a system's source in one run, milliseconds.

    It has so many late events; `corrections` is the sum of the newest versions of its corrected events.
    """

    start: int
    end: int
    run_id: str
    late: int = 0
    corrections: int = 0


def touched(settings: Settings, system: System) -> Mapping[Reason, Sequence[Window]]:
    """Windows inside the horizon that are to be counted again, oldest first, by why.

    Those with late or corrected events that no restatement has counted yet, and those that were counted again
    while an hour or day around them was open that is over now. The horizon is told from the newest window of each
    run: its city time, also in a replay of the past.
    """
    closed, civil = closed_until(settings, system), Civil(settings.zone)
    horizons = {run_id: until - HORIZON // timedelta(milliseconds=1) for run_id, until in closed.items()}
    since = max(0, min(horizons.values(), default=0))
    length = system.source.window // timedelta(milliseconds=1)
    restated = {
        (int(row["start"]), row["run_id"]): row
        for row in query(settings, _RESTATED.format(measure=system.source.measure, since=since))
    }
    news = {(window.start, window.run_id): window for window in _news(settings, system, since)}
    found: dict[Reason, list[Window]] = {}
    for start, run_id in sorted(news.keys() | restated.keys()):
        # A run of which no clock is left was replaced, window by window, by one that told of the same days.
        if start < horizons.get(run_id, start + 1):
            continue
        window = news.get((start, run_id), Window(start, start + length, run_id))
        before = restated.get((start, run_id))
        reason = _why(window, before)
        if reason is None and before is not None and before["closed"] is not None:
            then, now = int(before["closed"]), closed.get(run_id, 0) - length
            ends = roll_up_ends(civil, window, looks_back=fold_of(system).looks_back)
            if any(then <= end <= now for end in ends):
                reason = before["why"]
        if reason is not None:
            found.setdefault(reason, []).append(window)
    return found


def _why(window: Window, before: Mapping[str, Any] | None) -> Reason | None:
    late, corrections = (0, 0) if before is None else (int(before["recovered"]), int(before["corrections"]))
    if window.late > late:
        return "late_events"
    return "corrected_events" if window.corrections > corrections else None


def roll_up_ends(civil: Civil, window: Window, *, looks_back: bool = False) -> tuple[int, ...]:
    """Ends of the hour and the civil day that a window is a part of, and of the day that looks back on it, milliseconds."""
    hour = (window.start // HOUR_MS + 1) * HOUR_MS
    day = civil.date_of(window.start)
    days = (day, day + timedelta(days=1)) if looks_back else (day,)
    return tuple(end for end in (hour, *(civil.day(one)[1] for one in days)) if end > window.end)


def closed_until(settings: Settings, system: System) -> Mapping[str, int]:
    """City time up to which all windows of each run of a system are over, milliseconds."""
    return {row["run_id"]: int(row["closed"]) for row in query(settings, _CLOSED.format(system=system.slug))}


def _news(settings: Settings, system: System, since: int) -> list[Window]:
    """Windows with late or corrected events since a moment, oldest first."""
    length = system.source.window // timedelta(milliseconds=1)
    asked = {"system": system.slug, "measure": system.source.measure, "since": since, "length": length}
    late = {
        (int(row["start"]), row["run_id"]): int(row["late"])
        for row in query(settings, _LATE_WINDOWS.format(**asked))
    }
    corrections: dict[tuple[int, str], int] = {}
    if system.windows_its_events:
        (table,) = tables_of_topics()[system.archive_only.name]
        sql = _CORRECTED_WINDOWS.format(base=table.base, archive_only=system.archive_only.name, **asked)
        corrections = {
            (int(row["start"]), row["run_id"]): int(row["corrections"]) for row in query(settings, sql)
        }
    return [
        Window(
            start, start + length, run_id, late.get((start, run_id), 0), corrections.get((start, run_id), 0)
        )
        for start, run_id in sorted(late.keys() | corrections.keys())
    ]


def windows_between(settings: Settings, system: System, start: int, end: int) -> list[Window]:
    """Every window of a system that begins in [start, end) (milliseconds) and has statistics."""
    length = system.source.window // timedelta(milliseconds=1)
    news = {(window.start, window.run_id): window for window in _news(settings, system, start)}
    rows = query(settings, _RUNS.format(system=system.slug, start=start, end=end))
    plain = [Window(int(row["start"]), int(row["start"]) + length, row["run_id"]) for row in rows]
    return [news.get((window.start, window.run_id), window) for window in plain]
