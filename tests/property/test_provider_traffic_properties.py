"""Which laws do the providers' figures keep, whatever the traffic?"""

from fractions import Fraction
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from indicators.grades import AMAP_GRADES
from indicators.provider_traffic import (
    DidiSample,
    DidiSums,
    amap_delay_index,
    didi_free_flow,
    didi_sums,
    didi_tti,
    tomtom_congestion_level,
)
from indicators.traffic import congestion

times = st.integers(1, 10**9)
speeds = st.integers(1, 200)
links = st.builds(DidiSample, st.integers(1, 5_000), st.integers(0, 120), speeds, st.integers(1, 10_000))
moving = st.builds(DidiSample, st.integers(1, 5_000), speeds, speeds, st.integers(1, 10_000))
hours = st.lists(st.tuples(st.sampled_from("abcdef"), st.integers(0, 100), st.integers(0, 200)), max_size=60)


@given(times, times)
def test_amap_and_tomtom_say_the_same_index_as_the_standard(taken: int, free: int) -> None:
    tti = congestion(taken, free).tti

    assert amap_delay_index(taken, free).value == tti
    assert tomtom_congestion_level(taken, free).value == 100 * (tti - 1)


@given(times, times, times)
def test_more_travel_time_never_has_a_better_amap_grade(one: int, other: int, free: int) -> None:
    words = [grade.word for grade in AMAP_GRADES.grades]
    low, high = (words.index(str(amap_delay_index(taken, free).grade)) for taken in sorted((one, other)))

    assert low <= high


@given(st.lists(links, max_size=6), st.data(), st.randoms(use_true_random=False))
def test_networks_merged_in_any_order_are_the_whole(network, data, random: Random) -> None:
    whole = didi_sums(network)
    cut = data.draw(st.integers(0, len(network)))
    random.shuffle(network)

    assert didi_sums(network[:cut]) + didi_sums(network[cut:]) == whole


@given(st.lists(moving, min_size=1, max_size=6))
def test_a_network_lies_between_its_best_and_its_worst_link(network) -> None:
    index = didi_tti(didi_sums(network)).value
    alone = [Fraction(link.free_flow_kmh) / link.speed_kmh for link in network]

    assert index is not None
    assert min(alone) <= index <= max(alone)


@given(hours, st.randoms(use_true_random=False))
def test_didis_free_flow_lies_among_the_speeds_in_any_order(samples, random: Random) -> None:
    result = didi_free_flow(samples)
    random.shuffle(samples)

    assert didi_free_flow(samples) == result
    if result.value is not None:
        moved = [speed for _, confidence, speed in samples if confidence >= 20 and speed]
        assert min(moved) <= result.value <= max(moved)


@given(hours, st.integers(0, 59), speeds)
def test_a_faster_sample_never_lowers_didis_free_flow(samples, place: int, faster: int) -> None:
    before = didi_free_flow(samples).value
    if before is None:
        return
    hour, confidence, speed = samples[place % len(samples)]
    samples[place % len(samples)] = (hour, confidence, speed and max(speed, faster))
    after = didi_free_flow(samples).value

    assert after is not None
    assert after >= before


anything = st.one_of(st.integers(), st.floats(), st.none(), st.booleans(), st.text(max_size=3), speeds)


@given(anything, anything)
def test_whatever_times_come_in_a_figure_or_a_named_refusal_comes_out(taken, free) -> None:
    try:
        figures = amap_delay_index(taken, free), tomtom_congestion_level(taken, free)
        network = didi_tti(DidiSums(taken, free))
    except ValueError:
        return

    assert figures[0].value_float >= 1
    assert figures[1].value_float >= 0
    assert network.value_float > 0 or 10**6 * taken <= free


@given(
    st.lists(st.tuples(st.sampled_from("ab") | anything, anything, anything), max_size=5), anything, anything
)
def test_whatever_samples_come_in_a_figure_or_a_named_refusal_comes_out(samples, length, weight) -> None:
    try:
        free = didi_free_flow(samples)
        network = didi_tti(didi_sums([DidiSample(length, 50, 60, weight)]))
    except ValueError:
        return

    assert (free.value is None) == (free.validity == "no_data")
    assert network.value == Fraction(60, 50)
