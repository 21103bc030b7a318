"""What do the communities of the simulated city report? Three a district; the outer ones have less within a walk."""

from collections.abc import Iterator
from random import Random
from typing import Any

import orjson

from feeds.civil_time import HOUR_MS, MINUTE_MS, SECOND_MS
from feeds.community_gateway import ALL_SERVICES, SERVICES
from feeds.decoding import RejectReason
from feeds.simulated_order import Fault, Planned, written
from feeds.simulated_plan import CITY, Plan
from feeds.simulated_reporters import Reporters, Said, Simulated, Thing
from feeds.simulated_size import Size
from feeds.simulated_steps import one_of_steps
from feeds.simulated_told import Pace, Told, event, sent_twice_at_times

SYSTEM = "community"
_OPENED_BEFORE = 5
"""How many orders were opened before the city begins."""
SUMS = (
    *("orders_opened", "repairs_closed", "repair_s", "services_closed", "service_s"),
    *("orders_with_limit", "orders_on_time", "households_sent", "households_read"),
    *("payments", "payments_online", "residents", "residents_within_all"),
    *("residents_by_service", "residents_within_by_service"),
)


def _communities(size: Size) -> tuple[Thing, ...]:
    return tuple(
        Thing(f"community-{name}-{number}", f"{CITY}/{name}", number)
        for name in size.districts
        for number in range(1, 4)
    )


def _orders(plan: Plan, community: Thing) -> Iterator[Planned]:
    """What a community is asked to mend or do, and when it is done; the first orders were opened before the city begins."""
    rng = plan.random(SYSTEM, "orders", community.name)
    at, number = plan.start + rng.randrange(120) * SECOND_MS, 0
    while True:
        kind, limit = rng.choice(("repair", "repair", "service")), rng.choice((None, 4 * 3_600, 24 * 3_600))
        took = rng.choice((1_800, 7_200, 14_399, 14_400, 14_401, 80_000, 90_000))
        order = {"order": f"order-{number}", "kind": kind, "limit_s": limit}
        closed_at = at
        if number >= _OPENED_BEFORE:
            closed_at += took * SECOND_MS
            opened = _told(plan, community, at, {**order, "step": "order_opened"}, {"orders_opened": 1})
            yield from sent_twice_at_times(
                event(SYSTEM, at + rng.randrange(400, 40_000), community.name, opened), at, rng, 15_000
            )
        adds = (
            {"repairs_closed": 1, "repair_s": took}
            if kind == "repair"
            else {"services_closed": 1, "service_s": took}
        )
        if limit is not None:
            adds |= {"orders_with_limit": 1, "orders_on_time": int(took <= limit)}
        closed = _told(plan, community, closed_at, {**order, "step": "order_closed", "taken_s": took}, adds)
        yield at, event(SYSTEM, closed_at + rng.randrange(400, 40_000), community.name, closed)
        at, number = at + rng.randrange(200, 1_200) * SECOND_MS, number + 1


def _told(plan: Plan, community: Thing, at: int, said: dict[str, Any], adds: dict[str, int]) -> Told:
    payload = orjson.dumps({"community": community.name, "at": written(at, plan.offset_ms), **said})
    places = (("community", community.name), ("area", community.area_id), ("city", CITY))
    return Told(at, HOUR_MS, places, tuple({**dict.fromkeys(SUMS, 0), **adds}.items()), payload)


def _notice(_plan: Plan, community: Thing, at: int, rng: Random) -> Said:
    sent = 600 + 250 * community.number
    read = sent * rng.randrange(40, 101) // 100
    return Said(
        {"notice": f"notice-{at - 24 * HOUR_MS}", "sent": sent, "read": read},
        {"households_sent": sent, "households_read": read},
    )


def _payments(_plan: Plan, _community: Thing, _at: int, rng: Random) -> Said:
    payments = rng.randrange(12)
    online = payments - rng.randrange(payments + 1) // 3
    return Said({"payments": payments, "online": online}, {"payments": payments, "payments_online": online})


def _reach(_plan: Plan, community: Thing, _at: int, rng: Random) -> Said:
    service = rng.choice((ALL_SERVICES, *SERVICES))
    residents = 1_800 + 700 * community.number
    # Fewer have all of them in reach than have any one.
    permille = (
        880 - 120 * community.number if service == ALL_SERVICES else 1_000 - 11 * SERVICES.index(service)
    )
    within = residents * permille // 1_000
    counted = ("residents", "residents_within_all")
    if service != ALL_SERVICES:
        counted = ("residents_by_service", "residents_within_by_service")
    return Said(
        {"service": service, "residents": residents, "within": within},
        dict(zip(counted, (residents, within), strict=True)),
    )


_COMMUNITIES_SAY = Reporters(
    SYSTEM,
    "community",
    _communities,
    Pace(2 * MINUTE_MS, (400, 40_000), again_after_ms=15_000),
    HOUR_MS,
    one_of_steps(
        SUMS,
        {
            "payments": (20, _payments),
            "notice": (10, _notice),
            "reach": (20, _reach),
        },
    ),
    (
        Fault(RejectReason.BAD_VALUE, (("step", "reach"), ("service", "casino"))),
        Fault(RejectReason.OUT_OF_RANGE, (("step", "payments"), ("payments", 2), ("online", 3))),
        Fault(RejectReason.MISSING_VALUE, (("step", "notice"), ("notice", "n"), ("sent", 9), ("read", None))),
        Fault(RejectReason.MISSING_ENTITY, (("step", "order_opened"), ("order", None))),
    ),
)


def community_sources(plan: Plan) -> list[Iterator[Planned]]:
    """Every source of records of the communities."""
    return [*_COMMUNITIES_SAY.sources(plan), *(_orders(plan, one) for one in _communities(plan.size))]


SIMULATED = Simulated(SYSTEM, community_sources, _COMMUNITIES_SAY.entities)
