"""How are New York's complaints played again? A row when it was opened, without its end, and again when it was closed."""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from feeds.csv_rows import row_of, without_fields
from feeds.decoding import UnfitError
from feeds.nyc_311 import CITY, COLUMNS, FEED, ZONE, area_of
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
from feeds.us_stamps import instant_of_stamp

UNKNOWN_AT_FIRST = frozenset(
    {"Closed Date", "Status", "Resolution Description", "Resolution Action Updated Date"}
)


class _Sending(NamedTuple):
    at: int
    number: int
    whole: bool


class _Request(NamedTuple):
    line: bytes
    key: str
    area_id: str
    sendings: tuple[_Sending, ...]


def _request(number: int, header: bytes, line: bytes) -> _Request | None:
    """A row and when it is sent; None where its beginning cannot be read."""
    try:
        fields = row_of(header + line, COLUMNS)
        opened = instant_of_stamp(fields[3], ZONE)
        closed = instant_of_stamp(fields[4], ZONE) if fields[4] else opened
    except (UnfitError, ValueError, OverflowError):
        return None
    # What was closed before it was opened is told at once, and rejected.
    whole = _Sending(max(opened, closed), number, whole=True)
    first = () if closed <= opened else (_Sending(opened, number, whole=False),)
    return _Request(line, fields[0], area_of(fields[2]), (*first, whole))


class NewYorkRecording:
    """An opened file of service requests."""

    def __init__(self, files: Sequence[Path]) -> None:
        path = only_file(files, FEED.name)
        self._header, lines = header_and_lines(path)
        found = (_request(number, self._header, line) for number, line in enumerate(lines))
        requests = [request for request in found if request is not None]
        if not requests:
            raise RecordingError(
                f"{path} is no file of service requests: no row has the columns {', '.join(COLUMNS)} and a readable "
                "Created Date.",
                "Take an export of 311 Service Requests with its header.",
            )
        self._columns = next(csv.reader([self._header.decode("utf-8-sig")]))
        self._requests = {request.sendings[0].number: request for request in requests}
        self._sendings = sorted(sending for request in requests for sending in request.sendings)
        self.count = len(self._sendings)
        self.start = hour_before(self._sendings[0].at)
        self.end = self._sendings[-1].at

    def records(self) -> Iterator[TimedRaw]:
        """Each request when it was opened, and when it was closed."""
        for sending in self._sendings:
            request = self._requests[sending.number]
            line = (
                request.line
                if sending.whole
                else without_fields(request.line, self._columns, UNKNOWN_AT_FIRST)
            )
            yield TimedRaw(sending.at, request.key, self._header + line, {"row": str(sending.number + 1)})

    def entities(self) -> list[Entity]:
        """The community boards as areas, and the city. Requests come and go and are not announced."""
        valid = (self.start, hour_after(self.end + 1))
        areas = sorted({request.area_id for request in self._requests.values()} - {CITY})
        return [
            entity(FEED.system, "city", CITY, name="New York", source=FEED.name, valid=valid),
            *(
                entity(FEED.system, "area", area, area_id=CITY, source=FEED.name, valid=valid)
                for area in areas
            ),
        ]
