"""How is an exact ratio written with fewer digits?"""

from fractions import Fraction

import pytest

from indicators.rounding import as_float, ceil_int, divide_half_even, ratio_to_float, round_half_even


@pytest.mark.parametrize(
    ("text", "decimals", "expected"),
    [
        ("12.1498", 0, "12"),
        ("12.1498", 1, "12.1"),
        ("10.5002", 0, "11"),
        ("1.050", 1, "1.0"),
        ("0.35", 1, "0.4"),
        ("28.175", 2, "28.18"),
        ("28.165", 2, "28.16"),
        ("28.2501", 1, "28.3"),
        ("15.4546", 0, "15"),
        ("35.5", 0, "36"),
        ("36.5", 0, "36"),
        ("-2.5", 0, "-2"),
        ("-3.5", 0, "-4"),
        ("-0.35", 1, "-0.4"),
    ],
)
def test_rounding_follows_gbt_8170(text: str, decimals: int, expected: str) -> None:
    assert round_half_even(Fraction(text), decimals) == Fraction(expected)


def test_a_value_is_rounded_once_and_not_in_a_chain() -> None:
    chained = round_half_even(round_half_even(Fraction("15.4546"), 1), 0)

    assert round_half_even(Fraction("15.4546"), 0) == 15
    assert chained == 16


def test_the_smallest_excess_over_an_integer_rounds_up() -> None:
    assert ceil_int(Fraction(100)) == 100
    assert ceil_int(Fraction(100) + Fraction(1, 10**30)) == 101
    assert ceil_int(Fraction(-1, 2)) == 0


def test_a_ratio_becomes_the_float_that_its_decimals_spell() -> None:
    assert as_float(Fraction(2, 3)) == 0.666667
    assert ratio_to_float(1, 2_000_000) == 0.0
    assert ratio_to_float(3, 2_000_000) == 0.000002
    assert ratio_to_float(10**30 + 1, 10**30) == 1.0


def test_integer_division_agrees_with_the_ratio() -> None:
    assert [divide_half_even(n, 4) for n in (1, 2, 3, 5, 6, 7, -2, -6)] == [0, 0, 1, 1, 2, 2, 0, -2]


def test_negative_decimals_are_refused() -> None:
    with pytest.raises(ValueError, match="digits after the point"):
        round_half_even(Fraction(1), -1)
