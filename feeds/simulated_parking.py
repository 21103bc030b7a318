"""How full are the simulated city's car parks? They fill in the morning, and one has run ahead of itself."""

from random import Random

from feeds.civil_time import HOUR_MS, MINUTE_MS
from feeds.decoding import RejectReason
from feeds.simulated_order import Fault
from feeds.simulated_plan import CITY, Plan
from feeds.simulated_reporters import Reporters, Said, Thing
from feeds.simulated_size import Size
from feeds.simulated_told import Pace

_FULL_PERMILLE = (
    *(200, 180, 170, 170, 180, 220, 350, 550, 800, 930, 960, 970),
    *(940, 950, 960, 940, 900, 820, 700, 600, 500, 400, 300, 250),
)
"""By hour of the civil day."""
_CAPACITIES = 12
"""How many sizes of car parks there are."""


def _parks(size: Size) -> tuple[Thing, ...]:
    return tuple(
        Thing(f"parking-{name}-{number}", f"{CITY}/{name}", place * size.car_parks + number - 1)
        for place, name in enumerate(size.districts)
        for number in range(1, size.car_parks + 1)
    )


def _reading(plan: Plan, park: Thing, at: int, rng: Random) -> Said:
    capacity = 160 + 40 * (park.number % _CAPACITIES)
    permille = _FULL_PERMILLE[(at + plan.offset_ms) // HOUR_MS % 24] + rng.randrange(-40, 41)
    counted = capacity * permille // 1_000
    # The loop of the first one counts some cars twice: at noon there seem to be more than it has room for.
    counted += capacity // 10 if park.number == 0 else 0
    occupied = min(counted, capacity)
    return Said(
        {"occupied": counted, "capacity": capacity},
        {
            "occupied": occupied,
            "capacity": capacity,
            "full_permille_max": occupied * 1_000 // capacity,
        },
    )


SIMULATED = Reporters(
    "parking",
    "parking",
    _parks,
    Pace(5 * MINUTE_MS, (500, 60_000), again_after_ms=20_000),
    HOUR_MS,
    _reading,
    (
        Fault(RejectReason.OUT_OF_RANGE, (("occupied", -3),)),
        Fault(RejectReason.BAD_VALUE, (("occupied", "many"),)),
        Fault(RejectReason.MISSING_VALUE, (("capacity", None),)),
    ),
).simulated()
