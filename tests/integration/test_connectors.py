"""Live feeds on the real Kafka: what was acknowledged is on its topic, and repeats count once, also after kills."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from lines import PROJECT, until
from mosquitto import Mosquitto, free_port
from services import read_all

from schemas.registry import Registry
from streams.catalog import AIR
from streams.ingest.senders import block_of, hash_of

pytestmark = [pytest.mark.stack, pytest.mark.timeout(420)]

FEED = "ngsi-ld-air"
TOKEN = "the token of the test"
SECONDS = 60.0
DEAD_PORT = "127.0.0.1:1"


class Processes:
    """Parts of a live line between brokers, each as the supervisor would start it."""

    def __init__(self, folder: Path, stack: Any) -> None:
        self.stack = stack
        self.port = free_port()
        self.log = folder / "parts.log"
        self.running: list[subprocess.Popen[bytes]] = []
        self._folder = folder

    def start(self, *module: str, **more: str) -> subprocess.Popen[bytes]:
        environment = {
            **os.environ,
            "CITYBRAIN_KAFKA_BOOTSTRAP": self.stack.kafka_bootstrap,
            "CITYBRAIN_REGISTRY_URL": self.stack.registry_url,
            # A live normalizer would write its ticks onto the topics of all other tests.
            "CITYBRAIN_MODE": "replay",
            **more,
        }
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", *module], env=environment, cwd=PROJECT, stdout=log, stderr=log
            )
        self.running.append(process)
        return process

    def start_ingest(self, *, bootstrap: str = "") -> subprocess.Popen[bytes]:
        file = self._folder / "senders.toml"
        file.write_text(
            block_of("test", hash_of(TOKEN), [FEED]) + "requests_per_second = 10000\nburst = 20000\n"
        )
        chosen = ("--bootstrap", bootstrap) if bootstrap else ()
        process = self.start(
            "streams.ingest", "--port", str(self.port), *chosen, CITYBRAIN_INGEST_TOKENS=str(file)
        )
        until(self._answers, SECONDS, f"the endpoint answers; {self.log}")
        return process

    def _answers(self) -> bool:
        try:
            return httpx.get(f"http://127.0.0.1:{self.port}/healthz").is_success
        except httpx.HTTPError:
            return False

    def post(self, body: Any, client: Any = httpx) -> httpx.Response:
        answered: httpx.Response = client.post(
            f"http://127.0.0.1:{self.port}/ingest/{FEED}",
            content=json.dumps(body),
            headers={"Authorization": f"Bearer {TOKEN}"},
            timeout=20.0,
        )
        return answered

    def end(self) -> None:
        for process in self.running:
            if process.poll() is None:
                process.kill()
                process.wait(SECONDS)


@pytest.fixture
def processes(tmp_path: Path, line_stack: Any) -> Iterator[Processes]:
    started = Processes(tmp_path, line_stack)
    yield started
    started.end()


@pytest.fixture
def registry(line_stack: Any) -> Registry:
    return Registry(line_stack.registry_url)


def station(mark: str, number: int) -> dict[str, Any]:
    """An hour of a station of Madrid, which needs no entry in the registry of entities."""
    return {
        "id": f"urn:ngsi-ld:AirQualityObserved:{mark}-{number}",
        "type": "AirQualityObserved",
        "dateObserved": "2026-03-02T10:00:00Z",
        "address": {"addressLocality": "Madrid"},
        "pm25": {"value": 12.5, "unitCode": "GQ"},
    }


def events(stack: Any, registry: Registry, mark: str) -> Counter[str]:
    """How often each event of a test is on the normalized topic."""
    found = read_all(stack.kafka_bootstrap, registry, AIR.normalized)
    return Counter(event["event_id"] for _, event in found if mark in (event["entity_id"] or ""))


def raw_records(stack: Any, registry: Registry, mark: str) -> list[tuple[int, dict[str, Any]]]:
    found = read_all(stack.kafka_bootstrap, registry, AIR.raw)
    return [(partition, record) for partition, record in found if mark.encode() in record["payload"]]


def test_an_acknowledged_record_is_at_the_place_that_was_told_and_a_repeat_counts_once(
    processes: Processes, line_stack: Any, registry: Registry
) -> None:
    mark = str(uuid4())
    ingest = processes.start_ingest()
    processes.start("streams.normalize")

    first, again = processes.post(station(mark, 1)), processes.post(station(mark, 1))
    together = processes.post({"type": "Notification", "data": [station(mark, 1), station(mark, 2), {}]})

    assert [answered.status_code for answered in (first, again, together)] == [202, 202, 202]
    assert (together.json()["accepted"], together.json()["rejected"]) == (2, 1)
    places = [answered.json()["record"] for answered in (first, again, together)]
    assert {place["topic"] for place in places} == {AIR.raw.name}
    on_topic = raw_records(line_stack, registry, mark)
    assert len(on_topic) == 3
    assert {partition for partition, _ in on_topic} == {place["partition"] for place in places}
    assert [record["context"] for _, record in on_topic] == [{"sender": "test"}] * 3
    until(lambda: len(events(line_stack, registry, mark)) == 2, SECONDS, "two events")
    assert set(events(line_stack, registry, mark).values()) == {1}

    letters = [
        letter
        for _, letter in read_all(line_stack.kafka_bootstrap, registry, AIR.dead_letters)
        if mark.encode() in letter["payload"]
    ]
    place = places[2]
    assert [(letter["dead_letter_id"], letter["reason"]) for letter in letters] == [
        (
            f"{place['topic']}-{place['partition']}-{place['offset']}-2",
            together.json()["reasons"][0]["reason"],
        )
    ]

    ingest.send_signal(signal.SIGTERM)
    assert ingest.wait(SECONDS) == 0


def test_what_was_acknowledged_before_a_kill_is_on_the_topic(
    processes: Processes, line_stack: Any, registry: Registry
) -> None:
    mark = str(uuid4())
    ingest = processes.start_ingest()
    acknowledged: set[int] = set()
    stop = threading.Event()

    def send(first: int) -> None:
        number = first
        with httpx.Client() as client:
            while not stop.is_set():
                try:
                    if processes.post(station(mark, number), client).status_code == HTTPStatus.ACCEPTED:
                        acknowledged.add(number)
                        number += 4
                except httpx.HTTPError:
                    # It is sent again, as a sender would.
                    time.sleep(0.01)

    senders = [threading.Thread(target=send, args=(first,)) for first in range(4)]
    for sender in senders:
        sender.start()
    for _ in range(2):
        before = len(acknowledged)
        until(lambda least=before: len(acknowledged) > least + 100, SECONDS, "some are acknowledged")
        ingest.kill()
        ingest.wait(SECONDS)
        ingest = processes.start_ingest()
    stop.set()
    for sender in senders:
        sender.join()

    on_topic = {
        int(json.loads(record["payload"])["id"].rsplit("-", 1)[1])
        for _, record in raw_records(line_stack, registry, mark)
    }
    assert acknowledged <= on_topic
    assert len({partition for partition, _ in raw_records(line_stack, registry, mark)}) == 1


def test_without_kafka_a_sender_is_told_to_come_back_within_seconds(processes: Processes) -> None:
    processes.start_ingest(bootstrap=DEAD_PORT)

    began = time.monotonic()
    answered = processes.post(station("nowhere", 1))
    seconds = time.monotonic() - began

    assert answered.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert answered.json()["reason"] == "not_written"
    assert int(answered.headers["Retry-After"]) > 0
    assert seconds < 12


def test_messages_of_a_broker_are_events_once_though_the_bridge_is_killed_on_the_way(
    processes: Processes, line_stack: Any, registry: Registry, tmp_path: Path
) -> None:
    mark, sent, enough = str(uuid4()), 0, threading.Event()
    broker = Mosquitto(tmp_path / "broker", "allow_anonymous true", "max_queued_messages 0")
    broker.start()
    topics = tmp_path / "topics.toml"
    topics.write_text(f'[[topic]]\nfilter = "city/+/air"\nfeed = "{FEED}"\nlevels = {{ station = 2 }}\n')

    def said(what: str) -> int:
        return broker.log.read_text().count(what)

    def start_bridge() -> subprocess.Popen[bytes]:
        """A bridge whose subscription the broker has."""
        before = said("Sending SUBACK to citybrain")
        settings = {"CITYBRAIN_MQTT": broker.address, "CITYBRAIN_MQTT_TOPICS": str(topics)}
        started = processes.start("streams.mqtt", **settings)
        until(lambda: said("Sending SUBACK to citybrain") > before, SECONDS, f"it is there; {processes.log}")
        return started

    def publish(numbers: range) -> None:
        broker.publish([(f"city/{n}/air", json.dumps(station(mark, n)).encode()) for n in numbers])

    def send() -> None:
        nonlocal sent
        while not enough.is_set():
            publish(range(sent, sent + 50))
            sent += 50

    try:
        processes.start("streams.normalize")
        bridge = start_bridge()
        sending = threading.Thread(target=send)
        sending.start()
        for _ in range(3):
            before = said("Received PUBACK from citybrain")
            until(lambda least=before: said("Received PUBACK from citybrain") > least + 100, SECONDS, "some")
            bridge.kill()
            bridge.wait(SECONDS)
            bridge = start_bridge()
        enough.set()
        sending.join()
        until(lambda: len(events(line_stack, registry, mark)) == sent, SECONDS, f"{sent} events")

        assert set(events(line_stack, registry, mark).values()) == {1}
        records = len(raw_records(line_stack, registry, mark))
        print(f"{records - sent} of {sent} messages were sent again by the broker")

        bridge.send_signal(signal.SIGTERM)
        assert bridge.wait(SECONDS) == 0
        bridge = start_bridge()
        publish(range(sent, sent + 1))
        until(lambda: len(events(line_stack, registry, mark)) == sent + 1, SECONDS, "one more event")
        assert len(raw_records(line_stack, registry, mark)) == records + 1
    finally:
        enough.set()
        broker.stop()
