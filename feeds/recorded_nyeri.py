"""How are two months of Nyeri's raw water played again? In the order of the file, each reading when it was made.

Once the file goes back by almost four hours. Those readings are sent after the ones before them, as they stand there: late.
"""

from collections.abc import Iterator, Sequence
from itertools import accumulate
from pathlib import Path

from feeds.civil_time import instant_with_offset
from feeds.nyeri_water import COLUMNS, FEED, STATION
from feeds.recorded_rows import RecordedRows
from feeds.recording import Entity, TimedRaw, entity, hour_after

CITY = "nyeri"
NAME = "nyeri-intake"


class NyeriRecording(RecordedRows):
    """An opened file of readings."""

    def __init__(self, files: Sequence[Path]) -> None:
        super().__init__(
            files,
            FEED.name,
            COLUMNS,
            lambda fields: (instant_with_offset(fields[0], "time"), NAME),
            "Take the raw water file of Nyeri.",
            context={STATION: NAME},
        )
        self._in_file = sorted(self._rows, key=lambda row: row.number)

    def records(self) -> Iterator[TimedRaw]:
        """Each reading when it was made, never before the one that stands before it."""
        sent = accumulate((row.at for row in self._in_file), max)
        for row, at in zip(self._in_file, sent, strict=True):
            yield self._sent(row, at)

    def entities(self) -> list[Entity]:
        """The intake, and a city for it to be in. Its river has no class to keep that we know of."""
        valid = (self.start, hour_after(self.end + 1))
        return [
            entity(FEED.system, "city", CITY, name="Nyeri", source=FEED.name, valid=valid),
            entity(FEED.system, "station", NAME, area_id=CITY, source=FEED.name, valid=valid),
        ]
