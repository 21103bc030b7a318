"""What do the simulated city's cameras count, and where do its cars crash? Two sites a district."""

from collections.abc import Iterator
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

SYSTEM = "traffic-safety"
WINDOW_MS = HOUR_MS
_USUAL_LIMIT_S = 1_800
"""Written once more, so that the truth does not come from the declaration."""
_CAMERA_PERIODS_S = (("camera-1", 300), ("camera-2", 3_600), ("camera-3", 86_400))
"""Cameras of three makes stand at each site, and count by five minutes, by the hour and by the day."""
_NOTHING = dict.fromkeys(
    (
        *("counts", "violations", "counts_of_the_hour", "violations_of_the_hour"),
        *("crashes", "cleared", "clearance_s_sum", "cleared_in_time"),
    ),
    0,
)


def _sites(size: Size) -> tuple[Thing, ...]:
    return tuple(
        Thing(f"crossing-{name}-{number}", f"{CITY}/{name}", number)
        for name in size.districts
        for number in (1, 2)
    )


def _count(_plan: Plan, site: Thing, _at: int, rng: Random) -> Said:
    camera, period_s = rng.choice(_CAMERA_PERIODS_S)
    violations = rng.choice((0, 0, 1, 2, 5)) * site.number
    of_the_hour = int(period_s <= 3_600)
    body = {"kind": "violations", "number": camera, "violations": violations, "period_s": period_s}
    adds = {
        "counts": 1,
        "violations": violations,
        "counts_of_the_hour": of_the_hour,
        "violations_of_the_hour": violations * of_the_hour,
    }
    return Said(body, {**_NOTHING, **adds})


_CAMERAS = Reporters(
    SYSTEM,
    "site",
    _sites,
    Pace(5 * MINUTE_MS, (500, 80_000), again_after_ms=25_000),
    WINDOW_MS,
    _count,
    (
        Fault(RejectReason.OUT_OF_RANGE, (("violations", -1),)),
        Fault(RejectReason.BAD_VALUE, (("kind", "theft"),)),
        Fault(RejectReason.MISSING_VALUE, (("violations", None),)),
    ),
)


def _told(plan: Plan, site: Thing, at: int, said: dict[str, Any], adds: dict[str, int]) -> Told:
    payload = orjson.dumps({"site": site.name, "at": written(at, plan.offset_ms), **said})
    places = (("site", site.name), ("area", site.area_id), ("city", CITY))
    return Told(at, WINDOW_MS, places, tuple({**_NOTHING, **adds}.items()), payload)


def _crashes(plan: Plan, site: Thing) -> Iterator[Planned]:
    """Crashes at a site, each with its clearance, which is known when it happens."""
    rng = plan.random(SYSTEM, "crashes", site.name)
    at, number = plan.start + rng.randrange(20 * MINUTE_MS), 0
    while True:
        crash = {"kind": "crash", "number": f"{number}"}
        sent = event(
            SYSTEM, at + rng.randrange(200, 60_000), site.name, _told(plan, site, at, crash, {"crashes": 1})
        )
        yield from sent_twice_at_times(sent, at, rng, 15_000)
        took_s = rng.choice((400, 900, 901, 1_799, 1_800, 1_801, 3_000, 5_000))
        own_limit_s = rng.choice((None, None, None, 900))
        limit_s = own_limit_s or _USUAL_LIMIT_S
        said = {"kind": "cleared", "number": f"{number}", "crashed_at": written(at, plan.offset_ms)}
        limit = {} if own_limit_s is None else {"limit_s": own_limit_s}
        adds = {"cleared": 1, "clearance_s_sum": took_s, "cleared_in_time": int(took_s <= limit_s)}
        cleared = at + took_s * SECOND_MS
        told = _told(plan, site, cleared, {**said, **limit}, adds)
        yield at, event(SYSTEM, cleared + rng.randrange(200, 60_000), site.name, told)
        at, number = at + rng.randrange(5 * MINUTE_MS, 40 * MINUTE_MS), number + 1


def traffic_safety_sources(plan: Plan) -> list[Iterator[Planned]]:
    """Every source of their records."""
    return [*_CAMERAS.sources(plan), *(_crashes(plan, site) for site in _sites(plan.size))]


SIMULATED = Simulated(SYSTEM, traffic_safety_sources, _CAMERAS.entities)
