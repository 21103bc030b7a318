"""How do we talk to Kafka? The one owner of confluent-kafka's clients and their settings."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from confluent_kafka import Consumer, KafkaError, KafkaException, Message, Producer, TopicPartition
from confluent_kafka.admin import (  # type: ignore[attr-defined]  # re-exported without saying so
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    NewTopic,
    ResourceType,
)

from streams.catalog import Topic

SESSION_TIMEOUT_MS = 8_000
REQUEST_TIMEOUT_SECONDS = 30.0

__all__ = [
    "Consumer",
    "Drift",
    "KafkaError",
    "KafkaException",
    "Message",
    "Producer",
    "TopicPartition",
    "committed_lag",
    "create_topics",
    "end_offsets",
    "is_reachable",
    "make_consumer",
    "make_producer",
    "missing_topics",
    "topic_drift",
]


def make_consumer(
    bootstrap: str,
    group: str,
    *,
    from_beginning: bool = True,
    prefetch_kib: int = 32_768,
    overrides: Mapping[str, str | int | bool] | None = None,
) -> Consumer:
    """A consumer that commits only what it is told to, and sees committed transactions only."""
    return Consumer(
        {
            "bootstrap.servers": bootstrap,
            "group.id": group,
            "enable.auto.commit": False,
            "enable.auto.offset.store": False,
            "auto.offset.reset": "earliest" if from_beginning else "latest",
            "isolation.level": "read_committed",
            "session.timeout.ms": SESSION_TIMEOUT_MS,
            "heartbeat.interval.ms": 2_000,
            "max.poll.interval.ms": 300_000,
            "fetch.wait.max.ms": 50,
            "queued.max.messages.kbytes": prefetch_kib,
            # A full queue is emptied in milliseconds; by default the client then sits idle for a whole second.
            "fetch.queue.backoff.ms": 20,
            "check.crcs": True,
            "enable.partition.eof": False,
            "reconnect.backoff.max.ms": 2_000,
            **(overrides or {}),
        }
    )


def make_producer(bootstrap: str, *, transactional_id: str | None = None, linger_ms: int = 20) -> Producer:
    """An idempotent producer; with a transactional id, one that a successor with the same id fences off."""
    settings: dict[str, str | int | bool] = {
        "bootstrap.servers": bootstrap,
        "enable.idempotence": True,
        "acks": "all",
        "linger.ms": linger_ms,
        "compression.type": "lz4",
        "queue.buffering.max.messages": 500_000,
        "queue.buffering.max.kbytes": 131_072,
        # Java's hash, so that a key lands where Flink and Kafka Streams would put it.
        "partitioner": "murmur2_random",
        "reconnect.backoff.max.ms": 2_000,
    }
    if transactional_id is not None:
        settings["transactional.id"] = transactional_id
        settings["transaction.timeout.ms"] = 60_000
    return Producer(settings)


def is_reachable(bootstrap: str, timeout_seconds: float = 2.0) -> bool:
    """Whether a broker answers a metadata request."""
    try:
        return bool(
            AdminClient({"bootstrap.servers": bootstrap}).list_topics(timeout=timeout_seconds).brokers
        )
    except KafkaException:
        return False


@dataclass(frozen=True)
class Drift:
    """One way in which a topic on the broker differs from its declaration."""

    topic: str
    setting: str
    declared: str
    found: str

    def __str__(self) -> str:
        return f"{self.topic}: {self.setting} is {self.found}, declared {self.declared}"


def create_topics(bootstrap: str, topics: Iterable[Topic]) -> list[str]:
    """Create the topics that are not there yet; returns their names. Raises KafkaException."""
    admin = AdminClient({"bootstrap.servers": bootstrap})
    existing = set(admin.list_topics(timeout=REQUEST_TIMEOUT_SECONDS).topics)
    wanted = [topic for topic in topics if topic.name not in existing]
    if not wanted:
        return []
    futures = admin.create_topics(
        [NewTopic(t.name, num_partitions=t.partitions, replication_factor=1, config=t.config) for t in wanted]
    )
    for future in futures.values():
        try:
            future.result(timeout=REQUEST_TIMEOUT_SECONDS)
        except KafkaException as error:
            if error.args[0].code() != KafkaError.TOPIC_ALREADY_EXISTS:
                raise
    return [topic.name for topic in wanted]


def missing_topics(bootstrap: str, topics: Iterable[Topic]) -> list[str]:
    """Names of the topics that are not there yet. Raises KafkaException when no broker answers."""
    found = AdminClient({"bootstrap.servers": bootstrap}).list_topics(timeout=2.0).topics
    return [topic.name for topic in topics if topic.name not in found]


def topic_drift(bootstrap: str, topics: Iterable[Topic]) -> list[Drift]:
    """Where the broker's topics differ from their declarations: missing, partitions, settings."""
    admin = AdminClient({"bootstrap.servers": bootstrap})
    declared = {topic.name: topic for topic in topics}
    found = admin.list_topics(timeout=REQUEST_TIMEOUT_SECONDS).topics
    drift = [Drift(name, "topic", "present", "missing") for name in sorted(declared) if name not in found]
    present = [name for name in sorted(declared) if name in found]
    for name in present:
        partitions = len(found[name].partitions)
        if partitions != declared[name].partitions:
            drift.append(Drift(name, "partitions", str(declared[name].partitions), str(partitions)))
    resources = [ConfigResource(ResourceType.TOPIC, name) for name in present]
    for resource, future in admin.describe_configs(resources).items() if resources else ():
        settings = future.result(timeout=REQUEST_TIMEOUT_SECONDS)
        for setting, value in declared[resource.name].config.items():
            if settings[setting].value != value:
                drift.append(Drift(resource.name, setting, value, str(settings[setting].value)))
    return drift


def mend_topic_settings(bootstrap: str, drift: Sequence[Drift]) -> None:
    """Set the drifted settings to what is declared. Partition counts are left: events would change their place."""
    admin = AdminClient({"bootstrap.servers": bootstrap})
    changes: dict[str, list[ConfigEntry]] = {}
    for item in drift:
        if item.setting not in {"topic", "partitions"}:
            entry = ConfigEntry(item.setting, item.declared, incremental_operation=AlterConfigOpType.SET)
            changes.setdefault(item.topic, []).append(entry)
    resources = [
        ConfigResource(ResourceType.TOPIC, name, incremental_configs=entries)
        for name, entries in changes.items()
    ]
    for future in admin.incremental_alter_configs(resources).values() if resources else ():
        future.result(timeout=REQUEST_TIMEOUT_SECONDS)


def end_offsets(consumer: Consumer, topic: Topic) -> dict[int, int]:
    """The offset after the last committed record of each partition."""
    return {
        partition: consumer.get_watermark_offsets(
            TopicPartition(topic.name, partition), timeout=REQUEST_TIMEOUT_SECONDS, cached=False
        )[1]
        for partition in range(topic.partitions)
    }


def committed_lag(
    bootstrap: str, group: str, topics: Iterable[Topic]
) -> dict[str, dict[int, tuple[int, int]]]:
    """For each topic and partition: (committed offset of the group, end offset); -1 where nothing is committed."""
    consumer = make_consumer(bootstrap, group)
    try:
        result: dict[str, dict[int, tuple[int, int]]] = {}
        for topic in topics:
            asked = [TopicPartition(topic.name, partition) for partition in range(topic.partitions)]
            committed = consumer.committed(asked, timeout=REQUEST_TIMEOUT_SECONDS)
            ends = end_offsets(consumer, topic)
            result[topic.name] = {
                found.partition: (max(found.offset, -1), ends[found.partition]) for found in committed
            }
        return result
    finally:
        consumer.close()
