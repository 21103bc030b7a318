"""Do situations survive kill -9 on a real broker, with the joint events of an undisturbed run?"""

import sys
import uuid
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from schemas.codec import Encoder
from schemas.records import schema
from schemas.registry import Registry
from streams.catalog import ALERTS, CASES, JOINT_EVENTS, Topic
from streams.kafka import make_producer
from streams.keyed_state import KeyedState
from streams.situations.declared import read_operations
from streams.situations.situations import Situations

sys.path.insert(0, str(Path(__file__).parent))
from services import ServiceProcess, committed, read_all, running, wait_for

pytestmark = pytest.mark.stack
START = 1_780_272_000_000
COUNT = 600
_EMPTY = {"string": "", "long": 0, "boolean": False, "double": 0.0}


def whole(topic: Topic, said: dict[str, Any]) -> dict[str, Any]:
    """A record with what matters said, and the rest empty."""

    def empty(kind: Any) -> Any:
        if isinstance(kind, list):
            return None
        if isinstance(kind, dict):
            return {"array": [], "map": {}}.get(kind["type"], 0)
        return _EMPTY[kind]

    return {field["name"]: empty(field["type"]) for field in schema(topic.record)["fields"]} | said


def alert(run_id: str, number: int, state: str = "raised") -> dict[str, Any]:
    at = START + number * 20_000
    return whole(
        ALERTS,
        {
            "alert_id": f"a{number}",
            "event_time": at + (0 if state == "raised" else 5_000),
            "state": state,
            "kind": "state",
            "level": 1 + number % 4,
            "system": ("road", "video", "noise")[number % 3],
            "longitude": 120.0,
            "latitude": 30.0 + (number // 7) * 0.003,
            "began_at": at,
            "raised_at": at,
            "mode": "replay",
            "run_id": run_id,
        },
    )


def test_killed_twice_the_situations_are_those_of_an_undisturbed_run(line_stack: Any, tmp_path: Path) -> None:
    bootstrap, registry = line_stack.kafka_bootstrap, Registry(line_stack.registry_url)
    run_id = f"run-{uuid.uuid4()}"
    changes = [alert(run_id, number) for number in range(COUNT)]
    changes += [alert(run_id, number, "cleared") for number in range(COUNT)]
    situations = Situations(KeyedState(), read_operations(), ZoneInfo("Asia/Shanghai"))
    expected = [
        dict(row) for change in changes for topic, row in situations.on_alert(change) if topic is JOINT_EVENTS
    ]
    encoder = Encoder(ALERTS.record, registry.register(ALERTS.name, ALERTS.record))
    registry.register(CASES.name, CASES.record)
    producer = make_producer(bootstrap)

    def feed(first: int, last: int) -> None:
        for change in changes[first:last]:
            producer.produce(ALERTS.name, encoder.encode(change), change["alert_id"].encode())
        assert producer.flush(20) == 0

    def told() -> list[dict[str, Any]]:
        """Each change once: what was written again after a kill is the same again."""
        rows = [row for _, row in read_all(bootstrap, registry, JOINT_EVENTS) if row["run_id"] == run_id]
        once = {(row["joint_id"], row["sequence"]): row for row in rows}
        assert all(once[row["joint_id"], row["sequence"]] == row for row in rows)
        return sorted(once.values(), key=lambda row: (row["joint_id"], row["sequence"]))

    def progress() -> int:
        return sum(committed(bootstrap, "situations", ALERTS).values())

    third = len(changes) // 3
    with running(ServiceProcess("situations", bootstrap, line_stack.registry_url, tmp_path)) as service:
        feed(0, third)
        wait_for(lambda: progress() > 0, 60, "the first commit", service)
        for first, last in ((third, 2 * third), (2 * third, len(changes))):
            feed(first, last)
            service.kill()
            before = progress()
            service.start()
            wait_for(lambda before=before: progress() > before, 60, "a commit after the kill", service)  # type: ignore[misc]
        wait_for(lambda: len(told()) >= len(expected), 60, "every joint event told", service)
        service.stop(15)

    assert len(expected) > COUNT / 4
    assert told() == sorted(expected, key=lambda row: (row["joint_id"], row["sequence"]))
