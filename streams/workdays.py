"""On which days does the city work? By the calendar that the registry has of its reference data, a year an entity.

A year that nobody declared stays one: whoever needs it is refused by name, and nothing is guessed from weekends.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from indicators.workdays import HolidayYear, UndeclaredYearError, WorkCalendar, workdays_between
from streams.entities import OF_THE_CITY

CALENDAR = "calendar"
"""Entity type of a year of the city's calendar; its id is the year."""
HOLIDAYS, MAKEUP_DAYS, ZONE, NOTICE = "holidays", "makeup_days", "zone", "notice"
CALENDARS_MAX = 64


def labels_of(year: HolidayYear, zone: ZoneInfo) -> dict[str, str]:
    """What an entity says of a declared year."""
    return {
        HOLIDAYS: " ".join(f"{day}" for day in sorted(year.holidays)),
        MAKEUP_DAYS: " ".join(f"{day}" for day in sorted(year.makeup_days)),
        ZONE: zone.key,
        NOTICE: year.source,
    }


def calendar_of(entities: Iterable[Mapping[str, Any]]) -> WorkCalendar:
    """The calendar of these years. Raises UndeclaredYearError where there are none."""
    years = tuple(
        sorted(
            (int(found["entity_id"]), labels[HOLIDAYS], labels[MAKEUP_DAYS], labels[NOTICE], labels[ZONE])
            for found in entities
            if (labels := found["labels"])
        )
    )
    if not years:
        raise UndeclaredYearError(
            "the registry has no calendar: write the years into calendar.yaml and load the reference data"
        )
    return _calendar(years)


def workdays_taken(
    lookup: Callable[[str, str, str, int], Mapping[str, Any] | None], begin_ms: int, end_ms: int
) -> int:
    """The working days from one moment to another (epoch milliseconds), the day of the first not counted.

    By the calendar that holds at the second one. Raises UndeclaredYearError, ValueError for an end before its beginning.
    """
    begin, end = (datetime.fromtimestamp(moment / 1000, UTC) for moment in (begin_ms, end_ms))
    # The city's own days may lie in the year beside.
    years = range((begin - timedelta(days=1)).year, (end + timedelta(days=1)).year + 1)
    known = (lookup(OF_THE_CITY, CALENDAR, str(year), end_ms) for year in years)
    calendar = calendar_of(year for year in known if year is not None)
    first, last = (moment.astimezone(calendar.zone).date() for moment in (begin, end))
    return workdays_between(calendar, first, last)


@lru_cache(maxsize=CALENDARS_MAX)
def _calendar(years: tuple[tuple[int, str, str, str, str], ...]) -> WorkCalendar:
    declared = tuple(
        HolidayYear(year, frozenset(_days(holidays)), frozenset(_days(makeup_days)), notice)
        for year, holidays, makeup_days, notice, _ in years
    )
    return WorkCalendar("of the reference data", ZoneInfo(years[0][-1]), declared)


def _days(text: str) -> Iterator[date]:
    return (date.fromisoformat(day) for day in text.split())
