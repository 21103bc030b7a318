"""What does that somebody passes a gate become, and what of who it was never gets onto the line?"""

from datetime import UTC, datetime
from functools import partial
from typing import Any

import gateway_stories
import pytest

from feeds.access_gateway import FEED
from feeds.decoding import RejectReason
from schemas.records import schema
from streams.catalog import ACCESS

AT_MS = int(datetime(2026, 3, 2, 0, 15, tzinfo=UTC).timestamp() * 1000)
PASSAGE = {
    "gate": "gate-3",
    "at": "2026-03-02T08:15:00+08:00",
    "happening": "passage",
    "serial": 4_711,
    "direction": "in",
}
STATUS = {**PASSAGE, "happening": "status", "direction": None, "online": True, "interval_s": 300}
IDENTITY = {
    "card": "31415926",
    "card_no": "31415926",
    "face": {"id": "F-1", "similarity": 0.98, "image": "/9j/4AAQ"},
    "name": "张三",
    "person": {"name": "李四", "id_number": "110101199001011234", "phone": "13800000000"},
    "plate": "京A12345",
}


item_of = partial(gateway_stories.item_of, FEED)


reason = partial(gateway_stories.reason_of, FEED)


def test_a_passage_says_where_when_and_which_way() -> None:
    assert item_of(PASSAGE) == {
        "event_id": f"city:gate-3:{AT_MS}:passage:4711",
        "entity_id": "gate-3",
        "area_id": None,
        "event_time": AT_MS,
        "quality": "good",
        "source_version": 0,
        "happening": "passage",
        "serial": 4_711,
        "direction": "in",
        "online": None,
        "interval_s": None,
    }


def test_a_status_says_whether_the_gate_is_online_and_for_how_long_that_stands() -> None:
    event = item_of(STATUS | {"online": False})

    assert (event["online"], event["interval_s"], event["direction"]) == (0, 300, None)


@pytest.mark.parametrize("happening", ["passage", "forced", "held", "status"])
def test_cards_faces_and_names_are_dropped_whatever_happens(happening: str) -> None:
    reading = STATUS | {"happening": happening}

    assert item_of(reading | IDENTITY) == item_of(reading)
    assert item_of({"readings": [reading | IDENTITY], **IDENTITY}) == item_of(reading)


def test_the_same_passage_with_another_card_is_the_same_event() -> None:
    assert item_of(PASSAGE | {"card": "1"}) == item_of(PASSAGE | {"card": "2"})


def test_the_record_of_a_gate_has_no_place_for_who_passed() -> None:
    fields = {field["name"] for field in schema(ACCESS.normalized.record)["fields"]}

    head = {"event_id", "entity_id", "area_id", "event_time", "ingest_time", "source", "quality", "run_id"}
    assert fields - head == {
        *("happening", "serial", "direction", "online", "interval_s", "source_version"),
    }


def test_two_who_pass_at_one_moment_are_two_events() -> None:
    assert item_of(PASSAGE)["event_id"] != item_of(PASSAGE | {"serial": 4_712})["event_id"]


@pytest.mark.parametrize("happening", ["forced", "held"])
def test_a_door_forced_or_held_has_no_direction(happening: str) -> None:
    assert item_of(PASSAGE | {"happening": happening})["direction"] is None


def test_a_gate_need_not_tell_in_from_out() -> None:
    assert item_of(PASSAGE | {"direction": None})["direction"] is None


@pytest.mark.parametrize(
    ("reading", "why"),
    [
        (PASSAGE | {"happening": "knocked"}, RejectReason.BAD_VALUE),
        (PASSAGE | {"happening": None}, RejectReason.MISSING_VALUE),
        (PASSAGE | {"direction": "through"}, RejectReason.BAD_VALUE),
        (PASSAGE | {"serial": None}, RejectReason.MISSING_VALUE),
        (PASSAGE | {"serial": "4711"}, RejectReason.BAD_VALUE),
        (PASSAGE | {"serial": -1}, RejectReason.OUT_OF_RANGE),
        (PASSAGE | {"gate": None}, RejectReason.MISSING_ENTITY),
        (PASSAGE | {"at": None}, RejectReason.MISSING_TIME),
        (STATUS | {"online": None}, RejectReason.MISSING_VALUE),
        (STATUS | {"online": 1}, RejectReason.BAD_VALUE),
        (STATUS | {"interval_s": None}, RejectReason.MISSING_VALUE),
        (STATUS | {"interval_s": 3_601}, RejectReason.OUT_OF_RANGE),
    ],
)
def test_what_cannot_be_is_rejected_with_its_reason(reading: dict[str, Any], why: RejectReason) -> None:
    assert reason(reading) is why
