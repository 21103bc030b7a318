"""How does a subscriber get a snapshot and then every change, without a gap and without a repeat? Over Kafka and registry.

First the ends of the history are noted, then the current topic is read to its end, then the history from those ends.
The last minutes before them are looked at, too: history and current topic are written one after the other, and the
history may be ahead. What was told already is not told again (`Told`).
"""

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

import httpx

from citybrain.client.changes import (
    Change,
    NotReachableError,
    Position,
    PositionLostError,
    SubscriptionError,
)
from citybrain.client.filters import Wanted
from citybrain.client.kinds import Decoded, Kind
from citybrain.client.snapshot import Told, standing
from schemas.codec import Decoder, UndecodableError
from schemas.registry import Registry
from streams.catalog import Topic
from streams.kafka import KafkaError, KafkaException, Message, TopicPartition, make_consumer, take
from streams.reading import Places, read_to_ends

R = TypeVar("R")
OVERLAP_SECONDS = 120.0
"""How far the current topic may be behind its history: a service that was killed writes both again within this."""
LOOKED_BACK = 10_000
"""So many records before a position are looked at, to know those that a killed service writes again."""
COMMIT_SECONDS = 1.0
START_SECONDS = 15.0
_AT_ONCE = 500
_POLL_SECONDS = 0.2
_LOST = {KafkaError.OFFSET_OUT_OF_RANGE, KafkaError._AUTO_OFFSET_RESET}  # noqa: SLF001  (the client's public constant)


@dataclass(frozen=True)
class Where:
    """A subscription's servers and where it begins.

    start: a position that the caller kept. group: a name under which Kafka keeps it; one process at a time has it.
    With neither, and for a group that is new, it begins with a snapshot. idle_seconds: the iteration ends when
    nothing came for so long; None for never.
    """

    bootstrap: str
    registry: str
    start: Position | None = None
    group: str | None = None
    idle_seconds: float | None = None


class Subscription(Generic[R]):
    """Changes of one kind, to iterate over, with `for` or with `async for`; by one thread or task at a time.

    A group's position moves past a change when the next one is asked for. Close it, or use `with`.
    Raises SubscriptionError and its kinds.
    """

    def __init__(self, kind: Kind[R], wanted: Wanted, where: Where) -> None:
        self._kind = kind
        self._wanted = wanted
        self._where = where
        self._told = Told(kind)
        self._ready: deque[Change[R]] = deque()
        self._offsets: dict[int, int] = {}
        self._done: Position | None = None
        self._given: Position | None = None
        self._committed_at = time.monotonic()
        self._in_snapshot = True
        self._begun = False
        self._registry = Registry(where.registry)
        self._decoder = Decoder(kind.history.record, self._registry.schema_of)
        self._consumer = make_consumer(
            where.bootstrap,
            where.group or "citybrain-client",
            overrides={"auto.offset.reset": "error", "enable.partition.eof": True},
        )

    @property
    def position(self) -> Position:
        """How far it has read, also past what the filter leaves out. Changes that were not handed out yet lie before."""
        return Position(self._kind.history.name, dict(self._offsets), self._in_snapshot)

    def __iter__(self) -> Iterator[Change[R]]:
        return self

    def __next__(self) -> Change[R]:
        self._finish_given()
        heard = time.monotonic()
        while not self._ready:
            if self._read():
                heard = time.monotonic()
            elif self._is_idle(heard):
                raise StopIteration
        return self._give()

    def __aiter__(self) -> AsyncIterator[Change[R]]:
        return self

    async def __anext__(self) -> Change[R]:
        self._finish_given()
        heard = time.monotonic()
        while not self._ready:
            if await asyncio.to_thread(self._read):
                heard = time.monotonic()
            elif self._is_idle(heard):
                raise StopAsyncIteration
        return self._give()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None
    ) -> None:
        await asyncio.to_thread(self.close)

    def close(self) -> None:
        """Commit what is done where there is a group, and give the connections back."""
        with contextlib.suppress(KafkaException):
            # What cannot be committed is told again: at worst a repeat, never a gap.
            self._commit(wait=True)
        self._consumer.close()

    def _give(self) -> Change[R]:
        change = self._ready.popleft()
        self._given = change.position
        return change

    def _finish_given(self) -> None:
        """The caller asks for the next: what it was given is dealt with."""
        if self._given is not None:
            self._done, self._given = self._given, None
        if self._begun and not self._in_snapshot and not self._ready:
            self._done = self.position
        if time.monotonic() - self._committed_at >= COMMIT_SECONDS:
            self._commit(wait=False)

    def _commit(self, *, wait: bool) -> None:
        self._committed_at = time.monotonic()
        done, self._done = self._done, None
        if self._where.group is None or done is None or done.in_snapshot:
            return
        places = [TopicPartition(done.topic, number, offset) for number, offset in done.offsets.items()]
        if wait:
            self._consumer.commit(offsets=places, asynchronous=False)
        else:
            self._consumer.commit(offsets=places)

    def _is_idle(self, since: float) -> bool:
        limit = self._where.idle_seconds
        return limit is not None and time.monotonic() - since > limit

    def _read(self) -> bool:
        """Make the next changes ready; whether anything was heard."""
        if not self._begun:
            self._begin()
            self._begun = True
            return True
        heard = False
        for message in take(self._consumer, _POLL_SECONDS, _AT_ONCE - 1):
            heard |= self._take(message)
        return heard

    def _take(self, message: Message) -> bool:
        """Look at one message; whether it was a record or a clock mark."""
        error = message.error()
        if error is not None:
            if error.code() in _LOST:
                raise PositionLostError(_lost(self._kind.history.name, message.partition() or 0))
            # The client connects again by itself; a partition's end is no error.
            return False
        row = self._decoded(message)
        self._offsets[message.partition() or 0] = (message.offset() or 0) + 1
        if row is not None and self._told.is_news(row) and self._wanted(row):
            self._ready.append(Change(self._kind.typed(row), of_snapshot=False, position=self.position))
        return True

    def _decoded(self, message: Message) -> Decoded | None:
        """The row; None for a record without value, which says of time and not of the city."""
        value = message.value()
        if value is None:
            return None
        try:
            return self._decoder.decode(value)
        except UndecodableError as error:
            where = f"{message.topic()}-{message.partition()} offset {message.offset()}"
            raise SubscriptionError(
                f"{where} cannot be read: {error}; begin behind it, at the next offset"
            ) from error

    def _begin(self) -> None:
        try:
            self._begin_now()
        except KafkaException as error:
            raise NotReachableError(
                f"{self._kind.history.name} on {self._where.bootstrap} cannot be read: {error}; "
                "is Kafka up, and is the line prepared?"
            ) from error
        except httpx.HTTPError as error:
            raise NotReachableError(
                f"the schema registry {self._where.registry} does not answer: {error}"
            ) from error

    def _begin_now(self) -> None:
        history = self._kind.history
        low, high = self._watermarks(history)
        start = self._where.start or self._committed()
        if start is not None and start.topic != history.name:
            raise PositionLostError(f"the position is of {start.topic}, the subscription of {history.name}")
        if start is None or start.in_snapshot:
            self._offsets = high
            self._snapshot(low)
            self._in_snapshot = False
        else:
            for number, first in low.items():
                if not first <= start.offsets.get(number, -1) <= high[number]:
                    raise PositionLostError(_lost(history.name, number))
            self._offsets, self._in_snapshot = dict(start.offsets), False
            self._look_back({n: max(low[n], at - LOOKED_BACK) for n, at in self._offsets.items()})
        self._consumer.assign(
            [TopicPartition(history.name, number, offset) for number, offset in self._offsets.items()]
        )

    def _snapshot(self, low: Mapping[int, int]) -> None:
        current = self._kind.current
        begin, _ = self._watermarks(current)
        decoder = Decoder(current.record, self._registry.schema_of)
        stands = [
            (message.key() or b"", None if (value := message.value()) is None else decoder.decode(value))
            for message in read_to_ends(self._consumer, _places(current, begin))
        ]
        recent = self._look_back(self._offsets_before(low))
        for row in standing(self._kind, stands, recent):
            self._told.is_news(row)
            if self._wanted(row):
                self._ready.append(Change(self._kind.typed(row), of_snapshot=True, position=self.position))
        if self._ready:
            # With the last one the snapshot is whole, and one goes on behind it.
            last = self._ready.pop()
            whole = Position(last.position.topic, last.position.offsets)
            self._ready.append(Change(last.record, of_snapshot=True, position=whole))

    def _offsets_before(self, low: Mapping[int, int]) -> dict[int, int]:
        """Where the overlap begins, by the times at which the broker took the records."""
        since = int((time.time() - OVERLAP_SECONDS) * 1000)
        name = self._kind.history.name
        asked = [TopicPartition(name, number, since) for number in self._offsets]
        found = self._consumer.offsets_for_times(asked, timeout=START_SECONDS)
        return {
            at.partition: max(low[at.partition], at.offset) if at.offset >= 0 else self._offsets[at.partition]
            for at in found
        }

    def _look_back(self, begin: Mapping[int, int]) -> list[Decoded]:
        """The rows before where the changes begin, noted as told."""
        wanted = {number: at for number, at in begin.items() if at < self._offsets[number]}
        rows = []
        for message in read_to_ends(self._consumer, _places(self._kind.history, wanted)) if wanted else ():
            if (message.offset() or 0) < self._offsets[message.partition() or 0]:
                row = self._decoded(message)
                if row is not None:
                    self._told.is_news(row)
                    rows.append(row)
        return rows

    def _committed(self) -> Position | None:
        """Where the group stands; None where it has not begun."""
        history = self._kind.history
        if self._where.group is None:
            return None
        asked = [TopicPartition(history.name, number) for number in range(history.partitions)]
        found = self._consumer.committed(asked, timeout=START_SECONDS)
        if any(at.offset < 0 for at in found):
            return None
        return Position(history.name, {at.partition: at.offset for at in found})

    def _watermarks(self, topic: Topic) -> tuple[dict[int, int], dict[int, int]]:
        """The first offset of each partition, and the one after its last record."""
        low, high = {}, {}
        for number in range(topic.partitions):
            low[number], high[number] = self._consumer.get_watermark_offsets(
                TopicPartition(topic.name, number), timeout=START_SECONDS, cached=False
            )
        return low, high


def _places(topic: Topic, offsets: Mapping[int, int]) -> Places:
    return {(topic.name, number): offset for number, offset in offsets.items()}


def _lost(topic: str, partition: int) -> str:
    return (
        f"{topic}-{partition} does not hold the position any more (it keeps records for a time, or is of another "
        "cluster): begin without it, with a snapshot"
    )


def as_dict(record: Any) -> dict[str, Any]:
    """A typed record as a plain dictionary, for those who write it on."""
    return {name: getattr(record, name) for name in record.__slots__}
