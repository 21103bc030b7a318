"""How late is what comes late, and what became of it? By source, from the ledger of late events."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from citybrain.settings import Settings
from citybrain.waiting import query
from indicators.rounding import divide_ceil
from sinks.tables import tables_of_topics
from streams.catalog import System

KEPT_SHARE_PERCENT = 99

_LATE = """
SELECT source, toUnixTimestamp64Milli(window_start) AS start, event_id, max(late_by_ms) AS late_by_ms
FROM late_events WHERE measure = '{measure}' GROUP BY source, window_start, event_id ORDER BY source, late_by_ms
"""
_EVENTS = "SELECT source, count() AS events FROM {view} GROUP BY source ORDER BY source"
_RESTATED = """
SELECT toUnixTimestamp64Milli(window_start) AS start, max(late_events) AS recovered FROM restatements
WHERE measure = '{measure}' AND reason = 'late_events' GROUP BY window_start
"""


@dataclass(frozen=True)
class Lateness:
    """The late events of one source. Times are milliseconds behind the end of the window that was over.

    `recovered` events are in a window that was restated since. `out_of_orderness_ms` is the setting with which
    99 % of the source's events would have been on time, never less than what is set now.
    """

    measure: str
    source: str
    events: int
    late: int
    p50_ms: int
    p95_ms: int
    p99_ms: int
    recovered: int
    windows: int
    restated_windows: int
    set_ms: int
    out_of_orderness_ms: int


def lateness(settings: Settings) -> Iterator[Lateness]:
    """Every source that has sent events, with or without late ones. Errors of the store pass through."""
    for system in settings.chosen:
        yield from _of_system(settings, system)


def _of_system(settings: Settings, system: System) -> Iterator[Lateness]:
    source = system.source
    (table,) = tables_of_topics()[source.topic.name]
    rows = query(settings, _LATE.format(measure=source.measure))
    restated = {
        int(row["start"]): int(row["recovered"])
        for row in query(settings, _RESTATED.format(measure=source.measure))
    }
    for counted in query(settings, _EVENTS.format(view=table.view)):
        mine = [row for row in rows if row["source"] == counted["source"]]
        late_by = sorted(int(row["late_by_ms"]) for row in mine)
        windows = {int(row["start"]) for row in mine}
        set_ms = source.out_of_orderness // timedelta(milliseconds=1)
        yield Lateness(
            measure=source.measure,
            source=counted["source"],
            events=int(counted["events"]),
            late=len(late_by),
            p50_ms=nearest_rank(late_by, 50),
            p95_ms=nearest_rank(late_by, 95),
            p99_ms=nearest_rank(late_by, 99),
            recovered=sum(int(row["start"]) in restated for row in mine),
            windows=len(windows),
            restated_windows=len(windows & restated.keys()),
            set_ms=set_ms,
            out_of_orderness_ms=set_ms + more_needed(late_by, int(counted["events"])),
        )


def nearest_rank(ordered: Sequence[int], percent: int) -> int:
    """The smallest value that `percent` % of the values keep; 0 without any."""
    return ordered[divide_ceil(percent * len(ordered), 100) - 1] if ordered else 0


def more_needed(late_by_ms: Sequence[int], events: int) -> int:
    """How much longer windows would have had to wait for 99 % of the events; `late_by_ms` is in ascending order.

    An event is late at exactly the end of its window, too, so one millisecond more than its lateness keeps it.
    """
    may_be_late = events * (100 - KEPT_SHARE_PERCENT) // 100
    if len(late_by_ms) <= may_be_late:
        return 0
    return late_by_ms[len(late_by_ms) - may_be_late - 1] + 1
