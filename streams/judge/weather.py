"""How much rain fell in 3 and in 24 hours, and how many warnings are in force? Folds hours into longer spans, and a balance."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from indicators.grades import RAIN_GRADES
from indicators.rounding import as_float
from indicators.weather import HourOfRain, rain_total
from streams.judge.balance import Balance
from streams.judge.progress import Span
from streams.judge.rows import FINAL, Row, Rows, Statistic, Subject, Version, subject_of, version_of_step
from streams.judge.window import HOUR_MS, Entity, WindowFold, subject_in
from streams.keyed_state import KeyedState

RAIN: Mapping[int, str] = {3: "weather.rain_3h_mm", 24: "weather.rain_24h_mm"}
"""Hours to the indicator of their rain."""
IN_FORCE = "weather.warnings_in_force"
KEPT_HOURS = 72
"""An hour that is told again after a restart finds the day before it."""
_PLACES = frozenset({"area", "city"})


class WeatherFold(WindowFold):
    """One measure. What it remembers is the rain of the last hours, and the warnings in force by place."""

    adds = (*RAIN.values(), IN_FORCE)
    looks_back = True
    standing = IN_FORCE

    def __init__(self, rows: Rows, state: KeyedState, measure: str) -> None:
        super().__init__(rows, state, measure)
        self._balance = Balance(state, measure)

    def on_partial(self, statistic: Statistic) -> Iterable[Row]:
        """The warnings in force so far: nobody waits for the end of the hour to hear of one."""
        if statistic["entity_type"] in _PLACES:
            in_force = self._after(statistic, keep=False)
            yield self._in_force_row(subject_of(statistic), in_force, version_of_step(statistic["step"]))

    def on_final(self, statistic: Statistic) -> Iterable[Row]:
        """The rain of the hours that end with this one; the warnings are told of when the hour is over."""
        if statistic["entity_type"] in _PLACES:
            self._after(statistic, keep=True)
        if statistic["sums"].get("rain_count"):
            yield from self._rain_rows(subject_of(statistic), statistic["sums"])

    def on_over(self, span: Span, run_id: str, roster: Sequence[Entity]) -> Iterable[Row]:
        """The warnings in force in each place, also where nothing was heard in the hour."""
        for entity in roster:
            if entity["entity_type"] in _PLACES:
                subject = subject_in(span, entity, run_id)
                yield self._in_force_row(subject, self._balance.at_end_of(subject), FINAL)

    def _after(self, statistic: Statistic, *, keep: bool) -> int:
        subject, sums = subject_of(statistic), statistic["sums"]
        before = self._balance.at_end_of(subject._replace(window_start=subject.window_start - 1))
        # Who was lifted without having been issued in this run may not hide the next one.
        change = max(sums.get("issued", 0) - sums.get("lifted", 0), -before)
        return self._balance.after(subject, change, keep=keep)

    def _in_force_row(self, subject: Subject, in_force: int, version: Version) -> Row:
        return self._rows.data(
            IN_FORCE,
            subject,
            self._rows.edition(IN_FORCE, subject.window_start),
            version,
            value=in_force,
            observations=in_force,
            inputs={"in_force": in_force},
            details={},
        )

    def _rain_rows(self, subject: Subject, sums: Mapping[str, int]) -> Iterator[Row]:
        prefix = f"{self._measure}|{subject.run_id}|rain|{subject.entity_type}|{subject.entity_id}|"
        now = subject.window_start
        self._state.put(f"{prefix}{now:015d}", [sums["rain_um_sum"], sums["rain_s_sum"]])
        known: dict[int, HourOfRain] = {}
        for key, hour in list(self._state.items(prefix)):
            start = int(key[len(prefix) :])
            if start < now - KEPT_HOURS * HOUR_MS:
                self._state.remove(key)
            elif start <= now:
                known[start] = HourOfRain(*hour)
        for length, indicator in RAIN.items():
            first = now - (length - 1) * HOUR_MS
            within = [hour for start, hour in known.items() if start >= first]
            found = rain_total(within, length)
            graded = found.value is not None and length == 24
            yield self._rows.data(
                indicator,
                subject,
                self._rows.edition(indicator, now),
                FINAL,
                value=None if found.value is None else as_float(found.value),
                grade=RAIN_GRADES.of(10 * found.value).word if graded and found.value is not None else None,
                validity=found.validity,
                observations=found.hours,
                expected=length,
                inputs={"rain_um": sum(hour.rain_um for hour in within), "hours": found.hours},
                details={} if found.reason is None else {"reason": found.reason},
            )
