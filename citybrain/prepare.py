"""Are topics and schemas as declared? Creates what is missing, mends settings, reports what it may not mend."""

from concurrent.futures import ThreadPoolExecutor

import structlog

from citybrain.settings import Settings
from schemas.registry import Registry
from streams.catalog import CATALOG
from streams.kafka import create_topics, mend_topic_settings, topic_drift

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
    log.info("prepared", topics=len(topics), created=len(created), drift=len(drift))


if __name__ == "__main__":
    prepare(Settings())
