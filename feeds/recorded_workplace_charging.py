"""How is a year of charging at work played again? Each session when it has ended, one poll each."""

from collections.abc import Sequence
from pathlib import Path

from feeds.csv_rows import row_of
from feeds.recorded_rows import RecordedRows
from feeds.recording import Entity, entity, hour_after
from feeds.workplace_charging import CITY, COLUMNS, FEED, instant


class WorkplaceChargingRecording(RecordedRows):
    """An opened file of sessions."""

    def __init__(self, files: Sequence[Path]) -> None:
        super().__init__(
            files,
            FEED.name,
            COLUMNS,
            lambda fields: (instant(fields[2], "ended"), fields[3]),
            "Take the station data of the workplace charging study.",
        )

    def entities(self) -> list[Entity]:
        """The stations, their sites, and a city for them to be in. The file knows no districts."""
        valid = (self.start, hour_after(self.end + 1))
        sites = {session.about: self._site_of(session.line) for session in self._rows}
        return [
            entity(FEED.system, "city", CITY, name="Workplaces", source=FEED.name, valid=valid),
            *(
                entity(
                    FEED.system,
                    "station",
                    station,
                    area_id=CITY,
                    source=FEED.name,
                    valid=valid,
                    labels={"site": site} if site else {},
                )
                for station, site in sorted(sites.items())
            ),
            *(
                entity(FEED.system, "site", site, area_id=CITY, source=FEED.name, valid=valid)
                for site in sorted({site or station for station, site in sites.items()})
            ),
        ]

    def _site_of(self, line: bytes) -> str:
        return row_of(self._header + line, COLUMNS)[4].strip()
