"""Which laws do response times keep, whatever happens in the city?"""

from collections import Counter
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from indicators.emergency import count, merge, merge_all, parse_histogram, percentile, response

times = st.lists(st.integers(0, 3_600), min_size=1, max_size=200)
percents = st.integers(1, 100)


@given(times, percents)
def test_a_percentile_is_the_nearest_rank_of_the_sorted_times(seconds: list[int], percent: int) -> None:
    rank = -(-percent * len(seconds) // 100)

    assert percentile(Counter(seconds), percent) == sorted(seconds)[rank - 1]


@given(times, percents)
def test_enough_incidents_keep_the_percentile_and_too_few_beat_it(seconds: list[int], percent: int) -> None:
    value = percentile(Counter(seconds), percent)

    assert value is not None
    assert 100 * sum(s <= value for s in seconds) >= percent * len(seconds)
    assert 100 * sum(s < value for s in seconds) < percent * len(seconds)


@given(times, percents, percents)
def test_percentiles_rise(seconds: list[int], one: int, other: int) -> None:
    histogram = Counter(seconds)
    low, high = (percentile(histogram, percent) for percent in sorted((one, other)))

    assert low is not None
    assert high is not None
    assert low <= high


@given(times, st.data())
def test_two_halves_merged_judge_as_the_whole(seconds: list[int], data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(seconds)))
    merged = merge(Counter(seconds[:cut]), Counter(seconds[cut:]))

    assert response(merged) == response(Counter(seconds))


@given(st.lists(st.dictionaries(st.integers(0, 3_600), st.integers(0, 50)), max_size=6), st.data())
def test_districts_merge_in_any_order(districts: list[dict[int, int]], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(districts))

    assert merge_all(shuffled) == merge_all(districts)
    assert count(merge_all(districts)) == sum(count(district) for district in districts)


@given(times, st.integers(0, 3_600), st.integers(0, 3_600), st.integers(0, 20))
def test_a_longer_target_never_lowers_the_ratio(
    seconds: list[int], one: int, other: int, overdue_open: int
) -> None:
    histogram = Counter(seconds)
    low, high = (response(histogram, t, overdue_open=overdue_open).ratio for t in sorted((one, other)))

    assert low is not None
    assert high is not None
    assert 0 <= low <= high <= Fraction(len(seconds), len(seconds) + overdue_open)


@given(times)
def test_an_avro_map_gives_back_its_histogram(seconds: list[int]) -> None:
    histogram = Counter(seconds)

    assert parse_histogram({str(second): n for second, n in histogram.items()}) == dict(histogram)
