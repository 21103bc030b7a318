"""Which laws does an air quality index keep, whatever is in the air?"""

from datetime import date
from fractions import Fraction
from itertools import pairwise
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from indicators.air import POLLUTANTS, city_hourly_aqi, daily_aqi, hourly_aqi, sub_index
from indicators.air_means import Mean, mean_of_means
from indicators.air_rules import DAILY_RULES, HOURLY_RULES, IAQI_LEVELS, Column
from indicators.rounding import ceil_int, divide_half_even, round_half_even

Hour = dict[str, Mean]

COLUMNS = [item.column for rules in HOURLY_RULES + DAILY_RULES for item in rules.items]

columns = st.sampled_from(COLUMNS)
civil_dates = st.sampled_from([date(2018, 2, 20), date(2026, 3, 1)])
means = st.tuples(st.integers(0, 3_000_000), st.integers(1, 60)).map(lambda m: (m[0] * m[1], m[1]))
hours_of_pollutants = st.dictionaries(st.sampled_from(POLLUTANTS), means)
days = st.dictionaries(
    st.sampled_from(POLLUTANTS), st.dictionaries(st.integers(0, 23), means, min_size=18), max_size=6
)


def scored(column: Column, concentration: int) -> int | None:
    return sub_index(column, concentration)[0]


@given(columns, st.integers(0, 5_000), st.integers(0, 5_000))
def test_a_higher_concentration_never_has_a_lower_sub_index(column: Column, one: int, other: int) -> None:
    low, high = (scored(column, concentration) for concentration in sorted((one, other)))

    assert low is None or high is None or low <= high


@given(columns, st.integers(0, 5_000))
def test_a_sub_index_is_the_formula_of_the_standard_on_exact_ratios(
    column: Column, concentration: int
) -> None:
    bounds = list(zip(column.breakpoints, IAQI_LEVELS, strict=False))
    expected = bounds[-1][1] if column.past_end != "unscored" else None
    for (low, index_low), (high, index_high) in pairwise(bounds):
        if low <= concentration <= high:
            exact = Fraction(index_high - index_low, high - low) * (concentration - low) + index_low
            expected = max(column.floor, ceil_int(exact))

    assert scored(column, concentration) == expected


def test_sub_indices_are_continuous_at_every_breakpoint() -> None:
    for column in COLUMNS:
        bounds = list(zip(column.breakpoints, IAQI_LEVELS, strict=False))
        for (low, index_low), (high, index_high) in pairwise(bounds):
            steepest = ceil_int(Fraction(index_high - index_low, high - low))
            after_low, before_high = scored(column, low + 1), scored(column, high - 1)

            assert after_low is not None
            assert before_high is not None
            assert index_low < after_low <= index_low + steepest
            assert index_high - steepest <= before_high <= index_high


@given(hours_of_pollutants, civil_dates, st.randoms(use_true_random=False))
def test_the_order_of_pollutants_is_irrelevant(hour: Hour, civil_date: date, random: Random) -> None:
    shuffled = list(hour.items())
    random.shuffle(shuffled)

    assert hourly_aqi(dict(shuffled), civil_date) == hourly_aqi(hour, civil_date)


@given(hours_of_pollutants, civil_dates)
def test_a_published_index_is_its_largest_sub_index_and_inside_its_range(
    hour: Hour, civil_date: date
) -> None:
    result = hourly_aqi(hour, civil_date)

    assert set(result.iaqi) | set(result.missing) | set(result.unscored) == set(POLLUTANTS)
    assert (result.value is None) == (result.grade is None)
    if result.value is not None:
        assert result.value == max(result.iaqi.values())
        assert (1 if civil_date.year == 2026 else 0) <= result.value <= 500
        assert all(result.iaqi[pollutant] == result.value for pollutant in result.primary)
        assert bool(result.primary) == (result.value > 50)


@given(hours_of_pollutants, civil_dates, st.integers(2, 7))
def test_scaling_sum_and_count_alike_changes_nothing(hour: Hour, civil_date: date, factor: int) -> None:
    scaled = {pollutant: (total * factor, count * factor) for pollutant, (total, count) in hour.items()}

    assert hourly_aqi(scaled, civil_date) == hourly_aqi(hour, civil_date)


@given(st.lists(st.integers(0, 2_000_000), min_size=2, max_size=60), st.data(), civil_dates)
def test_two_halves_of_an_hour_merged_judge_as_the_whole(
    values: list[int], data: st.DataObject, civil_date: date
) -> None:
    cut = data.draw(st.integers(1, len(values) - 1))
    halves = [(sum(part), len(part)) for part in (values[:cut], values[cut:])]
    merged = (halves[0][0] + halves[1][0], halves[0][1] + halves[1][1])

    whole = hourly_aqi({"pm25": (sum(values), len(values))}, civil_date)

    assert hourly_aqi({"pm25": merged}, civil_date) == whole


@given(st.lists(means, min_size=1, max_size=30), st.randoms(use_true_random=False))
def test_a_mean_of_means_is_exact_in_every_order(parts: list[Mean], random: Random) -> None:
    expected = sum(Fraction(*part) for part in parts) / len(parts)
    random.shuffle(parts)

    mean = mean_of_means(parts)

    assert mean is not None
    assert Fraction(*mean) == expected


@given(st.lists(hours_of_pollutants, max_size=5), civil_dates, st.randoms(use_true_random=False))
def test_the_order_of_stations_is_irrelevant_to_their_city(
    stations: list[Hour], civil_date: date, random: Random
) -> None:
    shuffled = list(stations)
    random.shuffle(shuffled)

    assert city_hourly_aqi(shuffled, civil_date) == city_hourly_aqi(stations, civil_date)


@given(hours_of_pollutants, civil_dates, st.integers(1, 6))
def test_a_city_of_equal_stations_is_judged_as_one_of_them(
    hour: Hour, civil_date: date, stations: int
) -> None:
    assert city_hourly_aqi([hour] * stations, civil_date) == hourly_aqi(hour, civil_date)


@given(days, civil_dates, st.randoms(use_true_random=False))
def test_the_order_of_hours_is_irrelevant_to_their_day(
    day: dict[str, dict[int, Mean]], civil_date: date, random: Random
) -> None:
    shuffled: dict[str, dict[int, Mean]] = {}
    for pollutant, hours in day.items():
        items = list(hours.items())
        random.shuffle(items)
        shuffled[pollutant] = dict(items)

    assert daily_aqi(shuffled, civil_date) == daily_aqi(day, civil_date)


@given(means, civil_dates)
def test_a_day_of_equal_hours_has_the_mean_of_one(mean: Mean, civil_date: date) -> None:
    every_hour = daily_aqi({"pm25": dict.fromkeys(range(24), mean)}, civil_date)
    twenty_hours = daily_aqi({"pm25": dict.fromkeys(range(4, 24), mean)}, civil_date)

    assert every_hour == twenty_hours
    assert every_hour.iaqi["pm25"] == hourly_aqi({"pm25": mean}, civil_date).iaqi["pm25"]


@given(st.fractions(), st.integers(0, 4))
def test_half_even_rounding_is_nearest_idempotent_and_odd(value: Fraction, decimals: int) -> None:
    rounded = round_half_even(value, decimals)

    assert abs(rounded - value) <= Fraction(1, 2 * 10**decimals)
    assert round_half_even(rounded, decimals) == rounded
    assert round_half_even(-value, decimals) == -rounded


@given(st.integers(-(10**30), 10**30), st.integers(1, 10**15))
def test_integer_rounding_is_pythons_own_on_exact_ratios(numerator: int, denominator: int) -> None:
    assert divide_half_even(numerator, denominator) == round(Fraction(numerator, denominator))
