"""What does each statistic lead to? The judge: a keyed fold without clock, network or disk.

Rows for a statistic come at once. What only shows when a window is over (who was silent, a day, a city's mean)
comes with the clock rows. Everything may be repeated from any earlier point: revisions are functions of the
window and its steps, and folds put a statistic in its place instead of adding it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any, Protocol

from indicators.catalog import INDICATORS, Indicator
from indicators.standard import Edition
from streams.catalog import AIR, EMERGENCY, SYSTEMS, System
from streams.judge.air import AirJudge
from streams.judge.emergency import EmergencyJudge
from streams.judge.progress import Progress, Span
from streams.judge.rows import Row, Rows, Statistic, Subject
from streams.judge.sums import SumsJudge
from streams.keyed_state import KeyedState

_CLOSED = "closed"

Entity = Mapping[str, Any]
Roster = Callable[[str, str, int], Sequence[Entity]]
"""Expected entities of (system, entity type) at a moment, epoch milliseconds."""


class UnjudgeableError(ValueError):
    """A statistic that no rule of ours can judge: of an unknown measure, or with sums that cannot be."""


class MeasureJudge(Protocol):
    """What one measure means."""

    @property
    def system(self) -> str:
        """Whose roster is expected."""
        ...

    @property
    def published(self) -> Mapping[str, tuple[str, ...]]:
        """Indicators of one window, by entity type of the statistic."""
        ...

    def judged(self, statistic: Statistic) -> Iterable[Row]:
        """Rows that follow from one statistic alone, or with what is remembered."""
        ...


class WindowFold(Protocol):
    """What a measure adds when time passes; only measures with folds have it."""

    def on_partial_clock(self, statistic: Statistic, progress: Progress) -> Iterable[Row]:
        """Rows at a step of the clock."""
        ...

    def on_over(self, span: Span, run_id: str, roster: Sequence[Entity]) -> Iterable[Row]:
        """Rows when a window is over. The roster is of the window's start."""
        ...


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
    ) -> None:
        """`chosen` holds an edition for an indicator, where one is named on purpose."""
        self._state = state
        self._roster = roster
        rows = self._rows = Rows(mode, zone, catalog)
        self._judges: dict[str, tuple[System, MeasureJudge, WindowFold | None]] = {}
        for system in SYSTEMS.values():
            measure = system.source.measure
            declared = [found for found in catalog.values() if found.measure == measure and found.judged]
            if declared:
                self._judges[measure] = (system, SumsJudge(rows, system.slug, declared), None)
        air = AirJudge(rows, state, chosen)
        self._judges[AIR.source.measure] = (AIR, air, air)
        for milestone in ("dispatched", "en_route", "arrived"):
            emergency = EmergencyJudge(rows, state, milestone)
            self._judges[emergency.measure] = (EMERGENCY, emergency, emergency)
        self._progress: dict[str, tuple[str, Progress]] = {}

    def on_statistic(self, statistic: Statistic) -> list[Row]:
        """Rows of `city.indicators.v1` that a statistic leads to, `computed_at` still 0.

        Raises UnjudgeableError.
        """
        measure = statistic["measure"]
        found = self._judges.get(measure)
        if found is None:
            raise UnjudgeableError(f"measure {measure!r} has no judge: add one in streams/judge")
        system, judge, fold = found
        progress = self._progress_of(measure, statistic["run_id"], system)
        if statistic["entity_type"] == "clock":
            return self._on_clock(statistic, system, judge, fold, progress)
        try:
            rows = list(judge.judged(statistic))
        except (ValueError, KeyError, LookupError) as error:
            raise UnjudgeableError(f"{measure} of {statistic['entity_id']}: {error}") from error
        if statistic["step"] == 0:
            progress.on_final(statistic)
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
        )
        self._progress[measure] = (run_id, progress)
        return progress

    def _on_clock(
        self,
        statistic: Statistic,
        system: System,
        judge: MeasureJudge,
        fold: WindowFold | None,
        progress: Progress,
    ) -> list[Row]:
        rows: list[Row] = []
        for span in progress.on_clock(statistic):
            seen = progress.take_seen(span)
            rosters = {
                entity_type: self._roster(system.slug, entity_type, span.start)
                for entity_type in judge.published
            }
            for entity_type, entities in rosters.items():
                rows += self._silent(entities, judge.published[entity_type], seen, span, statistic["run_id"])
            if fold is not None:
                everyone = [entity for entities in rosters.values() for entity in entities]
                rows += fold.on_over(span, statistic["run_id"], everyone)
        self._state.put(f"{statistic['measure']}|{statistic['run_id']}|{_CLOSED}", progress.closed_end)
        if fold is not None and statistic["step"] != 0:
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
                subject = Subject(
                    entity["entity_type"],
                    entity["entity_id"],
                    entity["area_id"],
                    span.start,
                    span.end,
                    run_id,
                )
                for indicator_id in indicator_ids:
                    yield self._rows.no_data(indicator_id, subject)


def _milliseconds(span: timedelta) -> int:
    return round(span.total_seconds() * 1000)
