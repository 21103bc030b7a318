"""What do the hospitals of the simulated city count? One a district; their emergency departments fill towards the evening."""

from fractions import Fraction
from math import ceil
from random import Random

from feeds.civil_time import HOUR_MS, MINUTE_MS, SECOND_MS
from feeds.decoding import RejectReason
from feeds.simulated_order import Fault
from feeds.simulated_plan import CITY, Plan
from feeds.simulated_reporters import Reporters, Said, Thing
from feeds.simulated_size import ROUND, Size
from feeds.simulated_steps import one_of_steps
from feeds.simulated_told import Pace

SUMS = (
    *("ed_patients", "ed_beds", "nedocs_count", "nedocs_milli_sum", "nedocs_milli_max"),
    *("boarders", "patients_with_boarders", "longest_admit_count", "longest_admit_s_max"),
    *("last_wait_count", "last_wait_s_sum", "beds", "beds_occupied"),
    *("handovers", "handover_s_sum", "handovers_within_limit", "visits", "visits_by_appointment"),
    *("consultation_reports", "consultations", "tele_consultations"),
)
_USUAL_LIMIT_S = 900
_ED_PERCENT = (
    *(70, 65, 60, 55, 55, 55, 60, 70, 80, 95, 105, 110),
    *(110, 105, 105, 110, 115, 120, 130, 135, 130, 115, 100, 85),
)
"""How full the emergency departments are, by hour of the civil day. Never empty: their scores stay above 0."""
_DEPARTMENTS = {"internal": 80, "surgery": 60, "intensive": 16}


def _hospitals(size: Size) -> tuple[Thing, ...]:
    # The hospital in the center declares a limit of its own.
    return tuple(
        Thing(
            f"hospital-{name}",
            f"{CITY}/{name}",
            number % ROUND,
            attributes={"handover_limit_s": 1_200} if name == "center" else {},
        )
        for number, name in enumerate(size.districts)
    )


def nedocs_milli(census: dict[str, int]) -> int:
    """Thousandths of the score, by its coefficients: the truth does not ask the formula."""
    score = Fraction(85_800 * census["ed_patients"], census["ed_beds"])
    score += Fraction(600_000 * census["boarders"], census["hospital_beds"]) + 13_400 * census["ventilated"]
    score += Fraction(930 * census["longest_admit_s"] + 5_640 * census["last_wait_s"], 3_600)
    return ceil(score - 20_000)


def _census(plan: Plan, hospital: Thing, at: int, rng: Random) -> Said:
    beds = 20 + 4 * hospital.number
    percent = _ED_PERCENT[(at + plan.offset_ms) // HOUR_MS % 24]
    patients = beds * percent // 100 + rng.randrange(4)
    census = {
        "ed_patients": patients,
        "ed_beds": beds,
        "boarders": patients // 8 + rng.randrange(3),
        "hospital_beds": 300 + 50 * hospital.number,
        "ventilated": rng.randrange(4),
        "longest_admit_s": rng.randrange(1_800, 36_000),
        "last_wait_s": rng.randrange(300, 9_000),
    }
    score = nedocs_milli(census)
    adds = {
        "ed_patients": patients,
        "ed_beds": beds,
        "boarders": census["boarders"],
        "patients_with_boarders": patients,
        "longest_admit_count": 1,
        "longest_admit_s_max": census["longest_admit_s"],
        "last_wait_count": 1,
        "last_wait_s_sum": census["last_wait_s"],
    }
    if rng.randrange(12) == 0:
        # Nobody counted the boarders: there is no score.
        return Said({**census, "boarders": None}, {**adds, "boarders": 0, "patients_with_boarders": 0})
    return Said(census, {**adds, "nedocs_count": 1, "nedocs_milli_sum": score, "nedocs_milli_max": score})


def _beds(_plan: Plan, _hospital: Thing, _at: int, rng: Random) -> Said:
    department = rng.choice(tuple(_DEPARTMENTS))
    beds = _DEPARTMENTS[department]
    # At times more patients than beds: extra ones stand in the corridor.
    occupied = beds * rng.randrange(78, 106) // 100
    said = {"department": department, "beds": beds, "occupied": occupied}
    return Said(said, {"beds": beds, "beds_occupied": occupied})


def _handover(_plan: Plan, hospital: Thing, _at: int, rng: Random) -> Said:
    took = rng.choice((420, 660, 780, 899, 900, 901, 1_200, 1_201, 2_400))
    limit = hospital.attributes.get("handover_limit_s", _USUAL_LIMIT_S)
    return Said(
        {"bay": f"bay-{rng.randrange(1, 5)}", "handover_s": took},
        {"handovers": 1, "handover_s_sum": took, "handovers_within_limit": int(took <= limit)},
    )


def _visits(_plan: Plan, _hospital: Thing, _at: int, rng: Random) -> Said:
    visits = rng.randrange(40)
    booked = visits * rng.randrange(50, 101) // 100
    return Said(
        {"visits": visits, "by_appointment": booked}, {"visits": visits, "visits_by_appointment": booked}
    )


def _consultations(_plan: Plan, _hospital: Thing, _at: int, rng: Random) -> Said:
    held = rng.randrange(6)
    tele = rng.randrange(held + 1)
    return Said(
        {"consultations": held, "tele": tele},
        {"consultation_reports": 1, "consultations": held, "tele_consultations": tele},
    )


SIMULATED = Reporters(
    "hospital",
    "hospital",
    _hospitals,
    Pace(30 * SECOND_MS, (400, 40_000), again_after_ms=15_000),
    15 * MINUTE_MS,
    one_of_steps(
        SUMS,
        {
            "census": (30, _census),
            "beds": (25, _beds),
            "handover": (15, _handover),
            "visits": (20, _visits),
            "consultations": (10, _consultations),
        },
    ),
    (
        Fault(RejectReason.BAD_VALUE, (("step", "discharge"),)),
        Fault(RejectReason.OUT_OF_RANGE, (("step", "visits"), ("visits", 3), ("by_appointment", 4))),
        Fault(RejectReason.MISSING_VALUE, (("step", "census"), ("ed_patients", 12), ("ed_beds", None))),
        Fault(RejectReason.MISSING_ENTITY, (("step", "handover"), ("bay", None))),
    ),
).simulated()
