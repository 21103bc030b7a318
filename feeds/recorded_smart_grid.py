"""How are eight weeks of ten homes' meters played again? Each half hour when it is over, one poll each."""

from collections.abc import Sequence
from pathlib import Path

from feeds.civil_time import instant_of_civil
from feeds.recorded_rows import RecordedRows
from feeds.recording import Entity, entity, hour_after
from feeds.smart_grid_meters import CITY, COLUMNS, FEED, HALF_HOUR_MS, ZONE, meter_of


class SmartGridRecording(RecordedRows):
    """An opened file of half-hourly readings."""

    def __init__(self, files: Sequence[Path]) -> None:
        super().__init__(
            files,
            FEED.name,
            COLUMNS,
            lambda fields: (
                instant_of_civil(fields[1], ZONE, "reading_datetime") + HALF_HOUR_MS,
                meter_of(fields[0]),
            ),
            "Take a file of half-hourly readings of Smart Grid Smart City.",
            covers_ms=HALF_HOUR_MS,
        )

    def entities(self) -> list[Entity]:
        """The meters, and a city for them to be in. The file knows no districts."""
        valid = (self.start, hour_after(self.end))
        meters = sorted({reading.about for reading in self._rows})
        return [
            entity(FEED.system, "city", CITY, name="New South Wales", source=FEED.name, valid=valid),
            *(
                entity(
                    FEED.system,
                    "asset",
                    meter,
                    area_id=CITY,
                    source=FEED.name,
                    valid=valid,
                    labels={"kind": "meter"},
                )
                for meter in meters
            ),
        ]
