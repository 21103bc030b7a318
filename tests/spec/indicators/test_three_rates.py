"""How well did those whom a request was sent to respond, solve it, and satisfy who made it?"""

from fractions import Fraction

import pytest

from indicators.three_rates import ThreeRateSums, ThreeRateWeights, three_rates

SUMS = ThreeRateSums(assigned=200, responded=198, followed_up=100, solved=80, satisfied=90)
WEIGHTS = ThreeRateWeights("a-city", Fraction("0.1"), Fraction("0.4"), Fraction("0.5"), "a test")


def test_each_rate_has_its_own_whole() -> None:
    result = three_rates(SUMS)

    assert (result.response.value, result.response.whole) == (Fraction(99, 100), 200)
    assert (result.solution.value, result.solution.whole) == (Fraction(4, 5), 100)
    assert (result.satisfaction.value, result.satisfaction.whole) == (Fraction(9, 10), 100)
    assert (result.standard, result.edition) == ("project", "three-rates-1")


def test_without_declared_weights_there_is_no_score() -> None:
    result = three_rates(SUMS)

    assert (result.score, result.score_float, result.weights, result.validity) == (
        None,
        None,
        None,
        "no_data",
    )
    assert result.reason == "no weights were declared"


def test_the_score_is_the_weighted_mean_by_the_citys_own_weights() -> None:
    result = three_rates(SUMS, WEIGHTS)

    assert (result.score, result.score_float) == (Fraction("0.869"), 0.869)
    assert (result.weights, result.validity, result.reason) == (WEIGHTS, "valid", None)


@pytest.mark.parametrize(
    ("sums", "reason"),
    [
        (ThreeRateSums(), "responded of assigned: none was counted"),
        (ThreeRateSums(assigned=5, responded=5), "solved of followed up: none was counted"),
    ],
)
def test_a_rate_of_nothing_gives_no_score(sums: ThreeRateSums, reason: str) -> None:
    result = three_rates(sums, WEIGHTS)

    assert (result.score, result.validity, result.reason) == (None, "no_data", reason)


def test_a_city_is_the_sum_of_its_districts() -> None:
    small = ThreeRateSums(10, 10, 10, 10, 10)
    city = three_rates(SUMS + small, WEIGHTS)

    assert city.solution.value == Fraction(90, 110)
    assert SUMS + small == ThreeRateSums(210, 208, 110, 90, 100)


@pytest.mark.parametrize(
    ("sums", "message"),
    [
        ((1, 2, 0, 0, 0), "responded of assigned"),
        ((1, 1, 2, 0, 0), "followed up of assigned"),
        ((5, 5, 2, 3, 0), "solved of followed up"),
        ((5, 5, 2, 0, 3), "satisfied of followed up"),
        ((5, 5, 2, 0, -1), "0 or more"),
    ],
)
def test_sums_that_cannot_be_are_refused(sums: tuple[int, ...], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ThreeRateSums(*sums)


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ((Fraction("0.1"), Fraction("0.4"), Fraction("0.4")), "add up to 9/10"),
        ((Fraction(2), Fraction(-1), Fraction(0)), "from 0 to 1"),
        ((0.2, 0.4, 0.4), "exactly"),
    ],
)
def test_weights_that_are_no_shares_of_1_are_refused(weights: tuple[Fraction, ...], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ThreeRateWeights("odd", *weights, source="a test")
