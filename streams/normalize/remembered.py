"""What did a normalizer know of its partitions? Read back from its own topics: what was written is the truth."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from schemas.registry import Registry
from streams.catalog import System, Topic
from streams.coding import decoders_of
from streams.kafka import Message, TopicPartition
from streams.normalize.current import CurrentEvents
from streams.normalize.raw_records import Clock
from streams.normalize.repeats import RepeatFilter
from streams.offsets import last_of
from streams.reading import open_reader, read_to_ends

RECORDS = 100_000
"""How many records of a partition are read back to know repeats again."""

Where = tuple[str, int]
"""A raw topic and one of its partitions."""


@dataclass
class Remembered:
    """What is known of a raw partition and of the normalized one with its number."""

    repeats: RepeatFilter
    current: CurrentEvents = field(default_factory=CurrentEvents)
    clock: Clock | None = None
    run_id: str | None = None

    def see(self, event: Mapping[str, Any]) -> None:
        """Look at a normalized event or tick, in the order of their writing."""
        self.run_id = event["run_id"]
        if event["entity_id"] is None:
            self.clock = Clock(event["event_time"], event["run_id"] or "")
        else:
            self._repeat(event)

    def see_archived(self, event: Mapping[str, Any]) -> None:
        """Look at an event that went to the archive only, after all that were normalized."""
        # A correction of an earlier run would begin that one anew.
        if event["run_id"] == self.run_id:
            self._repeat(event)

    def _repeat(self, event: Mapping[str, Any]) -> None:
        self.repeats.see(
            event["run_id"], event["event_id"], event["event_time"], event.get("source_version", 0)
        )


def read_back(
    bootstrap: str, registry: Registry, assigned: Mapping[Where, System]
) -> dict[Where, Remembered]:
    """What is known of each of these partitions, read together: hundreds, each in its turn, took the better of a minute.

    Raises NotReadError when the broker stops answering.
    """
    found = {where: Remembered(RepeatFilter(system.repeat_span)) for where, system in assigned.items()}
    normalized = {where: system.normalized for where, system in assigned.items()}
    archived = {where: system.archive_only for where, system in assigned.items()}
    current = {where: system.current for where, system in assigned.items()}
    decoders = decoders_of(registry, {*normalized.values(), *archived.values(), *current.values()})

    def decode(message: Message) -> dict[str, Any]:
        return decoders[message.topic() or ""].decode(message.value() or b"")

    for where, message in _messages(bootstrap, normalized, RECORDS):
        found[where].see(decode(message))
    for where, message in _messages(bootstrap, archived, RECORDS):
        found[where].see_archived(decode(message))
    standing: dict[Where, dict[bytes, Message]] = defaultdict(dict)
    for where, message in _messages(bootstrap, current, None):
        key = message.key() or b""
        standing[where].pop(key, None)
        if message.value() is not None:
            standing[where][key] = message
    for where, known in found.items():
        known.repeats.keep()
        known.current.remember(map(decode, standing[where].values()))
    return found


def _messages(
    bootstrap: str, topics: Mapping[Where, Topic], count: int | None
) -> Iterator[tuple[Where, Message]]:
    """The records at the last `count` offsets, or all, of the partitions of these topics that have the same numbers."""
    wheres = {(topic.name, where[1]): where for where, topic in topics.items()}
    begin = last_of(bootstrap, [TopicPartition(*place) for place in wheres], count)
    if not begin:
        return
    reader = open_reader(bootstrap, "normalize-read-back", prefetch_kib=32_768)
    try:
        for message in read_to_ends(reader, begin):
            yield wheres[message.topic() or "", message.partition() or 0], message
    finally:
        reader.close()
