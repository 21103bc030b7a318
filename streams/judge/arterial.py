"""How much faster does a corridor let one through than in its base year, on days of the same kind at the same hours?

The base year is reference data, and so is which days are worked. A window belongs to the class of hours that it begins
in; hours that the base year does not have are left out. Each window is put in its place, so that a repeat changes
nothing, and the day so far is told with every window.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from indicators.arterial_efficiency import (
    ARTERIAL_EFFICIENCY_V1,
    ArterialEfficiency,
    Travel,
    arterial_efficiency,
    travel_by_class,
)
from indicators.workdays import UndeclaredYearError, is_workday
from streams.baselines import BASE_YEAR, CORRIDOR, DAY_OFF, WORKDAY, Class, baseline_of
from streams.catalog import SYSTEMS
from streams.judge.day import Days, EntityDay
from streams.judge.progress import Span
from streams.judge.rows import FINAL, Row, Rows, Subject, Version
from streams.judge.window import Entity
from streams.keyed_state import KeyedState
from streams.workdays import CALENDAR, calendar_of

GAIN = "road.arterial_efficiency_gain_ratio"
# Ours: of a class with less than half of its windows it is not known how the class was.
HEARD_PART = 2
_REASONS = {"no_data": "nothing_comparable", "insufficient": "too_little_comparable"}


class ArterialDays:
    """The days of corridors that have a base year. What it remembers are the sums of each window of open days."""

    def __init__(self, rows: Rows, state: KeyedState, measure: str) -> None:
        self._rows = rows
        self._days = Days(state, rows.civil, measure)
        self._window_minutes = SYSTEMS["road"].source.window // timedelta(minutes=1)

    def on_over(
        self, span: Span, run_id: str, roster: Sequence[Entity], driven: Mapping[str, Mapping[str, int]]
    ) -> Iterator[Row]:
        """The day so far of each corridor that was driven on, by its sums; the whole day with its last window."""
        corridors = {
            one["entity_id"]: one for one in roster if one["entity_type"] == CORRIDOR and baseline_of(one)
        }
        if not corridors:
            return
        today = self._rows.civil.date_of(span.start)
        is_last = self._rows.civil.day(today)[1] == span.end
        for corridor_id, sums in sorted(driven.items()):
            if corridor_id in corridors and sums["length_m"] > 0 and sums["travel_time_ms"] > 0:
                travel = [sums["length_m"], sums["travel_time_ms"]]
                self._days.put(run_id, today, (CORRIDOR, corridor_id, None), str(span.start), travel)
        kind = self._kind_of(today, roster)
        for corridor_id, corridor in sorted(corridors.items()):
            subject = self._subject(corridor_id, span, run_id)
            day = self._days.one(run_id, today, CORRIDOR, corridor_id)
            if day is not None:
                version = FINAL if is_last else Version("provisional", len(day.hours))
                yield self._row(subject, day, corridor, kind, version)
            elif is_last:
                yield self._rows.no_data(GAIN, subject)
        # Forgets what is long over.
        self._days.take_over(run_id, span.end)

    def _kind_of(self, day: date, roster: Sequence[Entity]) -> str | UndeclaredYearError:
        """Whether the city works on a day, or why that is not known."""
        try:
            calendar = calendar_of(one for one in roster if one["entity_type"] == CALENDAR)
            return WORKDAY if is_workday(calendar, day) else DAY_OFF
        except UndeclaredYearError as error:
            return error

    def _row(
        self,
        subject: Subject,
        day: EntityDay,
        corridor: Entity,
        kind: str | UndeclaredYearError,
        version: Version,
    ) -> Row:
        if isinstance(kind, UndeclaredYearError):
            return self._rows.data(
                GAIN,
                subject,
                ARTERIAL_EFFICIENCY_V1,
                version,
                value=None,
                validity="no_data",
                observations=len(day.hours),
                inputs={},
                details={"reason": "undeclared_year", "undeclared": str(kind)},
            )
        base_year = (corridor.get("labels") or {}).get(BASE_YEAR, "")
        return self._compared(subject, day, baseline_of(corridor), (kind, base_year), version)

    def _compared(
        self,
        subject: Subject,
        day: EntityDay,
        baseline: Mapping[Class, Travel],
        of: tuple[str, str],
        version: Version,
    ) -> Row:
        days, base_year = of
        then = {one: travel for one, travel in baseline.items() if one.days == days}
        placed = list(self._placed(day, tuple(then)))
        expected = {one: (one.end - one.begin) // self._window_minutes for one in then}
        heard = Counter(one for one, _, _ in placed)
        known = {one for one in then if HEARD_PART * heard[one] >= expected[one]}
        now = travel_by_class(
            (str(one), length_m, time_ms) for one, length_m, time_ms in placed if one in known
        )
        result = arterial_efficiency({str(one): travel for one, travel in then.items()}, now)
        reason = {} if result.reason is None else {"reason": _REASONS[result.validity]}
        return self._rows.data(
            GAIN,
            subject,
            result,
            version,
            value=result.gain_float,
            exact=result.gain,
            validity=result.validity,
            observations=sum(heard.values()),
            expected=sum(expected.values()),
            inputs=_inputs(then, now),
            details={"base_year": base_year, "days": days, **_gains(result), **reason},
        )

    def _placed(self, day: EntityDay, classes: Sequence[Class]) -> Iterator[tuple[Class, int, int]]:
        """The driving of each window under its class."""
        for text, (length_m, time_ms) in sorted(day.hours.items()):
            minute = self._rows.civil.minute_of(int(text))
            for one in classes:
                if one.begin <= minute < one.end:
                    yield one, length_m, time_ms

    def _subject(self, corridor_id: str, span: Span, run_id: str) -> Subject:
        start, end = self._rows.civil.day(self._rows.civil.date_of(span.start))
        return Subject(CORRIDOR, corridor_id, None, start, end, run_id)


def _inputs(then: Mapping[Class, Travel], now: Mapping[str, Travel]) -> dict[str, int]:
    """What was driven in the classes that are compared, in the base year and on the day."""
    compared = [(travel, now[str(one)]) for one, travel in then.items() if str(one) in now]
    return {
        "baseline_length_m": sum(int(before.length_m) for before, _ in compared),
        "baseline_travel_time_ms": sum(int(before.travel_time_ms) for before, _ in compared),
        "length_m": sum(int(after.length_m) for _, after in compared),
        "travel_time_ms": sum(int(after.travel_time_ms) for _, after in compared),
    }


def _gains(result: ArterialEfficiency) -> dict[str, str]:
    return {f"gain.{label}": f"{float(gain):.3f}" for label, gain in sorted(result.gains.items())}
