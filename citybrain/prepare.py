"""Are topics and schemas as declared? Creates what is missing, mends settings, reports what it may not mend."""

import time
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import structlog

from citybrain.settings import Settings
from indicators.catalog import INDICATORS
from indicators.catalog.export import catalog_row
from indicators.targets.text import target_row
from schemas.registry import Registry
from streams.catalog import CATALOG, DECLARATIONS, TARGET_DECLARATIONS
from streams.kafka import create_topics, mend_topic_settings, topic_drift
from streams.publishing import publish
from streams.targets import city_targets

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
    targets = city_targets(settings.targets).values()
    for topic, rows in (
        (DECLARATIONS, map(catalog_row, INDICATORS.values())),
        (TARGET_DECLARATIONS, map(target_row, targets)),
    ):
        publish(settings.kafka, registry, topic, _declarations(rows))
    log.info("prepared", topics=len(topics), created=len(created), drift=len(drift))


def _declarations(rows: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """What this release declares; a row's first field is its key."""
    now = time.time_ns() // 1_000_000
    for row in rows:
        yield next(iter(row.values())), {**row, "declared_at": now}


if __name__ == "__main__":
    prepare(Settings())
