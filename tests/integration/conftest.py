"""The real machinery, started once a test session on free ports, and gone afterwards."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from citybrain.prepare import prepare
from citybrain.settings import Mode, Settings
from stack.kafka import kafka_part
from stack.ports import free_base
from stack.provision import provision
from stack.registry import registry_part
from stack.state import read_state
from stack.supervisor import Supervisor
from streams.kafka import is_reachable

PROJECT = Path(__file__).resolve().parents[2]


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
class LineStack:
    """Kafka and registry with every topic and schema, and nothing that reads them."""

    settings: Settings
    home: Path

    @property
    def kafka_bootstrap(self) -> str:
        return self.settings.kafka

    @property
    def registry_url(self) -> str:
        return self.settings.registry


@pytest.fixture(scope="session")
def line_stack() -> Iterator[LineStack]:
    jars = provision(PROJECT, lambda _: None)
    home = Path(tempfile.mkdtemp(prefix="citybrain-stack-"))
    settings = Settings(home=home, base_port=free_base(), mode=Mode.REPLAY)
    parts = [
        kafka_part(home, settings.ports, jars.kafka, answers=lambda: is_reachable(settings.kafka)),
        registry_part(home, settings.ports, jars.registry),
    ]
    supervisor = Supervisor(home, parts, ports=settings.ports.as_dict())
    thread = threading.Thread(target=supervisor.run)
    thread.start()

    def is_up() -> bool:
        state = read_state(home)
        return (
            state is not None and len(state.parts) == 2 and all(part.state == "ready" for part in state.parts)
        )

    try:
        until(is_up, 90, "Kafka and registry ready")
        prepare(settings)
        yield LineStack(settings, home)
    finally:
        supervisor.request_stop()
        thread.join(60)
        shutil.rmtree(home, ignore_errors=True)


@dataclass(frozen=True)
class Line:
    """A whole line of its own, driven through the command as a person would."""

    home: Path
    base_port: int

    @property
    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "CITYBRAIN_HOME": str(self.home),
            "CITYBRAIN_BASE_PORT": str(self.base_port),
            "PYTHONWARNINGS": "ignore",
        }

    @property
    def settings(self) -> Settings:
        return Settings(home=self.home, base_port=self.base_port, mode=Mode.REPLAY)

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
        """Rows of a query, as `citybrain sql --format json` gives them."""
        rows: list[dict[str, Any]] = json.loads(self.run("sql", sql, "--format", "json").stdout)
        return rows

    def replay(self, *arguments: str, timeout: float = 600.0) -> dict[str, Any]:
        """`citybrain replay … --wait`; what its records became."""
        done = self.run("replay", *arguments, "--wait", timeout=timeout)
        counts: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
        return counts

    def pid_of(self, part: str) -> int | None:
        state = read_state(self.home)
        found = state.part(part) if state else None
        return found.pid if found else None

    def state_of(self, part: str) -> str:
        state = read_state(self.home)
        found = state.part(part) if state else None
        return found.state if found else "absent"


def start_line(prefix: str) -> Line:
    """A fresh line in a folder of its own; the caller stops it."""
    provision(PROJECT, lambda _: None)
    line = Line(Path(tempfile.mkdtemp(prefix=prefix)), free_base())
    try:
        line.run("up", "--detach", "--no-simulator", timeout=240)
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


@pytest.fixture(scope="session")
def line() -> Iterator[Line]:
    """The line that the tests of whole recordings share."""
    started = start_line("citybrain-line-")
    try:
        yield started
    finally:
        stop_line(started)
