"""Does the judge survive kill -9 on a real broker, without a row lost or changed?"""

import sys
import uuid
from pathlib import Path
from typing import Any

import pytest

from schemas.codec import Encoder
from schemas.registry import Registry
from streams.catalog import AIR, ENTITIES, INDICATORS, ROAD, STATISTICS
from streams.entities import EntityReader
from streams.judge.judge import Judge
from streams.kafka import make_producer
from streams.keyed_state import KeyedState

sys.path.insert(0, str(Path(__file__).parent))
from services import ServiceProcess, behind, committed, read_all, running, wait_for

pytestmark = pytest.mark.stack
HOUR_MS = 3_600_000
POLLUTANTS = ("so2", "no2", "co", "o3", "pm10", "pm25")
# Midnight in Shanghai, of a day of its own in this cluster.
START = 1_777_564_800_000 - 8 * HOUR_MS
STATIONS = ("X1", "X2", "X3")


def statistic(run_id: str, entity_id: str, hour: int) -> dict[str, Any]:
    is_clock = entity_id == "clock"
    sums = {}
    for place, pollutant in enumerate(() if is_clock else POLLUTANTS):
        sums[f"{pollutant}_sum_ngm3"] = (10 + 7 * place + hour % 24) * 1000
        sums[f"{pollutant}_count"] = 1
    return {
        "measure": AIR.source.measure,
        "entity_type": "clock" if is_clock else "station",
        "entity_id": entity_id,
        "area_id": None if is_clock else "tt/x",
        "window_start": START + hour * HOUR_MS,
        "window_end": START + (hour + 1) * HOUR_MS,
        "step": 0,
        "generation": 0,
        "observations": 0 if is_clock else 1,
        "sums": sums,
        "histogram": {},
        "ingest_time_max": None,
        "run_id": run_id,
    }


def entity(station: str) -> dict[str, Any]:
    return {
        "system": "air",
        "entity_type": "station",
        "entity_id": station,
        "area_id": "tt/x",
        "name": station,
        "longitude_deg": None,
        "latitude_deg": None,
        "valid_from": START,
        "valid_to": START + 400 * 24 * HOUR_MS,
        "attributes": {},
        "labels": {},
        "source": "test",
        "run_id": "test",
    }


def newest_finals(rows: list[dict[str, Any]]) -> dict[tuple[str, str, int], dict[str, Any]]:
    found: dict[tuple[str, str, int], dict[str, Any]] = {}
    for row in rows:
        key = (row["indicator_id"], row["entity_id"], row["window_start"])
        if row["finality"] == "final" and (key not in found or row["revision"] >= found[key]["revision"]):
            found[key] = {**row, "computed_at": 0}
    return found


def announce(bootstrap: str, registry: Registry, stations: tuple[str, ...]) -> None:
    encoder = Encoder(ENTITIES.record, registry.register(ENTITIES.name, ENTITIES.record))
    producer = make_producer(bootstrap)
    for station in stations:
        key = f"air|station|{station}|{START}"
        producer.produce(ENTITIES.name, encoder.encode(entity(station)), key.encode())
    assert producer.flush(20) == 0


def test_killed_twice_the_judge_says_what_it_would_have_said(line_stack: Any, tmp_path: Path) -> None:
    bootstrap, registry = line_stack.kafka_bootstrap, Registry(line_stack.registry_url)
    announce(bootstrap, registry, (*STATIONS, "X4"))
    reader = EntityReader(bootstrap, registry)
    reader.catch_up()
    run_id = f"run-{uuid.uuid4()}"
    statistics = [
        statistic(run_id, entity_id, hour)
        for hour in range(24 * 40)
        for entity_id in (*STATIONS, "clock")
        if not (entity_id == "X3" and hour % 5 == 0)
    ]
    judge = Judge(KeyedState(), reader.expected, mode="replay", zone="Asia/Shanghai")
    expected = newest_finals([row for given in statistics for row in judge.on_statistic(given)])
    encoder = Encoder(STATISTICS.record, registry.register(STATISTICS.name, STATISTICS.record))
    producer = make_producer(bootstrap)

    def feed(first: int, last: int) -> None:
        for given in statistics[first:last]:
            producer.produce(STATISTICS.name, encoder.encode(given), given["measure"].encode())
        assert producer.flush(20) == 0

    def progress() -> int:
        return sum(committed(bootstrap, "judge", STATISTICS).values())

    def is_through() -> bool:
        # What it hands on to itself is among the records, too.
        found = behind(bootstrap, "judge", STATISTICS)
        return progress() >= len(statistics) and all(max(at, 0) == end for at, end in found)

    third = len(statistics) // 3
    recoveries = []
    with running(ServiceProcess("judge", bootstrap, line_stack.registry_url, tmp_path)) as service:
        feed(0, third)
        wait_for(lambda: progress() > 0, 40, "the first commit", service)
        for first, last in ((third, 2 * third), (2 * third, len(statistics))):
            feed(first, last)
            service.kill()
            before = progress()
            service.start()
            recoveries.append(
                wait_for(lambda before=before: progress() > before, 40, "a commit after the kill", service)  # type: ignore[misc]
            )

        def is_complete() -> bool:
            rows = [row for _, row in read_all(bootstrap, registry, INDICATORS) if row["run_id"] == run_id]
            return newest_finals(rows).keys() >= expected.keys()

        wait_for(is_through, 60, "every statistic judged", service)
        wait_for(is_complete, 20, "every final row told", service)
        assert service.listening_ports() == []
        service.stop(10)

    print(f"seconds from kill -9 to the next commit: {[round(seconds, 1) for seconds in recoveries]}")
    rows = [row for _, row in read_all(bootstrap, registry, INDICATORS) if row["run_id"] == run_id]
    found = newest_finals(rows)
    differing = [key for key in sorted(found.keys() | expected.keys()) if found.get(key) != expected.get(key)]
    assert [(found.get(key), expected.get(key)) for key in differing[:3]] == []
    assert all(seconds < 20 for seconds in recoveries)


def test_a_statistic_that_cannot_be_judged_ends_among_the_dead_letters(
    line_stack: Any, tmp_path: Path
) -> None:
    bootstrap, registry = line_stack.kafka_bootstrap, Registry(line_stack.registry_url)
    mark = uuid.uuid4().hex
    producer = make_producer(bootstrap)
    producer.produce(STATISTICS.name, f"not avro {mark}".encode(), b"road.travel_time")
    assert producer.flush(20) == 0

    def letters() -> list[dict[str, Any]]:
        found = [letter for _, letter in read_all(bootstrap, registry, ROAD.dead_letters)]
        return [letter for letter in found if mark.encode() in letter["payload"]]

    with running(ServiceProcess("judge", bootstrap, line_stack.registry_url, tmp_path)) as service:
        wait_for(letters, 40, "the dead letter", service)

    assert letters()[0]["reason"] == "undecodable"


def test_what_was_announced_before_the_question_is_seen(line_stack: Any) -> None:
    bootstrap, registry = line_stack.kafka_bootstrap, Registry(line_stack.registry_url)
    reader = EntityReader(bootstrap, registry)
    for number in range(20):
        station = f"Y{uuid.uuid4().hex}"
        announce(bootstrap, registry, (station,))

        reader.catch_up()

        assert reader.get("air", "station", station, START) is not None, f"announcement {number} was missed"
        assert reader.get("air", "station", station, START - 1) is None
    reader.close()
