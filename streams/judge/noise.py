"""How loud was it by day and by night? Folds a station's hours into the civil day, as energies."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from indicators.noise import (
    AREA_LIMITS,
    DEFAULT_DAY_HOURS,
    GB3096_2008,
    NoiseJudgement,
    NoiseStat,
    Period,
    by_period,
    judge,
    judge_night_peak,
    leq,
)
from indicators.rounding import ratio_to_float
from streams.judge.day import Days, EntityDay
from streams.judge.progress import Span
from streams.judge.rows import FINAL, Row, Rows, Statistic, Subject, Version
from streams.judge.window import Entity, WindowFold
from streams.keyed_state import KeyedState

INDICATORS: dict[Period, str] = {"day": "noise.ld_db", "night": "noise.ln_db"}
NIGHT_PEAK = "noise.night_peak_db"
HOURS: dict[Period, int] = {"day": DEFAULT_DAY_HOURS.length, "night": 24 - DEFAULT_DAY_HOURS.length}
_AREAS = tuple(AREA_LIMITS)


class NoiseDays(WindowFold):
    """One measure. What it remembers is the energy of the hours of each station's open days."""

    adds = (*INDICATORS.values(), NIGHT_PEAK)

    def __init__(self, rows: Rows, state: KeyedState, measure: str) -> None:
        self._rows = rows
        self._days = Days(state, rows.civil, measure)

    def on_final(self, statistic: Statistic) -> Iterable[Row]:
        """The day so far of a station."""
        sums = statistic["sums"]
        if statistic["entity_type"] != "station" or not sums.get("readings"):
            return ()
        area_class = sums["area_class_max"] if sums["area_class_count"] else None
        day = self._days.put(
            statistic["run_id"],
            self._rows.civil.date_of(statistic["window_start"]),
            (statistic["entity_type"], statistic["entity_id"], statistic["area_id"]),
            str(statistic["window_start"]),
            [
                sums["energy_milli"],
                sums["readings"],
                area_class,
                sums["peak_cdb_max"] if sums.get("peaks") else None,
            ],
        )
        return self._day_rows(day, statistic["run_id"], Version("provisional", len(day.hours)))

    def on_over(self, span: Span, run_id: str, roster: Sequence[Entity]) -> Iterable[Row]:
        """The days that are over, and who was silent in all of one that ends here."""
        over = self._days.take_over(run_id, span.end)
        for day in over:
            yield from self._day_rows(day, run_id, FINAL)
        civil = self._rows.civil
        date = civil.date_of(span.start)
        start, end = civil.day(date)
        if span.end != end:
            return
        heard = {day.entity_id for day in over if day.day == date}
        for entity in roster:
            if entity["entity_type"] == "station" and entity["entity_id"] not in heard:
                subject = Subject("station", entity["entity_id"], entity["area_id"], start, end, run_id)
                for period, indicator_id in INDICATORS.items():
                    yield self._rows.no_data(indicator_id, subject, expected=HOURS[period])
                yield self._rows.no_data(NIGHT_PEAK, subject, expected=HOURS["night"])

    def _day_rows(self, day: EntityDay, run_id: str, version: Version) -> Iterator[Row]:
        start, end = self._rows.civil.day(day.day)
        subject = Subject(day.entity_type, day.entity_id, day.area_id, start, end, run_id)
        hours: defaultdict[int, NoiseStat] = defaultdict(lambda: NoiseStat(0, 0))
        area_class = None
        peaks: list[int] = []
        for text, (energy, count, known, *peak) in sorted(day.hours.items()):
            hour = self._rows.civil.hour_of(int(text))
            hours[hour] += NoiseStat(energy, count)
            area_class = area_class if known is None else known
            if DEFAULT_DAY_HOURS.period(hour) == "night":
                peaks += [level for level in peak if level is not None]
        by_day, by_night = by_period(hours)
        stats: dict[Period, NoiseStat] = {"day": by_day, "night": by_night}
        for period, stat in stats.items():
            heard = sum(DEFAULT_DAY_HOURS.period(hour) == period for hour in hours)
            reason = _lack(stat, heard, period)
            details = {} if area_class is None or not stat.count else _against_limit(stat, area_class, period)
            level = leq(stat)
            yield self._rows.data(
                INDICATORS[period],
                subject,
                level,
                version,
                value=level.value,
                validity="no_data" if not stat.count else "insufficient" if reason else "valid",
                observations=heard,
                expected=HOURS[period],
                inputs={"energy_milli": stat.energy, "readings": stat.count, "hours": heard},
                details={**details, **reason},
            )
        yield self._night_peak(subject, max(peaks, default=None), len(peaks), area_class, version)

    def _night_peak(
        self, subject: Subject, peak: int | None, heard: int, area_class: int | None, version: Version
    ) -> Row:
        judged = judge_night_peak(peak, _AREAS[area_class]) if area_class is not None else None
        return self._rows.data(
            NIGHT_PEAK,
            subject,
            GB3096_2008,
            version,
            value=None if peak is None else ratio_to_float(peak, 100, 1),
            validity="no_data" if peak is None else "valid",
            observations=heard,
            expected=HOURS["night"],
            inputs={} if peak is None else {"peak_cdb_max": peak},
            details={"reason": "nothing_counted"} if peak is None else _of_limit(judged),
        )


def _lack(stat: NoiseStat, heard: int, period: Period) -> dict[str, str]:
    """Why a period is not valid: ours, at least three quarters of its hours must have readings."""
    if not stat.count:
        return {"reason": "nothing_counted"}
    return {"reason": "too_few_hours"} if 4 * heard < 3 * HOURS[period] else {}


def _against_limit(stat: NoiseStat, area_class: int, period: Period) -> dict[str, str]:
    return _of_limit(judge(stat, _AREAS[area_class], period))


def _of_limit(found: NoiseJudgement | None) -> dict[str, str]:
    if found is None:
        return {}
    return {
        "functional_area": found.area,
        "limit_db": str(found.limit),
        "exceedance_db": f"{found.exceedance_db:.1f}",
        "exceeded": str(found.exceeded).lower(),
    }
