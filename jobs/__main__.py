"""`python -m jobs`: keeps the jobs of the line running."""

import argparse
import json
import os
import signal
import threading
from pathlib import Path

from jobs.keeper import Addresses, Keeper
from schemas.registry import Registry
from streams.runs import RunReader


def main() -> None:
    """Run until SIGTERM or SIGINT. The jobs themselves go on: they belong to the cluster."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bootstrap", default=os.environ.get("CITYBRAIN_KAFKA_BOOTSTRAP"))
    parser.add_argument("--registry", default=os.environ.get("CITYBRAIN_REGISTRY_URL"))
    parser.add_argument("--rest", default=os.environ.get("CITYBRAIN_FLINK_REST_URL"))
    parser.add_argument("--book", type=Path, required=True)
    parser.add_argument("--checkpoints", type=Path)
    parser.add_argument(
        "--settings", type=json.loads, default={}, help="what each job asks of Flink, as JSON"
    )
    given = parser.parse_args()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    runs = RunReader(given.bootstrap, Registry(given.registry))
    addresses = Addresses(
        given.bootstrap, given.registry, given.rest, given.book, given.checkpoints, given.settings
    )
    Keeper(addresses, runs.newest).run(stop.is_set)


if __name__ == "__main__":
    main()
