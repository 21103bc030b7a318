"""What is played? Plain road readings of a simulated city, in order and without faults, as the player sends them.

The links report often enough that a window holds many readings of each, as on a city's busy roads: there windows
have something to do.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from itertools import islice
from typing import Any, NamedTuple

from citybrain.player import ANY_PARTITION, Envelope, Pace, Player
from citybrain.settings import Settings
from feeds.city_gateways import road_event
from feeds.simulated_size import SMALL
from feeds.simulator import GATEWAYS, SimulatedCity
from schemas.registry import Registry
from streams.catalog import ROAD, Topic
from streams.kafka import make_producer
from streams.normalize.enrich import enrich_road

RUN_ID = "bench"
SOURCE = "simulator"
START = int(datetime.fromisoformat("2026-03-02T07:00+08:00").timestamp() * 1000)
MINUTE_MS = 60_000
WINDOW_MS = int(ROAD.source.window.total_seconds() * 1000)
FLUSH_SECONDS = 120.0


class Sendable(NamedTuple):
    """One encoded Kafka record. `partition` is -1 where the key decides."""

    topic: str
    key: str | None
    value: bytes
    partition: int


@dataclass(frozen=True)
class Workload:
    """`events` readings of six districts; each link reports every `interval_seconds` of city time."""

    events: int = 600_000
    links_per_district: int = 334
    interval_seconds: int = 4
    seed: int = 7

    @cached_property
    def city(self) -> SimulatedCity:
        """The city."""
        return SimulatedCity(self.seed, START, size=replace(SMALL, links=self.links_per_district))

    @property
    def links(self) -> int:
        """How many links report."""
        return len(self.city.plan.links)

    @property
    def per_second(self) -> int:
        """Readings a second of city time."""
        return max(1, self.links // self.interval_seconds)

    @property
    def last_at(self) -> int:
        """City time of the last reading, milliseconds."""
        last = self.events - 1
        return START + max(last * 1000 // self.per_second, last // self.links)

    @property
    def end(self) -> int:
        """End of the window of the last reading, milliseconds."""
        return START + ((self.last_at - START) // WINDOW_MS + 1) * WINDOW_MS

    @property
    def windows(self) -> int:
        """How many whole windows it spans."""
        return (self.end - START) // WINDOW_MS

    @property
    def demanded_clock(self) -> int:
        """What to give `wait_until_stored` as final city time, so that it waits for a clock row behind the last window.

        It asks for a clock row of a window that ends a window's length earlier, and the last clock that is sent
        brings a row of the window after the last.
        """
        return self.end + 2 * WINDOW_MS


class _Recorder(Player):
    """A player that keeps what it would have sent."""

    def __init__(self, settings: Settings, registry: Registry) -> None:
        super().__init__(settings.kafka, registry, Envelope(RUN_ID, SOURCE), Pace(None))
        self.taken: list[Sendable] = []

    def _produce(self, topic: str, key: str | None, value: bytes, partition: int = ANY_PARTITION) -> None:
        self.taken.append(Sendable(topic, key, value, partition))


@dataclass(frozen=True)
class Recorded:
    """Everything that the player sends for a workload, encoded beforehand so that sending costs the line little."""

    entities: list[Sendable]
    raw: list[Sendable]


def recorded(workload: Workload, settings: Settings) -> Recorded:
    """Entities, and the readings with the clock records between and after them."""
    player = _Recorder(settings, Registry(settings.registry))
    player.announce(workload.city.entities())
    entities, player.taken = player.taken, []
    load = islice(workload.city.road_load(workload.per_second), workload.events)
    sent = player.play((ROAD, GATEWAYS["road"], reading) for reading in load)
    last_clock = sent.clocks[ROAD.slug]
    # One step closes the last window, the next brings a clock row that says so.
    for city_time in range(last_clock + MINUTE_MS, workload.end + 2 * MINUTE_MS + 1, MINUTE_MS):
        player.set_clock(ROAD, city_time)
    return Recorded(entities, player.taken)


def observations(workload: Workload, count: int) -> Iterator[dict[str, Any]]:
    """The first `count` readings as the events that the normalizer makes of them."""
    links = {
        entity["entity_id"]: entity for entity in workload.city.entities() if entity["entity_type"] == "link"
    }
    for reading in islice(workload.city.road_load(workload.per_second), count):
        event: dict[str, Any] = dict(road_event(json.loads(reading.payload)))
        event |= {"ingest_time": reading.at, "source": SOURCE, "run_id": RUN_ID}
        rejected = enrich_road(event, lambda _system, _type, link_id, _at: links[link_id])
        if rejected is not None:
            raise RuntimeError(f"the generator made a reading that the line rejects: {rejected}")
        yield event


def send(bootstrap: str, records: list[Sendable]) -> None:
    """Send everything as fast as the broker takes it; all acknowledged when this returns. Raises RuntimeError."""
    producer = make_producer(bootstrap)
    for topic, key, value, partition in records:
        while True:
            try:
                producer.produce(topic, value=value, key=key, partition=partition)
                break
            except BufferError:
                producer.poll(0.05)
    left = producer.flush(FLUSH_SECONDS)
    if left:
        raise RuntimeError(f"Kafka did not take {left} records in {FLUSH_SECONDS:.0f} s")


def scratch_topic(name: str, record: str) -> Topic:
    """A topic that only the measuring uses."""
    return Topic(f"bench.{name}", record, key="as the topic that it stands for")
