"""Where does each job go on from? Remembers its checkpoints across clusters, in one small file."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from jobs.queries import statements
from streams.catalog import System


@dataclass
class Entry:
    """What is known of one system's job.

    fingerprint: of its SQL; a checkpoint of other SQL is not restored. checkpoint: newest known address.
    stopped: why it is not to be started again, empty as long as it is.
    """

    run_id: str = ""
    fingerprint: str = ""
    job_ids: list[str] = field(default_factory=list)
    checkpoint: str | None = None
    stopped: str = ""


def fingerprint(system: System) -> str:
    """Changes with the SQL of a job: state of a changed aggregate cannot be restored."""
    return hashlib.sha256("\n".join(statements(system)).encode()).hexdigest()[:16]


class Bookkeeping:
    """The file that maps a system to its job's entry. Written whole and atomically."""

    def __init__(self, path: Path) -> None:
        self._path = path
        known: Mapping[str, Any] = json.loads(path.read_text()) if path.exists() else {}
        self.entries = {slug: Entry(**entry) for slug, entry in known.items()}

    def entry(self, system: System, run_id: str) -> Entry:
        """The entry to go on from: a fresh one when another run began or the SQL changed."""
        entry = self.entries.get(system.slug)
        current = fingerprint(system)
        if entry is None or entry.run_id != run_id or entry.fingerprint != current:
            entry = self.entries[system.slug] = Entry(run_id, current)
        return entry

    def try_all_again(self) -> None:
        """What was stopped may be started: somebody started the line again."""
        for entry in self.entries.values():
            entry.stopped = ""

    def stopped(self) -> dict[str, str]:
        """Systems whose job was stopped, and why."""
        return {slug: entry.stopped for slug, entry in self.entries.items() if entry.stopped}

    def save(self) -> None:
        """Write the file."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        beside = self._path.with_suffix(".new")
        beside.write_text(json.dumps({slug: asdict(entry) for slug, entry in self.entries.items()}, indent=1))
        beside.replace(self._path)


def newest_on_disk(checkpoint_dir: Path, job_ids: list[str]) -> str | None:
    """Address of the newest complete checkpoint that any of these jobs left in a local folder."""
    complete = [
        path.parent for job_id in job_ids for path in (checkpoint_dir / job_id).glob("chk-*/_metadata")
    ]
    if not complete:
        return None
    newest = max(complete, key=lambda path: ((path / "_metadata").stat().st_mtime_ns, path.name))
    return newest.resolve().as_uri().replace("file:///", "file:/")
