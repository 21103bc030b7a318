"""What does a charging station say in the words of OCPP, 1.6 or 2.0.1?

A record is one call in JSON, `[2, id, action, {...}]`, as the station sent it to its central system. The transport
names the station as context `station`, or the call does as `chargePoint`. Of 1.6 the calls StatusNotification,
MeterValues and StopTransaction are read, of 2.0.1 StatusNotification.

A status has its own time, or else that of its receipt (context `received_at`, as the protocol assumes). Stations send
a status when it changes: shares of time are right where the central system asks for it at an even pace
(TriggerMessage), because every reading counts once. A meter's register is kept and never summed: energy is that of an
interval, or of a session that tells its register at Transaction.Begin, too.
Who charges (idTag, idToken), what a vendor adds and where a value was measured never reach an event.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

import orjson

from feeds.charging_report import (
    INTERVAL_WH,
    REGISTER_WH,
    SESSION_S,
    SESSION_WH,
    demand_something,
    state_fields,
)
from feeds.civil_time import SECOND_MS, instant_with_offset
from feeds.decoding import Event, Feed, Item, Raw, Rejected, RejectReason, UnfitError, each, name_of, shown
from feeds.gateway import count_of
from feeds.json_payload import demand_object
from feeds.quantities import scaled

STATION, RECEIVED_AT = "station", "received_at"
_CALL = 2
_CONNECTORS = (0, 10_000)
_TRANSACTIONS = (-(2**31), 2**53)

STATES_16 = {
    "Available": "available",
    "Preparing": "occupied",
    "Charging": "charging",
    "SuspendedEVSE": "occupied",
    "SuspendedEV": "occupied",
    "Finishing": "occupied",
    "Reserved": "reserved",
    "Unavailable": "unavailable",
    "Faulted": "faulted",
}
STATES_201 = {
    "Available": "available",
    "Occupied": "occupied",
    "Reserved": "reserved",
    "Unavailable": "unavailable",
    "Faulted": "faulted",
}
_REGISTER = "Energy.Active.Import.Register"
_INTERVAL = "Energy.Active.Import.Interval"
_WH = {"Wh": 1, "kWh": 1_000}


class _Call(NamedTuple):
    """Whose call it is, when it was received as far as the transport says, and what it tells."""

    station: str
    received_at: str | None
    body: Mapping[str, Any]

    def instant(self, value: object) -> int:
        """A time of the call, or else that of its receipt. Raises UnfitError."""
        return instant_with_offset(self.received_at if value is None else value, f"{self.station}: timestamp")

    def event(self, identity: str, event_time: int, kind: str) -> Event:
        """The head of an event."""
        return {
            "event_id": f"ocpp:{self.station}:{identity}",
            "entity_id": self.station,
            "area_id": None,
            "event_time": event_time,
            "quality": "good",
            "kind": kind,
        }


def _status(call: _Call) -> Event:
    body = call.body
    newer = "connectorStatus" in body
    states, word = (STATES_201, body.get("connectorStatus")) if newer else (STATES_16, body.get("status"))
    if not isinstance(word, str) or word not in states:
        raise UnfitError(RejectReason.BAD_VALUE, f"{call.station}: no connector is {shown(word)}")
    connector = _connector(call, body)
    event_time = call.instant(body.get("timestamp"))
    # A connector that changes twice within a millisecond has told two things.
    head = call.event(f"{connector or 0}:{event_time}:{word}", event_time, "reading")
    fields = state_fields(states[word], connector, tells_charging=not newer)
    return {**head, "connector": connector, **fields}


def _connector(call: _Call, body: Mapping[str, Any]) -> str | None:
    """`2`, or `1-2` where the station has several EVSEs; None of the station itself, which is number 0."""
    number = count_of(body.get("connectorId"), _CONNECTORS, f"{call.station}: connectorId")
    if "evseId" not in body:
        return str(number) if number else None
    evse = count_of(body.get("evseId"), _CONNECTORS, f"{call.station}: evseId")
    return f"{evse}-{number}" if evse else None


def _meter(call: _Call, value: object) -> Event:
    """The event of one meter value of a connector."""
    meter = demand_object(value, "a meter value")
    connector = _connector(call, call.body)
    event_time = call.instant(meter.get("timestamp"))
    energy = _energy(call, meter, _INTERVAL, INTERVAL_WH)
    register = _energy(call, meter, _REGISTER, REGISTER_WH)
    head = call.event(f"{connector or 0}:{event_time}:meter", event_time, "reading")
    return demand_something({**head, "connector": connector, "energy_wh": energy, "register_wh": register})


def _session(call: _Call) -> Event:
    """The event of a transaction that has ended. Raises UnfitError(OUT_OF_RANGE) where it ended before it began."""
    body = call.body
    number = count_of(body.get("transactionId"), _TRANSACTIONS, f"{call.station}: transactionId")
    ended = call.instant(body.get("timestamp"))
    stop = count_of(body.get("meterStop"), REGISTER_WH, f"{call.station}: meterStop")
    event: Event = {**call.event(f"transaction:{number}", ended, "session"), "connector": None}
    told = body.get("transactionData")
    for value in told if isinstance(told, list) else ():
        begin = demand_object(value, "a meter value")
        start = _energy(call, begin, _REGISTER, REGISTER_WH, context="Transaction.Begin")
        if start is not None:
            length_s = (ended - call.instant(begin.get("timestamp"))) // SECOND_MS
            what = f"{call.station}: transaction {number}"
            event["session_wh"] = count_of(stop - start, SESSION_WH, f"{what}: energy")
            event["session_s"] = count_of(length_s, SESSION_S, f"{what}: length")
    return event


def _energy(
    call: _Call, meter: Mapping[str, Any], measurand: str, limits: tuple[int, int], context: str | None = None
) -> int | None:
    """Watt-hours of a measurand of all phases together; None where the meter value has none of that context."""
    sampled = meter.get("sampledValue")
    if not isinstance(sampled, list):
        raise UnfitError(RejectReason.MISSING_VALUE, f"{call.station}: a meter value without sampled values")
    for item in sampled:
        value = demand_object(item, "a sampled value")
        wanted = value.get("measurand", _REGISTER) == measurand and "phase" not in value
        if not wanted or (context is not None and value.get("context") != context):
            continue
        per_unit = _WH.get(str(value.get("unit", "Wh")))
        if per_unit is None or value.get("format") == "SignedData":
            raise UnfitError(RejectReason.BAD_VALUE, f"{call.station}: {shown(value)} is no plain energy")
        return scaled(str(value.get("value")), per_unit, limits, f"{call.station}: {measurand}")
    return None


def _call(raw: Raw) -> tuple[str, _Call]:
    """The action of a record, and the call. Raises UnfitError."""
    try:
        frame = orjson.loads(raw.payload)
    except orjson.JSONDecodeError as error:
        raise UnfitError(RejectReason.UNREADABLE, f"the payload is not JSON: {error}") from error
    if not isinstance(frame, list) or len(frame) != 4 or frame[0] != _CALL:
        raise UnfitError(RejectReason.UNREADABLE, "the payload is no call [2, id, action, {...}]")
    body = demand_object(frame[3], "what the call tells")
    station = name_of(raw.context.get(STATION) or body.get("chargePoint"), "station")
    return str(frame[2]), _Call(station, raw.context.get(RECEIVED_AT), body)


def _meter_values(call: _Call) -> list[Item]:
    values = call.body.get("meterValue")
    if not isinstance(values, list) or not values:
        return [Rejected(RejectReason.MISSING_VALUE, f"{call.station}: MeterValues without a value")]
    return each(values, lambda value: _meter(call, value))


_ITEMS: Mapping[str, Callable[[_Call], list[Item]]] = {
    "StatusNotification": lambda call: each([call], _status),
    "MeterValues": _meter_values,
    "StopTransaction": lambda call: each([call], _session),
}


def decode(raw: Raw) -> Iterable[Item]:
    """One item for each status, meter value or ended transaction; a rejection of calls that tell none of them."""
    try:
        action, call = _call(raw)
    except UnfitError as error:
        return [error.rejected]
    items = _ITEMS.get(action)
    if items is None:
        message = f"{call.station}: {shown(action)} tells nothing that is counted"
        return [Rejected(RejectReason.MISSING_VALUE, message)]
    return items(call)


FEED = Feed("ocpp", "charging", "Charging stations in OCPP 1.6 and 2.0.1, JSON", decode)
