"""How much rain fell in the last hours? Ours: what an hour needs to count, and how many of them a figure needs.

An hour is told by the rain that was measured in it and by how long that was measured. Where several stations measured, the rain
of a place is the mean over their time; a single station's rain is as it was measured, never more.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from indicators.counting import checked_count
from indicators.standard import Edition
from indicators.validity import Validity

WEATHER_V1 = Edition(
    "project",
    "weather-1",
    None,
    None,
    "sums, extremes and means of readings; rain of 3 and 24 h from its hours, of which 3 and 20 must be there",
)
WARNINGS_V1 = Edition(
    "project", "weather-warnings-1", None, None, "official warnings as they were passed on, counted"
)
HOUR_S = 3_600
ENOUGH_S = 2_700
"""An hour counts when three quarters of it were measured."""
HOURS_NEEDED = {1: 1, 3: 3, 24: 20}
"""Of so many hours how many have to count: every one of three, and of a day as many as GB 3095 asks of its hours."""
_UM_PER_MM = 1_000


class HourOfRain(NamedTuple):
    """Micrometres that were measured in an hour, and for how many seconds; of several stations the sums of both."""

    rain_um: int
    measured_s: int


@dataclass(frozen=True, slots=True)
class RainTotal:
    """The rain of some hours in mm, exact. None where nothing was measured, and where too few of several hours count.

    `hours` is how many count, `expected` how many there are.
    """

    value: Fraction | None
    hours: int
    expected: int
    validity: Validity
    reason: str | None


def rain_total(hours: Sequence[HourOfRain], expected: int) -> RainTotal:
    """The rain of the hours that are known among so many (1, 3 or 24). Raises ValueError for counts that cannot be."""
    if expected not in HOURS_NEEDED or len(hours) > expected:
        raise ValueError(f"{len(hours)} of {expected} hours: rain is told of 1, 3 or 24, each at most once")
    total, counting = Fraction(0), 0
    for hour in hours:
        rain_um = checked_count(hour.rain_um, "rain")
        measured_s = checked_count(hour.measured_s, "measured time")
        total += Fraction(rain_um * HOUR_S, max(measured_s, HOUR_S) * _UM_PER_MM)
        counting += measured_s >= ENOUGH_S
    if not any(hour.measured_s for hour in hours):
        return RainTotal(None, 0, expected, "no_data", "nothing_counted")
    if counting >= HOURS_NEEDED[expected]:
        return RainTotal(total, counting, expected, "valid", None)
    # Of one hour it is what fell so far; of several nobody would see what is not in it.
    reason = "too_short" if expected == 1 else "too_few_hours"
    return RainTotal(total if expected == 1 else None, counting, expected, "insufficient", reason)
