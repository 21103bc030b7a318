"""What does the broker itself hold of a topic's partition? Reads a stretch of it, where a group stands, and where it ends."""

from typing import Any

from streams.folds import Record
from streams.kafka import TopicPartition
from streams.reading import open_reader, read_to_ends

READ_SECONDS = 30.0
GATHER_MS = 5
"""A stretch is there already: before the next one is asked for, the client waits for its last request to end."""


class PartitionReader:
    """Committed records of topics, beside a consumer group that it knows and never joins.

    Every method waits for the broker; call them from a thread. Raises KafkaException, and RuntimeError in time-outs.
    """

    def __init__(self, bootstrap: str, group: str) -> None:
        self._consumer = open_reader(bootstrap, group, prefetch_kib=512, gather_ms=GATHER_MS)

    def between(self, topic: str, number: int, start: int, end: int) -> list[Record]:
        """Records of a partition in [start, end); none where only transaction markers lie."""
        records: list[Record] = []
        for message in read_to_ends(self._consumer, {(topic, number): start}):
            offset = message.offset() or 0
            if offset < end:
                appended = message.timestamp()[1]
                headers: Any = tuple(message.headers() or ())
                records.append(
                    Record(topic, number, offset, message.key(), message.value(), appended, headers)
                )
            if offset >= end - 1:
                break
        # Or the client would ask the broker for more of it again and again.
        self._consumer.unassign()
        return records

    def committed(self, topic: str, number: int) -> int:
        """Where a partition begins for the group: after what is committed, or at its beginning."""
        where = TopicPartition(topic, number)
        (found,) = self._consumer.committed([where], timeout=READ_SECONDS)
        if found.offset >= 0:
            return int(found.offset)
        return int(self._consumer.get_watermark_offsets(where, timeout=READ_SECONDS)[0])

    def end(self, topic: str, number: int) -> int:
        """The offset after the last record that can be read now; an open transaction is beyond it."""
        where = TopicPartition(topic, number)
        return int(self._consumer.get_watermark_offsets(where, timeout=5.0, cached=False)[1])
