"""What happens suddenly in the simulated city, and who comes? Incidents of four types and levels, step by step."""

from collections.abc import Iterator
from random import Random
from typing import Any

import orjson

from feeds.civil_time import HOUR_MS, SECOND_MS
from feeds.decoding import RejectReason
from feeds.incident_gateway import ORIGINS, TYPES
from feeds.simulated_order import Fault, Planned, written
from feeds.simulated_plan import CITY, Plan
from feeds.simulated_reporters import Simulated
from feeds.simulated_told import Told, event, sent_twice_at_times, spoiled

SYSTEM = "incident"
WINDOW_MS = HOUR_MS
_WITHIN_S = 900
_LEADS = dict(zip(TYPES, ("应急管理局", "消防救援支队", "卫生健康委", "公安局"), strict=True))
_ARRIVALS_S = (240, 420, 600, 899, 900, 901, 1_500)
_CLOSING_S = (1_800, 9_000)
_UP_LIMIT_S = {1: 1_800, 2: 3_600}
"""How soon the two graver levels have to be reported up."""
SUMS = (
    *("opened", "opened_level1", "opened_level2", "opened_level3", "opened_level4"),
    *("dispatched_timed", "dispatched_within_15min", "arrived_timed", "arrived_within_15min"),
    *("reported_up_due", "reported_up_on_time", "closed", "closed_timed", "closing_s_sum"),
)
FAULTS = (
    Fault(RejectReason.BAD_VALUE, (("step", "lost"),)),
    Fault(RejectReason.OUT_OF_RANGE, (("level", 5),)),
    Fault(RejectReason.MISSING_VALUE, (("type", None),)),
    Fault(RejectReason.MISSING_ENTITY, (("area", None),)),
    Fault(RejectReason.MISSING_ENTITY, (("lead", " "),)),
    Fault(RejectReason.OUT_OF_RANGE, (("since_report_s", -20),)),
    Fault(RejectReason.MISSING_TIME, (("at", None),)),
    Fault(RejectReason.UNREADABLE, cut=9),
)


def _told(plan: Plan, at: int, said: dict[str, Any], adds: dict[str, int]) -> Told:
    payload = orjson.dumps({**said, "at": written(at, plan.offset_ms)})
    area, cell = said["area"], f"{said['area']}:{said['type']}:{said['level']}"
    places = (("cell", cell), ("area", area), ("city", CITY))
    return Told(at, WINDOW_MS, places, tuple((name, adds.get(name, 0)) for name in SUMS), payload)


def _incident(key: str, area: str, rng: Random) -> dict[str, Any]:
    kind = rng.choice(TYPES)
    return {
        "incident": key,
        "area": area,
        "origin": rng.choice(ORIGINS),
        "type": kind,
        "level": rng.choice((1, 2, 3, 3, 4, 4, 4)),
        "lead": _LEADS[kind],
        "assisting": [lead for lead in _LEADS.values() if lead != _LEADS[kind] and rng.randrange(3) == 0],
    }


def _reported(plan: Plan, incident: dict[str, Any], at: int) -> Told:
    adds = {"opened": 1, f"opened_level{incident['level']}": 1}
    return _told(plan, at, {**incident, "step": "reported"}, adds)


def _later_steps(plan: Plan, incident: dict[str, Any], at: int, rng: Random) -> Iterator[tuple[int, Told]]:
    """When each step after the report is taken; one in nine does not say how long it took."""

    def taken(step: str, since_s: int, adds: dict[str, int], limit_s: int | None = None) -> tuple[int, Told]:
        timed = rng.randrange(9) > 0
        when = at + since_s * SECOND_MS
        said = {**incident, "step": step, "since_report_s": since_s if timed else None, "limit_s": limit_s}
        told = adds if timed else {name: 1 for name in adds if name == "closed"}
        return when, _told(plan, when, said, told)

    sent = rng.randrange(20, 300)
    yield taken("dispatched", sent, {"dispatched_timed": 1, "dispatched_within_15min": 1})
    if rng.randrange(10) > 0:
        there = max(rng.choice(_ARRIVALS_S), sent + 1)
        within = int(there <= _WITHIN_S)
        yield taken("arrived", there, {"arrived_timed": 1, "arrived_within_15min": within})
    limit_s = _UP_LIMIT_S.get(incident["level"])
    if limit_s is not None or rng.randrange(6) == 0:
        up = (limit_s or 1_800) + rng.choice((-900, -60, 0, 1, 120))
        due = {"reported_up_due": 1, "reported_up_on_time": int(up <= limit_s)} if limit_s else {}
        yield taken("reported_up", up, due, limit_s)
    closing = rng.randrange(*_CLOSING_S)
    yield taken("closed", closing, {"closed": 1, "closed_timed": 1, "closing_s_sum": closing})


def _incidents_of(plan: Plan, district: str) -> Iterator[Planned]:
    """Incidents of a district; what becomes of one is known when it is reported."""
    rng = plan.random(SYSTEM, district)
    at, number = plan.start + rng.randrange(240) * SECOND_MS, 0
    while True:
        key = f"incident-{district}-{number}"
        incident = _incident(key, f"{CITY}/{district}", rng)
        report = event(SYSTEM, at + rng.randrange(500, 20_000), key, _reported(plan, incident, at))
        yield from sent_twice_at_times(report, at, rng, 12_000)
        for when, told in _later_steps(plan, incident, at, rng):
            yield at, event(SYSTEM, when + rng.randrange(500, 90_000), key, told)
        at, number = at + rng.randrange(60, 420) * SECOND_MS, number + 1


def _arrival_to_spoil(plan: Plan, at: int, rng: Random) -> tuple[str, Told]:
    key = f"incident-spoiled-{at}"
    incident = _incident(key, f"{CITY}/{plan.size.districts[0]}", rng)
    return key, _told(plan, at, {**incident, "step": "arrived", "since_report_s": 300}, {})


def incident_sources(plan: Plan) -> list[Iterator[Planned]]:
    """Every source of records of incidents."""
    return [
        *(_incidents_of(plan, district) for district in plan.size.districts),
        spoiled(SYSTEM, plan, FAULTS, lambda at, rng: _arrival_to_spoil(plan, at, rng)),
    ]


SIMULATED = Simulated(SYSTEM, incident_sources)
