"""What is dangerous in the simulated city? A major-hazard site a district, near its limits, and what inspectors find there."""

from collections.abc import Iterator, Mapping
from random import Random
from typing import Any

import orjson

from feeds.civil_time import MINUTE_MS, SECOND_MS
from feeds.decoding import RejectReason
from feeds.simulated_order import Fault, Planned, written
from feeds.simulated_plan import CITY, Plan
from feeds.simulated_reporters import Reporters, Said, Simulated, Thing
from feeds.simulated_size import Size
from feeds.simulated_told import Pace, Told, event

SYSTEM = "work-safety"
WINDOW_MS = 15 * MINUTE_MS
INTERVAL_S = 60
_LIMITS = {"gas_limit_permille": 250, "pressure_limit_kpa": 1_600, "level_limit_mm": 12_000}
_QUANTITIES = ("gas", "pressure", "level")
SUMS = (
    *(f"{of}_{what}" for of in _QUANTITIES for what in ("readings", "limited", "exceeded", "exceeded_s")),
    *("findings", "findings_major", "rectified", "rectified_due", "rectified_on_time"),
)


def _sites(size: Size) -> tuple[Thing, ...]:
    last = size.districts[-1]
    return tuple(
        Thing(
            f"site-{name}",
            f"{CITY}/{name}",
            number,
            # The last one stores no gas and has no limit of it, though there is a sensor.
            {key: limit for key, limit in _LIMITS.items() if name != last or "gas" not in key},
        )
        for number, name in enumerate(size.districts)
    )


def _adds(adds: Mapping[str, int]) -> Mapping[str, int]:
    return {name: adds.get(name, 0) for name in SUMS}


def _held(quantity: str, value: int | None, limit: int | None) -> Mapping[str, int]:
    """What a value adds; just at the limit it does not exceed it."""
    if value is None:
        return {}
    exceeded = int(limit is not None and value > limit)
    return {
        f"{quantity}_readings": 1,
        f"{quantity}_limited": int(limit is not None),
        f"{quantity}_exceeded": exceeded,
        f"{quantity}_exceeded_s": exceeded * INTERVAL_S,
    }


def _reading(_plan: Plan, site: Thing, _at: int, rng: Random) -> Said:
    gas = rng.choice((0, 20, 60, 249, 250, 251, 400))
    pressure = rng.choice((1_200, 1_500, 1_599, 1_600, 1_601))
    # One in ten times the level is not measured.
    level = rng.choice((3_000, 9_000, 11_999, 12_000, 12_001)) if rng.randrange(10) > 0 else None
    body = {
        "step": "reading",
        "item": f"{site.name}-panel",
        "interval_s": INTERVAL_S,
        "gas_lel_percent": gas / 10,
        "pressure_mpa": pressure / 1_000,
        "level_m": None if level is None else level / 1_000,
    }
    limit = site.attributes.get
    return Said(
        body,
        _adds(
            {
                **_held("gas", gas, limit("gas_limit_permille")),
                **_held("pressure", pressure, limit("pressure_limit_kpa")),
                **_held("level", level, limit("level_limit_mm")),
            }
        ),
    )


_SENSORS = Reporters(
    SYSTEM,
    "site",
    _sites,
    Pace(INTERVAL_S * SECOND_MS, (300, 40_000), again_after_ms=9_000),
    WINDOW_MS,
    _reading,
    (
        Fault(
            RejectReason.MISSING_VALUE,
            (("gas_lel_percent", None), ("pressure_mpa", None), ("level_m", None)),
        ),
        Fault(RejectReason.MISSING_VALUE, (("interval_s", None),)),
        Fault(RejectReason.MISSING_VALUE, (("step", "found"),)),
        Fault(RejectReason.BAD_VALUE, (("gas_lel_percent", "over"),)),
        Fault(RejectReason.OUT_OF_RANGE, (("pressure_mpa", 999),)),
        Fault(RejectReason.BAD_VALUE, (("step", "ignored"),)),
        Fault(RejectReason.MISSING_ENTITY, (("item", None),)),
    ),
)


def _told(plan: Plan, site: Thing, at: int, said: Mapping[str, Any], adds: Mapping[str, int]) -> Told:
    payload = orjson.dumps({"site": site.name, "at": written(at, plan.offset_ms), **said})
    places = (("site", site.name), ("area", site.area_id), ("city", CITY))
    return Told(at, WINDOW_MS, places, tuple(_adds(adds).items()), payload)


def _rectified(plan: Plan, site: Thing, found: int, said: Mapping[str, Any], since_s: int) -> Told:
    """When a finding is put right: before, just at or after its limit, or without one."""
    adds = {"rectified": 1}
    if said["limit_s"] is not None:
        adds |= {"rectified_due": 1, "rectified_on_time": int(since_s <= said["limit_s"])}
    told = {**said, "step": "rectified", "since_found_s": since_s}
    return _told(plan, site, found + since_s * SECOND_MS, told, adds)


def _findings(plan: Plan, site: Thing) -> Iterator[Planned]:
    """What inspectors find at a site; when it will be put right is known when it is found."""
    rng = plan.random(SYSTEM, "findings", site.name)
    at, number = plan.start + rng.randrange(600) * SECOND_MS, 0
    while True:
        major = rng.randrange(4) == 0
        since_s = rng.choice((900, 1_800, 3_599, 3_600, 3_601))
        limit_s = 3_600 if rng.randrange(4) > 0 else None
        said = {"item": f"finding-{site.number}-{number}", "major": major, "limit_s": limit_s}
        opened = {"findings": 1, "findings_major": int(major)}
        found = _told(plan, site, at, {**said, "step": "found"}, opened)
        yield at, event(SYSTEM, at + rng.randrange(500, 60_000), site.name, found)
        right = _rectified(plan, site, at, said, since_s)
        yield at, event(SYSTEM, right.event_time + rng.randrange(500, 60_000), site.name, right)
        at, number = at + rng.randrange(5, 25) * MINUTE_MS, number + 1


def work_safety_sources(plan: Plan) -> list[Iterator[Planned]]:
    """Every source of work-safety records."""
    return [*_SENSORS.sources(plan), *(_findings(plan, site) for site in _sites(plan.size))]


SIMULATED = Simulated(SYSTEM, work_safety_sources, _SENSORS.entities)
