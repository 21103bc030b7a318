"""The sink as a process between the real Kafka, the real registry and the store process, killed on the way."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from services import behind

from schemas.codec import Encoder
from schemas.records import schema
from schemas.registry import Registry
from sinks.stores import EmbeddedStore, StoreUnavailableError
from streams.catalog import INDICATORS, ROAD, STATISTICS, Topic
from streams.kafka import make_producer

pytestmark = [pytest.mark.stack, pytest.mark.timeout(420)]

EVENTS = 60_000
SECONDS = 120.0


def until(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + SECONDS
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail(f"not within {SECONDS:.0f} s: {what}")
        time.sleep(0.02)


class Processes:
    """A store process and sinks of one group."""

    def __init__(self, folder: Path, stack: Any) -> None:
        self.folder = folder
        self.stack = stack
        self.group = f"sink-{uuid4()}"
        self.port = "0"
        self.running: list[subprocess.Popen[str]] = []

    def start_store(self) -> EmbeddedStore:
        command = [
            sys.executable,
            "-m",
            "sinks.store_server",
            "--data",
            str(self.folder),
            "--port",
            self.port,
        ]
        self.store = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.running.append(self.store)
        assert self.store.stdout is not None
        url = next(line for line in self.store.stdout if line.startswith("store: ")).split()[-1]
        self.port = url.rsplit(":", 1)[1]
        self.url = url
        return EmbeddedStore(url)

    def start_sink(self) -> subprocess.Popen[str]:
        environment = {
            **os.environ,
            "CITYBRAIN_KAFKA_BOOTSTRAP": self.stack.kafka_bootstrap,
            "CITYBRAIN_REGISTRY_URL": self.stack.registry_url,
            "CITYBRAIN_STORE_URL": self.url,
            "CITYBRAIN_CLICKHOUSE_DSN": "",
        }
        command = [sys.executable, "-m", "sinks.main", "--group", self.group]
        sink = subprocess.Popen(command, env=environment, text=True)
        self.running.append(sink)
        return sink

    def end(self) -> None:
        for process in self.running:
            if process.poll() is None:
                process.send_signal(signal.SIGCONT)
                process.kill()
                process.wait(SECONDS)
            if process.stdout is not None:
                process.stdout.close()


@pytest.fixture
def processes(tmp_path: Path, line_stack: Any) -> Iterator[Processes]:
    started = Processes(tmp_path / "store", line_stack)
    yield started
    started.end()


def row(record: str, **given: Any) -> dict[str, Any]:
    def one(kind: Any) -> Any:
        if isinstance(kind, list):
            return None
        if isinstance(kind, dict):
            return {} if kind["type"] == "map" else 0
        return {"string": "x", "bytes": b"", "long": 0, "int": 0, "double": 0.0}[kind]

    return {**{field["name"]: one(field["type"]) for field in schema(record)["fields"]}, **given}


class Sender:
    """Puts framed records on topics, as the stages before the sink do."""

    def __init__(self, stack: Any) -> None:
        self._registry = Registry(stack.registry_url)
        self._producer = make_producer(stack.kafka_bootstrap)
        self._encoders: dict[str, Encoder] = {}

    def send(self, topic: Topic, partition: int, **given: Any) -> None:
        if topic.name not in self._encoders:
            schema_id = self._registry.register(topic.name, topic.record)
            self._encoders[topic.name] = Encoder(topic.record, schema_id)
        self.send_bytes(topic, partition, self._encoders[topic.name].encode(row(topic.record, **given)))

    def send_bytes(self, topic: Topic, partition: int, value: bytes) -> None:
        self._producer.produce(topic.name, value=value, partition=partition)
        self._producer.poll(0)

    def flush(self) -> None:
        assert self._producer.flush(60) == 0


def rows(store: EmbeddedStore, sql: str) -> list[dict[str, Any]]:
    try:
        return [json.loads(line) for line in store.query(sql).splitlines()]
    except StoreUnavailableError:
        return []


def test_kills_of_the_sink_and_the_store_lose_and_double_nothing(
    processes: Processes, line_stack: Any
) -> None:
    run_id = str(uuid4())
    store = processes.start_store()
    sink = processes.start_sink()
    sender = Sender(line_stack)
    of_run = f"FROM events_road WHERE run_id = '{run_id}'"

    def stored() -> int:
        found = rows(store, f"SELECT count() AS n {of_run}")
        return int(found[0]["n"]) if found else 0

    for number in range(EVENTS):
        sender.send(
            ROAD.normalized,
            number % 4,
            event_id=f"{run_id}-{number}",
            entity_id=None if number % 1000 == 999 else f"link-{number % 500}",
            event_time=1_700_000_000_000 + number,
            travel_time_ms=number,
            run_id=run_id,
        )
        if number in {EVENTS // 3, 2 * EVENTS // 3}:
            sender.flush()
            until(lambda: stored() > 0, "the first events are in the store")
            sink.kill()
            sink.wait(SECONDS)
            if number > EVENTS // 2:
                processes.store.kill()
                processes.store.wait(SECONDS)
                sink = processes.start_sink()  # It has to wait for the store.
                store = processes.start_store()
            else:
                sink = processes.start_sink()
    sender.flush()

    kept = [number for number in range(EVENTS) if number % 1000 != 999]
    until(lambda: stored() >= len(kept), f"{len(kept)} events stored, there are {stored()}")
    (found,) = rows(
        store, f"SELECT count() AS n, uniqExact(event_id) AS u, sum(travel_time_ms) AS s {of_run}"
    )
    assert found == {"n": len(kept), "u": len(kept), "s": sum(kept)}

    sink.terminate()
    assert sink.wait(SECONDS) == 0
    places = behind(line_stack.kafka_bootstrap, processes.group, ROAD.normalized)
    assert all(committed == end for committed, end in places)


def test_a_poison_record_goes_to_the_dead_letters_and_its_neighbours_are_stored(
    processes: Processes, line_stack: Any
) -> None:
    measure = str(uuid4())
    store = processes.start_store()
    processes.start_sink()
    sender = Sender(line_stack)

    sender.send(STATISTICS, 0, measure=measure, entity_id="before")
    sender.send_bytes(STATISTICS, 0, b"\x00" + measure.encode())
    sender.send(STATISTICS, 0, measure=measure, entity_id="after")
    sender.flush()

    until(
        lambda: len(rows(store, f"SELECT 1 FROM statistics WHERE measure = '{measure}'")) == 2,
        "both neighbours",
    )
    letters = f"SELECT stage, reason, topic FROM dead_letters WHERE position(payload, '{measure}') > 0"
    until(lambda: bool(rows(store, letters)), "the dead letter is in its table")
    assert rows(store, letters) == [{"stage": "sink", "reason": "unreadable", "topic": STATISTICS.name}]


def test_a_lone_indicator_is_in_the_store_within_seconds(processes: Processes, line_stack: Any) -> None:
    name = str(uuid4())
    store = processes.start_store()
    processes.start_sink()
    sender = Sender(line_stack)
    found = f"SELECT value FROM indicators WHERE indicator_id = '{name}'"
    sender.send(INDICATORS, 0, indicator_id=f"{name}-first")
    sender.flush()
    until(
        lambda: bool(rows(store, f"SELECT 1 FROM indicators WHERE indicator_id = '{name}-first'")),
        "the first",
    )

    sender.send(INDICATORS, 0, indicator_id=name, value=1.5)
    sender.flush()
    sent = time.monotonic()
    until(lambda: bool(rows(store, found)), "the indicator")
    seconds = time.monotonic() - sent

    print(f"visible after {seconds:.2f} s")
    assert rows(store, found) == [{"value": 1.5}]
    assert seconds < 3


def test_a_sink_that_slept_through_its_session_changes_nothing_when_it_wakes(
    processes: Processes, line_stack: Any
) -> None:
    run_id = str(uuid4())
    store = processes.start_store()
    sender = Sender(line_stack)
    sleeper = processes.start_sink()
    of_run = f"FROM events_road WHERE run_id = '{run_id}'"

    def send(first: int, until_number: int) -> None:
        for number in range(first, until_number):
            event = f"{run_id}-{number}"
            sender.send(ROAD.normalized, number % 4, event_id=event, entity_id="link", run_id=run_id)
        sender.flush()

    def stored(count: int) -> Callable[[], bool]:
        return lambda: rows(store, f"SELECT count() AS n {of_run}") == [{"n": count}]

    send(0, 1000)
    until(stored(1000), "the first thousand")
    sleeper.send_signal(signal.SIGSTOP)
    send(1000, 2000)
    processes.start_sink()
    until(stored(2000), "the second sink stores the second thousand")
    sleeper.send_signal(signal.SIGCONT)
    send(2000, 3000)
    until(stored(3000), "both go on")
    assert rows(store, f"SELECT uniqExact(event_id) AS n {of_run}") == [{"n": 3000}]
