"""What does the judge ask of a measure? What one statistic means, and what shows only when time passes."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from streams.judge.progress import Progress, Span
from streams.judge.rows import Row, Rows, Statistic, Subject
from streams.keyed_state import KeyedState

HOUR_MS = 3_600_000
KEPT_HOURS = 26
Entity = Mapping[str, Any]
Place = tuple[str, str]
"""Entity type and id of a city or a district."""


class MeasureJudge(Protocol):
    """What one measure means."""

    @property
    def published(self) -> Mapping[str, tuple[str, ...]]:
        """Indicators of one window, by entity type of the statistic."""
        ...

    def judged(self, statistic: Statistic) -> Iterable[Row]:
        """Rows that follow from one statistic alone, or with what is remembered."""
        ...


class WindowFold:
    """What a measure adds when time passes; a fold overrides what it needs.

    `adds` are the indicators it publishes. `asks` are entity types of the registry that it wants in the roster beside
    those that its measure publishes of, `asks_of_city` those of the system `city`. A fold `looks_back` when it asks for windows of the day before: then a day is
    judged again with the one before it. `standing` is the indicator that tells its balance, empty where it has none:
    a day that is judged again goes on from what was told before it.
    """

    adds: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    asks_of_city: tuple[str, ...] = ()
    looks_back: bool = False
    standing: str = ""

    def __init__(self, rows: Rows, state: KeyedState, measure: str) -> None:
        self._rows = rows
        self._state = state
        self._measure = measure

    def on_final(self, statistic: Statistic) -> Iterable[Row]:  # noqa: ARG002
        """Rows that a whole window of one entity leads to."""
        return ()

    def on_partial(self, statistic: Statistic) -> Iterable[Row]:  # noqa: ARG002
        """Rows that a partial window of one entity leads to."""
        return ()

    def on_partial_clock(self, statistic: Statistic, progress: Progress) -> Iterable[Row]:  # noqa: ARG002
        """Rows at a step of the clock."""
        return ()

    def on_over(self, span: Span, run_id: str, roster: Sequence[Entity]) -> Iterable[Row]:  # noqa: ARG002
        """Rows when a window is over. The roster is of the window's start."""
        return ()


def subject_in(span: Span, entity: Entity, run_id: str) -> Subject:
    """An entity of the registry in a window."""
    return Subject(
        entity["entity_type"], entity["entity_id"], entity["area_id"], span.start, span.end, run_id
    )


def places_of(area_id: str | None) -> list[Place]:
    """City and district of an area path city/district; the city alone where it has no district."""
    if area_id is None:
        return []
    city = area_id.partition("/")[0]
    return [("city", city)] if city == area_id else [("city", city), ("area", area_id)]


class HourBefore:
    """The same value of an entity in the hour before. What it remembers is a little more than a day of them."""

    def __init__(self, state: KeyedState, measure: str, what: str) -> None:
        """`what` tells the value from whatever else is remembered of the measure."""
        self._state = state
        self._measure = measure
        self._what = what

    def put(self, subject: Subject, value: Any) -> Any | None:
        """Remember the value of an hour; gives that of the hour before it, None where there is none."""
        prefix = f"{self._measure}|{subject.run_id}|{self._what}|{subject.entity_id}|"
        self._state.put(f"{prefix}{subject.window_start:015d}", value)
        # An hour that is told again after a restart finds the one before it.
        oldest = f"{prefix}{subject.window_start - KEPT_HOURS * HOUR_MS:015d}"
        for key, _ in list(self._state.items(prefix)):
            if key < oldest:
                self._state.remove(key)
        return self._state.get(f"{prefix}{subject.window_start - HOUR_MS:015d}")
