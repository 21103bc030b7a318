"""Which laws does a free-flow speed keep, whatever was observed?"""

from datetime import date, timedelta
from fractions import Fraction
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from indicators.free_flow import FreeFlow, Observation, free_flow, speed_history

FIRST = date(2026, 3, 1)
dates = st.integers(0, 40).map(lambda days: FIRST + timedelta(days=days))
speeds = st.integers(10, 2_500).map(lambda tenths: Fraction(tenths, 10))
observations = st.tuples(dates, st.integers(360, 1439), speeds)
seen = st.lists(observations, min_size=1, max_size=15)


def speed_of(result: FreeFlow) -> Fraction:
    assert result.value is not None
    return result.value


@given(seen, st.randoms(use_true_random=False))
def test_the_order_of_observations_is_irrelevant(rows: list[Observation], random: Random) -> None:
    result = free_flow(speed_history(rows))
    random.shuffle(rows)

    assert free_flow(speed_history(rows)) == result


@given(seen, st.data())
def test_two_halves_merged_are_exactly_the_whole(rows: list[Observation], data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(rows)))

    assert speed_history(rows[:cut]) + speed_history(rows[cut:]) == speed_history(rows)


@given(seen, speeds)
def test_free_flow_lies_among_the_speeds_and_under_the_limit(
    rows: list[Observation], limit: Fraction
) -> None:
    history = speed_history(rows)
    free = speed_of(free_flow(history))
    limited = free_flow(history, speed_limit_kmh=limit)

    assert min(speed for _, _, speed in rows) <= free <= max(speed for _, _, speed in rows)
    assert limited.value == min(free, limit)
    assert limited.at_limit == (free > limit)


@given(seen, st.integers(0, 14), speeds)
def test_a_faster_observation_never_lowers_free_flow(
    rows: list[Observation], place: int, faster: Fraction
) -> None:
    before = speed_of(free_flow(speed_history(rows)))
    day, minute, speed = rows[place % len(rows)]
    rows[place % len(rows)] = (day, minute, max(speed, faster))

    assert speed_of(free_flow(speed_history(rows))) >= before


@given(seen, st.integers(2, 5))
def test_hearing_everything_again_changes_nothing(rows: list[Observation], times: int) -> None:
    assert free_flow(speed_history(rows * times)) == free_flow(speed_history(rows))


@given(seen)
def test_only_thirty_days_in_every_interval_are_the_standards_basis(rows: list[Observation]) -> None:
    result = free_flow(speed_history(rows))

    # Fifteen observations cannot be thirty days of seventy-two intervals.
    assert (result.basis, result.validity) == ("short_history", "insufficient")
    assert f"{result.days} of 30 days and {result.intervals} of 72" in str(result.reason)


anything = st.one_of(st.integers(), st.floats(), st.none(), st.booleans(), st.text(max_size=3), speeds)


@given(
    st.lists(st.tuples(dates | anything, st.integers(-10, 1500) | anything, anything), max_size=4),
    st.none() | anything,
    st.sampled_from([5, 15]) | anything,
)
def test_whatever_comes_in_a_speed_or_a_named_refusal_comes_out(rows, limit, interval) -> None:
    try:
        result = free_flow(speed_history(rows, interval_minutes=interval), speed_limit_kmh=limit)
    except ValueError:
        return

    assert (result.value is None) == (result.validity == "no_data") == (result.basis is None)
    assert result.value is None or 0 < result.value <= 250
