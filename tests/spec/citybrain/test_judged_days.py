"""A day that is judged again: does it know what the day before it left behind?"""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from citybrain import judged_days
from citybrain.judged_days import DayOf
from citybrain.restatement import _days
from citybrain.settings import Settings
from citybrain.touched import Window, roll_up_ends
from streams.catalog import RIVER, WEATHER
from streams.judge.rows import Civil

HOUR_MS = 3_600_000
DAY = date(2026, 3, 2)
MIDNIGHT = int(datetime.fromisoformat("2026-03-02T00:00+08:00").timestamp() * 1000)
SUMS = {"rain_count": "1", "rain_um_sum": "1000", "rain_s_sum": "3600", "issued": "0", "lifted": "0"}
REST = (
    "wind_count",
    "wind_mms_max",
    "temperature_count",
    "temperature_mdegc_sum",
    "lead_count",
    "lead_s_sum",
)


def utc(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S.000")


def kept(start: int, **sums: str) -> dict[str, Any]:
    return {
        "measure": "weather.report",
        "entity_type": "city",
        "entity_id": "bj",
        "area_id": "bj",
        "window_start": utc(start),
        "window_end": utc(start + HOUR_MS),
        "step": 0,
        "generation": 0,
        "observations": "1",
        "sums": {**SUMS, **dict.fromkeys(REST, "0"), **sums},
        "histogram": {},
        "ingest_time_max": None,
        "run_id": "live",
    }


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two days of rain, a millimetre an hour; two warnings were in force when they began, one is lifted at noon."""
    first = MIDNIGHT - 24 * HOUR_MS

    def query(_: Settings, sql: str) -> list[dict[str, Any]]:
        if "weather.warnings_in_force" in sql:
            assert f"window_end = fromUnixTimestamp64Milli({first})" in sql
            return [{"entity_type": "city", "entity_id": "bj", "value": 2.0}]
        if "entity_type = 'clock'" in sql:
            return []
        assert f"fromUnixTimestamp64Milli({first})" in sql
        lifted = {MIDNIGHT + 12 * HOUR_MS: {"lifted": "1"}}
        return [
            kept(start, **lifted.get(start, {})) for start in range(first, MIDNIGHT + 24 * HOUR_MS, HOUR_MS)
        ]

    monkeypatch.setattr(judged_days, "query", query)


def roster(system: str, entity_type: str, _: int) -> list[dict[str, Any]]:
    return [{"entity_type": "city", "entity_id": "bj", "area_id": "bj"}] if entity_type == "city" else []


@pytest.mark.usefixtures("store")
def test_rain_of_24_hours_reaches_back_over_midnight_and_only_the_day_itself_is_told() -> None:
    rows = DayOf(Settings(), WEATHER, DAY, roster=roster).rows()

    values = {
        key[3]: row["value"]
        for key, row in rows.items()
        if key[0] == "weather.rain_24h_mm" and key[2] == "bj"
    }
    assert values == {MIDNIGHT + hour * HOUR_MS: 24.0 for hour in range(24)}


@pytest.mark.usefixtures("store")
def test_warnings_go_on_from_what_was_told_before_the_days_that_are_read() -> None:
    rows = DayOf(Settings(), WEATHER, DAY, roster=roster).rows()

    values = [
        rows["weather.warnings_in_force", "city", "bj", MIDNIGHT + hour * HOUR_MS]["value"]
        for hour in range(24)
    ]
    assert values == [2] * 12 + [1] * 12


def test_a_window_of_weather_touches_its_day_and_the_next() -> None:
    civil = Civil("Asia/Shanghai")
    window = Window(MIDNIGHT + HOUR_MS, MIDNIGHT + 2 * HOUR_MS, "live")

    assert _days(WEATHER, civil, [window]) == {DAY, date(2026, 3, 3)}
    assert _days(RIVER, civil, [window]) == {DAY}


def test_what_was_counted_again_is_told_again_when_the_days_that_it_touches_are_over() -> None:
    civil = Civil("Asia/Shanghai")
    window = Window(MIDNIGHT + HOUR_MS, MIDNIGHT + 2 * HOUR_MS, "live")

    assert roll_up_ends(civil, window) == (MIDNIGHT + 24 * HOUR_MS,)
    assert roll_up_ends(civil, window, looks_back=True) == (
        MIDNIGHT + 24 * HOUR_MS,
        MIDNIGHT + 48 * HOUR_MS,
    )
