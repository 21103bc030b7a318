"""What does the hotline say of a case: until when it is due, and to whom it was handed over?"""

import json
from typing import Any

from feeds.decoding import Raw
from feeds.hotline_gateway import FEED

OPENED = {
    "id": "case-7",
    "step": "opened",
    "at": "2026-04-01T10:00:00+08:00",
    "area": "simcity/east",
    "kind": "供水",
    "due_at": "2026-04-01T12:00:00+08:00",
}
DUE = 1_775_016_000_000


def only(reading: dict[str, Any]) -> Any:
    body = json.dumps({"readings": [reading]}).encode()
    (found,) = FEED.decode(Raw(FEED.name, body, {}, 0, "simulator", "run", 0))
    return found


def test_an_opened_case_says_until_when_it_is_due_where_its_source_does() -> None:
    assert only(OPENED)["due_time"] == DUE
    assert only({**OPENED, "due_at": None})["due_time"] is None


def test_a_closed_case_is_held_against_the_same_deadline() -> None:
    closed = {**OPENED, "step": "closed", "opened_at": OPENED["at"], "at": "2026-04-01T12:00:01+08:00"}

    assert only(closed)["due_time"] == DUE
    assert (only(closed)["in_time"], only(closed)["handling_s"]) == (0, 7_201)


def test_a_case_is_handed_over() -> None:
    assert only({**OPENED, "step": "handed_over"})["step"] == "handed_over"
