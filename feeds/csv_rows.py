"""Which fields does a poll of a CSV feed carry? The wanted columns of each row, or why a row has none."""

import csv
import io
from collections.abc import Callable, Collection, Sequence
from functools import lru_cache

from feeds.decoding import Event, Item, Raw, Rejected, RejectReason, UnfitError, each, name_of, shown

Fields = tuple[str, ...]


@lru_cache(maxsize=64)
def _positions(header: str, columns: Fields) -> tuple[int, tuple[int, ...]]:
    """Width of a row, and where each wanted column stands. Raises UnfitError(UNREADABLE)."""
    try:
        # Some write spaces around the names of their columns.
        names = [name.strip() for name in next(csv.reader([header], strict=True), [])]
    except csv.Error as error:
        raise UnfitError(RejectReason.UNREADABLE, f"the header cannot be read: {error}") from error
    missing = [column for column in columns if names.count(column) != 1]
    if missing:
        raise UnfitError(RejectReason.UNREADABLE, f"the header has no single column {', '.join(missing)}")
    return len(names), tuple(names.index(column) for column in columns)


def text_of(payload: bytes) -> str:
    """The payload as text, without a byte order mark. Raises UnfitError(UNREADABLE)."""
    try:
        text = payload.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnfitError(RejectReason.UNREADABLE, f"the payload is not UTF-8: {error}") from error
    if not text.strip():
        raise UnfitError(RejectReason.UNREADABLE, "the payload is empty")
    return text


def rows_of(payload: bytes, columns: Fields) -> list[Fields | Rejected]:
    """For each row under the header line the fields of `columns`, in their order.

    A row of another width is a Rejected in its place. Raises UnfitError(UNREADABLE) when there is no header with
    these columns, or no row at all.
    """
    header, _, body = text_of(payload).partition("\n")
    width, positions = _positions(header.rstrip("\r"), columns)
    rows: list[Fields | Rejected] = []
    reader = csv.reader(io.StringIO(body, newline=""), strict=True)
    try:
        for fields in reader:
            if len(fields) == width:
                rows.append(tuple([fields[position] for position in positions]))
            elif fields:
                message = f"row {len(rows)} has {len(fields)} fields of {width}: {shown(fields)}"
                rows.append(Rejected(RejectReason.UNREADABLE, message))
    except csv.Error as error:
        rows.append(Rejected(RejectReason.UNREADABLE, f"row {len(rows)} cannot be read: {error}"))
    if not rows:
        raise UnfitError(RejectReason.UNREADABLE, "there is a header but no row")
    return rows


def row_of(payload: bytes, columns: Fields) -> Fields:
    """The first row under the header line. Raises UnfitError."""
    first = rows_of(payload, columns)[0]
    return _readable(first)


def events_of(payload: bytes, columns: Fields, event_of: Callable[[Fields], Event]) -> list[Item]:
    """One item for each row: its event, or why it has none; one rejection where there are no rows."""
    try:
        rows = rows_of(payload, columns)
    except UnfitError as error:
        return [error.rejected]
    return each(rows, lambda row: event_of(_readable(row)))


def events_of_place(
    raw: Raw, named: str, columns: Fields, event_of: Callable[[str, Fields], Event]
) -> list[Item]:
    """As `events_of`, of a place that the transport names in the context; one rejection where it names none."""
    try:
        place = name_of(raw.context.get(named), f"context {named}")
    except UnfitError as error:
        return [error.rejected]
    return events_of(raw.payload, columns, lambda fields: event_of(place, fields))


def _readable(row: Fields | Rejected) -> Fields:
    if isinstance(row, Rejected):
        raise UnfitError(row.reason, row.message)
    return row


def without_fields(line: bytes, columns: Sequence[str], hidden: Collection[str]) -> bytes:
    """A row with some of its columns emptied, as before they were known."""
    fields = next(csv.reader([line.decode()]))
    shown_fields = ["" if column in hidden else field for column, field in zip(columns, fields, strict=True)]
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerow(shown_fields)
    return written.getvalue().encode()
