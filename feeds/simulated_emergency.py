"""What does the dispatch centre of the simulated city report?

Incidents come at random, twenty an hour in six districts. Most are reached in time, some after the fifteen minutes, some are called
off on the way, and a few are never heard of again. Stamps arrive out of order, twice, or spoiled.
"""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

import orjson

from feeds.civil_time import HOUR_MS, MINUTE_MS, SECOND_MS
from feeds.decoding import RejectReason
from feeds.simulated_order import EVENT, REPEAT, Fault, Planned, Sent, written
from feeds.simulated_plan import CITY, Plan
from feeds.simulated_reporters import Simulated

_INCIDENTS_AN_HOUR, _UNITS, _OF_DISTRICTS = 20, 40, 6
"""In a city of six districts; a larger one has as many more of both."""
_LONGEST_DELAY_S = 90
"""Below the two minutes of disorder that the emergency line allows."""

_KINDS = ("medical", "medical", "medical", "fire alarm", "traffic accident", "rescue")

FAULTS = (
    Fault(RejectReason.UNREADABLE, cut=15),
    Fault(RejectReason.MISSING_TIME, (("at", None),)),
    Fault(RejectReason.BAD_VALUE, (("stage", "teleported"),)),
    Fault(RejectReason.MISSING_ENTITY, (("incident", None),)),
    Fault(RejectReason.BAD_TIME, (("at", "a moment ago"),)),
    Fault(RejectReason.MISSING_VALUE, (("stage", None),)),
)
_FAULT_EVERY_MS = 10 * MINUTE_MS


@dataclass(frozen=True, slots=True)
class Stamp:
    """One stage of an incident, of one unit where `unit_id` is given. Times are whole seconds."""

    incident_id: str
    area_id: str
    kind: str
    priority: str
    unit_id: str | None
    stage: str
    event_time: int

    def write(self, offset_ms: int) -> bytes:
        """The gateway's JSON."""
        return orjson.dumps(
            {
                "incident": self.incident_id,
                "area": self.area_id,
                "kind": self.kind,
                "priority": self.priority,
                "unit": self.unit_id,
                "stage": self.stage,
                "at": written(self.event_time, offset_ms),
            }
        )


def _unit_stages(rng: Random, kind: str, course: int, first: bool) -> list[tuple[str, int]]:
    """Stages of one unit in seconds after the call. `course` in hundredths decides how it goes."""
    dispatched = rng.randrange(30, 150) if first else rng.randrange(60, 200)
    en_route = dispatched + rng.randrange(20, 120)
    if course < 7:  # Called off on the way, but not before every unit has been told of it.
        return [
            ("dispatched", dispatched),
            ("en_route", en_route),
            ("available", en_route + rng.randrange(300, 600)),
        ]
    slow = 900 if 7 <= course < 17 else 0
    arrived = en_route + slow + rng.randrange(150, 550)
    stages = [("dispatched", dispatched), ("en_route", en_route), ("arrived", arrived)]
    done = arrived + rng.randrange(400, 1_500)
    if kind == "medical" and first and course % 2:
        stages += [("transport", done), ("hospital", done + rng.randrange(300, 900))]
        done += rng.randrange(1_500, 2_700)
    return [*stages, ("available", done)]


def _stamps(plan: Plan, number: int, received: int) -> list[Stamp]:
    rng = plan.random("incident", number)
    kind, course = rng.choice(_KINDS), rng.randrange(100)
    area_id = f"{CITY}/{rng.choice(plan.size.districts)}"
    priority = str(rng.randrange(1, 4))
    # By its time, so that a city that is started again later has other incidents.
    incident_id = f"inc-{received // SECOND_MS}"

    def stamp(unit_id: str | None, stage: str, seconds: int) -> Stamp:
        at = received + seconds * SECOND_MS
        return Stamp(incident_id, area_id, kind, priority, unit_id, stage, at)

    stamps = [stamp(None, "received", 0), stamp(None, "entered", rng.randrange(10, 30))]
    if course == 99:  # Never heard of again.
        return stamps
    units = _UNITS * len(plan.size.districts) // _OF_DISTRICTS
    for place in range(rng.choice((1, 1, 2, 3))):
        unit_id = f"unit-{(number * 3 + place) % units + 1:02d}"
        stages = _unit_stages(rng, kind, course, first=place == 0)
        stamps.extend(stamp(unit_id, stage, seconds) for stage, seconds in stages)
    return stamps


def dispatch_records(plan: Plan) -> Iterator[Planned]:
    """All records of the dispatch centre, endless."""
    rng = plan.random("dispatch")
    an_hour = _INCIDENTS_AN_HOUR * len(plan.size.districts) / _OF_DISTRICTS
    happening: list[tuple[int, int, Stamp]] = []
    # Incidents are received on whole seconds, the first one soon.
    received, number, order = plan.start - plan.start % SECOND_MS + 20 * SECOND_MS, 0, 0
    while True:
        while happening and happening[0][0] < received:
            yield from _sendings(rng, heapq.heappop(happening)[2])
        number += 1
        for stamp in _stamps(plan, number, received):
            order += 1
            heapq.heappush(happening, (stamp.event_time, order, stamp))
        received += SECOND_MS * max(1, round(rng.expovariate(an_hour / (HOUR_MS / SECOND_MS))))


def _sendings(rng: Random, stamp: Stamp) -> Iterator[Planned]:
    luck = rng.randrange(100)
    delay = rng.randrange(20, _LONGEST_DELAY_S) if luck < 4 else rng.randrange(1, 5)
    at = stamp.event_time + delay * SECOND_MS
    yield stamp.event_time, Sent("emergency", at, stamp.incident_id, EVENT, stamp)
    if luck >= 97:
        yield stamp.event_time, Sent("emergency", at + 5 * luck * SECOND_MS, stamp.incident_id, REPEAT, stamp)


def spoiled_stamps(plan: Plan) -> Iterator[Planned]:
    """One spoiled stamp each ten minutes, the reasons in turn, endless."""
    at = plan.start + 4 * MINUTE_MS
    while True:
        for fault in FAULTS:
            stamp = Stamp(
                "inc-00000", f"{CITY}/{plan.size.districts[0]}", "medical", "3", "unit-01", "arrived", at
            )
            body = fault.spoil(stamp.write(plan.offset_ms))
            yield at, Sent("emergency", at, stamp.incident_id, fault.reason.value, body)
            at += _FAULT_EVERY_MS


def emergency_sources(plan: Plan) -> list[Iterator[Planned]]:
    """Every source of emergency records."""
    return [dispatch_records(plan), spoiled_stamps(plan)]


SIMULATED = Simulated("emergency", emergency_sources, feed="city-gateway-dispatch")
