"""Which laws do deadlines keep, however often the clock stands?"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from indicators.service_deadlines import Limit, Pause, deadline
from indicators.workdays import UndeclaredYearError, WorkCalendar, working_seconds_between
from indicators.workdays_china import CHINA_YEARS

CHINA = WorkCalendar("china", ZoneInfo("Asia/Shanghai"), CHINA_YEARS)
START = datetime(2026, 2, 11, tzinfo=UTC)
limits = st.one_of(
    st.builds(Limit, st.integers(1, 8), st.just("workdays")),
    st.builds(Limit, st.integers(1, 200_000), st.sampled_from(["working_seconds", "seconds"])),
)
instants = st.integers(0, 1_000_000).map(lambda second: START + timedelta(seconds=second))
pauses = st.lists(
    st.tuples(instants, st.integers(0, 200_000)).map(
        lambda pause: Pause(pause[0], pause[0] + timedelta(seconds=pause[1]))
    ),
    max_size=4,
)
junk = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=3), st.datetimes())


def passed(limit: Limit, start: datetime, end: datetime) -> int:
    if limit.unit == "seconds":
        return int((end - start).total_seconds())
    return working_seconds_between(CHINA, start, end)


@given(instants, limits, pauses, st.data())
def test_the_order_of_the_pauses_changes_nothing(
    start: datetime, limit: Limit, some: list[Pause], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(some))

    assert deadline(CHINA, start, limit, shuffled) == deadline(CHINA, start, limit, some)


@given(instants, limits, pauses)
def test_a_pause_gives_back_exactly_the_time_that_stood(
    start: datetime, limit: Limit, some: list[Pause]
) -> None:
    plain, paused = deadline(CHINA, start, limit), deadline(CHINA, start, limit, some)

    assert plain.due is not None
    assert paused.due is not None
    assert paused.due >= plain.due
    used = passed(limit, start, paused.due.astimezone(UTC)) - paused.paused_seconds
    assert used == passed(limit, start, plain.due.astimezone(UTC))


@given(instants, limits, pauses, instants)
def test_one_more_pause_never_makes_a_deadline_earlier(
    start: datetime, limit: Limit, some: list[Pause], since: datetime
) -> None:
    before, after = deadline(CHINA, start, limit, some), deadline(CHINA, start, limit, [*some, Pause(since)])

    assert before.due is not None
    # A clock that stands gives no deadline; one that stopped after it changes nothing.
    assert after.due in (None, before.due)
    if since >= before.due:
        assert after == before


@given(instants, instants, limits)
def test_who_comes_later_is_never_due_earlier(one: datetime, other: datetime, limit: Limit) -> None:
    first, second = (deadline(CHINA, start, limit).due for start in sorted((one, other)))

    assert first is not None
    assert second is not None
    assert first <= second


@given(
    junk | instants, junk | st.integers(1, 50), junk | st.sampled_from(["workdays", "seconds"]), junk, junk
)
def test_whatever_comes_in_a_deadline_or_a_named_refusal_comes_out(start, amount, unit, since, until) -> None:
    try:
        result = deadline(CHINA, start, Limit(amount, unit), [Pause(since, until)] if since else [])
    except (ValueError, UndeclaredYearError):
        return

    assert (result.due is None) == (result.reason is not None) == (result.validity == "no_data")
