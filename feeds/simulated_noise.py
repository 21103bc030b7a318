"""How loud is the simulated city? A level a minute of each monitor; the harbour is loud at night."""

from decimal import Decimal
from random import Random

from feeds.civil_time import HOUR_MS, MINUTE_MS
from feeds.decoding import RejectReason
from feeds.simulated_order import Fault
from feeds.simulated_plan import CITY, Plan
from feeds.simulated_reporters import Reporters, Said, Thing
from feeds.simulated_size import ROUND, Size
from feeds.simulated_told import Pace

_AREA_CLASSES = (1, 2, 2, 2, 4, 3)
_DAY_CDB, _NIGHT_CDB = 5_600, 4_600


def _monitors(size: Size) -> tuple[Thing, ...]:
    return tuple(
        Thing(
            f"noise-{name}-{number}" if number else f"noise-{name}",
            f"{CITY}/{name}",
            attributes={"area_class": _AREA_CLASSES[(place + number) % ROUND]},
            labels={"area_class_basis": "simulated"},
        )
        for place, name in enumerate(size.districts)
        for number in range(size.noise_monitors)
    )


def energy_milli(level_cdb: int) -> int:
    """Thousandths of the reference energy, by the definition of the decibel: the truth does not ask the formula."""
    return int((Decimal(10) ** (Decimal(level_cdb) / 1_000) * 1_000).to_integral_value())


def _reading(plan: Plan, monitor: Thing, at: int, rng: Random) -> Said:
    area_class = monitor.attributes["area_class"]
    day = 6 <= (at + plan.offset_ms) // HOUR_MS % 24 < 22
    level = (_DAY_CDB if day or area_class == 3 else _NIGHT_CDB) + 150 * area_class + rng.randrange(-400, 401)
    # Once in a while something bangs.
    peak = level + (rng.randrange(1_500, 2_800) if rng.randrange(300) == 0 else rng.randrange(200, 900))
    return Said(
        {"laeq_db": level / 100, "lamax_db": peak / 100},
        {
            "energy_milli": energy_milli(level),
            "readings": 1,
            "level_cdb_max": level,
            "peaks": 1,
            "peak_cdb_max": peak,
            "area_class_count": 1,
            "area_class_max": area_class,
        },
    )


SIMULATED = Reporters(
    "noise",
    "station",
    _monitors,
    Pace(MINUTE_MS, (300, 9_000), again_after_ms=20_000),
    HOUR_MS,
    _reading,
    (
        Fault(RejectReason.OUT_OF_RANGE, (("laeq_db", 150.0),)),
        Fault(RejectReason.BAD_VALUE, (("laeq_db", "loud"),)),
        Fault(RejectReason.MISSING_VALUE, (("laeq_db", None),)),
    ),
    rolled_up=False,
).simulated()
