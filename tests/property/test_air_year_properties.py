"""Which laws does a year of air keep, whatever its days were?"""

from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from indicators.air_means import Mean, percentile, thin_months_of
from indicators.air_year import PERCENTS, WEIGHTINGS, Weighting, air_year, composite_index, pollutant_year

Days = dict[date, Mean]

YEAR = 2031
DATES = [date(YEAR, 1, 1) + timedelta(day) for day in range(365)]
pollutants = st.sampled_from(sorted(PERCENTS))
percents = st.integers(1, 100)
exact_values = st.one_of(st.integers(0, 500), st.fractions(0, 500, max_denominator=20))
weightings = st.sampled_from(WEIGHTINGS)
# Whole years are drawn by a seed and kept: 365 drawn days would make the runs slow and say no more.
seeds = st.integers(0, 50)


@cache
def year_of(seed: int, left_out: int = 0) -> Days:
    random = Random(seed)
    kept = random.sample(DATES, len(DATES) - left_out)
    return {
        day: (random.randrange(200_000) * count, count)
        for day in sorted(kept)
        if (count := random.randint(1, 24))
    }


def six_years(seed: int) -> dict[str, Days]:
    return {pollutant: year_of(seed + rank) for rank, pollutant in enumerate(PERCENTS)}


def rank_by_definition(values: list[int | Fraction], percent: int) -> Fraction:
    """The value at the rank k = 1 + (n - 1) p, walked along the line through the sorted values."""
    rank = 1 + Fraction((len(values) - 1) * percent, 100)
    line = sorted(values)
    return sum(
        (max(Fraction(0), 1 - abs(rank - place)) * value for place, value in enumerate(line, 1)), Fraction(0)
    )


@given(st.lists(exact_values, min_size=1, max_size=20), percents)
def test_a_percentile_is_the_definition_on_exact_ratios(values: list[int | Fraction], percent: int) -> None:
    found = percentile(values, percent)

    assert found == rank_by_definition(values, percent)
    assert min(values) <= found <= max(values)


@given(st.lists(exact_values, min_size=1, max_size=20), percents, percents)
def test_a_higher_percentile_is_never_lower(values: list[int | Fraction], one: int, other: int) -> None:
    low, high = (percentile(values, percent) for percent in sorted((one, other)))

    assert low is not None
    assert high is not None
    assert low <= high
    assert percentile(values, 100) == max(values)


@given(st.lists(exact_values, min_size=1, max_size=20), percents, st.randoms(use_true_random=False))
def test_the_order_of_values_is_irrelevant_to_a_percentile(
    values: list[int | Fraction], percent: int, random: Random
) -> None:
    assert percentile(random.sample(values, len(values)), percent) == percentile(values, percent)


@given(
    st.lists(exact_values, min_size=1, max_size=20), percents, st.integers(1, 9), st.integers(0, 9), st.data()
)
def test_a_percentile_moves_with_its_values_and_never_falls_when_one_rises(
    values: list[int | Fraction], percent: int, factor: int, offset: int, data: st.DataObject
) -> None:
    found = percentile(values, percent)
    risen = values.copy()
    risen[data.draw(st.integers(0, len(values) - 1))] += offset

    assert found is not None
    assert percentile([factor * value + offset for value in values], percent) == factor * found + offset
    assert (percentile(risen, percent) or 0) >= found


@given(seeds, pollutants, st.integers(1, 364))
def test_a_years_mean_is_that_of_its_two_parts(seed: int, pollutant: str, cut: int) -> None:
    days = year_of(seed)
    parts = [[Fraction(*days[day]) for day in part] for part in (DATES[:cut], DATES[cut:])]
    merged = {day: days[day] for day in (*DATES[cut:], *DATES[:cut])}

    found = pollutant_year(pollutant, merged, YEAR)

    weighted = sum(Fraction(sum(part), len(part)) * len(part) for part in parts) / 365
    assert found.mean == weighted / (1_000_000 if pollutant == "co" else 1_000)
    assert found == pollutant_year(pollutant, days, YEAR)


@given(seeds, pollutants, st.integers(0, 100_000))
def test_a_dirtier_year_never_attains_what_a_cleaner_one_does_not(
    seed: int, pollutant: str, more: int
) -> None:
    cleaner = year_of(seed)
    dirtier = {day: (total + more * count, count) for day, (total, count) in cleaner.items()}
    one, other = (pollutant_year(pollutant, days, YEAR) for days in (cleaner, dirtier))

    assert one.attains or not other.attains
    assert one.mean is not None
    assert other.mean is not None
    assert other.mean - one.mean == Fraction(more, 1_000_000 if pollutant == "co" else 1_000)


@given(seeds, st.integers(0, 120))
def test_a_year_has_numbers_exactly_when_it_has_the_days(seed: int, left_out: int) -> None:
    days = year_of(seed, left_out)

    found = pollutant_year("pm25", days, YEAR)

    enough = len(days) >= 324 and not thin_months_of(days)
    assert (found.validity == "valid") == (found.reason == "") == enough
    assert (found.mean is None) == (found.percentile is None) == (found.attains is None) == (not enough)
    assert (found.days, found.thin_months) == (len(days), thin_months_of(days))


@given(seeds, weightings)
def test_a_composite_index_is_the_weighted_sum_of_its_parts(seed: int, weighting: Weighting) -> None:
    days = six_years(seed)
    found = composite_index(days, YEAR, weighting=weighting)

    assert found.value == sum(weighting.weights[key] * part for key, part in found.parts.items())
    assert found == composite_index(dict(reversed(days.items())), YEAR, weighting=weighting)


@given(seeds, pollutants, weightings, st.integers(2, 5))
def test_a_dirtier_pollutant_raises_the_composite_index_by_its_weight(
    seed: int, pollutant: str, weighting: Weighting, factor: int
) -> None:
    days = six_years(seed)
    dirtier = days | {
        pollutant: {day: (total * factor, count) for day, (total, count) in days[pollutant].items()}
    }
    one, other = (composite_index(years, YEAR, weighting=weighting) for years in (days, dirtier))

    assert one.value is not None
    assert other.value is not None
    raised = weighting.weights[pollutant] * (factor - 1) * one.parts[pollutant]
    assert other.value - one.value == raised


numbers = st.one_of(st.integers(-3, 10**6), st.floats(), st.none())
broken_days = st.dictionaries(
    st.one_of(st.dates(date(2030, 12, 30), date(2032, 1, 2)), st.datetimes()),
    st.tuples(numbers, numbers),
    max_size=4,
)


@given(
    st.dictionaries(
        st.sampled_from((*PERCENTS, "tsp", "")), st.one_of(broken_days, seeds.map(year_of)), max_size=3
    ),
    st.sampled_from([YEAR, 2025, 0, 10_000]),
    st.sampled_from([1, 2, 3]),
)
def test_whatever_comes_in_the_year_is_documented_or_refused(
    days: dict[str, Days], year: int, zone_class: int
) -> None:
    try:
        found = air_year(days, year, zone_class=zone_class)
    except (ValueError, LookupError) as refusal:
        # A refusal by name; a KeyError and the like would be slips of ours.
        if type(refusal) not in {ValueError, LookupError}:
            raise
        return
    assert found.validity in {"valid", "insufficient", "no_data"}
    assert found.reason in {"", "no_values", "missing_pollutants"}
    assert found.attains is (False if found.exceeding else None if found.missing else True)
    assert set(found.pollutants) == set(PERCENTS)
