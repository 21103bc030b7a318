"""Which laws do the calls of a hotline keep, whoever calls?"""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from indicators.service_calls import (
    CallSums,
    answer_rate,
    call_sums,
    connection_over_any_day,
    connection_rate,
)

calls = st.lists(st.tuples(st.integers(0, 60), st.booleans()), max_size=30)
hours = st.lists(st.builds(CallSums, st.just(15), *[st.integers(0, 20)] * 4), min_size=20, max_size=32)
junk = st.one_of(
    st.none(), st.booleans(), st.integers(), st.integers(0, 50), st.floats(), st.text(max_size=3)
)


@given(calls, st.data())
def test_two_halves_in_any_order_are_the_whole(known: list[tuple[int, bool]], data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(known)))
    shuffled = data.draw(st.permutations(known))

    assert call_sums(shuffled[:cut]) + call_sums(shuffled[cut:]) == call_sums(known)
    assert call_sums(known).offered == len(known)


@given(calls, st.integers(0, 60), st.integers(0, 60))
def test_a_longer_limit_never_lowers_the_answer_rate_and_connects_as_many(
    known: list[tuple[int, bool]], one: int, other: int
) -> None:
    short, long = (call_sums(known, limit) for limit in sorted((one, other)))

    assert connection_rate(short).value == connection_rate(long).value
    if (before := answer_rate(short).value) is not None and (after := answer_rate(long).value) is not None:
        assert before <= after


@given(hours)
def test_the_worst_24_hours_are_those_of_every_window(day: list[CallSums]) -> None:
    result = connection_over_any_day(day)
    rates = []
    for first in range(len(day) - 23):
        offered = sum(hour.offered for hour in day[first : first + 24])
        if offered:
            rates.append(Fraction(sum(hour.connected for hour in day[first : first + 24]), offered))

    assert result.windows == len(rates)
    assert result.worst.value == min(rates, default=None)
    assert result.short == sum(rate < Fraction("0.95") for rate in rates)
    assert result.met == (None if not rates else min(rates) >= Fraction("0.95"))


@given(st.lists(st.tuples(junk, junk), max_size=3), junk, st.lists(st.tuples(junk, junk), max_size=2))
def test_whatever_comes_in_a_rate_or_a_named_refusal_comes_out(known, limit, sums) -> None:
    try:
        rates = [
            answer_rate(call_sums(known, limit)),
            *(connection_rate(CallSums(15, *each)) for each in sums),
        ]
        connection_over_any_day([CallSums(15, *each) for each in sums] * 30, limit)
    except ValueError:
        return

    assert all((rate.value is None) == (rate.validity == "no_data") for rate in rates)
