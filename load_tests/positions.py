"""How far has a group read, and what stands on a topic? With few questions, so that asking costs the line little."""

import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from load_tests.report import WrongResultError
from schemas.codec import Decoder
from schemas.registry import Registry
from streams.catalog import Topic
from streams.kafka import TopicPartition, make_consumer
from streams.reading import Places, last_records, open_reader, read_to_ends

POLL_SECONDS = 0.05
STALLED_SECONDS = 90.0
LAST_OFFSETS = 30
READER = "bench-reader"


def after_last_records(bootstrap: str, topics: Iterable[Topic]) -> dict[tuple[str, int], int]:
    """The offset after the last record of each partition that has any; markers of transactions are no records."""
    reader = open_reader(bootstrap, READER, prefetch_kib=4_096)
    try:
        found = {}
        for topic in topics:
            for partition in range(topic.partitions):
                offsets = [
                    message.offset() or 0 for message in last_records(reader, topic, partition, LAST_OFFSETS)
                ]
                if offsets:
                    found[topic.name, partition] = max(offsets) + 1
        return found
    finally:
        reader.close()


def record_count(bootstrap: str, topic: Topic) -> int:
    """How many offsets a topic holds: its records, where nobody writes it in transactions."""
    reader = open_reader(bootstrap, READER, prefetch_kib=4_096)
    try:
        spans = [
            reader.get_watermark_offsets(TopicPartition(topic.name, partition), timeout=30.0)
            for partition in range(topic.partitions)
        ]
        return sum(high - low for low, high in spans)
    finally:
        reader.close()


def wait_committed(bootstrap: str, group: str, targets: Places, is_alive: Callable[[], bool]) -> float:
    """Wait until a group has committed up to the targets; the wall clock then, seconds since 1970.

    Raises WrongResultError when nothing moves for a while or the reader has ended.
    """
    asked = [TopicPartition(topic, partition) for topic, partition in targets]
    watcher = make_consumer(bootstrap, group)
    try:
        last, moved = -1, time.monotonic()
        while True:
            committed = watcher.committed(asked, timeout=30.0)
            left = sum(
                max(0, targets[place.topic, place.partition] - max(0, place.offset)) for place in committed
            )
            if not left:
                return time.time()
            if left != last:
                last, moved = left, time.monotonic()
            if not is_alive() or time.monotonic() - moved > STALLED_SECONDS:
                raise WrongResultError(f"{group} stopped with {left:,} offsets to go; its log says why")
            time.sleep(POLL_SECONDS)
    finally:
        watcher.close()


def decoded(bootstrap: str, registry: Registry, topic: Topic) -> Iterator[tuple[float, dict[str, Any]]]:
    """Every record that is there now, with the time at which the broker took it, seconds since 1970."""
    decoder = Decoder(topic.record, registry.schema_of)
    reader = open_reader(bootstrap, READER, prefetch_kib=4_096)
    try:
        begin = {(topic.name, partition): 0 for partition in range(topic.partitions)}
        for message in read_to_ends(reader, begin):
            yield message.timestamp()[1] / 1000, decoder.decode(message.value() or b"")
    finally:
        reader.close()


def first_append(bootstrap: str, topic: Topic) -> float:
    """When the broker took the first record of a topic, seconds since 1970. Raises WrongResultError on an empty one."""
    reader = open_reader(bootstrap, READER, prefetch_kib=4_096)
    try:
        times: list[float] = []
        for partition in range(topic.partitions):
            low, high = reader.get_watermark_offsets(TopicPartition(topic.name, partition), timeout=30.0)
            if high > low:
                first = next(iter(read_to_ends(reader, {(topic.name, partition): low})), None)
                if first is not None:
                    times.append(float(first.timestamp()[1]) / 1000)
    finally:
        reader.close()
    if not times:
        raise WrongResultError(f"{topic.name} is empty")
    return min(times)
