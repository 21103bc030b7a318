"""How high do the rivers of the simulated city stand? Gauges in two districts of three; each is in flood for a day of every five."""

from random import Random

from feeds.civil_time import HOUR_MS, MINUTE_MS, SECOND_MS
from feeds.decoding import RejectReason
from feeds.simulated_order import Fault
from feeds.simulated_plan import CITY, Plan
from feeds.simulated_reporters import Reporters, Said, Thing
from feeds.simulated_size import Size
from feeds.simulated_told import Pace

_LEVELS_MM = {"guard_mm": 3_000, "warning_mm": 4_000, "guarantee_mm": 5_500}
_DAY_MS = 24 * HOUR_MS
_FLOOD_MM = 4_200
_CALMS = 4


def _gauges(size: Size) -> tuple[Thing, ...]:
    return tuple(
        Thing(
            f"gauge-{name}",
            f"{CITY}/{name}",
            number,
            attributes=_LEVELS_MM,
            labels={"level_basis": "simulated"},
        )
        for number, name in enumerate(size.districts[: 2 * len(size.districts) // 3])
    )


def level_mm(plan: Plan, number: int, at: int) -> int:
    """The level of a gauge: its own calm, and one day of five a flood that rises for six hours and falls for the rest."""
    calm = 1_500 + 200 * (number % _CALMS)
    day, within = divmod(at - plan.start + number * _DAY_MS, 5 * _DAY_MS)
    if within >= _DAY_MS:
        return calm
    rising = 6 * HOUR_MS
    part = within * 1_000 // rising if within < rising else (_DAY_MS - within) * 1_000 // (_DAY_MS - rising)
    return calm + (_FLOOD_MM - 100 * (day % 3)) * part // 1_000


def _reading(plan: Plan, gauge: Thing, at: int, rng: Random) -> Said:
    level = level_mm(plan, gauge.number, at) + rng.randrange(-15, 16)
    discharge = level * level // 250 + rng.randrange(200)
    known = rng.randrange(20) > 0
    adds = {
        "level_count": 1,
        "level_mm_sum": level,
        "level_mm_max": level,
        "level_mm_min": level,
        "discharge_count": int(known),
        "discharge_ls_sum": discharge if known else 0,
    }
    for name, own in _LEVELS_MM.items():
        adds |= {f"{name.removesuffix('_mm')}_count": 1, f"{name}_max": own}
    return Said({"level_m": level / 1_000, "discharge_m3s": discharge / 1_000 if known else None}, adds)


SIMULATED = Reporters(
    "river",
    "station",
    _gauges,
    # By satellite: within five minutes, where ten are allowed.
    Pace(10 * MINUTE_MS, (20 * SECOND_MS, 300 * SECOND_MS, SECOND_MS), again_after_ms=30_000),
    HOUR_MS,
    _reading,
    (
        Fault(RejectReason.MISSING_VALUE, (("level_m", None), ("discharge_m3s", None))),
        Fault(RejectReason.BAD_VALUE, (("level_m", "high"),)),
        Fault(RejectReason.OUT_OF_RANGE, (("level_m", 999_999),)),
    ),
    rolled_up=False,
).simulated()
