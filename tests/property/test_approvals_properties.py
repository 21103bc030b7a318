"""Which laws does the time of approvals keep, whatever is applied for?"""

from hypothesis import given
from hypothesis import strategies as st

from indicators.approvals import (
    ApprovalSums,
    approval_sums,
    integrated_window_coverage,
    reduction_against_baseline,
    reduction_against_law,
)

applications = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 60)), max_size=15)
some = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 60)), min_size=1, max_size=15)
junk = st.one_of(
    st.none(), st.booleans(), st.integers(), st.integers(0, 50), st.floats(), st.text(max_size=3)
)


@given(applications, st.data())
def test_two_halves_in_any_order_are_the_whole(known: list[tuple[int, int]], data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(known)))
    shuffled = data.draw(st.permutations(known))

    assert approval_sums(shuffled[:cut]) + approval_sums(shuffled[cut:]) == approval_sums(known)


@given(some, st.integers(1, 30))
def test_a_day_more_never_reduces_more(known: list[tuple[int, int]], more: int) -> None:
    slower = [(known[0][0] + more, known[0][1]), *known[1:]]
    sums, slow = approval_sums(known), approval_sums(slower)

    assert reduction_against_law(slow).value < reduction_against_law(sums).value <= 1
    if sums.taken_days:
        assert reduction_against_baseline(sums, sums).value == 0
        assert reduction_against_baseline(slow, sums).value < 0


@given(some)
def test_the_reduction_against_the_law_is_of_its_means(known: list[tuple[int, int]]) -> None:
    result = reduction_against_law(approval_sums(known))

    assert result.value == 1 - result.taken_days / result.against_days


@given(st.lists(some, min_size=1, max_size=5))
def test_a_city_lies_between_its_slowest_and_its_quickest_department(
    departments: list[list[tuple[int, int]]],
) -> None:
    each = [approval_sums(known) for known in departments]
    reductions = [reduction_against_law(sums).value for sums in each]

    assert min(reductions) <= reduction_against_law(sum(each, ApprovalSums())).value <= max(reductions)


@given(st.lists(st.tuples(junk, junk), max_size=3), junk, junk, junk)
def test_whatever_comes_in_a_reduction_or_a_named_refusal_comes_out(known, decided, taken, allowed) -> None:
    for made in (
        lambda: reduction_against_law(approval_sums(known)),
        lambda: reduction_against_baseline(approval_sums(known), ApprovalSums(decided, taken, allowed)),
        lambda: integrated_window_coverage(taken, allowed),
    ):
        try:
            result = made()
        except ValueError:
            continue
        assert (result.value is None) == (result.reason is not None) == (result.validity == "no_data")
