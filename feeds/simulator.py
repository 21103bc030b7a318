"""What happens in a city of which every number is known? The same seed gives the same city and the same records."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import takewhile
from zoneinfo import ZoneInfo

from feeds.civil_time import MINUTE_MS
from feeds.recording import Entity, TimedRaw
from feeds.simulated_air import air_sources
from feeds.simulated_emergency import emergency_sources
from feeds.simulated_order import Sent, in_order
from feeds.simulated_plan import GATEWAYS, Plan, plan
from feeds.simulated_road import RoadReading, road_sources, speed_tenths_kmh
from feeds.simulated_truth import Truth, truth_of

__all__ = ["GATEWAYS", "SimulatedCity", "SystemRaw", "Truth"]

DEFAULT_ZONE = "Asia/Shanghai"
LINKS_PER_DISTRICT = 10


@dataclass(frozen=True, slots=True)
class SystemRaw:
    """One record of the simulated city and the system whose raw topic it goes to."""

    system: str
    raw: TimedRaw

    @property
    def feed(self) -> str:
        """The feed that it comes through."""
        return GATEWAYS[self.system]


class SimulatedCity:
    """A city with six districts, some sixty road links, eight air stations and a dispatch centre.

    `start` is when it begins, epoch milliseconds. The civil time's offset is that of `start` throughout. A record's
    `at` is the city clock at which it arrives; every record carries one item.
    """

    def __init__(
        self,
        seed: int,
        start: int,
        zone: str | ZoneInfo = DEFAULT_ZONE,
        links_per_district: int = LINKS_PER_DISTRICT,
    ) -> None:
        civil = ZoneInfo(zone) if isinstance(zone, str) else zone
        offset = datetime.fromtimestamp(start // 1000, UTC).astimezone(civil).utcoffset()
        offset_ms = int(offset.total_seconds() * 1000) if offset else 0
        self.plan: Plan = plan(seed, start, offset_ms, links_per_district)

    def entities(self) -> list[Entity]:
        """What it announces to the registry: records of `entity.avsc` without `run_id`."""
        return self.plan.entities()

    def records(self, minutes: int | None = None) -> Iterator[SystemRaw]:
        """Its records in order of arrival: those of the first minutes, or endless."""
        for sent in self._sent(minutes):
            payload = sent.body.write(self.plan.offset_ms)
            yield SystemRaw(sent.system, TimedRaw(sent.at, sent.key, payload))

    def truth(self, minutes: int) -> Truth:
        """What is right once the records of the first minutes have arrived."""
        return truth_of(self._sent(minutes))

    def road_load(self, per_second: int) -> Iterator[TimedRaw]:
        """Plain road records at an even rate, endless, in order and without faults: for measuring speed."""
        links, offset_ms = self.plan.links, self.plan.offset_ms
        number = 0
        while True:
            link = links[number % len(links)]
            # Rounds of all links are at least a millisecond apart, so no two readings share an event id.
            at = self.plan.start + max(number * 1000 // per_second, number // len(links))
            tenths = speed_tenths_kmh(self.plan, link, at, number % 161 - 80)
            reading = RoadReading(link, at, tenths, number % 12 + 1)
            yield TimedRaw(at, link.link_id, reading.write(offset_ms))
            number += 1

    def _sent(self, minutes: int | None) -> Iterator[Sent]:
        sources = [*road_sources(self.plan), *air_sources(self.plan), *emergency_sources(self.plan)]
        arriving = in_order(sources)
        if minutes is None:
            return arriving
        end = self.plan.start + minutes * MINUTE_MS
        return takewhile(lambda sent: sent.at < end, arriving)
