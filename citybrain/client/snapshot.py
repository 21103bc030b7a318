"""How does a snapshot join the changes after it? Pure: records in, those out that are news to the subscriber."""

from collections import OrderedDict
from collections.abc import Hashable, Iterable, Iterator
from typing import Generic, TypeVar

from citybrain.client.kinds import Decoded, Kind

R = TypeVar("R")
REMEMBERED = 200_000
"""Of so many things (windows of an indicator, alerts, cases) the newest version that was told is remembered."""


class Told(Generic[R]):
    """What a subscriber has been told, so that nothing is told twice.

    A service that was killed writes its last records again; and what a snapshot shows already may still follow on
    the history. Either has the same or a lower count.
    """

    def __init__(self, kind: Kind[R], limit: int = REMEMBERED) -> None:
        self._kind = kind
        self._limit = limit
        self._counts: OrderedDict[Hashable, int] = OrderedDict()

    def is_news(self, row: Decoded) -> bool:
        """Whether a record says something that was not told yet; it is told now."""
        key, count = self._kind.told_once(row), self._kind.count(row)
        known = self._counts.get(key)
        if known is not None and count <= known:
            return False
        self._counts[key] = count
        self._counts.move_to_end(key)
        if len(self._counts) > self._limit:
            self._counts.popitem(last=False)
        return True


def standing(
    kind: Kind[R], current: Iterable[tuple[bytes, Decoded | None]], recent: Iterable[Decoded]
) -> Iterator[Decoded]:
    """How each thing stands: what the current topic says, or a newer record that its history has already.

    current: keys and rows of the current topic in their order, None where a key was deleted. recent: the last rows
    of the history before the changes begin; the two topics are written one after the other, so that the history may
    be ahead.
    """
    rows: dict[bytes, Decoded] = {}
    for key, row in current:
        rows.pop(key, None)
        if row is not None:
            rows[key] = row
    newest: dict[Hashable, Decoded] = {}
    for row in rows.values():
        _put(kind, newest, row)
    ahead: dict[Hashable, Decoded] = {}
    for row in recent:
        _put(kind, ahead, row)
    for row in ahead.values():
        _put(kind, newest, row)
    return (row for row in newest.values() if not kind.is_over(row))


def _put(kind: Kind[R], rows: dict[Hashable, Decoded], row: Decoded) -> None:
    thing = kind.thing(row)
    known = rows.get(thing)
    # Of two runs the one that was told later stands.
    if known is None or known["run_id"] != row["run_id"] or kind.version(row) >= kind.version(known):
        rows[thing] = row
