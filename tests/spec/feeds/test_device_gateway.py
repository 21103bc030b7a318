"""What do heartbeats of devices become?"""

from typing import Any

import gateway_stories
import pytest

from feeds.decoding import Rejected, RejectReason
from feeds.device_gateway import FEED

HEARTBEAT = {
    "device": "meter-east",
    "at": "2026-03-02T08:00:00.000+08:00",
    "device_at": "2026-03-02T07:59:58.750+08:00",
    "online": True,
    "unchanged_since": "2026-03-02T07:00:00+08:00",
    "battery_percent": 20,
    "firmware_build": 230,
    "promised": 10,
    "delivered": 9,
    "delivered_late": 1,
}


def decoded(**changes: Any) -> Any:
    body = {name: value for name, value in (HEARTBEAT | changes).items() if value is not None}
    return gateway_stories.item_of(FEED, body)


def test_a_heartbeat_tells_spans_of_time_so_that_a_recording_may_be_played_on_other_dates() -> None:
    assert decoded() == {
        "event_id": "city:meter-east:1772409600000",
        "entity_id": "meter-east",
        "area_id": None,
        "event_time": 1_772_409_600_000,
        "quality": "good",
        "source_version": 0,
        "online": 1,
        "battery_percent": 20,
        "firmware_build": 230,
        "promised": 10,
        "delivered": 9,
        "delivered_late": 1,
        "unchanged_s": 3_600,
        "clock_off_ms": -1_250,
    }


def test_the_time_of_the_event_is_the_gateways_however_wrong_the_clock_of_the_device_is() -> None:
    for device_at in ("1970-01-01T00:00:00+08:00", "2099-12-31T00:00:00+08:00"):
        event = decoded(device_at=device_at)

        assert event["event_time"] == 1_772_409_600_000
        assert abs(event["clock_off_ms"]) > 10**12


def test_who_when_and_whether_it_is_online_are_enough() -> None:
    event = decoded(**dict.fromkeys(set(HEARTBEAT) - {"device", "at", "online"}), online=False)

    known = {name for name, value in event.items() if value is not None}
    assert event["online"] == 0
    assert known == {"event_id", "entity_id", "event_time", "quality", "source_version", "online"}


def test_what_a_device_measures_or_whose_it_is_is_not_read() -> None:
    assert decoded(value=21.5, owner="Wang", phone="13800000000") == decoded()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"online": None}, RejectReason.MISSING_VALUE),
        ({"online": 1}, RejectReason.BAD_VALUE),
        ({"unchanged_since": "2026-03-02T08:00:00.001+08:00"}, RejectReason.OUT_OF_RANGE),
        ({"unchanged_since": "yesterday"}, RejectReason.BAD_TIME),
        ({"device_at": "2026-03-02T08:00:00"}, RejectReason.BAD_TIME),
        ({"device_at": 1_772_409_600}, RejectReason.BAD_TIME),
        ({"battery_percent": 101}, RejectReason.OUT_OF_RANGE),
        ({"firmware_build": "2.4.1"}, RejectReason.BAD_VALUE),
        ({"delivered": None}, RejectReason.MISSING_VALUE),
        ({"delivered": 11}, RejectReason.OUT_OF_RANGE),
        ({"delivered_late": 10}, RejectReason.OUT_OF_RANGE),
        ({"at": None}, RejectReason.MISSING_TIME),
        ({"device": " "}, RejectReason.MISSING_ENTITY),
    ],
)
def test_a_heartbeat_that_cannot_be_is_rejected_and_says_why(changes: dict[str, Any], reason: str) -> None:
    item = decoded(**changes)

    assert isinstance(item, Rejected)
    assert item.reason is reason


def test_a_value_that_changed_this_very_moment_has_been_the_same_for_0_seconds() -> None:
    assert decoded(unchanged_since=HEARTBEAT["at"])["unchanged_s"] == 0
