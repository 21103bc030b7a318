"""Where are the people of the simulated city? A square a district; they come in the afternoon, the center overflows."""

from random import Random

from feeds.civil_time import HOUR_MS, MINUTE_MS
from feeds.decoding import RejectReason
from feeds.simulated_order import Fault
from feeds.simulated_plan import CITY, Plan
from feeds.simulated_reporters import Reporters, Said, Thing
from feeds.simulated_size import Size
from feeds.simulated_told import Pace

_FULL_PERCENT = (
    *(6, 4, 3, 3, 4, 8, 18, 32, 44, 50, 56, 60),
    *(58, 60, 66, 72, 78, 84, 88, 92, 86, 60, 30, 12),
)
"""By hour of the civil day."""
_OVERFLOW_PERCENT = 20
_WITHOUT_GATES, _WITHOUT_CAPACITY, _OVERFLOWING = 1, 5, 4


def _square(number: int, name: str) -> Thing:
    attributes = {"area_m2": 900 + 400 * number, "capacity": 500 + 250 * number}
    if number == _WITHOUT_CAPACITY:
        del attributes["capacity"]
    return Thing(f"square-{name}", f"{CITY}/{name}", number, attributes)


def _squares(size: Size) -> tuple[Thing, ...]:
    return tuple(_square(number, name) for number, name in enumerate(size.districts))


def _reading(plan: Plan, square: Thing, at: int, rng: Random) -> Said:
    percent = _FULL_PERCENT[(at + plan.offset_ms) // HOUR_MS % 24] + rng.randrange(-3, 4)
    percent += _OVERFLOW_PERCENT if square.number == _OVERFLOWING else 0
    body: dict[str, int] = {"period_s": 60 - 15 * rng.randrange(2)}
    # Now and then a camera sees nothing.
    if rng.randrange(9):
        body["present"] = (500 + 250 * square.number) * percent // 100
    if square.number != _WITHOUT_GATES or "present" not in body:
        body |= {"entries": rng.randrange(2 * percent + 1), "exits": rng.randrange(2 * percent + 1)}
    return Said(body, _adds(square, body))


def _adds(square: Thing, body: dict[str, int]) -> dict[str, int]:
    present, capacity = body.get("present"), square.attributes.get("capacity")
    seen = int(present is not None)
    adds = {"present": present or 0, "present_count": seen}
    adds |= {"present_on_area": present or 0, "area_m2": seen * square.attributes["area_m2"]}
    bounded = seen if capacity else 0
    adds |= {"present_of_capacity": bounded * (present or 0), "capacity": bounded * (capacity or 0)}
    adds["full_permille_max"] = (present or 0) * 1_000 // capacity if capacity else 0
    for name in ("entries", "exits"):
        adds |= {name: body.get(name, 0), f"{name}_s": body["period_s"] if name in body else 0}
    return adds


SIMULATED = Reporters(
    "crowd",
    "site",
    _squares,
    Pace(MINUTE_MS, (300, 30_000), again_after_ms=10_000),
    5 * MINUTE_MS,
    _reading,
    (
        Fault(RejectReason.OUT_OF_RANGE, (("present", -1),)),
        Fault(RejectReason.BAD_VALUE, (("exits", "many"),)),
        Fault(RejectReason.MISSING_VALUE, (("entries", None), ("exits", None), ("present", None))),
        Fault(RejectReason.MISSING_VALUE, (("period_s", None),)),
    ),
).simulated()
