"""Which windows of a measure are over? Follows the clock rows that Flink writes between the data rows.

Within one moment of the watermark rows come in any order, so a window is over only when a clock row of a later
moment has come. Up to where windows are closed is kept by the caller; who was seen in the open one lives in
memory only. After a restart entities may be missing that were seen before: their "no data" rows lose against
the data by their revision.
"""

from dataclasses import dataclass, field
from typing import TypedDict

from streams.judge.rows import Statistic

SILENT_WINDOWS_MAX = 24
"""How many windows without any row, not even of the clock, are closed after a pause of the whole line."""


class Generation(TypedDict):
    """The newest generation of a measure's statistics, and the moment up to which it has told everything."""

    number: int
    told_until: int


FIRST_GENERATION = Generation(number=0, told_until=0)


@dataclass(frozen=True, slots=True)
class Span:
    """One window, epoch milliseconds, end excluded."""

    start: int
    end: int


@dataclass
class Progress:
    """One measure of one run. `closed_end` is the end of the newest window that was closed, None at the start."""

    window_ms: int
    step_ms: int
    closed_end: int | None = None
    generation: Generation = field(default_factory=lambda: FIRST_GENERATION)
    _seen: dict[int, set[tuple[str, str]]] = field(default_factory=dict)
    _first_clock: int | None = None

    def is_outdated(self, statistic: Statistic) -> bool:
        """Whether it comes from a job that was replaced, about a moment of which its successor has told."""
        if statistic["generation"] >= self.generation["number"]:
            return False
        return self._moment_of(statistic) <= self.generation["told_until"]

    def follow(self, statistic: Statistic) -> Generation:
        """The newest generation with this statistic."""
        number, told_until = self.generation["number"], self.generation["told_until"]
        if statistic["generation"] > number:
            number, told_until = statistic["generation"], 0
        if statistic["generation"] == number and statistic["entity_type"] == "clock":
            told_until = max(told_until, self._moment_of(statistic))
        self.generation = Generation(number=number, told_until=told_until)
        return self.generation

    def on_final(self, statistic: Statistic) -> None:
        """Remember that an entity has a whole window."""
        key = (statistic["entity_type"], statistic["entity_id"])
        self._seen.setdefault(statistic["window_start"], set()).add(key)

    def on_clock(self, statistic: Statistic) -> list[Span]:
        """The windows that this clock row shows to be over, oldest first, each once."""
        if self._first_clock is None:
            self._first_clock = self._moment_of(statistic)
        # Windows lie side by side, and the row speaks of a moment inside its own or at its end.
        last_end = statistic["window_start"]
        if self.closed_end is None:
            # The run begins in this window; who was silent before it is not for this run to say.
            self.closed_end = last_end
        first_end = max(
            self.closed_end + self.window_ms, last_end - (SILENT_WINDOWS_MAX - 1) * self.window_ms
        )
        self.closed_end = max(self.closed_end, last_end)
        return [Span(end - self.window_ms, end) for end in range(first_end, last_end + 1, self.window_ms)]

    def _moment_of(self, statistic: Statistic) -> int:
        return self.moment(statistic["window_start"], statistic["window_end"], statistic["step"])

    def moment(self, window_start: int, window_end: int, step: int) -> int:
        """The moment of the watermark at which a row of this step is written."""
        return window_end if step == 0 else window_start + step * self.step_ms

    def seen_whole(self, moment: int) -> bool:
        """Whether every row of a moment must have been read: a clock row of an earlier one was."""
        return self._first_clock is not None and self._first_clock < moment

    def take_seen(self, span: Span) -> set[tuple[str, str]]:
        """Which entities had data in a window; forgets it, and older ones."""
        seen = self._seen.pop(span.start, set())
        for start in [start for start in self._seen if start < span.start]:
            del self._seen[start]
        return seen
