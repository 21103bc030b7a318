"""Who goes through the gates of the simulated city's metro? The stations of each district, two rush hours, whole city cards."""

from collections.abc import Iterator
from random import Random

import orjson

from feeds.civil_time import HOUR_MS, MINUTE_MS, SECOND_MS
from feeds.decoding import RejectReason
from feeds.recording import Entity, entity
from feeds.simulated_order import Fault, Planned, written
from feeds.simulated_plan import CITY, SOURCE, Plan
from feeds.simulated_reporters import Simulated
from feeds.simulated_size import Size
from feeds.simulated_told import Told, event, sent_twice_at_times, spoiled

SYSTEM = "metro"
WINDOW_MS = 15 * MINUTE_MS
GATES = 4
_LONGEST_DELAY_MS = 40 * SECOND_MS
_RUSH_HOURS = {7: 2, 8: 4, 9: 2, 17: 3, 18: 4, 19: 2}

FAULTS = (
    Fault(RejectReason.UNREADABLE, cut=7),
    Fault(RejectReason.MISSING_ENTITY, (("station", None),)),
    Fault(RejectReason.BAD_VALUE, (("direction", "over"),)),
    Fault(RejectReason.MISSING_TIME, (("at", None),)),
    Fault(RejectReason.OUT_OF_RANGE, (("count", -1),)),
    Fault(RejectReason.UNKNOWN_ENTITY, (("station", "metro-nowhere"),)),
    Fault(RejectReason.BAD_TIME, (("at", "soon"),)),
)


def _stations(size: Size) -> tuple[tuple[str, str], ...]:
    """Each station and its area."""
    numbers = range(1, size.metro_stations + 1)
    return tuple(
        (f"metro-{name}-{number}", f"{CITY}/{name}") for name in size.districts for number in numbers
    )


def _tap(plan: Plan, station: str, area: str, at: int, rng: Random) -> tuple[str, Told]:
    gate, direction = f"{station}-g{rng.randrange(GATES)}", rng.choice(("in", "out"))
    payload = orjson.dumps(
        {"gate": gate, "station": station, "at": written(at, plan.offset_ms), "direction": direction}
    )
    values = (("entries", int(direction == "in")), ("exits", int(direction == "out")), ("exit_counts", 1))
    places = (("station", station), ("area", area), ("city", CITY))
    return gate, Told(at, WINDOW_MS, places, values, payload)


def _taps(plan: Plan, station: str, area: str) -> Iterator[Planned]:
    rng = plan.random("metro", station)
    at = plan.start + rng.randrange(9_000)
    while True:
        gate, told = _tap(plan, station, area, at, rng)
        arrives = at + rng.randrange(200, _LONGEST_DELAY_MS if rng.randrange(40) == 0 else 3_000)
        yield from sent_twice_at_times(event(SYSTEM, arrives, gate, told), at, rng, 5_000)
        hour = (at + plan.offset_ms) // HOUR_MS % 24
        # At least a millisecond apart, so that no two taps share an id.
        at += 1 + rng.randrange(2 * plan.size.tap_ms // _RUSH_HOURS.get(hour, 1))


def metro_sources(plan: Plan) -> list[Iterator[Planned]]:
    """Every source of metro records."""
    stations = _stations(plan.size)
    station, area = stations[0]
    return [
        *(_taps(plan, *one) for one in stations),
        spoiled(SYSTEM, plan, FAULTS, lambda at, rng: _tap(plan, station, area, at - 400, rng)),
    ]


def metro_entities(plan: Plan) -> list[Entity]:
    """The stations."""
    return [
        entity(SYSTEM, "station", name, area_id=area, source=SOURCE, valid=(plan.start, None))
        for name, area in _stations(plan.size)
    ]


SIMULATED = Simulated("metro", metro_sources, metro_entities)
