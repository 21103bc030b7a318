"""What is running on the Flink cluster? A small client of its REST API."""

import time
from dataclasses import dataclass
from typing import Any

import httpx

TIMEOUT_SECONDS = 5.0
SAVEPOINT_SECONDS = 60.0
POLL_SECONDS = 0.1
ENDED_STATES = frozenset({"FAILED", "CANCELED", "FINISHED"})


@dataclass(frozen=True)
class Job:
    """One job on the cluster, with its state in Flink's words."""

    job_id: str
    name: str
    state: str

    @property
    def is_alive(self) -> bool:
        return self.state not in ENDED_STATES


class SavepointError(RuntimeError):
    """Flink did not write a savepoint; the job goes on."""


class FlinkRest:
    """A Flink cluster's REST API. Methods raise httpx.HTTPError while the cluster is away."""

    def __init__(self, url: str) -> None:
        self.url = url
        # Certificates take a tenth of a second to be read.
        self._http = httpx.Client(base_url=url, timeout=TIMEOUT_SECONDS, verify=url.startswith("https://"))

    def jobs(self) -> list[Job]:
        """Every job that the cluster remembers."""
        found = self._get("/jobs/overview")["jobs"]
        return [Job(job["jid"], job["name"], job["state"]) for job in found]

    def free_slots(self) -> int:
        """Slots that could take a task now."""
        return int(self._get("/overview")["slots-available"])

    def cancel(self, job_id: str) -> None:
        """Stop a job; its newest checkpoint stays."""
        self._http.patch(f"/jobs/{job_id}").raise_for_status()

    def stop_with_savepoint(self, job_id: str) -> str:
        """Stop a job where it stands; the address of its savepoint. Raises SavepointError when Flink cannot."""
        answer = self._http.post(f"/jobs/{job_id}/stop", json={"drain": False})
        answer.raise_for_status()
        request = answer.json()["request-id"]
        deadline = time.monotonic() + SAVEPOINT_SECONDS
        while time.monotonic() < deadline:
            found = self._get(f"/jobs/{job_id}/savepoints/{request}")
            if found["status"]["id"] == "COMPLETED":
                done = found["operation"]
                if "location" in done:
                    return str(done["location"])
                cause = done.get("failure-cause", {}).get("stack-trace", "Flink names no cause")
                raise SavepointError(f"no savepoint of job {job_id}: {cause.splitlines()[0]}")
            time.sleep(POLL_SECONDS)
        raise SavepointError(f"no savepoint of job {job_id} within {SAVEPOINT_SECONDS:.0f} s")

    def watermark(self, job_id: str) -> int | None:
        """Event time up to which a job has counted, epoch milliseconds; None before its first watermark."""
        found = [
            int(metric["value"])
            for vertex in self._get(f"/jobs/{job_id}")["vertices"]
            for metric in self._get(f"/jobs/{job_id}/vertices/{vertex['id']}/watermarks")
        ]
        known = [value for value in found if value > 0]
        return min(known) if known else None

    def newest_checkpoint(self, job_id: str) -> str | None:
        """Address of the newest completed checkpoint, or None."""
        completed = (self._get(f"/jobs/{job_id}/checkpoints").get("latest") or {}).get("completed") or {}
        address = completed.get("external_path")
        return str(address) if address else None

    def restarts(self, job_id: str) -> int:
        """How often a job was restarted since it was submitted; 0 while that is not known."""
        found = self._get(f"/jobs/{job_id}/metrics", get="numRestarts")
        return sum(int(metric["value"]) for metric in found)

    def root_exception(self, job_id: str) -> str:
        """First lines of the newest failure; `root-exception` itself stays empty, so the history is read."""
        history = self._get(f"/jobs/{job_id}/exceptions").get("exceptionHistory") or {}
        entries = history.get("entries") or []
        return "\n".join(str(entries[0].get("stacktrace", "")).splitlines()[:5]) if entries else ""

    def running_since_ms(self, job_id: str) -> int:
        """Wall clock in milliseconds at which the job last began to run, 0 if it does not."""
        return int(self._get(f"/jobs/{job_id}").get("timestamps", {}).get("RUNNING", 0))

    def _get(self, path: str, **parameters: str) -> Any:
        answer = self._http.get(path, params=parameters)
        answer.raise_for_status()
        return answer.json()
