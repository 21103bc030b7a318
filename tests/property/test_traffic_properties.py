"""Which laws does a congestion index keep, whatever the traffic?"""

from fractions import Fraction
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from indicators.grades import LINK_GRADES, NETWORK_GRADES
from indicators.rounding import as_float
from indicators.traffic import congestion, free_flow_speed, network_congestion, tpi_by_appendix_c

sums_ms = st.integers(1, 10**12)
links = st.lists(st.tuples(sums_ms, sums_ms), min_size=1, max_size=20)
proportions = st.fractions(0, 1)


@given(proportions, proportions)
def test_more_delay_never_has_a_lower_index(one: Fraction, other: Fraction) -> None:
    low, high = sorted((one, other))

    assert tpi_by_appendix_c(low) <= tpi_by_appendix_c(high)
    assert 0 <= tpi_by_appendix_c(low) <= 10


@given(proportions, proportions)
def test_the_index_is_continuous(one: Fraction, other: Fraction) -> None:
    # The steepest bands rise by 2 over a tenth.
    assert abs(tpi_by_appendix_c(one) - tpi_by_appendix_c(other)) <= 20 * abs(one - other)


@given(sums_ms, sums_ms)
def test_the_three_indices_say_the_same_delay(travel_time: int, free_flow_time: int) -> None:
    result = congestion(travel_time, free_flow_time)

    assert result.tti >= 1
    assert result.dtp == 1 - 1 / result.tti
    assert result.tpi == tpi_by_appendix_c(result.dtp)


@given(sums_ms, sums_ms)
def test_values_for_tables_are_the_exact_ratios_rounded_once(travel_time: int, free_flow_time: int) -> None:
    result = congestion(travel_time, free_flow_time)

    assert result.tti_value == as_float(result.tti)
    assert result.dtp_value == as_float(result.dtp)
    assert result.tpi_value == as_float(result.tpi)


@given(sums_ms, sums_ms)
def test_link_and_network_cut_offs_are_the_same_speeds(travel_time: int, free_flow_time: int) -> None:
    result = congestion(travel_time, free_flow_time)

    assert result.link_grade == result.network_grade
    assert result.link_grade == LINK_GRADES.of(Fraction(100 * free_flow_time, travel_time)).word
    assert result.network_grade == NETWORK_GRADES.of(result.tpi).word


@given(sums_ms, sums_ms, st.integers(2, 1_000))
def test_counting_every_vehicle_again_changes_no_index(
    travel_time: int, free_flow_time: int, times: int
) -> None:
    once = congestion(travel_time, free_flow_time)
    again = congestion(times * travel_time, times * free_flow_time)

    assert (once.tti, once.tpi_value, once.link_grade) == (again.tti, again.tpi_value, again.link_grade)


@given(links, st.data(), st.randoms(use_true_random=False))
def test_districts_merged_in_any_order_judge_as_the_city(
    parts: list[tuple[int, int]], data: st.DataObject, random: Random
) -> None:
    cut = data.draw(st.integers(0, len(parts)))
    city = network_congestion(parts)
    random.shuffle(parts)
    districts = [(sum(t for t, _ in part), sum(f for _, f in part)) for part in (parts[:cut], parts[cut:])]

    assert network_congestion(districts) == city


@given(links)
def test_a_network_lies_between_its_best_and_its_worst_link(parts: list[tuple[int, int]]) -> None:
    network = network_congestion(parts)
    indices = [congestion(*part).tti for part in parts]

    assert network is not None
    assert network.tti <= max(indices)
    # A link faster than free flow is cut at 1 alone, but makes up for others in the sum.
    assert network.tti >= min(Fraction(*part) for part in parts)


@given(
    st.lists(st.fractions(1, 200), min_size=1, max_size=80),
    st.fractions(1, 200),
    st.randoms(use_true_random=False),
)
def test_free_flow_is_one_of_the_fast_speeds_under_the_limit(
    speeds: list[Fraction], limit: Fraction, random: Random
) -> None:
    free_flow = free_flow_speed(speeds)
    limited = free_flow_speed(speeds, limit)
    random.shuffle(speeds)

    assert sum(speeds) / len(speeds) <= free_flow <= max(speeds)
    assert limited == min(free_flow, limit)
    assert free_flow_speed(speeds) == free_flow
