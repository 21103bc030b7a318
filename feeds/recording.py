"""What is a recording? Public data files that can be played again as the feed would have sent them."""

import gzip
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from feeds.civil_time import HOUR_MS

Entity = dict[str, Any]
_NO_CONTEXT: Mapping[str, str] = {}


class RecordingError(Exception):
    """A file cannot be played as this recording: what is wrong, and what to do."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(f"{what} {remedy}")
        self.what = what
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class TimedRaw:
    """One raw record and when it is sent: `at` is the recording's own clock, epoch milliseconds."""

    at: int
    key: str
    payload: bytes
    context: Mapping[str, str] = field(default_factory=lambda: _NO_CONTEXT)


class OpenRecording(Protocol):
    """Opened files. Times are the recording's own, epoch milliseconds, without any shift."""

    @property
    def start(self) -> int:
        """Where its clock starts: not after its first event."""

    @property
    def end(self) -> int:
        """When its last record is sent."""

    @property
    def count(self) -> int:
        """How many records it sends."""

    def entities(self) -> list[Entity]:
        """What it announces to the registry: records of `entity.avsc` without `run_id`."""

    def records(self) -> Iterator[TimedRaw]:
        """Its records in order of `at`."""


@dataclass(frozen=True)
class Recording:
    """One kind of recording: which feed it plays, from which files.

    `public_source` names the public data set. `patterns` find its files under the recordings folder.
    """

    name: str
    system: str
    feed: str
    zone: str
    title: str
    public_source: str
    patterns: tuple[str, ...]
    opener: Callable[[Sequence[Path]], OpenRecording]

    def default_files(self, data: Path) -> list[Path]:
        """Its files under the recordings folder, sorted. Raises RecordingError when there are none."""
        files = sorted(path for pattern in self.patterns for path in data.glob(pattern))
        if not files:
            raise RecordingError(
                f"There is no {' or '.join(self.patterns)} under {data}.",
                f"Set CITYBRAIN_RECORDINGS to the folder with the recordings, or name a file of {self.public_source}.",
            )
        return files

    def open(self, files: Sequence[Path]) -> OpenRecording:
        """Read the files. Raises RecordingError when one is absent or of another format."""
        if not files:
            raise RecordingError(f"{self.name} was given no file.", "Name at least one.")
        return self.opener(files)


def read_bytes(path: Path) -> bytes:
    """The content of a file, unpacked when it is gzip. Raises RecordingError."""
    try:
        content = path.read_bytes()
        return gzip.decompress(content) if content.startswith(b"\x1f\x8b") else content
    except (OSError, EOFError, zlib.error) as error:
        raise RecordingError(
            f"{path} cannot be read: {error}.", "Check the path and fetch the file again."
        ) from error


def header_and_lines(path: Path) -> tuple[bytes, list[bytes]]:
    """The header line and the rows of a text file, each with its line end, no blank ones. Raises RecordingError."""
    lines = [line for line in read_bytes(path).splitlines(keepends=True) if line.strip()]
    if len(lines) < 2:
        raise RecordingError(f"{path} has no rows.", "Take a file with a header line and rows.")
    return lines[0], lines[1:]


def only_file(files: Sequence[Path], name: str) -> Path:
    """The file of a recording that is one file. Raises RecordingError."""
    if len(files) != 1:
        raise RecordingError(f"{name} is one file, not {len(files)}.", "Name one.")
    return files[0]


def hour_before(instant: int) -> int:
    """The last whole hour at or before an instant."""
    return instant - instant % HOUR_MS


def hour_after(instant: int) -> int:
    """The first whole hour at or after an instant."""
    return -(-instant // HOUR_MS) * HOUR_MS


def entity(
    system: str,
    entity_type: str,
    entity_id: str,
    *,
    source: str,
    valid: tuple[int, int | None],
    name: str = "",
    area_id: str | None = None,
    position: tuple[float, float] | None = None,
    attributes: Mapping[str, int] | None = None,
    labels: Mapping[str, str] | None = None,
    boundary_wkt: str | None = None,
) -> Entity:
    """A record of `entity.avsc` without `run_id`. `position` is longitude and latitude."""
    longitude, latitude = position or (None, None)
    return {
        "system": system,
        "entity_type": entity_type,
        "entity_id": entity_id,
        "area_id": area_id,
        "name": name or entity_id,
        "longitude_deg": longitude,
        "latitude_deg": latitude,
        "valid_from": valid[0],
        "valid_to": valid[1],
        "attributes": dict(attributes or {}),
        "labels": dict(labels or {}),
        "source": source,
        "boundary_wkt": boundary_wkt,
    }
