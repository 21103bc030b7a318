"""What is one part of the stack, and how does its process start, log and end?"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal

import psutil

LOG_BYTES = 20 * 1024 * 1024
_CHILD = Path(__file__).with_name("child.py")

EventKind = Literal[
    "starting", "ready", "done", "died", "unready", "failed", "stopping", "stopped", "up", "note"
]


def always() -> bool:
    """Say yes: for a part that is ready as soon as it runs."""
    return True


@dataclass(frozen=True)
class Part:
    """One supervised process.

    `ready` and `healthy` are asked from another thread and may block for a few seconds; an exception means no.
    `prepare` runs before every start, in another thread too. `env` is added to the supervisor's environment.
    A part with `once` is meant to end: exit 0 makes it done, and what depends on it may start.
    """

    name: str
    argv: tuple[str, ...]
    log_path: Path
    env: Mapping[str, str] = field(default_factory=dict)
    cwd: Path | None = None
    ready: Callable[[], bool] = always
    depends_on: tuple[str, ...] = ()
    ready_timeout_seconds: float = 60.0
    stop_signal: signal.Signals = signal.SIGTERM
    stop_timeout_seconds: float = 8.0
    once: bool = False
    prepare: Callable[[], None] | None = None
    healthy: Callable[[], bool] | None = None
    health_interval_seconds: float = 5.0
    health_failures: int = 6


@dataclass(frozen=True)
class PartEvent:
    """Something worth a line in a live log. `part` is empty if it is about the whole."""

    part: str
    kind: EventKind
    message: str
    at: datetime


class Child:
    """The running process of a part, alone in its session and process group."""

    def __init__(self, part: Part) -> None:
        rotate(part.log_path)
        # Appending, so that truncating the file while it is being written to works.
        with part.log_path.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-S", str(_CHILD), str(os.getpid()), *part.argv],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**os.environ, **part.env},
                cwd=part.cwd,
                start_new_session=True,
            )
        self.pid = self._process.pid
        self.created = _create_time(self.pid)

    def poll(self) -> int | None:
        """Return how it ended (exit code, or minus the signal), or None while it runs."""
        if self._process.returncode is not None:
            return self._process.returncode
        try:
            ended = os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        except ChildProcessError:
            return self._process.poll()
        if ended is None:
            return None
        # While the leader is not reaped its number cannot be given to anybody else: now its group can be ended.
        self._signal_group(signal.SIGKILL)
        return self._process.wait()

    def stop(self, how: signal.Signals) -> None:
        """Ask it to end."""
        if self.poll() is None:
            self._process.send_signal(how)

    def kill(self) -> None:
        """End it, and everything that it started, at once."""
        if self.poll() is None:
            self._signal_group(signal.SIGKILL)

    def _signal_group(self, how: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, how)


def _create_time(pid: int) -> float:
    try:
        return psutil.Process(pid).create_time()
    except psutil.Error:
        return 0.0


def exit_words(code: int) -> str:
    """Say how a process ended: `signal 9 (SIGKILL)` or `exit code 1`."""
    if code >= 0:
        return f"exit code {code}"
    try:
        return f"signal {-code} ({signal.Signals(-code).name})"
    except ValueError:
        return f"signal {-code}"


def rotate(log: Path) -> None:
    """Keep the log of the run before as `<name>.1`; called when no process writes to it."""
    log.parent.mkdir(parents=True, exist_ok=True)
    if log.exists() and log.stat().st_size > 0:
        log.replace(log.with_name(log.name + ".1"))


def trim(log: Path, limit_bytes: int = LOG_BYTES) -> bool:
    """Move what is in a log that grew beyond the limit to `<name>.1`, while its writer goes on.

    The writer appends, so it continues at the start of the emptied file. Lines that arrive between copying and
    emptying are lost: this is a log of a process, not of data.
    """
    try:
        if log.stat().st_size <= limit_bytes:
            return False
        shutil.copyfile(log, log.with_name(log.name + ".1"))
        os.truncate(log, 0)
    except FileNotFoundError:
        return False
    return True


def last_line(log: Path, limit_bytes: int = 4096) -> str:
    """Return the last line of a log that says something, shortened; empty if there is none."""
    try:
        with log.open("rb") as file:
            file.seek(0, os.SEEK_END)
            file.seek(max(0, file.tell() - limit_bytes))
            text = file.read().decode("utf-8", "replace")
    except OSError:
        return ""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1][:200] if lines else ""
