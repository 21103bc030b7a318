"""What would kept statistics say under another edition? Judges them again, beside what was published.

Reads the store and writes nothing: no raw event is needed, and what was published stays as it is.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from citybrain.settings import Settings
from citybrain.waiting import query
from indicators.catalog import Indicator
from indicators.standard import Edition
from streams.catalog import SYSTEMS, System
from streams.judge.judge import Judge, UnjudgeableError
from streams.judge.rows import Civil, Row
from streams.keyed_state import KeyedState

RUN_ID = "judged-again"
_MEASURED = """
SELECT * FROM statistics
WHERE startsWith(measure, '{system}.') AND step = 0 AND entity_type != 'clock'
  AND window_start >= fromUnixTimestamp64Milli({start}) AND window_start < fromUnixTimestamp64Milli({end})
ORDER BY window_start, measure, entity_type, entity_id
"""
_PUBLISHED = """
SELECT entity_type, entity_id, window_start, value, grade, validity, standard, edition, details FROM indicators
WHERE indicator_id = '{indicator}' AND finality IN ('final', 'restated')
  AND window_start >= fromUnixTimestamp64Milli({start}) AND window_start < fromUnixTimestamp64Milli({end})
"""

Key = tuple[int, str, str]
"""Window start (milliseconds), entity type, entity id."""


@dataclass(frozen=True)
class Verdict:
    """What one edition says of one window. `edition` names standard and edition."""

    value: float | None
    grade: str | None
    validity: str
    edition: str
    primary: str


@dataclass(frozen=True)
class Comparison:
    """One window of one entity: as published (None where nothing was), and judged again."""

    window_start: int
    entity_type: str
    entity_id: str
    published: Verdict | None
    again: Verdict

    @property
    def differs(self) -> bool:
        """Whether value or grade would have been another."""
        before = (self.published.value, self.published.grade) if self.published else None
        return before != (self.again.value, self.again.grade)


def rejudged(
    settings: Settings, indicator: Indicator, edition: Edition, start: int, end: int
) -> Iterator[Comparison]:
    """Every window of an indicator that starts in [start, end) (milliseconds), oldest first.

    Whole civil days are read, so that a day is judged from all its hours. Errors of the store pass through.
    """
    civil = Civil(settings.zone)
    day, last = civil.date_of(start), civil.date_of(end - 1)
    while day <= last:
        again = _judged_day(settings, indicator, edition, day, civil)
        published = _published(settings, indicator, civil.day(day))
        for key in sorted(again):
            if start <= key[0] < end:
                yield Comparison(*key, published.get(key), again[key])
        day += timedelta(days=1)


def _judged_day(
    settings: Settings, indicator: Indicator, edition: Edition, day: date, civil: Civil
) -> Mapping[Key, Verdict]:
    start, end = civil.day(day)
    if edition in indicator.variants:
        # A variant may look back over the hours of the day before.
        start, _ = civil.day(day - timedelta(days=1))
    system = SYSTEMS[indicator.system]
    judge = Judge(
        KeyedState(), lambda *_: (), mode="replay", zone=settings.zone, chosen={indicator.id: edition}
    )
    found: dict[Key, tuple[int, Verdict]] = {}
    for statistic in _with_clocks(_measured(settings, system, start, end), system, end):
        try:
            rows = judge.on_statistic(statistic)
        except UnjudgeableError:
            # As when it was published: what cannot be judged has no row.
            continue
        for row in rows:
            key = (row["window_start"], row["entity_type"], row["entity_id"])
            newest = found.get(key)
            if row["indicator_id"] == indicator.id and (newest is None or newest[0] <= row["revision"]):
                found[key] = (row["revision"], _verdict(row))
    return {key: verdict for key, (_, verdict) in found.items()}


def _with_clocks(statistics: list[Row], system: System, end: int) -> Iterator[Row]:
    """The statistics with a clock row behind each window, as the line writes them; the last closes the day."""
    measures = {statistic["measure"] for statistic in statistics}
    window_ms = int(system.source.window / timedelta(milliseconds=1))
    reached: int | None = None
    for statistic in statistics:
        if statistic["window_start"] != reached:
            reached = statistic["window_start"]
            yield from (_clock(measure, statistic["window_start"], window_ms) for measure in sorted(measures))
        yield statistic
    for at in (end - window_ms, end):
        yield from (_clock(measure, at, window_ms) for measure in sorted(measures))


def _clock(measure: str, window_start: int, window_ms: int) -> Row:
    return {
        "measure": measure,
        "entity_type": "clock",
        "entity_id": "clock",
        "area_id": None,
        "window_start": window_start,
        "window_end": window_start + window_ms,
        "step": 1,
        "observations": 0,
        "sums": {},
        "histogram": {},
        "ingest_time_max": None,
        "run_id": RUN_ID,
    }


def _measured(settings: Settings, system: System, start: int, end: int) -> list[Row]:
    rows = query(settings, _MEASURED.format(system=system.slug, start=start, end=end))
    return [
        {
            **row,
            "window_start": _milliseconds(row["window_start"]),
            "window_end": _milliseconds(row["window_end"]),
            "observations": int(row["observations"]),
            "sums": {name: int(value) for name, value in row["sums"].items()},
            "histogram": {name: int(value) for name, value in row["histogram"].items()},
            "run_id": RUN_ID,
        }
        for row in rows
    ]


def _published(settings: Settings, indicator: Indicator, span: tuple[int, int]) -> Mapping[Key, Verdict]:
    sql = _PUBLISHED.format(indicator=indicator.id, start=span[0], end=span[1])
    return {
        (_milliseconds(row["window_start"]), row["entity_type"], row["entity_id"]): _verdict(row)
        for row in query(settings, sql)
    }


def _verdict(row: Mapping[str, Any]) -> Verdict:
    return Verdict(
        None if row["value"] is None else float(row["value"]),
        row["grade"],
        row["validity"],
        f"{row['standard']}-{row['edition']}",
        row["details"].get("primary", ""),
    )


def _milliseconds(text: str) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)
