"""What do figures that departments report as JSON become?"""

import json
from typing import Any

import pytest

from feeds.decoding import Raw, Rejected, RejectReason
from feeds.reported_gateway import FEED

READING = {
    "figure": "grain-output:simcity/north",
    "at": "2026-03-10T17:05:00+08:00",
    "period": "2026-02-01",
    "value": "12.5",
    "department": "农业农村局",
    "due_at": "2026-03-10T17:05:00+08:00",
}


def decoded(**changes: Any) -> Any:
    body = {name: value for name, value in (READING | changes).items() if value is not None}
    (item,) = FEED.decode(Raw(FEED.name, json.dumps(body).encode(), {}, 0, "simulator", "run", 0))
    return item


def test_a_figure_that_is_signed_off_in_the_last_millisecond_is_in_time() -> None:
    assert decoded() == {
        "event_id": "figure:grain-output:simcity/north:2026-02-01:1773133500000",
        "entity_id": "grain-output:simcity/north",
        "area_id": None,
        "event_time": 1_773_133_500_000,
        "quality": "good",
        "source_version": 0,
        "period": "2026-02-01",
        "department": "农业农村局",
        "value_micro": 12_500_000,
        "in_time": 1,
    }


@pytest.mark.parametrize(
    ("due_at", "in_time"), [("2026-03-10T17:04:59.999+08:00", 0), ("2026-03-31T00:00:00Z", 1), (None, None)]
)
def test_a_figure_is_held_to_its_own_due_date(due_at: str | None, in_time: int | None) -> None:
    assert decoded(due_at=due_at)["in_time"] == in_time


@pytest.mark.parametrize(
    ("value", "micro"),
    [
        ("0.1", 100_000),
        ("-0.000001", -1),
        ("-3", -3_000_000),
        ("1000000000", 10**15),
        ("123456789.123456", 123_456_789_123_456),
    ],
)
def test_a_value_is_exact_to_its_sixth_decimal(value: str, micro: int) -> None:
    assert decoded(value=value)["value_micro"] == micro


def test_a_correction_is_a_higher_version_of_the_same_figure() -> None:
    first, second = decoded(), decoded(value="12.7", version=1)

    assert second["event_id"] == first["event_id"]
    assert (second["source_version"], second["value_micro"]) == (1, 12_700_000)


def test_two_periods_that_are_signed_off_together_are_two_figures() -> None:
    assert decoded()["event_id"] != decoded(period="2026-01-01")["event_id"]


def test_who_signed_is_not_in_an_event() -> None:
    assert decoded(signed_by="Zhao", phone="13800000000") == decoded()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"value": 12.5}, RejectReason.BAD_VALUE),
        ({"value": "12.5000001"}, RejectReason.BAD_VALUE),
        ({"value": "1,250"}, RejectReason.BAD_VALUE),
        ({"value": "1e3"}, RejectReason.BAD_VALUE),
        ({"value": ".5"}, RejectReason.BAD_VALUE),
        ({"value": ""}, RejectReason.MISSING_VALUE),
        ({"value": None}, RejectReason.MISSING_VALUE),
        ({"value": "1000000000.000001"}, RejectReason.OUT_OF_RANGE),
        ({"period": None}, RejectReason.MISSING_TIME),
        ({"period": "2026-02-30"}, RejectReason.BAD_TIME),
        ({"period": "2026-W09-1"}, RejectReason.BAD_TIME),
        ({"period": 20260201}, RejectReason.BAD_TIME),
        ({"department": None}, RejectReason.MISSING_ENTITY),
        ({"at": None}, RejectReason.MISSING_TIME),
        ({"due_at": "2026-03-10"}, RejectReason.BAD_TIME),
        ({"figure": None}, RejectReason.MISSING_ENTITY),
    ],
)
def test_a_figure_that_cannot_be_is_rejected_and_says_why(changes: dict[str, Any], reason: str) -> None:
    item = decoded(**changes)

    assert isinstance(item, Rejected)
    assert item.reason is reason
