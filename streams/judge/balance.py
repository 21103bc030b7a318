"""How many are there now, when a statistic only tells how many came and went? A running balance by entity.

Each window's change is put in its place, beside the balance before it, so that a repeat from any earlier point
changes nothing.
"""

from datetime import timedelta
from typing import TypedDict

from streams.judge.rows import Subject
from streams.keyed_state import KeyedState

KEPT = timedelta(days=11)
"""Longer than open days are kept, for whose ends a balance is asked."""
_KEPT_MS = KEPT // timedelta(milliseconds=1)


class Change(TypedDict):
    """What a window changed, and what there was before it; the sum may be negative."""

    before: int
    change: int


class Balance:
    """The balances of one measure."""

    def __init__(self, state: KeyedState, measure: str) -> None:
        self._state = state
        self._measure = measure

    def after(self, subject: Subject, change: int, *, keep: bool) -> int:
        """What there is at the end of a window that changed it by so many; a partial window is not kept.

        Never negative: what ended without having begun in this run is not there.
        """
        start = subject.window_start
        key = key_of(self._measure, subject, start)
        before = self._until(subject, start)
        if keep and (change or self._state.get(key) is not None):
            self._state.put(key, Change(before=before, change=change))
            self._forget(subject, start - _KEPT_MS)
        return max(0, before + change)

    def at_end_of(self, subject: Subject) -> int:
        """What there is at the end of a window for which no change was told."""
        return max(0, self._until(subject, subject.window_start + 1))

    def _until(self, subject: Subject, start: int) -> int:
        """The balance after all windows that begin before a moment."""
        prefix = _prefix(self._measure, subject)
        found = self._state.last_before(prefix, key_of(self._measure, subject, start))
        return 0 if found is None else found[1]["before"] + found[1]["change"]

    def _forget(self, subject: Subject, oldest: int) -> None:
        """Forget what is older, but for the last of it: the balance at that moment hangs on it."""
        bound = key_of(self._measure, subject, oldest)
        old = [key for key, _ in self._state.items(_prefix(self._measure, subject)) if key < bound]
        for key in old[:-1]:
            self._state.remove(key)


def key_of(measure: str, subject: Subject, start: int) -> str:
    """Where the change of a window is kept; keys of an entity are in the order of their windows."""
    return f"{_prefix(measure, subject)}{start:015d}"


def _prefix(measure: str, subject: Subject) -> str:
    return f"{measure}|{subject.run_id}|balance|{subject.entity_type}|{subject.entity_id}|"
