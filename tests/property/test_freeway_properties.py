"""Which laws do the measures of a freeway keep, whatever the traffic?"""

from dataclasses import replace
from fractions import Fraction
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from indicators.freeway import (
    THRESHOLDS_MPH,
    FreewaySample,
    FreewaySums,
    freeway_performance,
    freeway_sums,
)

lengths = st.integers(1, 500).map(lambda hundredths: Fraction(hundredths, 100))
speeds = st.integers(10, 900).map(lambda tenths: Fraction(tenths, 10))
samples = st.builds(FreewaySample, st.integers(0, 900), lengths, speeds, st.integers(1, 6))
moving = st.builds(FreewaySample, st.integers(1, 900), lengths, speeds, st.integers(1, 6))
thresholds = st.sampled_from(THRESHOLDS_MPH)


@given(st.lists(samples, max_size=6), st.data(), thresholds, st.randoms(use_true_random=False))
def test_halves_merged_in_any_order_are_the_whole(rows, data, threshold: int, random: Random) -> None:
    whole = freeway_sums(rows, threshold_mph=threshold)
    cut = data.draw(st.integers(0, len(rows)))
    random.shuffle(rows)
    halves = [freeway_sums(half, threshold_mph=threshold) for half in (rows[:cut], rows[cut:])]

    assert halves[0] + halves[1] == whole


@given(st.lists(moving, min_size=1, max_size=6))
def test_the_speed_lies_among_the_speeds_and_the_index_among_the_indices(rows) -> None:
    result = freeway_performance(freeway_sums(rows))
    alone = [freeway_performance(freeway_sums([row])).tti for row in rows]

    assert result.q_mph is not None
    assert min(row.speed_mph for row in rows) <= result.q_mph <= max(row.speed_mph for row in rows)
    assert result.tti == 60 / result.q_mph
    assert min(alone) <= result.tti <= max(alone)


@given(moving, speeds, thresholds)
def test_slower_traffic_never_has_less_delay_and_takes_longer(
    sample, speed: Fraction, threshold: int
) -> None:
    slow, fast = sorted((sample.speed_mph, speed))
    slower = freeway_sums([replace(sample, speed_mph=slow)], threshold_mph=threshold)
    faster = freeway_sums([replace(sample, speed_mph=fast)], threshold_mph=threshold)

    assert slower.vehicle_miles == faster.vehicle_miles
    assert slower.vehicle_hours >= faster.vehicle_hours
    assert slower.delay_hours >= faster.delay_hours
    assert slower.lost_lane_miles >= faster.lost_lane_miles


@given(moving, thresholds)
def test_delay_is_continuous_where_the_threshold_begins(sample, threshold: int) -> None:
    just_below = replace(sample, speed_mph=threshold - Fraction(1, 1_000))

    assert freeway_sums([replace(sample, speed_mph=threshold)], threshold_mph=threshold).delay_hours == 0
    delay = freeway_sums([just_below], threshold_mph=threshold).delay_hours
    assert 0 < delay <= Fraction(sample.vehicles) * sample.length_mi / 1_000


@given(st.lists(samples, max_size=6))
def test_a_higher_threshold_never_finds_less_delay(rows) -> None:
    sums = [freeway_sums(rows, threshold_mph=threshold) for threshold in THRESHOLDS_MPH]

    assert [total.delay_hours for total in sums] == sorted(total.delay_hours for total in sums)
    assert [total.lost_lane_miles for total in sums] == sorted(total.lost_lane_miles for total in sums)
    assert all(0 <= total.delay_hours <= total.vehicle_hours for total in sums)
    assert all(total.lost_lane_miles <= sum(row.lanes * row.length_mi for row in rows) for total in sums)


@given(st.lists(moving, min_size=1, max_size=5), st.integers(2, 5))
def test_counting_everything_again_changes_no_ratio(rows, times: int) -> None:
    once, again = freeway_performance(freeway_sums(rows)), freeway_performance(freeway_sums(rows * times))

    assert (once.q_mph, once.tti) == (again.q_mph, again.tti)


anything = st.one_of(st.integers(), st.floats(), st.none(), st.booleans(), st.text(max_size=3), speeds)


@given(anything, anything, anything, st.integers(0, 25) | anything, thresholds | anything)
def test_whatever_sample_comes_in_a_figure_or_a_named_refusal_comes_out(
    flow, length, speed, lanes, at
) -> None:
    try:
        result = freeway_performance(
            freeway_sums([FreewaySample(flow, length, speed, lanes)], threshold_mph=at)
        )
    except ValueError:
        return

    assert (result.tti is None) == (flow == 0) == (result.validity == "no_data")
    assert result.tti_value is None or result.tti_value >= 0


@given(anything, anything, anything, anything)
def test_whatever_sums_come_in_a_figure_or_a_named_refusal_comes_out(miles, hours, delay, lost) -> None:
    try:
        result = freeway_performance(FreewaySums(35, miles, hours, delay, lost))
    except ValueError:
        return

    assert (result.tti_value is None) == (hours == 0)


@given(st.integers(1, 155), st.integers(1, 1_000))
def test_whole_sums_stay_exact(speed: int, hours: int) -> None:
    result = freeway_performance(FreewaySums(35, speed * hours, hours, 0, 1))

    assert (result.q_mph, result.tti) == (speed, Fraction(60, speed))
    assert result.sums.lost_lane_mile_hours == Fraction(1, 12)
