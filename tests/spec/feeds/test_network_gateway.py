"""What do readings of networks and security desks become?"""

import json
from typing import Any

import pytest

from feeds.decoding import Raw, Rejected, RejectReason
from feeds.network_gateway import FEED

HEAD = {"at": "2026-03-02T08:00:00+08:00"}
STATE = {"element": "cell-east", "step": "state", "observed_s": 180, "up_s": 120, "degraded_s": 30}
OPENED = {"element": "desk-east", "step": "opened", "case": "c-7", "level": 2}
CLOSED = {**OPENED, "step": "closed", "handling_s": 3_600, "limit_s": 3_600}
OWN = ("observed_s", "up_s", "degraded_s", "case_id", "level", "handling_s", "limit_s")


def decoded(*readings: dict[str, Any]) -> list[Any]:
    body = json.dumps({"readings": [{**HEAD, **reading} for reading in readings]}).encode()
    return list(FEED.decode(Raw(FEED.name, body, {}, 0, "simulator", "run", 0)))


@pytest.mark.parametrize(
    ("reading", "said"),
    [
        (STATE, {"observed_s": 180, "up_s": 120, "degraded_s": 30}),
        (OPENED, {"case_id": "c-7", "level": 2, "limit_s": 3_600}),
        ({**OPENED, "limit_s": None}, {"case_id": "c-7", "level": 2}),
        (CLOSED, {"case_id": "c-7", "level": 2, "handling_s": 3_600, "limit_s": 3_600}),
        ({**CLOSED, "limit_s": None}, {"case_id": "c-7", "level": 2, "handling_s": 3_600}),
    ],
)
def test_a_reading_says_what_belongs_to_its_step_alone(reading: dict[str, Any], said: dict[str, Any]) -> None:
    (event,) = decoded({**STATE, **CLOSED, **reading})

    assert {name: event[name] for name in OWN if event[name] is not None} == said


def test_two_cases_of_one_desk_and_moment_and_its_state_are_three_events() -> None:
    events = decoded(OPENED, {**OPENED, "case": "c-8"}, {**STATE, "element": "desk-east"})

    assert len({event["event_id"] for event in events}) == 3
    assert {event["entity_id"] for event in events} == {"desk-east"}


def test_who_attacked_and_who_reported_it_is_not_in_an_event() -> None:
    assert decoded({**OPENED, "attacker_ip": "203.0.113.9", "reported_by": "Li"}) == decoded(OPENED)


@pytest.mark.parametrize(
    ("reading", "reason"),
    [
        ({**STATE, "step": "lost"}, RejectReason.BAD_VALUE),
        ({**STATE, "step": None}, RejectReason.MISSING_VALUE),
        ({**STATE, "up_s": 181}, RejectReason.OUT_OF_RANGE),
        ({**STATE, "degraded_s": 121}, RejectReason.OUT_OF_RANGE),
        ({**STATE, "observed_s": None}, RejectReason.MISSING_VALUE),
        ({**STATE, "observed_s": 0, "up_s": 0, "degraded_s": 0}, RejectReason.OUT_OF_RANGE),
        ({**OPENED, "case": None}, RejectReason.MISSING_VALUE),
        ({**OPENED, "case": ""}, RejectReason.MISSING_ENTITY),
        ({**OPENED, "level": 5}, RejectReason.OUT_OF_RANGE),
        ({**OPENED, "level": "grave"}, RejectReason.BAD_VALUE),
        ({**CLOSED, "handling_s": None}, RejectReason.MISSING_VALUE),
        ({**CLOSED, "limit_s": 0}, RejectReason.OUT_OF_RANGE),
    ],
)
def test_a_reading_that_cannot_be_is_rejected_and_says_why(reading: dict[str, Any], reason: str) -> None:
    (item,) = decoded(reading)

    assert isinstance(item, Rejected)
    assert item.reason is reason


def test_an_element_may_be_degraded_all_the_time_that_it_is_up() -> None:
    (event,) = decoded({**STATE, "up_s": 180, "degraded_s": 180})

    assert (event["up_s"], event["degraded_s"]) == (180, 180)
