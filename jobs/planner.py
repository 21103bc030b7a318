"""Who plans and submits jobs? A process of its own, whose JVM stays warm from one job to the next.

It starts with the first job, or ahead of it, and its memory is given back when it is closed.
"""

import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Any, Self

SUBMIT_SECONDS = 180.0
JVM_ARGUMENTS = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
"""It lives for a minute: the time that its best compiler takes would never come back, and others need that processor."""
CLOSE_SECONDS = 20.0


class PlannerError(RuntimeError):
    """A job could not be planned or submitted; says why."""


class UnfitJobError(PlannerError):
    """Of one job only: the planner itself works, and others may be submitted."""


@dataclass(frozen=True)
class Answer:
    """What became of a submission: the id of its job or, where that is empty, why there is none."""

    system: str
    job_id: str = ""
    error: str = ""


class Planner:
    """Submits jobs to the cluster at `rest_url`, two at a time where several are handed to it.

    settings: what each job asks of Flink. environment: of the process, with Flink's own variables. quiet: keep what
    Java says to itself for an error instead of showing it. module: what plans, with its arguments.
    """

    def __init__(
        self,
        bootstrap: str,
        registry_url: str,
        rest_url: str,
        *,
        settings: Mapping[str, str] | None = None,
        environment: Mapping[str, str] | None = None,
        quiet: bool = False,
        module: tuple[str, ...] = ("jobs.submit",),
    ) -> None:
        command = [sys.executable, "-m", *module, "--bootstrap", bootstrap, "--registry", registry_url]
        self._command = [*command, "--rest", rest_url, "--settings", json.dumps(dict(settings or {}))]
        self._environment = environment
        self._quiet = quiet
        self._process: subprocess.Popen[str] | None = None
        self._said: IO[bytes] | None = None
        self._answers: queue.Queue[str | None] = queue.Queue()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self) -> "subprocess.Popen[str]":
        """Start the process, and its JVM, ahead of the first job."""
        if self._process is None:
            # Open as long as the process.
            self._said = tempfile.TemporaryFile() if self._quiet else None  # noqa: SIM115
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._said,
                text=True,
                env={"JVM_ARGS": JVM_ARGUMENTS, **(self._environment or os.environ)},
            )
            self._answers = queue.Queue()
            threading.Thread(target=_pass_on, args=(self._process.stdout, self._answers), daemon=True).start()
        return self._process

    def submit(self, submission: Mapping[str, Any]) -> str:
        """Plan and submit one job, as `jobs.submit` reads it; returns its id. Raises PlannerError."""
        (answer,) = self.submit_all([submission])
        if answer.error:
            raise UnfitJobError(answer.error)
        return answer.job_id

    def submit_all(self, submissions: Sequence[Mapping[str, Any]]) -> Iterator[Answer]:
        """Plan and submit jobs of different systems; what became of each, as it is known. Raises PlannerError.

        While one is planned, another waits for the cluster.
        """
        process = self.start()
        waiting = {submission["system"]: submission["name"] for submission in submissions}
        try:
            for submission in submissions:
                print(json.dumps(dict(submission)), file=process.stdin, flush=True)
            while waiting:
                told = self._answers.get(timeout=SUBMIT_SECONDS)
                if told is None:
                    raise PlannerError(f"{_names(waiting)} not submitted: the planner ended.{self._end()}")
                answer = Answer(**json.loads(told))
                name = waiting.pop(answer.system)
                if answer.error:
                    answer = Answer(answer.system, error=f"{name} was not submitted: {answer.error}")
                yield answer
        except (queue.Empty, OSError) as error:
            process.kill()
            raise PlannerError(
                f"{_names(waiting)} not submitted in {SUBMIT_SECONDS:.0f} s; is Flink up?{self._end()}"
            ) from error

    def close(self) -> None:
        """End the process, if there is one."""
        process, self._process = self._process, None
        if process is None:
            return
        with process:
            if process.stdin is not None:
                process.stdin.close()
            try:
                process.wait(CLOSE_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
        if self._said is not None:
            self._said.close()

    def _end(self) -> str:
        """Close the process, and give the last that it said of itself."""
        said = ""
        if self._process is not None and self._said is not None:
            self._process.wait(CLOSE_SECONDS)
            self._said.seek(0)
            said = "\n" + "\n".join(self._said.read().decode(errors="replace").splitlines()[-5:])
        self.close()
        return said


def _names(waiting: Mapping[str, str]) -> str:
    return f"{', '.join(waiting.values())} {'was' if len(waiting) == 1 else 'were'}"


def _pass_on(lines: IO[str] | None, answers: "queue.Queue[str | None]") -> None:
    """Hand on the answers among what is written, and None at its end."""
    for line in lines or ():
        if line.startswith("{"):
            answers.put(line)
    answers.put(None)
