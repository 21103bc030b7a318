"""What does a kilogram cost, how has that changed, and where do the states of drought and frost begin?"""

from fractions import Fraction

import pytest

from indicators.farming import Sales, price_change
from indicators.grades import DROUGHT_GRADES, FROST_GRADES


def test_a_price_weighs_every_kilogram_alike() -> None:
    # 100 kg at 3.00 and 300 kg at 2.00: 900 yuan for 400 kg, not 2.50 a kilogram.
    assert Sales(100 * 300 + 300 * 200, 400).price_yuan == Fraction(9, 4)


def test_what_was_not_sold_has_no_price() -> None:
    assert Sales(0, 0).price_yuan is None


def test_a_price_changes_by_a_share_of_the_one_before() -> None:
    assert price_change(Sales(20_000, 100), Sales(50_000, 200)) == Fraction(1, 4)
    assert price_change(Sales(50_000, 200), Sales(20_000, 100)) == Fraction(-1, 5)
    assert price_change(Sales(20_000, 100), Sales(2_000, 10)) == 0


@pytest.mark.parametrize(
    ("before", "now"),
    [(Sales(0, 0), Sales(1, 1)), (Sales(1, 1), Sales(0, 0)), (Sales(0, 10), Sales(100, 10))],
)
def test_without_two_prices_and_from_nothing_there_is_no_change(before: Sales, now: Sales) -> None:
    assert price_change(before, now) is None


def test_sales_below_nothing_are_refused() -> None:
    with pytest.raises(ValueError, match="volume"):
        Sales(1, -1)


@pytest.mark.parametrize(
    ("permille", "word"),
    [(300, "特旱"), (301, "重旱"), (400, "重旱"), (500, "中旱"), (600, "轻旱"), (601, "无旱")],
)
def test_soil_that_is_exactly_as_dry_as_a_cut_has_the_worse_state(permille: int, word: str) -> None:
    assert DROUGHT_GRADES.of_ratio(permille, 10).word == word


@pytest.mark.parametrize(
    ("mdegc", "word"),
    [
        (-2_000, "重霜冻"),
        (-1_999, "霜冻"),
        (0, "霜冻"),
        (1, "霜冻风险"),
        (4_000, "霜冻风险"),
        (4_001, "无霜冻"),
    ],
)
def test_air_that_is_exactly_as_cold_as_a_cut_has_the_worse_state(mdegc: int, word: str) -> None:
    assert FROST_GRADES.of_ratio(mdegc, 1_000).word == word
