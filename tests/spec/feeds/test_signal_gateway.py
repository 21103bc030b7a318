"""What becomes of what the simulated city's signals and guidance screens report?"""

from functools import partial
from typing import Any

import gateway_stories
import pytest

from feeds.decoding import Rejected, RejectReason
from feeds.signal_gateway import FEED

AT, AT_MS = "2026-03-02T08:00:12+08:00", 1_772_409_612_000
CYCLE = {
    "device": "S1",
    "at": AT,
    "kind": "signal",
    "working": True,
    "cycle_s": 120,
    "green_s": 45,
    "passed": 30,
    "stops": 12,
    "queue_m": 84,
}
SCREEN = {
    "device": "V1",
    "at": AT,
    "kind": "screen",
    "working": True,
    "message_at": "2026-03-02T07:50:00+08:00",
}
OF_A_SIGNAL = ("cycle_s", "green_s", "passed", "stops", "queue_m")


item_of = partial(gateway_stories.item_of, FEED)


def test_a_cycle_of_a_signal_has_no_message() -> None:
    assert item_of(CYCLE) == {
        "event_id": f"city:S1:{AT_MS}",
        "entity_id": "S1",
        "area_id": None,
        "event_time": AT_MS,
        "quality": "good",
        "source_version": 0,
        "kind": "signal",
        "working": 1,
        "cycle_s": 120,
        "green_s": 45,
        "passed": 30,
        "stops": 12,
        "queue_m": 84,
        "message_age_s": None,
    }


def test_a_screen_has_the_age_of_its_message_and_no_cycle() -> None:
    found = item_of(SCREEN, **{name: CYCLE[name] for name in OF_A_SIGNAL})

    assert found["message_age_s"] == 612
    assert {found[name] for name in OF_A_SIGNAL} == {None}
    assert "message_at" not in found


@pytest.mark.parametrize(
    ("message_at", "age_s"), [(AT, 0), ("2026-03-02T08:00:11.001+08:00", 0), (None, None)]
)
def test_a_message_is_as_old_as_its_whole_seconds_and_a_dark_screen_has_none(
    message_at: str | None, age_s: int | None
) -> None:
    assert item_of(SCREEN, message_at=message_at)["message_age_s"] == age_s


@pytest.mark.parametrize("reading", [CYCLE, SCREEN])
def test_what_does_not_work_has_neither_cycle_nor_message(reading: dict[str, Any]) -> None:
    found = item_of(reading, working=False)

    assert found["working"] == 0
    assert {found[name] for name in (*OF_A_SIGNAL, "message_age_s")} == {None}


def test_stops_and_queues_need_not_be_measured() -> None:
    found = item_of(CYCLE, stops=None, queue_m=None)

    assert (found["stops"], found["queue_m"], found["passed"]) == (None, None, 30)


def test_all_of_a_cycle_may_be_green() -> None:
    assert item_of(CYCLE, green_s=120)["green_s"] == 120


@pytest.mark.parametrize(
    ("reading", "said", "why"),
    [
        (CYCLE, {"green_s": 121}, RejectReason.OUT_OF_RANGE),
        (CYCLE, {"green_s": None}, RejectReason.MISSING_VALUE),
        (CYCLE, {"cycle_s": 0}, RejectReason.OUT_OF_RANGE),
        (CYCLE, {"passed": "many"}, RejectReason.BAD_VALUE),
        (CYCLE, {"kind": "lamp"}, RejectReason.BAD_VALUE),
        (CYCLE, {"working": None}, RejectReason.MISSING_VALUE),
        (SCREEN, {"working": "yes"}, RejectReason.BAD_VALUE),
        (SCREEN, {"message_at": "2026-03-02T08:00:13+08:00"}, RejectReason.OUT_OF_RANGE),
        (SCREEN, {"message_at": "this morning"}, RejectReason.BAD_TIME),
        (SCREEN, {"device": None}, RejectReason.MISSING_ENTITY),
    ],
)
def test_what_cannot_be_an_event_says_why(
    reading: dict[str, Any], said: dict[str, Any], why: RejectReason
) -> None:
    found = item_of(reading, **said)

    assert isinstance(found, Rejected)
    assert found.reason is why
