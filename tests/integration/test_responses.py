"""Do the responses survive transactions, aborted ones too, and kill -9, on a real broker?"""

import sys
import uuid
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from schemas.codec import Encoder
from schemas.registry import Registry
from streams.catalog import EMERGENCY
from streams.kafka import make_producer
from streams.keyed_state import KeyedState
from streams.responses.desk import Desk

sys.path.insert(0, str(Path(__file__).parent))
from services import ServiceProcess, behind, committed, read_all, running, wait_for

pytestmark = pytest.mark.stack
STATUSES, RESPONSES = EMERGENCY.normalized, EMERGENCY.source.topic
MINUTE = 60_000
START = 1_775_000_000_000 // MINUTE * MINUTE


def status(run_id: str, minute: int, incident: str | None, unit: str | None, stage: str) -> dict[str, Any]:
    return {
        "event_id": f"{incident}:{unit}:{stage}" if incident else "",
        "entity_id": incident,
        "area_id": "sf/b01" if incident else None,
        "event_time": START + minute * MINUTE,
        "ingest_time": START + minute * MINUTE,
        "source": "simulator",
        "quality": "good",
        "run_id": run_id,
        "unit_id": unit,
        "stage": stage,
        "incident_type": None,
        "priority": None,
    }


def story(run_id: str, partition: int, incidents: int) -> list[dict[str, Any]]:
    """One incident every two minutes; every third sees nobody arrive; a tick after each."""
    records = []
    for number in range(incidents):
        incident, minute = f"P{partition}-{number}", number * 2
        records += [
            status(run_id, minute, incident, None, "received"),
            status(run_id, minute + 1, incident, "E1", "dispatched"),
        ]
        if number % 3:
            records.append(status(run_id, minute + 1, incident, "E1", "arrived"))
        records += [
            status(run_id, minute + 1, incident, "E1", "available"),
            status(run_id, minute + 1, None, None, ""),
        ]
    return [*records, status(run_id, incidents * 2 + 120, None, None, "")]


def expected(records: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    desk = Desk(KeyedState())
    return {
        response["event_id"]: response
        for record in records
        for response in desk.on_status(record)
        if response["event_id"]
    }


class Writer:
    """Writes spans of every partition's story in transactions, as the normalizer does."""

    def __init__(self, bootstrap: str, encoder: Encoder, stories: dict[int, list[dict[str, Any]]]) -> None:
        self._encoder = encoder
        self._stories = stories
        self._producer = make_producer(bootstrap, transactional_id=f"test-{uuid.uuid4()}")
        self._producer.init_transactions()

    def write(self, first: int, last: int, *, commit: bool) -> None:
        self._producer.begin_transaction()
        for partition, records in self._stories.items():
            for record in records[first:last]:
                key = (record["entity_id"] or "").encode()
                self._producer.produce(STATUSES.name, self._encoder.encode(record), key, partition)
        if commit:
            self._producer.commit_transaction()
        else:
            self._producer.flush()
            self._producer.abort_transaction()


def test_through_transactions_aborts_and_kills_every_response_is_told(
    line_stack: Any, tmp_path: Path
) -> None:
    bootstrap, registry = line_stack.kafka_bootstrap, Registry(line_stack.registry_url)
    run_id = f"run-{uuid.uuid4()}"
    stories = {partition: story(run_id, partition, 400) for partition in range(STATUSES.partitions)}
    wanted = {key: value for records in stories.values() for key, value in expected(records).items()}
    writer = Writer(
        bootstrap, Encoder(STATUSES.record, registry.register(STATUSES.name, STATUSES.record)), stories
    )
    length = len(stories[0])
    # A single record with its marker behind it, at the very start: where a gap is easiest to trip over.
    writer.write(0, 1, commit=True)
    writer.write(1, 40, commit=False)
    recoveries = []
    with running(ServiceProcess("responses", bootstrap, line_stack.registry_url, tmp_path)) as service:
        wait_for(lambda: committed(bootstrap, "responses", STATUSES)[0] > 0, 40, "the first commit", service)
        for count, (first, last) in enumerate(pairwise([1, *range(40, length, 97), length])):
            if count in {4, 9}:
                service.kill()
            before = committed(bootstrap, "responses", STATUSES)[1]
            writer.write(first, min(first + 5, last), commit=False)
            writer.write(first, last, commit=True)
            # What never counts: the end of the story, told too early.
            writer.write(length - 1, length, commit=False)
            if count in {4, 9}:
                service.start()
                recoveries.append(wait_for(commit_after(bootstrap, before), 40, "a commit again", service))
        wait_for(all_told(bootstrap, registry, run_id, set(wanted)), 60, "every response told", service)
        wait_for(is_at_end(bootstrap), 20, "commits up to the markers at the end", service)
        assert service.listening_ports() == []
        service.stop(10)

    print(f"seconds from kill -9 to the next commit: {[round(seconds, 1) for seconds in recoveries]}")
    assert all(seconds < 20 for seconds in recoveries)
    told = [(n, found) for n, found in read_all(bootstrap, registry, RESPONSES) if found["run_id"] == run_id]
    for partition, response in told:
        if response["event_id"]:
            assert response == wanted[response["event_id"]]
            assert response["entity_id"].startswith(f"P{partition}-")
    for partition, records in stories.items():
        of_partition = [response for number, response in told if number == partition]
        assert of_partition[-1]["event_time"] == max(record["event_time"] for record in records)
        assert of_partition[-1]["entity_id"] is None


def commit_after(bootstrap: str, before: int) -> Callable[[], bool]:
    return lambda: committed(bootstrap, "responses", STATUSES)[1] > before


def all_told(bootstrap: str, registry: Registry, run_id: str, wanted: set[str]) -> Callable[[], bool]:
    def is_told() -> bool:
        responses = [found for _, found in read_all(bootstrap, registry, RESPONSES)]
        return {found["event_id"] for found in responses if found["run_id"] == run_id} >= wanted

    return is_told


def is_at_end(bootstrap: str) -> Callable[[], bool]:
    """Behind the last record only markers and the aborted are left."""
    return lambda: all(end - at <= 4 for at, end in behind(bootstrap, "responses", STATUSES))
