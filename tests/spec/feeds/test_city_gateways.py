"""What do the JSON records of the simulated city's gateways become?"""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from feeds.city_gateways import AIR, DISPATCH, ROAD
from feeds.decoding import Feed, Raw, Rejected, RejectReason

Items = list[Any]

AT = "2026-03-02T08:00:12.500+08:00"
AT_MS = int(datetime(2026, 3, 2, 0, 0, 12, 500_000, tzinfo=UTC).timestamp() * 1000)
SPEED = {"link": "link-0101", "measured_at": AT, "speed_kmh": 41.5, "vehicles": 7, "status": "ok"}
HOUR = {
    "station": "station-03",
    "area": "simcity/south",
    "hour_start": "2026-03-02T07:00:00+08:00",
    "values": {"pm25_ugm3": 35.2, "co_mgm3": 0.67, "no2_ugm3": None},
}
STAGE = {
    "incident": "inc-00001",
    "area": "simcity/north",
    "at": AT,
    "stage": "arrived",
    "unit": "unit-07",
    "kind": "medical",
    "priority": "1",
}


def poll(feed: Feed, payload: Any) -> Items:
    body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    return list(feed.decode(Raw(feed.name, body, {}, 0, "simulator", "run", 0)))


def reason(feed: Feed, payload: Any) -> str:
    (item,) = poll(feed, payload)
    return item.reason if isinstance(item, Rejected) else "event"


def test_a_road_reading_carries_its_speed_and_the_vehicles_as_weight() -> None:
    assert poll(ROAD, SPEED) == [
        {
            "event_id": f"city:link-0101:{AT_MS}",
            "entity_id": "link-0101",
            "area_id": None,
            "event_time": AT_MS,
            "quality": "good",
            "source_version": 0,
            "speed_kmh": 41.5,
            "weight": 7,
            "vehicles": 7,
        }
    ]


@pytest.mark.parametrize(
    ("written", "version", "quality"),
    [
        ({"version": 3}, 3, "good"),
        ({"version": 2, "withdrawn": True}, 2, "withdrawn"),
        ({"withdrawn": True}, 1, "withdrawn"),
        ({"withdrawn": False}, 0, "good"),
    ],
)
@pytest.mark.parametrize(("feed", "reading"), [(ROAD, SPEED), (AIR, HOUR)])
def test_a_correction_has_the_id_of_what_it_corrects_and_a_higher_version(
    feed: Feed, reading: dict[str, Any], written: dict[str, Any], version: int, quality: str
) -> None:
    (first,), (second,) = poll(feed, reading), poll(feed, reading | written)

    assert second["event_id"] == first["event_id"]
    assert (second["source_version"], second["quality"]) == (version, quality)


@pytest.mark.parametrize("version", [-1, "2", True, 1.5, 10**7])
def test_a_version_that_is_no_count_is_refused(version: object) -> None:
    assert reason(ROAD, SPEED | {"version": version}) == RejectReason.BAD_VALUE


def test_a_reading_without_a_count_leaves_the_weight_to_the_registry() -> None:
    reading = {name: value for name, value in SPEED.items() if name != "vehicles"}

    assert "weight" not in poll(ROAD, reading)[0]


def test_a_sensor_to_be_checked_is_kept_and_flagged() -> None:
    assert poll(ROAD, {**SPEED, "status": "check"})[0]["quality"] == "suspect"


def test_a_list_of_readings_has_one_item_each_and_a_bad_one_stands_alone() -> None:
    items = poll(ROAD, {"readings": [SPEED, {**SPEED, "speed_kmh": 0}, 7, {**SPEED, "link": "link-0102"}]})

    assert [item.reason if isinstance(item, Rejected) else item["entity_id"] for item in items] == [
        "link-0101",
        RejectReason.OUT_OF_RANGE,
        RejectReason.UNREADABLE,
        "link-0102",
    ]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"measured_at": None}, RejectReason.MISSING_TIME),
        ({"measured_at": "2026-03-02T08:00:12"}, RejectReason.BAD_TIME),
        ({"measured_at": 1772409612}, RejectReason.BAD_TIME),
        ({"speed_kmh": None}, RejectReason.MISSING_VALUE),
        ({"speed_kmh": True}, RejectReason.BAD_VALUE),
        ({"speed_kmh": "fast"}, RejectReason.BAD_VALUE),
        ({"speed_kmh": 251}, RejectReason.OUT_OF_RANGE),
        ({"vehicles": 0}, RejectReason.OUT_OF_RANGE),
        ({"vehicles": 2.5}, RejectReason.BAD_VALUE),
        ({"link": None}, RejectReason.MISSING_ENTITY),
        ({"link": "x" * 200}, RejectReason.MISSING_ENTITY),
    ],
)
def test_a_bad_road_reading_is_rejected_with_its_reason(
    changes: dict[str, Any], expected: RejectReason
) -> None:
    assert reason(ROAD, {**SPEED, **changes}) == expected


def test_air_values_become_nanograms_and_missing_ones_null() -> None:
    (event,) = poll(AIR, HOUR)

    assert (event["pm25_ngm3"], event["co_ngm3"]) == (35_200, 670_000)
    assert (event["no2_ngm3"], event["o3_ngm3"]) == (None, None)
    assert event["area_id"] == "simcity/south"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"hour_start": ""}, RejectReason.MISSING_TIME),
        ({"values": None}, RejectReason.MISSING_VALUE),
        ({"values": {}}, RejectReason.MISSING_VALUE),
        ({"values": {"pm25_ugm3": "high"}}, RejectReason.BAD_VALUE),
        ({"values": {"pm25_ugm3": {}}}, RejectReason.BAD_VALUE),
        ({"values": {"pm25_ugm3": -0.1}}, RejectReason.OUT_OF_RANGE),
    ],
)
def test_a_bad_station_hour_is_rejected_with_its_reason(
    changes: dict[str, Any], expected: RejectReason
) -> None:
    assert reason(AIR, {**HOUR, **changes}) == expected


def test_a_stage_of_a_unit_and_a_stage_of_the_incident_have_ids_of_their_own() -> None:
    received = {**STAGE, "stage": "received", "unit": None}

    assert poll(DISPATCH, STAGE)[0]["event_id"] == "city:inc-00001:unit-07:arrived"
    assert poll(DISPATCH, received)[0]["event_id"] == "city:inc-00001:received"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"at": None}, RejectReason.MISSING_TIME),
        ({"stage": None}, RejectReason.MISSING_VALUE),
        ({"stage": "teleported"}, RejectReason.BAD_VALUE),
        ({"stage": []}, RejectReason.BAD_VALUE),
        ({"unit": None}, RejectReason.MISSING_ENTITY),
        ({"incident": None}, RejectReason.MISSING_ENTITY),
    ],
)
def test_a_bad_stage_is_rejected_with_its_reason(changes: dict[str, Any], expected: RejectReason) -> None:
    assert reason(DISPATCH, {**STAGE, **changes}) == expected


@pytest.mark.parametrize("feed", [ROAD, AIR, DISPATCH])
@pytest.mark.parametrize(
    "payload", [b"", b"[]", b"7", b'{"link": ', b"\xff\x00", b'{"readings": []}', b'{"readings": 5}']
)
def test_what_is_not_a_gateway_record_is_unreadable(feed: Feed, payload: Any) -> None:
    assert reason(feed, payload) == RejectReason.UNREADABLE
