"""Are topics and schemas as declared? Creates what is missing, mends settings, reports what it may not mend."""

import time
from concurrent.futures import ThreadPoolExecutor

import structlog

from citybrain.settings import Settings
from indicators.catalog import INDICATORS
from indicators.catalog.export import catalog_row
from schemas.codec import Encoder
from schemas.registry import Registry
from streams.catalog import CATALOG, DECLARATIONS
from streams.kafka import create_topics, make_producer, mend_topic_settings, topic_drift

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
    declare_indicators(settings.kafka, registry)
    log.info("prepared", topics=len(topics), created=len(created), drift=len(drift))


def declare_indicators(bootstrap: str, registry: Registry) -> None:
    """Write the catalog of this release. Raises RuntimeError when Kafka does not take it."""
    encoder = Encoder(DECLARATIONS.record, registry.register(DECLARATIONS.name, DECLARATIONS.record))
    producer = make_producer(bootstrap)
    now = time.time_ns() // 1_000_000
    for indicator in INDICATORS.values():
        value = encoder.encode({**catalog_row(indicator), "declared_at": now})
        producer.produce(DECLARATIONS.name, value=value, key=indicator.id)
    left = producer.flush(DECLARE_SECONDS)
    if left:
        raise RuntimeError(f"Kafka did not take {left} declarations of indicators in {DECLARE_SECONDS:.0f} s")


if __name__ == "__main__":
    prepare(Settings())
