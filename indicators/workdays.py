"""On which days and hours does an office work, and how much working time lies between two instants?

A calendar is a weekend rule, the holidays and make-up working days (调休) that a government declares year by year,
and the working hours with their breaks. Ours: no standard defines working time. Days are counted as the Civil
Code of China counts them (art. 201): the day of the start is not counted.
A year whose holidays nobody declared is refused by name: the weekend rule alone would be silently wrong.
Instants are aware datetimes and are cut to the whole second; working hours are those on the city's clock, so one
with a clock change in it is shorter or longer.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

from indicators.counting import checked_count

YEARS = (1900, 2200)
# Ours: forty years of working days, more is another unit taken for days.
WORKDAYS_MAX = 10_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)
_DAY = timedelta(days=1)
_MINUTES_OF_A_DAY = 1_440
_SPAN = re.compile(r"([01][0-9]|2[0-4]):([0-5][0-9])-([01][0-9]|2[0-4]):([0-5][0-9])")

Hours = tuple[tuple[int, int], ...]
"""Spans of work, each from and to a minute of the civil day."""


class UndeclaredYearError(LookupError):
    """Working days of a year were asked for whose holidays are not declared."""


def hours(*spans: str) -> Hours:
    """Read working hours from spans such as "09:00-12:00"; "24:00" is the end of the day.

    Raises ValueError for another text, and for spans that are empty or do not follow each other.
    """
    found = []
    for span in spans:
        match = _SPAN.fullmatch(span) if isinstance(span, str) else None
        if match is None:
            raise ValueError(f'a span of work is {span!r}: write it as "09:00-12:00"')
        from_hour, from_minute, to_hour, to_minute = (int(part) for part in match.groups())
        found.append((60 * from_hour + from_minute, 60 * to_hour + to_minute))
    return _checked_hours(tuple(found))


def _checked_hours(spans: Hours) -> Hours:
    bounds = [minute for span in spans for minute in span]
    if not bounds or bounds != sorted(set(bounds)) or bounds[0] < 0 or bounds[-1] > _MINUTES_OF_A_DAY:
        raise ValueError(f"spans of work are {spans}: give one or more, each after the one before")
    return spans


# Ours, configuration: eight hours are the usual day, a hotline works round the clock.
OFFICE_HOURS = hours("09:00-12:00", "13:00-18:00")
ROUND_THE_CLOCK = hours("00:00-24:00")
SATURDAY_AND_SUNDAY = frozenset({5, 6})


@dataclass(frozen=True, slots=True)
class HolidayYear:
    """What was declared for the days of one civil year, and where: days off, and weekend days worked instead.

    A notice that reaches into December of the year before is declared there. Raises ValueError for a day of
    another year and for one that is declared as both.
    """

    year: int
    holidays: frozenset[date]
    makeup_days: frozenset[date]
    source: str

    def __post_init__(self) -> None:
        if type(self.year) is not int or not YEARS[0] <= self.year <= YEARS[1]:
            raise ValueError(f"holidays are declared for {self.year!r}: give a civil year, 1900 to 2200")
        for day in (*self.holidays, *self.makeup_days):
            if checked_day(day).year != self.year:
                raise ValueError(f"{day} is declared for {self.year}: declare it with its own year")
        both = sorted(self.holidays & self.makeup_days)
        if both:
            raise ValueError(f"{both[0]} is declared as a holiday and as a working day: keep one of them")


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """When an office works. `zone` is the city's; `weekend` has the days off by `date.weekday`, 0 is Monday.

    Raises ValueError for a year that is declared twice and a make-up working day that is not on the weekend.
    """

    id: str
    zone: tzinfo
    years: tuple[HolidayYear, ...]
    hours: Hours = OFFICE_HOURS
    weekend: frozenset[int] = SATURDAY_AND_SUNDAY

    def __post_init__(self) -> None:
        if not isinstance(self.zone, tzinfo):
            raise ValueError(f'the zone is {self.zone!r}: give one, for example ZoneInfo("Asia/Shanghai")')  # noqa: TRY004
        _checked_hours(self.hours)
        if not self.weekend < frozenset(range(7)):
            raise ValueError(f"the weekend is {sorted(self.weekend)}: days are 0 to 6, and not all of them")
        names = [declared.year for declared in self.years]
        if len(set(names)) != len(names):
            raise ValueError(f"calendar {self.id} declares years {sorted(names)}: declare each once")
        for day in sorted(day for declared in self.years for day in declared.makeup_days):
            if day.weekday() not in self.weekend:
                raise ValueError(f"{day} is no day off in calendar {self.id}: only those are made up on")

    def declared(self, year: int) -> HolidayYear:
        """The declared holidays of a year. Raises UndeclaredYearError where there are none."""
        for declared in self.years:
            if declared.year == year:
                return declared
        known = ", ".join(str(declared.year) for declared in self.years) or "none"
        raise UndeclaredYearError(
            f"calendar {self.id} has no holidays of {year} (declared: {known}): add them from the year's notice"
        )


def is_workday(calendar: WorkCalendar, day: date) -> bool:
    """Whether the office works on a civil day. Raises UndeclaredYearError, ValueError for what is no day."""
    declared = calendar.declared(checked_day(day).year)
    if day in declared.makeup_days:
        return True
    return day not in declared.holidays and day.weekday() not in calendar.weekend


def add_workdays(calendar: WorkCalendar, day: date, count: int) -> date:
    """The `count`-th working day after a day, which is itself not counted; with 0 the day itself.

    Raises UndeclaredYearError when the days reach into such a year, ValueError for a count beyond 0 to 10 000.
    """
    left, reached = checked_count(count, "working days to add"), checked_day(day)
    if left > WORKDAYS_MAX:
        raise ValueError(f"working days to add are {left}: {WORKDAYS_MAX} at most, is it another unit?")
    while left:
        reached += _DAY
        left -= is_workday(calendar, reached)
    return reached


def workdays_between(calendar: WorkCalendar, first: date, last: date) -> int:
    """How many working days lie after the first day, up to the last one and with it.

    What `add_workdays` was given to get from one to the other. Raises UndeclaredYearError, ValueError when the
    last day is before the first.
    """
    if checked_day(last) < checked_day(first):
        raise ValueError(f"{last} is before {first}: a duration is not negative, correct the days")
    days = (first + number * _DAY for number in range(1, (last - first).days + 1))
    return sum(is_workday(calendar, day) for day in days)


def working_seconds_between(calendar: WorkCalendar, start: datetime, end: datetime) -> int:
    """The seconds of working time from one instant to another.

    Raises UndeclaredYearError, ValueError for a datetime without a zone and an end before its start.
    """
    begun, ended = epoch_second(start), epoch_second(end)
    if ended < begun:
        raise ValueError(f"{end} is before {start}: a duration is not negative, correct the times")
    last = datetime.fromtimestamp(ended, calendar.zone).date()
    spans = _spans(calendar, begun, last)
    return sum(max(0, min(closes, ended) - max(opens, begun)) for opens, closes in spans)


def add_working_seconds(calendar: WorkCalendar, start: datetime, seconds: int) -> datetime:
    """The first instant at which so much working time has passed, in the city's zone; with 0 the start itself.

    Raises UndeclaredYearError when it lies in such a year, ValueError as `working_seconds_between`.
    """
    begun, left = epoch_second(start), checked_count(seconds, "working seconds to add")
    if left:
        for opens, closes in _spans(calendar, begun):
            worked = max(0, closes - max(opens, begun))
            if left <= worked:
                return datetime.fromtimestamp(max(opens, begun) + left, calendar.zone)
            left -= worked
    return datetime.fromtimestamp(begun, calendar.zone)


def closing_time(calendar: WorkCalendar, day: date) -> datetime:
    """When the office closes on a day that it works; asks nothing about the day."""
    return datetime.fromtimestamp(_instant(calendar.zone, day, calendar.hours[-1][1]), calendar.zone)


def checked_day(day: object) -> date:
    """The civil day itself. Raises ValueError for a datetime, whose day depends on a zone, and for the rest."""
    if type(day) is not date:
        raise ValueError(f"a day is {day!r}: give a date of the city's zone")
    return day


def epoch_second(instant: object) -> int:
    """The whole second of an aware datetime since 1970. Raises ValueError without a zone or beyond 1900 to 2200."""
    if not isinstance(instant, datetime) or instant.utcoffset() is None:
        raise ValueError(f"a time is {instant!r}: give a datetime that knows its zone")
    if not YEARS[0] <= instant.year <= YEARS[1]:
        raise ValueError(f"a time is {instant}: years are {YEARS[0]} to {YEARS[1]}")
    return (instant - _EPOCH) // _SECOND


def _spans(calendar: WorkCalendar, begun: int, last: date = date.max) -> Iterator[tuple[int, int]]:
    """When each span of work opens and closes, from the day of an instant on until the last day."""
    day = datetime.fromtimestamp(begun, calendar.zone).date()
    while day <= last:
        if is_workday(calendar, day):
            for opens, closes in calendar.hours:
                yield _instant(calendar.zone, day, opens), _instant(calendar.zone, day, closes)
        day += _DAY


def _instant(zone: tzinfo, day: date, minute: int) -> int:
    """The second at which the city's clock shows a minute of a day: the first of two, or the clock change itself."""
    shown = datetime(day.year, day.month, day.day, tzinfo=zone) + timedelta(minutes=minute)
    first, second = ((shown.replace(fold=fold) - _EPOCH) // _SECOND for fold in (0, 1))
    if first <= second:
        return first
    # The clock was set forward over it: the change lies after `second` and not after `first`.
    before = datetime.fromtimestamp(second, zone).utcoffset()
    while first - second > 1:
        middle = (first + second) // 2
        if datetime.fromtimestamp(middle, zone).utcoffset() == before:
            second = middle
        else:
            first = middle
    return first
