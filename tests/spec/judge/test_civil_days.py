"""Whose day is it? Days of 23 and 25 hours, leap days, and the ends of months and years, by the city's own clock."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from judge_stories import HOUR_MS, air, air_clock, emergency, emergency_clock, entity, judged

from streams.judge.judge import Judge
from streams.judge.rows import Civil
from streams.keyed_state import KeyedState

ROSTER = [entity("air", "station", "A", "town"), entity("emergency", "city", "town", "town")]


def judge_in(zone: str) -> Judge:
    def expected(system: str, entity_type: str, _: int) -> list[dict[str, Any]]:
        return [found for found in ROSTER if (found["system"], found["entity_type"]) == (system, entity_type)]

    return Judge(KeyedState(), expected, mode="replay", zone=zone)


def midnight(zone: str, date: str) -> int:
    return int(datetime.fromisoformat(date).replace(tzinfo=ZoneInfo(zone)).timestamp() * 1000)


def days_told(zone: str, date: str, days: int = 1) -> list[dict[str, Any]]:
    """The final days of a station and a city that report in every hour, from a midnight on."""
    start = midnight(zone, date)
    later = datetime.fromisoformat(date) + timedelta(days=days)
    end = midnight(zone, later.isoformat())
    given: list[dict[str, Any]] = []
    for at in range(start, end, HOUR_MS):
        given += [air_clock(at, 1), emergency_clock("arrived", at, 1)]
        given += [air("A", at, 30, area_id="town"), emergency("arrived", "town", at, {300: 1})]
    rows = judged(judge_in(zone), [*given, air_clock(end, 1), emergency_clock("arrived", end, 1)])
    wanted = ("air.aqi_daily", "emergency.within_15min_ratio_daily")
    return [row for row in rows if row["indicator_id"] in wanted and row["finality"] == "final"]


@pytest.mark.parametrize(
    ("zone", "date", "hours"),
    [
        ("America/New_York", "2026-03-08", 23),
        ("America/New_York", "2026-11-01", 25),
        ("Europe/Berlin", "2026-03-29", 23),
        ("Europe/Berlin", "2026-10-25", 25),
        ("Asia/Shanghai", "2028-02-29", 24),
        ("Asia/Shanghai", "2026-12-31", 24),
    ],
)
def test_a_day_is_as_long_as_the_citys_clock_says(zone: str, date: str, hours: int) -> None:
    rows = days_told(zone, date)

    for row in rows:
        assert row["window_start"] == midnight(zone, date)
        assert row["window_end"] - row["window_start"] == hours * HOUR_MS
    station = next(row for row in rows if row["entity_id"] == "A")
    assert (station["observations"], station["expected"], station["validity"]) == (hours, hours, "valid")
    city = next(row for row in rows if row["indicator_id"] == "emergency.within_15min_ratio_daily")
    assert city["inputs"]["responded"] == hours


def test_the_hour_that_comes_twice_counts_once_in_the_mean_of_the_day() -> None:
    zone, date = "America/New_York", "2026-11-01"
    start = midnight(zone, date)
    # 01:00 comes twice, with 10 and 50 µg/m³; the other hours have 30.
    values = {start + HOUR_MS: 10, start + 2 * HOUR_MS: 50}
    given = [air("A", at, values.get(at, 30)) for at in range(start, start + 25 * HOUR_MS, HOUR_MS)]
    rows = judged(judge_in(zone), [air_clock(start, 1), *given, air_clock(start + 25 * HOUR_MS, 1)])

    (day,) = [
        r for r in rows if (r["indicator_id"], r["entity_id"], r["revision"]) == ("air.aqi_daily", "A", 999)
    ]
    assert day["inputs"]["pm25_hours"] == 24
    assert day["value"] == 43


def test_two_days_beside_a_month_end_share_no_hour() -> None:
    rows = [row for row in days_told("Asia/Shanghai", "2026-02-28", days=2) if row["entity_id"] == "A"]

    assert [row["window_start"] for row in rows] == [
        midnight("Asia/Shanghai", "2026-02-28"),
        midnight("Asia/Shanghai", "2026-03-01"),
    ]
    # The standard changed at that midnight.
    assert [row["edition"] for row in rows] == ["2012", "2026"]


@pytest.mark.parametrize("zone", ["America/New_York", "Europe/Berlin", "Asia/Shanghai", "Pacific/Auckland"])
def test_the_days_of_a_year_lie_side_by_side(zone: str) -> None:
    civil = Civil(zone)
    day = datetime(2027, 1, 1).date()  # noqa: DTZ001 - a civil date, not a moment
    _, before = civil.day(day - timedelta(days=1))
    while day.year == 2027:
        start, end = civil.day(day)
        assert start == before
        assert civil.date_of(start) == civil.date_of(end - 1) == day
        before, day = end, day + timedelta(days=1)
