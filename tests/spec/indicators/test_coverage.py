"""How much of what should report has reported?"""

from fractions import Fraction

import pytest

from indicators.coverage import coverage


def test_the_share_is_exact_and_names_its_definition() -> None:
    result = coverage(1, 3)

    assert (result.ratio, result.value) == (Fraction(1, 3), 0.333333)
    assert (result.standard, result.edition) == ("project", "coverage-1")


def test_nobody_heard_is_a_share_of_zero_and_not_missing() -> None:
    assert coverage(0, 4).value == 0.0


@pytest.mark.parametrize("expected", [0, -1])
def test_without_anybody_expected_there_is_no_share(expected: int) -> None:
    with pytest.raises(ValueError, match="without any there is no share"):
        coverage(0, expected)


@pytest.mark.parametrize("heard", [-1, 5])
def test_more_heard_than_expected_is_an_error_of_the_count(heard: int) -> None:
    with pytest.raises(ValueError, match="each once"):
        coverage(heard, 4)
