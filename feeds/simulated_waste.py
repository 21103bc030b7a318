"""How is waste sorted in the simulated city? Two points a district; bins fill, inspectors come, lorries come."""

from random import Random
from typing import Any

from feeds.civil_time import HOUR_MS, MINUTE_MS
from feeds.decoding import RejectReason
from feeds.simulated_order import Fault
from feeds.simulated_plan import CITY, Plan
from feeds.simulated_reporters import Reporters, Said, Thing
from feeds.simulated_size import Size
from feeds.simulated_told import Pace

_KINDS = ("fill", "fill", "fill", "fill", "audit", "audit", "weighing", "participation")
_NEARLY_FULL = 800
_SUMS = (
    *("audited_g", "right_g", "fill_permille_sum", "fill_count", "nearly_full"),
    *("collected_g", "households", "took_part"),
)


def _points(size: Size) -> tuple[Thing, ...]:
    return tuple(
        Thing(f"point-{name}-{number}", f"{CITY}/{name}", place * 2 + number)
        for place, name in enumerate(size.districts)
        for number in (1, 2)
    )


def _said_of(kind: str, point: Thing, at: int, rng: Random) -> tuple[dict[str, Any], dict[str, int]]:
    """What a reading of a kind says, and what it adds."""
    if kind == "fill":
        # Full every eleven hours, each point at another time; sensors tell steps of 5 %.
        permille = min((at // MINUTE_MS + 97 * point.number) % (11 * 60) // 32 * 50, 1_000)
        full = int(permille >= _NEARLY_FULL)
        adds = {"fill_permille_sum": permille, "fill_count": 1, "nearly_full": full}
        return {"fill_percent": permille / 10}, adds
    if kind == "audit":
        audited = rng.randrange(200, 9_000)
        right = audited * rng.randrange(60, 101) // 100
        return (
            {"audited_kg": audited / 1_000, "right_kg": right / 1_000, "sample": rng.randrange(3)},
            {"audited_g": audited, "right_g": right},
        )
    if kind == "weighing":
        collected = rng.randrange(20_000, 400_000)
        return {"collected_kg": collected / 1_000}, {"collected_g": collected}
    counts = {"households": 200 + 10 * point.number, "took_part": rng.randrange(90, 201)}
    return dict(counts), counts


def _reading(_plan: Plan, point: Thing, at: int, rng: Random) -> Said:
    kind = rng.choice(_KINDS)
    body, adds = _said_of(kind, point, at, rng)
    return Said({"kind": kind, **body}, {name: adds.get(name, 0) for name in _SUMS})


SIMULATED = Reporters(
    "waste",
    "point",
    _points,
    Pace(6 * MINUTE_MS, (500, 5 * MINUTE_MS), again_after_ms=30_000),
    HOUR_MS,
    _reading,
    (
        Fault(RejectReason.BAD_VALUE, (("kind", "burning"),)),
        Fault(RejectReason.OUT_OF_RANGE, (("kind", "audit"), ("audited_kg", 1.5), ("right_kg", 1.501))),
        Fault(RejectReason.MISSING_VALUE, (("kind", "audit"), ("audited_kg", 1.5), ("right_kg", None))),
        Fault(RejectReason.OUT_OF_RANGE, (("kind", "fill"), ("fill_percent", 100.1))),
    ),
).simulated()
