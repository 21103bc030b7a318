"""How are eleven weeks of Birmingham's car parks played again? Each reading at its own time, one poll each."""

from collections.abc import Sequence
from pathlib import Path

from feeds.birmingham_parking import CITY, COLUMNS, FEED, ZONE
from feeds.civil_time import instant_of_civil
from feeds.recorded_rows import RecordedRows
from feeds.recording import Entity, entity, hour_after


class BirminghamRecording(RecordedRows):
    """An opened file of readings."""

    def __init__(self, files: Sequence[Path]) -> None:
        super().__init__(
            files,
            FEED.name,
            COLUMNS,
            lambda fields: (instant_of_civil(fields[3], ZONE, "LastUpdated"), fields[0]),
            "Take the file of the Parking Birmingham data set.",
        )

    def entities(self) -> list[Entity]:
        """The car parks, and the city. The file knows no districts."""
        valid = (self.start, hour_after(self.end + 1))
        names = sorted({reading.about for reading in self._rows})
        return [
            entity(FEED.system, "city", CITY, name="Birmingham", source=FEED.name, valid=valid),
            *(
                entity(FEED.system, "parking", name, area_id=CITY, source=FEED.name, valid=valid)
                for name in names
            ),
        ]
