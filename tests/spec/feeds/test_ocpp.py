"""What does a call of OCPP become, in 1.6 and in 2.0.1?"""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from feeds.decoding import Raw, Rejected, RejectReason
from feeds.ocpp import STATES_16, STATES_201, decode

AT = "2026-03-02T08:00:12.500Z"
AT_MS = int(datetime(2026, 3, 2, 8, 0, 12, 500_000, tzinfo=UTC).timestamp() * 1000)
STATUS = {
    "connectorId": 2,
    "errorCode": "NoError",
    "status": "Charging",
    "timestamp": AT,
    "info": "VID:04A1",
    "vendorId": "Maker",
    "vendorErrorCode": "0x0",
}
STATUS_201 = {"timestamp": AT, "connectorStatus": "Occupied", "evseId": 1, "connectorId": 2}
BEGIN = {
    "timestamp": "2026-03-02T07:00:12Z",
    "sampledValue": [
        {"value": "21.5", "measurand": "Temperature", "unit": "Celsius"},
        {"value": "1000.25", "context": "Transaction.Begin", "unit": "kWh"},
    ],
}
STOP = {
    "idTag": "04A1B2C3",
    "meterStop": 1_008_030,
    "timestamp": "2026-03-02T08:30:12Z",
    "transactionId": 77,
    "reason": "EVDisconnected",
}


def sampled(**value: Any) -> dict[str, Any]:
    return {"connectorId": 1, "meterValue": [{"timestamp": AT, "sampledValue": [value]}]}


def call(action: str, body: dict[str, Any], context: dict[str, str] | None = None) -> list[Any]:
    payload = json.dumps([2, "19223201", action, body]).encode()
    return list(
        decode(Raw("ocpp", payload, {"station": "CP-7"} if context is None else context, 0, "x", "run", 0))
    )


def reason(action: str, body: dict[str, Any], context: dict[str, str] | None = None) -> str:
    (item,) = call(action, body, context)
    return item.reason if isinstance(item, Rejected) else "event"


def without(body: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in body.items() if name not in names}


def test_a_status_is_a_reading_of_its_connector() -> None:
    assert call("StatusNotification", STATUS) == [
        {
            "event_id": f"ocpp:CP-7:2:{AT_MS}:Charging",
            "entity_id": "CP-7",
            "area_id": None,
            "event_time": AT_MS,
            "quality": "good",
            "kind": "reading",
            "connector": "2",
            "state": "charging",
            "in_service": 1,
            "occupied": 1,
            "charging": 1,
            "faulted": 0,
        }
    ]


@pytest.mark.parametrize(
    ("word", "in_service", "occupied", "charging", "faulted"),
    [
        ("Available", 1, 0, 0, 0),
        ("Preparing", 1, 1, 0, 0),
        ("Charging", 1, 1, 1, 0),
        ("SuspendedEV", 1, 1, 0, 0),
        ("SuspendedEVSE", 1, 1, 0, 0),
        ("Finishing", 1, 1, 0, 0),
        ("Reserved", 1, 0, 0, 0),
        ("Unavailable", 0, 0, 0, 0),
        ("Faulted", 0, 0, 0, 1),
    ],
)
def test_every_status_of_1_6_says_who_is_served(
    word: str, in_service: int, occupied: int, charging: int, faulted: int
) -> None:
    (event,) = call("StatusNotification", {**STATUS, "status": word})

    counted = (event["in_service"], event["occupied"], event["charging"], event["faulted"])
    assert counted == (in_service, occupied, charging, faulted)


@pytest.mark.parametrize("word", STATES_201)
def test_a_status_of_2_0_1_never_says_whether_a_car_charges(word: str) -> None:
    (event,) = call("StatusNotification", {**STATUS_201, "connectorStatus": word})

    assert event["charging"] is None
    assert event["occupied"] == (word == "Occupied")
    assert event["faulted"] == (word == "Faulted")
    assert event["connector"] == "1-2"


def test_the_two_versions_are_told_apart_by_their_fields() -> None:
    assert set(STATES_201) - set(STATES_16) == {"Occupied"}
    assert reason("StatusNotification", {**STATUS, "status": "Occupied"}) == RejectReason.BAD_VALUE
    assert (
        reason("StatusNotification", {**STATUS_201, "connectorStatus": "Charging"}) == RejectReason.BAD_VALUE
    )


@pytest.mark.parametrize("body", [{**STATUS, "connectorId": 0}, {**STATUS_201, "evseId": 0}])
def test_a_status_of_the_station_itself_is_kept_and_counts_for_no_connector(body: dict[str, Any]) -> None:
    (event,) = call("StatusNotification", body)

    assert (event["connector"], event["state"] in ("charging", "occupied")) == (None, True)
    assert "faulted" not in event


def test_a_station_is_named_by_the_transport_or_else_by_the_call() -> None:
    (event,) = call("StatusNotification", {**STATUS, "chargePoint": "CP-8"}, {})

    assert event["entity_id"] == "CP-8"
    assert reason("StatusNotification", STATUS, {}) == RejectReason.MISSING_ENTITY
    assert reason("StatusNotification", {**STATUS, "chargePoint": 7}, {}) == RejectReason.MISSING_ENTITY


def test_a_status_without_a_time_is_of_its_receipt_and_never_of_no_time() -> None:
    received = {"station": "CP-7", "received_at": "2026-03-02T16:00:12.500+08:00"}
    (event,) = call("StatusNotification", without(STATUS, "timestamp"), received)

    assert event["event_time"] == AT_MS
    assert reason("StatusNotification", without(STATUS, "timestamp")) == RejectReason.MISSING_TIME


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"status": None}, RejectReason.BAD_VALUE),
        ({"status": ["Charging"]}, RejectReason.BAD_VALUE),
        ({"connectorId": None}, RejectReason.MISSING_VALUE),
        ({"connectorId": "2"}, RejectReason.BAD_VALUE),
        ({"connectorId": -1}, RejectReason.OUT_OF_RANGE),
        ({"timestamp": "2026-03-02T08:00:12"}, RejectReason.BAD_TIME),
        ({"timestamp": 1772438412}, RejectReason.BAD_TIME),
    ],
)
def test_a_bad_status_is_rejected_with_its_reason(changes: dict[str, Any], expected: RejectReason) -> None:
    assert reason("StatusNotification", {**STATUS, **changes}) == expected


@pytest.mark.parametrize(
    ("value", "energy_wh", "register_wh"),
    [
        ({"value": "583", "measurand": "Energy.Active.Import.Interval"}, 583, None),
        ({"value": "0.583", "measurand": "Energy.Active.Import.Interval", "unit": "kWh"}, 583, None),
        ({"value": "1008030"}, None, 1_008_030),
        ({"value": "1008.03", "unit": "kWh", "measurand": "Energy.Active.Import.Register"}, None, 1_008_030),
    ],
)
def test_the_energy_of_an_interval_is_counted_and_a_register_is_kept(
    value: dict[str, Any], energy_wh: int | None, register_wh: int | None
) -> None:
    (event,) = call("MeterValues", sampled(**value))

    assert (event["energy_wh"], event["register_wh"]) == (energy_wh, register_wh)
    assert (event["kind"], event["connector"], event["event_time"]) == ("reading", "1", AT_MS)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"value": "230.1", "measurand": "Voltage", "unit": "V"}, RejectReason.MISSING_VALUE),
        # One phase is not all of the energy.
        ({"value": "9", "measurand": "Energy.Active.Import.Interval", "phase": "L1"}, "missing_value"),
        ({"value": "9", "measurand": "Energy.Active.Import.Interval", "unit": "W"}, RejectReason.BAD_VALUE),
        ({"value": "AE12", "format": "SignedData"}, RejectReason.BAD_VALUE),
        ({"value": "much", "measurand": "Energy.Active.Import.Interval"}, RejectReason.BAD_VALUE),
        ({"value": "-3", "measurand": "Energy.Active.Import.Interval"}, RejectReason.OUT_OF_RANGE),
        ({"measurand": "Energy.Active.Import.Interval"}, RejectReason.BAD_VALUE),
    ],
)
def test_a_meter_value_without_a_plain_energy_is_rejected(value: dict[str, Any], expected: str) -> None:
    assert reason("MeterValues", sampled(**value)) == expected


def test_one_bad_meter_value_does_not_take_the_others_with_it() -> None:
    good = {"timestamp": AT, "sampledValue": [{"value": "5"}]}
    values = [good, 7, {"timestamp": AT}, {**good, "timestamp": "2026-03-02T08:05:12Z"}]

    items = call("MeterValues", {"connectorId": 1, "transactionId": 77, "meterValue": values})

    assert [item.reason if isinstance(item, Rejected) else item["register_wh"] for item in items] == [
        *(5, RejectReason.UNREADABLE, RejectReason.MISSING_VALUE, 5)
    ]


def test_a_transaction_that_tells_how_it_began_has_its_energy_and_length() -> None:
    (event,) = call("StopTransaction", {**STOP, "transactionData": [BEGIN]})

    assert event["event_id"] == "ocpp:CP-7:transaction:77"
    assert (event["kind"], event["session_wh"], event["session_s"]) == ("session", 7_780, 5_400)


def test_a_transaction_that_does_not_tell_how_it_began_is_a_session_without_them() -> None:
    (event,) = call("StopTransaction", STOP)

    assert event["kind"] == "session"
    assert not {"session_wh", "session_s"} & set(event)


def test_a_transaction_told_again_is_the_same_event() -> None:
    ((first,), (second,)) = call("StopTransaction", STOP), call("StopTransaction", {**STOP, "idTag": "OTHER"})

    assert first["event_id"] == second["event_id"]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"meterStop": 1_000_000}, RejectReason.OUT_OF_RANGE),
        ({"timestamp": "2026-03-02T06:59:12Z"}, RejectReason.OUT_OF_RANGE),
        ({"meterStop": None}, RejectReason.MISSING_VALUE),
        ({"transactionId": None}, RejectReason.MISSING_VALUE),
        ({"timestamp": None}, RejectReason.MISSING_TIME),
    ],
)
def test_a_transaction_that_cannot_be_is_rejected(changes: dict[str, Any], expected: RejectReason) -> None:
    assert reason("StopTransaction", {**STOP, "transactionData": [BEGIN], **changes}) == expected


@pytest.mark.parametrize(
    ("action", "body"),
    [
        ("StatusNotification", {**STATUS, "idTag": "04A1B2C3"}),
        ("StatusNotification", {**STATUS_201, "idToken": {"idToken": "04A1B2C3", "type": "ISO14443"}}),
        ("MeterValues", {**sampled(value="5", location="04A1B2C3"), "idTag": "04A1B2C3"}),
        ("StopTransaction", {**STOP, "transactionData": [BEGIN]}),
    ],
)
def test_nobody_who_charges_reaches_an_event(action: str, body: dict[str, Any]) -> None:
    (event,) = call(action, body)

    assert "04A1" not in json.dumps(event)
    assert "Maker" not in json.dumps(event)


@pytest.mark.parametrize(
    "payload",
    [
        *(b"", b"{}", b"7", b"[]", b'[2,"1","StatusNotification"]', b'[3,"1",{"status":"Accepted"},{}]'),
        *(b'[2,"1","StatusNotification",7]', b'[2,"1","StatusNo'),
    ],
)
def test_what_is_not_a_call_is_unreadable(payload: bytes) -> None:
    (item,) = decode(Raw("ocpp", payload, {"station": "CP-7"}, 0, "x", "run", 0))

    assert item.reason is RejectReason.UNREADABLE


@pytest.mark.parametrize("action", ["Heartbeat", "Authorize", "BootNotification", "DataTransfer"])
def test_a_call_that_tells_nothing_that_is_counted_is_put_aside_with_its_name(action: str) -> None:
    (item,) = call(action, {"idTag": "04A1B2C3"})

    assert item.reason is RejectReason.MISSING_VALUE
    assert action in item.message
    assert "04A1" not in item.message
