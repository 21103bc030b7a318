"""Until when does a request have to be handled?

A limit by the kind of request and the level that handles it: working days, working seconds, or seconds round the
clock. Cities set their own tables, so a table is configuration with its source. The days of a limit are counted
as the Civil Code of China counts them: without the day of the start, and over when the office closes on the last
of them (art. 201 and 203). How pauses count is ours: while the clock stands, no time of the limit passes.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from indicators.counting import checked_count
from indicators.standard import Edition
from indicators.workdays import (
    WorkCalendar,
    add_workdays,
    add_working_seconds,
    closing_time,
    epoch_second,
    working_seconds_between,
)

DEADLINE_V1 = Edition(
    "project", "service-deadline-1", None, None, "limits by kind and level on a calendar, less pauses"
)
# Ours: about three years, more is another unit.
SECONDS_MAX = 100_000_000

Unit = Literal["workdays", "working_seconds", "seconds"]


@dataclass(frozen=True, slots=True)
class Limit:
    """How much time a request may take. Raises ValueError for an unknown unit and what is not 1 or more."""

    amount: int
    unit: Unit

    def __post_init__(self) -> None:
        if self.unit not in ("workdays", "working_seconds", "seconds"):
            raise ValueError(f"a limit is in {self.unit!r}: its unit is workdays, working_seconds or seconds")
        if not 1 <= checked_count(self.amount, "a limit") <= SECONDS_MAX:
            raise ValueError(f"a limit is {self.amount} {self.unit}: it is 1 to {SECONDS_MAX}")


@dataclass(frozen=True, slots=True)
class ServiceLevels:
    """The limits of a city by kind of request and handling level: configuration with its source."""

    id: str
    limits: Mapping[tuple[str, str], Limit]
    source: str

    def limit(self, kind: str, level: str) -> Limit:
        """The limit of a kind at a level. Raises LookupError where the table has none."""
        found = self.limits.get((kind, level))
        if found is None:
            known = ", ".join(f"{kind} ({level})" for kind, level in self.limits)
            raise LookupError(f"{self.id} has no limit for {kind!r} at {level!r}: it has {known}")
        return found


# An urgent request is to be handled at once there, which is no amount of time: a city says how long that is.
ZUNYI = ServiceLevels(
    "zunyi",
    {
        ("consultation", "city"): Limit(1, "workdays"),
        ("consultation", "county"): Limit(2, "workdays"),
        ("help", "city"): Limit(5, "workdays"),
        ("help", "county"): Limit(5, "workdays"),
        ("suggestion", "city"): Limit(5, "workdays"),
        ("suggestion", "county"): Limit(5, "workdays"),
        ("complaint", "city"): Limit(10, "workdays"),
        ("complaint", "county"): Limit(12, "workdays"),
    },
    "municipal table of Zunyi, secondary source: an example, every city has its own",
)


@dataclass(frozen=True, slots=True)
class Pause:
    """A time in which the clock of a request stands, from and to aware datetimes; an open one has no end yet."""

    start: datetime
    end: datetime | None = None

    def __post_init__(self) -> None:
        start = epoch_second(self.start)
        if self.end is not None and epoch_second(self.end) < start:
            raise ValueError(f"a pause ends at {self.end}, before it starts at {self.start}: correct it")


@dataclass(frozen=True, slots=True)
class Deadline:
    """When a request is due, in the city's zone; closed at that very second it is still in time.

    `due` is None while the clock stands, and `reason` says since when. `paused_seconds` is what the pauses gave,
    by the limit's own clock: working seconds where it counts working time.
    """

    due: datetime | None
    limit: Limit
    paused_seconds: int
    reason: str | None
    standard: str
    edition: str
    clause: str

    @property
    def validity(self) -> Literal["valid", "no_data"]:
        """Whether there is a deadline to hold the request to."""
        return "no_data" if self.due is None else "valid"


def deadline(calendar: WorkCalendar, start: datetime, limit: Limit, pauses: Iterable[Pause] = ()) -> Deadline:
    """The deadline of a request that was accepted at `start`, in any zone, cut to the whole second.

    Pauses may overlap and come in any order; what lies before the start or after the deadline gives nothing.
    Raises UndeclaredYearError when it reaches into a year without declared holidays, ValueError for a datetime
    without a zone.
    """
    clock = _Clock(calendar, limit.unit)
    running = _utc(start)
    left, paused = clock.budget(running, limit), 0
    for pause in sorted(pauses, key=lambda pause: epoch_second(pause.start)):
        stopped = max(_utc(pause.start), running)
        used = clock.between(running, stopped)
        if used >= left:
            break
        if pause.end is None:
            since = stopped.astimezone(calendar.zone).isoformat()
            return _result(None, limit, paused, f"the clock stands since {since}")
        resumed = max(_utc(pause.end), stopped)
        left -= used
        paused += clock.between(stopped, resumed)
        running = resumed
    return _result(clock.after(running, left), limit, paused, None)


def _utc(instant: datetime) -> datetime:
    # Two times of one zone are compared by their clocks, which is wrong while the clock is set back; not in UTC.
    return datetime.fromtimestamp(epoch_second(instant), UTC)


@dataclass(frozen=True, slots=True)
class _Clock:
    """The clock of a limit: round the clock for seconds, the office's for the rest."""

    calendar: WorkCalendar
    unit: Unit

    def budget(self, start: datetime, limit: Limit) -> int:
        if limit.unit != "workdays":
            return limit.amount
        last = add_workdays(self.calendar, start.astimezone(self.calendar.zone).date(), limit.amount)
        return working_seconds_between(self.calendar, start, closing_time(self.calendar, last))

    def between(self, start: datetime, end: datetime) -> int:
        if self.unit == "seconds":
            return epoch_second(end) - epoch_second(start)
        return working_seconds_between(self.calendar, start, end)

    def after(self, start: datetime, seconds: int) -> datetime:
        if self.unit == "seconds":
            return datetime.fromtimestamp(epoch_second(start) + seconds, self.calendar.zone)
        return add_working_seconds(self.calendar, start, seconds)


def _result(due: datetime | None, limit: Limit, paused_seconds: int, reason: str | None) -> Deadline:
    return Deadline(
        due=due,
        limit=limit,
        paused_seconds=paused_seconds,
        reason=reason,
        standard=DEADLINE_V1.standard,
        edition=DEADLINE_V1.edition,
        clause=DEADLINE_V1.clause,
    )
