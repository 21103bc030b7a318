"""At which civil times is a rule told of? Days, working days by the calendar, and hours of the day.

A year whose holidays nobody declared does not silence a rule: it is then told on every day.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Literal

from pydantic import BaseModel, ConfigDict, field_validator, model_validator

from indicators.workdays import HolidayYear, UndeclaredYearError, WorkCalendar, is_workday
from indicators.workdays_china import CHINA_YEARS
from streams.alerts.fields import WEEKDAYS, Dates, DayHours

SEARCH_DAYS = 62
"""How far ahead the next change of a schedule is looked for; later ones are found by then."""


class Schedule(BaseModel):
    """When a rule is told of. Everything that is given has to hold; what is not given always holds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    days: Literal["all", "workdays", "days_off"] | tuple[str, ...] = "all"
    dates: Dates = ()
    hours: DayHours = ((0, 1_440),)

    @field_validator("days")
    @classmethod
    def _days_exist(cls, days: str | tuple[str, ...]) -> str | tuple[str, ...]:
        if not isinstance(days, str) and (not days or set(days) - set(WEEKDAYS)):
            raise ValueError(
                f"is {list(days)}: write all, workdays, days_off, or a list of {', '.join(WEEKDAYS)}"
            )
        return days

    @model_validator(mode="after")
    def _says_something(self) -> "Schedule":
        if self == Schedule.model_construct():
            raise ValueError("says nothing: give days, dates or hours, or leave the schedule out")
        return self


def calendar_of(zone: tzinfo, years: Sequence[HolidayYear] = CHINA_YEARS) -> WorkCalendar:
    """The calendar by which working days of schedules are told."""
    return WorkCalendar("alert rules", zone, tuple(years))


def is_on(schedule: Schedule | None, calendar: WorkCalendar, at_ms: int) -> bool:
    """Whether a rule is told of at a moment, epoch milliseconds."""
    if schedule is None:
        return True
    at = datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(calendar.zone)
    minute = at.hour * 60 + at.minute
    return _is_day(schedule, calendar, at.date()) and any(a <= minute < b for a, b in schedule.hours)


def next_change(schedule: Schedule | None, calendar: WorkCalendar, at_ms: int) -> int | None:
    """The first moment after this one at which `is_on` is otherwise; None where there is none within `SEARCH_DAYS`."""
    if schedule is None:
        return None
    now = is_on(schedule, calendar, at_ms)
    today = datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(calendar.zone).date()
    minutes = sorted({0, *(minute % 1_440 for span in schedule.hours for minute in span)})
    for day in (today + timedelta(days=number) for number in range(SEARCH_DAYS)):
        for minute in minutes:
            at = datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=calendar.zone)
            moment = round(at.timestamp() * 1000)
            if moment > at_ms and is_on(schedule, calendar, moment) != now:
                return moment
    return None


def _is_day(schedule: Schedule, calendar: WorkCalendar, day: date) -> bool:
    if schedule.dates and day not in schedule.dates:
        return False
    if schedule.days == "all":
        return True
    if not isinstance(schedule.days, str):
        return WEEKDAYS[day.weekday()] in schedule.days
    try:
        return is_workday(calendar, day) == (schedule.days == "workdays")
    except UndeclaredYearError:
        return True
