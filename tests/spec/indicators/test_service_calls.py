"""Is the citizens' hotline answered, and soon enough?"""

from datetime import date
from fractions import Fraction

import pytest

from indicators.service_calls import (
    ANSWER_LIMIT_S,
    GBT33358_2016,
    MEDIA_LIMITS_S,
    CallSums,
    answer_rate,
    call_sums,
    connection_over_any_day,
    connection_rate,
)

GOOD = CallSums(answered_in_time=95, given_up_late=5)
BAD = CallSums(answered_in_time=94, given_up_late=6)
QUIET = CallSums()


def test_a_call_answered_after_exactly_15_seconds_is_in_time() -> None:
    sums = call_sums([(0, True), (15, True), (16, True), (15, False), (16, False)])

    assert sums == CallSums(
        ANSWER_LIMIT_S, answered_in_time=2, answered_late=1, given_up_early=1, given_up_late=1
    )
    assert (sums.connected, sums.offered) == (3, 5)


def test_a_call_may_wait_for_a_month() -> None:
    assert call_sums([(2_678_400, True)]).answered_late == 1


def test_who_hangs_up_at_once_was_not_kept_waiting_but_was_not_connected_either() -> None:
    sums = CallSums(answered_in_time=80, answered_late=10, given_up_early=6, given_up_late=4)

    assert (answer_rate(sums).value, answer_rate(sums).whole) == (Fraction(80, 94), 94)
    assert (connection_rate(sums).value, connection_rate(sums).value_float) == (Fraction(90, 100), 0.9)


def test_the_rates_name_the_standard_and_that_it_is_known_second_hand() -> None:
    result = answer_rate(GOOD)

    assert (result.standard, result.edition) == ("GB/T 33358", "2016")
    assert "secondary source" in GBT33358_2016.clause
    assert [GBT33358_2016.in_force(date(2017, month, day)) for month, day in ((6, 30), (7, 1))] == [
        False,
        True,
    ]
    assert dict(MEDIA_LIMITS_S) == {"phone": 15, "message": 180, "mailbox": 86_400}


def test_another_medium_has_another_limit() -> None:
    assert answer_rate(call_sums([(180, True), (181, True)], MEDIA_LIMITS_S["message"])).value == Fraction(
        1, 2
    )
    with pytest.raises(ValueError, match="by 15 s and by 180 s"):
        CallSums(15) + CallSums(180)


@pytest.mark.parametrize("rate", [answer_rate, connection_rate])
def test_without_calls_there_is_no_rate(rate) -> None:
    assert (rate(QUIET).value, rate(QUIET).validity) == (None, "no_data")


def test_every_continuous_day_has_to_be_connected_enough() -> None:
    kept = connection_over_any_day([GOOD] * 30)

    assert (kept.met, kept.worst.value, kept.worst_from) == (True, Fraction(19, 20), 0)
    assert (kept.short, kept.windows, kept.validity, kept.standard) == (0, 7, "valid", "GB/T 33358")


def test_two_good_calendar_days_can_hide_a_bad_one_between_them() -> None:
    fine, poor = CallSums(answered_in_time=100), CallSums(answered_in_time=88, given_up_late=12)
    hours = [*[fine] * 14, *[poor] * 20, *[fine] * 14]
    result = connection_over_any_day(hours)

    assert connection_rate(sum(hours[1:24], hours[0])).value == Fraction(95, 100)
    assert connection_rate(sum(hours[25:], hours[24])).value == Fraction(95, 100)
    assert (result.met, result.worst.value, result.worst_from) == (False, Fraction(9, 10), 10)
    # Between the two calendar days every window is short.
    assert (result.short, result.windows) == (23, 25)


def test_the_quiet_hours_of_the_night_belong_to_their_day() -> None:
    result = connection_over_any_day([*[QUIET] * 23, BAD, *[QUIET] * 24])

    assert (result.met, result.worst.value, result.short, result.windows) == (
        False,
        Fraction(94, 100),
        24,
        24,
    )


@pytest.mark.parametrize("hours", [[], [GOOD] * 23, [QUIET] * 30], ids=["none", "23 hours", "no call"])
def test_without_24_hours_of_calls_nothing_is_said(hours: list[CallSums]) -> None:
    result = connection_over_any_day(hours)

    assert (result.met, result.worst.value, result.worst_from, result.validity) == (
        None,
        None,
        None,
        "no_data",
    )
    assert result.reason == f"{len(hours)} hours hold no 24 hours with calls"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ((-1, True), "a wait is -1"),
        ((1.5, True), "whole number"),
        ((2_678_401, True), "at most 2678400 s"),
        ((1, None), "True or False"),
        ((1, 1), "True or False"),
    ],
)
def test_a_call_that_cannot_be_is_refused(call: tuple[int, bool], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call_sums([call])


def test_sums_and_shares_that_cannot_be_are_refused() -> None:
    with pytest.raises(ValueError, match="given_up_late is -1"):
        CallSums(given_up_late=-1)
    with pytest.raises(ValueError, match="from 0 to 1"):
        connection_over_any_day([GOOD] * 24, Fraction(95))
