"""Kept statistics under another edition, beside what was published."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from typer.testing import CliRunner

from citybrain import judged_days, rejudge
from citybrain.cli import app
from citybrain.settings import Settings
from indicators.catalog import INDICATORS

DAY = int(datetime.fromisoformat("2026-02-10T00:00+08:00").timestamp() * 1000)
HOUR_MS = 3_600_000
POLLUTANTS = ("so2", "no2", "co", "o3", "pm10", "pm25")


def _utc(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S.000")


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A store with one station's day of 75 µg/m³ of PM2.5 and little else, published as 100 良."""
    asked: list[str] = []

    def query(_: Settings, sql: str) -> list[dict[str, Any]]:
        asked.append(sql)
        if "entity_type = 'clock'" in sql:
            return []
        if "FROM statistics" in sql:
            return [measured(hour) for hour in range(24)] if str(DAY) in sql else []
        return [published()] if str(DAY) in sql else []

    for module in (rejudge, judged_days):
        monkeypatch.setattr(module, "query", query)
    return asked


def measured(hour: int) -> dict[str, Any]:
    sums = {f"{pollutant}_sum_ngm3": "1000" for pollutant in POLLUTANTS} | {"pm25_sum_ngm3": "75000"}
    return {
        "measure": "air.concentration",
        "entity_type": "station",
        "entity_id": "S1",
        "area_id": "bj/cy",
        "window_start": _utc(DAY + hour * HOUR_MS),
        "window_end": _utc(DAY + (hour + 1) * HOUR_MS),
        "step": 0,
        "generation": 0,
        "observations": "1",
        "sums": sums | {f"{pollutant}_count": "1" for pollutant in POLLUTANTS},
        "histogram": {},
        "ingest_time_max": None,
        "run_id": "beijing-1",
    }


def published() -> dict[str, Any]:
    return {
        "entity_type": "station",
        "entity_id": "S1",
        "window_start": _utc(DAY),
        "value": 100.0,
        "grade": "良",
        "validity": "valid",
        "standard": "HJ 633",
        "edition": "2012",
        "details": {"primary": "pm25"},
    }


def judge(*arguments: str) -> Any:
    return CliRunner().invoke(app, ["judge", *arguments])


@pytest.mark.usefixtures("store")
def test_the_same_day_is_good_under_2012_and_lightly_polluted_under_2026() -> None:
    done = judge(
        *("--indicator", "aqi-daily", "--edition", "HJ-633-2026", "--format", "json"),
        *("--from", "2026-02-10", "--to", "2026-02-11", "--entity", "S1"),
    )

    (row,) = json.loads(done.stdout)
    assert (row["published_value"], row["published_grade"], row["published_edition"]) == (
        100,
        "良",
        "HJ 633-2012",
    )
    assert (row["again_value"], row["again_grade"], row["again_edition"]) == (114, "轻度污染", "HJ 633-2026")
    assert (row["differs"], row["again_primary"]) == (True, "pm25")


@pytest.mark.usefixtures("store")
def test_the_edition_that_was_published_gives_what_was_published() -> None:
    declared = INDICATORS["air.aqi_daily"]
    found = rejudge.rejudged(
        Settings(), declared, declared.edition_named("HJ 633-2012"), DAY, DAY + 24 * HOUR_MS
    )

    (station,) = [comparison for comparison in found if comparison.entity_id == "S1"]
    assert station.again == station.published
    assert not station.differs


def test_hours_are_read_by_whole_civil_days_and_answered_within_the_asked_time(store: list[str]) -> None:
    declared = INDICATORS["air.aqi_hourly"]
    found = list(
        rejudge.rejudged(
            Settings(), declared, declared.edition_named("HJ-633-2026"), DAY + 8 * HOUR_MS, DAY + 10 * HOUR_MS
        )
    )

    stations = [row for row in found if row.entity_type == "station"]
    assert [row.window_start for row in stations] == [DAY + 8 * HOUR_MS, DAY + 9 * HOUR_MS]
    assert {row.entity_id for row in found} == {"S1", "bj", "bj/cy"}
    assert all(row.again.value == 114 for row in found)
    assert any(str(DAY + 24 * HOUR_MS) in sql for sql in store)


def test_the_text_of_2012_looks_back_over_midnight(monkeypatch: pytest.MonkeyPatch) -> None:
    midnight = DAY + 24 * HOUR_MS
    given = [measured(hour) for hour in range(26)]
    for quiet in given[:24]:
        quiet["sums"] = quiet["sums"] | {"pm25_sum_ngm3": "35000"}

    def query(_: Settings, sql: str) -> list[dict[str, Any]]:
        measured_days = "entity_type != 'clock'" in sql and str(DAY) in sql
        return given if measured_days else []

    for module in (rejudge, judged_days):
        monkeypatch.setattr(module, "query", query)
    declared = INDICATORS["air.aqi_hourly"]

    def judged_by(edition: str) -> list[float | None]:
        chosen = declared.edition_named(edition)
        found = rejudge.rejudged(Settings(), declared, chosen, midnight, midnight + HOUR_MS)
        return [
            comparison.again.value for comparison in found if comparison.entity_type in ("station", "city")
        ]

    # 23 hours of 35 and one of 75 µg/m³ are 37 in the mean of 24 hours.
    assert judged_by("HJ-633-2012/text") == [53.0, 53.0]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--indicator", "aqi-weekly", "--edition", "HJ-633-2012"), "is no indicator"),
        (("--indicator", "aqi-daily", "--edition", "HJ-633-1996"), "it knows HJ-633-2012, HJ-633-2026"),
    ],
)
def test_an_unknown_indicator_or_edition_is_told_with_those_that_there_are(
    arguments: tuple[str, ...], said: str
) -> None:
    done = judge(*arguments, "--from", "2026-02-10", "--to", "2026-02-11")

    assert done.exit_code == 1
    assert said in str(done.exception)


@pytest.mark.usefixtures("store")
def test_a_person_sees_both_editions_side_by_side() -> None:
    done = judge(
        *("--indicator", "air.aqi_daily", "--edition", "HJ-633-2026"),
        *("--from", "2026-02-10", "--to", "2026-02-11", "--entity", "S1"),
    )

    assert "100 ■ 良" in done.stdout
    assert "114 ■ 轻度污染" in done.stdout
    assert "1 windows, 1 with another value or grade" in done.stdout
