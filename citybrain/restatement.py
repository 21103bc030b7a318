"""What do windows say now that late or corrected events have touched? Those events lead to restated rows.

The windows that they belong to (`touched`) are counted again from all their archived events (`recompute`), the civil
days around them judged again (`judged_days`), and every row that comes out otherwise than published is published
as `restated`, with the next thousand of revisions. What comes out the same is not told again, so that doing it
twice changes nothing.
"""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.metadata import version
from typing import Any

from citybrain.judged_days import DayOf, RowKey, milliseconds, row_of_store
from citybrain.recompute import recomputed
from citybrain.runs import mode_of_line
from citybrain.settings import Settings
from citybrain.touched import Reason, Window, closed_until
from citybrain.waiting import Patience, query, wait_until_in_store
from jobs.planner import Planner
from schemas.records import schema
from schemas.registry import Registry
from sinks.tables import tables_of_topics
from streams.catalog import INDICATORS, RECOMPUTED, RESTATEMENTS, System, key_of
from streams.entities import EntityReader
from streams.judge.judge import fold_of
from streams.judge.rows import FINAL_DATA, FINAL_NO_DATA, Civil, Row
from streams.published import publish_indicators
from streams.publishing import publish

STALLED_SECONDS = 60.0

_EVENTS = """
SELECT {columns} FROM (
  SELECT * FROM {view}
  WHERE event_time >= fromUnixTimestamp64Milli({start}) AND event_time < fromUnixTimestamp64Milli({end})
    AND run_id = '{run_id}' AND quality != 'withdrawn'
)
"""
_PUBLISHED = """
SELECT * FROM indicators
WHERE (startsWith(indicator_id, '{system}.') OR startsWith(indicator_id, 'city.')) AND run_id = '{run_id}'
  AND window_start >= fromUnixTimestamp64Milli({start}) AND window_start < fromUnixTimestamp64Milli({end})
"""
_COUNTED = """
SELECT measure, entity_type, entity_id, area_id, window_start, window_end, run_id, generation FROM statistics
WHERE startsWith(measure, '{system}.') AND step = 0 AND entity_type != 'clock' AND run_id = '{run_id}'
  AND observations > 0
  AND window_start >= fromUnixTimestamp64Milli({start}) AND window_start < fromUnixTimestamp64Milli({end})
"""
_GENERATION = """
SELECT max(generation) AS newest FROM statistics WHERE startsWith(measure, '{system}.') AND run_id = '{run_id}'
"""
_OBSERVATIONS = """
SELECT measure, toUnixTimestamp64Milli(window_start) AS start, sum(observations) AS counted FROM statistics
WHERE startsWith(measure, '{system}.') AND step = 0 AND entity_type = '{finest}' AND run_id = '{run_id}'
  AND window_start >= fromUnixTimestamp64Milli({start}) AND window_start < fromUnixTimestamp64Milli({end})
GROUP BY measure, window_start
"""


@dataclass(frozen=True)
class Restated:
    """What one restatement did."""

    system: System
    windows: Sequence[Window]
    events: int
    rows: Sequence[Row]
    seconds: float


def restate(
    settings: Settings, system: System, windows: Sequence[Window], reason: Reason, planner: Planner
) -> Restated:
    """Count these windows again, judge their days again, and publish what differs. Raises RecomputeError.

    Each run's windows are counted from its own events.
    """
    began = time.monotonic()
    events, rows = 0, list[Row]()
    for run_id in sorted({window.run_id for window in windows}):
        mine = [window for window in windows if window.run_id == run_id]
        counted, told = _restate_run(settings, system, mine, reason, planner)
        events += counted
        rows += told
    # Whoever looks next, also for what is still to do, finds it done.
    wait_until_in_store(settings, [RECOMPUTED, INDICATORS, RESTATEMENTS], Patience(STALLED_SECONDS))
    return Restated(system, windows, events, rows, time.monotonic() - began)


def _restate_run(
    settings: Settings, system: System, windows: Sequence[Window], reason: Reason, planner: Planner
) -> tuple[int, list[Row]]:
    """The windows of one run; how many events they have, and the rows that differ."""
    # What the line tells of later than this, it tells without what is counted here.
    closed = closed_until(settings, system).get(windows[0].run_id)
    events = list(archived(settings, system, windows))
    before = _observations(settings, system, windows)
    (generation,) = query(settings, _GENERATION.format(system=system.slug, run_id=windows[0].run_id))
    statistics = recomputed(settings, system, events, planner, generation=int(generation["newest"]))
    statistics += _emptied(settings, system, windows, statistics)
    rows = list(_differing(settings, system, windows, statistics, reason))
    registry = Registry(settings.registry)
    now = time.time_ns() // 1_000_000
    publish_indicators(settings.kafka, registry, ({**row, "computed_at": now} for row in rows))
    after = _counted(system, statistics)
    ledger = [
        {
            "measure": system.source.measure,
            "window_start": window.start,
            "window_end": window.end,
            "run_id": window.run_id,
            "restated_at": now,
            "reason": reason,
            "late_events": window.late,
            "corrections": window.corrections,
            "closed_until": closed,
            "observations_before": before.get(window.start, 0),
            "observations_after": after.get(window.start, 0),
            "rows_restated": sum(
                row["window_start"] < window.end and row["window_end"] > window.start for row in rows
            ),
            "code_version": version("citybrain-streams"),
        }
        for window in windows
    ]
    publish(
        settings.kafka,
        registry,
        RESTATEMENTS,
        ((f"{entry['measure']}|{entry['window_start']}", entry) for entry in ledger),
    )
    return len(events), rows


def _emptied(
    settings: Settings, system: System, windows: Sequence[Window], statistics: Sequence[Row]
) -> list[Row]:
    """What was counted of these windows and is nothing any more, everything of it withdrawn: published as nothing."""
    starts = {window.start for window in windows}
    span = {"start": min(starts), "end": max(starts) + 1, "run_id": windows[0].run_id}
    counted = {_place(row) for row in statistics}
    emptied = [
        {
            **row,
            "window_start": milliseconds(row["window_start"]),
            "window_end": milliseconds(row["window_end"]),
            "step": 0,
            "observations": 0,
            "sums": {},
            "histogram": {},
            "ingest_time_max": None,
        }
        for row in query(settings, _COUNTED.format(system=system.slug, **span))
        if milliseconds(row["window_start"]) in starts
    ]
    emptied = [row for row in emptied if _place(row) not in counted]
    keyed = ((key_of(row["measure"]), row) for row in emptied)
    publish(settings.kafka, Registry(settings.registry), RECOMPUTED, keyed)
    return emptied


def _place(row: Row) -> tuple[str, str, str, int]:
    return (row["measure"], row["entity_type"], row["entity_id"], row["window_start"])


def archived(settings: Settings, system: System, windows: Iterable[Window]) -> Iterator[Row]:
    """The archived events of these windows, complete for their record, times in milliseconds."""
    topic = system.source.topic
    (table,) = tables_of_topics()[topic.name]
    fields = schema(topic.record)["fields"]
    columns = ", ".join(
        f"toUnixTimestamp64Milli({field['name']}) AS {field['name']}" if _is_time(field) else field["name"]
        for field in fields
    )
    whole = {field["name"] for field in fields if _is_whole(field)}
    for run_id, start, end in joined(windows):
        sql = _EVENTS.format(columns=columns, view=table.view, start=start, end=end, run_id=run_id)
        for row in query(settings, sql):
            yield {
                name: int(value) if name in whole and value is not None else value
                for name, value in row.items()
            }


def _differing(
    settings: Settings, system: System, windows: Sequence[Window], statistics: Sequence[Row], reason: Reason
) -> Iterator[Row]:
    reader = EntityReader(settings.kafka, Registry(settings.registry))
    try:
        reader.catch_up()
        civil = Civil(settings.zone)
        for day in sorted(_days(system, civil, windows)):
            judged = DayOf(
                settings,
                system,
                day,
                roster=reader.expected,
                mode=mode_of_line(settings),
                run_id=windows[0].run_id,
                corrected=statistics,
                whole=True,
            ).rows()
            published = _published(settings, system, civil.day(day), windows[0].run_id)
            for key in sorted(judged):
                row = _restated(judged[key], published.get(key), reason)
                if row is not None:
                    yield row
    finally:
        reader.close()


def _restated(row: Row, published: Row | None, reason: Reason) -> Row | None:
    """The row as it has to be published again; None where it was never final or says what was published."""
    if published is None or published["finality"] == "provisional" or says(row) == says(published):
        return None
    last = FINAL_NO_DATA if row["validity"] == "no_data" else FINAL_DATA
    return {
        **row,
        "finality": "restated",
        "revision": (published["revision"] // 1000 + 1) * 1000 + last,
        "details": {**row["details"], "restated_because": reason},
        "run_id": published["run_id"],
    }


def says(row: Row) -> tuple[Any, ...]:
    """What makes two rows of an indicator, entity and window say the same."""
    return tuple(row[name] for name in ("value", "grade", "validity", "observations", "expected", "inputs"))


def _days(system: System, civil: Civil, windows: Iterable[Window]) -> set[date]:
    """The days that these windows are in, and those after them where a day looks back."""
    days = {civil.date_of(window.start) for window in windows}
    return days | {day + timedelta(days=1) for day in days} if fold_of(system).looks_back else days


def _published(
    settings: Settings, system: System, span: tuple[int, int], run_id: str
) -> Mapping[RowKey, Row]:
    sql = _PUBLISHED.format(system=system.slug, start=span[0], end=span[1], run_id=run_id)
    rows = map(row_of_store, query(settings, sql))
    return {
        (row["indicator_id"], row["entity_type"], row["entity_id"], row["window_start"]): row for row in rows
    }


def _observations(settings: Settings, system: System, windows: Sequence[Window]) -> Mapping[int, int]:
    if not windows:
        return {}
    start, end = windows[0].start, max(window.end for window in windows)
    sql = _OBSERVATIONS.format(
        system=system.slug,
        finest=system.source.counted_once_in,
        start=start,
        end=end,
        run_id=windows[0].run_id,
    )
    counted: dict[int, int] = {}
    for row in query(settings, sql):
        counted[int(row["start"])] = counted.get(int(row["start"]), 0) + int(row["counted"])
    return counted


def _counted(system: System, statistics: Iterable[Row]) -> Mapping[int, int]:
    counted: dict[int, int] = {}
    for row in statistics:
        if row["entity_type"] == system.source.counted_once_in:
            counted[row["window_start"]] = counted.get(row["window_start"], 0) + row["observations"]
    return counted


def joined(windows: Iterable[Window]) -> Iterator[tuple[str, int, int]]:
    """Run, start and end of spans without gaps, so that neighbouring windows are read at once."""
    span: tuple[str, int, int] | None = None
    for window in sorted(windows, key=lambda window: (window.run_id, window.start)):
        if span is not None and span[0] == window.run_id and window.start <= span[2]:
            span = (window.run_id, span[1], max(span[2], window.end))
        else:
            if span is not None:
                yield span
            span = (window.run_id, window.start, window.end)
    if span is not None:
        yield span


def _is_time(field: Mapping[str, Any]) -> bool:
    return any(isinstance(kind, dict) and "logicalType" in kind for kind in _kinds(field))


def _is_whole(field: Mapping[str, Any]) -> bool:
    return any(
        (kind["type"] if isinstance(kind, dict) else kind) in ("long", "int") for kind in _kinds(field)
    )


def _kinds(field: Mapping[str, Any]) -> list[Any]:
    return field["type"] if isinstance(field["type"], list) else [field["type"]]
