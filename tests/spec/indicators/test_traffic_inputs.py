"""Can this number be a length, a speed, a time or a flow?"""

from fractions import Fraction

import pytest

from indicators.traffic_inputs import not_negative, positive, speed_kmh


@pytest.mark.parametrize("value", [1.0, float("nan"), float("inf"), True, None, "1", [1]])
def test_only_an_exact_number_passes(value: object) -> None:
    for check in (not_negative, positive, speed_kmh):
        with pytest.raises(ValueError, match="give it exactly"):
            check(value, "a length")


def test_a_number_that_cannot_be_is_refused_by_its_name() -> None:
    assert (not_negative(0, "a flow"), positive(Fraction(1, 3), "a length")) == (0, Fraction(1, 3))
    with pytest.raises(ValueError, match="a flow is -1"):
        not_negative(-1, "a flow")
    with pytest.raises(ValueError, match="beyond 10"):
        not_negative(10**18 + 1, "a flow")
    for nothing in (0, Fraction(1, 10**19)):
        with pytest.raises(ValueError, match="more than 0"):
            positive(nothing, "a length")


def test_a_speed_is_one_of_a_road_vehicle() -> None:
    assert speed_kmh(250) == 250
    with pytest.raises(ValueError, match="250 at most"):
        speed_kmh(251)
    with pytest.raises(ValueError, match="more than 0"):
        speed_kmh(0)
