"""How good was the air at a station, in a district, in the city, in an hour and on a day?

Judges `air.concentration`. An hour of a station stands alone; a day of a station is folded from its whole hours;
a city's hour is the mean of its stations' means first, taken when the hour is over for all of them.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from indicators.air import (
    POLLUTANTS,
    AqiResult,
    city_daily_aqi,
    city_hourly_aqi,
    city_hourly_aqi_of_text,
    concentration_ugm3,
    daily_aqi,
    hourly_aqi,
    hourly_aqi_of_text,
)
from indicators.air_means import Hours, Mean, mean_of_means
from indicators.air_rules import HJ633_2012_TEXT
from indicators.standard import Edition
from streams.catalog import AIR
from streams.judge.day import Days, EntityDay
from streams.judge.progress import Progress, Span
from streams.judge.rows import (
    FINAL,
    NO_DATA,
    Row,
    Rows,
    Statistic,
    Subject,
    Version,
    subject_of,
    version_of_step,
)
from streams.judge.window import HOUR_MS, Entity, Place, WindowFold, places_of
from streams.keyed_state import KeyedState

HOURS_LOOKED_BACK = 24
Means = Mapping[str, Mean]


class AirJudge(WindowFold):
    """One measure; what it remembers durably is the whole hours of the open days of each station."""

    measure = AIR.source.measure
    published: Mapping[str, tuple[str, ...]] = {"station": ("air.aqi_hourly", "air.pm25_ugm3")}

    def __init__(self, rows: Rows, state: KeyedState, chosen: Mapping[str, Edition] | None = None) -> None:
        """`chosen` names an edition for an indicator; without it the civil day decides."""
        self._rows = rows
        self._chosen = chosen or {}
        self._days = Days(state, rows.civil, self.measure)
        # Partial means of the open hour, by moment of the watermark: only for provisional rows of a city.
        self._partial: dict[int, dict[str, tuple[str | None, Means]]] = {}

    def judged(self, statistic: Statistic) -> Iterable[Row]:
        """A station's hour; with a whole hour also its day so far."""
        subject = subject_of(statistic)
        means = means_of(statistic["sums"])
        version = version_of_step(statistic["step"])
        yield from self._hour_rows(
            subject, {subject.entity_id: means}, version, statistic["observations"], None
        )
        if version is not FINAL:
            moment = statistic["window_start"] + statistic["step"] * _STEP_MS
            self._partial.setdefault(moment, {})[subject.entity_id] = (subject.area_id, means)
            return
        civil = self._rows.civil
        day = self._days.put(
            subject.run_id,
            civil.date_of(subject.window_start),
            (subject.entity_type, subject.entity_id, subject.area_id),
            str(subject.window_start),
            {pollutant: list(mean) for pollutant, mean in means.items()},
        )
        yield self._day_row(day, subject.run_id, Version("provisional", len(day.hours)))

    def on_partial_clock(self, statistic: Statistic, progress: Progress) -> Iterable[Row]:
        """The city as of the step before: of the present one not every station may have come yet."""
        step = statistic["step"] - 1
        moment = statistic["window_start"] + step * _STEP_MS
        stations = self._partial.get(moment, {})
        self._partial = {kept: found for kept, found in self._partial.items() if kept > moment}
        # After a restart part of a step may be missing; the next one is complete again.
        if step == 0 or not stations or not progress.seen_whole(moment):
            return
        span = Span(statistic["window_start"], statistic["window_end"])
        yield from self._places(stations, [], span, statistic["run_id"], version_of_step(step))

    def on_over(self, span: Span, run_id: str, roster: Sequence[Entity]) -> Iterable[Row]:
        """The hour of districts and city, and the days that are over."""
        civil = self._rows.civil
        date, hour = civil.date_of(span.start), str(span.start)
        stations: dict[str, tuple[str | None, Means]] = {
            day.entity_id: (day.area_id, _means(day.hours[hour]))
            for day in self._days.of(run_id, date)
            if hour in day.hours
        }
        yield from self._places(stations, roster, span, run_id, FINAL)
        over = self._days.take_over(run_id, span.end)
        for day in over:
            yield self._day_row(day, run_id, FINAL)
        _, end = civil.day(date)
        for ended in sorted({day.day for day in over} | ({date} if end == span.end else set())):
            yield from self._day_over(ended, [day for day in over if day.day == ended], roster, run_id)

    def _day_over(
        self, date: date, days: Sequence[EntityDay], roster: Sequence[Entity], run_id: str
    ) -> Iterable[Row]:
        """Who was silent for a whole day, and the day of districts and city."""
        start, end = self._rows.civil.day(date)
        heard = {day.entity_id for day in days}
        for entity in roster:
            if entity["entity_id"] not in heard:
                subject = Subject("station", entity["entity_id"], entity["area_id"], start, end, run_id)
                yield self._rows.no_data("air.aqi_daily", subject, expected=(end - start) // HOUR_MS)
        measured: defaultdict[Place, list[EntityDay]] = defaultdict(list)
        for day in days:
            for place in places_of(day.area_id):
                measured[place].append(day)
        expected = _expected(roster)
        for place in sorted({*expected, *measured}):
            subject = Subject(*place, place[1], start, end, run_id)
            found = measured[place]
            if found:
                result = city_daily_aqi(
                    [self._hours(day) for day in found], date, self._chosen.get("air.aqi_daily")
                )
                yield self._index_row(
                    "air.aqi_daily",
                    subject,
                    result,
                    FINAL,
                    observations=len(found),
                    expected=expected.get(place),
                    inputs={"stations": len(found)},
                )
            else:
                yield self._rows.no_data("air.aqi_daily", subject, expected=expected[place])

    def _places(
        self,
        stations: Mapping[str, tuple[str | None, Means]],
        roster: Sequence[Entity],
        span: Span,
        run_id: str,
        version: Version,
    ) -> Iterable[Row]:
        measured: defaultdict[Place, dict[str, Means]] = defaultdict(dict)
        expected = _expected(roster)
        # By station, so that the order of arrival decides nothing.
        for station_id, (area_id, means) in sorted(stations.items()):
            for place in places_of(area_id):
                measured[place][station_id] = means
        for place in sorted({*expected, *measured}):
            of_place = measured[place]
            subject = Subject(*place, place[1], span.start, span.end, run_id)
            found = version if of_place else NO_DATA
            yield from self._hour_rows(subject, of_place, found, len(of_place), expected.get(place))

    def _hour_rows(
        self,
        subject: Subject,
        stations: Mapping[str, Means],
        version: Version,
        observations: int,
        expected: int | None,
    ) -> Iterable[Row]:
        """The hour of one station or, from the means of its stations, of a district or the city."""
        result = self._hour_result(subject, stations)
        own = next(iter(stations.values())) if subject.entity_type == "station" else None
        inputs = {"stations": len(stations)} if own is None else _inputs(own)
        yield self._index_row(
            "air.aqi_hourly",
            subject,
            result,
            version,
            observations=observations,
            expected=expected,
            inputs=inputs,
        )
        pm25 = mean_of_means(means["pm25"] for means in stations.values() if "pm25" in means)
        yield self._rows.data(
            "air.pm25_ugm3",
            subject,
            result,
            version,
            value=None if pm25 is None else concentration_ugm3(pm25),
            validity="no_data" if pm25 is None else "valid",
            observations=observations,
            expected=expected,
            inputs=inputs,
            details={"reason": "no_values"} if pm25 is None else {},
        )

    def _hour_result(self, subject: Subject, stations: Mapping[str, Means]) -> AqiResult:
        chosen = self._chosen.get("air.aqi_hourly")
        alone = subject.entity_type == "station"
        if chosen == HJ633_2012_TEXT:
            past = [self._past_hours(subject, station, means) for station, means in stations.items()]
            return hourly_aqi_of_text(past[0]) if alone else city_hourly_aqi_of_text(past)
        date = self._rows.civil.date_of(subject.window_start)
        means = list(stations.values())
        return hourly_aqi(means[0], date, chosen) if alone else city_hourly_aqi(means, date, chosen)

    def _past_hours(self, subject: Subject, station_id: str, means: Means) -> Hours:
        """A station's hour and the 23 before it: pollutant to hours ago to mean."""
        civil = self._rows.civil
        past: defaultdict[str, dict[int, Mean]] = defaultdict(dict)
        for ago in range(HOURS_LOOKED_BACK):
            at = subject.window_start - ago * HOUR_MS
            day = self._days.one(subject.run_id, civil.date_of(at), "station", station_id)
            known = _means(day.hours[str(at)]) if day and str(at) in day.hours else {}
            for pollutant, mean in (means if ago == 0 else known).items():
                past[pollutant][ago] = mean
        return past

    def _day_row(self, day: EntityDay, run_id: str, version: Version) -> Row:
        hours = self._hours(day)
        start, end = self._rows.civil.day(day.day)
        return self._index_row(
            "air.aqi_daily",
            Subject(day.entity_type, day.entity_id, day.area_id, start, end, run_id),
            daily_aqi(hours, day.day, self._chosen.get("air.aqi_daily")),
            version,
            observations=len(day.hours),
            expected=(end - start) // HOUR_MS,
            inputs={f"{pollutant}_hours": len(found) for pollutant, found in sorted(hours.items())},
        )

    def _hours(self, day: EntityDay) -> dict[str, dict[int, Mean]]:
        """A station's day: pollutant to hour of the civil clock to mean.

        Where the clock goes back an hour comes twice; the day knows it once, as the mean of both.
        """
        by_hour: defaultdict[tuple[str, int], list[Mean]] = defaultdict(list)
        for start, means in day.hours.items():
            for pollutant, (total, count) in means.items():
                by_hour[pollutant, self._rows.civil.hour_of(int(start))].append((total, count))
        hours: dict[str, dict[int, Mean]] = {}
        for (pollutant, hour), found in by_hour.items():
            mean = found[0] if len(found) == 1 else mean_of_means(found)
            if mean is not None:
                hours.setdefault(pollutant, {})[hour] = mean
        return hours

    def _index_row(
        self,
        indicator_id: str,
        subject: Subject,
        result: AqiResult,
        version: Version,
        *,
        observations: int,
        expected: int | None,
        inputs: Mapping[str, int],
    ) -> Row:
        return self._rows.data(
            indicator_id,
            subject,
            result,
            version,
            value=result.value,
            grade=result.grade,
            validity=result.validity,
            observations=observations,
            expected=expected,
            inputs=inputs,
            details=details_of(result),
        )


_STEP_MS = round(AIR.source.step.total_seconds() * 1000)


def means_of(sums: Mapping[str, int]) -> dict[str, Mean]:
    """Exact means by pollutant; a pollutant without values is left out."""
    return {
        pollutant: (sums[f"{pollutant}_sum_ngm3"], sums[f"{pollutant}_count"])
        for pollutant in POLLUTANTS
        if sums.get(f"{pollutant}_count", 0) > 0
    }


def details_of(result: AqiResult) -> dict[str, str]:
    """What the standard asks to be said beside the index: primary pollutants, sub-indices, what is missing."""
    details = {f"iaqi_{item}": str(index) for item, index in result.iaqi.items()}
    if result.reason:
        details["reason"] = result.reason
    if result.primary:
        details["primary"] = ",".join(result.primary)
    if result.missing:
        details["missing"] = ",".join(result.missing)
    if result.unscored:
        details["unscored"] = ",".join(result.unscored)
    if result.beyond_index:
        details["beyond_index"] = "true"
    return details


def _expected(roster: Sequence[Entity]) -> Counter[Place]:
    return Counter(place for entity in roster for place in places_of(entity["area_id"]))


def _means(stored: Mapping[str, list[int]]) -> dict[str, Mean]:
    return {pollutant: (total, count) for pollutant, (total, count) in stored.items()}


def _inputs(means: Means) -> dict[str, int]:
    inputs: dict[str, int] = {}
    for pollutant, (total, count) in means.items():
        inputs[f"{pollutant}_sum_ngm3"] = total
        inputs[f"{pollutant}_count"] = count
    return inputs
