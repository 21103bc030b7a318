"""How is a day of Buffalo's buses played again? Poll by poll, out of the archive that they were kept in."""

import io
import re
import tarfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from feeds.buffalo_avl import CITY, FEED, NO_ROUTE, NOT_IN_SERVICE, ZONE
from feeds.civil_time import instant_of_civil
from feeds.decoding import UnfitError
from feeds.recording import (
    Entity,
    RecordingError,
    TimedRaw,
    entity,
    hour_after,
    hour_before,
    only_file,
    read_bytes,
)

_POLL = re.compile(r"(?:.*/)?SRA(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)\.dat")


def polled_at(name: str) -> int | None:
    """When a poll was made, by the name of its file, epoch milliseconds; None for another file."""
    found = _POLL.fullmatch(name)
    if found is None:
        return None
    try:
        return instant_of_civil("{}-{}-{} {}:{}:{}".format(*found.groups()), ZONE, name)
    except UnfitError:
        return None


class BuffaloRecording:
    """An opened archive of polls."""

    def __init__(self, files: Sequence[Path]) -> None:
        path = only_file(files, FEED.name)
        try:
            with tarfile.open(fileobj=io.BytesIO(read_bytes(path))) as archive:
                kept = [
                    (at, member.name, archive.extractfile(member))
                    for member in archive
                    if member.isfile() and (at := polled_at(member.name)) is not None
                ]
                self._polls = sorted((at, name, file.read()) for at, name, file in kept if file is not None)
        except tarfile.TarError as error:
            raise RecordingError(f"{path} is no archive: {error}.", "Fetch the file again.") from error
        if not self._polls:
            raise RecordingError(
                f"{path} holds no poll: no file is called SRA and its time, as SRA20200730080008.dat.",
                "Take a day of the agency's polls.",
            )
        self.count = len(self._polls)
        self.start = hour_before(self._polls[0][0])
        self.end = self._polls[-1][0]

    def records(self) -> Iterator[TimedRaw]:
        """Each poll when it was made."""
        for at, name, content in self._polls:
            yield TimedRaw(at, FEED.name, content, {"file": name.rpartition("/")[2]})

    def entities(self) -> list[Entity]:
        """The routes, and the city. Vehicles come and go and are not announced."""
        # Some positions are from the evening before.
        valid = (self.start - 24 * 3_600_000, hour_after(self.end + 1))
        routes = sorted({route for _, _, content in self._polls for route in _routes(content)})
        return [
            entity(FEED.system, "city", CITY, name="Buffalo", source=FEED.name, valid=valid),
            *(
                entity(
                    FEED.system,
                    "route",
                    route,
                    area_id=CITY,
                    name=f"Route {route}",
                    source=FEED.name,
                    valid=valid,
                )
                for route in routes
            ),
        ]


def _routes(content: bytes) -> set[str]:
    rows = (line.split(b",") for line in content.splitlines())
    return {row[1].decode("ascii", "replace") for row in rows if len(row) > 1} - {
        NO_ROUTE,
        NOT_IN_SERVICE,
        "",
    }
