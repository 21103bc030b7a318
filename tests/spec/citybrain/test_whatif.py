"""What would other rules have told? Kept rows in, the difference out; the same engine as on the line."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from citybrain import judged_days, whatif
from citybrain.alert_comparison import DAY_MS, MINUTE_MS, compared
from citybrain.alert_rules import rules_of
from citybrain.cli import app
from citybrain.settings import Settings
from indicators.catalog import INDICATORS
from streams.alerts.replay import Item
from streams.alerts.rule import Rule, declaration_of

BEGIN = int(datetime.fromisoformat("2026-03-02T08:00+08:00").timestamp() * 1000)
DAY = int(datetime.fromisoformat("2026-03-02T00:00+08:00").timestamp() * 1000)
WINDOW_MS = 5 * MINUTE_MS
RULE = """
rules:
  - id: road.congestion
    name_zh: 路网拥堵
    name_en: Network congestion
    indicator: road.tpi
    entity_types: [city]
    levels:
      3: {raise: 6, clear: 5.5}
    hold: 10m
    clear_hold: 10m
    cap_category: Transport
    department: Traffic police
"""


def rule(text: str = RULE) -> Rule:
    (found,) = rules_of({"a.yaml": text.encode()}, "here")
    return found


def row(number: int, value: float) -> dict[str, Any]:
    start = BEGIN + number * WINDOW_MS
    return {
        "indicator_id": "road.tpi",
        "entity_type": "city",
        "entity_id": "city",
        "area_id": "city",
        "window_start": start,
        "window_end": start + WINDOW_MS,
        "value": value,
        "unit": "1",
        "grade": None,
        "validity": "valid",
        "observations": 1,
        "expected": None,
        "standard": "GB/T 33171",
        "edition": "2016",
        "clause": "",
        "finality": "final",
        "revision": 999,
        "computed_at": 0,
        "inputs": {},
        "details": {},
        "mode": "replay",
        "run_id": "what-if",
    }


VALUES = [5, 6, 6, 6, 6, 5, 5, 5, 5.8, 5.8, 5.8, 5, 5, 5, 5, 5]
SPAN = (BEGIN, BEGIN + len(VALUES) * WINDOW_MS + WINDOW_MS)


def items(values: list[float] = VALUES) -> list[Item]:
    return [Item(one["window_end"], one) for one in (row(n, value) for n, value in enumerate(values))]


def compare(text: str) -> Any:
    rows = items()
    return compared(
        ([rule()], [rule(text)]), (rows, rows), SPAN, about=["road.congestion"], zone="Asia/Shanghai"
    )


def test_the_same_rules_tell_the_same() -> None:
    found = compare(RULE)

    assert (found.gained, found.lost) == ((), ())
    assert [pair.differs for pair in found.kept] == [False]
    assert found.before == found.after


def test_a_lower_level_gains_the_alert_that_it_alone_sees() -> None:
    found = compare(RULE.replace("raise: 6, clear: 5.5", "raise: 5.7, clear: 5.5"))

    assert [(one.raised_at - BEGIN) // WINDOW_MS for one in found.gained] == [11]
    assert found.lost == ()
    assert len(found.kept) == 1


def test_a_longer_hold_tells_later_and_one_that_is_too_long_loses_it() -> None:
    later = compare(RULE.replace("    hold: 10m", "    hold: 15m"))
    lost = compare(RULE.replace("    hold: 10m", "    hold: 30m"))

    assert [pair.minutes_later for pair in later.kept] == [5]
    assert (len(lost.lost), lost.kept) == (1, ())


def test_without_holds_it_flaps_and_the_load_says_so() -> None:
    restless = RULE.replace("    hold: 10m\n    clear_hold: 10m\n", "").replace(
        "raise: 6, clear: 5.5", "raise: 5.7"
    )
    found = compare(restless)

    assert (found.before.flaps, found.after.flaps) == (0, 1)
    assert found.after.load.alarms > found.before.load.alarms


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A store with one morning of the index and a rule that was loaded twice."""
    asked: list[str] = []

    def query(_: Settings, sql: str) -> list[dict[str, Any]]:
        asked.append(sql)
        if "alert_rules" in sql:
            first = declaration_of(rule(RULE.replace("    hold: 10m", "    hold: 1h")))
            loaded = [(1, first), (2, declaration_of(rule()))]
            return [
                {
                    "rule_id": "road.congestion",
                    "version": str(version),
                    "active": True,
                    "declaration": declaration,
                }
                for version, declaration in loaded
            ]
        return (
            [kept(number, value) for number, value in enumerate(VALUES)] if "FROM indicators" in sql else []
        )

    for module in (whatif, judged_days):
        monkeypatch.setattr(module, "query", query)
    return asked


def kept(number: int, value: float) -> dict[str, Any]:
    found = row(number, value)
    return {
        **found,
        **{
            name: datetime.fromtimestamp(found[name] / 1000, UTC).isoformat()
            for name in ("window_start", "window_end")
        },
        "run_id": "simulator-1",
        # What was restated counts as it is known now.
        "finality": "restated" if number == 2 else "final",
    }


def test_the_command_compares_with_the_newest_version_in_force_and_writes_nothing(
    store: list[str], tmp_path: Path
) -> None:
    changed = tmp_path / "changed.yaml"
    changed.write_text(RULE.replace("    hold: 10m", "    hold: 15m"))
    asked = ["whatif", "--rule", str(changed), "--from", "2026-03-02T08:00", "--to", "2026-03-02T10:00"]

    first = CliRunner().invoke(app, [*asked, "--format", "json"])
    again = CliRunner().invoke(app, [*asked, "--format", "json"])
    shown = CliRunner().invoke(app, asked)

    found = json.loads(first.stdout)
    assert [one["minutes_later"] for one in found["kept"]] == [5.0]
    assert (found["gained"], found["lost"]) == ([], [])
    assert first.stdout == again.stdout
    assert "hold: from 10m to 15m" in shown.stdout
    assert "1 by 5 min later" in shown.stdout
    assert all(sql.lstrip().startswith("SELECT") for sql in store)


@pytest.mark.usefixtures("store")
def test_nothing_to_try_out_is_said() -> None:
    told = CliRunner().invoke(app, ["whatif", "--from", "2026-03-02T08:00", "--to", "2026-03-02T10:00"])

    assert "Give --rule FILE, --edition, or both" in str(told.exception)


def hour_of_dust(number: int) -> dict[str, Any]:
    pollutants = ("so2", "no2", "co", "o3", "pm10", "pm25")
    sums = {f"{name}_sum_ngm3": "1000" for name in pollutants} | {"pm25_sum_ngm3": "75000"}
    start = BEGIN + number * 12 * WINDOW_MS
    return {
        "measure": "air.concentration",
        "entity_type": "station",
        "entity_id": "S1",
        "area_id": "city/d1",
        "window_start": datetime.fromtimestamp(start / 1000, UTC).isoformat(),
        "window_end": datetime.fromtimestamp((start + 12 * WINDOW_MS) / 1000, UTC).isoformat(),
        "step": 0,
        "generation": 0,
        "observations": "1",
        "sums": sums | {f"{name}_count": "1" for name in pollutants},
        "histogram": {},
        "ingest_time_max": None,
        "run_id": "one",
    }


def test_another_edition_of_the_standard_gains_the_alert_of_the_same_air(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """75 µg/m³ of fine dust are 良 under HJ 633-2012 and 轻度污染 under HJ 633-2026."""
    (tmp_path / "air.yaml").write_text(
        """
rules:
  - id: air.station
    name_zh: 空气污染
    name_en: Polluted air
    indicator: air.aqi_hourly
    entity_types: [station]
    levels: {4: {grades: [轻度污染]}}
    hold: 1h
    cap_category: Env
    department: Ecology and environment bureau
"""
    )

    def query(_: Settings, sql: str) -> list[dict[str, Any]]:
        if "FROM statistics" in sql:
            return (
                [hour_of_dust(n) for n in range(4)]
                if str(DAY) in sql and "entity_type = 'clock'" not in sql
                else []
            )
        published = {
            "indicator_id": "air.aqi_hourly",
            "entity_type": "station",
            "entity_id": "S1",
            "grade": "良",
        }
        return [kept(n, 100) | published for n in range(4)] if "FROM indicators" in sql else []

    for module in (whatif, judged_days):
        monkeypatch.setattr(module, "query", query)
    declared = INDICATORS["air.aqi_hourly"]
    settings = Settings(rules=tmp_path)
    found = whatif.what_if(
        settings,
        [],
        (BEGIN, BEGIN + DAY_MS // 4),
        edition=(declared.id, declared.edition_named("HJ-633-2026")),
    )

    assert (found.before.raised, found.lost) == ((), ())
    assert [(one.rule_id, one.entity_id, one.level) for one in found.gained] == [("air.station", "S1", 4)]
