"""What does a row of the San Francisco dispatch system become?"""

from datetime import UTC, datetime
from typing import Any

import pytest

from feeds.decoding import Raw, Rejected, RejectReason
from feeds.san_francisco_fire import decode

Items = list[Any]

HEADER = (
    "Call Number,Unit ID,Call Type,Received DtTm,Entry DtTm,Dispatch DtTm,Response DtTm,On Scene DtTm,"
    "Transport DtTm,Hospital DtTm,Available DtTm,Address,Battalion,Final Priority\n"
)
STAMPS = {
    "received": "12/31/2016 11:57:56 PM",
    "entered": "12/31/2016 11:59:31 PM",
    "dispatched": "12/31/2016 11:59:42 PM",
    "en_route": "01/01/2017 12:01:47 AM",
    "arrived": "01/01/2017 12:04:18 AM",
    "transport": "",
    "hospital": "",
    "available": "01/01/2017 12:24:11 AM",
}


def row(call: str = "163664050", unit: str = "E39", **stamps: str) -> str:
    times = ",".join({**STAMPS, **stamps}.values())
    return f"{call},{unit},Medical Incident,{times},0 Block of BALCETA AVE,B08,3\n"


def poll(*rows: str, header: str = HEADER) -> Items:
    payload = (header + "".join(rows)).encode()
    return list(decode(Raw("san-francisco-fire", payload, {}, 0, "san-francisco-fire", "run", 0)))


def reasons(items: Items) -> list[str]:
    return [item.reason if isinstance(item, Rejected) else item["stage"] for item in items]


def test_each_stamp_that_is_present_is_one_stage() -> None:
    assert reasons(poll(row())) == ["received", "entered", "dispatched", "en_route", "arrived", "available"]


def test_times_are_civil_times_of_san_francisco() -> None:
    received, *_, available = poll(row())

    assert received["event_time"] == int(datetime(2017, 1, 1, 7, 57, 56, tzinfo=UTC).timestamp() * 1000)
    assert available["event_time"] == int(datetime(2017, 1, 1, 8, 24, 11, tzinfo=UTC).timestamp() * 1000)


def test_receiving_belongs_to_the_incident_and_arriving_to_a_unit() -> None:
    items = {item["stage"]: item for item in poll(row())}

    assert items["received"]["unit_id"] is None
    assert items["received"]["event_id"] == "sf:163664050:received"
    assert items["arrived"]["unit_id"] == "E39"
    assert items["arrived"]["event_id"] == "sf:163664050:E39:arrived"
    assert items["arrived"]["area_id"] == "san-francisco/B08"


def test_two_units_of_a_call_tell_its_receiving_under_one_id() -> None:
    items = poll(row(unit="E39"), row(unit="M12"))

    received = [item["event_id"] for item in items if item["stage"] == "received"]
    assert received == ["sf:163664050:received"] * 2
    assert len({item["event_id"] for item in items if item["stage"] == "arrived"}) == 2


def test_no_address_is_carried() -> None:
    assert not any("BALCETA" in str(value) for item in poll(row()) for value in item.values())


def test_a_row_without_its_beginning_is_rejected_as_one_item() -> None:
    assert reasons(poll(row(received=""), row())) == [RejectReason.MISSING_TIME, *reasons(poll(row()))]


def test_a_row_with_an_unreadable_beginning_is_rejected_as_one_item() -> None:
    assert reasons(poll(row(received="2016-12-31 23:57"))) == [RejectReason.BAD_TIME]


@pytest.mark.parametrize(
    "stamp", ["01/01/2017 13:04:18 AM", "01/01/2017 12:60:18 AM", "02/30/2017 12:04:18 AM", "soon"]
)
def test_one_bad_stamp_does_not_take_the_others_with_it(stamp: str) -> None:
    stages = ["received", "entered", "dispatched", "en_route", RejectReason.BAD_TIME, "available"]
    assert reasons(poll(row(arrived=stamp))) == stages


def test_an_hour_that_the_clock_jumped_over_is_a_bad_time() -> None:
    assert reasons(poll(row(arrived="03/12/2017 02:30:00 AM")))[4] == RejectReason.BAD_TIME


def test_a_row_without_a_call_number_is_rejected() -> None:
    assert reasons(poll(row(call=""))) == [RejectReason.MISSING_ENTITY]


def test_stages_of_a_unit_without_a_name_are_rejected_and_the_incidents_own_stay() -> None:
    assert reasons(poll(row(unit="")))[:3] == ["received", "entered", RejectReason.MISSING_ENTITY]


@pytest.mark.parametrize("header", ["", HEADER.replace("Received DtTm", "Received")])
def test_without_its_header_nothing_can_be_read(header: str) -> None:
    assert reasons(poll(row(), header=header)) == [RejectReason.UNREADABLE]
