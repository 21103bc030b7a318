"""When do the polluting firms of the simulated city work? By day, the harbour's at night; now and then untreated."""

from random import Random

from feeds.civil_time import HOUR_MS, MINUTE_MS
from feeds.decoding import RejectReason
from feeds.pollution_power_gateway import enterprise_of
from feeds.simulated_order import Fault
from feeds.simulated_plan import CITY, Plan
from feeds.simulated_reporters import Reporters, Said, Thing
from feeds.simulated_size import Size
from feeds.simulated_told import Pace

_ON_W = {"production_on_w": 30_000, "treatment_on_w": 8_000}
_QUIET_W = {"quiet_w": 6_000}
_LINES = 2


def _credit_code(place: int) -> str:
    return f"913301{place:02d}MA2ABCDE1X"


def _declared(name: str, line: int) -> dict[str, int]:
    """What the registry knows of a line. The centre's second one has declared nothing."""
    return {} if (name, line) == ("center", 2) else {**_ON_W, **_QUIET_W}


def _things(size: Size) -> tuple[Thing, ...]:
    return tuple(
        Thing(
            f"{enterprise_of(_credit_code(place))}:line-{line}",
            f"{CITY}/{name}",
            _LINES * place + line - 1,
            attributes=_declared(name, line),
        )
        for place, name in enumerate(size.districts)
        for line in range(1, _LINES + 1)
    )


def _power_w(plan: Plan, line: Thing, at: int, rng: Random) -> tuple[int, int]:
    """Power of production and of treatment."""
    by_day = 6 <= (at + plan.offset_ms) // HOUR_MS % 24 < 22
    works = by_day != line.area_id.endswith("harbor")
    # At its threshold a line runs; one in ten readings is just there, or just below.
    at_threshold = _ON_W["production_on_w"] - rng.randrange(2)
    production = rng.randrange(60_000, 120_000) if works else rng.randrange(500, 4_000)
    production = at_threshold if rng.randrange(10) == 0 else production
    treated = works and rng.randrange(12) > 0
    return production, rng.randrange(8_000, 15_000) if treated else rng.randrange(0, 500)


def _reading(plan: Plan, line: Thing, at: int, rng: Random) -> Said:
    production, treatment = _power_w(plan, line, at, rng)
    declared = int(bool(line.attributes))
    runs = declared * int(production >= _ON_W["production_on_w"])
    return Said(
        {
            "credit_code": _credit_code(line.number // _LINES),
            "line": line.name.rpartition(":")[2],
            "production_kw": production / 1_000,
            "treatment_kw": treatment / 1_000,
        },
        {
            "readings": 1,
            "judgeable": declared,
            "production_running": runs,
            "running_together": runs * int(treatment >= _ON_W["treatment_on_w"]),
            "quiet_readings": declared,
            "above_quiet": declared * int(production + treatment > _QUIET_W["quiet_w"]),
            "power_w": declared * (production + treatment),
            "quiet_w": declared * _QUIET_W["quiet_w"],
        },
    )


SIMULATED = Reporters(
    "pollution-power",
    "line",
    _things,
    Pace(5 * MINUTE_MS, (500, 90_000), again_after_ms=20_000),
    HOUR_MS,
    _reading,
    (
        Fault(RejectReason.OUT_OF_RANGE, (("production_kw", -1),)),
        Fault(RejectReason.BAD_VALUE, (("treatment_kw", "on"),)),
        Fault(RejectReason.MISSING_VALUE, (("treatment_kw", None),)),
        Fault(RejectReason.MISSING_ENTITY, (("credit_code", "91330100"),)),
    ),
).simulated()
