"""What do the schools of the simulated city report? Two a district, one of them in the country; courses are shared by all."""

from random import Random

from feeds.civil_time import HOUR_MS, SECOND_MS
from feeds.decoding import RejectReason
from feeds.simulated_order import Fault
from feeds.simulated_plan import CITY, Plan
from feeds.simulated_reporters import Reporters, Said, Thing
from feeds.simulated_size import Size
from feeds.simulated_steps import one_of_steps
from feeds.simulated_told import Pace

SUMS = (
    *("cases_opened", "cases_closed", "handled_s", "cases_with_limit", "cases_on_time"),
    *("pm25_readings", "pm25_exceeding", "co2_readings", "co2_exceeding"),
    *("noise_readings", "noise_exceeding"),
    *("people", "capacity", "offered_minutes", "attended_minutes"),
    *("urban_offered_minutes", "urban_attended_minutes", "rural_offered_minutes", "rural_attended_minutes"),
)
_LIMITS = {
    "pm25": ("pm25_limit_ngm3", 75_000),
    "co2": ("co2_limit_ppm", 1_000),
    "noise": ("level_limit_cdb", 5_500),
}
_NO_LIMIT_FOR_NOISE = "school-harbor-1"
_OF_UNKNOWN_CLASS = "school-center-2"


def _attributes(school: str, *, rural: bool) -> dict[str, int]:
    found = {} if school == _OF_UNKNOWN_CLASS else {"rural": int(rural)}
    for quantity, (name, limit) in _LIMITS.items():
        if (school, quantity) != (_NO_LIMIT_FOR_NOISE, "noise"):
            found[name] = limit
    return found


def _schools(size: Size) -> tuple[Thing, ...]:
    return tuple(
        Thing(school, f"{CITY}/{name}", number, attributes=_attributes(school, rural=number == 2))
        for name in size.districts
        for number in (1, 2)
        for school in (f"school-{name}-{number}",)
    )


def _case_opened(_plan: Plan, _school: Thing, at: int, _rng: Random) -> Said:
    return Said({"case": f"case-{at}"}, {"cases_opened": 1})


def _case_closed(_plan: Plan, _school: Thing, at: int, rng: Random) -> Said:
    limit = rng.choice((None, 3_600, 7_200))
    took = rng.choice((600, 2_400, 3_600, 3_601, 7_200, 9_000))
    adds = {"cases_closed": 1, "handled_s": took}
    if limit is not None:
        adds |= {"cases_with_limit": 1, "cases_on_time": int(took <= limit)}
    return Said({"case": f"case-{at - took * SECOND_MS}", "handled_s": took, "limit_s": limit}, adds)


def _environment(plan: Plan, school: Thing, at: int, rng: Random) -> Said:
    lessons = 8 <= (at + plan.offset_ms) // HOUR_MS % 24 < 17
    measured = {
        "pm25": rng.choice((12_000, 48_000, 74_999, 75_000, 75_001, 120_000)),
        "co2": rng.choice((650, 990, 1_000, 1_001, 1_800) if lessons else (420, 500, 1_000)),
        "noise": rng.choice((4_200, 5_499, 5_500, 5_501, 6_800)),
    }
    if rng.randrange(6) == 0:
        del measured["noise"]
    adds: dict[str, int] = {}
    for quantity, value in measured.items():
        limit = school.attributes.get(_LIMITS[quantity][0])
        if limit is not None:
            adds |= {f"{quantity}_readings": 1, f"{quantity}_exceeding": int(value > limit)}
    noise = measured.get("noise")
    said = {
        "place": f"room-{rng.randrange(1, 9)}",
        "pm25_ugm3": measured["pm25"] / 1_000,
        "co2_ppm": measured["co2"],
        "laeq_db": None if noise is None else noise / 100,
    }
    return Said(said, adds)


def _occupancy(plan: Plan, _school: Thing, at: int, rng: Random) -> Said:
    lessons = 8 <= (at + plan.offset_ms) // HOUR_MS % 24 < 17
    people = rng.randrange(250, 420) if lessons else rng.randrange(20)
    counts = {"people": people, "capacity": 400}
    return Said({"place": f"building-{rng.randrange(1, 4)}", **counts}, counts)


def _course(_plan: Plan, school: Thing, _at: int, rng: Random) -> Said:
    offered = rng.choice((40, 45, 90))
    # In the country a class more often comes late, or not at all.
    attended = rng.choice((0, 20, 30, offered) if school.number == 2 else (20, offered, offered, offered))
    minutes = {"offered_minutes": offered, "attended_minutes": attended}
    rural = school.attributes.get("rural")
    of_class = (
        {} if rural is None else {f"{'rural' if rural else 'urban'}_{key}": n for key, n in minutes.items()}
    )
    return Said({"course": f"course-{rng.randrange(1, 30)}", **minutes}, {**minutes, **of_class})


SIMULATED = Reporters(
    "school",
    "school",
    _schools,
    Pace(45 * SECOND_MS, (400, 40_000), again_after_ms=15_000),
    HOUR_MS,
    one_of_steps(
        SUMS,
        {
            "environment": (40, _environment),
            "occupancy": (20, _occupancy),
            "course": (25, _course),
            "case_opened": (8, _case_opened),
            "case_closed": (7, _case_closed),
        },
    ),
    (
        Fault(RejectReason.BAD_VALUE, (("step", "holiday"),)),
        Fault(
            RejectReason.OUT_OF_RANGE,
            (("step", "course"), ("course", "c"), ("offered_minutes", 40), ("attended_minutes", 41)),
        ),
        Fault(
            RejectReason.MISSING_VALUE,
            (
                ("step", "environment"),
                ("place", "room-1"),
                *((field, None) for field in ("pm25_ugm3", "co2_ppm", "laeq_db")),
            ),
        ),
        Fault(RejectReason.MISSING_ENTITY, (("step", "case_opened"), ("case", None))),
    ),
).simulated()
