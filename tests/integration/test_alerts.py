"""Do alerts survive kill -9 on a real broker, with the records of an undisturbed run? And do commands reach them?"""

import random
import sys
import uuid
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1] / "spec" / "alerts"))
from services import ServiceProcess, committed, read_all, running, wait_for
from town import START, TPI, Town, rules, value_row

from schemas.codec import Encoder
from schemas.registry import Registry
from streams.alerts.fold import SOURCES
from streams.catalog import ALERTS, COMMANDS, INDICATORS, RULES
from streams.commands import command_of, send_command
from streams.kafka import make_producer
from streams.offsets import ends_of
from streams.published import indicator_headers, indicator_key
from streams.publishing import publish
from streams.told import Told, key_of_told

pytestmark = pytest.mark.stack
MINUTE = 60_000
MINUTES = 90
RULE = "road.killed-twice"
"""The stack's own rules look at the same rows."""
TEXT = (
    TPI.replace("road.congestion", RULE)
    + """    hold: 2m
    clear_hold: 5m
    finality: provisional
    close_unacknowledged_after: 30m
    escalation: [{after: 5m, duty: 1}]
    no_data: {after: 15m}
"""
)
Entry = tuple[dict[str, Any] | None, int, int]
"""A row, or none for a mark; the minute, and the partition."""


def story(run_id: str) -> list[Entry]:
    """Sixteen districts, four a partition; some are silent for a while, some values are restated."""
    chance = random.Random(7)
    entries: list[Entry] = []
    for minute in range(1, MINUTES):
        for number in range(16):
            value = chance.choice([4.0, 4.0, 5.5, 6.5, 7.0, 9.0])
            if (minute + number * 13) % 80 < 25:
                continue
            row = value_row(minute, value, f"d{number}", step=minute % 5, run_id=run_id)
            entries.append((row, minute, number % INDICATORS.partitions))
            if minute > 20 and chance.random() < 0.03:
                back = (minute // 5 - 2) * 5
                late = value_row(back, 4.0, f"d{number}", restated=minute, run_id=run_id)
                entries.append((late, back, number % INDICATORS.partitions))
        entries += [(None, minute, partition) for partition in range(INDICATORS.partitions)]
    return entries


def undisturbed(entries: list[Entry], run_id: str) -> list[dict[str, Any]]:
    town = Town(TEXT, partitions=INDICATORS.partitions)
    for row, minute, partition in entries:
        at = START + minute * MINUTE
        if row is None:
            town.take(town.alerts.on_mark(Told("road.travel_time", run_id, at), partition))
        else:
            town.take(town.alerts.on_row(row, at, partition))
    return town.records


def test_killed_twice_the_alerts_are_those_of_an_undisturbed_run(line_stack: Any, tmp_path: Path) -> None:
    bootstrap, registry = line_stack.kafka_bootstrap, Registry(line_stack.registry_url)
    run_id = f"run-{uuid.uuid4()}"
    entries = story(run_id)
    expected = undisturbed(entries, run_id)
    for topic in SOURCES:
        registry.register(topic.name, topic.record)
    publish(bootstrap, registry, RULES, ((record["rule_id"], record) for record in rules(TEXT)))
    encoder = Encoder(INDICATORS.record, registry.register(INDICATORS.name, INDICATORS.record))
    producer = make_producer(bootstrap)

    def feed(first: int, last: int) -> None:
        for row, minute, partition in entries[first:last]:
            at = START + minute * MINUTE
            if row is None:
                key = key_of_told(Told("road.travel_time", run_id, at))
                producer.produce(INDICATORS.name, None, key, partition)
            else:
                headers = list(indicator_headers(row, at))
                key = indicator_key(row).encode()
                producer.produce(INDICATORS.name, encoder.encode(row), key, partition, headers=headers)
        assert producer.flush(20) == 0

    def told() -> list[dict[str, Any]]:
        """Each change once: what was written again after a kill is the same again."""
        rows = [
            row
            for _, row in read_all(bootstrap, registry, ALERTS)
            if row["run_id"] == run_id and row["rule_id"] == RULE
        ]
        once = {(row["alert_id"], row["sequence"]): row for row in rows}
        assert all(once[row["alert_id"], row["sequence"]] == row for row in rows)
        return in_order(list(once.values()))

    def progress() -> int:
        return sum(committed(bootstrap, "alerts", INDICATORS).values())

    third = len(entries) // 3
    recoveries = []
    with running(ServiceProcess("alerts", bootstrap, line_stack.registry_url, tmp_path)) as service:
        feed(0, third)
        wait_for(lambda: progress() > 0, 60, "the first commit", service)
        for first, last in ((third, 2 * third), (2 * third, len(entries))):
            feed(first, last)
            service.kill()
            before = progress()
            service.start()
            recoveries.append(
                wait_for(lambda before=before: progress() > before, 60, "a commit after the kill", service)  # type: ignore[misc]
            )
        wait_for(lambda: len(told()) >= len(expected), 300, "every change told", service)
        assert told() == in_order(expected)

        open_one = next(
            record
            for record in reversed(expected)
            if record["state"] == "raised" and record["kind"] == "state"
        )
        acknowledge = command_of(
            "alert.acknowledge",
            open_one["alert_id"],
            by="duty-officer",
            event_time=START + MINUTES * MINUTE,
            mode="replay",
            run_id=run_id,
        )
        (before,) = ends_of(bootstrap, [COMMANDS])[COMMANDS.name].values()
        send_command(bootstrap, registry, acknowledge)
        wait_for(lambda: answer(told(), acknowledge) is not None, 30, "the answer to a command", service)
        assert service.listening_ports() == []
        service.stop(15)

    assert answer(told(), acknowledge) in {"acknowledged", "refused"}
    print(f"{len(expected)} changes; seconds from kill to commit: {[round(s, 1) for s in recoveries]}")
    assert len({record["change"] for record in expected}) >= 8
    assert committed(bootstrap, "alerts", COMMANDS)[0] == before + 1


def in_order(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(records, key=lambda record: (record["alert_id"], record["sequence"]))


def answer(records: list[dict[str, Any]], command: dict[str, Any]) -> str | None:
    found = [record["change"] for record in records if record["command_id"] == command["command_id"]]
    return found[0] if found else None
