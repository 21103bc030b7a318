"""How many are there now, when a statistic only tells how many came and went? A running balance by entity.

The change of each window is put in its place, so that a repeat from any earlier point changes nothing.
"""

from datetime import timedelta
from typing import TypedDict

from streams.judge.rows import Subject
from streams.keyed_state import KeyedState

KEPT = timedelta(days=10)
"""As long as open days are kept: the changes of older windows are folded into one."""


class _Kept(TypedDict):
    """The balance before all that is kept, and the change of each window by its start."""

    before: int
    changes: dict[str, int]


_NOTHING = _Kept(before=0, changes={})


class Balance:
    """The balances of one measure."""

    def __init__(self, state: KeyedState, measure: str) -> None:
        self._state = state
        self._measure = measure

    def after(self, subject: Subject, change: int, *, keep: bool) -> int:
        """What there is at the end of a window that changed it by so many; a partial window is not kept.

        Never negative: what ended without having begun in this run is not there.
        """
        key = self._key(subject)
        known: _Kept = self._state.get(key) or _NOTHING
        start = subject.window_start
        earlier = sum(value for at, value in known["changes"].items() if int(at) < start)
        if keep and (change or str(start) in known["changes"]):
            self._state.put(key, _folded(known["before"], {**known["changes"], str(start): change}, start))
        return max(0, known["before"] + earlier + change)

    def at_end_of(self, subject: Subject) -> int:
        """What there is at the end of a window for which no change was told."""
        known: _Kept = self._state.get(self._key(subject)) or _NOTHING
        start = subject.window_start
        until = sum(value for at, value in known["changes"].items() if int(at) <= start)
        return max(0, known["before"] + until)

    def _key(self, subject: Subject) -> str:
        return f"{self._measure}|{subject.run_id}|balance|{subject.entity_type}|{subject.entity_id}"


def _folded(before: int, changes: dict[str, int], newest: int) -> _Kept:
    oldest = newest - round(KEPT.total_seconds() * 1000)
    old = {at: value for at, value in changes.items() if int(at) < oldest}
    return {
        "before": before + sum(old.values()),
        "changes": {at: value for at, value in changes.items() if at not in old},
    }
