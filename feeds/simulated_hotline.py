"""Who calls the simulated city's hotline 12345, and what becomes of it? Calls, cases with deadlines, ratings."""

from collections.abc import Iterator
from random import Random
from typing import Any

import orjson

from feeds.civil_time import HOUR_MS, MINUTE_MS, SECOND_MS
from feeds.decoding import RejectReason
from feeds.simulated_order import Fault, Planned, written
from feeds.simulated_plan import CITY, Plan
from feeds.simulated_reporters import Simulated
from feeds.simulated_told import Told, event, sent_twice_at_times, spoiled

SYSTEM = "hotline"
WINDOW_MS = HOUR_MS
KINDS = ("噪声", "停车", "供水", "物业", "路灯")
ANSWER_S = 15
SUMS = (
    *("answered_in_time", "answered_late", "given_up_early", "given_up_late", "opened", "closed"),
    *("handling_s_sum", "due", "closed_on_time", "sent_back", "rated", "satisfied"),
)

FAULTS = (
    Fault(RejectReason.BAD_VALUE, (("step", "lost"),)),
    Fault(RejectReason.MISSING_ENTITY, (("kind", None),)),
    Fault(RejectReason.MISSING_VALUE, (("waited_s", None),)),
    Fault(RejectReason.UNREADABLE, cut=11),
    Fault(RejectReason.OUT_OF_RANGE, (("waited_s", -4),)),
    Fault(RejectReason.MISSING_TIME, (("at", None),)),
)


def _told(plan: Plan, at: int, said: dict[str, Any], area: str, adds: dict[str, int]) -> Told:
    payload = orjson.dumps({**said, "at": written(at, plan.offset_ms), "area": area})
    places = (("cell", f"{area}:{said['kind']}"), ("area", area), ("city", CITY))
    return Told(at, WINDOW_MS, places, tuple((name, adds.get(name, 0)) for name in SUMS), payload)


def _call(plan: Plan, number: int, at: int, area: str, rng: Random) -> tuple[str, Told]:
    waited, answered = rng.choice((4, 9, 15, 16, 40)), rng.randrange(10) > 0
    key = f"call-{area.rpartition('/')[2]}-{number}"
    said = {
        "id": key,
        "step": "answered" if answered else "given_up",
        "kind": rng.choice(KINDS),
        "waited_s": waited,
    }
    in_time = waited <= ANSWER_S
    name = (
        ("answered_in_time" if in_time else "answered_late")
        if answered
        else ("given_up_early" if in_time else "given_up_late")
    )
    return key, _told(plan, at, said, area, {name: 1})


def _steps_of_case(plan: Plan, key: str, at: int, area: str, rng: Random) -> Iterator[tuple[int, Told]]:
    """When each step of a case happens."""
    kind = {"id": key, "kind": rng.choice(KINDS)}
    took_s = rng.randrange(600, 9_000)
    closed, due = at + took_s * SECOND_MS, at + 2 * HOUR_MS
    due_at = {"due_at": written(due, plan.offset_ms)}
    yield at, _told(plan, at, {**kind, "step": "opened", **due_at}, area, {"opened": 1})
    # Two in three are handed over before they are a quarter done, some of them late.
    if took_s % 3:
        handed = at + took_s // 4 * SECOND_MS
        yield handed, _told(plan, handed, {**kind, "step": "handed_over"}, area, {})
    said = {
        **kind,
        "step": "closed",
        "opened_at": written(at, plan.offset_ms),
        **due_at,
    }
    adds = {"closed": 1, "handling_s_sum": took_s, "due": 1, "closed_on_time": int(closed <= due)}
    yield closed, _told(plan, closed, said, area, adds)
    if rng.randrange(8) == 0:
        back = closed + 11 * MINUTE_MS
        yield back, _told(plan, back, {**kind, "step": "sent_back"}, area, {"sent_back": 1})
    if rng.randrange(3) == 0:
        satisfied, rated = rng.randrange(5) > 0, closed + 7 * MINUTE_MS
        rating: dict[str, Any] = {**kind, "step": "rated", "satisfied": satisfied}
        yield rated, _told(plan, rated, rating, area, {"rated": 1, "satisfied": int(satisfied)})


def _calls_of(plan: Plan, district: str) -> Iterator[Planned]:
    """Calls of a district; every third leads to a case, whose steps are known when it is opened."""
    rng = plan.random("hotline", district)
    at, number, area = plan.start + rng.randrange(60_000), 0, f"{CITY}/{district}"
    while True:
        key, told = _call(plan, number, at, area, rng)
        yield from sent_twice_at_times(
            event(SYSTEM, at + rng.randrange(200, 4_000), key, told), at, rng, 9_000
        )
        if number % 3 == 0:
            case = f"case-{district}-{number}"
            for when, step in _steps_of_case(plan, case, at + 2_000, area, rng):
                yield at, event(SYSTEM, when + rng.randrange(200, 30_000), case, step)
        at, number = at + rng.randrange(20_000, 90_000), number + 1


def hotline_sources(plan: Plan) -> list[Iterator[Planned]]:
    """Every source of hotline records."""
    area = f"{CITY}/{plan.size.districts[0]}"
    return [
        *(_calls_of(plan, district) for district in plan.size.districts),
        spoiled(
            SYSTEM, plan, FAULTS, lambda at, rng: _call(plan, at // MINUTE_MS + 10**9, at - 300, area, rng)
        ),
    ]


SIMULATED = Simulated("hotline", hotline_sources)
