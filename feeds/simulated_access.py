"""Who passes the simulated city's gates? Nobody by name: a status of each gate each five minutes, passages."""

from collections.abc import Iterator, Mapping
from random import Random
from typing import Any

import orjson

from feeds.civil_time import HOUR_MS, MINUTE_MS, SECOND_MS
from feeds.decoding import RejectReason
from feeds.simulated_order import Fault, Planned, written
from feeds.simulated_plan import CITY, Plan
from feeds.simulated_reporters import Reporters, Said, Simulated, Thing
from feeds.simulated_size import Size
from feeds.simulated_told import Pace, Told, event, sent_twice_at_times

SYSTEM = "access"
WINDOW_MS = 15 * MINUTE_MS
STATUS_S = 300
_BUSY_HOURS = frozenset({7, 8, 11, 12, 17, 18})
SUMS = ("passages", "entries", "forced", "held", "watched_s", "online_s")


def _gates(size: Size) -> tuple[Thing, ...]:
    return tuple(
        Thing(f"gate-{name}-{number}", f"{CITY}/{name}", number)
        for name in size.districts
        for number in range(1, size.gates + 1)
    )


def _adds(adds: Mapping[str, int]) -> Mapping[str, int]:
    return {name: adds.get(name, 0) for name in SUMS}


def _status(plan: Plan, _gate: Thing, at: int, rng: Random) -> Said:
    online = rng.randrange(20) > 0
    body = {
        "happening": "status",
        "serial": (at - plan.start) // SECOND_MS,
        "online": online,
        "interval_s": STATUS_S,
    }
    return Said(body, _adds({"watched_s": STATUS_S, "online_s": STATUS_S * online}))


_STATUSES = Reporters(
    SYSTEM,
    "gate",
    _gates,
    Pace(STATUS_S * SECOND_MS, (300, 60_000), again_after_ms=8_000),
    WINDOW_MS,
    _status,
    (
        Fault(RejectReason.MISSING_VALUE, (("online", None),)),
        Fault(RejectReason.MISSING_VALUE, (("interval_s", None),)),
        Fault(RejectReason.BAD_VALUE, (("happening", "knocked"),)),
        Fault(RejectReason.OUT_OF_RANGE, (("interval_s", 0),)),
        Fault(RejectReason.MISSING_VALUE, (("serial", None),)),
    ),
)


def _happening(rng: Random) -> tuple[dict[str, Any], Mapping[str, int]]:
    """What happens at a gate, and what it adds: mostly somebody passes."""
    chance = rng.randrange(60)
    if chance == 0:
        return {"happening": "forced"}, {"forced": 1}
    if chance < 3:
        return {"happening": "held"}, {"held": 1}
    direction = rng.choice(("in", "in", "out", None))
    # The controller sends what it knows; no card, face or name of it is ever decoded.
    said = {"happening": "passage", "direction": direction, "card": f"{rng.randrange(10**8):08d}"}
    return said, {"passages": 1, "entries": int(direction == "in")}


def _told(plan: Plan, gate: Thing, at: int, serial: int, rng: Random) -> Told:
    said, adds = _happening(rng)
    payload = {"gate": gate.name, "at": written(at, plan.offset_ms), "serial": serial, **said}
    places = (("gate", gate.name), ("area", gate.area_id), ("city", CITY))
    return Told(at, WINDOW_MS, places, tuple(_adds(adds).items()), orjson.dumps(payload))


def _happenings(plan: Plan, gate: Thing) -> Iterator[Planned]:
    """What happens at a gate, to the second: one time in five two at once."""
    rng = plan.random(SYSTEM, "happenings", gate.name)
    at, serial = plan.start + rng.randrange(60) * SECOND_MS, 0
    while True:
        for _ in range(1 + (rng.randrange(5) == 0)):
            sent = event(
                SYSTEM, at + rng.randrange(100, 30_000), gate.name, _told(plan, gate, at, serial, rng)
            )
            yield from sent_twice_at_times(sent, at, rng, 5_000)
            serial += 1
        busy = (at + plan.offset_ms) // HOUR_MS % 24 in _BUSY_HOURS
        at += rng.randrange(5, 40 if busy else 180) * SECOND_MS


def access_sources(plan: Plan) -> list[Iterator[Planned]]:
    """Every source of records of gates."""
    return [*_STATUSES.sources(plan), *(_happenings(plan, gate) for gate in _gates(plan.size))]


SIMULATED = Simulated(SYSTEM, access_sources, _STATUSES.entities)
