"""What stands on partitions now? Reads committed records from given offsets to where their partitions end."""

import time
from collections.abc import Iterator, Mapping

from streams.catalog import Topic
from streams.kafka import Consumer, KafkaError, Message, TopicPartition, make_consumer, take

Places = Mapping[tuple[str, int], int]
"""Topic and partition to an offset in it."""

STALLED_SECONDS = 60.0
"""A broker that says nothing for so long is not read from any more."""
_AT_ONCE = 5_000
_POLL_SECONDS = 0.2


class NotReadError(RuntimeError):
    """A partition was not read to its end; says which, and for how long its broker has been silent."""


def open_reader(
    bootstrap: str, name: str, prefetch_kib: int = 1_024, gather_ms: int | None = None
) -> Consumer:
    """A consumer for the functions below. Its group's name is needed by the client alone: nothing is committed."""
    return make_consumer(
        bootstrap,
        name,
        prefetch_kib=prefetch_kib,
        gather_ms=gather_ms,
        overrides={"enable.partition.eof": True},
    )


def read_to_ends(reader: Consumer, begin: Places) -> Iterator[Message]:
    """Records from these places up to where each partition ends when its end is reached.

    Raises NotReadError when the broker stops answering; the reader tries again by itself until then.
    """
    waiting = set(begin)
    reader.assign([TopicPartition(topic, partition, offset) for (topic, partition), offset in begin.items()])
    heard = time.monotonic()
    while waiting:
        for message in take(reader, _POLL_SECONDS, _AT_ONCE):
            error = message.error()
            if error is None:
                heard = time.monotonic()
                yield message
            elif error.code() == KafkaError._PARTITION_EOF:  # noqa: SLF001  (the client's public constant)
                heard = time.monotonic()
                waiting.discard((message.topic() or "", message.partition() or 0))
        if time.monotonic() - heard > STALLED_SECONDS:
            names = ", ".join(f"{topic}-{partition}" for topic, partition in sorted(waiting))
            raise NotReadError(
                f"{names}: not read to the end, Kafka has been silent for {STALLED_SECONDS:.0f} s"
            )


def last_records(reader: Consumer, topic: Topic, partition: int, count: int) -> Iterator[Message]:
    """The records at the last `count` offsets of a partition."""
    low, high = reader.get_watermark_offsets(TopicPartition(topic.name, partition), timeout=30.0)
    if high > low:
        yield from read_to_ends(reader, {(topic.name, partition): max(low, high - count)})
