"""Does a subscriber get a snapshot and then every change, on a real broker, and do the examples run?"""

import asyncio
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from citybrain.client import Alert, NotReachableError, Position, PositionLostError, Subscriber
from load_tests.workload import RUN_ID, Workload, recorded, send
from schemas.records import schema
from schemas.registry import Registry
from streams.catalog import (
    ALERTS,
    ALERTS_CURRENT,
    CASES,
    CASES_CURRENT,
    INDICATORS,
    INDICATORS_CURRENT,
    ROAD,
    Topic,
)
from streams.kafka import make_producer
from streams.normalize.normalizer import _blank
from streams.published import publish_indicators
from streams.publishing import publish
from streams.told import Told, key_of_told

sys.path.insert(0, str(Path(__file__).parent))
from services import ServiceProcess, read_all, running, wait_for

pytestmark = pytest.mark.stack
PROJECT = Path(__file__).parents[2]
AT = 1_780_000_000_000


def blank(record: str, **given: Any) -> dict[str, Any]:
    """A record with these fields and nothing else."""

    def empty(avro_type: Any) -> Any:
        if avro_type == "boolean":
            return False
        if isinstance(avro_type, dict) and avro_type["type"] == "array":
            return []
        return _blank(avro_type)

    return {**{field["name"]: empty(field["type"]) for field in schema(record)["fields"]}, **given}


def alert(name: str, sequence: int, **more: Any) -> dict[str, Any]:
    state = {"alert_id": name, "sequence": sequence, "state": "raised", "change": "raised", "level": 1}
    return blank(
        "alert", **{**state, "worst_level": 1, "area_id": "tt/x", "event_time": AT, "run_id": "r", **more}
    )


def indicator(entity: str, window: int, revision: int, **more: Any) -> dict[str, Any]:
    row = {"indicator_id": "road.tpi", "entity_type": "area", "entity_id": entity, "area_id": entity}
    span = {"window_start": AT + window * 300_000, "window_end": AT + (window + 1) * 300_000}
    return blank(
        "indicator", **{**row, **span, "revision": revision, "run_id": "r", "mode": "replay", **more}
    )


class City:
    """What the services would write, written here."""

    def __init__(self, stack: Any) -> None:
        self.bootstrap, self.registry = stack.kafka_bootstrap, Registry(stack.registry_url)
        self.subscribe = Subscriber(stack.kafka_bootstrap, stack.registry_url)
        self.environment = {
            **os.environ,
            "CITYBRAIN_KAFKA_BOOTSTRAP": stack.kafka_bootstrap,
            "CITYBRAIN_REGISTRY_URL": stack.registry_url,
            "PYTHONPATH": str(PROJECT),
        }

    def tell(self, topic: Topic, key: str, *rows: dict[str, Any]) -> None:
        publish(self.bootstrap, self.registry, topic, ((row[key], row) for row in rows))

    def tell_alert(self, row: dict[str, Any]) -> None:
        self.tell(ALERTS, "alert_id", row)
        self.tell(ALERTS_CURRENT, "alert_id", row)

    def run_example(self, name: str, *arguments: str) -> list[str]:
        done = subprocess.run(
            [sys.executable, str(PROJECT / "examples" / name), *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()


@pytest.fixture
def city(line_stack: Any) -> City:
    return City(line_stack)


@pytest.fixture
def mark() -> str:
    return uuid.uuid4().hex[:8]


def of(mark: str, changes: Iterator[Any]) -> list[tuple[str, int, bool]]:
    """Alerts of this test: name, sequence, and whether they are of the snapshot."""
    return [
        (change.record.alert_id.removeprefix(mark), change.record.sequence, change.of_snapshot)
        for change in changes
        if change.record.alert_id.startswith(mark)
    ]


def test_a_snapshot_and_then_every_change_and_nothing_twice(city: City, mark: str) -> None:
    city.tell_alert(alert(f"{mark}a", 1))
    city.tell_alert(alert(f"{mark}a", 2))
    city.tell_alert(alert(f"{mark}b", 1))
    # Its service was killed between the two topics.
    city.tell(ALERTS, "alert_id", alert(f"{mark}c", 1))

    with city.subscribe.alerts(idle_seconds=3) as changes:
        first = [next(changes)]
        while first[-1].position.in_snapshot:
            first.append(next(changes))
        city.tell_alert(alert(f"{mark}a", 2))
        city.tell_alert(alert(f"{mark}a", 3))
        city.tell_alert(alert(f"{mark}d", 1))
        later = of(mark, changes)

    assert sorted(of(mark, iter(first))) == [("a", 2, True), ("b", 1, True), ("c", 1, True)]
    assert later == [("a", 3, False), ("d", 1, False)]


def test_it_goes_on_from_a_position_that_was_kept_and_knows_what_is_written_again(
    city: City, mark: str
) -> None:
    city.tell_alert(alert(f"{mark}a", 1))
    with city.subscribe.alerts(idle_seconds=1) as changes:
        of(mark, changes)
        kept = str(changes.position)
    city.tell_alert(alert(f"{mark}a", 1))
    city.tell_alert(alert(f"{mark}a", 2))

    with city.subscribe.alerts(start=Position.parse(kept), idle_seconds=1) as changes:
        assert of(mark, changes) == [("a", 2, False)]


def test_a_group_goes_on_behind_what_was_dealt_with(city: City, mark: str) -> None:
    city.tell_alert(alert(f"{mark}a", 1))
    with city.subscribe.alerts(group=mark, idle_seconds=1) as changes:
        assert of(mark, changes) == [("a", 1, True)]
    city.tell_alert(alert(f"{mark}a", 2))
    city.tell_alert(alert(f"{mark}a", 3))
    with city.subscribe.alerts(group=mark) as changes:
        assert next(changes).record.sequence == 2

    with city.subscribe.alerts(group=mark, idle_seconds=1) as changes:
        assert of(mark, changes) == [("a", 2, False), ("a", 3, False)]


def test_with_asyncio_the_same_is_told(city: City, mark: str) -> None:
    city.tell_alert(alert(f"{mark}a", 1, worst_level=3))
    city.tell_alert(alert(f"{mark}b", 1, area_id="tt/y"))

    async def told() -> list[Alert]:
        async with city.subscribe.alerts(severity=2, area="tt/y", idle_seconds=1) as changes:
            return [change.record async for change in changes if change.record.alert_id.startswith(mark)]

    assert [found.alert_id for found in asyncio.run(told())] == [f"{mark}b"]


def test_restated_rows_are_told_and_stand_only_where_they_are_the_newest(city: City, mark: str) -> None:
    x, y = f"{mark}/x", f"{mark}/y"
    publish_indicators(
        city.bootstrap, city.registry, [indicator(x, 0, 1), indicator(x, 1, 1), indicator(y, 0, 1)]
    )
    producer = make_producer(city.bootstrap)
    producer.produce(INDICATORS.name, None, key_of_told(Told("road.travel_time", "r", AT)), 0)
    assert producer.flush(20) == 0

    with city.subscribe.indicators("road.tpi", area=mark, idle_seconds=3) as changes:
        snapshot = [next(changes), next(changes)]
        publish_indicators(city.bootstrap, city.registry, [indicator(x, 0, 1_001), indicator(y, 0, 1_001)])
        later = list(changes)

    def places(told: list[Any]) -> list[tuple[str, int, int]]:
        return sorted(
            (c.record.entity_id, int(c.record.window_start.timestamp()), c.record.revision) for c in told
        )

    first, second = AT // 1000, AT // 1000 + 300
    assert places(snapshot) == [(x, second, 1), (y, first, 1)]
    assert places(later) == [(x, first, 1_001), (y, first, 1_001)]
    standing = [
        row
        for _, row in read_all(city.bootstrap, city.registry, INDICATORS_CURRENT)
        if mark in row["entity_id"]
    ]
    newest = {row["entity_id"]: (row["window_start"] // 1000, row["revision"]) for row in standing}
    assert newest == {x: (second, 1), y: (first, 1_001)}


def test_a_position_that_the_topic_does_not_hold_is_said_and_so_is_a_server_that_is_not_there(
    city: City,
) -> None:
    lost = Position(ALERTS.name, {0: 10**12})
    with (
        city.subscribe.alerts(start=lost) as changes,
        pytest.raises(PositionLostError, match="with a snapshot"),
    ):
        next(changes)
    with (
        city.subscribe.cases(start=lost) as cases,
        pytest.raises(PositionLostError, match=r"city\.cases\.v1"),
    ):
        next(cases)
    with pytest.raises(ValueError, match="not both"):
        city.subscribe.alerts(start=lost, group="both")
    nowhere = Subscriber("127.0.0.1:1", "http://127.0.0.1:1")
    with nowhere.alerts() as changes, pytest.raises(NotReachableError, match="is Kafka up"):
        next(changes)


def test_the_examples_run(city: City, mark: str, tmp_path: Path) -> None:
    publish_indicators(city.bootstrap, city.registry, [indicator(f"{mark}/x", 0, 1, value=1.5, grade="good")])
    city.tell_alert(alert(f"{mark}a", 1, title=f"level one at {mark}"))
    for sequence, change in enumerate(("opened", "at_risk"), 1):
        case = blank(
            "case_change",
            case_id=f"{mark}:1",
            sequence=sequence,
            change=change,
            risk="at_risk" if sequence == 2 else "in_time",
            status="open",
            lead_department=mark,
            next_due_at=AT,
            event_time=AT,
        )
        city.tell(CASES, "case_id", case)
        city.tell(CASES_CURRENT, "case_id", case)
    kept = str(tmp_path / "position.txt")

    shown = city.run_example("current_indicators.py")
    told = city.run_example("follow_alerts.py", kept)
    city.tell_alert(alert(f"{mark}a", 2, change="cleared", state="cleared", title=f"over at {mark}"))
    told_then = city.run_example("follow_alerts.py", kept)
    cases = city.run_example("cases_asyncio.py", mark)

    assert [line for line in shown if mark in line] == [f"road.tpi {mark}/x 2026-05-28 20:31 1.50 good"]
    assert any(f"level 1 raised: level one at {mark}" in line for line in told)
    assert [line.partition(" ")[2] for line in told_then] == [f"level 1 cleared: over at {mark}"]
    assert cases == [f"{mark}:1 at_risk, at_risk, due 2026-05-28 20:26"]


def test_killed_twice_the_normalizer_leaves_the_last_event_of_every_entity(
    line_stack: Any, tmp_path: Path
) -> None:
    bootstrap, registry = line_stack.kafka_bootstrap, Registry(line_stack.registry_url)
    records = recorded(Workload(events=6_000, links_per_district=20, interval_seconds=4), line_stack.settings)
    send(bootstrap, records.entities)

    def events(topic: Topic) -> list[dict[str, Any]]:
        """Of this workload alone: other tests have sent theirs through the same broker."""
        rows = (row for _, row in read_all(bootstrap, registry, topic))
        return [row for row in rows if row["run_id"] == RUN_ID and row["entity_id"] is not None]

    third = len(records.raw) // 3
    with running(ServiceProcess("normalize", bootstrap, line_stack.registry_url, tmp_path)) as service:
        for part in range(3):
            before = len(events(ROAD.normalized))
            send(bootstrap, records.raw[part * third : (part + 1) * third if part < 2 else None])
            wait_for(lambda before=before: len(events(ROAD.normalized)) > before, 60, "events", service)  # type: ignore[misc]
            if part < 2:
                service.kill()
                service.start()
        wait_for(lambda: len(events(ROAD.normalized)) == 6_000, 90, "every event", service)

    newest = {}
    for event in events(ROAD.normalized):
        newest[event["entity_id"]] = max(newest.get(event["entity_id"], 0), event["event_time"])
    current = events(ROAD.current)
    assert {event["entity_id"]: event["event_time"] for event in current} == newest
    times: dict[str, int] = {}
    for event in current:
        assert event["event_time"] >= times.get(event["entity_id"], 0)
        times[event["entity_id"]] = event["event_time"]
    print(f"{len(current)} records on the current topic for {len(newest)} entities and 6,000 events")
