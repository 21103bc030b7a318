"""Which laws does the gain of arterial roads keep, whatever the traffic?"""

from fractions import Fraction
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from indicators.arterial_efficiency import Travel, arterial_efficiency, travel_by_class

labels = st.sampled_from(["a", "b", "c", "d"])
travels = st.builds(Travel, st.integers(1, 10**9), st.integers(1, 10**11))
years = st.dictionaries(labels, travels, min_size=1)
records = st.lists(st.tuples(labels, st.integers(1, 10**6), st.integers(1, 10**8)), max_size=12)


@given(records, st.data(), st.randoms(use_true_random=False))
def test_half_years_merged_in_any_order_are_the_year(rows, data, random: Random) -> None:
    year = travel_by_class(rows)
    cut = data.draw(st.integers(0, len(rows)))
    random.shuffle(rows)
    halves = [travel_by_class(rows[:cut]), travel_by_class(rows[cut:])]
    merged = [(label, t.length_m, t.travel_time_ms) for half in halves for label, t in half.items()]

    assert travel_by_class(merged) == year


@given(years, years)
def test_the_gain_lies_between_those_of_its_classes(then, now) -> None:
    result = arterial_efficiency(then, now)

    assert (result.gain is None) == (not set(then) & set(now)) == (result.validity == "no_data")
    if result.gain is not None:
        assert -1 < min(result.gains.values()) <= result.gain <= max(result.gains.values())
        assert result.gain == result.baseline_seconds_per_km / result.current_seconds_per_km - 1


@given(years)
def test_the_same_year_again_gains_nothing(year) -> None:
    result = arterial_efficiency(year, year)

    assert (result.gain, result.baseline_covered, result.current_covered) == (0, 1, 1)


@given(years, st.data())
def test_how_much_is_driven_now_changes_no_gain(then, data: st.DataObject) -> None:
    now = {label: data.draw(travels) for label in then}
    times = {label: data.draw(st.integers(1, 100)) for label in then}
    more = {
        label: Travel(t.length_m * times[label], t.travel_time_ms * times[label]) for label, t in now.items()
    }

    assert arterial_efficiency(then, more).gain == arterial_efficiency(then, now).gain


@given(years, years, st.integers(1, 10**9))
def test_a_slower_class_now_never_raises_the_gain(then, now, more: int) -> None:
    slower = {label: Travel(t.length_m, t.travel_time_ms + more) for label, t in now.items()}
    before, after = arterial_efficiency(then, now).gain, arterial_efficiency(then, slower).gain

    assert (before is None) == (after is None)
    assert before is None or after is None or after < before


@given(years, years)
def test_coverage_is_a_part_of_each_side(then, now) -> None:
    result = arterial_efficiency(then, now)

    for covered, left_out in (
        (result.baseline_covered, result.only_baseline),
        (result.current_covered, result.only_current),
    ):
        assert covered is not None
        assert 0 <= covered <= 1
        assert (covered == 1) == (not left_out)


anything = st.one_of(st.integers(), st.floats(), st.none(), st.booleans(), st.text(max_size=3))


@given(
    st.lists(
        st.tuples(labels | anything, st.integers(1, 9) | anything, st.integers(1, 9) | anything), max_size=4
    ),
    st.just(Fraction("0.7")) | anything,
)
def test_whatever_comes_in_a_gain_or_a_named_refusal_comes_out(rows, minimum) -> None:
    try:
        result = arterial_efficiency(
            travel_by_class(rows[:2]), travel_by_class(rows[2:]), minimum_covered=minimum
        )
    except ValueError:
        return

    assert (result.gain is None) == (result.validity == "no_data")
    assert result.gain_float is None or result.gain_float >= -1
