"""Where do the simulated city's shared bikes stand? Out of the districts in the morning, into the center, and back."""

from random import Random

from feeds.civil_time import HOUR_MS, MINUTE_MS
from feeds.decoding import RejectReason
from feeds.simulated_order import Fault
from feeds.simulated_plan import CITY, Plan
from feeds.simulated_reporters import Reporters, Said, Thing
from feeds.simulated_size import Size
from feeds.simulated_told import Pace

WINDOW_MS = 15 * MINUTE_MS
_OUTSIDE_PERCENT = (
    *(70, 72, 74, 76, 76, 74, 64, 42, 12, 8, 14, 20),
    *(24, 26, 26, 28, 32, 44, 66, 84, 88, 82, 76, 72),
)
"""How full the docks outside the center are, by hour of the civil day."""


def _docks(size: Size) -> tuple[Thing, ...]:
    return tuple(
        Thing(f"dock-{name}-{number}", f"{CITY}/{name}", number)
        for name in size.districts
        for number in range(1, 4)
    )


def _reading(plan: Plan, dock: Thing, at: int, rng: Random) -> Said:
    capacity = 10 + 5 * dock.number
    outside = _OUTSIDE_PERCENT[(at + plan.offset_ms) // HOUR_MS % 24]
    percent = 100 - outside if dock.area_id.endswith("center") else outside
    faulted = int(rng.randrange(6) == 0)
    bikes = min(max(capacity * percent // 100 + rng.randrange(-3, 4), 0), capacity) - faulted
    bikes = max(bikes, 0)
    counts = {"bikes": bikes, "capacity": capacity, "faulted": faulted}
    adds = {
        **counts,
        "standing": bikes + faulted,
        "readings": 1,
        "in_balance": int(bikes > 0 and bikes + faulted < capacity),
        "without_bikes": int(bikes == 0),
        "without_room": int(bikes + faulted >= capacity),
    }
    return Said(counts, adds)


SIMULATED = Reporters(
    "bike",
    "dock",
    _docks,
    Pace(3 * MINUTE_MS, (400, 40_000), again_after_ms=15_000),
    WINDOW_MS,
    _reading,
    (
        Fault(RejectReason.OUT_OF_RANGE, (("bikes", -1),)),
        Fault(RejectReason.BAD_VALUE, (("capacity", "many"),)),
        Fault(RejectReason.MISSING_VALUE, (("faulted", None),)),
    ),
).simulated()
