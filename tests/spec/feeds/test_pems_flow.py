"""What does a detector's count become?"""

from typing import Any

import pytest

from feeds.decoding import Raw, Rejected
from feeds.directory import decode
from streams.normalize.enrich import enrich_road

HEADER = "5 Minutes,Lane 1 Flow (Veh/5 Minutes),# Lane Points,% Observed\n"


def items(rows: str, detector: str = "lane-1") -> list[Any]:
    raw = Raw("pems-flow", (HEADER + rows).encode("utf-8-sig"), {"detector": detector}, 0, "test", "run", 0)
    return list(decode(raw))


def test_a_count_is_of_the_five_minutes_that_begin_at_its_time() -> None:
    (event,) = items("04/01/2016 0:05,13,1,100\n")

    assert event["event_time"] == 1_451_894_700_000
    assert (event["vehicles"], event["speed_kmh"], event["quality"]) == (13, None, "good")
    assert event["event_id"] == "pems:lane-1:1451894700"


def test_the_day_comes_before_the_month() -> None:
    (event,) = items("01/02/2016 0:00,1,1,100\n")

    assert event["event_time"] == 1_454_313_600_000


def test_a_zero_that_was_observed_is_a_count_and_one_that_was_not_is_none() -> None:
    seen, unseen = items("04/01/2016 0:05,0,1,100\n04/01/2016 0:10,0,1,0\n")

    assert seen["vehicles"] == 0
    assert isinstance(unseen, Rejected)
    assert unseen.reason.value == "missing_value"


def test_a_count_that_was_partly_filled_in_says_so() -> None:
    assert items("04/01/2016 0:05,13,1,60\n")[0]["quality"] == "estimated"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",13,1,100", "missing_time"),
        ("2016-01-04 00:05,13,1,100", "bad_time"),
        ("31/02/2016 0:05,13,1,100", "bad_time"),
        ("04/01/2016 0:05,many,1,100", "bad_value"),
        ("04/01/2016 0:05,-1,1,100", "out_of_range"),
        ("04/01/2016 0:05,13,1,101", "out_of_range"),
        ("04/01/2016 0:05,13", "unreadable"),
    ],
)
def test_what_cannot_be_a_count_says_why(row: str, reason: str) -> None:
    (item,) = items(f"{row}\n")

    assert item.reason.value == reason


def test_a_poll_that_does_not_say_of_which_detector_it_is_belongs_to_nobody() -> None:
    assert items("04/01/2016 0:05,13,1,100\n", detector="")[0].reason.value == "missing_entity"


def test_a_count_without_a_speed_adds_to_the_flow_alone() -> None:
    (event,) = items("04/01/2016 0:05,13,1,100\n")
    link = {"area_id": "city", "attributes": {"length_m": 500, "free_flow_time_ms": 18_000}}

    assert enrich_road(event, lambda *_: link) is None
    assert (event["weight"], event["travel_time_ms"], event["vehicles"]) == (0, 0, 13)
