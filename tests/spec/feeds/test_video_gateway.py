"""What does an alert of video analysis become, and what of the picture never gets onto the line?"""

from datetime import UTC, datetime
from functools import partial
from typing import Any

import gateway_stories
import pytest

from feeds.decoding import RejectReason
from feeds.video_gateway import FEED, TYPES
from schemas.records import schema
from streams.catalog import VIDEO
from streams.normalize.enrich import enrichment_of

AT_MS = int(datetime(2026, 3, 2, 0, 15, tzinfo=UTC).timestamp() * 1000)
RAISED = {
    "camera": "cam-3",
    "area": "simcity/north",
    "at": "2026-03-02T08:15:00+08:00",
    "id": "a-77",
    "step": "raised",
    "type": "fire_smoke",
    "confidence": 0.8125,
}
JUDGED = RAISED | {"step": "judged", "verdict": "false", "since_alert_s": 300, "limit_s": 300}
PICTURE = {
    "image": "data:image/jpeg;base64,/9j/4AAQ",
    "snapshot_url": "https://cameras.example/cam-3/a-77.jpg",
    "clip": {"frames": [1, 2, 3]},
    "face": {"embedding": [0.125, 0.25], "person_id": "P-1", "name": "张三"},
    "plate": "京A12345",
    "objects": [{"label": "person", "box": [1, 2, 3, 4]}],
}


item_of = partial(gateway_stories.item_of, FEED)


reason = partial(gateway_stories.reason_of, FEED)


def test_an_alert_is_its_metadata() -> None:
    assert item_of(RAISED) == {
        "event_id": f"city:cam-3:{AT_MS}:raised:a-77",
        "entity_id": "cam-3",
        "area_id": "simcity/north",
        "event_time": AT_MS,
        "quality": "good",
        "source_version": 0,
        "step": "raised",
        "alert_id": "a-77",
        "alert_type": "fire_smoke",
        "confidence_permille": 812,
        "verdict": None,
        "since_alert_s": None,
        "limit_s": None,
    }


def test_a_verdict_says_how_soon_it_was_given_and_how_soon_it_should_be() -> None:
    event = item_of(JUDGED)

    assert (event["verdict"], event["since_alert_s"], event["limit_s"]) == ("false", 300, 300)


@pytest.mark.parametrize("reading", [RAISED, JUDGED])
def test_pictures_faces_and_plates_are_dropped_wherever_they_stand(reading: dict[str, Any]) -> None:
    assert item_of(reading | PICTURE) == item_of(reading)
    assert item_of({"readings": [reading | PICTURE], **PICTURE}) == item_of(reading)


def test_the_record_of_an_alert_has_no_place_for_a_picture_a_face_or_a_plate() -> None:
    fields = {field["name"] for field in schema(VIDEO.normalized.record)["fields"]}

    own = {"step", "alert_id", "alert_type", "cell_id", "confidence_permille", "verdict", "since_alert_s"}
    head = {"event_id", "entity_id", "area_id", "event_time", "ingest_time", "source", "quality", "run_id"}
    assert fields == head | own | {"limit_s", "source_version"}


@pytest.mark.parametrize("held", ["type", "id", "camera", "area"])
def test_a_picture_in_the_place_of_a_name_is_refused(held: str) -> None:
    assert reason(RAISED | {held: "/9j/" + "A" * 4_000}) in {
        RejectReason.BAD_VALUE,
        RejectReason.MISSING_ENTITY,
    }


@pytest.mark.parametrize("kind", TYPES)
def test_the_analysis_need_not_say_how_sure_it_is(kind: str) -> None:
    assert item_of(RAISED | {"type": kind, "confidence": None})["confidence_permille"] is None


@pytest.mark.parametrize(
    ("reading", "why"),
    [
        (RAISED | {"type": "face"}, RejectReason.BAD_VALUE),
        (RAISED | {"type": None}, RejectReason.MISSING_VALUE),
        (RAISED | {"confidence": 1.001}, RejectReason.OUT_OF_RANGE),
        (RAISED | {"confidence": "sure"}, RejectReason.BAD_VALUE),
        (RAISED | {"verdict": "confirmed"}, RejectReason.BAD_VALUE),
        (RAISED | {"step": "judged"}, RejectReason.MISSING_VALUE),
        (RAISED | {"step": "seen"}, RejectReason.BAD_VALUE),
        (RAISED | {"id": None}, RejectReason.MISSING_ENTITY),
        (RAISED | {"camera": None}, RejectReason.MISSING_ENTITY),
        (RAISED | {"area": None}, RejectReason.MISSING_ENTITY),
        (RAISED | {"at": None}, RejectReason.MISSING_TIME),
        (JUDGED | {"verdict": "maybe"}, RejectReason.BAD_VALUE),
        (JUDGED | {"since_alert_s": -1}, RejectReason.OUT_OF_RANGE),
        (JUDGED | {"limit_s": 0}, RejectReason.OUT_OF_RANGE),
    ],
)
def test_what_cannot_be_is_rejected_with_its_reason(reading: dict[str, Any], why: RejectReason) -> None:
    assert reason(reading) is why


def test_an_alert_and_its_verdict_are_two_events_even_at_one_moment() -> None:
    assert item_of(RAISED)["event_id"] != item_of(JUDGED)["event_id"]


def test_an_alert_is_counted_by_its_area_and_type() -> None:
    event = item_of(RAISED)

    assert enrichment_of(VIDEO)(event, lambda *_: None) is None
    assert event["cell_id"] == "simcity/north:fire_smoke"


def test_an_alert_without_an_area_is_rejected_when_it_is_completed() -> None:
    rejected = enrichment_of(VIDEO)({**item_of(RAISED), "area_id": None}, lambda *_: None)

    assert rejected is not None
    assert rejected.reason is RejectReason.MISSING_ENTITY
