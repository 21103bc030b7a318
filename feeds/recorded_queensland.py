"""How are two months of Queensland's rivers played again? Station files merged by time, each row as its own poll.

The files have no warning levels. Each station is given levels from its own file, those that were reached in a tenth,
a twentieth and a hundredth of its hours; labels say that they are assigned.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from feeds.civil_time import HOUR_MS, MINUTE_MS, instant_of_civil
from feeds.csv_rows import row_of
from feeds.decoding import UnfitError
from feeds.quantities import scaled
from feeds.queensland_river import COLUMNS, FEED, LEVEL_LIMITS_MM, STATION, ZONE
from feeds.recording import Entity, RecordingError, TimedRaw, entity, header_and_lines

CITY = "queensland-coast"
SENT_AFTER_MS = HOUR_MS + 5 * MINUTE_MS
"""After the start of its hour. The files do not say when a row was sent."""
LEVELS = {"guard_mm": 10, "warning_mm": 20, "guarantee_mm": 100}
"""Each assigned level was reached in one of so many hours."""
_FILE_NAME = re.compile(r"(?:qld_)?(.+?)(?:_\d{8}-\d{8})?\.csv(?:\.gz)?")


class _Row(NamedTuple):
    hour: int
    station: str
    level_mm: int | None
    line: bytes
    header: bytes


def station_of(path: Path) -> str:
    """The station that a file is named after."""
    found = _FILE_NAME.fullmatch(path.name)
    return found[1] if found else path.stem


def _row(station: str, header: bytes, line: bytes) -> _Row | None:
    try:
        fields = row_of(header + line, COLUMNS)
        level = scaled(fields[1], 1_000, LEVEL_LIMITS_MM, "Level") if fields[1] else None
        return _Row(instant_of_civil(fields[0], ZONE, "Timestamp"), station, level, line, header)
    except UnfitError:
        return None


class QueenslandRecording:
    """Opened station files."""

    def __init__(self, files: Sequence[Path]) -> None:
        self._rows: list[_Row] = []
        for path in sorted(files):
            header, lines = header_and_lines(path)
            found = [row for line in lines if (row := _row(station_of(path), header, line)) is not None]
            if not found:
                raise RecordingError(
                    f"{path} is no file of a river gauge: no row has the columns {', '.join(COLUMNS)} and a readable "
                    "Timestamp.",
                    "Take files of Queensland's river stations.",
                )
            self._rows += found
        self._rows.sort(key=lambda row: row.hour)
        self.count = len(self._rows)
        self.start = self._rows[0].hour
        self.end = self._rows[-1].hour + SENT_AFTER_MS

    def records(self) -> Iterator[TimedRaw]:
        """One poll for each row, five minutes after the end of its hour."""
        for row in self._rows:
            yield TimedRaw(
                row.hour + SENT_AFTER_MS, row.station, row.header + row.line, {STATION: row.station}
            )

    def entities(self) -> list[Entity]:
        """The stations with their assigned levels, and a city for them to be in."""
        valid = (self.start, self.end)
        stations = sorted({row.station for row in self._rows})
        return [
            entity(FEED.system, "city", CITY, name="Queensland coast", source=FEED.name, valid=valid),
            *(
                entity(
                    FEED.system,
                    "station",
                    station,
                    area_id=CITY,
                    source=FEED.name,
                    valid=valid,
                    attributes=self._levels(station),
                    labels={"level_basis": "assigned"},
                )
                for station in stations
            ),
        ]

    def _levels(self, station: str) -> dict[str, int]:
        known = sorted(
            (row.level_mm for row in self._rows if row.station == station and row.level_mm is not None),
            reverse=True,
        )
        return {name: known[len(known) // one_in] for name, one_in in LEVELS.items()} if known else {}
