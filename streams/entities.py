"""Which links, stations and areas are known, and what is known of them at a moment? Reads the entity registry."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

from schemas.codec import Decoder
from schemas.registry import Registry
from streams.catalog import ENTITIES, Topic
from streams.kafka import Consumer, KafkaException, TopicPartition, end_offsets, make_consumer

Entity = dict[str, Any]
OF_THE_CITY = "city"
"""The system of entities that belong to no single one: enterprises, address cells, years of the calendar, and each area
once more, with its boundary."""
_POLL_SECONDS = 0.2
_BATCH = 10_000


class Entities:
    """Dated versions of entities. A version holds from `valid_from`, included, to `valid_to`, excluded."""

    def __init__(self) -> None:
        # Newest valid_from first: nearly every question is about the newest version.
        self._versions: dict[tuple[str, str, str], list[Entity]] = {}
        self._by_kind: defaultdict[tuple[str, str], dict[str, list[Entity]]] = defaultdict(dict)
        self.changes: Counter[tuple[str, str]] = Counter()
        """How often a version of a system and entity type was learnt or forgotten: what is made of them is made anew."""

    def put(self, entity: Entity) -> None:
        """Learn a version; one with the same `valid_from` replaces what was known."""
        kind = (entity["system"], entity["entity_type"])
        self.changes[kind] += 1
        versions = self._versions.setdefault((*kind, entity["entity_id"]), [])
        versions[:] = [known for known in versions if known["valid_from"] != entity["valid_from"]]
        versions.append(entity)
        versions.sort(key=lambda version: -version["valid_from"])
        self._by_kind[kind][entity["entity_id"]] = versions

    def remove(self, system: str, entity_type: str, entity_id: str, valid_from: int) -> None:
        """Forget one version."""
        self.changes[system, entity_type] += 1
        versions = self._versions.get((system, entity_type, entity_id), [])
        versions[:] = [known for known in versions if known["valid_from"] != valid_from]

    def get(self, system: str, entity_type: str, entity_id: str, at_ms: int) -> Entity | None:
        """The version that holds at a moment (epoch milliseconds), or None."""
        for entity in self._versions.get((system, entity_type, entity_id), ()):
            if entity["valid_from"] <= at_ms:
                valid_to = entity["valid_to"]
                if valid_to is None or at_ms < valid_to:
                    return entity
        return None

    def expected(self, system: str, entity_type: str, at_ms: int) -> list[Entity]:
        """Every entity of a kind that is expected to report at a moment, by id."""
        return sorted(self._holding(system, entity_type, at_ms), key=lambda entity: str(entity["entity_id"]))

    def versions(self, system: str, entity_type: str) -> Iterator[Entity]:
        """Every known version of the entities of a kind, whenever it holds."""
        return (version for versions in self._by_kind[system, entity_type].values() for version in versions)

    def __iter__(self) -> Iterator[Entity]:
        """Every known version of every entity."""
        return (version for versions in self._versions.values() for version in versions)

    def _holding(self, system: str, entity_type: str, at_ms: int) -> Iterator[Entity]:
        for entity_id in self._by_kind.get((system, entity_type), ()):
            entity = self.get(system, entity_type, entity_id, at_ms)
            if entity is not None:
                yield entity


class EntityReader(Entities):
    """The entities of the line, as far as `catch_up` has read. Not for use by several threads at once.

    Errors of the broker and the registry pass through as their clients' errors: reasons to wait.
    """

    def __init__(self, bootstrap: str, registry: Registry, topic: Topic = ENTITIES) -> None:
        super().__init__()
        self._topic = topic
        self._decoder = Decoder(topic.record, registry.schema_of)
        self._next = dict.fromkeys(range(topic.partitions), 0)
        # The client demands a group's name; nothing is joined and nothing committed.
        self._consumer: Consumer = make_consumer(bootstrap, "entities", prefetch_kib=4_096)
        # A broker answers a connection in order: asked on the consumer's own, the end would wait for its open fetch.
        self._asker: Consumer = make_consumer(bootstrap, "entities", prefetch_kib=1_024)
        self._consumer.assign([TopicPartition(topic.name, partition, 0) for partition in self._next])

    def catch_up(self) -> int:
        """Read everything that was acknowledged before this call; returns how many versions were read."""
        ends = end_offsets(self._asker, self._topic)
        read = 0
        while (left := sum(max(end - self._next[partition], 0) for partition, end in ends.items())) > 0:
            # Asked for what is there and no more: the client waits out its time when it is asked for more.
            messages = self._consumer.consume(min(left, _BATCH), timeout=_POLL_SECONDS)
            for message in messages:
                failure = message.error()
                if failure is not None:
                    raise KafkaException(failure)
                self._learn(message.key() or b"", message.value())
                self._next[message.partition() or 0] = (message.offset() or 0) + 1
                read += 1
            if not messages:
                # Compaction and markers of transactions leave offsets without records at the very end.
                for position in self._consumer.position(
                    [TopicPartition(self._topic.name, partition) for partition in ends]
                ):
                    self._next[position.partition] = max(self._next[position.partition], position.offset)
        return read

    def close(self) -> None:
        """Leave the broker."""
        self._consumer.close()
        self._asker.close()

    def _learn(self, key: bytes, value: bytes | None) -> None:
        if value is not None:
            self.put(self._decoder.decode(value))
            return
        system, entity_type, rest = key.decode("utf-8").split("|", 2)
        entity_id, _, valid_from = rest.rpartition("|")
        self.remove(system, entity_type, entity_id, int(valid_from))
