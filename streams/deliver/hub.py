"""Who follows what, and from where? Events as server-sent text, handed to clients that may be slow or come back.

Each channel remembers its last events, so that a client that comes back with `Last-Event-ID` goes on where it was.
A position counts the records of every partition, so that it holds for all of them. A client whose queue is full is
cut off: it comes back by itself and goes on from where it was.
"""

import asyncio
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

import orjson

from streams.deliver.telling import is_within

REMEMBERED_MAX = 10_000
"""Events of a channel that somebody who comes back can still hear."""
STANDING_MAX = 20_000
"""Things of a channel that a snapshot has, those that changed last."""
QUEUE_MAX = 1_000
CLIENTS_MAX = 200
CLIENTS_OF_ONE_MAX = 20
HEARTBEAT = b": still here\n\n"
SLOW = b": too slow: more than %d events waited. Come back with Last-Event-ID to go on.\n\n" % QUEUE_MAX

Positions = tuple[int, ...]
"""The next offset of each partition."""


@dataclass(frozen=True, slots=True)
class Filter:
    """What a client wants: areas with what lies in them, levels, systems. Empty is everything."""

    areas: tuple[str, ...] = ()
    levels: frozenset[int] = frozenset()
    systems: frozenset[str] = frozenset()

    def fits(self, event: "Event") -> bool:
        """Whether an event is wanted. What has no level fits no filter by level."""
        return (
            is_within(event.area_id, self.areas)
            and (not self.levels or event.level in self.levels)
            and (not self.systems or event.system in self.systems)
        )


@dataclass(frozen=True, slots=True)
class Event:
    """A record as JSON, with where it lies, the position behind it, and what filters ask for."""

    partition: int
    offset: int
    after: Positions
    data: bytes
    area_id: str | None
    level: int | None
    system: str


@dataclass(eq=False)
class Client:
    """One who follows a channel. `cut` says that its queue was full."""

    wanted: Filter
    address: str
    queue: "asyncio.Queue[Event]" = field(default_factory=lambda: asyncio.Queue(QUEUE_MAX))
    cut: bool = False

    def offer(self, event: Event) -> None:
        """Hand over an event if it is wanted; never waits."""
        if self.cut or not self.wanted.fits(event):
            return
        try:
            self.queue.put_nowait(event)
        except asyncio.QueueFull:
            self.cut = True


class Channel:
    """One stream of events. `name` is what the events are called; `key` is what a snapshot has one of each by."""

    def __init__(self, name: str, key: tuple[str, ...], partitions: int) -> None:
        self.name = name
        self._key = key
        self._next = [0] * partitions
        self._remembered: deque[Event] = deque(maxlen=REMEMBERED_MAX)
        self._forgotten = [0] * partitions
        self._standing: dict[tuple[Any, ...], Event] = {}
        self.clients: set[Client] = set()
        self.is_current = asyncio.Event()
        """Set when it has read what was there when it began: before that a position says nothing."""

    def begin_at(self, positions: Mapping[int, int]) -> None:
        """From where on it is read; what lies before is not remembered."""
        for partition, offset in positions.items():
            self._next[partition] = self._forgotten[partition] = offset

    def put(self, partition: int, offset: int, record: Mapping[str, Any]) -> None:
        """A record that was read; each client hears of it if it wants to."""
        self._next[partition] = offset + 1
        event = Event(
            partition,
            offset,
            tuple(self._next),
            orjson.dumps(record),
            record.get("area_id"),
            record.get("level"),
            system_of(record),
        )
        if len(self._remembered) == REMEMBERED_MAX:
            oldest = self._remembered[0]
            self._forgotten[oldest.partition] = oldest.offset + 1
        self._remembered.append(event)
        identity = tuple(record[name] for name in self._key)
        self._standing.pop(identity, None)
        if not is_gone(record):
            self._standing[identity] = event
            if len(self._standing) > STANDING_MAX:
                del self._standing[next(iter(self._standing))]
        for client in self.clients:
            client.offer(event)

    def beginning(self, wanted: Filter, last_id: str | None, *, snapshot: bool) -> Iterator[bytes]:
        """What a client is told before it hears what is new; fixed when this is called, written out when it is read."""
        position = tuple(self._next)
        resumed = positions_of(last_id, len(self._next)) if last_id else None
        # A topic that was made anew, or one that forgot: then only a snapshot says how things stand.
        if resumed is not None and all(
            low <= at <= high for low, at, high in zip(self._forgotten, resumed, self._next, strict=True)
        ):
            missed = [e for e in self._remembered if e.offset >= resumed[e.partition] and wanted.fits(e)]
            return (text_of(event, self.name) for event in missed)
        if not snapshot and not last_id:
            return iter([_text("ready", position, b"{}")])
        gap = [_text("gap", position, b'{"reason":"what came after your position is not remembered here"}')]
        standing = [event for event in self._standing.values() if wanted.fits(event)]
        texts = (_text(f"{self.name}-snapshot", position, event.data) for event in standing)
        end = _text("snapshot-end", position, b'{"events":%d}' % len(standing))
        return chain(gap if last_id else (), texts, (end,))

    def standing(self, *key: Any) -> bytes | None:
        """The newest record of a thing that is not over, as JSON."""
        found = self._standing.get(key)
        return found.data if found else None

    @property
    def positions(self) -> Positions:
        """The next offset of each partition."""
        return tuple(self._next)


def is_gone(record: Mapping[str, Any]) -> bool:
    """Whether a thing is over, so that a snapshot does without it."""
    return record.get("state") == "closed" or record.get("status") in {"closed", "excluded"}


def system_of(record: Mapping[str, Any]) -> str:
    """The system of an alert, an indicator or a case."""
    if "system" in record:
        return str(record["system"])
    return str(record.get("indicator_id", record.get("kind", ""))).partition(".")[0]


def positions_of(text: str, partitions: int) -> Positions | None:
    """A position as a client hands it back; None where it is none."""
    parts = text.split("-")
    if len(parts) != partitions or not all(p.isascii() and p.isdigit() and len(p) < 19 for p in parts):
        return None
    return tuple(map(int, parts))


def text_of(event: Event, name: str) -> bytes:
    """As it goes over the wire. JSON has no line breaks, so that nothing in it ends the event."""
    return _text(name, event.after, event.data)


def _text(name: str, position: Positions, data: bytes) -> bytes:
    place = "-".join(map(str, position)).encode()
    return b"id: %s\nevent: %s\ndata: %s\n\n" % (place, name.encode(), data)
