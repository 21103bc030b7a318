"""How much of what should report has reported? The share of expected entities heard in a window, by place."""

from collections import Counter
from collections.abc import Iterable, Sequence

from indicators.catalog import Indicator
from indicators.coverage import coverage
from streams.judge.progress import Span
from streams.judge.rows import FINAL, Row, Rows, Statistic, Subject
from streams.judge.window import Entity, Place, WindowFold, places_of
from streams.keyed_state import KeyedState


class CoverageFold(WindowFold):
    """One measure. `reporting` is the entity type that is counted; who was heard is remembered durably."""

    def __init__(
        self, rows: Rows, state: KeyedState, measure: str, indicator: Indicator, reporting: str
    ) -> None:
        self._rows = rows
        self._state = state
        self._measure = measure
        self._indicator = indicator
        self._reporting = reporting
        self.adds = (indicator.id,)

    def on_final(self, statistic: Statistic) -> Iterable[Row]:
        """Nothing yet: who is missing shows when the window is over."""
        if statistic["entity_type"] == self._reporting:
            key = f"{self._prefix(statistic['run_id'])}{statistic['window_start']}|{statistic['area_id']}"
            known: list[str] = self._state.get(key) or []
            if statistic["entity_id"] not in known:
                self._state.put(key, [*known, statistic["entity_id"]])
        return ()

    def on_over(self, span: Span, run_id: str, roster: Sequence[Entity]) -> Iterable[Row]:
        """One row for each place where somebody is expected."""
        heard: set[str] = set()
        for key, entities in list(self._state.items(self._prefix(run_id))):
            start = int(key[len(self._prefix(run_id)) :].partition("|")[0])
            if start == span.start:
                heard.update(entities)
            elif start < span.start - _KEPT_WINDOWS * (span.end - span.start):
                self._state.remove(key)
        expected: Counter[Place] = Counter()
        present: Counter[Place] = Counter()
        for entity in roster:
            if entity["entity_type"] == self._reporting:
                for place in places_of(entity["area_id"]):
                    expected[place] += 1
                    present[place] += entity["entity_id"] in heard
        for (entity_type, entity_id), number in sorted(expected.items()):
            result = coverage(present[entity_type, entity_id], number)
            yield self._rows.data(
                self._indicator.id,
                Subject(entity_type, entity_id, entity_id, span.start, span.end, run_id),
                result,
                FINAL,
                value=result.value,
                observations=result.heard,
                expected=result.expected,
                inputs={"heard": result.heard, "expected": result.expected},
                details={"counted": self._reporting},
            )

    def _prefix(self, run_id: str) -> str:
        return f"{self._measure}|{run_id}|heard|"


_KEPT_WINDOWS = 24
"""Longer than what is read again after a crash, and than windows stay open beside each other."""
