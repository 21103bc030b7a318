"""`python -m streams.mqtt`: the bridge from an MQTT broker as a process of its own."""

import argparse
import os
import signal
import sys
import threading
import time
from pathlib import Path

import structlog

from schemas.registry import Registry
from streams.mqtt.bridge import Bridge
from streams.mqtt.rules import RulesFileError, broker_of, read_rules
from streams.raw_writer import RawWriter

NEVER_GIVEN_UP = 0.0
"""The broker waits with us, so that a record is tried until Kafka takes it."""
LOOK_SECONDS = 0.2
REPORT_SECONDS = 60.0

log = structlog.get_logger("mqtt")


def run(bridge: Bridge, writer: RawWriter, stop: threading.Event) -> str:
    """Work until asked to stop; returns why it ended by itself, empty when it was asked to."""
    bridge.start()
    reported, before = time.monotonic(), 0
    while not (stop.wait(LOOK_SECONDS) or bridge.failure or writer.broken):
        if time.monotonic() - reported >= REPORT_SECONDS:
            if bridge.taken > before:
                log.info("taken", messages=bridge.taken - before)
            reported, before = time.monotonic(), bridge.taken
    bridge.pause()
    left = writer.close()
    bridge.close()
    log.info("stopped", unacknowledged=left)
    return bridge.failure or writer.broken


def main() -> None:
    """Run until SIGTERM or SIGINT."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bootstrap", default=os.environ.get("CITYBRAIN_KAFKA_BOOTSTRAP"))
    parser.add_argument("--registry", default=os.environ.get("CITYBRAIN_REGISTRY_URL"))
    parser.add_argument("--topics", type=Path, default=os.environ.get("CITYBRAIN_MQTT_TOPICS"))
    given = parser.parse_args()
    # Not among the arguments, which everybody on the machine can read: it may hold a password.
    address = os.environ.get("CITYBRAIN_MQTT", "")
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    try:
        broker, rules = broker_of(address), read_rules(given.topics)
    except RulesFileError as error:
        sys.exit(f"mqtt: {error}")
    writer = RawWriter(given.bootstrap, Registry(given.registry), delivery_seconds=NEVER_GIVEN_UP)
    bridge = Bridge(broker, rules, writer, lambda: time.time_ns() // 1_000_000)
    failure = run(bridge, writer, stop)
    if failure:
        sys.exit(f"mqtt: {failure}")


if __name__ == "__main__":
    main()
