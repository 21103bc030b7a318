"""How fast is a link when nothing is in the way, and on how many days does the answer rest?

GB/T 33171-2016 §7.2.1.2: 06:00 to 24:00 in equal intervals of at most 15 minutes; for each of them the arithmetic
mean, over 30 days or more, of its mean travel speed; then the mean of the fastest ninth (8 of 72), at most the
speed limit. With fewer days or intervals the same steps are taken and the result says `short_history`.
Speeds are in km/h, exact; days and minutes are civil ones of the city.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal

from indicators.rounding import as_float
from indicators.standard import Edition
from indicators.traffic import free_flow_speed
from indicators.traffic_inputs import SPEED_KMH_MAX, Exact, positive, speed_kmh

FREE_FLOW_2016 = Edition("GB/T 33171", "2016", None, None, "§7.2.1.2 free-flow speed")
DAYS_REQUIRED = 30
DAY_STARTS_MINUTE, DAY_ENDS_MINUTE = 6 * 60, 24 * 60
INTERVAL_MINUTES = 15
# A ninth of the day, 120 minutes, has to be whole intervals.
INTERVALS_ALLOWED = (1, 2, 3, 4, 5, 6, 8, 10, 12, 15)

# Civil date, minute of the day (0 to 1439), speed in km/h.
Observation = tuple[date, int, Exact]
# Civil date and the minute of the day at which the interval starts.
Cell = tuple[date, int]


@dataclass(frozen=True, slots=True)
class SpeedHistory:
    """What one link was seen doing: for each day and interval the sum of its speeds (km/h) and their count.

    Cells add up, so histories of days, or of parts of a day, merge exactly. Raises ValueError for an interval
    that does not divide a ninth of the day, and for a cell that observations cannot have made.
    """

    cells: Mapping[Cell, tuple[Exact, int]]
    interval_minutes: int = INTERVAL_MINUTES

    def __post_init__(self) -> None:
        _check_interval(self.interval_minutes)
        for (day, minute), (total, count) in self.cells.items():
            _check_moment(day, minute)
            if minute < DAY_STARTS_MINUTE or minute % self.interval_minutes:
                raise ValueError(f"a cell starts at minute {minute}: no interval from 06:00 to 24:00 does")
            if type(count) is not int or count < 1 or positive(total, "a sum") > count * SPEED_KMH_MAX:
                raise ValueError(f"speeds add up to {total} in {count!r} observations: reject the cell")

    def __add__(self, other: "SpeedHistory") -> "SpeedHistory":
        """Both histories together. Raises ValueError when their intervals differ."""
        if other.interval_minutes != self.interval_minutes:
            raise ValueError(
                f"intervals of {self.interval_minutes} and {other.interval_minutes} minutes do not merge: "
                "build both histories with one"
            )
        merged = dict(self.cells)
        for cell, (total, count) in other.cells.items():
            before, counted = merged.get(cell, (0, 0))
            merged[cell] = (before + total, counted + count)
        return SpeedHistory(merged, self.interval_minutes)


@dataclass(frozen=True, slots=True)
class FreeFlow:
    """A free-flow speed and what it rests on.

    `value` is exact, in km/h, None without an observation. `days` is the fewest days behind any interval in
    hand, `intervals` how many of the day's `intervals_of_day` are in hand. `basis` is "standard" with 30 days
    and every interval, else "short_history", which is never passed off as the standard's: its validity is
    "insufficient". `at_limit` tells that the speed limit was taken instead.
    """

    value: Fraction | None
    basis: Literal["standard", "short_history"] | None
    days: int
    intervals: int
    intervals_of_day: int
    at_limit: bool
    validity: Literal["valid", "insufficient", "no_data"]
    reason: str | None
    standard: str
    edition: str
    clause: str

    @property
    def value_float(self) -> float | None:
        """The speed for tables, km/h, rounded half-even to six decimals."""
        return None if self.value is None else as_float(self.value)


def speed_history(
    observations: Iterable[Observation], *, interval_minutes: int = INTERVAL_MINUTES
) -> SpeedHistory:
    """The history of one link from its observed speeds, in any order.

    Day means of an interval are observations too, one for each day at the interval's first minute. What was
    seen before 06:00 does not count. Raises ValueError for a moment or a speed that cannot be; a speed of 0 is
    a detector that nobody passed.
    """
    _check_interval(interval_minutes)
    cells: dict[Cell, tuple[Fraction, int]] = {}
    for day, minute, speed in observations:
        _check_moment(day, minute)
        seen = speed_kmh(speed)
        if minute >= DAY_STARTS_MINUTE:
            cell = (day, minute - minute % interval_minutes)
            total, count = cells.get(cell, (Fraction(0), 0))
            cells[cell] = (total + seen, count + 1)
    return SpeedHistory(cells, interval_minutes)


def free_flow(history: SpeedHistory, *, speed_limit_kmh: Exact | None = None) -> FreeFlow:
    """The free-flow speed of one link, at most the speed limit where it has one.

    Each day weighs the same in the mean of an interval, however often it was observed; the standard takes the
    mean of mean travel speeds. With intervals missing the ninth is of those in hand: our decision.
    """
    limit = None if speed_limit_kmh is None else speed_kmh(speed_limit_kmh, "a speed limit")
    days_of = _day_means(history)
    if not days_of:
        return _result(history, None, days_of, at_limit=False)
    measured = free_flow_speed([sum(means, Fraction(0)) / len(means) for means in days_of.values()])
    at_limit = limit is not None and measured > limit
    return _result(history, limit if at_limit else measured, days_of, at_limit=at_limit)


def _day_means(history: SpeedHistory) -> dict[int, list[Fraction]]:
    means: dict[int, list[Fraction]] = {}
    for (_, minute), (total, count) in history.cells.items():
        means.setdefault(minute, []).append(Fraction(total) / count)
    return means


def _result(
    history: SpeedHistory, value: Fraction | None, days_of: Mapping[int, list[Fraction]], *, at_limit: bool
) -> FreeFlow:
    intervals_of_day = (DAY_ENDS_MINUTE - DAY_STARTS_MINUTE) // history.interval_minutes
    days = min((len(means) for means in days_of.values()), default=0)
    enough = days >= DAYS_REQUIRED and len(days_of) == intervals_of_day
    short = f"rests on {days} of {DAYS_REQUIRED} days and {len(days_of)} of {intervals_of_day} intervals"
    reason = "nothing was observed from 06:00 to 24:00" if value is None else None if enough else short
    return FreeFlow(
        value=value,
        basis=None if value is None else "standard" if enough else "short_history",
        days=days,
        intervals=len(days_of),
        intervals_of_day=intervals_of_day,
        at_limit=at_limit,
        validity="no_data" if value is None else "valid" if enough else "insufficient",
        reason=reason,
        standard=FREE_FLOW_2016.standard,
        edition=FREE_FLOW_2016.edition,
        clause=FREE_FLOW_2016.clause,
    )


def _check_interval(minutes: object) -> None:
    if type(minutes) is not int or minutes not in INTERVALS_ALLOWED:
        raise ValueError(
            f"an interval of {minutes!r} minutes: give one of {INTERVALS_ALLOWED}, whole in a ninth"
        )


def _check_moment(day: object, minute: object) -> None:
    if type(day) is not date:
        raise ValueError(f"a civil date is {day!r}: give a date, without a time")
    if type(minute) is not int or not 0 <= minute < DAY_ENDS_MINUTE:
        raise ValueError(f"a minute of the day is {minute!r}: it is whole and runs from 0 to 1439")
