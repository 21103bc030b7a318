"""How does a recording, or the simulated city, reach the line? Paced by a city clock that travels with it.

Every record is preceded, on every partition of its raw topic, by clock records for each step of city time that has
passed. What the line makes of it depends on that order alone, so a replay gives the same rows at every speed.
"""

import heapq
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from feeds.recording import TimedRaw
from schemas.codec import Encoder
from schemas.registry import Registry
from streams.catalog import ENTITIES, System
from streams.clock import ticks
from streams.kafka import Producer, make_producer
from streams.publishing import NotPublishedError

MINUTE_MS = 60_000
FLUSH_SECONDS = 60.0
LINGER_MS = 100
"""A city's records go to over a hundred partitions, and each takes a request of its own."""
LONGEST_SLEEP_SECONDS = 0.2
ANY_PARTITION = -1
"""Kafka's own number for: by the hash of the key."""


@dataclass
class Pace:
    """How fast city time passes: seconds of it a second, or None for as fast as the line takes it.

    begun: a moment (monotonic seconds) and the city time (milliseconds) that belongs to it. What the city said before is
    due at once, so that it has a past, and whoever was held up by that makes up for it. Without one the first record
    begins.
    """

    speed: float | None
    begun: tuple[float, int] | None = None

    def due(self, at: int) -> float:
        """When something of city time `at` is to be sent, monotonic seconds."""
        if self.speed is None:
            return 0.0
        if self.begun is None:
            self.begun = (time.monotonic(), at)
        moment, city_time = self.begun
        return moment + (at - city_time) / 1000 / self.speed


@dataclass(frozen=True)
class Envelope:
    """What every raw record of a run says of itself."""

    run_id: str
    source: str
    shift_ms: int = 0


@dataclass
class Sent:
    """What was sent: records with a payload, by system, and the last city time of each system's clock."""

    records: int = 0
    clocks: dict[str, int] = field(default_factory=dict)


class Player:
    """Writes raw records and clock records of one run. `on_sent` is called with the number of records so far."""

    def __init__(
        self,
        bootstrap: str,
        registry: Registry,
        envelope: Envelope,
        pace: Pace,
        *,
        on_sent: Callable[[int], None] = lambda _: None,
        stopping: Callable[[], bool] = lambda: False,
    ) -> None:
        self._producer: Producer = make_producer(bootstrap, linger_ms=LINGER_MS)
        self._registry = registry
        self._envelope = envelope
        self._pace = pace
        self._on_sent = on_sent
        self._stopping = stopping
        self._encoders: dict[str, Encoder] = {}
        self._sent = Sent()

    def announce(self, entities: Iterable[dict[str, Any]]) -> int:
        """Write entities to the registry topic, shifted with the run; acknowledged when this returns."""
        encoder = Encoder(ENTITIES.record, self._registry.register(ENTITIES.name, ENTITIES.record))
        shift, count = self._envelope.shift_ms, 0
        for entity in entities:
            valid_to = entity["valid_to"]
            shifted = {
                **entity,
                "valid_from": entity["valid_from"] + shift,
                "valid_to": None if valid_to is None else valid_to + shift,
                "run_id": self._envelope.run_id,
            }
            key = "|".join(
                (entity["system"], entity["entity_type"], entity["entity_id"], str(shifted["valid_from"]))
            )
            self._produce(ENTITIES.name, key, encoder.encode(shifted), 0)
            count += 1
        self.flush()
        return count

    def play(self, records: Iterable[tuple[System, str, TimedRaw]]) -> Sent:
        """Send records `(system, feed, record)` in the order of their times, with the clock before them."""
        for system, feed, record in records:
            if self._stopping():
                break
            at = record.at + self._envelope.shift_ms
            self._clock_up_to(system, at)
            self._wait_for(at)
            self._produce(system.raw.name, record.key, self._encode(system, feed, record, at))
            self._sent.records += 1
            if self._sent.records % 200 == 0:
                self._on_sent(self._sent.records)
        self._on_sent(self._sent.records)
        self.flush()
        return self._sent

    def set_clock(self, system: System, city_time: int) -> None:
        """Say on every partition that everything before this city time (milliseconds) has been sent."""
        encoder = self._encoder(system)
        value = encoder.encode(self._record("clock", b"", {}, city_time, clock=city_time))
        for partition in range(system.raw.partitions):
            self._produce(system.raw.name, None, value, partition)
        self._sent.clocks[system.slug] = city_time

    def close(self, system: System, last: int, zone: ZoneInfo) -> int:
        """Say that a system's recording is over after city time `last`; returns the last city time that was said."""
        city_time = last
        for city_time in closing_clocks(system, last, zone):
            self.set_clock(system, city_time)
        self.flush()
        return city_time

    def flush(self) -> None:
        """Wait until everything is acknowledged. Raises NotPublishedError when Kafka does not take it."""
        left = self._producer.flush(FLUSH_SECONDS)
        if left:
            raise NotPublishedError(
                f"Kafka did not take {left} records in {FLUSH_SECONDS:.0f} s; see `citybrain status`"
            )

    def _clock_up_to(self, system: System, at: int) -> None:
        """Clock records for every step of city time up to `at` that this system has not seen."""
        last = self._sent.clocks.get(system.slug)
        if last is None:
            # The clock begins in the window of the first record, not before.
            self.set_clock(system, at - at % (system.tick // timedelta(milliseconds=1)))
            last = at
        for city_time in ticks(system, last, at):
            self._wait_for(city_time)
            self.set_clock(system, city_time)

    def _wait_for(self, at: int) -> None:
        due = self._pace.due(at)
        while (left := due - time.monotonic()) > 0 and not self._stopping():
            self._producer.poll(0)
            time.sleep(min(left, LONGEST_SLEEP_SECONDS))

    def _encode(self, system: System, feed: str, record: TimedRaw, at: int) -> bytes:
        return self._encoder(system).encode(self._record(feed, record.payload, dict(record.context), at))

    def _record(
        self, feed: str, payload: bytes, context: dict[str, str], at: int, clock: int | None = None
    ) -> dict[str, Any]:
        return {
            "feed": feed,
            "payload": payload,
            "context": context,
            "ingest_time": at,
            "source": self._envelope.source,
            "run_id": self._envelope.run_id,
            "time_shift_ms": self._envelope.shift_ms,
            "clock": clock,
        }

    def _encoder(self, system: System) -> Encoder:
        encoder = self._encoders.get(system.slug)
        if encoder is None:
            schema_id = self._registry.register(system.raw.name, system.raw.record)
            encoder = self._encoders[system.slug] = Encoder(system.raw.record, schema_id)
        return encoder

    def _produce(self, topic: str, key: str | None, value: bytes, partition: int = ANY_PARTITION) -> None:
        while True:
            try:
                self._producer.produce(topic, value=value, key=key, partition=partition)
            except BufferError:
                self._producer.poll(0.05)
            else:
                self._producer.poll(0)
                return


def closing_clocks(system: System, last: int, zone: ZoneInfo) -> Iterator[int]:
    """City times that close everything a finished recording has left open, to the end of its civil day.

    The first follow step by step, so that cases end when they would have; the last two lie beyond the next
    midnight, so that the day is over and a clock row says so.
    """
    step = int(system.tick / timedelta(milliseconds=1))
    delay = int((system.source.out_of_orderness + system.source.window) / timedelta(milliseconds=1))
    settled = last + int(system.settle / timedelta(milliseconds=1)) + delay
    yield from range(last + step, settled + 1, step)
    midnight = _next_midnight(settled, zone)
    yield midnight
    yield midnight + int((system.source.out_of_orderness + system.source.step) / timedelta(milliseconds=1))


def _next_midnight(instant: int, zone: ZoneInfo) -> int:
    local = datetime.fromtimestamp(instant / 1000, UTC).astimezone(zone)
    day = (local + timedelta(days=1)).date()
    return int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp() * 1000)


def merged(
    streams: Iterable[Iterable[tuple[System, str, TimedRaw]]],
) -> Iterator[tuple[System, str, TimedRaw]]:
    """Several feeds as one, in order of time."""
    return heapq.merge(*streams, key=lambda item: item[2].at)
