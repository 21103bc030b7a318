"""Are topics and schemas as declared? Creates what is missing, mends settings, reports what it may not mend."""

import time
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import structlog

from citybrain.settings import Settings
from indicators.catalog import INDICATORS
from indicators.catalog.export import catalog_row
from indicators.targets.text import target_row
from schemas.codec import Encoder
from schemas.registry import Registry
from streams.catalog import CATALOG, DECLARATIONS, TARGET_DECLARATIONS, Topic
from streams.kafka import create_topics, make_producer, mend_topic_settings, topic_drift
from streams.targets import city_targets

DECLARE_SECONDS = 30.0

log = structlog.get_logger("prepare")


def prepare(settings: Settings) -> None:
    """Topics, compatibility rule and schemas. Errors of Kafka and the registry pass through."""
    topics = list(CATALOG.topics.values())
    created = create_topics(settings.kafka, topics)
    drift = topic_drift(settings.kafka, topics)
    mend_topic_settings(settings.kafka, drift)
    for item in drift:
        log.warning("topic differs from its declaration", drift=str(item))
    registry = Registry(settings.registry)
    registry.demand_compatibility()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda topic: registry.register(topic.name, topic.record), topics))
    declare(settings.kafka, registry, DECLARATIONS, map(catalog_row, INDICATORS.values()))
    targets = city_targets(settings.targets)
    declare(settings.kafka, registry, TARGET_DECLARATIONS, map(target_row, targets.values()))
    log.info("prepared", topics=len(topics), created=len(created), drift=len(drift))


def declare(bootstrap: str, registry: Registry, topic: Topic, rows: Iterable[Mapping[str, Any]]) -> None:
    """Write what this release declares; a row's first field is its key. Raises RuntimeError when Kafka refuses it."""
    encoder = Encoder(topic.record, registry.register(topic.name, topic.record))
    producer = make_producer(bootstrap)
    now = time.time_ns() // 1_000_000
    for row in rows:
        producer.produce(
            topic.name, value=encoder.encode({**row, "declared_at": now}), key=next(iter(row.values()))
        )
    left = producer.flush(DECLARE_SECONDS)
    if left:
        raise RuntimeError(
            f"Kafka did not take {left} declarations for {topic.name} in {DECLARE_SECONDS:.0f} s"
        )


if __name__ == "__main__":
    prepare(Settings())
