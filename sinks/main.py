"""`python -m sinks.main`: the sink as a process of its own. Reads every topic that has a table, writes the store."""

import argparse
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from schemas.registry import Registry
from sinks.kafka_log import KafkaLog
from sinks.loop import SinkLoop
from sinks.migrate import TableDriftError
from sinks.stores import Store, StoreUnavailableError, open_store
from sinks.writer import BatchWriter

GROUP = "sink"
RETRY_SECONDS = 1.0

log = structlog.get_logger("sink")


@dataclass(frozen=True)
class SinkSettings:
    """Where everything is. `store` is the store process (http://…) or a server (clickhouse://…); `zone` is the city's."""

    bootstrap: str
    registry_url: str
    store: str
    zone: str = "UTC"
    group: str = GROUP


def run(settings: SinkSettings, stopped: Callable[[], bool]) -> None:
    """Sink until told to stop. Waits for a store that is not there yet. Raises TableDriftError, ValueError."""
    store = open_store(settings.store, settings.zone)
    _wait_for(store, stopped)
    registry = Registry(settings.registry_url)
    source = KafkaLog(settings.bootstrap, registry, settings.group)
    try:
        SinkLoop(source, BatchWriter(store, registry.schema_of), store.prepare).run(stopped)
    finally:
        store.close()


def _wait_for(store: Store, stopped: Callable[[], bool]) -> None:
    while not stopped():
        try:
            store.prepare()
        except StoreUnavailableError as error:
            log.warning("waiting for the store", reason=str(error)[:500])
            time.sleep(RETRY_SECONDS)
        else:
            return


def main() -> None:
    """Run until SIGTERM or SIGINT."""
    environment = os.environ.get
    store = environment("CITYBRAIN_CLICKHOUSE_DSN") or environment("CITYBRAIN_STORE_URL")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bootstrap", default=environment("CITYBRAIN_KAFKA_BOOTSTRAP"))
    parser.add_argument("--registry", default=environment("CITYBRAIN_REGISTRY_URL"))
    parser.add_argument("--store", default=store, help="http://… of the store process, or clickhouse://…")
    parser.add_argument("--zone", default=environment("CITYBRAIN_ZONE", "UTC"))
    parser.add_argument("--group", default=GROUP)
    given = parser.parse_args()
    for name in ("bootstrap", "registry", "store"):
        if not getattr(given, name):
            parser.error(f"--{name} is not given, nor its variable in the environment")
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    try:
        run(SinkSettings(given.bootstrap, given.registry, given.store, given.zone, given.group), stop.is_set)
    except (TableDriftError, ValueError) as error:
        sys.exit(f"sink: {error}")


if __name__ == "__main__":
    main()
