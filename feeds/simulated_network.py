"""How do the networks of the simulated city fare? A link, a base station and a security desk a district."""

from collections.abc import Iterator
from random import Random
from typing import Any

import orjson

from feeds.civil_time import MINUTE_MS, SECOND_MS
from feeds.decoding import RejectReason
from feeds.simulated_order import Fault, Planned, written
from feeds.simulated_plan import CITY, Plan
from feeds.simulated_reporters import Reporters, Said, Simulated, Thing
from feeds.simulated_size import Size
from feeds.simulated_told import Pace, Told, event, sent_twice_at_times

SYSTEM = "network"
WINDOW_MS = 15 * MINUTE_MS
_OBSERVED_S = 180
_LIMITS_S = {1: 1_800, 2: 3_600, 3: 5_400, 4: None}
"""How long a case of each level may be open; the least grave have no limit."""
_LEVELS = (4, 4, 4, 3, 3, 2, 1)
_SUMS = (
    *("observed_s", "up_s", "degraded_s"),
    *("opened_level1", "opened_level2", "opened_level3", "opened_level4"),
    *("due", "closed_on_time"),
)


def _elements(size: Size) -> tuple[Thing, ...]:
    return tuple(
        Thing(f"{kind}-{name}", f"{CITY}/{name}", place)
        for place, name in enumerate(size.districts)
        for kind in ("fibre", "cell", "desk")
    )


def _all(adds: dict[str, int]) -> dict[str, int]:
    return {name: adds.get(name, 0) for name in _SUMS}


def _state(_plan: Plan, element: Thing, at: int, rng: Random) -> Said:
    up = _OBSERVED_S if rng.randrange(12) else rng.randrange(_OBSERVED_S)
    # The base station of the harbor is down for a quarter of every hour.
    if element.name == "cell-harbor" and at // MINUTE_MS % 60 >= 45:
        up = 0
    degraded = 0 if rng.randrange(6) else rng.randrange(up + 1)
    seconds = {"observed_s": _OBSERVED_S, "up_s": up, "degraded_s": degraded}
    return Said({"step": "state", **seconds}, _all(seconds))


_STATES = Reporters(
    SYSTEM,
    "element",
    _elements,
    Pace(_OBSERVED_S * SECOND_MS, (400, 90_000), again_after_ms=20_000),
    WINDOW_MS,
    _state,
    (
        Fault(RejectReason.OUT_OF_RANGE, (("up_s", _OBSERVED_S + 1),)),
        Fault(RejectReason.BAD_VALUE, (("step", "lost"),)),
        Fault(RejectReason.MISSING_VALUE, (("degraded_s", None),)),
        Fault(RejectReason.MISSING_VALUE, (("step", "closed"), ("case", "case-0"), ("level", 2))),
    ),
)


def _step(plan: Plan, desk: Thing, at: int, said: dict[str, Any], adds: dict[str, int]) -> Told:
    payload = orjson.dumps({"element": desk.name, "at": written(at, plan.offset_ms), **said})
    places = (("element", desk.name), ("area", desk.area_id), ("city", CITY))
    return Told(at, WINDOW_MS, places, tuple(_all(adds).items()), payload)


def _cases_of(plan: Plan, desk: Thing) -> Iterator[Planned]:
    """The cases of a desk; when each is closed is known when it is opened."""
    rng = plan.random(SYSTEM, "cases", desk.name)
    at, number = plan.start + rng.randrange(5 * MINUTE_MS), 0
    while True:
        level = rng.choice(_LEVELS)
        limit_s = _LIMITS_S[level]
        # Some desks close a case in the very last second.
        took_s = limit_s if limit_s and not rng.randrange(4) else rng.randrange(300, 7_200)
        closed_at = at + took_s * SECOND_MS
        case = {"case": f"{desk.name}-{number}", "level": level}
        opened = _step(plan, desk, at, {"step": "opened", **case}, {f"opened_level{level}": 1})
        yield from sent_twice_at_times(
            event(SYSTEM, at + rng.randrange(200, 20_000), desk.name, opened), at, rng, 8_000
        )
        said = {"step": "closed", **case, "handling_s": took_s, "limit_s": limit_s}
        adds = {"due": 1, "closed_on_time": int(took_s <= limit_s)} if limit_s else {}
        closed = _step(plan, desk, closed_at, said, adds)
        yield at, event(SYSTEM, closed_at + rng.randrange(200, 20_000), desk.name, closed)
        at, number = at + rng.randrange(MINUTE_MS, 12 * MINUTE_MS), number + 1


def network_sources(plan: Plan) -> list[Iterator[Planned]]:
    """Every source of records of the networks."""
    desks = [element for element in _elements(plan.size) if element.name.startswith("desk-")]
    return [*_STATES.sources(plan), *(_cases_of(plan, desk) for desk in desks)]


SIMULATED = Simulated(SYSTEM, network_sources, _STATES.entities)
