"""What runs while it is measured? Some parts of a line, each as the line itself would start it; or a whole line."""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from citybrain.line import PROJECT, STORE, line_parts
from citybrain.prepare import prepare
from citybrain.settings import Mode, Settings
from load_tests.report import WrongResultError
from stack.flink_conf import JOBMANAGER, TASKMANAGER
from stack.kafka import NAME as KAFKA
from stack.ports import free_base
from stack.process import Part
from stack.registry import NAME as REGISTRY
from stack.state import read_state
from stack.supervisor import Supervisor

UP_SECONDS = 120.0
STOP_SECONDS = 30.0


@dataclass(frozen=True)
class Bench:
    """Kafka, registry, Flink and store of a line, without what reads the topics; those are started one by one."""

    settings: Settings

    def part(self, name: str) -> Part:
        """How the line starts a part."""
        return next(part for part in line_parts(self.settings, simulator=False) if part.name == name)

    def pid_of(self, name: str) -> int:
        """The process of a part of the stack."""
        state = read_state(self.settings.home)
        found = state.part(name) if state else None
        if found is None or found.pid is None:
            raise WrongResultError(f"{name} does not run")
        return found.pid


class Process:
    """One process of ours, in a session of its own; ended with its `with` block."""

    def __init__(self, argv: Sequence[str], environment: Mapping[str, str], log: Path) -> None:
        log.parent.mkdir(parents=True, exist_ok=True)
        self.log = log
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                argv,
                env={**os.environ, **environment},
                cwd=PROJECT,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        self.pid = self._process.pid

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def is_alive(self) -> bool:
        """Whether it still runs."""
        return self._process.poll() is None

    def wait_for_words(self, words: str, seconds: float = 60.0) -> float:
        """The wall clock when its log first held these words. Raises WrongResultError."""
        until(
            lambda: words in self.log.read_text(errors="replace") or not self.is_alive(),
            seconds,
            f"{words!r} in {self.log}",
        )
        if not self.is_alive():
            raise WrongResultError(f"it ended: {self.log.read_text(errors='replace')[-500:]}")
        return time.time()


def start(bench: Bench, name: str, *, module: tuple[str, ...] = ()) -> Process:
    """Start a part, or another module in its place with the same surroundings."""
    part = bench.part(name)
    argv = (sys.executable, "-m", *module) if module else part.argv
    log = part.log_path.with_name(f"{module[0] if module else name}.log")
    return Process(argv, part.env, log)


def until(condition: Callable[[], Any], seconds: float, what: str, pause: float = 0.02) -> Any:
    """The first true answer. Raises WrongResultError when there is none in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        answer = condition()
        if answer:
            return answer
        time.sleep(pause)
    raise WrongResultError(f"not within {seconds:.0f} s: {what}")


@contextmanager
def some_parts() -> Iterator[Bench]:
    """The stack below the services, on free ports and in a temporary home, with every topic and schema."""
    with _home() as settings:
        wanted = {KAFKA, REGISTRY, JOBMANAGER, TASKMANAGER, STORE}
        parts = [part for part in line_parts(settings, simulator=False) if part.name in wanted]
        supervisor = Supervisor(settings.home, parts, ports=settings.ports.as_dict())
        thread = threading.Thread(target=supervisor.run, name="supervisor")
        thread.start()
        try:
            until(
                lambda: _all_ready(settings, len(wanted)),
                UP_SECONDS,
                "Kafka, registry, Flink and store ready",
                0.2,
            )
            prepare(settings)
            yield Bench(settings)
        finally:
            supervisor.request_stop()
            thread.join()


@contextmanager
def whole_line(*, simulator: bool) -> Iterator[tuple[Settings, float]]:
    """A line of its own, and the wall clock when `citybrain up` was called. With the simulator it is not waited for."""
    with _home() as settings:
        environment = {
            **os.environ,
            "CITYBRAIN_HOME": str(settings.home),
            "CITYBRAIN_BASE_PORT": str(settings.base_port),
        }
        command = [sys.executable, "-m", "citybrain"]
        began = time.time()
        log = settings.home / "logs" / "up.log"
        arguments = ("up",) if simulator else ("up", "--detach", "--no-simulator")
        try:
            with Process((*command, *arguments), environment, log) as process:
                if not simulator:
                    until(lambda: not process.is_alive(), UP_SECONDS + 60, "`citybrain up --detach`", 0.2)
                    state = read_state(settings.home)
                    if state is None or not state.running:
                        raise WrongResultError(f"the line did not start: {log.read_text()[-500:]}")
                yield settings, began
        finally:
            with contextlib.suppress(subprocess.TimeoutExpired):
                subprocess.run(
                    [*command, "down"],
                    env=environment,
                    cwd=PROJECT,
                    capture_output=True,
                    timeout=60,
                    check=False,
                )


def parts_of(settings: Settings) -> dict[str, int]:
    """The pid of every part of a line, and of its supervisor."""
    state = read_state(settings.home)
    if state is None:
        return {}
    found = {part.name: part.pid for part in state.parts if part.pid is not None and part.state != "done"}
    # Last, because all parts are its children: what is counted as a part is not counted again.
    return {**found, "supervisor": state.supervisor_pid}


@contextmanager
def _home() -> Iterator[Settings]:
    home = Path(tempfile.mkdtemp(prefix="citybrain-bench-"))
    try:
        yield Settings(home=home, base_port=free_base(), mode=Mode.REPLAY)
    finally:
        keep = os.environ.get("CITYBRAIN_KEEP_LOGS")
        if keep:
            shutil.copytree(home / "logs", Path(keep) / home.name, dirs_exist_ok=True)
        shutil.rmtree(home, ignore_errors=True)


def _all_ready(settings: Settings, count: int) -> bool:
    state = read_state(settings.home)
    return (
        state is not None and len(state.parts) == count and all(part.state == "ready" for part in state.parts)
    )
