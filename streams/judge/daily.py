"""What does a civil day say of its hours? Folds the windows of a day, and judges them by the formulas of their indicators.

Each window is put in its place, so that a repeat changes nothing. A day so far is told with every whole window.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta

from indicators.catalog import Indicator
from indicators.catalog.declaration import PartOfDay
from indicators.sums import together
from streams.catalog import System
from streams.judge.day import Days, EntityDay
from streams.judge.progress import Span
from streams.judge.rows import FINAL, Row, Rows, Statistic, Subject, Version
from streams.judge.window import Entity, WindowFold
from streams.keyed_state import KeyedState


class JudgedDays(WindowFold):
    """The days of one measure. `declared` are its indicators that are judged of a day."""

    def __init__(self, rows: Rows, state: KeyedState, system: System, declared: Sequence[Indicator]) -> None:
        self._rows = rows
        self._days = Days(state, rows.civil, system.source.measure)
        self._window_ms = system.source.window // timedelta(milliseconds=1)
        self._declared = declared
        self._types = {entity_type for indicator in declared for entity_type in indicator.entity_types}
        self._wanted = {name for indicator in declared for name in indicator.inputs}
        self.adds = tuple(indicator.id for indicator in declared)

    def on_final(self, statistic: Statistic) -> Iterable[Row]:
        """The day so far of one entity."""
        if statistic["entity_type"] not in self._types:
            return ()
        day = self._days.put(
            statistic["run_id"],
            self._rows.civil.date_of(statistic["window_start"]),
            (statistic["entity_type"], statistic["entity_id"], statistic["area_id"]),
            str(statistic["window_start"]),
            {name: value for name, value in statistic["sums"].items() if name in self._wanted},
        )
        return self._day_rows(day, statistic["run_id"], Version("provisional", len(day.hours)))

    def on_over(self, span: Span, run_id: str, roster: Sequence[Entity]) -> Iterable[Row]:
        """The days that are over, and who was silent in all of one that ends here."""
        over = self._days.take_over(run_id, span.end)
        for day in over:
            yield from self._day_rows(day, run_id, FINAL)
        date = self._rows.civil.date_of(span.start)
        start, end = self._rows.civil.day(date)
        if span.end != end:
            return
        heard = {(day.entity_type, day.entity_id) for day in over if day.day == date}
        for entity in roster:
            kind, entity_id = entity["entity_type"], entity["entity_id"]
            if (kind, entity_id) not in heard:
                subject = Subject(kind, entity_id, entity["area_id"], start, end, run_id)
                for indicator in self._declared:
                    if kind in indicator.entity_types:
                        yield self._rows.no_data(indicator.id, subject, expected=self._windows(start, end))

    def _day_rows(self, day: EntityDay, run_id: str, version: Version) -> Iterator[Row]:
        start, end = self._rows.civil.day(day.day)
        subject = Subject(day.entity_type, day.entity_id, day.area_id, start, end, run_id)
        parts = [
            PartOfDay(self._rows.civil.hour_of(int(begin)), sums) for begin, sums in sorted(day.hours.items())
        ]
        added, expected = together(part.sums for part in parts), self._windows(start, end)
        for indicator in self._declared:
            if indicator.judged_of_day is None or day.entity_type not in indicator.entity_types:
                continue
            figure = indicator.judged_of_day(day.entity_type, parts, expected)
            yield self._rows.figure(
                indicator,
                subject,
                figure,
                version,
                observations=len(parts),
                expected=expected,
                sums=added,
            )

    def _windows(self, start: int, end: int) -> int:
        return (end - start) // self._window_ms
