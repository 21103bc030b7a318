"""What happens in a city of which every number is known? The same seed gives the same city and the same records."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import takewhile
from zoneinfo import ZoneInfo

from feeds.civil_time import HOUR_MS, MINUTE_MS
from feeds.recording import Entity, TimedRaw, entity
from feeds.simulated_order import Sent, in_order
from feeds.simulated_plan import CITY, SOURCE, Plan, plan
from feeds.simulated_road import RoadReading, speed_tenths_kmh
from feeds.simulated_size import SMALL, Size
from feeds.simulated_systems import GATEWAYS, SIMULATED
from feeds.simulated_truth import Truth, truth_of

__all__ = ["GATEWAYS", "SimulatedCity", "SystemRaw", "Truth"]

DEFAULT_ZONE = "Asia/Shanghai"


@dataclass(frozen=True, slots=True)
class SystemRaw:
    """One record of the simulated city, the system whose raw topic it goes to, and the feed that it comes through."""

    system: str
    raw: TimedRaw
    feed: str


class SimulatedCity:
    """A city of a seed and a size; the small one has all stories, too.

    `start` is when it begins, epoch milliseconds; `starts` is when some of its systems do, where that is later. The
    civil time's offset is that of `start` throughout. A record's `at` is the city clock at which it arrives; every
    record carries one item.
    """

    def __init__(
        self,
        seed: int,
        start: int,
        zone: str | ZoneInfo = DEFAULT_ZONE,
        size: Size = SMALL,
        starts: Mapping[str, int] | None = None,
    ) -> None:
        civil = ZoneInfo(zone) if isinstance(zone, str) else zone
        offset = datetime.fromtimestamp(start // 1000, UTC).astimezone(civil).utcoffset()
        offset_ms = int(offset.total_seconds() * 1000) if offset else 0
        self.plan: Plan = plan(seed, start, offset_ms, size)
        self._plans = {
            slug: replace(self.plan, start=max(start, later)) for slug, later in (starts or {}).items()
        }

    def entities(self) -> list[Entity]:
        """What it announces to the registry: records of `entity.avsc` without `run_id`."""
        return [
            *self._places(),
            *(known for system in SIMULATED.values() for known in system.entities(self.plan)),
        ]

    def _places(self) -> Iterator[Entity]:
        """The city and its districts, as each system knows them: since an hour before, for what was measured then."""
        valid = (self.plan.civil_hour_before(self.plan.start) - HOUR_MS, None)
        for system in SIMULATED:
            yield entity(system, "city", CITY, name="Simulated city", source=SOURCE, valid=valid)
            for district in self.plan.size.districts:
                yield entity(
                    system,
                    "area",
                    f"{CITY}/{district}",
                    area_id=CITY,
                    name=district.capitalize(),
                    source=SOURCE,
                    valid=valid,
                )

    def records(self, minutes: int | None = None) -> Iterator[SystemRaw]:
        """Its records in order of arrival: those of the first minutes, or endless."""
        for sent in self._sent(minutes):
            payload = sent.body.write(self.plan.offset_ms)
            feed = sent.feed or GATEWAYS[sent.system]
            yield SystemRaw(sent.system, TimedRaw(sent.at, sent.key, payload), feed)

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
        arriving = in_order(
            source
            for system in SIMULATED.values()
            for source in system.sources(self._plans.get(system.system, self.plan))
        )
        if minutes is None:
            return arriving
        end = self.plan.start + minutes * MINUTE_MS
        return takewhile(lambda sent: sent.at < end, arriving)
