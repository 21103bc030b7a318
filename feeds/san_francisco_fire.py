"""How far is each call of the San Francisco Fire Department, and each unit on it?

A poll gives a header and rows, one row for each unit on a call. Stamps that have not happened yet are empty, and the
row comes again with more of them; so one stamp is seen many times, always under the same event id.
Addresses and positions stay behind: no indicator needs them.
"""

from collections.abc import Iterable

from feeds.csv_rows import Fields, rows_of
from feeds.decoding import Event, Feed, Item, Raw, Rejected, UnfitError, name_of
from feeds.us_stamps import instant_in, instant_of_stamp

ZONE = "America/Los_Angeles"
STAGES = {
    "Received DtTm": "received",
    "Entry DtTm": "entered",
    "Dispatch DtTm": "dispatched",
    "Response DtTm": "en_route",
    "On Scene DtTm": "arrived",
    "Transport DtTm": "transport",
    "Hospital DtTm": "hospital",
    "Available DtTm": "available",
}
INCIDENT_STAGES = frozenset({"received", "entered"})
"""Stages of the incident itself; the others belong to one unit."""

COLUMNS = ("Call Number", "Unit ID", "Battalion", "Call Type", "Final Priority", *STAGES)


def instant_of(stamp: str) -> int:
    """When `MM/DD/YYYY hh:mm:ss AM` was in San Francisco. Raises ValueError."""
    return instant_of_stamp(stamp, ZONE)


def _instant(stamp: str, what: str) -> int:
    return instant_in(stamp, ZONE, what)


def _stage(fields: Fields, stage: str, stamp: str) -> Event:
    call, battalion = fields[0].strip(), fields[2].strip()
    if stage in INCIDENT_STAGES:
        unit, event_id = None, f"sf:{call}:{stage}"
    else:
        unit = name_of(fields[1], f"call {call}: unit at stage {stage}")
        event_id = f"sf:{call}:{unit}:{stage}"
    return {
        "event_id": event_id,
        "entity_id": call,
        "area_id": f"san-francisco/{battalion}" if battalion else "san-francisco",
        "event_time": _instant(stamp, f"call {call}: stage {stage}"),
        "quality": "good",
        "unit_id": unit,
        "stage": stage,
        "incident_type": fields[3] or None,
        "priority": fields[4] or None,
    }


def _row(fields: Fields | Rejected) -> Iterable[Item]:
    """One item for each stamp of a row; one rejection for a row without a call or without its beginning."""
    if isinstance(fields, Rejected):
        yield fields
        return
    stamps = dict(zip(STAGES.values(), fields[5:], strict=True))
    try:
        call = name_of(fields[0], "Call Number")
        _instant(stamps["received"], f"call {call}: Received DtTm")
    except UnfitError as error:
        yield error.rejected
        return
    for stage, stamp in stamps.items():
        if stamp:
            try:
                yield _stage(fields, stage, stamp)
            except UnfitError as error:
                yield error.rejected


def decode(raw: Raw) -> Iterable[Item]:
    """One item for each stamp that is present."""
    try:
        rows = rows_of(raw.payload, COLUMNS)
    except UnfitError as error:
        return [error.rejected]
    return [item for fields in rows for item in _row(fields)]


FEED = Feed(
    "san-francisco-fire", "emergency", "San Francisco fire and ambulance calls", decode, ZONE, "WGS-84"
)
