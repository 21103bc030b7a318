"""How do we talk to Kafka? The one owner of confluent-kafka's clients and their settings."""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from confluent_kafka import (
    Consumer,
    ConsumerGroupTopicPartitions,
    IsolationLevel,
    KafkaError,
    KafkaException,
    Message,
    Producer,
    TopicPartition,
)
from confluent_kafka.admin import (  # type: ignore[attr-defined]  # re-exported without saying so
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    NewTopic,
    OffsetSpec,
    ResourceType,
)

from streams.catalog import Topic

SESSION_TIMEOUT_MS = 8_000
REQUEST_TIMEOUT_SECONDS = 30.0
GATHERED_BYTES = 256 * 1024
"""Of so much at once a request is worth its cost."""

__all__ = [
    "Consumer",
    "Drift",
    "KafkaError",
    "KafkaException",
    "Message",
    "Producer",
    "TopicPartition",
    "committed_offsets",
    "create_topics",
    "end_offsets",
    "first_offsets",
    "is_reachable",
    "last_offsets",
    "make_consumer",
    "make_producer",
    "missing_topics",
    "take",
    "topic_drift",
]


def make_consumer(
    bootstrap: str,
    group: str,
    *,
    from_beginning: bool = True,
    prefetch_kib: int = 32_768,
    gather_ms: int | None = None,
    overrides: Mapping[str, str | int | bool] | None = None,
) -> Consumer:
    """A consumer that commits only what it is told to, and sees committed transactions only.

    gather_ms: how long the broker collects before it answers, unless there is much; without it the first record is
    answered at once. The client names each of its partitions in every request: for hundreds of them that costs the
    broker more than what it answers.
    """
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
            "fetch.wait.max.ms": gather_ms or 50,
            "fetch.min.bytes": GATHERED_BYTES if gather_ms else 1,
            "queued.max.messages.kbytes": prefetch_kib,
            # A full queue is emptied in milliseconds; by default the client then sits idle for a whole second.
            "fetch.queue.backoff.ms": 20,
            "check.crcs": True,
            "enable.partition.eof": False,
            "reconnect.backoff.max.ms": 2_000,
            **(overrides or {}),
        }
    )


def take(consumer: Consumer, seconds: float, more: int, until: float = 0.0) -> list[Message]:
    """The first record that comes within `seconds`, and up to `more` of those that are there with it.

    until: for how long more are waited for, monotonic seconds. `consume(n, timeout)` alone waits its whole time-out for
    one record.
    """
    first = consumer.poll(seconds)
    return [] if first is None else [first, *consumer.consume(more, max(0.0, until - time.monotonic()))]


def make_producer(
    bootstrap: str,
    *,
    transactional_id: str | None = None,
    linger_ms: int = 20,
    delivery_seconds: float | None = None,
) -> Producer:
    """An idempotent producer; with a transactional id, one that a successor with the same id fences off.

    delivery_seconds: after which a record is given up, 0 for never; None for the client's own five minutes.
    """
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
    if delivery_seconds is not None:
        settings["message.timeout.ms"] = int(delivery_seconds * 1000)
    if transactional_id is not None:
        settings["transactional.id"] = transactional_id
        settings["transaction.timeout.ms"] = 60_000
    return Producer(settings)


def _admin(bootstrap: str) -> AdminClient:
    # It says at level 6 that it threw away answers that nobody waited for.
    return AdminClient({"bootstrap.servers": bootstrap, "log_level": 5})


def is_reachable(bootstrap: str, timeout_seconds: float = 2.0) -> bool:
    """Whether a broker answers a metadata request."""
    try:
        return bool(_admin(bootstrap).list_topics(timeout=timeout_seconds).brokers)
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
    admin = _admin(bootstrap)
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
    found = _admin(bootstrap).list_topics(timeout=2.0).topics
    return [topic.name for topic in topics if topic.name not in found]


def topic_drift(bootstrap: str, topics: Iterable[Topic]) -> list[Drift]:
    """Where the broker's topics differ from their declarations: missing, partitions, settings."""
    admin = _admin(bootstrap)
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
    admin = _admin(bootstrap)
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


def committed_offsets(
    bootstrap: str, groups: Mapping[str, Sequence[TopicPartition]]
) -> dict[str, dict[TopicPartition, int]]:
    """What each group has committed of its partitions; -1 where nothing is. Raises KafkaException."""
    admin = _admin(bootstrap)
    # The client takes one group a request; the requests are on their way together.
    asked = {
        group: admin.list_consumer_group_offsets([ConsumerGroupTopicPartitions(group, list(places))])[group]
        for group, places in groups.items()
        if places
    }
    found: dict[str, dict[TopicPartition, int]] = {group: {} for group in groups}
    for group, future in asked.items():
        for place in future.result(timeout=REQUEST_TIMEOUT_SECONDS).topic_partitions:
            found[group][TopicPartition(place.topic, place.partition)] = max(place.offset, -1)
    return found


def first_offsets(bootstrap: str, places: Sequence[TopicPartition]) -> dict[TopicPartition, int]:
    """The first offset that each partition still holds. Raises KafkaException."""
    return _offsets(bootstrap, places, OffsetSpec.earliest())  # type: ignore[no-untyped-call]


def last_offsets(bootstrap: str, places: Sequence[TopicPartition]) -> dict[TopicPartition, int]:
    """The offset after the last committed record of each partition. Raises KafkaException."""
    return _offsets(bootstrap, places, OffsetSpec.latest())  # type: ignore[no-untyped-call]


def _offsets(
    bootstrap: str, places: Sequence[TopicPartition], which: OffsetSpec
) -> dict[TopicPartition, int]:
    if not places:
        return {}
    admin = _admin(bootstrap)
    asked = admin.list_offsets(
        dict.fromkeys(places, which),
        isolation_level=IsolationLevel.READ_COMMITTED,
        request_timeout=REQUEST_TIMEOUT_SECONDS,
    )
    return {place: future.result().offset for place, future in asked.items()}
