"""Is every job running, from where it left off? Watches the cluster and submits what is missing."""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import structlog

from jobs.bookkeeping import Bookkeeping, Entry, drop_savepoint, fingerprint_of, newest_on_disk
from jobs.flink_rest import FlinkRest, Job, SavepointError
from jobs.open_windows import OpenWindows
from jobs.planner import Planner, PlannerError, UnfitJobError
from jobs.restarts import RESTARTS_AT_MOST, RestartGuard, is_of_the_cluster
from schemas.registry import Registry
from streams.catalog import System
from streams.kafka import KafkaException
from streams.runs import LIVE_RUN

WATCH_SECONDS = 2.0

log = structlog.get_logger("jobs")

NewestRun = Callable[[str], Mapping[str, Any] | None]
"""A system's slug to its newest declared run, or None on a line whose clock only went forward."""


@dataclass(frozen=True)
class Addresses:
    """Where the keeper finds things, and how its jobs are to work.

    checkpoint_dir: the local folder of checkpoints, where there is one. settings: what each job asks of Flink; a job
    submitted without its checkpoint settings has no checkpoints, whatever the cluster's own file says. while_open: see
    `Submission`.
    """

    bootstrap: str
    registry_url: str
    rest_url: str
    book: Path
    checkpoint_dir: Path | None
    settings: Mapping[str, str]
    while_open: bool = False


@dataclass(frozen=True)
class Wanted:
    """The run that a system's job should be working on, and where its events start."""

    run_id: str
    start_offsets: Mapping[int, int] | None


def job_name(system: System, run_id: str) -> str:
    """How a job is called on the cluster: its system and the run whose clock it follows."""
    return f"{system.slug} [{run_id}]"


class Keeper:
    """Keeps one job running for each of these systems."""

    def __init__(self, addresses: Addresses, systems: Iterable[System]) -> None:
        self._at = addresses
        self._systems = tuple(systems)
        self._flink = FlinkRest(addresses.rest_url)
        self._book = Bookkeeping(addresses.book)
        self._book.try_all_again()
        self._settings = fingerprint_of(dict(addresses.settings))
        self._open_windows = OpenWindows(addresses.bootstrap, Registry(addresses.registry_url))
        self._guard = RestartGuard()
        self._wanted: NewestRun = lambda _: None
        self._planner = Planner(
            addresses.bootstrap, addresses.registry_url, addresses.rest_url, settings=addresses.settings
        )

    def run(self, wanted: NewestRun, stopping: Callable[[], bool]) -> None:
        """Watch until `stopping`. `wanted` answers the run that a system follows. A cluster that is away is waited for."""
        self._wanted = wanted
        while not stopping():
            try:
                self.look()
            except httpx.HTTPError as error:
                log.info("waiting for Flink", error=str(error) or type(error).__name__)
            except KafkaException as error:
                log.info("waiting for Kafka", error=str(error))
            except (PlannerError, SavepointError) as error:
                log.warning("trying again", error=str(error))
            deadline = time.monotonic() + WATCH_SECONDS
            while not stopping() and time.monotonic() < deadline:
                time.sleep(0.1)

    def start_planner(self) -> None:
        """Start PyFlink ahead of the first submission."""
        self._planner.start()

    def look(self) -> None:
        """One round: note checkpoints, end jobs that are done with, submit what is missing."""
        found = self._flink.jobs()
        missing = []
        for system in self._systems:
            wanted = self._wanted_run(system)
            entry = self._entry(system, wanted)
            alive = [job for job in found if job.is_alive and job.name.startswith(f"{system.slug} [")]
            mine = [job for job in alive if job.job_id in entry.job_ids]
            before = [job for job in alive if job.job_id in entry.predecessors]
            past = [job for job in alive if job not in mine and job not in before]
            for job in past:
                log.info("ending the job of a past run", job=job.name)
                self._flink.cancel(job.job_id)
            if mine:
                self._watch(entry, mine[0])
                self._succeed(entry, mine[0], before)
            elif past or entry.stopped:
                continue  # what is being cancelled first gives its slot back
            else:
                self._explain([job for job in found if job.job_id in entry.job_ids])
                missing.append((system, wanted, entry))
        if missing and self._flink.free_slots() >= len(missing):
            self._submit(missing)
        self._book.save()

    def _entry(self, system: System, wanted: Wanted) -> Entry:
        """What is known of a system's job. One with other SQL begins with the oldest window that is open."""
        if not self._book.is_changed(system, wanted.run_id):
            return self._book.entry(system, wanted.run_id)
        begin = self._open_windows.of(system, wanted.run_id, wanted.start_offsets or {})
        entry = self._book.entry(system, wanted.run_id)
        if begin is not None:
            entry.since = begin.since
            entry.start_offsets = {str(partition): offset for partition, offset in begin.offsets.items()}
        log.info(
            "the SQL of a job changed", system=system.slug, generation=entry.generation, since=entry.since
        )
        return entry

    def _succeed(self, entry: Entry, job: Job, predecessors: list[Job]) -> None:
        """End the jobs that this one replaces as soon as it has counted as far as they have."""
        if not predecessors:
            entry.predecessors = []
            return
        reached = self._flink.watermark(job.job_id)
        their = [self._flink.watermark(predecessor.job_id) or 0 for predecessor in predecessors]
        if reached is not None and reached >= max(their):
            log.info("caught up with the job before", job=job.name, generation=entry.generation)
            for predecessor in predecessors:
                self._flink.cancel(predecessor.job_id)

    def _wanted_run(self, system: System) -> Wanted:
        run = self._wanted(system.slug)
        if run is None:
            return Wanted(LIVE_RUN, None)
        return Wanted(run["run_id"], {int(part): offset for part, offset in run["start_offsets"].items()})

    def _watch(self, entry: Entry, job: Job) -> None:
        """Note its checkpoint; stop it when it only restarts: whatever stands there would stop it again."""
        newest = self._flink.newest_checkpoint(job.job_id)
        if newest is not None and newest != entry.checkpoint:
            drop_savepoint(entry.checkpoint)
            entry.checkpoint = newest
        if entry.settings != self._settings and job.state == "RUNNING":
            log.info("stopping with a savepoint: its settings changed", job=job.name)
            entry.checkpoint, entry.job_ids = self._flink.stop_with_savepoint(job.job_id), []
            return
        restarts = self._flink.restarts(job.job_id)
        if self._guard.is_hopeless(job.job_id, newest, restarts):
            cause = self._flink.root_exception(job.job_id) or "Flink names no cause"
            if is_of_the_cluster(cause):
                log.warning("waiting for a TaskManager", job=job.name, restarts=restarts, cause=cause)
                self._guard.forgive(job.job_id, newest, restarts)
                return
            entry.stopped = f"restarted more than {RESTARTS_AT_MOST} times from one place: {cause}"
            log.error("job stopped; mend the cause and start the line again", job=job.name, cause=cause)
            self._flink.cancel(job.job_id)

    def _explain(self, ended: list[Job]) -> None:
        for job in ended:
            if job.state == "FAILED":
                log.warning("job failed", job=job.name, cause=self._flink.root_exception(job.job_id))

    def _submit(self, missing: list[tuple[System, Wanted, Entry]]) -> None:
        entries = {system.slug: entry for system, _, entry in missing}
        failed = ""
        for answer in self._planner.submit_all([self._submission(*one) for one in missing]):
            failed = answer.error or failed
            if answer.job_id:
                entries[answer.system].job_ids.append(answer.job_id)
                self._book.save()
                log.info("submitted", system=answer.system, job_id=answer.job_id)
        self._planner.close()
        if failed:
            raise UnfitJobError(failed)

    def _submission(self, system: System, wanted: Wanted, entry: Entry) -> dict[str, Any]:
        """What the planner is asked for; the entry remembers with which settings."""
        on_disk = newest_on_disk(self._at.checkpoint_dir, entry.job_ids) if self._at.checkpoint_dir else None
        restore = on_disk or entry.checkpoint
        name = job_name(system, wanted.run_id)
        log.info("submitting", job=name, restore=restore or "nothing")
        entry.settings = self._settings
        return {
            "system": system.slug,
            "name": name,
            "restore": restore,
            "start_offsets": entry.start_offsets or wanted.start_offsets,
            "generation": entry.generation,
            "since": entry.since,
            "while_open": self._at.while_open,
        }
