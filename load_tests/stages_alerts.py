"""From a statistic to its alert: how long until somebody can be told? The aim of the line is 2 s at P99."""

import math
import time
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

from citybrain.alert_rules import load, rules_of
from load_tests.parts import Bench, some_parts, start, until
from load_tests.positions import decoded
from load_tests.report import Aim, Figure, demand_equal
from load_tests.workload import START, WINDOW_MS
from schemas.codec import Encoder
from schemas.registry import Registry
from streams.catalog import ALERTS, ROAD, STATISTICS, key_of
from streams.kafka import make_producer

STATISTICS_A_SECOND = 20
SECONDS = 30
WARM_UP = 20
PREFIX = "latency-"
AIM_SECONDS = 2.0
WAIT_SECONDS = 120.0

_RULE = b"""
rules:
  - id: road.latency
    name_zh: \xe5\xbb\xb6\xe8\xbf\x9f
    name_en: Latency
    indicator: road.speed_kmh
    entity_types: [link]
    direction: below
    levels:
      3: {raise: 10}
    runbook: None.
    cap_category: Transport
    department: Bench
    max_alerts: 5000
"""


def alerts() -> list[Figure]:
    """How long after a statistic is on its topic is the alert on its own? Judge and alerts at work, at a steady pace.

    Each statistic is of another link, slower than the rule's level; times are those at which the broker took the two
    records, so that no reader is part of it. The first ones, which warm up, are left out.
    """
    with some_parts() as bench, ExitStack() as running:
        registry = Registry(bench.settings.registry)
        load(bench.settings.kafka, registry, rules_of({"latency.yaml": _RULE}, "the bench"), by="bench")
        for name in ("judge", "alerts"):
            running.enter_context(start(bench, name))
        _send(bench, registry, range(WARM_UP))
        until(lambda: len(_raised(bench, registry)) == WARM_UP, WAIT_SECONDS, "the first alerts", 0.5)
        numbers = range(WARM_UP, WARM_UP + STATISTICS_A_SECOND * SECONDS)
        _send(bench, registry, numbers)
        everyone = WARM_UP + len(numbers)
        until(lambda: len(_raised(bench, registry)) == everyone, WAIT_SECONDS, "an alert of each", 0.5)
        took = _seconds_to_alert(bench, registry)
    demand_equal("alerts with a statistic", len(numbers), len(took))
    return [
        _figure("from a statistic to its alert, P50", percentile(took, 0.5), len(took)),
        _figure("from a statistic to its alert, P99", percentile(took, 0.99), len(took), AIM_SECONDS),
    ]


def percentile(values: list[float], share: float) -> float:
    """The smallest value that so large a share of them does not exceed."""
    return sorted(values)[math.ceil(share * len(values)) - 1]


def _figure(what: str, seconds: float, count: int, aim: float | None = None) -> Figure:
    wanted = None if aim is None else Aim("below", aim)
    return Figure("alerts", what, seconds, "s", count=count, seconds=seconds, aim=wanted)


def _send(bench: Bench, registry: Registry, numbers: range) -> None:
    encoder = Encoder(STATISTICS.record, registry.register(STATISTICS.name, STATISTICS.record))
    producer = make_producer(bench.settings.kafka, linger_ms=5)
    began = time.monotonic()
    for place, row in enumerate(map(_statistic, numbers)):
        time.sleep(max(0.0, began + place / STATISTICS_A_SECOND - time.monotonic()))
        producer.produce(STATISTICS.name, encoder.encode(row), key_of(row["measure"]))
        producer.poll(0)
    demand_equal("statistics not taken", 0, producer.flush(30.0))


def _statistic(number: int) -> dict[str, Any]:
    """Ten readings of 500 m at 5 km/h."""
    slow = {"travel_time_ms": 3_600_000, "free_flow_time_ms": 300_000, "length_m": 5_000, "weight": 10}
    return {
        "measure": ROAD.source.measure,
        "entity_type": "link",
        "entity_id": f"{PREFIX}{number}",
        "area_id": "bench/a",
        "window_start": START,
        "window_end": START + WINDOW_MS,
        "step": 0,
        "generation": 0,
        "observations": 10,
        "sums": {**slow, "vehicles": 0, "vehicle_counts": 0},
        "histogram": {},
        "ingest_time_max": None,
        "run_id": "bench",
    }


def _raised(bench: Bench, registry: Registry) -> dict[str, float]:
    """Link to when the broker took its first raised alert, seconds since 1970."""
    return _first(
        (row["entity_id"], at)
        for at, row in decoded(bench.settings.kafka, registry, ALERTS)
        if row["state"] == "raised" and row["entity_id"].startswith(PREFIX)
    )


def _seconds_to_alert(bench: Bench, registry: Registry) -> list[float]:
    raised = _raised(bench, registry)
    measured = _first(
        (row["entity_id"], at) for at, row in decoded(bench.settings.kafka, registry, STATISTICS)
    )
    return [
        raised[link] - at
        for link, at in measured.items()
        if link in raised and int(link.removeprefix(PREFIX)) >= WARM_UP
    ]


def _first(pairs: Iterator[tuple[str, float]]) -> dict[str, float]:
    found: dict[str, float] = {}
    for name, at in pairs:
        found[name] = min(at, found.get(name, at))
    return found
