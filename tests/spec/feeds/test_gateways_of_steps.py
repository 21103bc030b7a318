"""What do gateways read whose readings are of several kinds?"""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from feeds import community_gateway, gov_gateway, school_gateway
from feeds.decoding import Feed, Raw, Rejected, RejectReason
from feeds.gateway_fields import by_step, city_gateway, name, parts, whole

AT = "2026-03-02T08:00:12.500+08:00"
AT_MS = int(datetime(2026, 3, 2, 0, 0, 12, 500_000, tzinfo=UTC).timestamp() * 1000)
TOY = city_gateway(
    "toy",
    "Toys",
    "box",
    by_step(
        {
            "put": {"toy": name("toy"), "many": whole("many", 0, 9)},
            "took": {"toy": name("toy")},
            "seen": {"many": whole("seen", 0, 9), "broken": whole("broken", 0, 9)},
        }
    ),
    identity=("step", "toy"),
    completed=parts(("broken", "many")),
)
DECIDED = {
    "hall": "hall-1",
    "at": AT,
    "step": "decided",
    "case": "2026-0007",
    "taken_days": 3,
    "limit_days": 5,
    "baseline_days": 4.25,
    "trips": 0,
}


def poll(feed: Feed, **reading: Any) -> Any:
    (item,) = feed.decode(Raw(feed.name, json.dumps(reading).encode(), {}, 0, "simulator", "run", 0))
    return item


def reason(feed: Feed, **reading: Any) -> str:
    item = poll(feed, **reading)
    return item.reason if isinstance(item, Rejected) else "event"


def own(event: dict[str, Any]) -> dict[str, Any]:
    """What an event says beside its head."""
    head = {"event_id", "entity_id", "area_id", "event_time", "quality", "source_version"}
    return {field: value for field, value in event.items() if field not in head and value is not None}


def test_a_reading_has_the_fields_of_its_step_and_null_in_those_of_others() -> None:
    event = poll(TOY, box="b", at=AT, step="took", toy="ball", many=3, broken=2)

    assert own(event) == {"step": "took", "toy": "ball"}
    assert (event["many"], event["broken"]) == (None, None)


def test_a_field_may_be_read_from_another_word_at_another_step() -> None:
    assert own(poll(TOY, box="b", at=AT, step="seen", seen=4, broken=4)) == {
        "step": "seen",
        "many": 4,
        "broken": 4,
    }


def test_two_steps_of_one_moment_are_two_events() -> None:
    ids = [
        poll(TOY, box="b", at=AT, **said)["event_id"]
        for said in (
            {"step": "put", "toy": "ball", "many": 1},
            {"step": "took", "toy": "ball"},
            {"step": "took", "toy": "doll"},
            {"step": "seen", "seen": 1, "broken": 0},
        )
    ]

    assert ids == [
        f"city:b:{AT_MS}:put:ball",
        f"city:b:{AT_MS}:took:ball",
        f"city:b:{AT_MS}:took:doll",
        f"city:b:{AT_MS}:seen",
    ]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({}, RejectReason.MISSING_VALUE),
        ({"step": "lost"}, RejectReason.BAD_VALUE),
        ({"step": ["put"]}, RejectReason.BAD_VALUE),
        ({"step": "took"}, RejectReason.MISSING_ENTITY),
        ({"step": "put", "toy": "ball"}, RejectReason.MISSING_VALUE),
        ({"step": "seen", "seen": 2, "broken": 3}, RejectReason.OUT_OF_RANGE),
    ],
)
def test_a_reading_without_its_step_or_with_half_of_it_is_rejected(
    said: dict[str, Any], expected: RejectReason
) -> None:
    assert reason(TOY, box="b", at=AT, **said) == expected


def test_a_decision_keeps_its_days_and_trips_and_nothing_of_who_applied() -> None:
    person = {"applicant": "王小明", "phone": "13800000000", "id_card": "11010119900101001X", "title": "x"}

    event = poll(gov_gateway.FEED, **DECIDED, **person)

    assert own(event) == {
        "step": "decided",
        "case_id": "2026-0007",
        "taken_days": 3,
        "limit_days": 5,
        "baseline_cdays": 425,
        "trips": 0,
    }
    assert not [value for value in person.values() if len(value) > 1 and value in str(event)]


@pytest.mark.parametrize("absent", ["limit_days", "baseline_days"])
def test_a_decision_without_a_limit_or_a_base_period_is_one(absent: str) -> None:
    assert reason(gov_gateway.FEED, **{**DECIDED, absent: None}) == "event"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"trips": None}, RejectReason.MISSING_VALUE),
        ({"taken_days": 10_001}, RejectReason.OUT_OF_RANGE),
        ({"limit_days": 0}, RejectReason.OUT_OF_RANGE),
        ({"baseline_days": 0.004}, RejectReason.OUT_OF_RANGE),
        ({"baseline_days": "a week"}, RejectReason.BAD_VALUE),
    ],
)
def test_a_decision_that_cannot_be_is_rejected(change: dict[str, Any], expected: RejectReason) -> None:
    assert reason(gov_gateway.FEED, **{**DECIDED, **change}) == expected


def test_two_windows_may_call_at_one_moment() -> None:
    called = {"hall": "hall-1", "at": AT, "step": "called", "waited_s": 60}
    first, second = (poll(gov_gateway.FEED, **called, window=window) for window in ("3", "4"))

    assert first["event_id"] != second["event_id"]


ROOM = {"school": "s1", "at": AT, "step": "environment", "place": "room-3"}
COURSE = {"school": "s1", "at": AT, "step": "course", "course": "art", "offered_minutes": 40}


@pytest.mark.parametrize(
    ("measured", "kept"),
    [
        ({"pm25_ugm3": 74.9996}, {"pm25_ngm3": 75_000}),
        ({"co2_ppm": 1_000}, {"co2_ppm": 1_000}),
        ({"laeq_db": 55.004, "pm25_ugm3": 0}, {"level_cdb": 5_500, "pm25_ngm3": 0}),
    ],
)
def test_a_room_tells_what_it_measured_in_whole_units(measured: dict[str, Any], kept: dict[str, int]) -> None:
    event = poll(school_gateway.FEED, **ROOM, **measured)

    assert own(event) == {"step": "environment", "place_id": "room-3", **kept}


@pytest.mark.parametrize(
    ("reading", "expected"),
    [
        (ROOM, RejectReason.MISSING_VALUE),
        ({**ROOM, "pm25_ugm3": -1}, RejectReason.OUT_OF_RANGE),
        ({**ROOM, "laeq_db": 140.01}, RejectReason.OUT_OF_RANGE),
        ({**COURSE, "attended_minutes": 40}, "event"),
        ({**COURSE, "attended_minutes": 41}, RejectReason.OUT_OF_RANGE),
        ({**COURSE, "offered_minutes": 0, "attended_minutes": 0}, RejectReason.OUT_OF_RANGE),
    ],
)
def test_a_room_without_a_reading_and_a_course_longer_than_itself_are_rejected(
    reading: dict[str, Any], expected: str
) -> None:
    assert reason(school_gateway.FEED, **reading) == expected


def test_a_closed_case_keeps_its_duration_and_nothing_of_who_it_is_about() -> None:
    person = {"pupil": "王小明", "class": "3-2", "teacher": "李老师", "description": "fell on the stairs"}
    closed = {"school": "s1", "at": AT, "step": "case_closed", "case": "c-9", "handled_s": 600}

    event = poll(school_gateway.FEED, **closed, **person)

    assert own(event) == {"step": "case_closed", "case_id": "c-9", "handled_s": 600}
    assert not [value for value in person.values() if value in str(event)]


REACH = {"community": "c1", "at": AT, "step": "reach", "residents": 4_000, "within": 3_100}
CLOSED = {"community": "c1", "at": AT, "step": "order_closed", "order": "o-1", "kind": "repair", "taken_s": 0}


def test_the_reach_of_each_service_and_of_all_at_once_are_events_of_their_own() -> None:
    services = (*community_gateway.SERVICES, "all")
    events = [poll(community_gateway.FEED, **REACH, service=service) for service in services]

    assert len({event["event_id"] for event in events}) == len(services)
    assert own(events[-1]) == {
        "step": "reach",
        "service": "all",
        "residents": 4_000,
        "residents_within": 3_100,
    }


@pytest.mark.parametrize(
    ("reading", "expected"),
    [
        ({**REACH, "service": "casino"}, RejectReason.BAD_VALUE),
        ({**REACH}, RejectReason.MISSING_VALUE),
        ({**REACH, "service": "park", "within": 4_000}, "event"),
        ({**REACH, "service": "park", "within": 4_001}, RejectReason.OUT_OF_RANGE),
        ({**CLOSED, "kind": "wish"}, RejectReason.BAD_VALUE),
        ({**CLOSED, "limit_s": 0}, RejectReason.OUT_OF_RANGE),
        (CLOSED, "event"),
    ],
)
def test_a_service_that_nobody_declared_and_more_residents_than_live_there_are_rejected(
    reading: dict[str, Any], expected: str
) -> None:
    assert reason(community_gateway.FEED, **reading) == expected


def test_an_order_keeps_its_kind_and_duration_and_nothing_of_who_called() -> None:
    person = {"name": "王小明", "phone": "13800000000", "flat": "3-2-501", "text": "the tap drips"}

    event = poll(community_gateway.FEED, **CLOSED, **person)

    assert own(event) == {"step": "order_closed", "order_id": "o-1", "kind": "repair", "taken_s": 0}
    assert not [value for value in person.values() if value in str(event)]
