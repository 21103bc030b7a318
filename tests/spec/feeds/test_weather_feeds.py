"""What do weather stations say, by gateway and in Beijing's files, and which warnings do they pass on?"""

import json
from pathlib import Path
from typing import Any

import pytest

from feeds.decoding import Raw, Rejected, RejectReason
from feeds.directory import decode
from feeds.recordings import RECORDINGS

AT = "2026-03-02T08:00:00+08:00"
AT_MS = 1_772_409_600_000
READING = {"station": "S1", "at": AT, "step": "reading", "period_s": 300, "rain_mm": 1.2, "wind_ms": 3.4}
WARNING = {"station": "S1", "at": AT, "step": "issued", "kind": "暴雨", "level": "orange"}


def only(said: dict[str, Any]) -> Any:
    raw = Raw("city-gateway-weather", json.dumps(said).encode(), {}, AT_MS, "test", "run", 0)
    (item,) = decode(raw)
    return item


def test_a_reading_is_of_the_time_that_it_names() -> None:
    event = only({**READING, "temperature_c": -2.5})

    assert event == {
        "event_id": f"city:S1:{AT_MS}:reading",
        "entity_id": "S1",
        "area_id": None,
        "event_time": AT_MS,
        "quality": "good",
        "source_version": 0,
        "step": "reading",
        "rain_um": 1_200,
        "rain_s": 300,
        "wind_mms": 3_400,
        "temperature_mdegc": -2_500,
        "kind": None,
        "level": None,
    }


def test_without_rain_there_is_no_time_in_which_it_was_measured() -> None:
    event = only({**READING, "rain_mm": None})

    assert (event["rain_um"], event["rain_s"], event["wind_mms"]) == (None, None, 3_400)


def test_a_warning_is_passed_on_as_it_was_issued() -> None:
    event = only(WARNING)

    assert (event["step"], event["kind"], event["level"], event["lead_s"]) == (
        "issued",
        "暴雨",
        "orange",
        None,
    )
    assert (event["rain_um"], event["wind_mms"], event["temperature_mdegc"]) == (None, None, None)


def test_two_warnings_of_one_moment_are_two_events() -> None:
    assert only(WARNING)["event_id"] != only({**WARNING, "kind": "大风"})["event_id"]
    assert only(WARNING)["event_id"] != only({**WARNING, "step": "lifted"})["event_id"]


@pytest.mark.parametrize(
    ("step", "onset", "lead_s"),
    [
        ("updated", "2026-03-02T07:40:00+08:00", 2_400),
        ("lifted", "2026-03-02T07:00:00+08:00", 0),
        ("lifted", "2026-03-02T06:45:00+08:00", -900),
        ("lifted", None, None),
        # What is only issued has not begun, whatever stands there.
        ("issued", "2026-03-02T07:40:00+08:00", None),
    ],
)
def test_the_lead_time_runs_from_the_issue_to_the_declared_onset(
    step: str, onset: str | None, lead_s: int | None
) -> None:
    said = {**WARNING, "step": step, "issued_at": "2026-03-02T07:00:00+08:00", "onset_at": onset}

    assert only(said)["lead_s"] == lead_s


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({**READING, "rain_mm": None, "wind_ms": None}, RejectReason.MISSING_VALUE),
        ({**READING, "period_s": None}, RejectReason.MISSING_VALUE),
        ({**READING, "period_s": 3_601}, RejectReason.OUT_OF_RANGE),
        ({**READING, "rain_mm": -0.1}, RejectReason.OUT_OF_RANGE),
        ({**READING, "wind_ms": "strong"}, RejectReason.BAD_VALUE),
        ({**READING, "step": "forecast"}, RejectReason.BAD_VALUE),
        ({**READING, "step": None}, RejectReason.MISSING_VALUE),
        ({**READING, "at": "08:00"}, RejectReason.BAD_TIME),
        ({**WARNING, "kind": "rain"}, RejectReason.BAD_VALUE),
        ({**WARNING, "kind": None}, RejectReason.MISSING_VALUE),
        ({**WARNING, "level": "violet"}, RejectReason.BAD_VALUE),
        ({**WARNING, "step": "lifted", "onset_at": AT}, RejectReason.MISSING_TIME),
        (
            {**WARNING, "step": "lifted", "onset_at": AT, "issued_at": "2026-01-02T08:00:00+08:00"},
            RejectReason.OUT_OF_RANGE,
        ),
    ],
)
def test_a_message_that_says_nothing_of_use_says_why(said: dict[str, Any], reason: RejectReason) -> None:
    item = only(said)

    assert isinstance(item, Rejected)
    assert item.reason is reason


PRSA = "No,year,month,day,hour,PM2.5,PM10,SO2,NO2,CO,O3,TEMP,PRES,DEWP,RAIN,wd,WSPM,station\r\n"


def row(temperature: str = "-9.96666666666667", rain: str = "0.3", wind: str = "1.6", hour: str = "0") -> str:
    return f"1,2016,12,1,{hour},9,16,6,36,500,43,{temperature},1024.1,-8.5,{rain},E,{wind},Dongsi\r\n"


def of_beijing(line: str) -> Any:
    (item,) = decode(Raw("beijing-weather", (PRSA + line).encode(), {}, 0, "t", "r", 0))
    return item


def test_a_row_of_beijing_is_the_weather_of_its_hour() -> None:
    event = of_beijing(row())

    assert event == {
        "event_id": "prsa-weather:Dongsi:1480521600",
        "entity_id": "Dongsi",
        "area_id": "beijing/dongcheng",
        "event_time": 1_480_521_600_000,
        "quality": "good",
        "rain_um": 300,
        "wind_mms": 1_600,
        "temperature_mdegc": -9_967,
        "step": "reading",
        "rain_s": 3_600,
    }


def test_what_beijing_did_not_measure_is_absent_and_not_zero() -> None:
    event = of_beijing(row(rain="NA"))

    assert (event["rain_um"], event["rain_s"], event["wind_mms"]) == (None, None, 1_600)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (row("NA", "NA", "NA"), RejectReason.MISSING_VALUE),
        (row(hour="NA"), RejectReason.MISSING_TIME),
        (row(hour="24"), RejectReason.BAD_TIME),
        (row(rain="wet"), RejectReason.BAD_VALUE),
        (row(wind="300"), RejectReason.OUT_OF_RANGE),
    ],
)
def test_a_row_of_beijing_that_is_no_reading_says_why(line: str, reason: RejectReason) -> None:
    assert of_beijing(line).reason is reason


def test_the_weather_of_a_file_is_heard_five_minutes_after_its_hour(tmp_path: Path) -> None:
    path = tmp_path / "PRSA_Data_Dongsi.csv"
    path.write_text(PRSA + row() + row(hour="1"), newline="")

    weather, air = (RECORDINGS[name].open([path]) for name in ("beijing-weather", "beijing-air"))

    assert [one.at - weather.start for one in weather.records()] == [65 * 60_000, 125 * 60_000]
    assert [one.payload for one in weather.records()] == [one.payload for one in air.records()]
    assert {one["system"] for one in weather.entities()} == {"weather"}
    assert {one["entity_id"] for one in weather.entities()} == {one["entity_id"] for one in air.entities()}
