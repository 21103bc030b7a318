"""What do kept statistics of a civil day say, judged once more? The judge of the line, fed from the store."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from citybrain.settings import Settings
from citybrain.waiting import query
from indicators.standard import Edition
from indicators.vital_signs import VITAL_SIGNS
from streams.catalog import System
from streams.judge.balance import Change, key_of
from streams.judge.composite import part_is_over, part_of
from streams.judge.judge import Judge, Roster, UnjudgeableError, fold_of
from streams.judge.rows import Civil, Row, Statistic, Subject, clock_row
from streams.judge.window import HOUR_MS
from streams.keyed_state import KeyedState

RUN_ID = "judged-again"
_MEASURED = """
SELECT * FROM statistics
WHERE startsWith(measure, '{system}.') AND step = 0 AND entity_type != 'clock' AND {of_run}
  AND window_start >= fromUnixTimestamp64Milli({start}) AND window_start < fromUnixTimestamp64Milli({end})
ORDER BY window_start, measure, entity_type, entity_id
"""
_CLOCKS = """
SELECT * FROM statistics
WHERE startsWith(measure, '{system}.') AND entity_type = 'clock' AND {of_run}
  AND window_start >= fromUnixTimestamp64Milli({start}) AND window_start < fromUnixTimestamp64Milli({end})
"""
_NEXT_CLOCKS = """
SELECT * FROM statistics
WHERE startsWith(measure, '{system}.') AND entity_type = 'clock' AND {of_run}
  AND window_start >= fromUnixTimestamp64Milli({end})
ORDER BY window_start LIMIT 1 BY measure
"""
_OVERDUE_BEFORE = """
SELECT measure, entity_type, entity_id, sum(sums['overdue_begun']) - sum(sums['overdue_ended']) AS waiting
FROM statistics
WHERE startsWith(measure, '{system}.') AND step = 0 AND entity_type != 'clock' AND {of_run}
  AND window_start < fromUnixTimestamp64Milli({start})
GROUP BY measure, entity_type, entity_id
HAVING waiting > 0
"""
_STANDING = """
SELECT entity_type, entity_id, value FROM indicators
WHERE indicator_id = '{indicator}' AND finality IN ('final', 'restated') AND value > 0 AND {of_run}
  AND window_end = fromUnixTimestamp64Milli({start})
"""
_PARTS = """
SELECT * FROM indicators
WHERE indicator_id IN ({parts}) AND entity_type IN ('area', 'city') AND finality IN ('final', 'restated') AND {of_run}
  AND window_start >= fromUnixTimestamp64Milli({start}) AND window_start < fromUnixTimestamp64Milli({end})
"""

RowKey = tuple[str, str, str, int]
"""Indicator, entity type, entity id, window start (milliseconds)."""


def nobody(_system: str, _entity_type: str, _at_ms: int) -> list[dict[str, Any]]:
    """The roster of those who do not ask who was silent."""
    return []


@dataclass(frozen=True)
class DayOf:
    """One civil day of one system, to be judged from what the store keeps.

    `corrected` statistics take the place of the kept ones. `chosen` names an edition for an indicator.
    `clocks` take the place of the kept clock rows, where the store has none. `run_id` leaves out what other runs told of the day.
    `look_back` reads the day before, too, for an edition that needs its hours; some systems always do. `whole` adds what other systems
    published of the day, so that the city's composite is judged as well.
    """

    settings: Settings
    system: System
    day: date
    roster: Roster = nobody
    mode: str = "replay"
    run_id: str | None = None
    corrected: Iterable[Row] = ()
    clocks: Iterable[Row] = ()
    chosen: Mapping[str, Edition] = field(default_factory=dict)
    look_back: bool = False
    whole: bool = False

    @property
    def _of_run(self) -> str:
        return "1" if self.run_id is None else f"run_id = '{self.run_id}'"

    @property
    def _civil(self) -> Civil:
        return Civil(self.settings.zone)

    def rows(self) -> Mapping[RowKey, Row]:
        """The row of each whole window that begins in the day; times in milliseconds, `run_id` ours.

        What cannot be judged has no row, as when it was published. Errors of the store pass through.
        """
        start, end = self._civil.day(self.day)
        looks_back = self.look_back or fold_of(self.system).looks_back
        first = self._civil.day(self.day - timedelta(days=1))[0] if looks_back else start
        state = KeyedState(dict(self._balances(first)))
        judge = Judge(state, self.roster, mode=self.mode, zone=self.settings.zone, chosen=self.chosen)
        parts: list[Statistic] = []
        found: dict[RowKey, Row] = {}
        for statistic in self._line(first, end):
            try:
                _keep(found, judge.on_statistic(statistic))
            except UnjudgeableError:
                continue
            parts += judge.take_handed_on()
        if self.whole and parts:
            for part in [*self._parts_of_others(start, end), *parts, *self._parts_over(start, end)]:
                _keep(found, judge.on_statistic(part))
        return {key: row for key, row in found.items() if start <= key[3] < end}

    def _line(self, start: int, end: int) -> list[Row]:
        """Statistics and clock rows in the order of their moments, as the line had them."""
        statistics = self._statistics(start, end)
        if self.clocks:
            clocks = sorted(self.clocks, key=lambda clock: int(clock["window_start"]))
            inside = [clock for clock in clocks if start <= clock["window_start"] < end]
            after = [clock for clock in clocks if clock["window_start"] >= end]
            return _in_order([*statistics, *inside, *after[:1]], self.system)
        sql = f"{_CLOCKS}UNION ALL SELECT * FROM ({_NEXT_CLOCKS})"
        asked = sql.format(system=self.system.slug, start=start, end=end, of_run=self._of_run)
        clocks = [_statistic(row) for row in query(self.settings, asked)]
        if not clocks:
            # Nothing tells when windows were over: they all are.
            window_ms = self.system.source.window // timedelta(milliseconds=1)
            measures = sorted({statistic["measure"] for statistic in statistics})
            begins = (*range(start, end, window_ms), end)
            clocks = [first_clock(measure, begin, window_ms) for begin in begins for measure in measures]
        return _in_order([*statistics, *clocks], self.system)

    def _statistics(self, start: int, end: int) -> list[Row]:
        sql = _MEASURED.format(system=self.system.slug, start=start, end=end, of_run=self._of_run)
        kept = {_place(row): row for row in map(_statistic, query(self.settings, sql))}
        for row in self.corrected:
            if start <= row["window_start"] < end:
                kept[_place(row)] = {**row, "run_id": RUN_ID, "generation": 0}
        # Nothing is left of what was withdrawn.
        return [kept[place] for place in sorted(kept) if kept[place]["observations"] or kept[place]["sums"]]

    def _balances(self, start: int) -> Iterator[tuple[str, Any]]:
        if indicator := fold_of(self.system).standing:
            sql = _STANDING.format(indicator=indicator, start=start, of_run=self._of_run)
            for row in query(self.settings, sql):
                subject = Subject(row["entity_type"], row["entity_id"], None, start, start, RUN_ID)
                key = key_of(self.system.source.measure, subject, start - 1)
                yield key, Change(before=0, change=int(row["value"]))
        if self.system.slug != "emergency":
            return
        sql = _OVERDUE_BEFORE.format(system=self.system.slug, start=start, of_run=self._of_run)
        for row in query(self.settings, sql):
            subject = Subject(row["entity_type"], row["entity_id"], None, start, start, RUN_ID)
            # As if all of it had come in one window just before.
            yield key_of(row["measure"], subject, start - 1), Change(before=0, change=int(row["waiting"]))

    def _parts_of_others(self, start: int, end: int) -> Iterator[Statistic]:
        ids = [part for part in VITAL_SIGNS.by_indicator if not part.startswith(f"{self.system.slug}.")]
        named = ", ".join(f"'{part}'" for part in ids)
        sql = _PARTS.format(parts=named, start=start, end=end, of_run=self._of_run)
        for row in query(self.settings, sql):
            part = part_of({**row_of_store(row), "run_id": RUN_ID})
            if part is not None:
                yield part

    def _parts_over(self, start: int, end: int) -> Iterator[Statistic]:
        for hour_end in range(start + HOUR_MS, end + 1, HOUR_MS):
            for part in VITAL_SIGNS.by_indicator:
                yield part_is_over(part, hour_end, RUN_ID)


def row_of_store(row: Mapping[str, Any]) -> Row:
    """A row of the view `indicators`, as the judge makes them: times in milliseconds, numbers as numbers."""
    return {
        **row,
        "window_start": milliseconds(row["window_start"]),
        "window_end": milliseconds(row["window_end"]),
        "value": None if row["value"] is None else float(row["value"]),
        "observations": int(row["observations"]),
        "expected": None if row["expected"] is None else int(row["expected"]),
        "revision": int(row["revision"]),
        "inputs": {name: int(value) for name, value in row["inputs"].items()},
    }


def milliseconds(text: str) -> int:
    """Epoch milliseconds of a time as the store writes it."""
    return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


def _keep(found: dict[RowKey, Row], rows: Iterable[Row]) -> None:
    for row in rows:
        key = (row["indicator_id"], row["entity_type"], row["entity_id"], row["window_start"])
        known = found.get(key)
        if row["finality"] != "provisional" and (known is None or known["revision"] <= row["revision"]):
            found[key] = row


def _place(row: Row) -> tuple[int, str, str, str]:
    return row["window_start"], row["measure"], row["entity_type"], row["entity_id"]


def _in_order(rows: Iterable[Row], system: System) -> list[Row]:
    step_ms = system.source.step // timedelta(milliseconds=1)
    return sorted(rows, key=lambda row: _moment(row, step_ms))


def _moment(row: Row, step_ms: int) -> tuple[int, bool]:
    """When a row was written, and the clock row last of its moment."""
    at = row["window_start"] + row["step"] * step_ms if row["step"] else row["window_end"]
    return at, row["entity_type"] == "clock"


def _statistic(row: Mapping[str, Any]) -> Row:
    return {
        **row,
        "window_start": milliseconds(row["window_start"]),
        "window_end": milliseconds(row["window_end"]),
        "observations": int(row["observations"]),
        "sums": {name: int(value) for name, value in row["sums"].items()},
        "histogram": {name: int(value) for name, value in row["histogram"].items()},
        "run_id": RUN_ID,
        # Whichever job counted it: the day is judged as one.
        "generation": 0,
    }


def first_clock(measure: str, window_start: int, window_ms: int) -> Row:
    """The first clock row of a window: it says that the window before is over."""
    return clock_row(measure, window_start, window_start + window_ms, 1, RUN_ID)
