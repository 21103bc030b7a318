"""What becomes of what the simulated city's floating cars report?"""

from functools import partial
from typing import Any

import gateway_stories
import pytest

from feeds.decoding import Rejected, RejectReason
from feeds.probe_gateway import FEED

AT, AT_MS = "2026-03-02T08:00:12+08:00", 1_772_409_612_000
POINT = {"link": "L1", "at": AT, "point": 0, "speed_kmh": 31.46, "vacant": False, "boarded": True}


item_of = partial(gateway_stories.item_of, FEED, POINT)


def test_a_point_carries_its_speed_in_tenths_and_whether_it_is_taken() -> None:
    assert item_of() == {
        "event_id": f"city:L1:{AT_MS}:0",
        "entity_id": "L1",
        "area_id": None,
        "event_time": AT_MS,
        "quality": "good",
        "source_version": 0,
        "speed_dkmh": 315,
        "vacant": 0,
        "boarded": 1,
    }


def test_what_would_tell_the_car_its_driver_or_its_passenger_is_not_read() -> None:
    assert item_of(plate="京B12345", phone="13800138000", driver="王", order="A-1", lon=116.39) == item_of()


def test_two_cars_on_a_link_at_one_moment_are_two_events() -> None:
    assert item_of(point=1)["event_id"] != item_of(point=0)["event_id"]


def test_whether_a_car_is_taken_may_stay_unsaid() -> None:
    found = item_of(vacant=None, boarded=None)

    assert (found["vacant"], found["boarded"], found["speed_dkmh"]) == (None, None, 315)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"speed_kmh": None}, RejectReason.MISSING_VALUE),
        ({"speed_kmh": -1}, RejectReason.OUT_OF_RANGE),
        ({"speed_kmh": 250.1}, RejectReason.OUT_OF_RANGE),
        ({"speed_kmh": "fast"}, RejectReason.BAD_VALUE),
        ({"point": None}, RejectReason.MISSING_VALUE),
        ({"boarded": 1}, RejectReason.BAD_VALUE),
        ({"link": None}, RejectReason.MISSING_ENTITY),
        ({"at": None}, RejectReason.MISSING_TIME),
    ],
)
def test_what_cannot_be_an_event_says_why(said: dict[str, Any], why: RejectReason) -> None:
    found = item_of(**said)

    assert isinstance(found, Rejected)
    assert found.reason is why
