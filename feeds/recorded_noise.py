"""How are eleven days of a noise monitor played again? Each reading when it was made, one poll each.

Nobody says where the monitor stands; it is given the functional area of mixed housing and trade (2), and a label says so.
"""

from collections.abc import Sequence
from pathlib import Path

from feeds.civil_time import instant_of_civil
from feeds.noisemonitor import COLUMNS, FEED, STATION, ZONE
from feeds.recorded_rows import RecordedRows
from feeds.recording import Entity, entity, hour_after

CITY = "noisemonitor"
NAME = "monitor-1"
AREA_CLASS = 2


class NoiseRecording(RecordedRows):
    """An opened file of one monitor."""

    def __init__(self, files: Sequence[Path]) -> None:
        super().__init__(
            files,
            FEED.name,
            COLUMNS,
            lambda fields: (instant_of_civil(fields[0], ZONE, "datetime"), NAME),
            "Take a LAeq file of noisemonitor.",
            context={STATION: NAME},
        )

    def entities(self) -> list[Entity]:
        """The monitor, and a city for it to be in."""
        valid = (self.start, hour_after(self.end + 1))
        return [
            entity(
                FEED.system, "city", CITY, name="Site of the noise monitor", source=FEED.name, valid=valid
            ),
            entity(
                FEED.system,
                "station",
                NAME,
                area_id=CITY,
                source=FEED.name,
                valid=valid,
                attributes={"area_class": AREA_CLASS},
                labels={"area_class_basis": "assigned"},
            ),
        ]
