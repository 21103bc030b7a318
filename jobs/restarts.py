"""Does a job only fail, again and again from the same place? Then starting it once more helps nobody."""

from dataclasses import dataclass

RESTARTS_AT_MOST = 3
"""From one checkpoint. A part that is away for a while costs one or two: Flink waits for it."""

_OF_THE_CLUSTER = (
    "NoResourceAvailableException",
    "Heartbeat of TaskManager",
    "is no longer reachable",
    "Lost connection to task manager",
    "has no more allocated slots",
    "The TaskExecutor is shutting down",
)
"""What Flink says when a TaskManager is away: words of its exceptions, releases 1.17 to 2.2."""


def is_of_the_cluster(cause: str) -> bool:
    """Whether a job fell for want of machines, and will run when they are back: nothing in it is wrong."""
    return any(words in cause for words in _OF_THE_CLUSTER)


@dataclass(frozen=True, slots=True)
class _Place:
    checkpoint: str | None
    restarts: int


class RestartGuard:
    """Counts each job's restarts since its newest checkpoint."""

    def __init__(self) -> None:
        self._places: dict[str, _Place] = {}

    def is_hopeless(self, job_id: str, checkpoint: str | None, restarts: int) -> bool:
        """Whether a job was restarted too often from one checkpoint. `restarts` counts since it was submitted."""
        place = self._places.get(job_id)
        if place is None or place.checkpoint != checkpoint:
            # What it went through before led to this checkpoint; without one it led nowhere.
            place = self._places[job_id] = _Place(checkpoint, restarts if checkpoint is not None else 0)
        return restarts - place.restarts > RESTARTS_AT_MOST

    def forgive(self, job_id: str, checkpoint: str | None, restarts: int) -> None:
        """Count a job's restarts from now on: those before were not its own fault."""
        self._places[job_id] = _Place(checkpoint, restarts)
