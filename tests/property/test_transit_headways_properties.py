"""Which laws do headways keep, however uneven they are?"""

from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from fractions import Fraction
from statistics import pvariance

from hypothesis import given
from hypothesis import strategies as st

from indicators.transit_headways import (
    FrequentService,
    GapSums,
    HeadwaySums,
    gap_sums,
    headway_regularity,
    headway_sums,
    root_half_even,
)

gaps = st.lists(st.integers(0, 3_600), max_size=20)
ANY = FrequentService("any", 86_400, "a test")
junk = st.one_of(
    st.none(), st.booleans(), st.integers(), st.integers(0, 900), st.floats(), st.text(max_size=3)
)


@given(st.lists(st.integers(0, 3_600), min_size=2, max_size=20))
def test_the_wait_is_half_the_mean_and_more_with_variation(headways: list[int]) -> None:
    sums = gap_sums(headways)

    assert sums.variance == pvariance([Fraction(headway) for headway in headways])
    if sums.waiting_s is not None and sums.cv_squared is not None:
        assert sums.waiting_s == Fraction(sums.seconds, 2 * sums.count) * (1 + sums.cv_squared)
        assert sums.waiting_s >= Fraction(sums.seconds, 2 * sums.count)


@given(gaps, st.data())
def test_two_halves_in_any_order_are_the_whole(headways: list[int], data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(headways)))
    shuffled = data.draw(st.permutations(headways))

    assert gap_sums(shuffled[:cut]) + gap_sums(shuffled[cut:]) == gap_sums(headways)


@given(st.lists(st.integers(1, 3_600), min_size=1, max_size=20), st.integers(0, 3_600), st.data())
def test_evening_out_two_gaps_never_lengthens_the_wait(
    headways: list[int], moved: int, data: st.DataObject
) -> None:
    headways = [*headways, 2 * moved]
    position = data.draw(st.integers(0, len(headways) - 2))
    share = (headways[position] + headways[-1]) // 2
    even = [
        *headways[:position],
        *headways[position + 1 : -1],
        share,
        headways[position] + headways[-1] - share,
    ]

    before, after = gap_sums(headways).waiting_s, gap_sums(even).waiting_s

    assert before is not None
    assert after is not None
    assert after <= before


@given(st.lists(st.tuples(gaps, gaps), max_size=5), st.data())
def test_lines_add_up_to_their_district_in_any_order(
    lines: list[tuple[list[int], list[int]]], data: st.DataObject
) -> None:
    each = [headway_sums(f"line {number}", *line, ANY) for number, line in enumerate(lines)]
    shuffled = data.draw(st.permutations(each))
    district = sum(each, HeadwaySums(ANY))
    result = headway_regularity(district)

    assert sum(shuffled, HeadwaySums(ANY)) == district
    assert district.observed.count + district.left_out <= sum(len(observed) for observed, _ in lines)
    waits = [wait for wait in (headway_regularity(sums).awt_s for sums in each) if wait is not None]
    assert (result.awt_s is None) == (not waits)
    assert result.awt_s is None or min(waits) <= result.awt_s <= max(waits)


@given(st.lists(st.lists(st.integers(1, 720), min_size=1, max_size=8), min_size=1, max_size=5))
def test_lines_that_run_as_scheduled_have_no_excess_wait(lines: list[list[int]]) -> None:
    district = sum((headway_sums(f"line {n}", line, line) for n, line in enumerate(lines)), HeadwaySums())

    assert headway_regularity(district).ewt_s == 0


@given(st.fractions(0, 10**6, max_denominator=10**6), st.integers(0, 8))
def test_a_root_is_the_one_of_decimal_arithmetic(value: Fraction, decimals: int) -> None:
    with localcontext() as context:
        context.prec = 60
        root = (Decimal(value.numerator) / Decimal(value.denominator)).sqrt()
        expected = root.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_EVEN)

    assert root_half_even(value, decimals) == Fraction(expected)


@given(st.lists(junk, max_size=4), st.lists(junk, max_size=4), st.tuples(junk, junk, junk), junk)
def test_whatever_comes_in_a_wait_or_a_named_refusal_comes_out(observed, scheduled, sums, limit) -> None:
    try:
        extra = HeadwaySums(observed=GapSums(*sums))
        result = headway_regularity(
            headway_sums("a line", observed, scheduled, FrequentService("any", limit, "a test"))
        )
        headway_regularity(extra)
    except ValueError:
        return

    assert (result.ewt_s is None) == (result.validity == "no_data")
    assert (result.reason is None) == (result.validity == "valid")
