"""On which days does this city work? `calendar.yaml`: its holidays and make-up working days, year by year."""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, timedelta
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, PlainValidator

from citybrain.reference.values import Name, day, whole
from indicators.workdays import YEARS, HolidayYear, WorkCalendar
from indicators.workdays_china import CHINA_YEARS
from streams.problems import Problems, checked, shown
from streams.yaml_lines import Document, items_of, read_yaml

SPAN_DAYS_MAX = 31
_SPAN = re.compile(r"(\S+)\.\.(\S+)")


def _days(value: object) -> tuple[tuple[date, ...], ...]:
    """For each item of the list its days: a single one, or first and last with two dots between."""
    if not isinstance(value, list):
        raise ValueError(f"is {shown(value)}: write a list of days, as [2026-01-01..2026-01-03, 2026-04-05]")  # noqa: TRY004
    return tuple(_span(item) for item in value)


def _span(text: object) -> tuple[date, ...]:
    match = _SPAN.fullmatch(text) if isinstance(text, str) else None
    first, last = (day(match[1]), day(match[2])) if match else (day(text), day(text))
    if not 0 <= (last - first).days < SPAN_DAYS_MAX:
        raise ValueError(
            f"has {text}: write the first day, two dots and a last day within {SPAN_DAYS_MAX} days"
        )
    return tuple(first + timedelta(days=number) for number in range((last - first).days + 1))


class CalendarYear(BaseModel):
    """What was declared for one civil year, and where."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    year: Annotated[int, PlainValidator(whole(*YEARS, "2026"))]
    source: Name
    holidays: Annotated[tuple[tuple[date, ...], ...], PlainValidator(_days)]
    makeup_days: Annotated[tuple[tuple[date, ...], ...], PlainValidator(_days)]


def read_calendar(file: str, data: bytes, problems: Problems) -> tuple[HolidayYear, ...]:
    """The declared years that are right, checked as `indicators.workdays` checks them; what is wrong is told."""
    document = read_yaml(file, data, problems)
    if document is None:
        return ()
    years: dict[int, HolidayYear] = {}
    for number, item in items_of(file, document, "years", problems):
        found = checked(CalendarYear, item, file, document.lines_of("years", number), problems)
        if found is None:
            continue
        if found.year in years:
            line = document.line("years", number, "year")
            problems.add(file, line, "year", f"{found.year} is there twice: keep one of them")
        elif (year := _year(file, found, document, number, problems)) is not None:
            years[found.year] = year
    return tuple(years.values())


def work_years(declared: Sequence[HolidayYear]) -> tuple[HolidayYear, ...]:
    """The shipped years of China with those that the city declares in their place, or beside them."""
    by_year = {year.year: year for year in (*CHINA_YEARS, *declared)}
    return tuple(by_year[year] for year in sorted(by_year))


def _year(
    file: str, found: CalendarYear, document: Document, number: int, problems: Problems
) -> HolidayYear | None:
    wrong = list(_wrong_days(found))
    for field, item, text in wrong:
        problems.add(file, document.line("years", number, field, item), field, text)
    if wrong:
        return None
    holidays = frozenset(one for span in found.holidays for one in span)
    makeup_days = frozenset(one for span in found.makeup_days for one in span)
    return HolidayYear(found.year, holidays, makeup_days, found.source)


def _wrong_days(found: CalendarYear) -> Iterator[tuple[str, int, str]]:
    """Each day for itself, so that all that is wrong is told and not the first alone."""
    holidays = frozenset(one for span in found.holidays for one in span)
    for number, span in enumerate(found.holidays):
        for one in span:
            yield from _refused("holidays", number, lambda one=one: _declared(found, {one}, set()))
    for number, span in enumerate(found.makeup_days):
        for one in span:
            yield from _refused(
                "makeup_days", number, lambda one=one: _declared(found, {one} & holidays, {one})
            )


def _declared(found: CalendarYear, holidays: set[date], makeup_days: set[date]) -> None:
    year = HolidayYear(found.year, frozenset(holidays), frozenset(makeup_days), found.source)
    WorkCalendar("calendar.yaml", UTC, (year,))


def _refused(field: str, number: int, declare: Any) -> Iterator[tuple[str, int, str]]:
    try:
        declare()
    except ValueError as error:
        yield field, number, f"has a day that cannot be: {error}"
