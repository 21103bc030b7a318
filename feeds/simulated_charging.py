"""Do cars charge in the simulated city? A site a district, two stations of two connectors each; sessions of 45 minutes."""

from random import Random

from feeds.civil_time import MINUTE_MS
from feeds.decoding import RejectReason
from feeds.recording import Entity, entity
from feeds.simulated_order import Fault
from feeds.simulated_plan import CITY, SOURCE, Plan
from feeds.simulated_reporters import Reporters, Said, Simulated, Thing
from feeds.simulated_size import Size
from feeds.simulated_told import Pace

SYSTEM = "charging"
WINDOW_MS = 15 * MINUTE_MS
_EVERY_MS = 5 * MINUTE_MS
_CONNECTORS = 2
_CYCLE, _CHARGED_FOR = 17, 9
"""Of so many readings a connector charges at the first ones, and then tells the session."""
_WEST_DEG, _SOUTH_DEG, _APART_DEG = 120.0, 30.0, 0.06
_COMMUNITIES_NORTH_DEG = (0.004, 0.008, 0.02)
"""Some 440, 890 and 2,220 m north of the site: the last one is too far."""

_SUMS = (
    *("readings", "faulted", "in_service", "occupied", "charging_readings", "charging"),
    *(
        "energy_readings",
        "energy_wh",
        "sessions",
        "metered_sessions",
        "session_wh",
        "timed_sessions",
        "session_s",
    ),
)


def _stations(size: Size) -> tuple[Thing, ...]:
    return tuple(
        Thing(
            f"charger-{name}-{station}",
            f"{CITY}/{name}",
            # Which of all connectors it is.
            4 * place + 2 * station + connector,
            labels={"site": f"site-{name}"},
            counted_as=("site", f"site-{name}"),
        )
        for place, name in enumerate(size.districts)
        for station in (1, 2)
        for connector in range(_CONNECTORS)
    )


def _connector(thing: Thing) -> str:
    return str(1 + thing.number % _CONNECTORS)


def _state(turn: int, rng: Random) -> str:
    if rng.randrange(25) == 0:
        return rng.choice(("faulted", "unavailable"))
    if turn < _CHARGED_FOR:
        return "charging"
    return "occupied" if turn < _CHARGED_FOR + 2 else rng.choice(("available", "available", "reserved"))


def _session(connector: str, rng: Random) -> Said:
    energy_wh, seconds = rng.randrange(3_000, 6_000), rng.randrange(2_400, 3_000)
    return Said(
        {
            "connector": connector,
            "kind": "session",
            "session_kwh": energy_wh / 1_000,
            "session_s": seconds,
        },
        {
            **dict.fromkeys(_SUMS, 0),
            "sessions": 1,
            "metered_sessions": 1,
            "session_wh": energy_wh,
            "timed_sessions": 1,
            "session_s": seconds,
        },
    )


def _reading(plan: Plan, station: Thing, at: int, rng: Random) -> Said:
    turn = ((at - plan.start) // _EVERY_MS + 5 * station.number) % _CYCLE
    if turn == _CHARGED_FOR:
        return _session(_connector(station), rng)
    state = _state(turn, rng)
    energy_wh = rng.randrange(400, 650) if state == "charging" else 0
    return Said(
        {
            "connector": _connector(station),
            "kind": "reading",
            "state": state,
            "energy_kwh": energy_wh / 1_000,
        },
        {
            **dict.fromkeys(_SUMS, 0),
            "readings": 1,
            "faulted": int(state == "faulted"),
            "in_service": int(state not in ("faulted", "unavailable")),
            "occupied": int(state in ("charging", "occupied")),
            "charging_readings": 1,
            "charging": int(state == "charging"),
            "energy_readings": 1,
            "energy_wh": energy_wh,
        },
    )


_REPORTERS = Reporters(
    SYSTEM,
    "station",
    _stations,
    Pace(_EVERY_MS, (300, 50_000), again_after_ms=15_000),
    WINDOW_MS,
    _reading,
    (
        Fault(RejectReason.BAD_VALUE, (("kind", "rumour"),)),
        Fault(RejectReason.MISSING_ENTITY, (("connector", None),)),
        Fault(RejectReason.OUT_OF_RANGE, (("energy_kwh", -0.2), ("session_kwh", -0.2))),
        Fault(
            RejectReason.MISSING_VALUE,
            (("kind", "session"), ("session_kwh", None)),
        ),
    ),
)


def _entities(plan: Plan) -> list[Entity]:
    """Communities, stations and their sites."""
    valid = (plan.start, None)
    communities, sites = [], []
    for place, name in enumerate(plan.size.districts):
        area_id, east = f"{CITY}/{name}", _WEST_DEG + place * _APART_DEG
        for number, north in enumerate(_COMMUNITIES_NORTH_DEG, start=1):
            communities.append(
                entity(
                    SYSTEM,
                    "community",
                    f"community-{name}-{number}",
                    area_id=area_id,
                    source=SOURCE,
                    valid=valid,
                    position=(east, _SOUTH_DEG + north),
                )
            )
        sites.append(
            entity(
                SYSTEM,
                "site",
                f"site-{name}",
                area_id=area_id,
                source=SOURCE,
                valid=valid,
                position=(east, _SOUTH_DEG),
            )
        )
    stations = {found["entity_id"]: found for found in _REPORTERS.entities(plan)}
    return [*communities, *stations.values(), *sites]


SIMULATED = Simulated(SYSTEM, _REPORTERS.sources, _entities)
