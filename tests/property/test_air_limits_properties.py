"""Which laws do limits, running means and cities keep, whatever is in the air?"""

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from random import Random
from typing import TypeVar

from hypothesis import given
from hypothesis import strategies as st

from indicators.air import (
    POLLUTANTS,
    AqiResult,
    city_daily_aqi,
    city_hourly_aqi_of_text,
    daily_aqi,
    hourly_aqi_of_text,
)
from indicators.air_limits import AVERAGINGS, EDITIONS, SUBSTANCES, Averaging, exceedance, limit_on
from indicators.air_means import Mean, max_1h, max_8h, mean_of_means, running_8h_mean, running_24h_mean
from indicators.standard import Edition

Hours = dict[int, Mean]
Station = dict[str, Hours]
Result = TypeVar("Result")
Limited = tuple[str, Averaging, int, Edition]


def limited() -> list[Limited]:
    found = []
    for edition in EDITIONS:
        for pollutant in SUBSTANCES:
            for averaging in AVERAGINGS:
                for zone_class in (1, 2):
                    try:
                        limit_on(pollutant, averaging, ANY_DAY, zone_class=zone_class, variant=edition)
                    except LookupError:
                        continue
                    found.append((pollutant, averaging, zone_class, edition))
    return found


ANY_DAY = date(2026, 3, 1)
LIMITED = limited()
VALIDITIES = {"valid", "valid_by_exceedance", "insufficient", "no_data"}
REASONS = {"", "no_values", "not_scored", "missing_items", "by_exceedance"}

civil_dates = st.sampled_from([date(2018, 2, 20), date(2026, 3, 1), date(2031, 1, 1)])
means = st.tuples(st.integers(0, 2_000_000), st.integers(1, 60)).map(lambda m: (m[0] * m[1], m[1]))
hours = st.dictionaries(st.integers(0, 23), means, min_size=4)
stations = st.dictionaries(st.sampled_from(POLLUTANTS), hours, max_size=3)
# What a broken caller may hand over: numbers that are none, times and names that are none.
numbers = st.one_of(
    st.integers(-5, 5), st.floats(allow_nan=True, allow_infinity=True), st.none(), st.text(max_size=2)
)
broken_means = st.tuples(numbers, numbers)
broken_hours = st.dictionaries(st.one_of(st.integers(-2, 26), st.floats()), broken_means, max_size=4)
broken_stations = st.dictionaries(
    st.sampled_from((*POLLUTANTS, "pm2.5", "")), st.one_of(broken_hours, hours), max_size=3
)


def or_refused(judge: Callable[[], Result]) -> Result | None:
    """The result, or None for a refusal by name; a KeyError and the like are slips of ours."""
    try:
        return judge()
    except (ValueError, LookupError) as refusal:
        if type(refusal) not in {ValueError, LookupError}:
            raise
        return None


def documented(result: AqiResult) -> bool:
    published = result.value is not None
    return (
        result.validity in VALIDITIES
        and result.reason in REASONS
        and published == (result.grade is not None)
        and (result.value is None or (0 <= result.value <= 500 and result.value == max(result.iaqi.values())))
        and (result.validity == "no_data") == (result.reason == "no_values")
        and (result.validity == "valid_by_exceedance") == (result.reason == "by_exceedance")
        and (published or result.reason in {"no_values", "not_scored", "missing_items"})
    )


@given(st.sampled_from(LIMITED), st.integers(0, 10**7), st.integers(0, 10**7), st.integers(1, 1_000))
def test_more_in_the_air_never_exceeds_less(case: Limited, one: int, other: int, count: int) -> None:
    pollutant, averaging, zone_class, edition = case
    low, high = (
        exceedance(pollutant, averaging, (total, count), ANY_DAY, zone_class=zone_class, variant=edition)
        for total in sorted((one, other))
    )

    assert (low.multiple or 0) <= (high.multiple or 0)
    assert high.exceeds or not low.exceeds


@given(st.sampled_from(LIMITED), st.integers(0, 10**9), st.integers(1, 1_000), st.integers(2, 9))
def test_an_exceedance_is_the_sign_of_its_multiple_and_a_ratio_alone(
    case: Limited, total: int, count: int, factor: int
) -> None:
    pollutant, averaging, zone_class, edition = case
    found, scaled = (
        exceedance(pollutant, averaging, mean, ANY_DAY, zone_class=zone_class, variant=edition)
        for mean in ((total, count), (total * factor, count * factor))
    )
    exact = Fraction(total, count * SUBSTANCES[pollutant].unit_ng)

    assert found == scaled
    assert found.value is not None
    assert abs(found.value - exact) <= Fraction(1, 2 * 10 ** SUBSTANCES[pollutant].decimals)
    assert found.exceeds == (found.value > found.limit) == (found.multiple is not None)
    assert found.multiple is None or found.value == found.limit * (1 + found.multiple)


@given(st.sampled_from(LIMITED))
def test_a_mean_on_its_limit_keeps_it_and_one_step_more_does_not(case: Limited) -> None:
    pollutant, averaging, zone_class, edition = case
    substance = SUBSTANCES[pollutant]
    limit = limit_on(pollutant, averaging, ANY_DAY, zone_class=zone_class, variant=edition).value
    on_it, above = (
        value * substance.unit_ng for value in (limit, limit + Fraction(1, 10**substance.decimals))
    )

    for exact, exceeds in ((on_it, False), (above, True)):
        mean = (exact.numerator, exact.denominator)
        found = exceedance(pollutant, averaging, mean, ANY_DAY, zone_class=zone_class, variant=edition)
        assert found.exceeds is exceeds


def test_class_1_is_never_looser_than_class_2_and_the_final_phase_never_than_the_transition() -> None:
    values = {
        case: limit_on(*case[:2], ANY_DAY, zone_class=case[2], variant=case[3]).value for case in LIMITED
    }
    _, transition, final = EDITIONS

    for (pollutant, averaging, zone_class, edition), value in values.items():
        if zone_class == 1:
            assert value <= values[pollutant, averaging, 2, edition]
        if edition is final:
            assert value <= values[pollutant, averaging, zone_class, transition]


@given(stations, st.randoms(use_true_random=False))
def test_the_order_of_past_hours_is_irrelevant(station: Station, random: Random) -> None:
    shuffled: Station = {}
    for pollutant, past in random.sample(sorted(station.items()), len(station)):
        shuffled[pollutant] = dict(random.sample(sorted(past.items()), len(past)))

    assert hourly_aqi_of_text(shuffled) == hourly_aqi_of_text(station)


@given(hours)
def test_a_running_mean_lies_between_its_hours_and_needs_its_share_of_them(past: Hours) -> None:
    for length, least, mean in (
        (24, 20, running_24h_mean(past)),
        (8, 6, running_8h_mean(past)),
    ):
        inside = [Fraction(*past[ago]) for ago in range(length) if ago in past]
        assert (mean is not None) == (len(inside) >= least)
        if mean is not None:
            assert min(inside) <= Fraction(*mean) <= max(inside)
            assert Fraction(*mean) == sum(inside) / len(inside)


@given(st.lists(means, min_size=2, max_size=24), st.data())
def test_a_running_mean_of_two_parts_is_that_of_the_whole(values: list[Mean], data: st.DataObject) -> None:
    cut = data.draw(st.integers(1, len(values) - 1))
    parts = [mean_of_means(part) for part in (values[:cut], values[cut:])]

    whole = mean_of_means(values)

    assert whole is not None
    weighted = sum(
        Fraction(*part) * size
        for part, size in zip(parts, (cut, len(values) - cut), strict=True)
        if part is not None
    )
    assert Fraction(*whole) == weighted / len(values)


@given(hours)
def test_a_maximum_by_exceedance_is_above_its_limit(day: Hours) -> None:
    for (mean, by_exceedance), limit_ugm3 in ((max_8h(day), 160), (max_1h(day), 200)):
        assert not by_exceedance or (mean is not None and Fraction(*mean) > limit_ugm3 * 1_000)


@given(stations, civil_dates, st.integers(1, 5))
def test_a_city_of_equal_stations_is_judged_as_one_of_them(
    station: Station, civil_date: date, count: int
) -> None:
    assert city_daily_aqi([station] * count, civil_date) == daily_aqi(station, civil_date)
    assert city_hourly_aqi_of_text([station] * count) == hourly_aqi_of_text(station)


@given(st.lists(stations, max_size=3), civil_dates, st.randoms(use_true_random=False))
def test_the_order_of_stations_is_irrelevant_to_their_city(
    of_city: list[Station], civil_date: date, random: Random
) -> None:
    shuffled = random.sample(of_city, len(of_city))

    assert city_daily_aqi(shuffled, civil_date) == city_daily_aqi(of_city, civil_date)
    assert city_hourly_aqi_of_text(shuffled) == city_hourly_aqi_of_text(of_city)


@given(stations, stations, civil_dates)
def test_an_item_that_both_stations_have_lies_between_them_in_their_city(
    one: Station, other: Station, civil_date: date
) -> None:
    first, second = (daily_aqi(station, civil_date).iaqi for station in (one, other))
    city = city_daily_aqi([one, other], civil_date).iaqi

    for item in first.keys() & second.keys():
        assert min(first[item], second[item]) <= city[item] <= max(first[item], second[item])


@given(st.one_of(stations, broken_stations), civil_dates)
def test_whatever_comes_in_the_result_is_documented_or_refused(station: Station, civil_date: date) -> None:
    judges: list[Callable[[], AqiResult]] = [
        lambda: daily_aqi(station, civil_date),
        lambda: city_daily_aqi([station, station], civil_date),
        lambda: hourly_aqi_of_text(station),
        lambda: city_hourly_aqi_of_text([station]),
    ]
    for judge in judges:
        result = or_refused(judge)
        assert result is None or documented(result)


@given(
    st.sampled_from((*SUBSTANCES, "pm2.5", "")),
    st.sampled_from((*AVERAGINGS, "month")),
    st.one_of(broken_means, means, st.none()),
    civil_dates,
    st.one_of(st.sampled_from([1, 2]), numbers),
)
def test_whatever_is_held_against_a_limit_is_judged_or_refused(
    pollutant: str, averaging: Averaging, mean: Mean, civil_date: date, zone_class: int
) -> None:
    found = or_refused(lambda: exceedance(pollutant, averaging, mean, civil_date, zone_class=zone_class))

    if found is not None:
        assert (found.value is None) == (found.exceeds is None) == (found.validity == "no_data")
