"""How is a poll of the links of Aarhus played again? As one record, with the links that it names announced before.

The files do not say when the poll was made. It is sent at the TIMESTAMP that most of its rows carry, the newest of them
where several are as common: links that stopped years ago and those ahead of the clock are few, so they cannot move it.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from feeds.aarhus_links import CITY, COLUMNS, FEED, ZONE
from feeds.civil_time import instant_of_civil
from feeds.csv_rows import Fields, rows_of
from feeds.decoding import Rejected, UnfitError
from feeds.quantities import free_flow_time_ms
from feeds.recording import Entity, RecordingError, TimedRaw, entity, hour_after, hour_before, read_bytes

LINK_COLUMNS = ("REPORT_ID", "REPORT_NAME", "DISTANCE_IN_METERS", "NDT_IN_KMH")


class _Link(NamedTuple):
    name: str
    length_m: int
    free_flow_time_ms: int


def _rows(payload: bytes, columns: Fields) -> list[Fields]:
    """The readable rows of a file; none where it has no such columns."""
    try:
        return [row for row in rows_of(payload, columns) if not isinstance(row, Rejected)]
    except UnfitError:
        return []


def _time(written: str) -> int | None:
    try:
        return instant_of_civil(written.strip(), ZONE, "TIMESTAMP")
    except UnfitError:
        return None


def _link(name: str, length: str, normal_speed: str) -> _Link | None:
    """None where length or normal speed is no positive whole number: such a link has no free-flow time."""
    try:
        length_m, normal_kmh = int(length), int(normal_speed)
    except ValueError:
        return None
    if length_m <= 0 or normal_kmh <= 0:
        return None
    return _Link(name.strip(), length_m, free_flow_time_ms(length_m, normal_kmh))


class AarhusRecording:
    """An opened poll and the file of its links, in any order."""

    def __init__(self, files: Sequence[Path]) -> None:
        contents = [read_bytes(path) for path in files]
        polls = [(content, rows) for content in contents if (rows := _rows(content, COLUMNS))]
        links = [rows for content in contents if (rows := _rows(content, LINK_COLUMNS))]
        if len(files) != 2 or len(polls) != 1 or len(links) != 1:
            raise RecordingError(
                f"{' and '.join(map(str, files))} are no poll with its links: {FEED.name} is one file with the columns "
                f"{', '.join(COLUMNS)} and one with the columns {', '.join(LINK_COLUMNS)}.",
                "Name the two files.",
            )
        self._payload, poll = polls[0]
        times = Counter(at for row in poll if (at := _time(row[1])) is not None)
        if not times:
            raise RecordingError(
                "No row of the poll has a readable TIMESTAMP.", "Take a poll as it was sent."
            )
        named = {row[0].strip() for row in poll}
        self._links = {
            number.strip(): link
            for number, name, length, normal_speed in links[0]
            if number.strip() in named and (link := _link(name, length, normal_speed)) is not None
        }
        self.count = 1
        self.end = max(times, key=lambda at: (times[at], at))
        self.start = hour_before(self.end)
        # A stale reading is late and not unknown, so its link is known as long ago as the poll reaches.
        self._valid = (hour_before(min(times)), hour_after(max(times) + 1))

    def records(self) -> Iterator[TimedRaw]:
        """The poll."""
        yield TimedRaw(self.end, FEED.name, self._payload)

    def entities(self) -> list[Entity]:
        """The links that the poll names, with their published lengths and normal speeds, and the city."""
        return [
            entity(FEED.system, "city", CITY, name="Aarhus", source=FEED.name, valid=self._valid),
            *(
                entity(
                    FEED.system,
                    "link",
                    number,
                    area_id=CITY,
                    name=link.name,
                    source=FEED.name,
                    valid=self._valid,
                    attributes={
                        "length_m": link.length_m,
                        "free_flow_time_ms": link.free_flow_time_ms,
                        "weight": 1,
                    },
                    labels={"length_basis": "published", "free_flow_basis": "published"},
                )
                for number, link in sorted(self._links.items())
            ),
        ]
