"""What does each statistic lead to? The judge: a keyed fold without clock, network or disk.

Rows for a statistic come at once. What only shows when a window is over (who was silent, a day, a city's mean)
comes with the clock rows. Everything may be repeated from any earlier point: revisions are functions of the
window and its steps, and folds put a statistic in its place instead of adding it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import Any, NamedTuple

from indicators.catalog import INDICATORS, Indicator
from indicators.standard import Edition
from indicators.targets import TARGETS, CityTarget
from indicators.vital_signs import VITAL_SIGNS
from streams.catalog import AIR, EMERGENCY, SYSTEMS, System
from streams.entities import OF_THE_CITY
from streams.judge.air import AirJudge
from streams.judge.charging import CommunitiesServed
from streams.judge.composite import PREFIX, CompositeJudge, part_is_over, part_of
from streams.judge.coverage import CoverageFold
from streams.judge.daily import JudgedDays
from streams.judge.emergency import EmergencyJudge
from streams.judge.farming import PriceFold
from streams.judge.hours import HOUR, SummedHours
from streams.judge.noise import NoiseDays
from streams.judge.progress import FIRST_GENERATION, Progress, Span
from streams.judge.river import RiseFold
from streams.judge.road import RoadNetworks
from streams.judge.rows import GENERATION, Row, Rows, Statistic
from streams.judge.sums import SumsJudge
from streams.judge.water_quality import TargetsKept
from streams.judge.weather import WeatherFold
from streams.judge.window import HOUR_MS, Entity, MeasureJudge, WindowFold, subject_in
from streams.keyed_state import KeyedState
from streams.told import Told

_CLOSED = "closed"
_GENERATION = "generation"

FOLDS: Mapping[str, type[WindowFold]] = {
    "noise": NoiseDays,
    "river": RiseFold,
    "road": RoadNetworks,
    "charging": CommunitiesServed,
    "water-quality": TargetsKept,
    "weather": WeatherFold,
    "farming": PriceFold,
}
"""What a system of plain sums adds when time passes, made of rows, state and measure."""


def fold_of(system: System) -> type[WindowFold]:
    """What a system adds of its own; nothing, where it adds nothing."""
    return FOLDS.get(system.slug, WindowFold)


DELIVERIES = "feed.delivery"
"""Measured of every feed beside the systems; see `citybrain/deliveries.py`. One window says it all."""
CASES_NOW = "case.now"
"""Measured of every kind of case beside the systems; see `streams/cases/counts.py`. One minute says it all."""

OUTCOMES = "alert.outcome"
"""Measured of every rule of alerts; see `streams/alerts/outcomes.py`. One day says it all."""

ALERT_LOAD = "alert.load"
"""Measured of those on duty; see `streams/alerts/load_counts.py`. One hour says it all."""

Roster = Callable[[str, str, int], Sequence[Entity]]
"""Expected entities of (system, entity type) at a moment, epoch milliseconds."""


class UnjudgeableError(ValueError):
    """A statistic that no rule of ours can judge: of an unknown measure, or with sums that cannot be."""


class _Measure(NamedTuple):
    """How one measure is judged. `parts` are the parts of the city's composite that it makes."""

    system: System
    judge: MeasureJudge
    folds: tuple[WindowFold, ...]
    parts: tuple[str, ...]


class Judge:
    """Judges the statistics of one partition. Each (measure, run) has its own progress."""

    def __init__(
        self,
        state: KeyedState,
        roster: Roster,
        *,
        mode: str,
        zone: str,
        chosen: Mapping[str, Edition] | None = None,
        catalog: Mapping[str, Indicator] = INDICATORS,
        targets: Mapping[str, CityTarget] = TARGETS,
    ) -> None:
        """`chosen` holds an edition for an indicator, where one is named on purpose."""
        self._state = state
        self._roster = roster
        rows = self._rows = Rows(mode, zone, catalog, targets)
        self._composite = CompositeJudge(rows, state)
        self._handed_on: list[Statistic] = []
        self._beside = {
            measure: SumsJudge(rows, [found for found in catalog.values() if found.measure == measure])
            for measure in (DELIVERIES, CASES_NOW, OUTCOMES, ALERT_LOAD)
        }
        self._measures: dict[str, _Measure] = {}
        for system in SYSTEMS.values():
            self._add_sums(system, catalog)
        air = AirJudge(rows, state, chosen)
        self._add(AIR, AIR.source.measure, air, [air], catalog)
        for milestone in ("dispatched", "en_route", "arrived"):
            emergency = EmergencyJudge(rows, state, milestone)
            self._add(EMERGENCY, emergency.measure, emergency, [emergency], catalog)
        self._progress: dict[str, tuple[str, Progress]] = {}

    def _add_sums(self, system: System, catalog: Mapping[str, Indicator]) -> None:
        measure = system.source.measure
        declared = [found for found in catalog.values() if found.measure == measure and found.judged]
        hourly = [found for found in declared if found.window == HOUR]
        daily = [found for found in catalog.values() if found.measure == measure and found.judged_of_day]
        if system.source.window >= timedelta(hours=1):
            hourly = []
        plain = [found for found in declared if found not in hourly]
        judge = SumsJudge(self._rows, plain, _grains(system))
        if declared or daily:
            folds: list[WindowFold] = []
            if hourly:
                folds.append(SummedHours(self._rows, self._state, system, hourly))
            if daily:
                folds.append(JudgedDays(self._rows, self._state, system, daily))
            if (of_system := FOLDS.get(system.slug)) is not None:
                fold = of_system(self._rows, self._state, measure)
                # A catalog that is only tried out may leave out what it adds.
                folds += [fold] if all(name in catalog for name in fold.adds) else []
            self._add(system, measure, judge, folds, catalog)

    def _add(
        self,
        system: System,
        measure: str,
        judge: MeasureJudge,
        folds: Sequence[WindowFold],
        catalog: Mapping[str, Indicator],
    ) -> None:
        counting = [
            found for found in catalog.values() if found.measure == measure and found.coverage_of is not None
        ]
        counted = [
            CoverageFold(
                self._rows,
                self._state,
                measure,
                reporting,
                [found for found in counting if found.coverage_of == reporting],
            )
            for reporting in dict.fromkeys(found.coverage_of for found in counting if found.coverage_of)
        ]
        made = {name for names in judge.published.values() for name in names}
        made.update(name for fold in folds for name in fold.adds)
        parts = tuple(part.indicator for part in VITAL_SIGNS.parts if part.indicator in made)
        self._measures[measure] = _Measure(system, judge, (*folds, *counted), parts)

    def on_statistic(self, statistic: Statistic) -> list[Row]:
        """Rows of `city.indicators.v1` that a statistic leads to, `computed_at` still 0.

        Raises UnjudgeableError.
        """
        name = statistic["measure"]
        judged = self._judge_of(name)
        try:
            return list(judged(statistic))
        except (ValueError, KeyError, LookupError) as error:
            raise UnjudgeableError(f"{name} of {statistic['entity_id']}: {error}") from error

    def _judge_of(self, name: str) -> Callable[[Statistic], Iterable[Row]]:
        if (measure := self._measures.get(name)) is not None:
            return partial(self._of_measure, measure=measure)
        if (beside := self._beside.get(name)) is not None:
            return beside.judged
        if name.startswith(PREFIX):
            return self._composite.on_part
        raise UnjudgeableError(f"measure {name!r} has no judge: add one in streams/judge")

    def moment_of(self, statistic: Statistic) -> int:
        """The moment of the city that the rows of a statistic speak of, epoch milliseconds."""
        measure = self._measures.get(statistic["measure"])
        if measure is None:
            return int(statistic["window_end"])
        progress = self._progress_of(statistic["measure"], statistic["run_id"], measure.system)
        return progress.moment(statistic["window_start"], statistic["window_end"], statistic["step"])

    def told_by(self, statistic: Statistic) -> Told | None:
        """What a statistic of the clock says of time; None for every other."""
        known = statistic["measure"] in self._measures or statistic["measure"] in self._beside
        if statistic["entity_type"] != "clock" or not known:
            return None
        return Told(statistic["measure"], statistic["run_id"], self.moment_of(statistic))

    def take_handed_on(self) -> list[Statistic]:
        """Statistics for whoever judges what is made of several measures, since the last call."""
        handed_on, self._handed_on = self._handed_on, []
        return handed_on

    def _of_measure(self, statistic: Statistic, measure: _Measure) -> list[Row]:
        progress = self._progress_of(statistic["measure"], statistic["run_id"], measure.system)
        if progress.is_outdated(statistic):
            return []
        if statistic["generation"]:
            key = f"{statistic['measure']}|{statistic['run_id']}|{_GENERATION}"
            self._state.put(key, progress.follow(statistic))
        if statistic["entity_type"] == "clock":
            spans = progress.on_clock(statistic)
            rows = self._on_clock(statistic, measure, progress, spans)
        else:
            spans = []
            rows = list(measure.judge.judged(statistic))
            if statistic["step"] == 0:
                progress.on_final(statistic)
                for fold in measure.folds:
                    rows += fold.on_final(statistic)
            else:
                for fold in measure.folds:
                    rows += fold.on_partial(statistic)
        for row in rows:
            row["revision"] += statistic["generation"] * GENERATION
        if measure.parts:
            self._handed_on += [part for row in rows if (part := part_of(row)) is not None]
            self._handed_on += [
                part_is_over(part, span.end, statistic["run_id"])
                for span in spans
                if span.end % HOUR_MS == 0
                for part in measure.parts
            ]
        return rows

    def _progress_of(self, measure: str, run_id: str, system: System) -> Progress:
        known = self._progress.get(measure)
        if known is not None and known[0] == run_id:
            return known[1]
        # Another run begins: what the earlier one left open will never be finished.
        for key, _ in list(self._state.items(f"{measure}|")):
            if not key.startswith(f"{measure}|{run_id}|"):
                self._state.remove(key)
        progress = Progress(
            _milliseconds(system.source.window),
            _milliseconds(system.source.step),
            self._state.get(f"{measure}|{run_id}|{_CLOSED}"),
            self._state.get(f"{measure}|{run_id}|{_GENERATION}") or FIRST_GENERATION,
        )
        self._progress[measure] = (run_id, progress)
        return progress

    def _on_clock(
        self, statistic: Statistic, measure: _Measure, progress: Progress, spans: Iterable[Span]
    ) -> list[Row]:
        rows: list[Row] = []
        judge = measure.judge
        for span in spans:
            seen = progress.take_seen(span)
            asked = dict.fromkeys((*judge.published, *(kind for fold in measure.folds for kind in fold.asks)))
            rosters = {
                entity_type: self._roster(measure.system.slug, entity_type, span.start)
                for entity_type in asked
            }
            for entity_type, indicator_ids in judge.published.items():
                rows += self._silent(rosters[entity_type], indicator_ids, seen, span, statistic["run_id"])
            everyone = [entity for entities in rosters.values() for entity in entities]
            for entity_type in dict.fromkeys(kind for fold in measure.folds for kind in fold.asks_of_city):
                everyone += self._roster(OF_THE_CITY, entity_type, span.start)
            for fold in measure.folds:
                rows += fold.on_over(span, statistic["run_id"], everyone)
        self._state.put(f"{statistic['measure']}|{statistic['run_id']}|{_CLOSED}", progress.closed_end)
        if statistic["step"] != 0:
            for fold in measure.folds:
                rows += fold.on_partial_clock(statistic, progress)
        return rows

    def _silent(
        self,
        entities: Iterable[Mapping[str, Any]],
        indicator_ids: tuple[str, ...],
        seen: set[tuple[str, str]],
        span: Span,
        run_id: str,
    ) -> Iterable[Row]:
        for entity in entities:
            if (entity["entity_type"], entity["entity_id"]) not in seen:
                subject = subject_in(span, entity, run_id)
                for indicator_id in indicator_ids:
                    yield self._rows.no_data(indicator_id, subject)


def _grains(system: System) -> tuple[str, ...] | None:
    """The entity types that a system's job counts; None where its own SQL says."""
    if system.source.counted is None:
        return None
    wider = ("area", "city") if system.source.counted.rolled_up else ()
    return (system.source.counted_once_in, *wider)


def _milliseconds(span: timedelta) -> int:
    return round(span.total_seconds() * 1000)
