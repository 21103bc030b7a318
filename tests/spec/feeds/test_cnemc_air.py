"""What does a page of the national monitoring centre become?"""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from feeds.cnemc_air import decode
from feeds.decoding import Raw, Rejected, RejectReason

Items = list[Any]

PROPERTIES = {
    "area": "北京市",
    "stationcode": "1001A",
    "timepoint": "2018-02-20T07:00:00",
    "so2": "3",
    "no2": "17",
    "co": "0.7",
    "o3": "84",
    "o3_24h": "62",
    "pm10": "-;",
    "pm2_5": "38",
}


def feature(**changes: object) -> dict[str, Any]:
    properties = {name: value for name, value in {**PROPERTIES, **changes}.items() if value is not ...}
    return {"geometry": {"coordinates": [116.366, 39.8673], "type": "Point"}, "properties": properties}


def poll(payload: Any) -> Items:
    return list(decode(Raw("cnemc-air", payload, {}, 0, "cnemc-air", "run", 0)))


def page(*features: object) -> Items:
    return poll(json.dumps({"features": features, "type": "FeatureCollection"}).encode())


def reasons(items: Items) -> list[str]:
    return [item.reason if isinstance(item, Rejected) else "event" for item in items]


def test_seven_o_clock_is_the_mean_of_the_hour_from_six() -> None:
    (event,) = page(feature())

    assert event["event_time"] == int(datetime(2018, 2, 19, 22, tzinfo=UTC).timestamp() * 1000)
    assert event["entity_id"] == "1001A"
    assert event["area_id"] == "北京市"


def test_ozone_of_the_current_hour_is_read_from_the_swapped_field() -> None:
    (event,) = page(feature())

    assert event["o3_ngm3"] == 62_000


def test_carbon_monoxide_is_in_milligrams_and_a_missing_pollutant_is_null() -> None:
    (event,) = page(feature())

    assert event["co_ngm3"] == 700_000
    assert event["pm10_ngm3"] is None


def test_a_station_that_measured_nothing_is_rejected() -> None:
    nothing = dict.fromkeys(("so2", "no2", "co", "o3_24h", "pm10", "pm2_5"), "-;")

    assert reasons(page(feature(**nothing))) == [RejectReason.MISSING_VALUE]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"timepoint": ...}, RejectReason.MISSING_TIME),
        ({"timepoint": "-;"}, RejectReason.MISSING_TIME),
        ({"timepoint": "2018-02-20T07:30:00"}, RejectReason.BAD_TIME),
        ({"timepoint": "2018-02-30T07:00:00"}, RejectReason.BAD_TIME),
        ({"timepoint": ["2018"]}, RejectReason.BAD_TIME),
        ({"stationcode": " "}, RejectReason.MISSING_ENTITY),
        ({"stationcode": 7}, RejectReason.MISSING_ENTITY),
        ({"co": "a lot"}, RejectReason.BAD_VALUE),
        ({"co": [1]}, RejectReason.BAD_VALUE),
        ({"co": "-0.1"}, RejectReason.OUT_OF_RANGE),
        ({"co": "700"}, RejectReason.OUT_OF_RANGE),
    ],
)
def test_a_bad_station_is_rejected_and_the_others_are_not(
    changes: dict[str, Any], reason: RejectReason
) -> None:
    assert reasons(page(feature(), feature(**changes), feature())) == ["event", reason, "event"]


def test_a_feature_without_properties_is_rejected_alone() -> None:
    assert reasons(page({"type": "Feature"}, 7, feature())) == [
        RejectReason.UNREADABLE,
        RejectReason.UNREADABLE,
        "event",
    ]


@pytest.mark.parametrize("payload", [b"", b'{"features": [', b"[]", b"{}", b'{"features": []}', b"\xff"])
def test_what_is_not_a_page_is_unreadable_as_a_whole(payload: Any) -> None:
    assert reasons(poll(payload)) == [RejectReason.UNREADABLE]


def test_a_byte_order_mark_does_no_harm() -> None:
    payload = b"\xef\xbb\xbf" + json.dumps({"features": [feature()]}).encode()

    assert reasons(poll(payload)) == ["event"]
