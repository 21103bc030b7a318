"""What do readings of people counters become, and what of persons stays behind?"""

from typing import Any

import gateway_stories
import pytest

from feeds.crowd_gateway import FEED
from feeds.decoding import Rejected, RejectReason

READING = {
    "site": "square-east",
    "at": "2026-03-02T08:00:00+08:00",
    "period_s": 60,
    "entries": 12,
    "exits": 3,
    "present": 240,
}


def decoded(**changes: Any) -> Any:
    reading = {name: value for name, value in (READING | changes).items() if value is not None}
    return gateway_stories.item_of(FEED, reading)


def test_a_reading_says_how_many_came_went_and_are_there() -> None:
    assert decoded() == {
        "event_id": "city:square-east:1772409600000",
        "entity_id": "square-east",
        "area_id": None,
        "event_time": 1_772_409_600_000,
        "quality": "good",
        "source_version": 0,
        "period_s": 60,
        "entries": 12,
        "exits": 3,
        "present": 240,
    }


def test_nothing_of_a_person_is_in_an_event() -> None:
    assert decoded(telephones=["3c:22:fb"], faces=[{"id": "f-19"}], plate="粤B12345") == decoded()


@pytest.mark.parametrize("counted", ["entries", "exits", "present"])
def test_one_count_is_enough_and_the_others_are_unknown_and_not_0(counted: str) -> None:
    event = decoded(**dict.fromkeys({"entries", "exits", "present"} - {counted}))

    assert event[counted] == READING[counted]
    assert [event[name] for name in ("entries", "exits", "present")].count(None) == 2


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"entries": None, "exits": None, "present": None}, RejectReason.MISSING_VALUE),
        ({"period_s": None}, RejectReason.MISSING_VALUE),
        ({"period_s": 0}, RejectReason.OUT_OF_RANGE),
        ({"period_s": 3_601}, RejectReason.OUT_OF_RANGE),
        ({"present": -1}, RejectReason.OUT_OF_RANGE),
        ({"present": 2.5}, RejectReason.BAD_VALUE),
        ({"site": None}, RejectReason.MISSING_ENTITY),
        ({"at": None}, RejectReason.MISSING_TIME),
        ({"at": "2026-03-02T08:00:00"}, RejectReason.BAD_TIME),
    ],
)
def test_a_reading_that_cannot_be_is_rejected_and_says_why(changes: dict[str, Any], reason: str) -> None:
    item = decoded(**changes)

    assert isinstance(item, Rejected)
    assert item.reason is reason
