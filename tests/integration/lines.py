"""A whole line of its own for a test, driven through the command as a person would."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from citybrain.settings import Mode, Settings
from citybrain.waiting import query
from stack.ports import free_base
from stack.provision import provision
from stack.state import read_state

PROJECT = Path(__file__).resolve().parents[2]

MEASURED = "NOT match(indicator_id, '^(alert|case)[.]')"
"""Rows of what was measured: what alerts and cases lead to is told behind it, and of a stream alone."""


def until(condition: Callable[[], Any], seconds: float, what: str) -> Any:
    """The first true answer; fails with `what` when there is none in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        answer = condition()
        if answer:
            return answer
        time.sleep(0.1)
    pytest.fail(f"not within {seconds:.0f} s: {what}")


@dataclass(frozen=True)
class Line:
    """A whole line of its own, driven through the command as a person would."""

    home: Path
    base_port: int
    systems: str = ""
    without: str = ""

    @property
    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "CITYBRAIN_HOME": str(self.home),
            "CITYBRAIN_BASE_PORT": str(self.base_port),
            "CITYBRAIN_SYSTEMS": self.systems,
            "CITYBRAIN_WITHOUT": self.without,
            "CITYBRAIN_SIMULATED_CITY": "small",
            "PYTHONWARNINGS": "ignore",
            # A run that goes back in time waits for a checkpoint.
            "CITYBRAIN_CHECKPOINT_SECONDS": "10",
            # Tests restate by hand, and look before and after.
            "CITYBRAIN_RESTATE_SECONDS": "86400",
        }

    @property
    def settings(self) -> Settings:
        chosen = {"systems": self.systems, "without": self.without}
        return Settings(home=self.home, base_port=self.base_port, mode=Mode.REPLAY, **chosen)

    def run(
        self, *arguments: str, timeout: float = 600.0, check: bool = True
    ) -> subprocess.CompletedProcess[str]:
        """`citybrain <arguments>`; fails the test with its output when it does not succeed."""
        done = subprocess.run(
            [sys.executable, "-m", "citybrain", *arguments],
            env=self.environment,
            cwd=PROJECT,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
        if check and done.returncode:
            pytest.fail(
                f"citybrain {' '.join(arguments)} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}"
            )
        return done

    def rows(self, sql: str) -> list[dict[str, Any]]:
        """Rows of a query, as `citybrain sql --format json` gives them, without starting it for each."""
        return query(self.settings, sql)

    def replay(self, *arguments: str, timeout: float = 600.0) -> dict[str, Any]:
        """`citybrain replay … --wait`; what its records became."""
        done = self.run("replay", *arguments, "--wait", timeout=timeout)
        counts: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
        return counts

    def newest_run(self, recording: str) -> str:
        """The run of a recording that was played last."""
        (row,) = self.rows(
            f"SELECT max(run_id) AS run FROM normalize_counts WHERE startsWith(run_id, '{recording}')"
        )
        return str(row["run"])

    def pid_of(self, part: str) -> int | None:
        state = read_state(self.home)
        found = state.part(part) if state else None
        return found.pid if found else None

    def state_of(self, part: str) -> str:
        state = read_state(self.home)
        found = state.part(part) if state else None
        return found.state if found else "absent"


def start_line(prefix: str, systems: str = "", without: str = "") -> Line:
    """A fresh line in a folder of its own, with all systems or some, and without some parts; the caller stops it."""
    provision(PROJECT, lambda _: None)
    line = Line(Path(tempfile.mkdtemp(prefix=prefix)), free_base(), systems, without)
    try:
        line.run("up", "--detach", "--no-simulator", timeout=400)
    except BaseException:
        stop_line(line)
        raise
    return line


def stop_line(line: Line) -> None:
    """Stop it, keep its logs when asked to, and leave nothing behind."""
    line.run("down", timeout=60, check=False)
    keep = os.environ.get("CITYBRAIN_KEEP_LOGS")
    if keep:
        shutil.copytree(line.home / "logs", Path(keep) / line.home.name, dirs_exist_ok=True)
    shutil.rmtree(line.home, ignore_errors=True)
