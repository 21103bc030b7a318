"""How much of what should report has reported? By place in a window, and by reporter over a civil day."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date

from indicators.catalog import Indicator
from indicators.coverage import CoverageResult, coverage
from streams.judge.progress import Span
from streams.judge.rows import FINAL, Row, Rows, Statistic, Subject
from streams.judge.window import Entity, Place, WindowFold, places_of
from streams.keyed_state import KeyedState

KEPT_WINDOWS = 24
"""Longer than windows stay open beside each other."""
KEPT_DAYS = 3
EVERYONE = ""
"""Under this name a day keeps which of its windows were closed at all."""


class CoverageFold(WindowFold):
    """One measure. `reporting` is the entity type that is counted; who was heard is remembered durably.

    `declared` are the indicators that count it: for districts and city the share heard in a window, for the
    reporters themselves the share of a day's windows in which they were heard.
    """

    def __init__(
        self, rows: Rows, state: KeyedState, measure: str, reporting: str, declared: Sequence[Indicator]
    ) -> None:
        super().__init__(rows, state, measure)
        self._reporting = reporting
        self._of_places = [found for found in declared if "city" in found.entity_types]
        self._of_days = [found for found in declared if reporting in found.entity_types]
        self._told: set[tuple[str, date]] = set()
        self.adds = tuple(found.id for found in declared)

    def on_final(self, statistic: Statistic) -> Iterable[Row]:
        """Nothing yet: who is missing shows when the window is over."""
        if statistic["entity_type"] == self._reporting:
            prefix = self._prefix("heard", statistic["run_id"])
            key = f"{prefix}{statistic['window_start']}|{statistic['area_id']}"
            known: list[str] = self._state.get(key) or []
            if statistic["entity_id"] not in known:
                self._state.put(key, [*known, statistic["entity_id"]])
        return ()

    def on_over(self, span: Span, run_id: str, roster: Sequence[Entity]) -> Iterable[Row]:
        """One row for each place where somebody is expected; at the end of a day one for each reporter."""
        heard = self._heard(span, run_id)
        expected: Counter[Place] = Counter()
        present: Counter[Place] = Counter()
        for entity in roster:
            if entity["entity_type"] == self._reporting:
                for place in places_of(entity["area_id"]):
                    expected[place] += 1
                    present[place] += entity["entity_id"] in heard
        for (entity_type, entity_id), number in sorted(expected.items()):
            subject = Subject(entity_type, entity_id, entity_id, span.start, span.end, run_id)
            for indicator in self._of_places:
                yield self._row(indicator, subject, coverage(present[entity_type, entity_id], number))
        yield from self._days_over(span, run_id, heard, roster)

    def _heard(self, span: Span, run_id: str) -> set[str]:
        """Who was heard in a window; forgets old ones."""
        heard: set[str] = set()
        prefix = self._prefix("heard", run_id)
        for key, entities in list(self._state.items(prefix)):
            start = int(key[len(prefix) :].partition("|")[0])
            if start == span.start:
                heard.update(entities)
            elif start < span.start - KEPT_WINDOWS * (span.end - span.start):
                self._state.remove(key)
        return heard

    def _days_over(self, span: Span, run_id: str, heard: set[str], roster: Sequence[Entity]) -> Iterable[Row]:
        civil = self._rows.civil
        today = civil.date_of(span.start)
        day_start, day_end = civil.day(today)
        prefix = self._prefix("windows", run_id)
        # A window is a bit: put in its place, a repeat changes nothing.
        window = 1 << ((span.start - day_start) // (span.end - span.start))
        masks: dict[str, str] = dict(self._state.get(f"{prefix}{today}") or {})
        for name in (EVERYONE, *heard):
            masks[name] = f"{int(masks.get(name, '0'), 16) | window:x}"
        self._state.put(f"{prefix}{today}", masks)
        if span.end < day_end or (run_id, today) in self._told:
            return
        self._told.add((run_id, today))
        closed = int(masks[EVERYONE], 16)
        for entity in roster:
            if entity["entity_type"] == self._reporting:
                entity_id = entity["entity_id"]
                subject = Subject(self._reporting, entity_id, entity["area_id"], day_start, day_end, run_id)
                windows = int(masks.get(entity_id, "0"), 16).bit_count()
                for indicator in self._of_days:
                    yield self._row(indicator, subject, coverage(windows, closed.bit_count()))
        for key, _ in list(self._state.items(prefix)):
            if (today - date.fromisoformat(key[len(prefix) :])).days > KEPT_DAYS:
                self._state.remove(key)

    def _row(self, indicator: Indicator, subject: Subject, result: CoverageResult) -> Row:
        return self._rows.data(
            indicator.id,
            subject,
            result,
            FINAL,
            value=result.value,
            observations=result.heard,
            expected=result.expected,
            inputs={"heard": result.heard, "expected": result.expected},
            details={"counted": self._reporting},
        )

    def _prefix(self, what: str, run_id: str) -> str:
        return f"{self._measure}|{run_id}|{what}|"
