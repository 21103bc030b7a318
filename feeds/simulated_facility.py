"""How are the simulated city's facilities? A cover, a light, a drain and a pipe a district; what fails is repaired."""

from collections.abc import Iterator, Mapping
from random import Random

import orjson

from feeds.civil_time import HOUR_MS, MINUTE_MS, SECOND_MS
from feeds.decoding import RejectReason
from feeds.simulated_order import Fault, Planned, written
from feeds.simulated_plan import CITY, Plan
from feeds.simulated_reporters import Reporters, Said, Simulated, Thing
from feeds.simulated_size import Size
from feeds.simulated_told import Pace, Told, event, sent_twice_at_times

SYSTEM = "facility"
WINDOW_MS = 15 * MINUTE_MS
PONDING_MM = 150
_BASELINES_PA = {"gas": 2_600, "water": 320_000}
_KINDS = ("cover", "light", "drain", "pipe")
_SUMS = (
    *("readings", "faults", "cover_readings", "cover_faults", "light_readings", "light_faults"),
    *("depth_count", "depth_mm_max", "limited_count", "ponding", "pressure_count", "pressure_low"),
    *("repaired", "repair_s_sum", "due", "repaired_in_time"),
)
_ENDING_SOON = 3
_HARD_TIMES_EVERY_MS, _HARD_TIME_MS = 3 * HOUR_MS, 40 * MINUTE_MS


def _thing(kind: str, number: int, name: str) -> Thing:
    if kind == "pipe":
        kind = ("gas", "water")[number % 2]
    attributes = {"drain": {"ponding_mm": PONDING_MM}}.get(kind, {})
    if kind in _BASELINES_PA:
        attributes = {"baseline_pa": _BASELINES_PA[kind]}
    return Thing(f"{kind}-{name}", f"{CITY}/{name}", number, attributes=attributes, labels={"kind": kind})


def _things(size: Size) -> tuple[Thing, ...]:
    return tuple(_thing(kind, number, name) for kind in _KINDS for number, name in enumerate(size.districts))


def _is_hard_time(plan: Plan, thing: Thing, at: int) -> bool:
    """Whether it pours on a drain, or a pipe leaks: forty minutes of every three hours, district after district."""
    return (at - plan.start - thing.number * 15 * MINUTE_MS) % _HARD_TIMES_EVERY_MS < _HARD_TIME_MS


def _reading(plan: Plan, thing: Thing, at: int, rng: Random) -> Said:
    kind, hard = thing.labels["kind"], _is_hard_time(plan, thing, at)
    faulty = rng.randrange(14) == 0
    body: dict[str, object] = {"step": "reading", "kind": kind, "faulty": faulty}
    adds = {"readings": 1, "faults": int(faulty)}
    if kind in ("cover", "light"):
        adds |= {f"{kind}_readings": 1, f"{kind}_faults": int(faulty)}
    elif kind == "drain":
        depth = rng.randrange(20, 120) + (rng.randrange(80) if hard else 0)
        body["depth_m"] = depth / 1_000
        if not faulty:
            adds |= {"depth_count": 1, "depth_mm_max": depth, "limited_count": 1}
            adds["ponding"] = int(depth > PONDING_MM)
    else:
        baseline = thing.attributes["baseline_pa"]
        pressure = baseline * (rng.randrange(800, 900) if hard else rng.randrange(960, 1_040)) // 1_000
        body["pressure_kpa"] = pressure / 1_000
        if not faulty:
            # By hand, of the definition: at least 15 % below the usual.
            adds |= {"pressure_count": 1, "pressure_low": int(100 * pressure <= 85 * baseline)}
    return Said(body, {**dict.fromkeys(_SUMS, 0), **adds})


def _repairs(plan: Plan, number: int, name: str) -> Iterator[Planned]:
    """What is repaired in a district, one thing after the other, endless; some repairs have no deadline."""
    rng = plan.random(SYSTEM, "repairs", name)
    things = [thing for thing in _things(plan.size) if thing.number == number]
    at, order = plan.start + rng.randrange(60, 600) * SECOND_MS, 0
    while True:
        thing, took_s, limit_s = rng.choice(things), rng.randrange(600, 30_000), rng.choice((14_400, None))
        # The first repairs end soon after the city begins: what was told of them came before it.
        ended = at if order < _ENDING_SOON else at + took_s * SECOND_MS
        opened = ended - took_s * SECOND_MS
        due = None if limit_s is None else opened + limit_s * SECOND_MS
        about = {
            "facility": thing.name,
            "kind": thing.labels["kind"],
            "order": f"order-{name}-{order}",
            "due_at": None if due is None else written(due, plan.offset_ms),
        }
        if opened >= at:
            reported = _step(plan, thing, opened, {**about, "step": "reported"}, {})
            yield at, event(SYSTEM, opened + rng.randrange(500, 60_000), thing.name, reported)
        adds = {"repaired": 1, "repair_s_sum": took_s, "due": int(due is not None)}
        adds["repaired_in_time"] = int(due is not None and ended <= due)
        said = {**about, "step": "repaired", "opened_at": written(opened, plan.offset_ms)}
        repaired = event(
            SYSTEM, ended + rng.randrange(500, 60_000), thing.name, _step(plan, thing, ended, said, adds)
        )
        yield from sent_twice_at_times(repaired, at, rng, 15_000)
        at, order = at + rng.randrange(300, 1_800) * SECOND_MS, order + 1


def _step(plan: Plan, thing: Thing, at: int, said: Mapping[str, object], adds: Mapping[str, int]) -> Told:
    payload = orjson.dumps({**said, "at": written(at, plan.offset_ms)})
    places = (("facility", thing.name), ("area", thing.area_id), ("city", CITY))
    return Told(at, WINDOW_MS, places, tuple({**dict.fromkeys(_SUMS, 0), **adds}.items()), payload)


_READINGS = Reporters(
    SYSTEM,
    "facility",
    _things,
    Pace(5 * MINUTE_MS, (400, 45_000), again_after_ms=15_000),
    WINDOW_MS,
    _reading,
    (
        Fault(RejectReason.MISSING_VALUE, (("faulty", None),)),
        Fault(RejectReason.BAD_VALUE, (("kind", "bench"),)),
        Fault(RejectReason.OUT_OF_RANGE, (("pressure_kpa", -0.5),)),
    ),
)


def facility_sources(plan: Plan) -> list[Iterator[Planned]]:
    """Every source of records of facilities."""
    return [
        *_READINGS.sources(plan),
        *(_repairs(plan, number, name) for number, name in enumerate(plan.size.districts)),
    ]


SIMULATED = Simulated(SYSTEM, facility_sources, _READINGS.entities)
