"""How fast is a link when nothing is in the way, and on how many days does the answer rest?"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from fractions import Fraction

import pytest

from indicators.free_flow import Observation, SpeedHistory, free_flow, speed_history
from indicators.traffic import free_flow_speed

MONDAY = date(2026, 3, 2)


def days(count: int) -> list[date]:
    return [MONDAY + timedelta(days=day) for day in range(count)]


def quarters(count: int, *, first: int = 24) -> list[int]:
    return [15 * quarter for quarter in range(first, first + count)]


def seen(on: list[date], at: list[int]) -> Iterator[Observation]:
    # The later in the day, the faster: 1 km/h for each quarter of an hour.
    return ((day, minute, minute // 15 - 23) for day in on for minute in at)


def test_thirty_days_of_seventy_two_quarters_give_the_mean_of_the_fastest_eight() -> None:
    result = free_flow(speed_history(seen(days(30), quarters(72))))

    assert (result.value, result.value_float) == (Fraction(sum(range(65, 73)), 8), 68.5)
    assert (result.basis, result.validity, result.reason) == ("standard", "valid", None)
    assert (result.days, result.intervals, result.intervals_of_day) == (30, 72, 72)
    assert (result.standard, result.edition) == ("GB/T 33171", "2016")
    assert "§7.2.1.2" in result.clause


@pytest.mark.parametrize(
    ("on", "at", "reason"),
    [
        (7, 72, "rests on 7 of 30 days and 72 of 72 intervals"),
        (29, 72, "rests on 29 of 30 days and 72 of 72 intervals"),
        (30, 71, "rests on 30 of 30 days and 71 of 72 intervals"),
    ],
)
def test_fewer_days_or_intervals_are_a_short_history_and_say_so(on: int, at: int, reason: str) -> None:
    result = free_flow(speed_history(seen(days(on), quarters(at))))

    assert (result.basis, result.validity, result.reason) == ("short_history", "insufficient", reason)
    assert result.value is not None


@pytest.mark.parametrize(("on", "basis"), [(30, "short_history"), (31, "standard")])
def test_every_interval_needs_its_thirty_days(on: int, basis: str) -> None:
    one_is_missing = [*seen(days(on - 1), quarters(72)), *seen(days(on)[-1:], quarters(71))]

    result = free_flow(speed_history(one_is_missing))

    assert (result.days, result.basis) == (on - 1, basis)


def test_the_speed_limit_is_the_most_that_free_flow_can_be() -> None:
    history = speed_history(seen(days(30), quarters(72)))

    assert (
        free_flow(history, speed_limit_kmh=60).value,
        free_flow(history, speed_limit_kmh=60).at_limit,
    ) == (
        60,
        True,
    )
    assert free_flow(history, speed_limit_kmh=Fraction("68.5")).at_limit is False
    assert free_flow(history, speed_limit_kmh=80).value == Fraction("68.5")


def test_the_night_does_not_count() -> None:
    night = [(MONDAY, minute, 200) for minute in (0, 359)]

    assert free_flow(speed_history([*night, (MONDAY, 360, 50)])).value == 50
    assert speed_history(night).cells == {}


def test_a_day_weighs_the_same_however_often_it_was_observed() -> None:
    often = [(MONDAY, minute, 30) for minute in (360, 361, 362, 374)]
    once = [(MONDAY + timedelta(days=1), 365, 60)]

    result = free_flow(speed_history([*often, *once]))

    assert (result.value, result.days, result.intervals) == (45, 2, 1)


def test_the_means_go_through_the_standards_own_formula() -> None:
    history = speed_history(seen(days(3), quarters(40)))

    assert free_flow(history).value == free_flow_speed([Fraction(speed) for speed in range(1, 41)])


def test_shorter_intervals_take_the_same_two_hours_of_the_day() -> None:
    minutes = range(360, 1440, 5)
    history = speed_history([(MONDAY, minute, minute // 15) for minute in minutes], interval_minutes=5)

    result = free_flow(history)

    # The fastest 24 of 216: the last 24 intervals of five minutes, three for each of the last eight quarters.
    assert (result.intervals, result.intervals_of_day) == (216, 216)
    assert result.value == Fraction(sum(range(88, 96)), 8)


def test_day_means_are_observations_at_the_start_of_their_interval() -> None:
    raw = speed_history([(MONDAY, 360, 40), (MONDAY, 370, 60)])
    means = speed_history([(MONDAY, 360, 50)])

    assert free_flow(raw).value == free_flow(means).value == 50


def test_histories_of_weeks_merge_into_that_of_the_month() -> None:
    whole = list(seen(days(14), quarters(5)))

    assert speed_history(whole[:31]) + speed_history(whole[31:]) == speed_history(whole)
    with pytest.raises(ValueError, match="do not merge"):
        speed_history(whole) + speed_history(whole, interval_minutes=5)


def test_without_observations_there_is_no_free_flow() -> None:
    result = free_flow(speed_history([]))

    assert (result.value, result.value_float, result.basis) == (None, None, None)
    assert (result.validity, result.reason) == ("no_data", "nothing was observed from 06:00 to 24:00")
    assert (result.days, result.intervals, result.intervals_of_day) == (0, 0, 72)


@pytest.mark.parametrize("minutes", [0, -15, 7, 9, 16, 30, 15.0, True])
def test_an_interval_divides_a_ninth_of_the_day(minutes: int) -> None:
    with pytest.raises(ValueError, match="whole in a ninth"):
        speed_history([], interval_minutes=minutes)


@pytest.mark.parametrize(
    ("observation", "says"),
    [
        ((MONDAY, 1440, 50), "runs from 0 to 1439"),
        ((MONDAY, -1, 50), "runs from 0 to 1439"),
        ((MONDAY, 360.0, 50), "runs from 0 to 1439"),
        ((datetime(2026, 3, 2), 360, 50), "without a time"),  # noqa: DTZ001  that it has a time is the fault
        (("2026-03-02", 360, 50), "without a time"),
        ((MONDAY, 360, 0), "more than 0"),
        ((MONDAY, 360, -5), "0 or more"),
        ((MONDAY, 360, 251), "250 at most"),
        ((MONDAY, 360, 50.0), "exactly"),
        ((MONDAY, 0, float("nan")), "exactly"),
    ],
)
def test_an_observation_that_cannot_be_is_refused(observation: Observation, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        speed_history([observation])


@pytest.mark.parametrize(
    ("cell", "content", "says"),
    [
        ((MONDAY, 345), (50, 1), "no interval"),
        ((MONDAY, 361), (50, 1), "no interval"),
        ((MONDAY, 360), (50, 0), "reject the cell"),
        ((MONDAY, 360), (501, 2), "reject the cell"),
        ((MONDAY, 360), (0, 1), "more than 0"),
    ],
)
def test_a_cell_that_no_observations_make_is_refused(cell, content, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        SpeedHistory({cell: content})
