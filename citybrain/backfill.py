"""What would the line have said of days that are past? History at full speed, beside whatever it is doing now.

The same SQL as a batch run and the same judge; only the clock is not waited for. Nothing of it touches the live jobs
and their state, and no published row of an equal or higher revision is replaced. Where the past is read from, a
recording, the archive or a topic, is `citybrain.pasts`.
"""

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Protocol

from citybrain.judged_days import DayOf, RowKey, first_clock
from citybrain.recompute import line_planner, recomputed
from citybrain.runs import mode_of_line
from citybrain.settings import Settings
from citybrain.waiting import Patience, query, wait_until_in_store
from schemas.registry import Registry
from streams.catalog import INDICATORS, RECOMPUTED, System
from streams.entities import EntityReader
from streams.judge.rows import Civil, Row
from streams.normalize.normalizer import Tally
from streams.published import publish_indicators

STALLED_SECONDS = 60.0

_PUBLISHED = """
SELECT indicator_id, entity_type, entity_id, toUnixTimestamp64Milli(window_start) AS start, revision,
  value, grade, validity, observations
FROM indicators
WHERE startsWith(indicator_id, '{system}.') AND finality != 'provisional'
  AND window_start >= fromUnixTimestamp64Milli({start}) AND window_start < fromUnixTimestamp64Milli({end})
"""


class Past(Protocol):
    """What is to be run again. Moments are epoch milliseconds."""

    @property
    def system(self) -> System:
        """Whose events they are."""
        ...

    @property
    def run_id(self) -> str:
        """The run whose rows they lead to."""
        ...

    def announce(self, registry: Registry) -> None:
        """Announce entities that the line may not know yet."""
        ...

    def events(self, entities: EntityReader, tally: Tally) -> Iterator[Row]:
        """Events as the line has them. The tally is of what became of raw records, where there are any."""
        ...

    def window_starts(self) -> Iterator[int]:
        """The windows that were over, in order; asked for when all events were read."""
        ...


@dataclass
class Backfilled:
    """What became of it.

    `kept` rows were left alone because as much or more was published already; `differing` of them say otherwise.
    """

    run_id: str
    tally: Tally = field(default_factory=Tally)
    events: int = 0
    statistics: int = 0
    rows: int = 0
    kept: int = 0
    differing: int = 0
    seconds: float = 0.0


def backfill(settings: Settings, past: Past, *, parallelism: int = 1) -> Backfilled:
    """Run a past through the line's own SQL and judge, and publish its final rows. Raises RecomputeError."""
    began = time.monotonic()
    registry = Registry(settings.registry)
    past.announce(registry)
    entities = EntityReader(settings.kafka, registry)
    try:
        entities.catch_up()
        run = _Run(settings, past, entities, Backfilled(past.run_id))
        with line_planner(settings) as planner:
            statistics = recomputed(settings, past.system, run.events(), planner, parallelism=parallelism)
        run.done.statistics = len(statistics)
        run.done.rows = publish_indicators(settings.kafka, registry, run.new_rows(statistics))
    finally:
        entities.close()
    written = [past.system.archive_only, RECOMPUTED, INDICATORS]
    wait_until_in_store(settings, written, Patience(STALLED_SECONDS))
    run.done.seconds = time.monotonic() - began
    return run.done


@dataclass
class _Run:
    """One backfill at work."""

    settings: Settings
    past: Past
    entities: EntityReader
    done: Backfilled

    def events(self) -> Iterator[Row]:
        """The events of the past, counted."""
        for event in self.past.events(self.entities, self.done.tally):
            self.done.events += 1
            yield event

    def new_rows(self, statistics: Iterable[Row]) -> Iterator[Row]:
        """Rows that are not published yet with an equal or higher revision."""
        now = time.time_ns() // 1_000_000
        civil = Civil(self.settings.zone)
        known: Mapping[RowKey, Row] = {}
        until = 0
        for row in self._rows(civil, statistics):
            if row["window_start"] >= until:
                start, until = civil.day(civil.date_of(row["window_start"]))
                known = _published(self.settings, self.past.system, start, until)
            published = known.get(
                (row["indicator_id"], row["entity_type"], row["entity_id"], row["window_start"])
            )
            if published is None or published["revision"] < row["revision"]:
                yield {**row, "computed_at": now}
            else:
                self.done.kept += 1
                self.done.differing += any(
                    published[name] != row[name] for name in ("value", "grade", "validity", "observations")
                )

    def _rows(self, civil: Civil, statistics: Iterable[Row]) -> Iterator[Row]:
        """The final rows of each civil day, oldest day first."""
        statistics = list(statistics)
        source = self.past.system.source
        window_ms = source.window // timedelta(milliseconds=1)
        measures = sorted({statistic["measure"] for statistic in statistics} or {source.measure})
        starts = list(self.past.window_starts())
        clocks = [first_clock(measure, start, window_ms) for start in starts for measure in measures]
        by_day: dict[date, list[Row]] = {civil.date_of(start): [] for start in starts}
        for statistic in statistics:
            by_day.setdefault(civil.date_of(statistic["window_start"]), []).append(statistic)
        for day in sorted(by_day):
            judged = DayOf(
                self.settings,
                self.past.system,
                day,
                roster=self.entities.expected,
                mode=mode_of_line(self.settings),
                run_id=self.done.run_id,
                # A day that looks back needs the statistics of the one before it.
                corrected=[*by_day.get(day - timedelta(days=1), ()), *by_day[day]],
                clocks=clocks,
            ).rows()
            for key in sorted(judged, key=lambda key: key[3]):
                yield {**judged[key], "run_id": self.done.run_id}


def _published(settings: Settings, system: System, start: int, end: int) -> Mapping[RowKey, Row]:
    return {
        (row["indicator_id"], row["entity_type"], row["entity_id"], int(row["start"])): {
            **row,
            "revision": int(row["revision"]),
            "observations": int(row["observations"]),
        }
        for row in query(settings, _PUBLISHED.format(system=system.slug, start=start, end=end))
    }
