"""Which fields does a poll of a CSV feed carry? The wanted columns of each row, or why a row has none."""

import csv
import io
from functools import lru_cache

from feeds.decoding import Rejected, RejectReason, UnfitError, shown

Fields = tuple[str, ...]


@lru_cache(maxsize=64)
def _positions(header: str, columns: Fields) -> tuple[int, tuple[int, ...]]:
    """Width of a row, and where each wanted column stands. Raises UnfitError(UNREADABLE)."""
    try:
        names = next(csv.reader([header], strict=True), [])
    except csv.Error as error:
        raise UnfitError(RejectReason.UNREADABLE, f"the header cannot be read: {error}") from error
    missing = [column for column in columns if names.count(column) != 1]
    if missing:
        raise UnfitError(RejectReason.UNREADABLE, f"the header has no single column {', '.join(missing)}")
    return len(names), tuple(names.index(column) for column in columns)


def text_of(payload: bytes) -> str:
    """The payload as text, without a byte order mark. Raises UnfitError(UNREADABLE)."""
    if not payload.strip():
        raise UnfitError(RejectReason.UNREADABLE, "the payload is empty")
    try:
        return payload.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnfitError(RejectReason.UNREADABLE, f"the payload is not UTF-8: {error}") from error


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
