"""Until when does a request have to be handled?"""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from indicators.service_deadlines import ZUNYI, Limit, Pause, deadline
from indicators.workdays import HolidayYear, UndeclaredYearError, WorkCalendar, hours
from indicators.workdays_china import CHINA_YEARS

SHANGHAI = ZoneInfo("Asia/Shanghai")
CHINA = WorkCalendar("china", SHANGHAI, CHINA_YEARS)
HOUR = 3_600


def beijing(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("accepted", "kind", "level", "due"),
    [
        # A Monday: the day itself is not counted, and the office closes at 18:00.
        ("2026-03-02 09:00", "consultation", "city", "2026-03-03 18:00"),
        ("2026-03-02 23:00", "consultation", "city", "2026-03-03 18:00"),
        ("2026-03-02 09:00", "consultation", "county", "2026-03-04 18:00"),
        ("2026-03-02 09:00", "help", "city", "2026-03-09 18:00"),
        ("2026-03-01 09:00", "complaint", "city", "2026-03-13 18:00"),
        # Over Spring Festival: the Saturday made up on is the first working day, the 24th the second.
        ("2026-02-13 09:00", "suggestion", "county", "2026-02-27 18:00"),
        ("2026-02-13 09:00", "complaint", "county", "2026-03-09 18:00"),
    ],
)
def test_days_are_counted_from_the_next_one_and_end_when_the_office_closes(
    accepted: str, kind: str, level: str, due: str
) -> None:
    result = deadline(CHINA, beijing(accepted), ZUNYI.limit(kind, level))

    assert (result.due, result.validity, result.reason) == (beijing(due), "valid", None)
    assert (result.standard, result.edition) == ("project", "service-deadline-1")


def test_a_limit_in_seconds_runs_round_the_clock_and_one_in_working_seconds_does_not() -> None:
    friday = beijing("2026-03-06 17:00")

    assert deadline(CHINA, friday, Limit(2 * HOUR, "seconds")).due == beijing("2026-03-06 19:00")
    assert deadline(CHINA, friday, Limit(2 * HOUR, "working_seconds")).due == beijing("2026-03-09 10:00")


def test_the_deadline_is_told_in_the_zone_of_the_city() -> None:
    result = deadline(CHINA, datetime(2026, 3, 2, 17, 0, tzinfo=UTC), Limit(1, "workdays"))

    # 17:00 in London is already Tuesday in China.
    assert result.due is not None
    assert result.due.isoformat() == "2026-03-04T18:00:00+08:00"


def test_while_the_clock_stands_no_working_time_of_the_limit_passes() -> None:
    pause = Pause(beijing("2026-03-03 10:00"), beijing("2026-03-05 10:00"))
    result = deadline(CHINA, beijing("2026-03-02 09:00"), Limit(5, "workdays"), [pause])

    # Two working days are given back.
    assert (result.due, result.paused_seconds) == (beijing("2026-03-11 18:00"), 16 * HOUR)


def test_a_pause_over_night_or_weekend_gives_nothing_to_a_limit_of_working_time() -> None:
    pauses = [Pause(beijing("2026-03-06 18:00"), beijing("2026-03-09 09:00"))]
    result = deadline(CHINA, beijing("2026-03-06 09:00"), Limit(1, "workdays"), pauses)
    running = deadline(CHINA, beijing("2026-03-06 17:00"), Limit(2 * HOUR, "seconds"), pauses)

    assert (result.due, result.paused_seconds) == (beijing("2026-03-09 18:00"), 0)
    assert (running.due, running.paused_seconds) == (beijing("2026-03-09 10:00"), 63 * HOUR)


def test_pauses_may_overlap_and_count_once() -> None:
    pauses = [
        Pause(beijing("2026-03-03 13:00"), beijing("2026-03-03 15:00")),
        Pause(beijing("2026-03-03 09:00"), beijing("2026-03-03 14:00")),
        Pause(beijing("2026-03-03 10:00"), beijing("2026-03-03 11:00")),
    ]
    result = deadline(CHINA, beijing("2026-03-02 09:00"), Limit(1, "workdays"), pauses)

    assert (result.due, result.paused_seconds) == (beijing("2026-03-04 15:00"), 5 * HOUR)


def test_a_pause_that_a_pause_makes_room_for_counts_too() -> None:
    first = Pause(beijing("2026-03-03 17:00"), beijing("2026-03-03 18:00"))
    second = Pause(beijing("2026-03-04 09:30"), beijing("2026-03-04 10:30"))
    result = deadline(CHINA, beijing("2026-03-02 09:00"), Limit(1, "workdays"), [second, first])

    # Without the first one the deadline would have been over before the second one began.
    assert result.due == beijing("2026-03-04 11:00")
    assert deadline(CHINA, beijing("2026-03-02 09:00"), Limit(1, "workdays"), [second]).due == beijing(
        "2026-03-03 18:00"
    )


def test_what_lies_before_the_start_or_after_the_deadline_gives_nothing() -> None:
    accepted, limit = beijing("2026-03-02 10:00"), Limit(3 * HOUR, "working_seconds")
    early = Pause(beijing("2026-03-02 09:00"), beijing("2026-03-02 09:30"))
    over_the_start = Pause(beijing("2026-03-02 09:00"), beijing("2026-03-02 11:00"))
    at_the_deadline = Pause(beijing("2026-03-02 14:00"))

    assert deadline(CHINA, accepted, limit, [early, at_the_deadline]).due == beijing("2026-03-02 14:00")
    assert deadline(CHINA, accepted, limit, [over_the_start]).paused_seconds == HOUR


def test_there_is_no_deadline_while_the_clock_stands() -> None:
    pauses = [
        Pause(beijing("2026-03-02 15:00")),
        Pause(beijing("2026-03-02 13:00"), beijing("2026-03-02 14:00")),
    ]
    result = deadline(CHINA, beijing("2026-03-02 09:00"), Limit(1, "workdays"), pauses)

    assert (result.due, result.validity, result.paused_seconds) == (None, "no_data", HOUR)
    assert result.reason == "the clock stands since 2026-03-02T15:00:00+08:00"


def test_a_limit_survives_a_clock_that_is_set_back() -> None:
    declared = HolidayYear(2026, frozenset(), frozenset(), "a test")
    zone = ZoneInfo("America/New_York")
    calendar = WorkCalendar("new york", zone, (declared,), hours("00:00-24:00"), weekend=frozenset())
    # 01:30 comes twice; the pause lasts from the first to the second, an hour.
    first = datetime(2026, 11, 1, 1, 30, tzinfo=zone)
    pause = Pause(first, first.replace(fold=1))
    result = deadline(calendar, datetime(2026, 11, 1, 0, 0, tzinfo=zone), Limit(3 * HOUR, "seconds"), [pause])

    assert result.paused_seconds == HOUR
    assert result.due is not None
    assert result.due.astimezone(UTC) == datetime(2026, 11, 1, 8, 0, tzinfo=UTC)


def test_a_deadline_in_an_undeclared_year_is_refused_by_name() -> None:
    with pytest.raises(UndeclaredYearError, match="no holidays of 2027"):
        deadline(CHINA, beijing("2026-12-30 09:00"), Limit(2, "workdays"))
    # Round the clock no calendar is asked.
    assert deadline(CHINA, beijing("2026-12-31 23:00"), Limit(HOUR, "seconds")).due == beijing(
        "2027-01-01 00:00"
    )


def test_a_table_says_its_source_and_has_no_limit_of_its_own_for_the_urgent() -> None:
    assert "secondary source" in ZUNYI.source
    with pytest.raises(LookupError, match=r"no limit for 'urgent' at 'city': it has consultation \(city\)"):
        ZUNYI.limit("urgent", "city")


@pytest.mark.parametrize(
    ("amount", "unit", "message"),
    [
        (0, "workdays", "it is 1 to"),
        (100_000_001, "seconds", "it is 1 to"),
        (-1, "workdays", "0 or more"),
        (1.5, "workdays", "whole number"),
        (1, "days", "its unit is"),
    ],
)
def test_a_limit_that_cannot_be_is_refused(amount: int, unit: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Limit(amount, unit)  # type: ignore[arg-type]


def test_the_table_of_zunyi_is_as_its_source_has_it() -> None:
    days = {key: limit.amount for key, limit in ZUNYI.limits.items()}

    assert {limit.unit for limit in ZUNYI.limits.values()} == {"workdays"}
    assert [days[kind, "city"] for kind in ("consultation", "help", "suggestion", "complaint")] == [
        1,
        5,
        5,
        10,
    ]
    assert [days[kind, "county"] for kind in ("consultation", "help", "suggestion", "complaint")] == [
        2,
        5,
        5,
        12,
    ]
    assert Limit(100_000_000, "seconds").amount == 100_000_000


def test_times_without_a_zone_and_pauses_that_run_backwards_are_refused() -> None:
    with pytest.raises(ValueError, match="knows its zone"):
        deadline(CHINA, datetime(2026, 3, 2, 9), Limit(1, "workdays"))  # noqa: DTZ001
    with pytest.raises(ValueError, match="knows its zone"):
        Pause(datetime(2026, 3, 2, 9))  # noqa: DTZ001
    with pytest.raises(ValueError, match="before it starts"):
        Pause(beijing("2026-03-02 10:00"), beijing("2026-03-02 09:59"))
