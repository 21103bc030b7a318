"""How do the simulated city's school buses drive? A trip every twelve minutes, all day long."""

from random import Random
from typing import Any

from feeds.civil_time import MINUTE_MS, SECOND_MS
from feeds.decoding import RejectReason
from feeds.simulated_order import Fault
from feeds.simulated_plan import CITY, Plan
from feeds.simulated_reporters import Reporters, Said, Thing
from feeds.simulated_size import Size
from feeds.simulated_told import Pace

WINDOW_MS = 15 * MINUTE_MS
EVERY_MS = 30 * SECOND_MS
_READINGS_OF_A_TRIP = 24
_NO_LIMIT = 11
"""One bus is registered without a speed limit."""
# Beyond these, written once more, so that the truth does not come from the declarations.
_TOLERANCE_M, _MOVING_DKMH, _EARLY_S, _LATE_S = 100, 50, -600, 300
_NOTHING = dict.fromkeys(
    (
        *("trips_ended", "trips_counted", "trips_left_on_board"),
        *("trips_on_time", "trips_early", "trips_late"),
    ),
    0,
)
"""What a reading adds that ends no trip."""


def _buses(size: Size) -> tuple[Thing, ...]:
    return tuple(
        Thing(
            f"school-bus-{number + 1:02d}",
            f"{CITY}/{size.districts[number // size.school_buses]}",
            number,
            {} if number == _NO_LIMIT else {"speed_limit_kmh": 40 if number == 0 else 60},
        )
        for number in range(size.school_buses * len(size.districts))
    )


def _drive(bus: Thing, rng: Random) -> tuple[dict[str, Any], dict[str, int]]:
    """Where and how fast, in any reading: what is said, and what it adds."""
    limit_kmh = bus.attributes.get("speed_limit_kmh")
    top_dkmh = 10 * (limit_kmh or 60)
    speed_dkmh = rng.choice((0, 50, 51, top_dkmh // 2, top_dkmh - 40, top_dkmh, top_dkmh + rng.randrange(2)))
    door_open = rng.randrange(2 if speed_dkmh == 0 else 40) == 0
    off_line_m = rng.choice((0, 4, 9, 20, 35, 60, _TOLERANCE_M, _TOLERANCE_M + 1, 400, None))
    moving = speed_dkmh > _MOVING_DKMH
    adds = {
        "limited": int(limit_kmh is not None),
        "speeding": int(limit_kmh is not None and speed_dkmh > 10 * limit_kmh),
        "on_line": int(off_line_m is not None),
        "off_route": int(off_line_m is not None and off_line_m > _TOLERANCE_M),
        "moving": int(moving),
        "moving_open": int(moving and door_open),
    }
    return {"speed_kmh": speed_dkmh / 10, "door_open": door_open, "off_line_m": off_line_m}, adds


def _end(rng: Random) -> tuple[dict[str, Any], dict[str, int]]:
    """The end of a trip. One in eight leaves somebody on board, or has counted wrong."""
    boarded = rng.randrange(3, 30)
    left = rng.choice((0,) * 14 + (1, -1))
    delay_s = rng.choice((-601, -600, -120, 0, 60, 240, 300, 301, None))
    adds = {
        "trips_ended": 1,
        "trips_counted": 1,
        "trips_left_on_board": int(left > 0),
        "trips_on_time": int(delay_s is not None and _EARLY_S <= delay_s <= _LATE_S),
        "trips_early": int(delay_s is not None and delay_s < _EARLY_S),
        "trips_late": int(delay_s is not None and delay_s > _LATE_S),
    }
    return {"step": "ended", "boarded": boarded, "alighted": boarded - left, "delay_s": delay_s}, adds


def _reading(plan: Plan, bus: Thing, at: int, rng: Random) -> Said:
    said, adds = _drive(bus, rng)
    if (at - plan.start) // EVERY_MS % _READINGS_OF_A_TRIP == bus.number % _READINGS_OF_A_TRIP:
        end, ended = _end(rng)
        return Said({**said, **end}, {**_NOTHING, **adds, **ended})
    return Said({**said, "step": "under_way"}, {**_NOTHING, **adds})


SIMULATED = Reporters(
    "school-bus",
    "vehicle",
    _buses,
    Pace(EVERY_MS, (400, 90_000), again_after_ms=20_000),
    WINDOW_MS,
    _reading,
    (
        Fault(RejectReason.OUT_OF_RANGE, (("speed_kmh", 400),)),
        Fault(RejectReason.BAD_VALUE, (("step", "parked"),)),
        Fault(RejectReason.MISSING_VALUE, (("step", None),)),
    ),
).simulated()
