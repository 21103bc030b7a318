"""How is a morning of Shenzhen's metro played again? Taps in the order of their time, one poll each."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from feeds.civil_time import instant_of_civil
from feeds.csv_rows import Fields
from feeds.recorded_rows import rows_in_order
from feeds.recording import Entity, TimedRaw, entity, hour_after, hour_before
from feeds.shenzhen_card import CITY, COLUMNS, DIRECTIONS, FEED, ZONE


def _placing(fields: Fields) -> tuple[int, str] | None:
    """A tap at the metro and its station; None for a bus."""
    if fields[1] not in DIRECTIONS:
        return None
    return instant_of_civil(fields[0], ZONE, "deal_date"), fields[3]


class ShenzhenRecording:
    """An opened file of card records. The buses in it tell only lines, not stops, and are left out."""

    def __init__(self, files: Sequence[Path]) -> None:
        remedy = "Take an export of Shenzhen's card records with its header."
        self._header, self._taps = rows_in_order(files, FEED.name, COLUMNS, _placing, remedy)
        self.count = len(self._taps)
        self.start = hour_before(self._taps[0].at)
        self.end = self._taps[-1].at

    def records(self) -> Iterator[TimedRaw]:
        """Each tap as it happened."""
        for tap in self._taps:
            yield TimedRaw(tap.at, tap.about or FEED.name, self._header + tap.line, {"row": str(tap.number)})

    def entities(self) -> list[Entity]:
        """The stations, and the city. The file knows no districts."""
        valid = (self.start, hour_after(self.end + 1))
        stations = sorted({tap.about for tap in self._taps if tap.about})
        return [
            entity(FEED.system, "city", CITY, name="Shenzhen", source=FEED.name, valid=valid),
            *(
                entity(FEED.system, "station", name, area_id=CITY, source=FEED.name, valid=valid)
                for name in stations
            ),
        ]
