"""Where does each job go on from? Remembers its checkpoints across clusters, in one small file."""

import hashlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from jobs.ddl import columns, watermark
from jobs.queries import Version, statements
from jobs.submit import PLANNER_SETTINGS, views
from streams.catalog import System


@dataclass
class Entry:
    """What is known of one system's job.

    fingerprint: of its SQL; a checkpoint of other SQL is not restored. settings: what it was last asked to run with,
    by their own fingerprint. generation, since: see `Version`; start_offsets: where it began, by partition.
    checkpoint: newest known address, which may be that of a savepoint. stopped: why it is not to be started again,
    empty as long as it is. predecessors: jobs with other SQL that tell of the same run until this one has caught up.
    """

    run_id: str = ""
    fingerprint: str = ""
    settings: str = ""
    generation: int = 0
    since: int | None = None
    start_offsets: dict[str, int] | None = None
    job_ids: list[str] = field(default_factory=list)
    checkpoint: str | None = None
    stopped: str = ""
    predecessors: list[str] = field(default_factory=list)

    @property
    def version(self) -> Version:
        """What marks its statistics."""
        return Version(self.generation, self.since)


@cache
def fingerprint(system: System) -> str:
    """Changes with the SQL of a job, its columns and its plan: state of a changed aggregate cannot be restored.

    Which of the results so far are told (`while_open`) is no part of it: that comes after the state.
    """
    source = system.source
    asked = [
        statements(system),
        views(system),
        columns(source.topic.record),
        watermark(source),
        PLANNER_SETTINGS,
    ]
    return fingerprint_of(asked)


def fingerprint_of(what: object) -> str:
    """Short, and the same for what is the same."""
    return hashlib.sha256(json.dumps(what, sort_keys=True).encode()).hexdigest()[:16]


class Bookkeeping:
    """The file that maps a system to its job's entry. Written whole and atomically."""

    def __init__(self, path: Path) -> None:
        self._path = path
        known: Mapping[str, Any] = json.loads(path.read_text()) if path.exists() else {}
        self.entries = {slug: Entry(**entry) for slug, entry in known.items()}

    def is_changed(self, system: System, run_id: str) -> bool:
        """Whether its job follows this run already, by other SQL."""
        entry = self.entries.get(system.slug)
        return entry is not None and entry.run_id == run_id and entry.fingerprint != fingerprint(system)

    def entry(self, system: System, run_id: str) -> Entry:
        """The entry to go on from: a fresh one when another run began or the SQL changed.

        Whatever starts anew is a generation of its own, counted over all systems: the index of the whole city is
        made of several.
        """
        entry = self.entries.get(system.slug)
        if entry is None:
            entry = self.entries[system.slug] = Entry(run_id, fingerprint(system))
        elif entry.run_id != run_id or entry.fingerprint != fingerprint(system):
            same_run = entry.run_id == run_id
            entry = self.entries[system.slug] = Entry(
                run_id,
                fingerprint(system),
                generation=max(known.generation for known in self.entries.values()) + 1,
                predecessors=[*entry.predecessors, *entry.job_ids] if same_run else [],
            )
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


def drop_savepoint(address: str | None) -> None:
    """Remove a savepoint that a newer checkpoint has taken the place of; checkpoints are Flink's own to remove."""
    path = Path((address or "").removeprefix("file:"))
    if path.name.startswith("savepoint-"):
        shutil.rmtree(path, ignore_errors=True)


def newest_on_disk(checkpoint_dir: Path, job_ids: list[str]) -> str | None:
    """Address of the newest complete checkpoint that any of these jobs left in a local folder."""
    complete = [
        path.parent for job_id in job_ids for path in (checkpoint_dir / job_id).glob("chk-*/_metadata")
    ]
    if not complete:
        return None
    newest = max(complete, key=lambda path: ((path / "_metadata").stat().st_mtime_ns, path.name))
    return newest.resolve().as_uri().replace("file:///", "file:/")
