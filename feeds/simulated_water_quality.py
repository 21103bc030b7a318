"""How clean is the simulated city's water? A station a district; the city's sewage shows downstream, in the harbour."""

from random import Random

from feeds.civil_time import HOUR_MS, MINUTE_MS
from feeds.decoding import RejectReason
from feeds.simulated_order import Fault
from feeds.simulated_plan import CITY, Plan
from feeds.simulated_reporters import Reporters, Said, Thing
from feeds.simulated_size import ROUND, Size
from feeds.simulated_told import Pace

_TARGETS = (2, 3, 3, 3, 3, 4)
_FAST = ("ph", "dissolved_oxygen", "turbidity", "conductivity", "temperature")
_UNITS = {
    "ph": ("milli", "ph"),
    "dissolved_oxygen": ("ugl", "dissolved_oxygen_mgl"),
    "permanganate": ("ugl", "permanganate_mgl"),
    "ammonia": ("ugl", "ammonia_mgl"),
    "phosphorus": ("ugl", "phosphorus_mgl"),
    "nitrogen": ("ugl", "nitrogen_mgl"),
    "turbidity": ("mntu", "turbidity_ntu"),
    "conductivity": ("nscm", "conductivity_uscm"),
    "temperature": ("mdegc", "temperature_c"),
}
"""Unit of the sum, and the field of the reading."""


def _stations(size: Size) -> tuple[Thing, ...]:
    return tuple(
        Thing(
            f"water-{name}",
            f"{CITY}/{name}",
            place % ROUND,
            # The water of the west is a reservoir.
            attributes={"target_class": _TARGETS[place % ROUND], "is_lake": int(name == "west")},
            labels={"target_class_basis": "simulated"},
        )
        for place, name in enumerate(size.districts)
    )


def _measured(number: int, hour: int, rng: Random) -> dict[str, int]:
    """Everything there is to measure, in thousandths of the reading's unit: by day warmer, downstream dirtier."""
    warmth = 12 - abs(hour - 14)
    return {
        "ph": 7_300 + 40 * warmth - 30 * number + rng.randrange(-60, 61),
        "dissolved_oxygen": 8_600 - 450 * number + 60 * warmth + rng.randrange(-200, 201),
        "permanganate": 2_400 + 800 * number + rng.randrange(-150, 151),
        "ammonia": 240 + 190 * number + rng.randrange(-60, 61),
        "phosphorus": 50 + 35 * number + rng.randrange(-12, 13),
        "nitrogen": 700 + 260 * number + rng.randrange(-90, 91),
        "turbidity": 6_000 + 4_000 * number + rng.randrange(-1_500, 1_501),
        "conductivity": 320_000 + 45_000 * number + rng.randrange(-9_000, 9_001),
        "temperature": 14_000 + 150 * warmth + rng.randrange(-200, 201),
    }


def _reading(plan: Plan, station: Thing, at: int, rng: Random) -> Said:
    hour = (at + plan.offset_ms) // HOUR_MS % 24
    values = _measured(station.number, hour, rng)
    # The analysers of nutrients take a quarter of an hour for a sample.
    slow_too = rng.randrange(3) == 0
    body = {}
    adds = {"target_count": 1, "target_class_max": station.attributes["target_class"]}
    adds["lake_max"] = station.attributes["is_lake"]
    for name, (unit, written) in _UNITS.items():
        known = slow_too or name in _FAST
        body[written] = values[name] / 1_000 if known else None
        adds |= {f"{name}_count": int(known), f"{name}_{unit}_sum": values[name] if known else 0}
    return Said(body, adds)


_NOTHING = tuple((written, None) for _, written in _UNITS.values())

SIMULATED = Reporters(
    "water-quality",
    "station",
    _stations,
    Pace(5 * MINUTE_MS, (500, 90_000), again_after_ms=25_000),
    HOUR_MS,
    _reading,
    (
        Fault(RejectReason.OUT_OF_RANGE, (("ph", 15.2),)),
        Fault(RejectReason.BAD_VALUE, (("turbidity_ntu", "clear"),)),
        Fault(RejectReason.MISSING_VALUE, _NOTHING),
    ),
    rolled_up=False,
).simulated()
