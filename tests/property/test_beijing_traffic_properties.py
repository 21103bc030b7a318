"""Which laws do Beijing's grades keep, whatever the traffic?"""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from indicators.beijing_traffic import SCALES_BY_ROAD_CLASS, beijing_link_grade, beijing_network_grade
from indicators.traffic import congestion

road_classes = st.sampled_from(sorted(SCALES_BY_ROAD_CLASS))
speeds = st.integers(1, 250) | st.fractions(1, 250, max_denominator=1_000)
times = st.integers(1, 10**9)


@given(speeds, speeds, road_classes)
def test_a_faster_link_never_has_a_worse_grade(one: Fraction, other: Fraction, road_class) -> None:
    slow, fast = (beijing_link_grade(speed, road_class).level for speed in sorted((one, other)))

    assert 1 <= fast <= slow <= 5


@given(speeds)
def test_a_road_that_should_be_faster_never_has_a_better_grade(speed: Fraction) -> None:
    levels = [
        beijing_link_grade(speed, road).level for road in ("expressway", "arterial", "secondary", "branch")
    ]

    assert levels == sorted(levels, reverse=True)


@given(times, times, times)
def test_more_travel_time_never_has_a_better_grade(one: int, other: int, free: int) -> None:
    low, high = (beijing_network_grade(taken, free).level for taken in sorted((one, other)))

    assert low <= high


@given(times, times)
def test_extra_travel_time_is_the_travel_time_index_less_one(taken: int, free: int) -> None:
    assert beijing_network_grade(taken, free).value == 100 * (congestion(taken, free).tti - 1)


@given(times, times, st.integers(2, 1_000))
def test_counting_every_vehicle_again_changes_nothing(taken: int, free: int, again: int) -> None:
    assert beijing_network_grade(taken * again, free * again) == beijing_network_grade(taken, free)


anything = st.one_of(st.integers(), st.floats(), st.none(), st.booleans(), st.text(max_size=4), speeds)


@given(anything, road_classes | st.text(max_size=4), anything)
def test_whatever_comes_in_a_grade_or_a_named_refusal_comes_out(speed, road_class, time) -> None:
    try:
        levels = [beijing_link_grade(speed, road_class).level, beijing_network_grade(speed, time).level]
    except (ValueError, LookupError):
        return

    assert all(1 <= level <= 5 for level in levels)
