"""What is running on the Flink cluster? A small client of its REST API."""

from dataclasses import dataclass
from typing import Any

import httpx

TIMEOUT_SECONDS = 5.0
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


class FlinkRest:
    """A Flink cluster's REST API. Methods raise httpx.HTTPError while the cluster is away."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._http = httpx.Client(base_url=url, timeout=TIMEOUT_SECONDS)

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

    def newest_checkpoint(self, job_id: str) -> str | None:
        """Address of the newest completed checkpoint, or None."""
        completed = (self._get(f"/jobs/{job_id}/checkpoints").get("latest") or {}).get("completed") or {}
        address = completed.get("external_path")
        return str(address) if address else None

    def restarts(self, job_id: str) -> int:
        """How often a job was restarted since it was submitted; 0 while that is not known."""
        answer = self._http.get(f"/jobs/{job_id}/metrics", params={"get": "numRestarts"})
        answer.raise_for_status()
        return sum(int(metric["value"]) for metric in answer.json())

    def root_exception(self, job_id: str) -> str:
        """First lines of the newest failure; `root-exception` itself stays empty, so the history is read."""
        history = self._get(f"/jobs/{job_id}/exceptions").get("exceptionHistory") or {}
        entries = history.get("entries") or []
        return "\n".join(str(entries[0].get("stacktrace", "")).splitlines()[:5]) if entries else ""

    def running_since_ms(self, job_id: str) -> int:
        """Wall clock in milliseconds at which the job last began to run, 0 if it does not."""
        return int(self._get(f"/jobs/{job_id}").get("timestamps", {}).get("RUNNING", 0))

    def _get(self, path: str) -> dict[str, Any]:
        answer = self._http.get(path)
        answer.raise_for_status()
        content: dict[str, Any] = answer.json()
        return content
