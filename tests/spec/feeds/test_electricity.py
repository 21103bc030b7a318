"""What do the readings of meters and grid equipment become?"""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from feeds import electricity_gateway, smart_grid_meters
from feeds.decoding import Feed, Raw, Rejected, RejectReason
from feeds.pseudonyms import pseudonym

AT = "2026-03-02T08:00:00.000+08:00"
AT_MS = int(datetime(2026, 3, 2, tzinfo=UTC).timestamp() * 1000)
ENERGY = {"asset": "pv-1", "kind": "pv", "at": AT, "covered_s": 900, "energy_kwh": 12.345}
STATE = {"asset": "tr-1", "kind": "transformer", "at": AT, "covered_s": 900, "out_s": 900, "outages": 1}
HEADER = "customer_id,reading_datetime,general_supply_kwh\n"


def items_of(feed: Feed, payload: bytes) -> list[Any]:
    return list(feed.decode(Raw(feed.name, payload, {}, 0, "x", "run", 0)))


def told(reading: dict[str, Any]) -> Any:
    (item,) = items_of(electricity_gateway.FEED, json.dumps(reading).encode())
    return item.reason if isinstance(item, Rejected) else item


def half_hour(row: str) -> Any:
    (item,) = items_of(smart_grid_meters.FEED, (HEADER + row).encode())
    return item.reason if isinstance(item, Rejected) else item


def test_an_energy_is_of_the_span_that_begins_at_its_time() -> None:
    event = told(ENERGY)

    assert (event["event_time"], event["covered_s"], event["energy_wh"]) == (AT_MS, 900, 12_345)
    assert (event["out_s"], event["outages"]) == (None, None)


def test_equipment_may_be_dead_for_all_of_its_span_and_not_for_longer() -> None:
    assert (told(STATE)["out_s"], told(STATE)["outages"]) == (900, 1)
    assert told({**STATE, "out_s": 901}) == RejectReason.OUT_OF_RANGE


@pytest.mark.parametrize(
    ("reading", "expected"),
    [
        ({**ENERGY, "energy_kwh": None}, RejectReason.MISSING_VALUE),
        ({**ENERGY, "energy_kwh": -0.001}, RejectReason.OUT_OF_RANGE),
        ({**ENERGY, "covered_s": None}, RejectReason.MISSING_VALUE),
        ({**ENERGY, "covered_s": 0}, RejectReason.OUT_OF_RANGE),
        ({**ENERGY, "kind": "kite"}, RejectReason.BAD_VALUE),
        ({**STATE, "outages": None}, RejectReason.MISSING_VALUE),
        ({**STATE, "out_s": None}, RejectReason.MISSING_VALUE),
    ],
)
def test_a_bad_reading_is_rejected_with_its_reason(reading: dict[str, Any], expected: RejectReason) -> None:
    assert told(reading) == expected


def test_the_half_hour_of_a_home_is_that_of_its_meter_and_of_no_customer() -> None:
    event = half_hour("10006414,2013-06-01 00:30:00,0.049\n")

    assert event == {
        "event_id": f"sgsc:{event['entity_id']}:1370010600",
        "entity_id": pseudonym("meter", "10006414"),
        "area_id": None,
        "event_time": 1_370_010_600_000,
        "quality": "good",
        "kind": "meter",
        "covered_s": 1_800,
        "energy_wh": 49,
    }
    assert "10006414" not in str(event)


def test_the_last_digits_of_a_double_are_not_an_energy() -> None:
    assert half_hour("7,2013-06-01 00:30:00,0.043999999999999997\n")["energy_wh"] == 44


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("10006414,2013-06-01 00:30:00,\n", RejectReason.MISSING_VALUE),
        ("10006414,2013-06-01 00:30:00,low\n", RejectReason.BAD_VALUE),
        ("10006414,2013-06-01 00:30:00,-0.1\n", RejectReason.OUT_OF_RANGE),
        ("10006414,,0.049\n", RejectReason.MISSING_TIME),
        ("10006414,2013-06-31 00:30:00,0.049\n", RejectReason.BAD_TIME),
        (",2013-06-01 00:30:00,0.049\n", RejectReason.MISSING_ENTITY),
        ("10006414,2013-06-01 00:30:00\n", RejectReason.UNREADABLE),
    ],
)
def test_a_bad_half_hour_is_rejected_with_its_reason(row: str, expected: RejectReason) -> None:
    assert half_hour(row) == expected


@pytest.mark.parametrize("payload", [b"", HEADER.encode(), HEADER[:20].encode()])
def test_what_is_no_poll_of_meters_is_unreadable(payload: bytes) -> None:
    (item,) = items_of(smart_grid_meters.FEED, payload)

    assert item.reason is RejectReason.UNREADABLE


def test_a_pseudonym_is_the_same_at_every_time_and_another_in_another_register() -> None:
    assert pseudonym("meter", "1") == pseudonym("meter", "1")
    assert pseudonym("meter", "1") != pseudonym("meter", "2")
    assert pseudonym("meter", "1")[-16:] != pseudonym("enterprise", "1")[-16:]
