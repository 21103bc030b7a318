"""What do covers, lights, drains and pipes report, and what of it is measured?"""

import json
from typing import Any

import pytest

from feeds.decoding import Raw, Rejected, RejectReason
from feeds.directory import decode

AT = "2026-03-02T08:00:00+08:00"
COVER = {"facility": "F1", "at": AT, "step": "reading", "kind": "cover", "faulty": True}
DRAIN = {**COVER, "kind": "drain", "faulty": False, "depth_m": 0.151}
PIPE = {**COVER, "kind": "gas", "faulty": False, "pressure_kpa": 2.5}
REPAIR = {
    **COVER,
    "step": "repaired",
    "opened_at": "2026-03-02T05:00:00+08:00",
    "due_at": "2026-03-02T08:00:00+08:00",
}


def only(said: dict[str, Any]) -> Any:
    (item,) = decode(Raw("city-gateway-facility", json.dumps(said).encode(), {}, 0, "test", "run", 0))
    return item


def test_a_cover_says_only_whether_it_is_in_order() -> None:
    event = only(COVER)

    assert (event["fault"], event["depth_mm"], event["pressure_pa"]) == (1, None, None)
    assert only({**COVER, "faulty": False})["fault"] == 0


def test_drains_measure_depths_and_pipes_pressures() -> None:
    assert (only(DRAIN)["depth_mm"], only(DRAIN)["pressure_pa"]) == (151, None)
    assert (only(PIPE)["depth_mm"], only(PIPE)["pressure_pa"]) == (None, 2_500)
    assert only({**PIPE, "depth_m": 3.0})["depth_mm"] is None


def test_what_a_faulty_sensor_measures_is_left_out() -> None:
    event = only({**DRAIN, "faulty": True, "depth_m": 9.9})

    assert (event["fault"], event["depth_mm"]) == (1, None)


@pytest.mark.parametrize(("due_at", "in_time"), [(AT, 1), ("2026-03-02T07:59:59.999+08:00", 0), (None, None)])
def test_a_repair_carries_its_time_and_whether_that_was_in_time(
    due_at: str | None, in_time: int | None
) -> None:
    event = only({**REPAIR, "due_at": due_at})

    assert (event["repair_s"], event["in_time"], event["fault"]) == (10_800, in_time, None)


def test_a_reading_and_a_repair_of_one_moment_are_two_events() -> None:
    assert only(COVER)["event_id"] != only(REPAIR)["event_id"]


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({**COVER, "faulty": None}, RejectReason.MISSING_VALUE),
        ({**COVER, "faulty": 1}, RejectReason.BAD_VALUE),
        ({**COVER, "kind": "bench"}, RejectReason.BAD_VALUE),
        ({**COVER, "step": "broken"}, RejectReason.BAD_VALUE),
        ({**DRAIN, "depth_m": None}, RejectReason.MISSING_VALUE),
        ({**DRAIN, "depth_m": -0.001}, RejectReason.OUT_OF_RANGE),
        ({**PIPE, "pressure_kpa": None}, RejectReason.MISSING_VALUE),
        ({**REPAIR, "opened_at": None}, RejectReason.MISSING_TIME),
        ({**REPAIR, "opened_at": "2026-03-02T08:00:01+08:00"}, RejectReason.OUT_OF_RANGE),
    ],
)
def test_a_message_that_says_nothing_of_use_says_why(said: dict[str, Any], reason: RejectReason) -> None:
    item = only(said)

    assert isinstance(item, Rejected)
    assert item.reason is reason


def test_a_reported_fault_names_its_order_and_its_deadline_and_measures_nothing() -> None:
    reported = {**COVER, "step": "reported", "order": "o-7", "due_at": "2026-04-01T12:00:00+08:00"}
    event = only(reported)

    assert (event["step"], event["order_id"], event["fault"]) == ("reported", "o-7", None)
    assert event["due_time"] == 1_775_016_000_000
    assert only({**reported, "order": "o-8"})["event_id"] != event["event_id"]
    assert only({**reported, "order": None})["order_id"] is None
