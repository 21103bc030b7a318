"""How is half a year of Chicago's red-light cameras played again? Each count when its day is over.

Almost half of the file's rows are empty, and three are the marks of an unfinished merge. They are played all the same,
at its start, to be rejected.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from feeds.chicago_red_light import CITY, COLUMNS, FEED, day_of
from feeds.civil_time import HOUR_MS, MINUTE_MS
from feeds.csv_rows import row_of
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

SENT_AFTER_MS = MINUTE_MS
"""After the end of its day. The file does not say when a count was sent."""


class _Row(NamedTuple):
    """A row of the file: when it is sent (0 where it has no day), its number from 1, its site, and its bytes."""

    at: int
    number: int
    site: str
    line: bytes


def _row(header: bytes, number: int, line: bytes) -> _Row:
    try:
        site, _, day, _ = (field.strip() for field in row_of(header + line, COLUMNS))
        return _Row(day_of(day, "VIOLATION DATE")[1] + SENT_AFTER_MS, number, site, line)
    except UnfitError:
        return _Row(0, number, "", line)


class ChicagoRecording:
    """An opened file of counts."""

    def __init__(self, files: Sequence[Path]) -> None:
        path = only_file(files, FEED.name)
        self._header, lines = header_and_lines(path)
        self._rows = sorted(_row(self._header, number, line) for number, line in enumerate(lines, 1))
        sent = [row.at for row in self._rows if row.at]
        if not sent:
            raise RecordingError(
                f"{path} is no file of {FEED.name}: no row has the columns {', '.join(COLUMNS)} and a readable day.",
                "Take an export of Red Light Camera Violations with its header.",
            )
        self.count = len(self._rows)
        # The first count was made in the hour before it is sent.
        self.start = hour_before(sent[0]) - HOUR_MS
        self.end = sent[-1]

    def records(self) -> Iterator[TimedRaw]:
        """Each count when its day is over; first of all what is no count."""
        for row in self._rows:
            context = {"row": str(row.number)}
            yield TimedRaw(row.at or self.start, row.site or FEED.name, self._header + row.line, context)

    def entities(self) -> list[Entity]:
        """The sites, and the city. The file knows no districts."""
        valid = (self.start, hour_after(self.end + 1))
        sites = sorted({row.site for row in self._rows if row.site})
        return [
            entity(FEED.system, "city", CITY, name="Chicago", source=FEED.name, valid=valid),
            *(
                entity(FEED.system, "site", site, area_id=CITY, source=FEED.name, valid=valid)
                for site in sites
            ),
        ]
