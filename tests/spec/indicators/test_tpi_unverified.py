"""Which traffic performance index would the conversions give that could not be verified?"""

from dataclasses import replace
from fractions import Fraction

import pytest

from indicators.tpi_unverified import SEVERE_MILEAGE_UNVERIFIED, TTI_UNVERIFIED, tpi_unverified


@pytest.mark.parametrize(
    ("tti", "index", "grade"),
    [
        ("1", "0", "畅通"),
        ("1.15", "1", "畅通"),
        ("1.3", "2", "基本畅通"),
        ("1.6", "4", "轻度拥堵"),
        ("1.75", "5", "轻度拥堵"),
        ("1.9", "6", "中度拥堵"),
        ("2.2", "8", "严重拥堵"),
    ],
)
def test_the_travel_time_index_is_linear_between_its_knots(tti: str, index: str, grade: str) -> None:
    result = tpi_unverified(Fraction(tti), TTI_UNVERIFIED)

    assert (result.value, result.at_least, result.grade) == (Fraction(index), Fraction(index), grade)


def test_beyond_the_last_knot_the_grade_is_known_and_the_index_is_not() -> None:
    result = tpi_unverified(3, TTI_UNVERIFIED)

    assert (result.value, result.value_float) == (None, None)
    assert (result.at_least, result.grade) == (8, "严重拥堵")
    assert result.reason == "the conversion is unverified and ends at 11/5"


@pytest.mark.parametrize(
    ("percent", "index"),
    [
        ("0", 0),
        ("2.5", 1),
        ("5", 2),
        ("8", 4),
        ("9.5", 5),
        ("11", 6),
        ("14", 8),
        ("19", 9),
        ("24", 10),
        ("60", 10),
    ],
)
def test_the_severe_share_of_the_length_is_linear_and_ends_at_ten(percent: str, index: int) -> None:
    assert tpi_unverified(Fraction(percent) / 100, SEVERE_MILEAGE_UNVERIFIED).value == index


def test_every_result_says_that_it_is_unverified() -> None:
    for value, conversion in ((1, TTI_UNVERIFIED), (0, SEVERE_MILEAGE_UNVERIFIED)):
        result = tpi_unverified(value, conversion)

        assert "unverified" in result.edition
        assert "unverified" in result.clause
        assert "unverified" in result.conversion
        assert (result.validity, result.reason) == ("insufficient", "the conversion is unverified")
        assert result.value_float == 0.0


def test_a_value_that_the_quantity_cannot_have_is_refused() -> None:
    with pytest.raises(ValueError, match="it can be 1 or more"):
        tpi_unverified(Fraction("0.99"), TTI_UNVERIFIED)
    with pytest.raises(ValueError, match="it can be 0 to 1"):
        tpi_unverified(5, SEVERE_MILEAGE_UNVERIFIED)
    for broken in (1.5, float("nan"), -1, True):
        with pytest.raises(ValueError, match="travel time index is"):
            tpi_unverified(broken, TTI_UNVERIFIED)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("knots", "says"),
    [
        ((), "two or more knots"),
        (((1, 0),), "two or more knots"),
        (((1, 0), (1, 8)), "rise in both"),
        (((1, 0), (2, 4), (3, 4)), "rise in both"),
        (((1, 1), (2, 10)), "starts at 0"),
        (((1, 0), (2, 7)), "ends from 8 to 10"),
        (((1, 0), (2, 11)), "ends from 8 to 10"),
        (((1.0, 0), (2, 10)), "exactly"),
    ],
)
def test_a_citys_own_conversion_rises_from_0_into_the_worst_grade(knots, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        replace(TTI_UNVERIFIED, knots=knots)
