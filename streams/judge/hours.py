"""What does an hour say when its measure has shorter windows? Adds the sums of its windows, then judges them alike.

Each window is put in its place, so that a repeat changes nothing. An hour so far is told with every whole window.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from indicators.catalog import Indicator
from indicators.sums import together
from streams.catalog import System
from streams.judge.progress import Span
from streams.judge.rows import FINAL, Row, Rows, Statistic, Subject, Version
from streams.judge.window import HOUR_MS, Entity, WindowFold
from streams.keyed_state import KeyedState

HOUR = "PT1H"
KEPT_MS = 6 * HOUR_MS
"""Longer than the parts of an hour can lie apart."""


class SummedHours(WindowFold):
    """The hours of one measure. `declared` are its hourly indicators."""

    def __init__(self, rows: Rows, state: KeyedState, system: System, declared: Sequence[Indicator]) -> None:
        super().__init__(rows, state, system.source.measure)
        self._windows = timedelta(hours=1) // system.source.window
        self._declared = declared
        self._types = {entity_type for indicator in declared for entity_type in indicator.entity_types}
        self._closed: set[tuple[str, int]] = set()
        self.adds = tuple(indicator.id for indicator in declared)

    def on_final(self, statistic: Statistic) -> Iterable[Row]:
        """The hour so far of one entity."""
        if statistic["entity_type"] not in self._types:
            return ()
        start = statistic["window_start"] // HOUR_MS * HOUR_MS
        key = (
            f"{self._prefix(statistic['run_id'])}{start}|{statistic['entity_type']}|{statistic['entity_id']}"
        )
        known = self._state.get(key) or {"windows": {}}
        window = {"observations": statistic["observations"], "sums": dict(statistic["sums"])}
        windows = {**known["windows"], str(statistic["window_start"]): window}
        self._state.put(key, {"area": statistic["area_id"], "windows": windows})
        subject = Subject(
            statistic["entity_type"],
            statistic["entity_id"],
            statistic["area_id"],
            start,
            start + HOUR_MS,
            statistic["run_id"],
        )
        return self._hour_rows(subject, windows, Version("provisional", len(windows)))

    def on_over(self, span: Span, run_id: str, roster: Sequence[Entity]) -> Iterable[Row]:
        """With the last window of an hour: the whole hour of everyone, and who was silent in all of it."""
        if span.end % HOUR_MS or (run_id, span.end) in self._closed:
            return
        start = span.end - HOUR_MS
        self._closed = {(run, end) for run, end in self._closed if end > span.end - KEPT_MS}
        self._closed.add((run_id, span.end))
        heard = set()
        for subject, windows in self._hours(run_id):
            if subject.window_start == start:
                heard.add((subject.entity_type, subject.entity_id))
                yield from self._hour_rows(subject, windows, FINAL)
            elif subject.window_start < start - KEPT_MS:
                self._state.remove(
                    f"{self._prefix(run_id)}{subject.window_start}|{subject.entity_type}|{subject.entity_id}"
                )
        for entity in roster:
            kind, entity_id = entity["entity_type"], entity["entity_id"]
            if kind in self._types and (kind, entity_id) not in heard:
                subject = Subject(kind, entity_id, entity["area_id"], start, span.end, run_id)
                for indicator in self._declared:
                    if kind in indicator.entity_types:
                        yield self._rows.no_data(indicator.id, subject, expected=self._windows)

    def _hours(self, run_id: str) -> Iterator[tuple[Subject, Mapping[str, Any]]]:
        prefix = self._prefix(run_id)
        for key, value in list(self._state.items(prefix)):
            text, entity_type, entity_id = key[len(prefix) :].split("|", 2)
            start = int(text)
            yield (
                Subject(entity_type, entity_id, value["area"], start, start + HOUR_MS, run_id),
                value["windows"],
            )

    def _hour_rows(self, subject: Subject, windows: Mapping[str, Any], version: Version) -> Iterator[Row]:
        sums = together(window["sums"] for window in windows.values())
        for indicator in self._declared:
            if indicator.judged is None or subject.entity_type not in indicator.entity_types:
                continue
            figure = indicator.judged(subject.entity_type, sums)
            yield self._rows.figure(
                indicator,
                subject,
                figure,
                version,
                observations=len(windows),
                expected=self._windows,
                sums=sums,
            )

    def _prefix(self, run_id: str) -> str:
        return f"{self._measure}|{run_id}|hour|"
