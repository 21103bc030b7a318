"""Are topics and schemas as declared? Creates what is missing, mends settings, reports what it may not mend."""

import time
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import structlog

from citybrain.alert_rules import RuleFileError, load, rules_in
from citybrain.owners import DECLARED, Owners, city_owners
from citybrain.settings import Settings
from indicators.catalog import INDICATORS
from indicators.catalog.export import catalog_row
from indicators.targets.text import target_row
from schemas.registry import Registry
from streams.cases.kinds_file import kinds_of_file
from streams.catalog import CATALOG, DECLARATIONS, TARGET_DECLARATIONS
from streams.kafka import create_topics, mend_topic_settings, topic_drift
from streams.problems import ReferenceDataError
from streams.publishing import publish
from streams.targets import city_targets

log = structlog.get_logger("prepare")


def prepare(settings: Settings) -> None:
    """Topics, compatibility rule and schemas. Errors of Kafka and the registry pass through.

    Raises KindFileError for kinds of cases that cannot be used.
    """
    kinds_of_file(settings.case_kinds, settings.zone)
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
    declare(settings, registry, _owners(settings))
    _load_rules(settings, registry)
    log.info("prepared", topics=len(topics), created=len(created), drift=len(drift))


def declare(settings: Settings, registry: Registry, owners: Owners) -> None:
    """Tell the line what each indicator and target is, and who answers for it. Errors of Kafka pass through."""
    targets = city_targets(settings.targets).values()
    for topic, rows in (
        (DECLARATIONS, (catalog_row(one, owners.of_indicator(one)) for one in INDICATORS.values())),
        (TARGET_DECLARATIONS, (target_row(one, owners.of_target(one)) for one in targets)),
    ):
        publish(settings.kafka, registry, topic, _declarations(rows))


def _owners(settings: Settings) -> Owners:
    try:
        return city_owners(settings)
    except ReferenceDataError as error:
        # Names of departments are no reason to have no line.
        log.warning(
            "the declared owners are shown", error=str(error), remedy="`citybrain reference check` says more"
        )
        return DECLARED


def _load_rules(settings: Settings, registry: Registry) -> None:
    """A folder that is wrong is told, and the line goes on with the rules that it has."""
    try:
        loaded = load(settings.kafka, registry, rules_in(settings.rules), by="prepare")
    except RuleFileError as error:
        log.warning(
            "rules not loaded", error=str(error), remedy="citybrain rules check, then citybrain rules load"
        )
    else:
        log.info(
            "rules loaded", changed=len(loaded.changed), removed=len(loaded.removed), same=len(loaded.same)
        )


def _declarations(rows: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """What this release declares; a row's first field is its key."""
    now = time.time_ns() // 1_000_000
    for row in rows:
        yield next(iter(row.values())), {**row, "declared_at": now}


if __name__ == "__main__":
    prepare(Settings())
