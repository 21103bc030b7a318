"""Is every job running, from where it left off? Watches the cluster and submits what is missing."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import structlog

from jobs.bookkeeping import Bookkeeping, Entry, newest_on_disk
from jobs.flink_rest import FlinkRest, Job
from jobs.restarts import RESTARTS_AT_MOST, RestartGuard
from streams.catalog import SYSTEMS, System

WATCH_SECONDS = 2.0
SUBMIT_TIMEOUT_SECONDS = 180.0
LIVE_RUN = "live"

log = structlog.get_logger("jobs")

NewestRun = Callable[[str], Mapping[str, Any] | None]
"""A system's slug to its newest declared run, or None on a line whose clock only went forward."""


@dataclass(frozen=True)
class Addresses:
    """Where the keeper finds things.

    checkpoint_dir: the local folder of checkpoints, where there is one. settings: what each job asks of Flink; a job
    submitted without its checkpoint settings has no checkpoints, whatever the cluster's own file says.
    """

    bootstrap: str
    registry_url: str
    rest_url: str
    book: Path
    checkpoint_dir: Path | None
    settings: Mapping[str, str]


@dataclass(frozen=True)
class Wanted:
    """The run that a system's job should be working on, and where its events start."""

    run_id: str
    start_offsets: Mapping[int, int] | None


def job_name(system: System, run_id: str) -> str:
    """How a job is called on the cluster: its system and the run whose clock it follows."""
    return f"{system.slug} [{run_id}]"


class Keeper:
    """Keeps one job a system running."""

    def __init__(self, addresses: Addresses) -> None:
        self._at = addresses
        self._flink = FlinkRest(addresses.rest_url)
        self._book = Bookkeeping(addresses.book)
        self._book.try_all_again()
        self._guard = RestartGuard()
        self._wanted: NewestRun = lambda _: None
        self._planner: subprocess.Popen[str] | None = None

    def run(self, wanted: NewestRun, stopping: Callable[[], bool]) -> None:
        """Watch until `stopping`. `wanted` answers the run that a system follows. A cluster that is away is waited for."""
        self._wanted = wanted
        while not stopping():
            try:
                self.look()
            except httpx.HTTPError as error:
                log.info("waiting for Flink", error=str(error) or type(error).__name__)
            except subprocess.SubprocessError as error:
                log.warning("submission failed; trying again", error=str(error))
            deadline = time.monotonic() + WATCH_SECONDS
            while not stopping() and time.monotonic() < deadline:
                time.sleep(0.1)

    def start_planner(self) -> subprocess.Popen[str]:
        """Start PyFlink ahead of the first submission.

        It is a process of its own: its JVM plans the jobs, submits them, and gives its memory back.
        """
        command = [sys.executable, "-m", "jobs.submit", "--bootstrap", self._at.bootstrap]
        command += ["--registry", self._at.registry_url, "--rest", self._at.rest_url]
        command += ["--settings", json.dumps(dict(self._at.settings))]
        self._planner = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        return self._planner

    def look(self) -> None:
        """One round: note checkpoints, end jobs of past runs, submit what is missing."""
        found = self._flink.jobs()
        missing = []
        for system in SYSTEMS.values():
            wanted = self._wanted_run(system)
            name = job_name(system, wanted.run_id)
            entry = self._book.entry(system, wanted.run_id)
            alive = [job for job in found if job.is_alive and job.name.startswith(f"{system.slug} [")]
            for job in alive:
                if job.name != name or job.job_id not in entry.job_ids:
                    log.info("ending the job of a past run", job=job.name)
                    self._flink.cancel(job.job_id)
            mine = [job for job in alive if job.name == name and job.job_id in entry.job_ids]
            if mine:
                self._watch(entry, mine[0])
            elif alive or entry.stopped:
                continue  # what is being cancelled first gives its slot back
            else:
                self._explain([job for job in found if job.job_id in entry.job_ids])
                missing.append((system, wanted, entry))
        if missing and self._flink.free_slots() >= len(missing):
            self._submit(missing)
        self._book.save()

    def _wanted_run(self, system: System) -> Wanted:
        run = self._wanted(system.slug)
        if run is None:
            return Wanted(LIVE_RUN, None)
        return Wanted(run["run_id"], {int(part): offset for part, offset in run["start_offsets"].items()})

    def _watch(self, entry: Entry, job: Job) -> None:
        """Note its checkpoint; stop it when it only restarts: whatever stands there would stop it again."""
        newest = self._flink.newest_checkpoint(job.job_id)
        if newest is not None:
            entry.checkpoint = newest
        if self._guard.is_hopeless(job.job_id, newest, self._flink.restarts(job.job_id)):
            cause = self._flink.root_exception(job.job_id) or "Flink names no cause"
            entry.stopped = f"restarted more than {RESTARTS_AT_MOST} times from one place: {cause}"
            log.error("job stopped; mend the cause and start the line again", job=job.name, cause=cause)
            self._flink.cancel(job.job_id)

    def _explain(self, ended: list[Job]) -> None:
        for job in ended:
            if job.state == "FAILED":
                log.warning("job failed", job=job.name, cause=self._flink.root_exception(job.job_id))

    def _submit(self, missing: list[tuple[System, Wanted, Entry]]) -> None:
        submissions = []
        for system, wanted, entry in missing:
            on_disk = (
                newest_on_disk(self._at.checkpoint_dir, entry.job_ids) if self._at.checkpoint_dir else None
            )
            restore = on_disk or entry.checkpoint
            log.info("submitting", job=job_name(system, wanted.run_id), restore=restore or "nothing")
            submissions.append(
                {
                    "system": system.slug,
                    "name": job_name(system, wanted.run_id),
                    "restore": restore,
                    "start_offsets": wanted.start_offsets,
                }
            )
        planner, self._planner = self._planner or self.start_planner(), None
        with planner:
            try:
                out, _ = planner.communicate(json.dumps(submissions), timeout=SUBMIT_TIMEOUT_SECONDS)
            except subprocess.TimeoutExpired:
                planner.kill()
                raise
        for line in out.splitlines():
            if line.startswith("{"):
                self._note_submitted(json.loads(line))
        if planner.returncode:
            raise subprocess.SubprocessError(f"jobs.submit ended with {planner.returncode}; its log says why")

    def _note_submitted(self, answer: Mapping[str, str]) -> None:
        self._book.entries[answer["system"]].job_ids.append(answer["job_id"])
        self._book.save()
        log.info("submitted", **answer)
