"""In which order do the records of the simulated city arrive? Planned in one order, sent in another."""

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from typing import Protocol

import orjson

from feeds.civil_time import SECOND_MS
from feeds.decoding import RejectReason

EVENT, REPEAT = "event", "repeat"
Fate = str
"""What becomes of the item of a record: `event`, `repeat`, or the value of its reject reason."""


class Body(Protocol):
    """What a record says; written down only when it is really sent."""

    def write(self, offset_ms: int) -> bytes:
        """The payload, with civil times at that offset from UTC."""


@dataclass(frozen=True, slots=True)
class Sent:
    """One record of the simulated city: when it arrives, what it says, and what becomes of its one item.

    feed: what it comes through, empty where it is the system's own gateway.
    """

    system: str
    at: int
    key: str
    fate: Fate
    body: Body
    feed: str = ""


@dataclass(frozen=True, slots=True)
class Spoiled:
    """A payload that is wrong on purpose."""

    payload: bytes

    def write(self, offset_ms: int) -> bytes:  # noqa: ARG002  wrong the same way in every zone
        """The wrong bytes."""
        return self.payload


@dataclass(frozen=True, slots=True)
class Fault:
    """A way to spoil a reading: fields to overwrite (None leaves the field out), or bytes to cut off."""

    reason: RejectReason
    overwrite: tuple[tuple[str, object], ...] = ()
    cut: int = 0

    def spoil(self, payload: bytes) -> Spoiled:
        """The payload of a good reading made wrong."""
        reading = orjson.loads(payload)
        for name, value in self.overwrite:
            if value is None:
                reading.pop(name, None)
            else:
                reading[name] = value
        spoiled: bytes = orjson.dumps(reading)
        return Spoiled(spoiled[: -self.cut] if self.cut else spoiled)


Planned = tuple[int, Sent]
"""When a source knew of it, and the record; it arrives then or later."""


def in_order(sources: Iterable[Iterator[Planned]]) -> Iterator[Sent]:
    """The records of all sources by arrival. Each source gives its records in the order in which it knew of them.

    A record waits only until no source can give one that arrives before it, so endless sources are no trouble, and
    the order does not depend on how far anybody reads.
    """
    waiting: list[tuple[int, int, Sent]] = []
    for number, (planned, sent) in enumerate(heapq.merge(*sources, key=lambda known: known[0])):
        while waiting and waiting[0][0] <= planned:
            yield heapq.heappop(waiting)[2]
        heapq.heappush(waiting, (sent.at, number, sent))
    while waiting:
        yield heapq.heappop(waiting)[2]


@lru_cache(maxsize=8)
def _zone(offset_ms: int) -> timezone:
    return timezone(timedelta(milliseconds=offset_ms))


def written(instant: int, offset_ms: int) -> str:
    """An instant as ISO 8601 with offset, to the millisecond."""
    seconds, ms = divmod(instant, SECOND_MS)
    local = datetime.fromtimestamp(seconds, UTC).replace(microsecond=ms * 1_000).astimezone(_zone(offset_ms))
    return local.isoformat(timespec="milliseconds")
