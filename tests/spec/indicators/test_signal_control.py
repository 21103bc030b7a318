"""How is a count held against its base period?"""

from fractions import Fraction

import pytest

from indicators.signal_control import change


@pytest.mark.parametrize(
    ("now", "base", "per", "expected"),
    [
        (115, 100, 1, Fraction(15, 100)),
        (100, 100, 1, Fraction(0)),
        (0, 100, 1, Fraction(-1)),
        # 18 stops where 30 vehicles lead to expect 0.6 each, in thousandths: none more.
        (18, 30 * 600, 1_000, Fraction(0)),
        # 30 vehicles in a cycle of 120 s where 1,200 pass in an hour: 40 were expected.
        (30, 1_200 * 120, 3_600, Fraction(-1, 4)),
    ],
)
def test_a_change_is_exact_and_negative_where_there_is_less(
    now: int, base: int, per: int, expected: Fraction
) -> None:
    assert change(now, base, per) == expected


def test_without_a_base_there_is_no_change() -> None:
    assert change(12, 0) is None


@pytest.mark.parametrize(("now", "base"), [(-1, 5), (5, -1), (1.5, 5), (True, 5)])
def test_what_is_no_count_is_refused(now: int, base: int) -> None:
    with pytest.raises(ValueError, match="give a whole number"):
        change(now, base)
