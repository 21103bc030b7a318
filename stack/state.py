"""Who runs in this home? The state file, the lock, and how to stop or clean up after a supervisor.

`<home>/run/state.json` is written by the supervisor alone, always whole. `<home>/run/lock` is held by it while it
lives, so that two never share a home.
"""

import contextlib
import fcntl
import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

import psutil

from stack.errors import StackError

PartStateName = Literal["waiting", "starting", "ready", "restarting", "stopping", "stopped", "failed", "done"]

# The clock may be set between two readings of when a process began.
_SAME_START_SECONDS = 2.0


@dataclass(frozen=True)
class PartState:
    """One part as last seen. `since` and `created` are seconds since 1970, `created` that of its process."""

    name: str
    state: PartStateName
    since: float
    pid: int | None = None
    created: float = 0.0
    argv: tuple[str, ...] = ()
    restarts: int = 0
    last_exit: str | None = None
    log_path: str = ""

    @property
    def running(self) -> bool:
        """Say whether its process is alive now, and is still its own."""
        return self.pid is not None and _is_process(self.pid, self.created)


@dataclass(frozen=True)
class State:
    """What the supervisor of a home last wrote."""

    supervisor_pid: int
    supervisor_created: float
    started_at: float
    mode: str
    ports: dict[str, int] = field(default_factory=dict)
    parts: tuple[PartState, ...] = ()

    @property
    def running(self) -> bool:
        """Say whether that supervisor is alive now."""
        return _is_process(self.supervisor_pid, self.supervisor_created)

    def part(self, name: str) -> PartState | None:
        """Return the part of that name, or None."""
        return next((part for part in self.parts if part.name == name), None)


@dataclass(frozen=True)
class Stopped:
    """How a home was stopped: `not_running`, `stopped` in order, or `killed`; and pids that were ended by force."""

    how: Literal["not_running", "stopped", "killed"]
    seconds: float
    ended_by_force: tuple[int, ...] = ()


def run_folder(home: Path) -> Path:
    """Return the folder of state, lock and temporary files."""
    return home / "run"


def state_path(home: Path) -> Path:
    """Return where the state file of a home is."""
    return run_folder(home) / "state.json"


def write_state(home: Path, state: State) -> None:
    """Replace the state file; a reader sees the old one or the new one, never half of one."""
    path = state_path(home)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    partial.write_text(json.dumps(asdict(state), indent=1) + "\n")
    partial.replace(path)


def read_state(home: Path) -> State | None:
    """Read the state file of a home; None if there is none or it is not one of ours."""
    try:
        raw: dict[str, Any] = json.loads(state_path(home).read_text())
        parts = tuple(PartState(**{**part, "argv": tuple(part["argv"])}) for part in raw.pop("parts"))
        return State(**raw, parts=parts)
    except (OSError, ValueError, TypeError, KeyError):
        return None


@contextmanager
def hold(home: Path) -> Iterator[None]:
    """Hold the lock of a home. Raises StackError if another supervisor has it."""
    folder = run_folder(home)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            state = read_state(home)
            who = f" (process {state.supervisor_pid})" if state else ""
            raise StackError(
                f"Another supervisor{who} runs in {home}.",
                "Use `make status` to look at it and `make down` to stop it.",
            ) from None
        yield


def end_leftovers(home: Path) -> tuple[int, ...]:
    """End the parts that a killed supervisor may have left, and return their pids.

    Only processes whose number, start time and command are the recorded ones are touched. Must not be called
    while that supervisor lives.
    """
    state = read_state(home)
    if state is None or state.running:
        return ()
    left = [part for part in state.parts if part.pid is not None and _is_part(part)]
    for part in left:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(part.pid or 0, signal.SIGKILL)
    pids = tuple(part.pid for part in left if part.pid is not None)
    wait_until(lambda: not any(_is_part(part) for part in left), 5.0)
    return pids


def request_stop(home: Path, timeout_seconds: float = 30.0) -> Stopped:
    """Stop the supervisor of a home and all its parts, by force if it does not within the time."""
    began = time.monotonic()
    state = read_state(home)
    if state is None or not state.running:
        return Stopped("not_running", 0.0, end_leftovers(home))
    _send(state.supervisor_pid, signal.SIGTERM)
    if wait_until(lambda: not state.running, timeout_seconds):
        return Stopped("stopped", time.monotonic() - began)
    _send(state.supervisor_pid, signal.SIGKILL)
    wait_until(lambda: not state.running, 5.0)
    return Stopped("killed", time.monotonic() - began, (state.supervisor_pid, *end_leftovers(home)))


def wait_until(condition: Callable[[], bool], timeout_seconds: float, every_seconds: float = 0.05) -> bool:
    """Wait for a condition; say whether it came true in time."""
    deadline = time.monotonic() + timeout_seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(every_seconds)
    return True


def _send(pid: int, how: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, how)


def _is_process(pid: int, created: float) -> bool:
    try:
        process = psutil.Process(pid)
        same = abs(process.create_time() - created) < _SAME_START_SECONDS
        return same and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def _is_part(part: PartState) -> bool:
    if not part.running:
        return False
    try:
        command = tuple(psutil.Process(part.pid).cmdline())
    except psutil.Error:
        return False
    # A part that was caught while it was turning into its command still carries the words of stack/child.py.
    return command[-len(part.argv) :] == part.argv
