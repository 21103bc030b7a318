"""How are Beijing's air quality files played again? Station files merged by time, each row as a poll of its own.

The same files hold the weather at the stations: it is played as a recording of its own.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from feeds import beijing_weather
from feeds.beijing_air import COLUMNS, FEED, area_of, hour_of
from feeds.civil_time import HOUR_MS, MINUTE_MS
from feeds.csv_rows import row_of
from feeds.decoding import Feed, UnfitError
from feeds.recording import Entity, RecordingError, TimedRaw, entity, header_and_lines

CITY = "beijing"
PUBLISHED_AFTER_MS = 25 * MINUTE_MS
"""After the end of the hour. The files do not say when a row was published; live feeds of this network are so late."""


class _Row(NamedTuple):
    hour: int
    station: str
    line: bytes
    header: bytes


def _hour_and_station(row: bytes) -> tuple[int, str] | None:
    """Hour and station of a header and a row; None where they cannot be read."""
    try:
        fields = row_of(row, COLUMNS)
        return hour_of(fields[1], fields[2], fields[3], fields[4], "row"), fields[0]
    except UnfitError:
        return None


def _rows_of_file(path: Path) -> list[_Row]:
    """The rows of a file. One without a readable hour goes with the next row, to be rejected in its place."""
    header, lines = header_and_lines(path)
    rows: list[_Row] = []
    unplaced: list[bytes] = []
    for line in lines:
        place = _hour_and_station(header + line)
        if place is None:
            unplaced.append(line)
            continue
        rows.extend(_Row(*place, waiting, header) for waiting in [*unplaced, line])
        unplaced.clear()
    if not rows:
        raise RecordingError(
            f"{path} is not a PRSA file: no row has the columns {', '.join(COLUMNS)} and a readable hour.",
            "Take files of the Beijing multi-site data set.",
        )
    rows.extend(_Row(rows[-1].hour, rows[-1].station, waiting, header) for waiting in unplaced)
    return rows


class BeijingRecording:
    """Opened station files."""

    feed: Feed = FEED
    published_after_ms = PUBLISHED_AFTER_MS

    def __init__(self, files: Sequence[Path]) -> None:
        rows = [row for path in sorted(files) for row in _rows_of_file(path)]
        # Stable: rows of one hour stay in the order of the files, rows of one file in theirs.
        self._rows = sorted(rows, key=lambda row: row.hour)
        self.count = len(self._rows)
        self.start = self._rows[0].hour
        self.end = self._sent(self._rows[-1].hour)

    def _sent(self, hour: int) -> int:
        return hour + HOUR_MS + self.published_after_ms

    def records(self) -> Iterator[TimedRaw]:
        """One poll for each row, so long after the end of its hour."""
        for row in self._rows:
            yield TimedRaw(self._sent(row.hour), row.station, row.header + row.line)

    def entities(self) -> list[Entity]:
        """The stations, their districts, and the city."""
        valid = (self.start, self._rows[-1].hour + HOUR_MS)
        stations = sorted({row.station for row in self._rows})
        areas = sorted({area_of(station) for station in stations} - {CITY})
        system, source = self.feed.system, self.feed.name
        city = entity(system, "city", CITY, name="Beijing", source=source, valid=valid)
        return [
            city,
            *(entity(system, "area", area, area_id=CITY, source=source, valid=valid) for area in areas),
            *(
                entity(system, "station", station, area_id=area_of(station), source=source, valid=valid)
                for station in stations
            ),
        ]


class BeijingWeatherRecording(BeijingRecording):
    """The weather of opened station files; stations of this kind are heard within minutes."""

    feed = beijing_weather.FEED
    published_after_ms = 5 * MINUTE_MS
