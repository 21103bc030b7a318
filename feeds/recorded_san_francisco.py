"""How is a week of San Francisco's fire and ambulance calls played again? As the dispatch system would have told it.

The file was written when all was over. Here a row comes again at each moment at which one more of its stamps is
known, the later ones still empty; the last time it is the file's own row, byte for byte. The call's first row comes
with the call, the rows of further units with their dispatch.
"""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from feeds.csv_rows import row_of, without_fields
from feeds.decoding import UnfitError
from feeds.recording import (
    Entity,
    RecordingError,
    TimedRaw,
    entity,
    header_and_lines,
    hour_after,
    hour_before,
    only_file,
)
from feeds.san_francisco_fire import COLUMNS, FEED, STAGES, instant_of

CITY = "san-francisco"
KNOWN_AT_THE_END = "Call Final Disposition"


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of the file: its stamps as (column, when it is known), None where one cannot be read."""

    call: str
    battalion: str
    line: bytes
    stamps: tuple[tuple[str, int], ...] | None

    def dispatched(self) -> int:
        """When its unit was dispatched, or else its first stamp."""
        stamps = dict(self.stamps or ())
        return stamps.get("Dispatch DtTm", min(stamps.values(), default=0))


class _Sending(NamedTuple):
    at: int
    row: int
    last: bool


def _row(header: bytes, line: bytes) -> _Row:
    try:
        fields = row_of(header + line, COLUMNS)
    except UnfitError:
        return _Row("", "", line, None)
    stamps = []
    for column, text in zip(STAGES, fields[5:], strict=True):
        if text:
            try:
                stamps.append((column, instant_of(text)))
            except (ValueError, OverflowError):
                return _Row(fields[0], fields[2], line, None)
    if not stamps or stamps[0][0] != "Received DtTm":
        return _Row(fields[0], fields[2], line, None)
    # Two rows have a transport before their call: nothing of a call is known before it is received.
    received = stamps[0][1]
    known = tuple((column, max(instant, received)) for column, instant in stamps)
    return _Row(fields[0], fields[2], line, known)


class SanFranciscoRecording:
    """An opened file of calls for service."""

    def __init__(self, files: Sequence[Path]) -> None:
        path = only_file(files, FEED.name)
        self._header, lines = header_and_lines(path)
        self._rows = [_row(self._header, line) for line in lines]
        instants = [instant for row in self._rows if row.stamps for _, instant in row.stamps]
        if not instants:
            raise RecordingError(
                f"{path} is not a file of calls for service: no row has the columns {', '.join(COLUMNS)} "
                "and a readable Received DtTm.",
                "Take an export of Fire Department Calls for Service with its header.",
            )
        self._columns = next(csv.reader([self._header.decode("utf-8-sig")]))
        self.start = hour_before(min(instants))
        self.end = max(instants)
        self._sendings = self._schedule()
        self.count = len(self._sendings)

    def _schedule(self) -> list[_Sending]:
        """When each row is sent, in order. A row that cannot be placed is sent first, to be rejected."""
        first_row: dict[str, int] = {}
        for number, row in enumerate(self._rows):
            known = first_row.get(row.call)
            if row.stamps and (known is None or row.dispatched() < self._rows[known].dispatched()):
                first_row[row.call] = number
        sendings: list[_Sending] = []
        for number, row in enumerate(self._rows):
            if not row.stamps:
                sendings.append(_Sending(self.start, number, last=True))
                continue
            from_when = 0 if first_row[row.call] == number else row.dispatched()
            moments = sorted({instant for _, instant in row.stamps})
            sendings.extend(
                _Sending(moment, number, last=moment == moments[-1])
                for moment in moments
                if moment >= from_when or moment == moments[-1]
            )
        return sorted(sendings)

    def _as_known(self, row: _Row, at: int) -> bytes:
        """The row as it stood at that moment: later stamps empty, and the outcome still unknown."""
        hidden = {column for column, instant in row.stamps or () if instant > at} | {KNOWN_AT_THE_END}
        return without_fields(row.line, self._columns, hidden)

    def records(self) -> Iterator[TimedRaw]:
        """Each row as often as something new is known of it."""
        for sending in self._sendings:
            row = self._rows[sending.row]
            line = row.line if sending.last else self._as_known(row, sending.at)
            yield TimedRaw(
                sending.at, row.call or FEED.name, self._header + line, {"row": str(sending.row + 1)}
            )

    def entities(self) -> list[Entity]:
        """The battalions as areas, and the city. Incidents come and go and are not announced."""
        valid = (self.start, hour_after(self.end + 1))
        battalions = sorted({row.battalion for row in self._rows if row.battalion})
        city = entity(FEED.system, "city", CITY, name="San Francisco", source=FEED.name, valid=valid)
        return [
            city,
            *(
                entity(
                    FEED.system,
                    "area",
                    f"{CITY}/{battalion}",
                    area_id=CITY,
                    name=f"Battalion {battalion}",
                    source=FEED.name,
                    valid=valid,
                )
                for battalion in battalions
            ),
        ]
