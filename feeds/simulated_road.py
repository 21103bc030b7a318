"""What do the road links of the simulated city report?

A day with two rush hours; an incident that slows a district; a link that falls silent; one clock that runs ahead;
readings out of order within nine seconds (the road line allows ten), sent twice, or spoiled.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from feeds.civil_time import MINUTE_MS, SECOND_MS
from feeds.decoding import RejectReason
from feeds.recording import Entity, entity
from feeds.simulated_order import EVENT, REPEAT, Fault, Planned, Sent, written
from feeds.simulated_plan import BAD_CLOCK_AHEAD_MS, SOURCE, Link, Plan, travel_time_ms
from feeds.simulated_reporters import Simulated

DAY_MINUTES = 1440
# Minute of the civil day, and speed against free flow in thousandths, straight lines between.
_DAY = (
    (0, 1000),
    (360, 950),
    (480, 450),
    (570, 700),
    (720, 750),
    (990, 650),
    (1080, 400),
    (1200, 800),
    (1320, 950),
    (1440, 1000),
)
_SLOWED_PERMILLE = 350
_SLOWEST_TENTHS_KMH = 20
_USUAL_DELAYS_MS, _LONGEST_DELAY_MS = (200, 3_000), 9_000

FAULTS = (
    Fault(RejectReason.UNREADABLE, cut=9),
    Fault(RejectReason.MISSING_TIME, (("measured_at", None),)),
    Fault(RejectReason.MISSING_VALUE, (("speed_kmh", None),)),
    Fault(RejectReason.OUT_OF_RANGE, (("speed_kmh", -1),)),
    Fault(RejectReason.BAD_TIME, (("measured_at", "this morning"),)),
    Fault(RejectReason.UNKNOWN_ENTITY, (("link", "link-nowhere"),)),
    Fault(RejectReason.BAD_VALUE, (("speed_kmh", "fast"),)),
    Fault(RejectReason.MISSING_ENTITY, (("link", None),)),
    Fault(RejectReason.OUT_OF_RANGE, (("speed_kmh", 999),)),
)


@dataclass(frozen=True, slots=True)
class RoadReading:
    """One link at one instant: the speed in tenths of km/h as the mean of so many vehicles."""

    link: Link
    event_time: int
    tenths_kmh: int
    vehicles: int

    @property
    def travel_time_ms(self) -> int:
        """Time to pass the link at this speed."""
        return travel_time_ms(self.link.length_m, self.tenths_kmh)

    def write(self, offset_ms: int) -> bytes:
        """The gateway's JSON."""
        return (
            f'{{"link":"{self.link.link_id}","measured_at":"{written(self.event_time, offset_ms)}",'
            f'"speed_kmh":{self.tenths_kmh / 10},"vehicles":{self.vehicles},"status":"ok"}}'
        ).encode()


def day_permille(minute: int) -> int:
    """Speed against free flow at a minute of the civil day, in thousandths, as on an average road."""
    right = bisect_right(_DAY, (minute, DAY_MINUTES))
    (from_minute, from_permille), (to_minute, to_permille) = _DAY[right - 1], _DAY[min(right, len(_DAY) - 1)]
    if from_minute == to_minute:
        return from_permille
    return from_permille + (to_permille - from_permille) * (minute - from_minute) // (to_minute - from_minute)


def speed_tenths_kmh(plan: Plan, link: Link, instant: int, noise_permille: int) -> int:
    """Speed of a link at an instant, in tenths of km/h; noise of a few per cent lies on top."""
    minute = (instant + plan.offset_ms) // MINUTE_MS % DAY_MINUTES
    permille = day_permille(minute)
    if plan.slowed_district(instant) == link.area_id:
        permille = permille * _SLOWED_PERMILLE // 1000
    permille = permille * (1000 + noise_permille) // 1000
    return max(_SLOWEST_TENTHS_KMH, link.free_tenths_kmh * permille // 1000)


def link_readings(plan: Plan, link: Link) -> Iterator[Planned]:
    """All records of one link, endless."""
    rng = plan.random("link", link.link_id)
    instant = plan.start + rng.randrange(link.interval_ms) // 10 * 10
    while True:
        noise, vehicles, luck = rng.randrange(-80, 81), rng.randrange(1, 13), rng.randrange(1000)
        delay = rng.randrange(*_USUAL_DELAYS_MS) if luck >= 50 else rng.randrange(3_000, _LONGEST_DELAY_MS)
        if not plan.is_silent(link, instant):
            ahead = plan.has_bad_clock(link, instant)
            reading = RoadReading(
                link,
                instant + (BAD_CLOCK_AHEAD_MS if ahead else 0),
                speed_tenths_kmh(plan, link, instant, noise),
                vehicles,
            )
            first = RejectReason.FUTURE_EVENT_TIME.value if ahead else EVENT
            yield instant, Sent("road", instant + delay, link.link_id, first, reading)
            if luck % 100 == 7:
                again = first if ahead else REPEAT
                yield instant, Sent("road", instant + delay + 1_000 + 10 * luck, link.link_id, again, reading)
        instant += link.interval_ms + 10 * rng.randrange(-100, 101)


def spoiled_readings(plan: Plan) -> Iterator[Planned]:
    """One spoiled reading a minute, the reasons in turn, endless."""
    rng = plan.random("spoiled road")
    at = plan.start + 31 * SECOND_MS
    while True:
        for fault in FAULTS:
            link = rng.choice(plan.links)
            reading = RoadReading(link, at - 500, speed_tenths_kmh(plan, link, at, 0), 1)
            body = fault.spoil(reading.write(plan.offset_ms))
            yield at, Sent("road", at, link.link_id, fault.reason.value, body)
            at += MINUTE_MS


def road_sources(plan: Plan) -> list[Iterator[Planned]]:
    """Every source of road records."""
    return [*(link_readings(plan, link) for link in plan.links), spoiled_readings(plan)]


def networks_of(link: Link) -> dict[str, str]:
    """Every fifth link is of the ring road; the two districts in the middle are a network of their own."""
    found = {"corridor": "ring"} if link.number % 5 == 0 else {}
    return found | ({"subnetwork": "core"} if link.area_id.endswith(("center", "harbor")) else {})


def road_entities(plan: Plan) -> list[Entity]:
    """The links."""
    return [
        entity(
            "road",
            "link",
            link.link_id,
            area_id=link.area_id,
            source=SOURCE,
            valid=(plan.start, None),
            attributes={
                "length_m": link.length_m,
                "free_flow_time_ms": link.free_flow_time_ms,
                "weight": 1,
            },
            labels={"length_basis": "simulated", "free_flow_basis": "simulated", **networks_of(link)},
        )
        for link in plan.links
    ]


SIMULATED = Simulated("road", road_sources, road_entities)
