"""On which days and hours does an office work, and how much working time lies between two instants?"""

from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from indicators.workdays import (
    OFFICE_HOURS,
    ROUND_THE_CLOCK,
    HolidayYear,
    Hours,
    UndeclaredYearError,
    WorkCalendar,
    add_workdays,
    add_working_seconds,
    closing_time,
    hours,
    is_workday,
    workdays_between,
    working_seconds_between,
)
from indicators.workdays_china import CHINA_2025, CHINA_2026, CHINA_YEARS

SHANGHAI = ZoneInfo("Asia/Shanghai")
CHINA = WorkCalendar("china", SHANGHAI, CHINA_YEARS)
HOUR = 3_600
NOTHING = frozenset[date]()


def beijing(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def every_day(zone: str, year: int, spans: Hours) -> WorkCalendar:
    declared = HolidayYear(year, NOTHING, NOTHING, "a test")
    return WorkCalendar("every day", ZoneInfo(zone), (declared,), spans, weekend=frozenset())


@pytest.mark.parametrize("declared", CHINA_YEARS, ids=lambda declared: str(declared.year))
def test_a_year_has_the_working_days_that_the_labour_rules_count(declared: HolidayYear) -> None:
    # 365 days less 104 on weekends less 13 statutory holidays, whatever days are swapped.
    before = date(declared.year - 1, 12, 31)

    assert workdays_between(CHINA, before, date(declared.year, 12, 31)) == 365 - 104 - 13


@pytest.mark.parametrize(
    ("day", "works", "why"),
    [
        (date(2026, 2, 13), True, "a Friday"),
        (date(2026, 2, 14), True, "a Saturday made up on"),
        (date(2026, 2, 15), False, "Spring Festival"),
        (date(2026, 2, 23), False, "its last day, a Monday"),
        (date(2026, 2, 24), True, "the Tuesday after"),
        (date(2026, 2, 28), True, "the other Saturday made up on"),
        (date(2026, 3, 1), False, "an ordinary Sunday"),
        (date(2025, 10, 8), False, "the eighth day of National Day"),
        (date(2025, 1, 26), True, "a Sunday made up on before Spring Festival"),
    ],
    ids=lambda value: value.replace(" ", "_") if isinstance(value, str) else None,
)
def test_a_day_is_worked_by_what_was_declared_and_else_by_the_weekend(
    day: date, works: bool, why: str
) -> None:
    assert is_workday(CHINA, day) is works, why


def test_the_day_of_the_start_is_not_counted() -> None:
    friday = date(2026, 2, 13)

    assert add_workdays(CHINA, friday, 0) == friday
    assert add_workdays(CHINA, friday, 1) == date(2026, 2, 14)
    assert add_workdays(CHINA, friday, 2) == date(2026, 2, 24)
    assert workdays_between(CHINA, friday, date(2026, 2, 24)) == 2
    assert workdays_between(CHINA, friday, friday) == 0


def test_a_start_on_a_day_off_counts_from_the_next_working_day() -> None:
    assert add_workdays(CHINA, date(2026, 2, 17), 1) == date(2026, 2, 24)


@pytest.mark.parametrize(
    "asked",
    [
        lambda: is_workday(CHINA, date(2027, 1, 4)),
        # A Saturday too: it may be made up on.
        lambda: is_workday(CHINA, date(2024, 12, 28)),
        lambda: add_workdays(CHINA, date(2026, 12, 31), 1),
        lambda: workdays_between(CHINA, date(2026, 12, 1), date(2027, 1, 1)),
        lambda: working_seconds_between(CHINA, beijing("2026-12-31 17:00"), beijing("2027-01-01 00:00")),
        lambda: add_working_seconds(CHINA, beijing("2026-12-31 17:30"), 1_801),
    ],
)
def test_a_year_without_declared_holidays_is_refused_by_name(asked) -> None:
    with pytest.raises(UndeclaredYearError, match=r"no holidays of 20(24|27) \(declared: 2025, 2026\)"):
        asked()


def test_what_ends_within_the_declared_years_is_answered() -> None:
    assert working_seconds_between(CHINA, beijing("2026-12-31 17:00"), beijing("2026-12-31 23:59")) == HOUR
    assert add_working_seconds(CHINA, beijing("2026-12-31 17:30"), 1_800) == beijing("2026-12-31 18:00")
    assert workdays_between(CHINA, date(2024, 12, 31), date(2025, 1, 1)) == 0


def test_working_time_leaves_out_the_lunch_break_the_night_and_the_days_off() -> None:
    assert (
        working_seconds_between(CHINA, beijing("2026-03-02 11:00"), beijing("2026-03-02 14:00")) == 2 * HOUR
    )
    assert working_seconds_between(CHINA, beijing("2026-03-02 12:10"), beijing("2026-03-02 12:50")) == 0
    assert (
        working_seconds_between(CHINA, beijing("2026-03-02 17:00"), beijing("2026-03-03 10:00")) == 2 * HOUR
    )
    # From Friday over the Saturday made up on and nine days of Spring Festival.
    assert (
        working_seconds_between(CHINA, beijing("2026-02-13 17:00"), beijing("2026-02-24 10:00")) == 10 * HOUR
    )


def test_working_time_is_found_by_instants_of_any_zone_and_whole_seconds() -> None:
    start = datetime(2026, 3, 2, 1, 0, 0, 900_000, tzinfo=UTC)
    end = datetime(2026, 3, 2, 5, 0, 5, tzinfo=timezone(timedelta(hours=3)))

    assert working_seconds_between(CHINA, start, end) == HOUR + 5


@pytest.mark.parametrize(
    ("start", "seconds", "end"),
    [
        ("2026-03-02 10:00", 0, "2026-03-02 10:00"),
        ("2026-03-02 10:00", HOUR, "2026-03-02 11:00"),
        ("2026-03-02 10:00", 2 * HOUR, "2026-03-02 12:00"),
        ("2026-03-02 10:00", 2 * HOUR + 1, "2026-03-02 13:00:01"),
        ("2026-03-02 19:00", 1, "2026-03-03 09:00:01"),
        ("2026-02-13 17:00", 9 * HOUR, "2026-02-14 18:00"),
        ("2026-02-13 17:00", 9 * HOUR + 1, "2026-02-24 09:00:01"),
    ],
)
def test_working_time_ends_at_the_first_instant_that_has_it(start: str, seconds: int, end: str) -> None:
    assert add_working_seconds(CHINA, beijing(start), seconds) == beijing(end)


@pytest.mark.parametrize(
    ("day", "worked"), [(date(2026, 3, 8), 23), (date(2026, 11, 1), 25), (date(2026, 7, 1), 24)]
)
def test_round_the_clock_a_day_of_a_clock_change_is_shorter_or_longer(day: date, worked: int) -> None:
    calendar = every_day("America/New_York", 2026, ROUND_THE_CLOCK)
    start = datetime.combine(day, time(), calendar.zone)

    assert working_seconds_between(calendar, start, start + timedelta(days=1)) == worked * HOUR


@pytest.mark.parametrize(
    ("day", "span", "worked"),
    [
        (date(2026, 3, 8), "01:30-03:30", HOUR),
        (date(2026, 3, 8), "02:15-02:45", 0),
        (date(2026, 3, 8), "01:30-02:45", HOUR // 2),
        (date(2026, 3, 8), "02:45-03:30", HOUR // 2),
        (date(2026, 11, 1), "01:00-02:00", 2 * HOUR),
        # Of a time that the clock shows twice the first is meant.
        (date(2026, 11, 1), "01:15-01:45", HOUR // 2),
        (date(2026, 11, 1), "09:00-12:00", 3 * HOUR),
    ],
)
def test_hours_within_a_clock_change_last_as_long_as_they_do(day: date, span: str, worked: int) -> None:
    calendar = every_day("America/New_York", 2026, hours(span))
    start = datetime.combine(day, time(), calendar.zone)

    assert working_seconds_between(calendar, start, start + timedelta(days=1)) == worked


@pytest.mark.parametrize(
    ("zone", "day", "worked"),
    [
        # The clock was set forward at midnight, and a whole day was left out at the date line.
        ("Asia/Beirut", date(2022, 3, 27), 23),
        ("Pacific/Apia", date(2011, 12, 29), 24),
    ],
)
def test_a_clock_change_at_midnight_loses_and_repeats_nothing(zone: str, day: date, worked: int) -> None:
    calendar = every_day(zone, day.year, ROUND_THE_CLOCK)
    start = datetime.combine(day, time(), calendar.zone).astimezone(UTC)

    assert working_seconds_between(calendar, start, start + timedelta(hours=worked)) == worked * HOUR
    assert working_seconds_between(calendar, start, start + timedelta(hours=40)) == 40 * HOUR


def test_an_office_closes_with_its_last_span() -> None:
    assert closing_time(CHINA, date(2026, 3, 2)) == beijing("2026-03-02 18:00")
    assert closing_time(every_day("UTC", 2026, ROUND_THE_CLOCK), date(2026, 3, 2)) == datetime(
        2026, 3, 3, tzinfo=UTC
    )


def test_another_weekend_and_other_hours_are_declared() -> None:
    declared = HolidayYear(2026, NOTHING, NOTHING, "a test")
    dubai = WorkCalendar(
        "dubai", ZoneInfo("Asia/Dubai"), (declared,), hours("08:00-14:30"), weekend=frozenset({4, 5})
    )

    assert [is_workday(dubai, date(2026, 3, day)) for day in (5, 6, 7, 8)] == [True, False, False, True]
    assert closing_time(dubai, date(2026, 3, 5)).time() == time(14, 30)


def test_hours_may_fill_the_day_and_a_calendar_any_year_from_1900_to_2200() -> None:
    assert hours("00:00-24:00") == ((0, 1_440),)
    for year in (1900, 2200):
        calendar = every_day("UTC", year, ROUND_THE_CLOCK)
        noon = datetime(year, 6, 1, 12, tzinfo=UTC)

        assert working_seconds_between(calendar, noon, noon + timedelta(hours=1)) == HOUR
    for year in (1899, 2201):
        with pytest.raises(ValueError, match="1900 to 2200"):
            HolidayYear(year, NOTHING, NOTHING, "a test")


def test_ten_thousand_working_days_are_the_most_that_are_added() -> None:
    with pytest.raises(ValueError, match="10000 at most"):
        add_workdays(CHINA, date(2026, 3, 2), 10_001)
    with pytest.raises(UndeclaredYearError):
        add_workdays(CHINA, date(2026, 3, 2), 10_000)


@pytest.mark.parametrize(
    "spans",
    [
        (),
        ("9:00-12:00",),
        ("12:00-09:00",),
        ("09:00-09:00",),
        ("09:00-12:00", "11:00-18:00"),
        ("13:00-18:00", "09:00-12:00"),
        ("20:00-24:01",),
        ("09:60-12:00",),
        (None,),
    ],
)
def test_hours_that_cannot_be_are_refused(spans: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="of work"):
        hours(*spans)


def test_a_declared_year_holds_its_own_days_and_each_in_one_way() -> None:
    with pytest.raises(ValueError, match="2025-12-31 is declared for 2026"):
        HolidayYear(2026, frozenset({date(2025, 12, 31)}), NOTHING, "a test")
    with pytest.raises(ValueError, match="keep one of them"):
        HolidayYear(2026, frozenset({date(2026, 1, 4)}), frozenset({date(2026, 1, 4)}), "a test")
    with pytest.raises(ValueError, match="civil year"):
        HolidayYear(26, NOTHING, NOTHING, "a test")
    with pytest.raises(ValueError, match="a day is"):
        HolidayYear(2026, frozenset({datetime(2026, 1, 1, tzinfo=UTC)}), NOTHING, "a test")


def test_a_calendar_that_cannot_be_is_refused() -> None:
    monday = HolidayYear(2026, NOTHING, frozenset({date(2026, 3, 2)}), "a test")

    with pytest.raises(ValueError, match="only those are made up on"):
        WorkCalendar("odd", SHANGHAI, (monday,))
    with pytest.raises(ValueError, match="declare each once"):
        WorkCalendar("odd", SHANGHAI, (CHINA_2025, CHINA_2026, CHINA_2025))
    with pytest.raises(ValueError, match="not all of them"):
        WorkCalendar("odd", SHANGHAI, CHINA_YEARS, weekend=frozenset(range(7)))
    with pytest.raises(ValueError, match="days are 0 to 6"):
        WorkCalendar("odd", SHANGHAI, CHINA_YEARS, weekend=frozenset({7}))
    with pytest.raises(ValueError, match="the zone is 'Asia/Shanghai'"):
        WorkCalendar("odd", "Asia/Shanghai", CHINA_YEARS)  # type: ignore[arg-type]
    for spans in (((600, 540),), ((-1, 540),), ((0, 1_441),), ()):
        with pytest.raises(ValueError, match="each after the one before"):
            WorkCalendar("odd", SHANGHAI, CHINA_YEARS, hours=spans)


@pytest.mark.parametrize(
    "instant",
    [
        datetime(2026, 3, 2, 9),  # noqa: DTZ001
        datetime(1899, 12, 31, tzinfo=UTC),
        datetime(2201, 1, 1, tzinfo=UTC),
        date(2026, 3, 2),
        None,
        0,
    ],
)
def test_a_time_without_a_zone_is_refused(instant: datetime) -> None:
    with pytest.raises(ValueError, match="a time is"):
        working_seconds_between(CHINA, instant, beijing("2026-03-02 12:00"))


def test_what_runs_backwards_or_is_no_count_is_refused() -> None:
    with pytest.raises(ValueError, match="not negative"):
        working_seconds_between(CHINA, beijing("2026-03-02 12:00"), beijing("2026-03-02 11:59"))
    with pytest.raises(ValueError, match="not negative"):
        workdays_between(CHINA, date(2026, 3, 2), date(2026, 3, 1))
    with pytest.raises(ValueError, match="0 or more"):
        add_workdays(CHINA, date(2026, 3, 2), -1)
    with pytest.raises(ValueError, match="another unit"):
        add_workdays(CHINA, date(2026, 3, 2), 28_800)
    with pytest.raises(ValueError, match="whole number"):
        add_working_seconds(CHINA, beijing("2026-03-02 12:00"), 1.5)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="a day is"):
        is_workday(CHINA, beijing("2026-03-02 12:00"))


def test_every_declared_year_names_its_notice_and_the_usual_day_has_eight_hours() -> None:
    assert all("General Office of the State Council" in declared.source for declared in CHINA_YEARS)
    assert sum(closes - opens for opens, closes in OFFICE_HOURS) == 8 * 60
