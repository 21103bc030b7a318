"""Which laws do the unverified conversions keep, whatever the traffic?"""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from indicators.grades import NETWORK_GRADES
from indicators.tpi_unverified import SEVERE_MILEAGE_UNVERIFIED, TTI_UNVERIFIED, tpi_unverified

conversions = st.sampled_from([TTI_UNVERIFIED, SEVERE_MILEAGE_UNVERIFIED])
parts = st.fractions(0, 1, max_denominator=10_000)


def quantity(part: Fraction, conversion) -> Fraction:
    return part if conversion is SEVERE_MILEAGE_UNVERIFIED else 1 + 3 * part


@given(parts, parts, conversions)
def test_more_congestion_never_has_a_lower_index(one: Fraction, other: Fraction, conversion) -> None:
    low, high = (tpi_unverified(quantity(part, conversion), conversion) for part in sorted((one, other)))

    assert 0 <= low.at_least <= high.at_least <= 10
    assert low.value is not None or high.value is None


@given(parts, parts, conversions)
def test_the_index_is_continuous_also_at_its_knots(one: Fraction, other: Fraction, conversion) -> None:
    first, second = quantity(one, conversion), quantity(other, conversion)
    steepest = 2 / Fraction("0.03") if conversion is SEVERE_MILEAGE_UNVERIFIED else 2 / Fraction("0.3")
    rise = tpi_unverified(first, conversion).at_least - tpi_unverified(second, conversion).at_least

    assert abs(rise) <= steepest * abs(first - second)


@given(parts, conversions)
def test_the_grade_is_that_of_the_index(part: Fraction, conversion) -> None:
    result = tpi_unverified(quantity(part, conversion), conversion)

    assert result.grade == NETWORK_GRADES.of(result.at_least).word
    assert result.value in (None, result.at_least)


anything = st.one_of(st.integers(), st.floats(), st.none(), st.booleans(), st.text(max_size=3), parts)


@given(anything, conversions)
def test_whatever_comes_in_an_index_or_a_named_refusal_comes_out(value, conversion) -> None:
    try:
        result = tpi_unverified(value, conversion)
    except ValueError:
        return

    assert result.validity == "insufficient"
    assert 0 <= result.at_least <= 10
