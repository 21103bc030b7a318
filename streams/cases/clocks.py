"""When is a case due, and when at risk? Clock arithmetic over pauses, round the clock or by an office's calendar.

The limits of working time, and how pauses count, are those of `indicators/service_deadlines.py`; seconds round the
clock are reckoned here to the millisecond. All times are epoch milliseconds.
"""

from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple

from indicators.service_deadlines import Limit, Pause, deadline
from indicators.workdays import UndeclaredYearError, WorkCalendar, working_seconds_between

_SECOND_MS = 1_000

Pauses = tuple[tuple[int, int | None], ...]
"""From and to; the last one has no end while the clock stands."""


class Due(NamedTuple):
    """When a clock is at risk and when it runs out; both None while it stands, or for the reason that is given."""

    at_risk: int | None
    due: int | None
    why_not: str | None = None


STANDS = Due(None, None)


def due_of(start: int, limit: Limit, at_risk_percent: int, pauses: Pauses, calendar: WorkCalendar) -> Due:
    """When a clock that started at `start` with a limit is at risk and due."""
    if limit.unit == "seconds":
        return _round_the_clock(start, limit.amount * _SECOND_MS, at_risk_percent, pauses)
    try:
        return _of_working_time(start, limit, at_risk_percent, pauses, calendar)
    except UndeclaredYearError as error:
        return Due(None, None, str(error))


def due_at(start: int, due: int, at_risk_percent: int, pauses: Pauses) -> Due:
    """As `due_of`, for a deadline that the source says itself; pauses put it off by as much."""
    return _round_the_clock(start, max(due - start, 0), at_risk_percent, pauses)


def ran_for(start: int, end: int, pauses: Pauses) -> int:
    """How long a clock ran, without pauses. Whole seconds."""
    stood = sum(
        max(0, min(end, end if ended is None else ended) - max(start, begun)) for begun, ended in pauses
    )
    return (end - start - stood) // _SECOND_MS


def _round_the_clock(start: int, allowed: int, at_risk_percent: int, pauses: Pauses) -> Due:
    due = _after(start, allowed, pauses)
    return STANDS if due is None else Due(_after(start, allowed * at_risk_percent // 100, pauses), due)


def _after(start: int, allowed: int, pauses: Pauses) -> int | None:
    """The moment at which a clock has run for so long; None while it stands before that."""
    running = start
    for begun, ended in sorted(pauses, key=lambda pause: pause[0]):
        stopped = max(begun, running)
        if stopped - running >= allowed:
            break
        if ended is None:
            return None
        allowed -= stopped - running
        running = max(ended, stopped)
    return running + allowed


@lru_cache(maxsize=8_192)
def _of_working_time(
    start: int, limit: Limit, at_risk_percent: int, pauses: Pauses, calendar: WorkCalendar
) -> Due:
    begun = _instant(start)
    stood = tuple(Pause(_instant(a), None if b is None else _instant(b)) for a, b in pauses)
    found = deadline(calendar, begun, limit, stood)
    without_pauses = deadline(calendar, begun, limit).due
    if found.due is None or without_pauses is None:
        return STANDS
    lead = working_seconds_between(calendar, begun, without_pauses) * at_risk_percent // 100
    at_risk = deadline(calendar, begun, Limit(lead, "working_seconds"), stood).due if lead else begun
    return STANDS if at_risk is None else Due(_milliseconds(at_risk), _milliseconds(found.due))


def _instant(at: int) -> datetime:
    return datetime.fromtimestamp(at // _SECOND_MS, UTC)


def _milliseconds(at: datetime) -> int:
    return round(at.timestamp()) * _SECOND_MS
