"""How do the simulated city's taxis drive? Points on the links of a map; slow in the rush hours, empty at night."""

from random import Random

from feeds.civil_time import HOUR_MS, MINUTE_MS, SECOND_MS
from feeds.decoding import RejectReason
from feeds.simulated_order import Fault
from feeds.simulated_plan import CITY, Plan
from feeds.simulated_reporters import Reporters, Said, Thing
from feeds.simulated_size import Size
from feeds.simulated_told import Pace

WINDOW_MS = 5 * MINUTE_MS
_RUSH_HOURS = frozenset({7, 8, 17, 18})
_VACANT_PERCENT = (
    *(70, 76, 80, 82, 80, 70, 55, 35, 25, 30, 38, 40),
    *(42, 44, 44, 40, 34, 26, 24, 30, 36, 42, 50, 60),
)
"""How many of the cars are empty, by hour of the civil day."""


def _links(size: Size) -> tuple[Thing, ...]:
    """The links of the sender's map, which are not those of the road detectors; every other one is a faster one."""
    return tuple(
        Thing(f"map-link-{place:02d}{turn:02d}", f"{CITY}/{name}", 2 - turn % 2)
        for place, name in enumerate(size.districts, start=1)
        for turn in range(1, size.probe_links + 1)
    )


def _reading(plan: Plan, link: Thing, at: int, rng: Random) -> Said:
    hour = (at + plan.offset_ms) // HOUR_MS % 24
    usual_dkmh = 180 if hour in _RUSH_HOURS else 420
    # One in eight stands: at a light, or in a queue.
    speed_dkmh = 0 if rng.randrange(8) == 0 else usual_dkmh + 40 * link.number + rng.randrange(-150, 151)
    vacant = int(rng.randrange(100) < _VACANT_PERCENT[hour])
    boarded = int(not vacant and speed_dkmh == 0 and rng.randrange(2) == 0)
    # One in twenty does not say whether it is taken.
    knows = rng.randrange(20) > 0
    body = {"point": rng.randrange(4), "speed_kmh": speed_dkmh / 10}
    adds = {
        "points": 1,
        "speed_points": 1,
        "speed_dkmh_sum": speed_dkmh,
        "vacancy_points": int(knows),
        "vacant": vacant if knows else 0,
        "trips_started": boarded if knows else 0,
    }
    return Said({**body, "vacant": vacant == 1, "boarded": boarded == 1} if knows else body, adds)


SIMULATED = Reporters(
    "probe",
    "link",
    _links,
    Pace(10 * SECOND_MS, (300, 45_000), again_after_ms=9_000),
    WINDOW_MS,
    _reading,
    (
        Fault(RejectReason.OUT_OF_RANGE, (("speed_kmh", 260),)),
        Fault(RejectReason.BAD_VALUE, (("vacant", "maybe"),)),
        Fault(RejectReason.MISSING_VALUE, (("speed_kmh", None),)),
    ),
).simulated()
