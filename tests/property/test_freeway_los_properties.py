"""Which laws does a level of service keep, whatever the traffic?"""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from indicators.freeway_los import level_of_service

flows = st.integers(0, 3_000)
speeds = st.fractions(1, 90, max_denominator=100)


@given(flows, flows, speeds)
def test_more_traffic_at_a_speed_never_has_a_better_level(one: int, other: int, speed: Fraction) -> None:
    low, high = (level_of_service(flow, speed).level for flow in sorted((one, other)))

    assert 1 <= low <= high <= 6


@given(flows, speeds, speeds)
def test_faster_traffic_never_has_a_worse_level(flow: int, one: Fraction, other: Fraction) -> None:
    slow, fast = (level_of_service(flow, speed).level for speed in sorted((one, other)))

    assert fast <= slow


anything = st.one_of(st.integers(), st.floats(), st.none(), st.booleans(), st.text(max_size=3), speeds)


@given(anything, anything)
def test_whatever_comes_in_a_level_or_a_named_refusal_comes_out(flow, speed) -> None:
    try:
        result = level_of_service(flow, speed)
    except ValueError:
        return

    assert result.density_float >= 0
    assert 1 <= result.level <= 6
