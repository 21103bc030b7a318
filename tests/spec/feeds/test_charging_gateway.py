"""What do charging stations' own JSON, and the sessions of a workplace study, become?"""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from feeds import charging_gateway, workplace_charging
from feeds.decoding import Feed, Raw, Rejected, RejectReason

AT = "2026-03-02T08:00:12.500+08:00"
AT_MS = int(datetime(2026, 3, 2, 0, 0, 12, 500_000, tzinfo=UTC).timestamp() * 1000)
READING = {
    "station": "CP-7",
    "connector": "1",
    "at": AT,
    "kind": "reading",
    "state": "charging",
    "energy_kwh": 0.583,
}
SESSION = {
    "station": "CP-7",
    "connector": "1",
    "at": AT,
    "kind": "session",
    "session_kwh": 7.78,
    "session_s": 5_438,
}
HEADER = "sessionId,created,ended,userId,stationId,locationId,kwhTotal\r\n"
ROW = "1366563,0014-11-18 15:40:26,0014-11-18 17:11:04,35897499,582873,461655,7.78\r\n"


def items_of(feed: Feed, payload: bytes) -> list[Any]:
    return list(feed.decode(Raw(feed.name, payload, {}, 0, "x", "run", 0)))


def told(reading: dict[str, Any]) -> Any:
    (item,) = items_of(charging_gateway.FEED, json.dumps(reading).encode())
    return item.reason if isinstance(item, Rejected) else item


def row(text: str) -> Any:
    (item,) = items_of(workplace_charging.FEED, (HEADER + text).encode())
    return item.reason if isinstance(item, Rejected) else item


def test_a_reading_tells_a_state_and_the_energy_since_the_one_before() -> None:
    event = told(READING)

    assert event["event_id"] == f"city:CP-7:{AT_MS}:1:reading"
    assert (event["charging"], event["occupied"], event["in_service"], event["faulted"]) == (1, 1, 1, 0)
    assert (event["energy_wh"], event["session_wh"], event["session_s"]) == (583, None, None)


def test_a_session_tells_its_own_energy_and_no_state() -> None:
    event = told({**SESSION, "state": "available", "energy_kwh": 1})

    assert (event["session_wh"], event["session_s"]) == (7_780, 5_438)
    assert (event["state"], event["energy_wh"]) == (None, None)
    assert "faulted" not in event


def test_a_reading_and_a_session_of_one_moment_are_two_events() -> None:
    assert told(READING)["event_id"] != told(SESSION)["event_id"]


@pytest.mark.parametrize(
    ("reading", "expected"),
    [
        ({**READING, "state": None, "energy_kwh": None}, RejectReason.MISSING_VALUE),
        ({**READING, "state": "asleep"}, RejectReason.BAD_VALUE),
        ({**READING, "kind": None}, RejectReason.MISSING_VALUE),
        ({**READING, "connector": ""}, RejectReason.MISSING_ENTITY),
        ({**READING, "energy_kwh": 2_000.001}, RejectReason.OUT_OF_RANGE),
        ({**SESSION, "session_s": None}, RejectReason.MISSING_VALUE),
        ({**SESSION, "session_s": -1}, RejectReason.OUT_OF_RANGE),
        ({**SESSION, "session_kwh": None}, RejectReason.MISSING_VALUE),
    ],
)
def test_a_bad_reading_is_rejected_with_its_reason(reading: dict[str, Any], expected: RejectReason) -> None:
    assert told(reading) == expected


def test_a_session_at_work_is_told_when_it_ended_and_not_by_whom() -> None:
    assert row(ROW) == {
        "event_id": "workplace:1366563",
        "entity_id": "582873",
        "area_id": None,
        "event_time": int(datetime(2014, 11, 18, 17, 11, 4, tzinfo=UTC).timestamp() * 1000),
        "quality": "good",
        "kind": "session",
        "session_wh": 7_780,
        "session_s": 5_438,
    }


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("0014-11-18 17:11:04", "", RejectReason.MISSING_TIME),
        ("0014-11-18 17:11:04", "0014-11-31 17:11:04", RejectReason.BAD_TIME),
        ("0014-11-18 17:11:04", "1014-11-18 17:11:04", RejectReason.BAD_TIME),
        ("0014-11-18 17:11:04", "0014-11-18 15:40:25", RejectReason.OUT_OF_RANGE),
        ("582873", " ", RejectReason.MISSING_ENTITY),
        ("7.78", "NA", RejectReason.BAD_VALUE),
        ("7.78", "-7.78", RejectReason.OUT_OF_RANGE),
        (",7.78", "", RejectReason.UNREADABLE),
    ],
)
def test_a_bad_session_is_rejected_with_its_reason(old: str, new: str, expected: RejectReason) -> None:
    assert row(ROW.replace(old, new)) == expected


@pytest.mark.parametrize("payload", [b"", HEADER.encode(), b"a,b\n1,2\n", HEADER[:30].encode()])
def test_what_is_no_poll_of_sessions_is_unreadable(payload: bytes) -> None:
    (item,) = items_of(workplace_charging.FEED, payload)

    assert item.reason is RejectReason.UNREADABLE
