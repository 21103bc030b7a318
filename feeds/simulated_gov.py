"""What do the service halls of the simulated city tell? One a district; what is filed is decided within hours."""

from collections.abc import Iterator
from random import Random

import orjson

from feeds.civil_time import HOUR_MS, SECOND_MS
from feeds.decoding import RejectReason
from feeds.simulated_order import Fault, Planned, written
from feeds.simulated_plan import CITY, Plan
from feeds.simulated_reporters import Reporters, Said, Simulated, Thing
from feeds.simulated_size import ROUND, Size
from feeds.simulated_steps import one_of_steps
from feeds.simulated_told import Pace, Told, event, sent_twice_at_times

SYSTEM = "gov"
SUMS = (
    *("lists", "items", "online_items", "integrated_lists", "filed", "filed_online"),
    *("decided", "taken_days", "limited", "limited_taken_days", "limit_days", "decided_on_time"),
    *("compared", "compared_taken_days", "baseline_cdays", "trips", "without_trip"),
    *("calls", "waited_s", "calls_with_limit", "calls_within_limit", "terminals", "terminals_available"),
)
_WAIT_LIMIT_S = 900
_LIMIT_DAYS = (3, 5, 10, 20)
_FILED_BEFORE = 5
"""How many decisions are of applications that were filed before the city begins."""


def _halls(size: Size) -> tuple[Thing, ...]:
    # The harbor's hall declares no longest wait.
    return tuple(
        Thing(
            f"hall-{name}",
            f"{CITY}/{name}",
            number % ROUND,
            attributes={} if name == "harbor" else {"wait_limit_s": _WAIT_LIMIT_S},
        )
        for number, name in enumerate(size.districts)
    )


def _list(_plan: Plan, hall: Thing, _at: int, _rng: Random) -> Said:
    items = 900 + 40 * hall.number
    online, integrated = items * (93 + hall.number) // 100, hall.number != 2
    said = {"items": items, "online_items": online}
    return Said({**said, "integrated": integrated}, {**said, "lists": 1, "integrated_lists": int(integrated)})


def _filed(case: str, limit: int | None, rng: Random) -> Said:
    online = rng.randrange(10) < 7
    return Said(
        {"case": case, "online": online, "limit_days": limit}, {"filed": 1, "filed_online": int(online)}
    )


def _decided(case: str, days: int, limit: int | None, rng: Random) -> Said:
    # One in ten takes longer than it may, another one exactly as long.
    late = rng.randrange(10)
    taken = days + 1 + rng.randrange(3) if late == 0 else days if late == 1 else rng.randrange(days)
    baseline = days * 90 if rng.randrange(4) > 0 else None
    trips = rng.choice((0, 0, 0, 1, 1, 2))
    said = {
        "case": case,
        "taken_days": taken,
        "limit_days": limit,
        "baseline_days": None if baseline is None else baseline / 100,
        "trips": trips,
    }
    adds = {"decided": 1, "taken_days": taken, "trips": trips, "without_trip": int(trips == 0)}
    if limit is not None:
        adds |= {"limited": 1, "limited_taken_days": taken, "limit_days": limit}
        adds["decided_on_time"] = int(taken <= limit)
    if baseline is not None:
        adds |= {"compared": 1, "compared_taken_days": taken, "baseline_cdays": baseline}
    return Said(said, adds)


def _applications(plan: Plan, hall: Thing) -> Iterator[Planned]:
    """What is filed in a hall and decided there within hours; the first decisions are of what was filed before."""
    rng = plan.random(SYSTEM, "applications", hall.name)
    at, number = plan.start + rng.randrange(100) * SECOND_MS, 0
    while True:
        case, days = f"case-{number}", rng.choice(_LIMIT_DAYS)
        limit = days if rng.randrange(8) > 0 else None
        decided_at = at
        if number >= _FILED_BEFORE:
            decided_at += rng.randrange(600, 20_000) * SECOND_MS
            filed = _told(plan, hall, at, "filed", _filed(case, limit, rng))
            yield from sent_twice_at_times(
                event(SYSTEM, at + rng.randrange(400, 40_000), hall.name, filed), at, rng, 15_000
            )
        decided = _told(plan, hall, decided_at, "decided", _decided(case, days, limit, rng))
        yield at, event(SYSTEM, decided_at + rng.randrange(400, 40_000), hall.name, decided)
        at, number = at + rng.randrange(60, 140) * SECOND_MS, number + 1


def _told(plan: Plan, hall: Thing, at: int, step: str, said: Said) -> Told:
    payload = orjson.dumps({"hall": hall.name, "at": written(at, plan.offset_ms), "step": step, **said.body})
    places = (("hall", hall.name), ("area", hall.area_id), ("city", CITY))
    return Told(at, HOUR_MS, places, tuple({**dict.fromkeys(SUMS, 0), **said.adds}.items()), payload)


def _called(plan: Plan, hall: Thing, at: int, rng: Random) -> Said:
    busy = (at + plan.offset_ms) // HOUR_MS % 24 in (9, 10, 11, 14, 15)
    waited = rng.choice((120, 480, 840, 900, 901, 1_500) if busy else (10, 60, 300, 900, 901))
    adds = {"calls": 1, "waited_s": waited}
    if hall.attributes:
        adds |= {"calls_with_limit": 1, "calls_within_limit": int(waited <= _WAIT_LIMIT_S)}
    return Said({"window": f"window-{rng.randrange(1, 13)}", "waited_s": waited}, adds)


def _terminals(_plan: Plan, hall: Thing, _at: int, rng: Random) -> Said:
    counts = {
        "terminals": 8 + hall.number,
        "terminals_available": 8 + hall.number - rng.choice((0, 0, 0, 1, 2)),
    }
    return Said(counts, counts)


_HALLS_SAY = Reporters(
    SYSTEM,
    "hall",
    _halls,
    Pace(45 * SECOND_MS, (400, 40_000), again_after_ms=15_000),
    HOUR_MS,
    one_of_steps(
        SUMS,
        {
            "called": (40, _called),
            "terminals": (10, _terminals),
            "list": (5, _list),
        },
    ),
    (
        Fault(RejectReason.BAD_VALUE, (("step", "lost"),)),
        Fault(
            RejectReason.OUT_OF_RANGE, (("step", "terminals"), ("terminals", 3), ("terminals_available", 4))
        ),
        Fault(RejectReason.MISSING_VALUE, (("step", "called"), ("window", "window-1"), ("waited_s", None))),
        Fault(RejectReason.MISSING_ENTITY, (("step", "filed"), ("case", None))),
    ),
)


def gov_sources(plan: Plan) -> list[Iterator[Planned]]:
    """Every source of records of the service halls."""
    return [*_HALLS_SAY.sources(plan), *(_applications(plan, hall) for hall in _halls(plan.size))]


SIMULATED = Simulated(SYSTEM, gov_sources, _HALLS_SAY.entities)
