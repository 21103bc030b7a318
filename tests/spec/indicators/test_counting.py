"""Can this number be a count, a part of a whole, or a share?"""

from fractions import Fraction

import pytest

from indicators.counting import COUNT_MAX, checked_count, checked_part, checked_share


def test_a_count_is_a_whole_number_from_0_to_10_to_the_18th() -> None:
    assert checked_count(0, "calls") == 0
    assert checked_count(10**18, "calls") == COUNT_MAX


@pytest.mark.parametrize("value", [-1, 1.0, True, None, "3", float("nan"), float("inf"), COUNT_MAX + 1])
def test_what_is_no_count_is_refused_by_its_name(value: object) -> None:
    with pytest.raises(ValueError, match="calls is"):
        checked_count(value, "calls")


def test_a_part_is_at_most_its_whole() -> None:
    assert checked_part(3, 3, "rated of asked") == (3, 3)
    with pytest.raises(ValueError, match="rated of asked is 4 of 3"):
        checked_part(4, 3, "rated of asked")
    with pytest.raises(ValueError, match="whole number"):
        checked_part(0, -1, "rated of asked")


def test_a_share_is_exact_and_lies_from_0_to_1() -> None:
    assert [checked_share(share, "the share") for share in (0, 1)] == [0, 1]
    assert checked_share(Fraction("0.95"), "the share") == Fraction(19, 20)


@pytest.mark.parametrize("value", [2, -1, Fraction(3, 2), 0.95, True, None, float("nan")])
def test_what_is_no_share_is_refused_by_its_name(value: object) -> None:
    with pytest.raises(ValueError, match=r"the share is .* from 0 to 1"):
        checked_share(value, "the share")
