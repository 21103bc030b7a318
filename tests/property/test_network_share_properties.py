"""Which laws do shares of a network keep, whatever its links?"""

from fractions import Fraction
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from indicators.network_share import LIGHT_AND_WORSE, SEVERE, graded_lengths, network_share

lengths = st.integers(1, 50_000) | st.integers(1, 10**6).map(lambda cm: Fraction(cm, 100))
links = st.tuples(lengths, st.none() | st.integers(1, 5))
networks = st.lists(links, max_size=12)
graded = st.lists(st.tuples(lengths, st.integers(1, 5)), min_size=1, max_size=12)


@given(networks, st.data(), st.randoms(use_true_random=False))
def test_two_networks_merged_in_any_order_are_the_whole(network, data, random: Random) -> None:
    whole = graded_lengths(network)
    cut = data.draw(st.integers(0, len(network)))
    random.shuffle(network)

    assert graded_lengths(network[:cut]) + graded_lengths(network[cut:]) == whole


@given(networks)
def test_shares_lie_from_0_to_1_and_fill_the_whole(network) -> None:
    result = network_share(graded_lengths(network))

    assert all(0 <= share <= 1 for share in result.shares.values())
    assert sum(result.shares.values()) == (0 if result.value is None else 1)
    assert result.value is None or result.value == result.shares["中度拥堵"] + result.shares["严重拥堵"]


@given(graded)
def test_counting_more_grades_never_makes_a_network_less_congested(network) -> None:
    sums = graded_lengths(network)
    severe, usual, light = (
        network_share(sums, congested=SEVERE),
        network_share(sums),
        network_share(sums, congested=LIGHT_AND_WORSE),
    )

    assert severe.value is not None
    assert usual.value is not None
    assert light.value is not None
    assert severe.value <= usual.value <= light.value


@given(graded, st.integers(0, 11))
def test_a_link_in_a_worse_grade_never_lowers_the_congested_share(network, place: int) -> None:
    before = network_share(graded_lengths(network)).value
    length, level = network[place % len(network)]
    network[place % len(network)] = (length, min(5, level + 1))
    after = network_share(graded_lengths(network)).value

    assert before is not None
    assert after is not None
    assert after >= before


@given(graded, graded)
def test_a_city_lies_between_its_districts(one, other) -> None:
    shares = [network_share(graded_lengths(district)).value for district in (one, other)]
    city = network_share(graded_lengths(one) + graded_lengths(other)).value

    assert city is not None
    assert min(share for share in shares if share is not None) <= city
    assert city <= max(share for share in shares if share is not None)


@given(graded, st.integers(2, 1_000))
def test_a_network_of_the_same_roads_many_times_has_the_same_shares(network, times: int) -> None:
    longer = [(length * times, level) for length, level in network]

    assert network_share(graded_lengths(longer)) == network_share(graded_lengths(network))


anything = st.one_of(st.integers(), st.floats(), st.none(), st.booleans(), st.text(max_size=4), lengths)


@given(st.lists(st.tuples(anything, anything), max_size=4), st.just(Fraction("0.7")) | anything)
def test_whatever_comes_in_a_share_or_a_named_refusal_comes_out(network, minimum) -> None:
    try:
        result = network_share(graded_lengths(network), minimum_covered=minimum)
    except (ValueError, LookupError):
        return

    assert (result.value is None) == (result.validity == "no_data")
    assert (result.reason is None) == (result.validity == "valid")
