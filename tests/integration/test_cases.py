"""Do a thousand open cases survive kill -9 on a real broker, with the changes and counts of an undisturbed run?"""

import sys
import uuid
from pathlib import Path
from typing import Any

import pytest

from schemas.codec import Encoder
from schemas.records import schema
from schemas.registry import Registry
from streams.cases.desk import CaseDesk, Changed, Counted
from streams.cases.kinds_file import kinds_of_file
from streams.catalog import CASES, CASES_CURRENT, COMMANDS, EMERGENCY, STATISTICS
from streams.kafka import make_producer
from streams.keyed_state import KeyedState

sys.path.insert(0, str(Path(__file__).parent))
from services import ServiceProcess, committed, read_all, running, wait_for

pytestmark = pytest.mark.stack
STATUSES = EMERGENCY.normalized
MINUTE = 60_000
START = 1_775_000_000_000 // MINUTE * MINUTE
OPEN = 1_000
MINUTES = 40
_BLANK = {field["name"]: None for field in schema(STATUSES.record)["fields"]}

Sent = tuple[int, dict[str, Any]]
"""Partition and record."""


def status(run_id: str, at: int, incident: str | None, unit: str | None, stage: str) -> dict[str, Any]:
    return {
        **_BLANK,
        "event_id": f"{incident}:{unit}:{stage}" if incident else "",
        "entity_id": incident,
        "area_id": f"sf/b{len(incident) % 3}" if incident else None,
        "event_time": at,
        "ingest_time": at,
        "source": "simulator",
        "quality": "good",
        "run_id": run_id,
        "unit_id": unit,
        "stage": stage,
    }


def day(run_id: str) -> list[Sent]:
    """A thousand incidents within ten minutes; most are reached in time, all end late, and every tenth never."""
    planned = []
    for number in range(OPEN):
        partition, incident = number % STATUSES.partitions, f"{run_id[-4:]}-{number}"
        begun = START + number * 599
        stages = [(0, None, "received"), (70, "E1", "dispatched")]
        stages.append((400 if number % 4 else 1_000, "E1", "arrived"))
        stages += [(1_500, "E1", "available")] if number % 10 else []
        for after, unit, stage in stages:
            at = begun + after * 1_000
            # Some are heard of a minute and a half after they were so.
            heard = at + (90_000 if (number + after) % 7 == 0 else 1_000)
            planned.append((heard, 1, partition, status(run_id, at, incident, unit, stage)))
    for minute in range(MINUTES):
        at = START + minute * MINUTE
        planned += [
            (at, 0, number, status(run_id, at, None, None, "")) for number in range(STATUSES.partitions)
        ]
    return [(partition, record) for _, _, partition, record in sorted(planned, key=lambda item: item[:2])]


def undisturbed(
    records: list[Sent], asked: dict[str, Any]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    desk = CaseDesk(KeyedState(), kinds_of_file("", "Asia/Shanghai"), "replay")
    results = [found for partition, one in records for found in desk.on_event("emergency", partition, one)]
    results += desk.on_command(asked)
    changes = [found.record for found in results if isinstance(found, Changed)]
    return changes, [found.record for found in results if isinstance(found, Counted)]


def once(rows: list[dict[str, Any]], *names: str) -> dict[tuple[Any, ...], dict[str, Any]]:
    """Each row by its key; what was written again after a kill is the same again."""
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in rows:
        key = tuple(row[name] for name in names)
        assert found.setdefault(key, row) == row
    return found


def test_killed_amid_a_thousand_open_cases_the_same_is_told_as_in_an_undisturbed_run(
    line_stack: Any, tmp_path: Path
) -> None:
    bootstrap, registry = line_stack.kafka_bootstrap, Registry(line_stack.registry_url)
    run_id = f"run-{uuid.uuid4()}"
    records = day(run_id)
    supervised = f"emergency:{run_id[-4:]}-0"
    asked = {
        "command_id": f"supervise-{run_id}",
        "command": "case.supervise",
        "target": supervised,
        "by": "duty-officer",
        "reason": "it takes too long",
        "until": None,
        "parameters": {},
        "event_time": START + MINUTES * MINUTE,
        "source": "manual",
        "mode": "replay",
        "run_id": run_id,
    }
    changes, counts = undisturbed(records, asked)
    wanted = once(changes, "case_id", "sequence")
    minutes = once(counts, "entity_type", "entity_id", "window_end")
    most = max(row["sums"]["open"] for row in counts if row["entity_id"] == "emergency")
    assert most == OPEN

    encoder = Encoder(STATUSES.record, registry.register(STATUSES.name, STATUSES.record))
    commands = Encoder(COMMANDS.record, registry.register(COMMANDS.name, COMMANDS.record))
    producer = make_producer(bootstrap)

    def send(part: list[Sent]) -> None:
        for partition, record in part:
            producer.produce(
                STATUSES.name, encoder.encode(record), (record["entity_id"] or "").encode(), partition
            )
        assert producer.flush(30) == 0

    def told() -> dict[tuple[Any, ...], dict[str, Any]]:
        rows = [row for _, row in read_all(bootstrap, registry, CASES) if row["run_id"] == run_id]
        return once(rows, "case_id", "sequence")

    def progress() -> int:
        return sum(committed(bootstrap, "cases", STATUSES).values())

    half, later = len(records) // 2, len(records) * 3 // 4
    with running(ServiceProcess("cases", bootstrap, line_stack.registry_url, tmp_path)) as service:
        send(records[: half // 2])
        wait_for(lambda: progress() > 0, 90, "the first commit", service)
        for first, last in ((half // 2, half), (half, later)):
            send(records[first:last])
            before = progress()
            service.kill()
            service.start()
            wait_for(lambda before=before: progress() > before, 90, "a commit after the kill", service)  # type: ignore[misc]
        send(records[later:])
        # A command acts when it comes: it is given when all else has been told.
        wait_for(lambda: len(told()) >= len(wanted) - 1, 120, "every change told", service)
        producer.produce(COMMANDS.name, commands.encode(asked), supervised.encode())
        assert producer.flush(30) == 0
        wait_for(lambda: len(told()) >= len(wanted), 60, "the command's change", service)
        service.stop(15)

    assert told() == wanted
    current = {
        row["case_id"]: row
        for _, row in read_all(bootstrap, registry, CASES_CURRENT)
        if row["run_id"] == run_id
    }
    assert current == {row["case_id"]: row for row in changes}
    statistics = [
        row
        for _, row in read_all(bootstrap, registry, STATISTICS)
        if row["run_id"] == run_id and row["measure"] == "case.now"
    ]
    assert once(statistics, "entity_type", "entity_id", "window_end") == minutes
