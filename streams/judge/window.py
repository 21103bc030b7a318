"""What does the judge ask of a measure? What one statistic means, and what shows only when time passes."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from streams.judge.progress import Progress, Span
from streams.judge.rows import Row, Statistic

HOUR_MS = 3_600_000
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
    """What a measure adds when time passes; a fold overrides what it needs. `adds` are the indicators it publishes."""

    adds: tuple[str, ...] = ()

    def on_final(self, statistic: Statistic) -> Iterable[Row]:  # noqa: ARG002
        """Rows that a whole window of one entity leads to."""
        return ()

    def on_partial_clock(self, statistic: Statistic, progress: Progress) -> Iterable[Row]:  # noqa: ARG002
        """Rows at a step of the clock."""
        return ()

    def on_over(self, span: Span, run_id: str, roster: Sequence[Entity]) -> Iterable[Row]:  # noqa: ARG002
        """Rows when a window is over. The roster is of the window's start."""
        return ()


def places_of(area_id: str | None) -> list[Place]:
    """City and district of an area path city/district; the city alone where it has no district."""
    if area_id is None:
        return []
    city = area_id.partition("/")[0]
    return [("city", city)] if city == area_id else [("city", city), ("area", area_id)]
