"""Was help there in time, in an hour and on a day? Judges one milestone of `emergency.<milestone>`.

A day is folded from its hours: sums are added, histograms merged. Hours without incidents have no statistic.
What is open and overdue at the end of a window is all that began to be so until then less all that ended.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from indicators.emergency import RESPONSE_TARGET_SECONDS, ResponseResult, merge_all, parse_histogram, response
from streams.judge.balance import Balance
from streams.judge.day import Days, EntityDay
from streams.judge.progress import Span
from streams.judge.rows import (
    DAILY,
    FINAL,
    Row,
    Rows,
    Statistic,
    Subject,
    Version,
    subject_of,
    version_of_step,
)
from streams.judge.window import Entity, WindowFold
from streams.keyed_state import KeyedState

_IDS: Mapping[str, tuple[str, ...]] = {
    "dispatched": ("emergency.dispatched_within_15min_ratio",),
    "en_route": ("emergency.en_route_within_15min_ratio",),
    "arrived": (
        "emergency.within_15min_ratio",
        "emergency.response_seconds_p50",
        "emergency.response_seconds_p90",
        "emergency.closed_without_arrival",
        "emergency.overdue_open",
    ),
}
_COUNTED = ("closed_without_arrival", "expired_without_closure")
_TARGET = {"target_seconds": str(RESPONSE_TARGET_SECONDS)}
_NOBODY_RESPONDED = {**_TARGET, "reason": "no_response_to_judge"}
_NO_NEWS: Mapping[str, Any] = {"histogram": {}, "observations": 0, **dict.fromkeys(_COUNTED, 0)}


class EmergencyJudge(WindowFold):
    """One milestone; what it remembers durably is the whole hours of the open days of each district and city."""

    def __init__(self, rows: Rows, state: KeyedState, milestone: str) -> None:
        self.measure = f"emergency.{milestone}"
        self.published: Mapping[str, tuple[str, ...]] = dict.fromkeys(("area", "city"), _IDS[milestone])
        self._rows = rows
        self._ids = _IDS[milestone]
        self._days = Days(state, rows.civil, self.measure)
        self._overdue = Balance(state, self.measure)

    def judged(self, statistic: Statistic) -> Iterable[Row]:
        """An hour of a district or the city; with a whole hour also its day so far."""
        subject = subject_of(statistic)
        version = version_of_step(statistic["step"])
        sums = statistic["sums"]
        change = sums.get("overdue_begun", 0) - sums.get("overdue_ended", 0)
        overdue = self._overdue.after(subject, change, keep=version is FINAL)
        hour = {
            "histogram": dict(statistic["histogram"]),
            "observations": statistic["observations"],
            **{name: sums.get(name, 0) for name in _COUNTED},
        }
        yield from self._judge([hour], overdue, subject, version, "")
        if version is FINAL:
            day = self._days.put(
                subject.run_id,
                self._rows.civil.date_of(subject.window_start),
                (subject.entity_type, subject.entity_id, subject.area_id),
                str(subject.window_start),
                hour,
            )
            yield from self._day_rows(day, subject.run_id, overdue, Version("provisional", len(day.hours)))

    def on_over(self, span: Span, run_id: str, roster: Sequence[Entity]) -> Iterable[Row]:
        """Hours without news in which somebody still waits, and the days that are over."""
        date = self._rows.civil.date_of(span.start)
        told = {
            (day.entity_type, day.entity_id)
            for day in self._days.of(run_id, date)
            if str(span.start) in day.hours
        }
        for entity in roster:
            subject = _subject(entity, span.start, span.end, run_id)
            overdue = self._overdue.at_end_of(subject)
            if overdue and (subject.entity_type, subject.entity_id) not in told:
                yield from self._judge([_NO_NEWS], overdue, subject, FINAL, "")
        over = self._days.take_over(run_id, span.end)
        for day in over:
            yield from self._day_rows(day, run_id, None, FINAL)
        start, end = self._rows.civil.day(date)
        if end != span.end:
            return
        heard = {(day.entity_type, day.entity_id) for day in over if day.day == date}
        for entity in roster:
            if (entity["entity_type"], entity["entity_id"]) not in heard:
                for indicator_id in self._ids:
                    yield self._rows.no_data(f"{indicator_id}{DAILY}", _subject(entity, start, end, run_id))

    def _day_rows(self, day: EntityDay, run_id: str, overdue: int | None, version: Version) -> Iterable[Row]:
        """A day's rows; without `overdue` that of its end is taken."""
        start, end = self._rows.civil.day(day.day)
        subject = Subject(day.entity_type, day.entity_id, day.area_id, start, end, run_id)
        if overdue is None:
            overdue = self._overdue.at_end_of(subject._replace(window_start=end - 1))
        return self._judge(list(day.hours.values()), overdue, subject, version, DAILY)

    def _judge(
        self,
        hours: Sequence[Mapping[str, Any]],
        overdue: int,
        subject: Subject,
        version: Version,
        suffix: str,
    ) -> Iterable[Row]:
        result = response(
            merge_all(parse_histogram(hour["histogram"]) for hour in hours),
            overdue_open=overdue,
            **{name: sum(hour[name] for hour in hours) for name in _COUNTED},
        )
        observations = sum(hour["observations"] for hour in hours)
        inputs = {
            "within_15min": result.within,
            "responded": result.responded,
            "overdue_open": result.overdue_open,
            "closed_without_arrival": result.closed_without_arrival,
            "expired_without_closure": result.expired_without_closure,
        }
        for indicator_id in self._ids:
            value = _value(indicator_id, result)
            yield self._rows.data(
                f"{indicator_id}{suffix}",
                subject,
                result,
                version,
                value=value,
                validity="not_applicable" if value is None else "valid",
                observations=observations,
                inputs=inputs,
                details=_NOBODY_RESPONDED if value is None else _TARGET,
                exact=result.ratio,
            )


def _subject(entity: Entity, start: int, end: int, run_id: str) -> Subject:
    return Subject(entity["entity_type"], entity["entity_id"], entity["area_id"], start, end, run_id)


def _value(indicator_id: str, result: ResponseResult) -> float | None:
    if indicator_id.endswith("within_15min_ratio"):
        return result.ratio_value
    if indicator_id == "emergency.response_seconds_p50":
        return result.p50
    if indicator_id == "emergency.response_seconds_p90":
        return result.p90
    if indicator_id == "emergency.overdue_open":
        return result.overdue_open
    return result.closed_without_arrival
