"""Which laws do the three rates keep, whatever they weigh?"""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from indicators.three_rates import ThreeRateSums, ThreeRateWeights, three_rates

junk = st.one_of(st.none(), st.booleans(), st.integers(), st.integers(0, 9), st.floats(), st.fractions(0, 1))


@st.composite
def sums(draw: st.DrawFn) -> ThreeRateSums:
    assigned = draw(st.integers(1, 50))
    followed_up = draw(st.integers(1, assigned))
    part = st.integers(0, followed_up)
    return ThreeRateSums(assigned, draw(st.integers(0, assigned)), followed_up, draw(part), draw(part))


@st.composite
def weights(draw: st.DrawFn) -> ThreeRateWeights:
    low, high = sorted((draw(st.fractions(0, 1)), draw(st.fractions(0, 1))))
    return ThreeRateWeights("any", low, high - low, 1 - high, "a test")


@given(sums(), weights())
def test_the_score_lies_between_the_lowest_and_the_highest_rate(
    known: ThreeRateSums, weighed: ThreeRateWeights
) -> None:
    result = three_rates(known, weighed)
    rates = [result.response.value, result.solution.value, result.satisfaction.value]

    assert 0 <= min(rates) <= result.score <= max(rates) <= 1


@given(sums(), weights(), st.sampled_from(["responded", "solved", "satisfied"]))
def test_one_more_success_never_lowers_the_score(
    known: ThreeRateSums, weighed: ThreeRateWeights, name: str
) -> None:
    if getattr(known, name) == (known.assigned if name == "responded" else known.followed_up):
        return
    better = replace(known, **{name: getattr(known, name) + 1})

    assert three_rates(better, weighed).score >= three_rates(known, weighed).score


@given(st.lists(sums(), min_size=1, max_size=5), st.data())
def test_districts_add_up_in_any_order(districts: list[ThreeRateSums], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(districts))
    each = [three_rates(district).solution.value for district in districts]

    assert sum(shuffled, ThreeRateSums()) == sum(districts, ThreeRateSums())
    assert min(each) <= three_rates(sum(districts, ThreeRateSums())).solution.value <= max(each)


@given(st.tuples(*[junk] * 5), st.tuples(*[junk] * 3))
def test_whatever_comes_in_rates_or_a_named_refusal_come_out(counts, weighed) -> None:
    try:
        result = three_rates(ThreeRateSums(*counts), ThreeRateWeights("any", *weighed, source="a test"))
    except ValueError:
        return

    assert (result.score is None) == (result.reason is not None) == (result.validity == "no_data")
