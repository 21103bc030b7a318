"""What do the plants of the simulated city make? One a district, with two machines and a compressor; fewer at night."""

from random import Random

from feeds.civil_time import HOUR_MS, MINUTE_MS
from feeds.decoding import RejectReason
from feeds.recording import Entity, entity
from feeds.simulated_order import Fault
from feeds.simulated_plan import CITY, SOURCE, Plan
from feeds.simulated_reporters import Reporters, Said, Simulated, Thing
from feeds.simulated_size import ROUND, Size
from feeds.simulated_told import Pace

SYSTEM = "industry"
_WINDOW_MS = 15 * MINUTE_MS
_COMPRESSOR = "compressor"
_GRID_G_PER_KWH = 540
"""So a plant reckons its emission here."""
_OUTPUT_UNITS = ("件", "吨", "台", "件", "平方米", "吨")


def _things(size: Size) -> tuple[Thing, ...]:
    return tuple(
        Thing(
            f"{machine}-{name}",
            f"{CITY}/{name}",
            number,
            labels={"plant": f"plant-{name}"},
            counted_as=("plant", f"plant-{name}"),
        )
        for name in size.districts
        for number, machine in enumerate(("press", "lathe", _COMPRESSOR))
    )


def _state(plan: Plan, at: int, rng: Random) -> str:
    chance = rng.randrange(40)
    if chance < 2:
        return ("offline", "faulted")[chance]
    by_day = 6 <= (at + plan.offset_ms) // HOUR_MS % 24 < 22
    return "running" if chance < (34 if by_day else 16) else "idle"


def _reading(plan: Plan, machine: Thing, at: int, rng: Random) -> Said:
    state = _state(plan, at, rng)
    told, runs = int(state != "offline"), state == "running"
    finishes = told * int(machine.number < 2)
    output = finishes * (rng.randrange(2_000, 9_000) if runs else 0)
    energy_wh = told * (rng.randrange(6_000, 9_000) if runs else rng.randrange(200, 500))
    emission_g = energy_wh * _GRID_G_PER_KWH // 1_000
    body = {
        "state": state,
        "output": output / 1_000 if finishes else None,
        "energy_kwh": energy_wh / 1_000 if told else None,
        "emission_kg": emission_g / 1_000 if told else None,
    }
    return Said(
        body,
        {
            "readings": 1,
            "connected": told,
            "at_work": int(runs),
            "faulted": int(state == "faulted"),
            "output_readings": finishes,
            "output_milliunits": output,
            "energy_readings": told,
            "energy_wh": energy_wh,
            "emission_readings": told,
            "emission_g": emission_g,
        },
    )


_REPORTERS = Reporters(
    SYSTEM,
    "equipment",
    _things,
    Pace(5 * MINUTE_MS, (300, 50_000), again_after_ms=15_000),
    _WINDOW_MS,
    _reading,
    (
        Fault(RejectReason.BAD_VALUE, (("state", "asleep"),)),
        Fault(RejectReason.MISSING_VALUE, (("state", None),)),
        Fault(RejectReason.OUT_OF_RANGE, (("energy_kwh", -1),)),
        Fault(RejectReason.BAD_VALUE, (("state", "offline"), ("energy_kwh", 3.5))),
    ),
)


def _entities(plan: Plan) -> list[Entity]:
    """The equipment and its plants."""
    plants = [
        entity(
            SYSTEM,
            "plant",
            f"plant-{name}",
            area_id=f"{CITY}/{name}",
            source=SOURCE,
            valid=(plan.start, None),
            labels={"output_unit": _OUTPUT_UNITS[place % ROUND]},
        )
        for place, name in enumerate(plan.size.districts)
    ]
    return [*_REPORTERS.entities(plan), *plants]


SIMULATED = Simulated(SYSTEM, _REPORTERS.sources, _entities)
