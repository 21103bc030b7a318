"""What becomes of what the simulated city's school buses report?"""

from functools import partial
from typing import Any

import gateway_stories
import pytest

from feeds.decoding import Rejected, RejectReason
from feeds.school_bus_gateway import FEED

AT, AT_MS = "2026-03-02T08:00:12+08:00", 1_772_409_612_000
UNDER_WAY = {"vehicle": "B1", "at": AT, "step": "under_way", "speed_kmh": 40, "off_line_m": 12}
ENDED = {"vehicle": "B1", "at": AT, "step": "ended", "boarded": 21, "alighted": 21, "delay_s": -30}


item_of = partial(gateway_stories.item_of, FEED)


def test_a_bus_under_way_has_a_speed_and_nobody_to_count() -> None:
    assert item_of(UNDER_WAY) == {
        "event_id": f"city:B1:{AT_MS}:under_way",
        "entity_id": "B1",
        "area_id": None,
        "event_time": AT_MS,
        "quality": "good",
        "source_version": 0,
        "step": "under_way",
        "speed_dkmh": 400,
        "off_line_m": 12,
        "door_open": None,
        "on_board": None,
        "delay_s": None,
    }


def test_children_on_the_way_and_a_delay_on_the_way_are_not_those_of_a_trips_end() -> None:
    assert item_of(UNDER_WAY, boarded=9, alighted=2, delay_s=400) == item_of(UNDER_WAY)


@pytest.mark.parametrize(
    ("alighted", "on_board", "quality"), [(21, 0, "good"), (20, 1, "good"), (22, -1, "suspect")]
)
def test_who_got_in_and_not_out_is_on_board_when_the_trip_ends(
    alighted: int, on_board: int, quality: str
) -> None:
    found = item_of(ENDED, alighted=alighted)

    assert (found["on_board"], found["quality"], found["delay_s"]) == (on_board, quality, -30)


def test_a_withdrawn_trip_stays_withdrawn_however_it_was_counted() -> None:
    assert item_of(ENDED, alighted=22, withdrawn=True)["quality"] == "withdrawn"


def test_neither_child_nor_driver_nor_place_reaches_an_event() -> None:
    told = {"driver": "王", "cards": ["C-1", "C-2"], "plate": "京A12345", "lon": 116.39, "lat": 39.9}

    assert item_of(ENDED, **told) == item_of(ENDED)


@pytest.mark.parametrize(
    ("reading", "said", "why"),
    [
        (UNDER_WAY, {"speed_kmh": None}, RejectReason.MISSING_VALUE),
        (UNDER_WAY, {"speed_kmh": 400}, RejectReason.OUT_OF_RANGE),
        (UNDER_WAY, {"off_line_m": -1}, RejectReason.OUT_OF_RANGE),
        (UNDER_WAY, {"door_open": "yes"}, RejectReason.BAD_VALUE),
        (UNDER_WAY, {"step": "parked"}, RejectReason.BAD_VALUE),
        (UNDER_WAY, {"step": None}, RejectReason.MISSING_VALUE),
        (ENDED, {"alighted": None}, RejectReason.MISSING_VALUE),
        (ENDED, {"boarded": 1.5}, RejectReason.BAD_VALUE),
        (ENDED, {"delay_s": 86_401}, RejectReason.OUT_OF_RANGE),
        (ENDED, {"vehicle": ""}, RejectReason.MISSING_ENTITY),
    ],
)
def test_what_cannot_be_an_event_says_why(
    reading: dict[str, Any], said: dict[str, Any], why: RejectReason
) -> None:
    found = item_of(reading, **said)

    assert isinstance(found, Rejected)
    assert found.reason is why
