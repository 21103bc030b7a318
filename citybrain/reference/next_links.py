"""How does a calibration become the next version of the links? Computed, read back as any file is, then written."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from citybrain.reference.calibration import Calibrated, WindowsOf, calibrated, links_file
from citybrain.reference.folder import Reference
from citybrain.reference.tables import LinkRow, read_table
from citybrain.reference.writing import add_version, next_entry, write_new
from indicators.free_flow import FREE_FLOW_2016
from streams.problems import Problems, ReferenceDataError


@dataclass(frozen=True)
class Written:
    """The links of the next version, its entry in the manifest, and the file."""

    links: tuple[Calibrated, ...]
    entry: dict[str, str]
    path: Path


@dataclass(frozen=True)
class History:
    """What the speeds are computed from: the windows of links from one moment to another, epoch milliseconds."""

    windows_of: WindowsOf
    start: int
    end: int
    zone: ZoneInfo

    @property
    def source(self) -> str:
        """What the manifest says of where the speeds come from."""
        days = (
            f"{datetime.fromtimestamp(at / 1000, UTC).astimezone(self.zone):%Y-%m-%d %H:%M}"
            for at in (self.start, self.end)
        )
        return f"{FREE_FLOW_2016.name} {FREE_FLOW_2016.clause}, from {' to '.join(days)}"


def write_next_links(
    reference: Reference,
    in_force: date,
    history: History,
    *,
    keep_missing: bool = False,
    out: Path | None = None,
) -> Written:
    """Write the next version of the links, into the folder and its manifest, or into `out` alone.

    Raises ReferenceDataError, with nothing written: without links, without history, for a day that is not after
    that of the newest version, for a file that is there already.
    """
    links = reference.newest("links")
    if links is None:
        raise ReferenceDataError(
            f"{reference.folder} has no links: add links.csv, with the speeds as far as they are known"
        )
    done = calibrated(links, in_force, history.windows_of, history.zone, keep_missing=keep_missing)
    data = links_file(done)
    entry = next_entry(links, in_force, history.source, data)
    problems = Problems()
    read_table(LinkRow, entry["file"], data, problems)
    if problems.found:
        raise ReferenceDataError("these speeds cannot be written, so no file is:", problems.found)
    if out is None:
        return Written(done, entry, add_version(reference.folder, entry, data))
    write_new(out, data)
    return Written(done, entry, out)
