"""What do readings of collection points become, kind by kind, and what of a household stays behind?"""

import json
from typing import Any

import pytest

from feeds.decoding import Raw, Rejected, RejectReason
from feeds.waste_gateway import FEED

HEAD = {"point": "point-east-1", "at": "2026-03-02T08:00:00+08:00"}
AUDIT = {"kind": "audit", "audited_kg": 5.4, "right_kg": 4.1}
MEASURED = ("fill_permille", "audited_g", "right_g", "collected_g", "households", "took_part")


def decoded(*readings: dict[str, Any]) -> list[Any]:
    body = json.dumps({"readings": [{**HEAD, **reading} for reading in readings]}).encode()
    return list(FEED.decode(Raw(FEED.name, body, {}, 0, "simulator", "run", 0)))


@pytest.mark.parametrize(
    ("reading", "measured"),
    [
        ({"kind": "fill", "fill_percent": 79.9}, {"fill_permille": 799}),
        (AUDIT, {"audited_g": 5_400, "right_g": 4_100}),
        ({"kind": "weighing", "collected_kg": 312.5}, {"collected_g": 312_500}),
        ({"kind": "participation", "households": 200, "took_part": 0}, {"households": 200, "took_part": 0}),
    ],
)
def test_a_reading_is_about_its_kind_alone(reading: dict[str, Any], measured: dict[str, int]) -> None:
    (event,) = decoded({"fill_percent": 10, **reading, "collected_kg": reading.get("collected_kg", 1)})

    assert {name: event[name] for name in MEASURED if event[name] is not None} == measured


def test_a_mass_that_a_spreadsheet_wrote_is_the_gram_that_was_weighed() -> None:
    (event,) = decoded({**AUDIT, "audited_kg": 5.3999999999999995})

    assert event["audited_g"] == 5_400


def test_two_bags_of_one_audit_are_two_events_and_the_same_bag_again_is_the_same() -> None:
    first, second, again = decoded({**AUDIT, "sample": 1}, {**AUDIT, "sample": 2}, {**AUDIT, "sample": 1})

    assert first["event_id"] == again["event_id"] != second["event_id"]


def test_a_fill_level_and_an_audit_of_one_moment_are_two_events() -> None:
    audit, fill = decoded(AUDIT, {"kind": "fill", "fill_percent": 3})

    assert audit["event_id"] != fill["event_id"]


def test_the_household_of_a_bag_is_not_in_its_event() -> None:
    assert decoded({**AUDIT, "household": "3-1-502", "bag_code": "QR-77"}) == decoded(AUDIT)


@pytest.mark.parametrize(
    ("reading", "reason"),
    [
        ({"kind": "burning"}, RejectReason.BAD_VALUE),
        ({"kind": None}, RejectReason.MISSING_VALUE),
        ({"kind": "fill"}, RejectReason.MISSING_VALUE),
        ({"kind": "fill", "fill_percent": 100.1}, RejectReason.OUT_OF_RANGE),
        ({"kind": "fill", "fill_percent": "full"}, RejectReason.BAD_VALUE),
        ({**AUDIT, "right_kg": None}, RejectReason.MISSING_VALUE),
        ({**AUDIT, "right_kg": 5.401}, RejectReason.OUT_OF_RANGE),
        ({**AUDIT, "audited_kg": 0, "right_kg": 0}, RejectReason.OUT_OF_RANGE),
        ({**AUDIT, "sample": -1}, RejectReason.OUT_OF_RANGE),
        ({"kind": "participation", "households": 10, "took_part": 11}, RejectReason.OUT_OF_RANGE),
        ({**AUDIT, "at": None}, RejectReason.MISSING_TIME),
    ],
)
def test_a_reading_that_cannot_be_is_rejected_and_says_why(reading: dict[str, Any], reason: str) -> None:
    (item,) = decoded(reading)

    assert isinstance(item, Rejected)
    assert item.reason is reason


def test_everything_that_was_audited_may_be_right() -> None:
    (event,) = decoded({**AUDIT, "right_kg": 5.4})

    assert event["right_g"] == event["audited_g"] == 5_400
