"""How are spans of time, hours and days written in a rule? Readers of single fields, each with what to write instead."""

import re
from datetime import date, timedelta
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer

from indicators.workdays import Hours, hours

_SPAN = re.compile(r"(0|[1-9][0-9]{0,5})([smhd])")
_SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
SPAN_MAX = timedelta(days=35)
"""As long as topics are kept: nothing waits longer."""
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DATES_MAX = 366


def _span(given: Any) -> timedelta:
    if isinstance(given, timedelta):
        return given
    match = _SPAN.fullmatch(given) if isinstance(given, str) else None
    if match is None:
        raise ValueError(f"is {given!r}: write a span of time as 90s, 10m, 2h or 1d")
    span = timedelta(seconds=int(match[1]) * _SECONDS[match[2]])
    if span > SPAN_MAX:
        raise ValueError(f"is {given}: at most {SPAN_MAX.days}d")
    return span


def shown_span(span: timedelta) -> str:
    """A span as rules write it: `90s`, `10m`, `2h`, `1d`."""
    seconds = round(span.total_seconds())
    for letter in "dhm":
        if seconds and seconds % _SECONDS[letter] == 0:
            return f"{seconds // _SECONDS[letter]}{letter}"
    return f"{seconds}s"


Span = Annotated[timedelta, BeforeValidator(_span), PlainSerializer(shown_span)]


def _hours(given: Any) -> Hours:
    if isinstance(given, list | tuple) and all(isinstance(item, str) for item in given):
        return hours(*given)
    if isinstance(given, tuple):
        return given
    raise ValueError(f'is {given!r}: write hours of the civil day as ["07:00-09:00", "17:00-19:00"]')


def _shown_hours(spans: Hours) -> list[str]:
    return [f"{a // 60:02}:{a % 60:02}-{b // 60:02}:{b % 60:02}" for a, b in spans]


DayHours = Annotated[Hours, BeforeValidator(_hours), PlainSerializer(_shown_hours)]


def _dates(given: Any) -> tuple[date, ...]:
    items = given if isinstance(given, list | tuple) else [given]
    found: set[date] = set()
    for item in items:
        if isinstance(item, date):
            found.add(item)
            continue
        first, _, last = str(item).partition("..")
        try:
            begin, end = date.fromisoformat(first), date.fromisoformat(last or first)
        except ValueError:
            raise ValueError(
                f"is {item!r}: write a day as 2026-10-01, days as 2026-10-01..2026-10-07"
            ) from None
        if not 0 <= (end - begin).days < DATES_MAX:
            raise ValueError(f"is {item}: the last day comes after the first, at most {DATES_MAX} days on")
        found |= {begin + timedelta(days=n) for n in range((end - begin).days + 1)}
    return tuple(sorted(found))


Dates = Annotated[
    tuple[date, ...],
    BeforeValidator(_dates),
    PlainSerializer(lambda days: [day.isoformat() for day in days]),
]
