"""What would the line have said of a recording? Days of history at full speed, beside whatever it is doing now.

The same decoders and rules as the normalizer, the same SQL as a batch run, the same judge; only the clock is not
waited for. Nothing of it touches the live jobs and their state, and no published row of an equal or higher revision
is replaced.
"""

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from citybrain.judged_days import DayOf, RowKey, clock_row
from citybrain.player import Envelope, Pace, Player, closing_clocks
from citybrain.recompute import recomputed
from citybrain.runs import mode_of_line
from citybrain.settings import Settings
from citybrain.waiting import Patience, query, wait_until_in_store
from feeds.decoding import Raw
from feeds.recording import RecordingError, TimedRaw
from schemas.registry import Registry
from streams.catalog import INDICATORS, RECOMPUTED, System
from streams.entities import EntityReader
from streams.judge.rows import Civil, Row
from streams.normalize.normalizer import Normalizer, Origin, Tally
from streams.normalize.repeats import RepeatFilter
from streams.publishing import publish

STALLED_SECONDS = 60.0
DAYS_AT_ONCE = 31
"""Published revisions are asked for by so many days."""

_REVISIONS = """
SELECT indicator_id, entity_type, entity_id, toUnixTimestamp64Milli(window_start) AS start, revision FROM indicators
WHERE startsWith(indicator_id, '{system}.') AND finality != 'provisional'
  AND window_start >= fromUnixTimestamp64Milli({start}) AND window_start < fromUnixTimestamp64Milli({end})
"""


@dataclass(frozen=True)
class History:
    """What is to be run again: a feed's records in the order of their times, and who was there then.

    Times are the recording's own; `shift_ms` moves all of it. `begin` is where its clock starts.
    """

    feed: str
    source: str
    begin: int
    records: Iterable[TimedRaw]
    entities: Iterable[Mapping[str, Any]]
    shift_ms: int = 0


@dataclass
class Backfilled:
    """What became of it. `kept` rows were left alone because as much or more was published already."""

    run_id: str
    tally: Tally = field(default_factory=Tally)
    statistics: int = 0
    rows: int = 0
    kept: int = 0
    seconds: float = 0.0


def backfill(
    settings: Settings, system: System, history: History, run_id: str, *, parallelism: int = 1
) -> Backfilled:
    """Run a history through the line's own rules, SQL and judge, and publish its final rows.

    Raises RecomputeError, and RecordingError for a system whose windows are made of more than its events.
    """
    if system.source.topic != system.normalized:
        raise RecordingError(
            f"The windows of {system.slug} are made of outcomes of cases, which need the line's own clock.",
            "Play it with `citybrain replay --speed max`.",
        )
    began = time.monotonic()
    registry = Registry(settings.registry)
    envelope = Envelope(run_id, history.source, history.shift_ms)
    Player(settings.kafka, registry, envelope, Pace(None)).announce(
        dict(entity) for entity in history.entities
    )
    entities = EntityReader(settings.kafka, registry)
    try:
        entities.catch_up()
        run = _Run(settings, system, history, entities, Backfilled(run_id))
        statistics = recomputed(settings, system, run.events(registry), parallelism=parallelism)
        run.done.statistics = len(statistics)
        run.done.rows = publish(settings.kafka, registry, INDICATORS, run.new_rows(statistics))
    finally:
        entities.close()
    wait_until_in_store(settings, [RECOMPUTED, INDICATORS], Patience(STALLED_SECONDS))
    run.done.seconds = time.monotonic() - began
    return run.done


@dataclass
class _Run:
    """One backfill at work."""

    settings: Settings
    system: System
    history: History
    entities: EntityReader
    done: Backfilled

    def __post_init__(self) -> None:
        self._begin = self._last = self.history.begin + self.history.shift_ms

    def events(self, registry: Registry) -> Iterator[Row]:
        """The events of the history; what is rejected goes to the system's dead letters."""
        history, run_id = self.history, self.done.run_id
        normalizer = Normalizer(self.system, self.entities.get)
        repeats = RepeatFilter(self.system.repeat_span)
        letters: list[tuple[str, Mapping[str, Any]]] = []
        for number, record in enumerate(history.records):
            at = record.at + history.shift_ms
            self._last = max(self._last, at)
            raw = Raw(
                history.feed, record.payload, record.context, at, history.source, run_id, history.shift_ms
            )
            origin = Origin(f"backfill:{run_id}", 0, number, at)
            outcome = normalizer.normalize(origin, raw, repeats, self.done.tally)
            repeats.keep()
            letters += [(letter["dead_letter_id"], letter) for letter in outcome.dead_letters]
            yield from outcome.events
        publish(self.settings.kafka, registry, self.system.dead_letters, letters)

    def new_rows(self, statistics: Iterable[Row]) -> Iterator[tuple[str, Row]]:
        """Rows that are not published yet with an equal or higher revision, with their keys."""
        now = time.time_ns() // 1_000_000
        civil = Civil(self.settings.zone)
        known: Mapping[RowKey, int] = {}
        until = 0
        for row in self._rows(civil, statistics):
            if row["window_start"] >= until:
                day = civil.date_of(row["window_start"])
                start, _ = civil.day(day)
                until, _ = civil.day(day + timedelta(days=DAYS_AT_ONCE))
                known = _revisions(self.settings, self.system, start, until)
            key = (row["indicator_id"], row["entity_type"], row["entity_id"], row["window_start"])
            if known.get(key, 0) >= row["revision"]:
                self.done.kept += 1
            else:
                yield f"{row['indicator_id']}|{row['entity_id']}", {**row, "computed_at": now}

    def _rows(self, civil: Civil, statistics: Iterable[Row]) -> Iterator[Row]:
        """The final rows of each civil day, oldest day first."""
        clocks = list(self._clocks())
        by_day: dict[date, list[Row]] = {civil.date_of(clock["window_start"]): [] for clock in clocks}
        for statistic in statistics:
            by_day.setdefault(civil.date_of(statistic["window_start"]), []).append(statistic)
        for day in sorted(by_day):
            judged = DayOf(
                self.settings,
                self.system,
                day,
                roster=self.entities.expected,
                mode=mode_of_line(self.settings),
                run_id=self.done.run_id,
                corrected=by_day[day],
                clocks=clocks,
            ).rows()
            for key in sorted(judged, key=lambda key: key[3]):
                yield {**judged[key], "run_id": self.done.run_id}

    def _clocks(self) -> Iterator[Row]:
        """The clock rows that a replay would have had.

        Of every window that a tick falls into, as far as the watermark comes in the end.
        """
        source = self.system.source
        window_ms = source.window // timedelta(milliseconds=1)
        tick_ms = self.system.tick // timedelta(milliseconds=1)
        closing = closing_clocks(self.system, self._last, self.settings.civil_zone)
        ticks = [*range(self._begin, self._last + 1, tick_ms), self._last, *closing]
        watermark = max(ticks) - source.out_of_orderness // timedelta(milliseconds=1)
        step_ms = source.step // timedelta(milliseconds=1)
        for start in sorted({tick // window_ms * window_ms for tick in ticks}):
            if start + step_ms <= watermark:
                yield clock_row(source.measure, start, window_ms)


def _revisions(settings: Settings, system: System, start: int, end: int) -> Mapping[RowKey, int]:
    sql = _REVISIONS.format(system=system.slug, start=start, end=end)
    return {
        (row["indicator_id"], row["entity_type"], row["entity_id"], int(row["start"])): int(row["revision"])
        for row in query(settings, sql)
    }
