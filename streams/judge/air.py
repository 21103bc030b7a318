"""How good was the air at a station, in a district, in the city, in an hour and on a day?

Judges `air.concentration`. An hour of a station stands alone; a day of a station is folded from its whole hours;
a city's hour is the mean of its stations' means first, taken when the hour is over for all of them.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from indicators.air import POLLUTANTS, AqiResult, city_hourly_aqi, concentration_ugm3, daily_aqi, hourly_aqi
from indicators.air_means import Mean, mean_of_means
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
from streams.judge.window import Entity, WindowFold, places_of
from streams.keyed_state import KeyedState

HOURS_OF_DAY = 24
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
        yield from self._hour_rows(subject, [means], version, statistic["observations"], None)
        if version is not FINAL:
            moment = statistic["window_start"] + statistic["step"] * _STEP_MS
            self._partial.setdefault(moment, {})[subject.entity_id] = (subject.area_id, means)
            return
        civil = self._rows.civil
        day = self._days.put(
            subject.run_id,
            civil.date_of(subject.window_start),
            (subject.entity_type, subject.entity_id, subject.area_id),
            str(civil.hour_of(subject.window_start)),
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
        date, hour = civil.date_of(span.start), str(civil.hour_of(span.start))
        stations: dict[str, tuple[str | None, Means]] = {
            day.entity_id: (day.area_id, _means(day.hours[hour]))
            for day in self._days.of(run_id, date)
            if hour in day.hours
        }
        yield from self._places(stations, roster, span, run_id, FINAL)
        over = self._days.take_over(run_id, span.end)
        for day in over:
            yield self._day_row(day, run_id, FINAL)
        start, end = civil.day(date)
        if end == span.end:
            heard = {day.entity_id for day in over if day.day == date}
            for entity in roster:
                if entity["entity_id"] not in heard:
                    subject = Subject("station", entity["entity_id"], entity["area_id"], start, end, run_id)
                    yield self._rows.no_data("air.aqi_daily", subject, expected=HOURS_OF_DAY)

    def _places(
        self,
        stations: Mapping[str, tuple[str | None, Means]],
        roster: Sequence[Entity],
        span: Span,
        run_id: str,
        version: Version,
    ) -> Iterable[Row]:
        measured: defaultdict[tuple[str, str], dict[str, Means]] = defaultdict(dict)
        expected: defaultdict[tuple[str, str], int] = defaultdict(int)
        for entity in roster:
            for place in places_of(entity["area_id"]):
                expected[place] += 1
        for station_id, (area_id, means) in stations.items():
            for place in places_of(area_id):
                measured[place][station_id] = means
        for place in sorted({*expected, *measured}):
            entity_type, entity_id = place
            # By station, so that the order of arrival decides nothing.
            means_of_place = [means for _, means in sorted(measured[place].items())]
            subject = Subject(entity_type, entity_id, entity_id, span.start, span.end, run_id)
            found = version if means_of_place else NO_DATA
            yield from self._hour_rows(
                subject, means_of_place, found, len(means_of_place), expected.get(place)
            )

    def _hour_rows(
        self,
        subject: Subject,
        stations: list[Means],
        version: Version,
        observations: int,
        expected: int | None,
    ) -> Iterable[Row]:
        date = self._rows.civil.date_of(subject.window_start)
        if subject.entity_type == "station":
            result = hourly_aqi(stations[0], date, self._chosen.get("air.aqi_hourly"))
        else:
            result = city_hourly_aqi(stations, date, self._chosen.get("air.aqi_hourly"))
        means = {
            pollutant: mean
            for pollutant in POLLUTANTS
            if (mean := mean_of_means(station[pollutant] for station in stations if pollutant in station))
        }
        inputs = {"stations": len(stations)} if subject.entity_type != "station" else _inputs(stations[0])
        yield self._rows.data(
            "air.aqi_hourly",
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
        pm25 = means.get("pm25")
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
            details={},
        )

    def _day_row(self, day: EntityDay, run_id: str, version: Version) -> Row:
        hours: dict[str, dict[int, Mean]] = {}
        for hour, means in day.hours.items():
            for pollutant, (total, count) in means.items():
                hours.setdefault(pollutant, {})[int(hour)] = (total, count)
        result = daily_aqi(hours, day.day, self._chosen.get("air.aqi_daily"))
        start, end = self._rows.civil.day(day.day)
        return self._rows.data(
            "air.aqi_daily",
            Subject(day.entity_type, day.entity_id, day.area_id, start, end, run_id),
            result,
            version,
            value=result.value,
            grade=result.grade,
            validity=result.validity,
            observations=len(day.hours),
            expected=HOURS_OF_DAY,
            inputs={f"{pollutant}_hours": len(found) for pollutant, found in sorted(hours.items())},
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
    if result.primary:
        details["primary"] = ",".join(result.primary)
    if result.missing:
        details["missing"] = ",".join(result.missing)
    if result.unscored:
        details["unscored"] = ",".join(result.unscored)
    if result.beyond_index:
        details["beyond_index"] = "true"
    return details


def _means(stored: Mapping[str, list[int]]) -> dict[str, Mean]:
    return {pollutant: (total, count) for pollutant, (total, count) in stored.items()}


def _inputs(means: Means) -> dict[str, int]:
    inputs: dict[str, int] = {}
    for pollutant, (total, count) in means.items():
        inputs[f"{pollutant}_sum_ngm3"] = total
        inputs[f"{pollutant}_count"] = count
    return inputs
