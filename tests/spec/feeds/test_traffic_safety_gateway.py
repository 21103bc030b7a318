"""What becomes of what the simulated city's cameras and traffic police report?"""

import json
from typing import Any

import pytest

from feeds.decoding import Raw, Rejected, RejectReason
from feeds.traffic_safety_gateway import FEED
from indicators.traffic_safety import CLEARANCE_LIMIT_S
from streams.catalog import TRAFFIC_SAFETY
from streams.normalize.normalizer import Normalizer, Origin, Tally
from streams.normalize.repeats import RepeatFilter

AT, AT_MS = "2026-03-02T08:00:12+08:00", 1_772_409_612_000
COUNT = {"site": "X1", "at": AT, "kind": "violations", "number": "c1", "violations": 4, "period_s": 300}
CRASH = {"site": "X1", "at": AT, "kind": "crash", "number": "17"}
CLEARED = {**CRASH, "kind": "cleared", "crashed_at": "2026-03-02T07:30:00+08:00"}
ONLY_OF_SOME = ("violations", "period_s", "clearance_s", "limit_s")


def raw(reading: dict[str, Any], **said: Any) -> Raw:
    return Raw(FEED.name, json.dumps({**reading, **said}).encode(), {}, AT_MS, "simulator", "run", 0)


def item_of(reading: dict[str, Any], **said: Any) -> Any:
    (item,) = FEED.decode(raw(reading, **said))
    return item


def normalized(reading: dict[str, Any], **said: Any) -> list[dict[str, Any]]:
    known = {"entity_id": "X1", "area_id": "bj/cy", "attributes": {}}
    normalizer = Normalizer(TRAFFIC_SAFETY, lambda _system, _type, name, _at: known if name == "X1" else None)
    repeats = RepeatFilter(TRAFFIC_SAFETY.repeat_span)
    return normalizer.normalize(Origin("t", 0, 0, 0), raw(reading, **said), repeats, Tally()).events


def test_a_count_says_how_many_and_of_how_long() -> None:
    assert item_of(COUNT) == {
        "event_id": f"city:X1:{AT_MS}:violations:c1",
        "entity_id": "X1",
        "area_id": None,
        "event_time": AT_MS,
        "quality": "good",
        "source_version": 0,
        "kind": "violations",
        "violations": 4,
        "period_s": 300,
        "clearance_s": None,
        "limit_s": None,
    }


def test_two_cameras_of_a_site_are_two_events_and_a_crash_and_its_clearance_too() -> None:
    ids = {item_of(reading)["event_id"] for reading in (COUNT, {**COUNT, "number": "c2"}, CRASH, CLEARED)}

    assert len(ids) == 4


def test_a_crash_is_only_that_it_happened() -> None:
    found = item_of(CRASH, violations=4, period_s=300, limit_s=900)

    assert {found[name] for name in ONLY_OF_SOME} == {None}


def test_a_clearance_carries_how_long_it_took() -> None:
    assert item_of(CLEARED)["clearance_s"] == 1_812
    assert item_of(CLEARED, crashed_at=AT)["clearance_s"] == 0


@pytest.mark.parametrize(("said", "limit_s"), [(None, CLEARANCE_LIMIT_S), (900, 900)])
def test_a_clearance_is_held_against_its_own_limit_or_else_the_declared_one(
    said: int | None, limit_s: int
) -> None:
    (event,) = normalized(CLEARED, limit_s=said)

    assert (event["limit_s"], event["area_id"]) == (limit_s, "bj/cy")
    assert normalized(CRASH)[0]["limit_s"] is None


def test_a_site_must_be_registered() -> None:
    assert normalized(COUNT, site="X9") == []


def test_plates_pictures_and_names_are_not_read() -> None:
    assert item_of(COUNT, plates=["京A12345"], picture="https://x/1.jpg", officer="王") == item_of(COUNT)


@pytest.mark.parametrize(
    ("reading", "said", "why"),
    [
        (COUNT, {"violations": None}, RejectReason.MISSING_VALUE),
        (COUNT, {"violations": -1}, RejectReason.OUT_OF_RANGE),
        (COUNT, {"violations": "few"}, RejectReason.BAD_VALUE),
        (COUNT, {"period_s": 0}, RejectReason.OUT_OF_RANGE),
        (COUNT, {"period_s": None}, RejectReason.MISSING_VALUE),
        (COUNT, {"number": None}, RejectReason.MISSING_ENTITY),
        (COUNT, {"kind": "theft"}, RejectReason.BAD_VALUE),
        (CLEARED, {"crashed_at": None}, RejectReason.MISSING_VALUE),
        (CLEARED, {"crashed_at": "2026-03-02T08:00:13+08:00"}, RejectReason.OUT_OF_RANGE),
        (CLEARED, {"limit_s": 0}, RejectReason.OUT_OF_RANGE),
        (CRASH, {"at": None}, RejectReason.MISSING_TIME),
        (CRASH, {"site": " "}, RejectReason.MISSING_ENTITY),
    ],
)
def test_what_cannot_be_an_event_says_why(
    reading: dict[str, Any], said: dict[str, Any], why: RejectReason
) -> None:
    found = item_of(reading, **said)

    assert isinstance(found, Rejected)
    assert found.reason is why
