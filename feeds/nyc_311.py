"""How does each complaint of New York's 311 fare?

A poll gives a header and rows, one for each request; a row comes again when it is closed. Addresses, coordinates and
what was written of the resolution stay behind: counting needs the kind, the community board and the times.
"""

import re
from collections.abc import Iterable

from feeds.civil_time import SECOND_MS
from feeds.csv_rows import Fields, rows_of
from feeds.decoding import Event, Feed, Item, Raw, Rejected, RejectReason, UnfitError, name_of
from feeds.us_stamps import instant_in

ZONE = "America/New_York"
CITY = "new-york"
COLUMNS = ("Unique Key", "Complaint Type", "Community Board", "Created Date", "Closed Date", "Due Date")
_NOT_A_WORD = re.compile(r"[^0-9a-z]+")


def area_of(board: str) -> str:
    """Area of a community board as written; the city alone where none is named."""
    words = _NOT_A_WORD.sub("-", board.lower()).strip("-")
    return CITY if not words or words.startswith("0-") else f"{CITY}/{words}"


def _steps(fields: Fields | Rejected) -> Iterable[Item]:
    """That a request was opened and, where it says so, closed."""
    if isinstance(fields, Rejected):
        yield fields
        return
    try:
        key = name_of(fields[0], "Unique Key")
        kind = name_of(fields[1], f"request {key}: Complaint Type")
        opened_at = instant_in(fields[3], ZONE, f"request {key}: Created Date")
    except UnfitError as error:
        yield error.rejected
        return
    head = {"entity_id": key, "area_id": area_of(fields[2]), "quality": "good", "kind": kind}
    yield {**head, "event_id": f"nyc:{key}:opened", "event_time": opened_at, "step": "opened"}
    if fields[4].strip():
        try:
            yield {**head, "event_id": f"nyc:{key}:closed", **_closed(key, fields, opened_at)}
        except UnfitError as error:
            yield error.rejected


def _closed(key: str, fields: Fields, opened_at: int) -> Event:
    closed_at = instant_in(fields[4], ZONE, f"request {key}: Closed Date")
    if closed_at < opened_at:
        raise UnfitError(
            RejectReason.OUT_OF_RANGE, f"request {key} was closed before it was opened: {fields[4]}"
        )
    due = fields[5].strip()
    return {
        "event_time": closed_at,
        "step": "closed",
        "handling_s": (closed_at - opened_at) // SECOND_MS,
        "in_time": int(closed_at <= instant_in(due, ZONE, f"request {key}: Due Date")) if due else None,
    }


def decode(raw: Raw) -> Iterable[Item]:
    """One item for each step that is known."""
    try:
        rows = rows_of(raw.payload, COLUMNS)
    except UnfitError as error:
        return [error.rejected]
    return [item for fields in rows for item in _steps(fields)]


FEED = Feed("nyc-311", "hotline", "New York 311 service requests", decode, zone=ZONE)
