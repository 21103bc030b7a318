"""Which laws do the rates of a service desk keep, whatever citizens ask for?"""

from hypothesis import given
from hypothesis import strategies as st

from indicators.service_desk import (
    HandlingSums,
    SatisfactionSums,
    Ticket,
    handling_sums,
    on_time_rate,
    reopen_rate,
    satisfaction,
)

times = st.integers(0, 100)
tickets = st.lists(st.builds(Ticket, times, st.none() | times), max_size=15)
junk = st.one_of(
    st.none(), st.booleans(), st.integers(), st.integers(0, 50), st.floats(), st.text(max_size=3)
)


def sums_of(known: list[Ticket], start: int, end: int, as_of: int) -> HandlingSums:
    return handling_sums(known, start_ms=start, end_ms=end, as_of_ms=as_of)


@given(tickets, st.data())
def test_two_halves_in_any_order_are_the_whole(known: list[Ticket], data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(known)))
    shuffled = data.draw(st.permutations(known))

    halves = sums_of(shuffled[:cut], 0, 80, 90) + sums_of(shuffled[cut:], 0, 80, 90)
    assert halves == sums_of(known, 0, 80, 90)


@given(tickets, st.integers(1, 99), st.integers(100, 200))
def test_adjoining_periods_add_up(known: list[Ticket], border: int, as_of: int) -> None:
    both = sums_of(known, 0, border, as_of) + sums_of(known, border, 100, as_of)

    assert both == sums_of(known, 0, 100, as_of)


@given(tickets, times, times)
def test_what_was_judged_stays_judged_and_only_closing_moves_it(
    known: list[Ticket], one: int, other: int
) -> None:
    before, after = (sums_of(known, 0, 101, as_of) for as_of in sorted((one, other)))

    assert before.on_time <= after.on_time
    assert before.late <= after.late
    assert before.late + before.overdue_open <= after.late + after.overdue_open
    assert before.not_yet_due >= after.not_yet_due


@given(tickets, times)
def test_every_ticket_due_in_the_period_is_in_one_count(known: list[Ticket], as_of: int) -> None:
    sums = sums_of(known, 0, 60, as_of)
    rate = on_time_rate(sums)

    assert sums.on_time + sums.late + sums.overdue_open + sums.not_yet_due == sum(
        t.due_ms < 60 for t in known
    )
    assert rate.value is None or 0 <= rate.value <= 1
    assert (rate.value is None) == (rate.whole == 0) == (rate.validity == "no_data")


@given(st.lists(st.tuples(times, times, times).map(sorted), max_size=6))
def test_satisfaction_lies_between_the_least_and_the_most_satisfied(districts: list[list[int]]) -> None:
    each = [SatisfactionSums(asked, rated, satisfied) for satisfied, rated, asked in districts]
    known = [value for value in (satisfaction(sums).value for sums in each) if value is not None]
    city = satisfaction(sum(each, SatisfactionSums())).value

    assert (city is None) == (not known)
    assert city is None or min(known) <= city <= max(known)


@given(st.lists(st.tuples(junk, junk), max_size=3), junk, junk, junk)
def test_whatever_comes_in_a_rate_or_a_named_refusal_comes_out(known, start, end, as_of) -> None:
    for made in (
        lambda: on_time_rate(sums_of([Ticket(*ticket) for ticket in known], start, end, as_of)),
        lambda: on_time_rate(HandlingSums(start, end, as_of)),
        lambda: reopen_rate(start, end),
        lambda: satisfaction(SatisfactionSums(start, end, as_of)),
    ):
        try:
            result = made()
        except ValueError:
            continue
        assert (result.value is None) == (result.reason is not None) == (result.validity == "no_data")
