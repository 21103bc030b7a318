"""Which laws does working time keep, whatever the calendar?"""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from indicators.workdays import (
    HolidayYear,
    UndeclaredYearError,
    WorkCalendar,
    add_workdays,
    add_working_seconds,
    hours,
    is_workday,
    workdays_between,
    working_seconds_between,
)
from indicators.workdays_china import CHINA_YEARS

CHINA = WorkCalendar("china", ZoneInfo("Asia/Shanghai"), CHINA_YEARS)
# Hours that lie over the clock changes of March and November.
NIGHT = WorkCalendar(
    "night",
    ZoneInfo("America/New_York"),
    (HolidayYear(2026, frozenset({date(2026, 3, 11)}), frozenset(), "a test"),),
    hours("00:30-02:15", "02:45-05:00", "22:00-24:00"),
    weekend=frozenset({2}),
)
days = st.dates(date(2025, 1, 1), date(2026, 7, 31))
seconds = st.integers(0, 400_000)
calendars = st.sampled_from([CHINA, NIGHT])
changes = st.sampled_from([datetime(2026, 3, 6, tzinfo=UTC), datetime(2026, 10, 30, tzinfo=UTC)])
instants = st.builds(
    lambda start, offset: start + timedelta(seconds=offset), changes, st.integers(0, 400_000)
)
junk = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=3), st.dates(), st.datetimes()
)


@given(days, st.integers(0, 40), st.integers(0, 40))
def test_working_days_add_up_and_are_counted_back(day: date, some: int, more: int) -> None:
    reached = add_workdays(CHINA, day, some)

    assert add_workdays(CHINA, reached, more) == add_workdays(CHINA, day, some + more)
    assert workdays_between(CHINA, day, reached) == some
    assert some == 0 or is_workday(CHINA, reached)


@given(days, days, days)
def test_working_days_between_days_add_up(one: date, two: date, three: date) -> None:
    first, middle, last = sorted((one, two, three))
    total = workdays_between(CHINA, first, last)

    assert total == workdays_between(CHINA, first, middle) + workdays_between(CHINA, middle, last)
    assert 0 <= total <= (last - first).days


@given(calendars, instants, instants, instants)
def test_working_time_adds_up_and_is_never_more_than_time(
    calendar: WorkCalendar, one: datetime, two: datetime, three: datetime
) -> None:
    first, middle, last = sorted((one, two, three))
    total = working_seconds_between(calendar, first, last)

    assert total == working_seconds_between(calendar, first, middle) + working_seconds_between(
        calendar, middle, last
    )
    assert 0 <= total <= (last - first).total_seconds()


@given(calendars, instants, seconds)
def test_added_working_time_is_found_back_and_ends_as_early_as_it_can(
    calendar: WorkCalendar, start: datetime, amount: int
) -> None:
    end = add_working_seconds(calendar, start, amount).astimezone(UTC)

    assert working_seconds_between(calendar, start, end) == amount
    if amount:
        assert working_seconds_between(calendar, start, end - timedelta(seconds=1)) == amount - 1


@given(
    st.sampled_from([datetime(2026, 2, 12, tzinfo=UTC), datetime(2026, 9, 18, tzinfo=UTC)]), st.integers(1, 6)
)
def test_working_time_is_the_minutes_in_which_the_clock_shows_working_hours(
    start: datetime, length: int
) -> None:
    end = start + timedelta(days=length)
    minutes = 0
    for number in range(0, length * 1_440, 30):
        local = (start + timedelta(minutes=number)).astimezone(CHINA.zone)
        at_work = any(opens <= 60 * local.hour + local.minute < closes for opens, closes in CHINA.hours)
        minutes += 30 * (at_work and is_workday(CHINA, local.date()))

    assert working_seconds_between(CHINA, start, end) == 60 * minutes


@given(junk | instants, junk | instants, junk | days, junk | st.integers(0, 2_000))
def test_whatever_comes_in_working_time_or_a_named_refusal_comes_out(start, end, day, count) -> None:
    for asked in (
        lambda: working_seconds_between(CHINA, start, end),
        lambda: working_seconds_between(CHINA, start, add_working_seconds(CHINA, start, count)),
        lambda: workdays_between(CHINA, day, add_workdays(CHINA, day, count)),
    ):
        try:
            answer = asked()
        except (ValueError, UndeclaredYearError):
            continue
        assert type(answer) is int
        assert answer >= 0
