"""`python -m jobs`: keeps the jobs of the line running."""

import argparse
import json
import os
import signal
import threading
from pathlib import Path

from jobs.keeper import Addresses, Keeper
from schemas.registry import Registry
from streams.catalog import CATALOG, systems_named
from streams.kafka import KafkaException, missing_topics
from streams.runs import RunReader
from streams.wall import follows_wall

WAIT_SECONDS = 0.5


def main() -> None:
    """Run until SIGTERM or SIGINT. The jobs themselves go on: they belong to the cluster."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bootstrap", default=os.environ.get("CITYBRAIN_KAFKA_BOOTSTRAP"))
    parser.add_argument("--registry", default=os.environ.get("CITYBRAIN_REGISTRY_URL"))
    parser.add_argument("--rest", default=os.environ.get("CITYBRAIN_FLINK_REST_URL"))
    parser.add_argument("--mode", default=os.environ.get("CITYBRAIN_MODE", "replay"))
    parser.add_argument("--book", type=Path, required=True)
    parser.add_argument("--checkpoints", type=Path)
    parser.add_argument(
        "--settings", type=json.loads, default={}, help="what each job asks of Flink, as JSON"
    )
    parser.add_argument("--systems", default="", help="slugs with commas between; all where it is empty")
    given = parser.parse_args()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    keeper = Keeper(
        Addresses(
            given.bootstrap,
            given.registry,
            given.rest,
            given.book,
            given.checkpoints,
            given.settings,
            follows_wall(given.mode),
        ),
        systems_named(given.systems),
    )
    # PyFlink needs as long to start as Kafka and the registry do: they start side by side.
    keeper.start_planner()
    registry = Registry(given.registry)
    while not is_prepared(given.bootstrap, registry):
        if stop.wait(WAIT_SECONDS):
            return
    keeper.run(RunReader(given.bootstrap, registry).newest, stop.is_set)


def is_prepared(bootstrap: str, registry: Registry) -> bool:
    """Whether every topic is there and every schema is registered."""
    # The registry stands on Kafka: asking it first asks no broker that is not there yet.
    topics = CATALOG.topics.values()
    try:
        return (
            registry.answers()
            and not missing_topics(bootstrap, topics)
            and all(registry.versions(topic.name) for topic in topics)
        )
    except KafkaException:
        return False


if __name__ == "__main__":
    main()
