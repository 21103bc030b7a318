"""How does this service follow topics? Records in their order from where it says, in batches, behind an await."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog

from schemas.codec import Decoder, UndecodableError
from schemas.registry import Registry
from streams.catalog import Topic
from streams.coding import decoders_of
from streams.kafka import Consumer, KafkaException, TopicPartition, make_consumer
from streams.reading import open_reader, read_to_ends

BATCH = 500
POLL_SECONDS = 0.1
REQUEST_SECONDS = 30.0

log = structlog.get_logger("deliver")


@dataclass(frozen=True, slots=True)
class Read:
    """One record and where it lies."""

    topic: str
    partition: int
    offset: int
    record: dict[str, Any]


class Follower:
    """Partitions of some topics under a consumer group of its own, which is never joined: one process reads them all."""

    def __init__(self, bootstrap: str, registry: Registry, group: str, topics: Sequence[Topic]) -> None:
        self._consumer: Consumer = make_consumer(bootstrap, group, prefetch_kib=8_192)
        self._decoders = decoders_of(registry, topics)
        self._places = [TopicPartition(topic.name, n) for topic in topics for n in range(topic.partitions)]
        self.next: dict[tuple[str, int], int] = {}
        """The offset after what was read of each partition."""

    def ends(self) -> dict[tuple[str, int], tuple[int, int]]:
        """First offset and end offset of each partition."""
        return {
            (at.topic, at.partition): self._consumer.get_watermark_offsets(at, REQUEST_SECONDS, cached=False)
            for at in self._places
        }

    def committed(self) -> dict[tuple[str, int], int]:
        """What the group has committed; -1 where nothing is."""
        found = self._consumer.committed(self._places, timeout=REQUEST_SECONDS)
        return {(at.topic, at.partition): max(at.offset, -1) for at in found}

    def begin(self, places: Mapping[tuple[str, int], int]) -> None:
        """Read from these offsets on."""
        self.next = dict(places)
        self._consumer.assign([TopicPartition(topic, n, offset) for (topic, n), offset in places.items()])

    async def batch(self) -> list[Read]:
        """The next records; none after a moment without any. Raises KafkaException."""
        messages = await asyncio.to_thread(self._consumer.consume, BATCH, POLL_SECONDS)
        found = []
        for message in messages:
            if (failure := message.error()) is not None:
                if not failure.fatal():
                    log.warning("Kafka is waited for", reason=str(failure))
                    continue
                raise KafkaException(failure)
            topic, partition, offset = message.topic() or "", message.partition() or 0, message.offset() or 0
            self.next[topic, partition] = offset + 1
            record = self._record(topic, partition, offset, message.value())
            if record is not None:
                found.append(Read(topic, partition, offset, record))
        return found

    async def commit(self, offsets: Mapping[tuple[str, int], int]) -> None:
        """Commit; returns when the broker has it."""
        places = [TopicPartition(topic, n, offset) for (topic, n), offset in offsets.items()]
        await asyncio.to_thread(self._consumer.commit, offsets=places, asynchronous=False)

    def close(self) -> None:
        """Leave the broker."""
        self._consumer.close()

    def _record(self, topic: str, partition: int, offset: int, value: bytes | None) -> dict[str, Any] | None:
        if value is None:
            return None
        try:
            return self._decoders[topic].decode(value)
        except UndecodableError as error:
            # The sink reads these topics, too, and has put it among the dead letters.
            log.warning("passed over", topic=topic, partition=partition, offset=offset, reason=str(error))
            return None


def read_stretch(
    bootstrap: str, registry: Registry, topic: Topic, span: tuple[int, int], take: Callable[[Read], None]
) -> None:
    """Every record of a topic of one partition from an offset up to another, excluded. Waits for the broker."""
    start, end = span
    if start >= end:
        return
    reader = open_reader(bootstrap, "deliver-reader", prefetch_kib=8_192)
    decoder = Decoder(topic.record, registry.schema_of)
    try:
        for message in read_to_ends(reader, {(topic.name, 0): start}):
            offset, value = message.offset() or 0, message.value()
            if offset >= end:
                break
            if value is not None:
                try:
                    take(Read(topic.name, 0, offset, decoder.decode(value)))
                except UndecodableError as error:
                    log.warning("passed over", topic=topic.name, offset=offset, reason=str(error))
    finally:
        reader.close()
