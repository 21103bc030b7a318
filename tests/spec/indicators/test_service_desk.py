"""Are citizens' requests handled in time, for good, and to their satisfaction?"""

from fractions import Fraction

import pytest

from indicators.service_desk import (
    HandlingSums,
    SatisfactionSums,
    Ticket,
    handling_sums,
    on_time_rate,
    reopen_rate,
    satisfaction,
    service_rate,
)

HOUR = 3_600_000
START, END = 100 * HOUR, 124 * HOUR


def sums_of(*tickets: Ticket, as_of_ms: int = END) -> HandlingSums:
    return handling_sums(tickets, start_ms=START, end_ms=END, as_of_ms=as_of_ms)


def test_open_and_overdue_counts_as_failed() -> None:
    sums = sums_of(
        Ticket(START + HOUR, START),
        Ticket(START + HOUR, START + 2 * HOUR),
        Ticket(START + HOUR),
        Ticket(START + 2 * HOUR, START + HOUR),
    )
    result = on_time_rate(sums)

    assert sums == HandlingSums(on_time=2, late=1, overdue_open=1)
    assert (result.value, result.value_float, result.part, result.whole) == (Fraction(1, 2), 0.5, 2, 4)
    assert (result.validity, result.reason, result.standard, result.edition) == (
        "valid",
        None,
        "project",
        "service-desk-1",
    )


def test_a_ticket_closed_at_its_very_deadline_is_on_time() -> None:
    assert sums_of(Ticket(START + 5, START + 5)) == HandlingSums(on_time=1)
    assert sums_of(Ticket(START + 5, START + 6)) == HandlingSums(late=1)


def test_the_period_is_that_of_the_deadline_wherever_a_ticket_was_closed() -> None:
    assert sums_of(Ticket(START, 0)) == HandlingSums(on_time=1)
    assert sums_of(Ticket(START - 1), Ticket(END, START)) == HandlingSums()


def test_in_the_running_period_only_what_is_due_is_judged() -> None:
    tickets = (
        Ticket(START + HOUR, START),
        Ticket(START + HOUR),
        Ticket(START + 9 * HOUR, START),
        Ticket(END - 1),
    )
    at_noon = sums_of(*tickets, as_of_ms=START + 2 * HOUR)

    # One closed ahead of a deadline to come would count while the open ones beside it do not.
    assert at_noon == HandlingSums(on_time=1, overdue_open=1, not_yet_due=2)
    assert on_time_rate(at_noon).value == Fraction(1, 2)
    assert sums_of(*tickets) == HandlingSums(on_time=2, overdue_open=2)


def test_at_its_very_deadline_a_ticket_is_not_failed_yet() -> None:
    assert sums_of(Ticket(START + HOUR), as_of_ms=START + HOUR) == HandlingSums(not_yet_due=1)
    assert sums_of(Ticket(START + HOUR), as_of_ms=START + HOUR + 1) == HandlingSums(overdue_open=1)


def test_what_was_closed_later_was_open_then() -> None:
    late = Ticket(START + HOUR, START + 3 * HOUR)

    assert sums_of(late, as_of_ms=START + 2 * HOUR) == HandlingSums(overdue_open=1)
    assert sums_of(late, as_of_ms=START + 3 * HOUR) == HandlingSums(late=1)


def test_a_city_is_the_sum_of_its_districts() -> None:
    city = HandlingSums(1, 0, 0, 2) + HandlingSums(1, 1, 7, 3)

    assert city == HandlingSums(2, 1, 7, 5)
    assert on_time_rate(city).value == Fraction(2, 10)


def test_without_due_tickets_there_is_no_rate() -> None:
    result = on_time_rate(HandlingSums(not_yet_due=3))

    assert (result.value, result.value_float, result.validity) == (None, None, "no_data")
    assert result.reason == "closed on time of due: none was counted"


def test_sent_back_counts_each_request_once() -> None:
    assert reopen_rate(3, 60).value == Fraction(1, 20)
    with pytest.raises(ValueError, match="sent back of closed is 61 of 60"):
        reopen_rate(61, 60)


def test_satisfaction_is_of_those_who_rated_and_says_how_many_did() -> None:
    result = satisfaction(SatisfactionSums(asked=1_000, rated=200, satisfied=190))

    assert (result.value, result.value_float) == (Fraction(19, 20), 0.95)
    assert (result.rated, result.asked, result.response_share) == (200, 1_000, Fraction(1, 5))
    assert (result.validity, result.reason, result.standard) == ("valid", None, "project")


def test_silence_is_no_satisfaction() -> None:
    silent, nobody = satisfaction(SatisfactionSums(asked=50)), satisfaction(SatisfactionSums())

    assert (silent.value, silent.value_float, silent.response_share) == (None, None, 0)
    assert (silent.validity, silent.reason) == ("no_data", "nobody rated, of 50 asked")
    assert nobody.response_share is None


def test_satisfaction_is_merged_by_its_sums() -> None:
    few, many = SatisfactionSums(10, 1, 0), SatisfactionSums(100, 99, 99)

    assert satisfaction(few + many).value == Fraction(99, 100)


@pytest.mark.parametrize(
    ("sums", "message"),
    [
        ((1, 2, 0), "rated of asked is 2 of 1"),
        ((5, 2, 3), "satisfied of rated is 3 of 2"),
        ((-1, 0, 0), "0 or more"),
        ((1.0, 0, 0), "whole number"),
    ],
)
def test_satisfaction_that_cannot_be_is_refused(sums: tuple[int, int, int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        SatisfactionSums(*sums)


def test_handling_that_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="late is -1"):
        HandlingSums(late=-1)
    with pytest.raises(ValueError, match="a request is due is None"):
        Ticket(None)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"a request is closed is 1\.5"):
        Ticket(1, 1.5)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="counted among its whole"):
        service_rate(2, 1, "some of all")


@pytest.mark.parametrize("period", [(5, 5, 5), (6, 5, 6), (5, 9, 4), (-1, 5, 5), (0, 5, 5.0)])
def test_a_period_that_cannot_be_is_refused(period: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="period"):
        handling_sums([], start_ms=period[0], end_ms=period[1], as_of_ms=period[2])
