"""Does the supervisor start parts in order, keep them up, and leave nothing behind? With tiny child processes."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from stack.errors import StackError
from stack.process import Part, PartEvent
from stack.state import State, read_state, request_stop, state_path, wait_until
from stack.supervisor import Policy, Supervisor

QUICK = Policy(
    first_delay_seconds=0.05,
    longest_delay_seconds=0.2,
    forgive_after_seconds=0.2,
    tick_seconds=0.02,
    ask_every_seconds=0.02,
)
SLEEPER = (sys.executable, "-S", "-c", "import time; time.sleep(600)")
STUBBORN = (
    sys.executable,
    "-S",
    "-c",
    (
        "import pathlib, signal, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        " pathlib.Path(sys.argv[1]).touch(); time.sleep(600)"
    ),
)
PATIENCE_SECONDS = 20.0


class Running:
    """A supervisor in a thread of its own, with all that it said."""

    def __init__(self, home: Path, parts: list[Part], policy: Policy = QUICK) -> None:
        self.home = home
        self.events: list[PartEvent] = []
        self.exit_code: int | None = None
        self.supervisor = Supervisor(home, parts, on_event=self.events.append, policy=policy)
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        self.exit_code = self.supervisor.run()

    @property
    def state(self) -> State:
        self.until(lambda: read_state(self.home) is not None)
        state = read_state(self.home)
        assert state is not None
        return state

    def said(self, part: str, kind: str) -> list[PartEvent]:
        return [event for event in self.events if event.part == part and event.kind == kind]

    def until(self, condition: Callable[[], bool]) -> None:
        assert wait_until(condition, PATIENCE_SECONDS), [event.message for event in self.events]

    def until_up(self) -> None:
        self.until(lambda: bool(self.said("", "up")))

    def pid(self, name: str) -> int:
        part = self.state.part(name)
        assert part is not None
        assert part.pid is not None
        return part.pid

    def stop(self) -> None:
        self.supervisor.request_stop()
        self._thread.join(PATIENCE_SECONDS)
        assert not self._thread.is_alive()


Start = Callable[..., Running]


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Start]:
    started: list[Running] = []

    def start(*parts: Part, policy: Policy = QUICK) -> Running:
        started.append(Running(tmp_path, list(parts), policy))
        return started[-1]

    yield start
    for one in started:
        one.stop()


def part(home: Path, name: str, argv: tuple[str, ...] = SLEEPER, **settings: object) -> Part:
    plain = Part(name=name, argv=argv, log_path=home / "logs" / f"{name}.log")
    return replace(plain, **settings)  # type: ignore[arg-type]


def gone(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def test_a_part_starts_only_when_all_it_depends_on_are_ready(tmp_path: Path, running: Start) -> None:
    gate = tmp_path / "gate"
    one = running(
        part(tmp_path, "reader", depends_on=("broker",)), part(tmp_path, "broker", ready=gate.exists)
    )
    one.until(lambda: (broker := one.state.part("broker")) is not None and broker.state == "starting")
    reader = one.state.part("reader")
    assert reader is not None
    assert reader.pid is None
    gate.touch()
    one.until_up()
    ready = [event.part for event in one.events if event.kind == "ready"]
    assert ready == ["broker", "reader"]


def test_a_killed_part_comes_back_and_the_restart_is_counted(tmp_path: Path, running: Start) -> None:
    one = running(part(tmp_path, "broker"))
    one.until_up()
    first = one.pid("broker")
    os.kill(first, signal.SIGKILL)
    one.until(lambda: len(one.said("broker", "ready")) == 2)
    again = one.state.part("broker")
    assert again is not None
    assert (again.restarts, again.last_exit) == (1, "signal 9 (SIGKILL)")
    assert again.pid != first
    assert "died (signal 9 (SIGKILL)), restarting in 0.1 s" in one.said("broker", "died")[0].message


def test_the_recorded_pid_is_the_command_itself_and_not_a_wrapper(tmp_path: Path, running: Start) -> None:
    one = running(part(tmp_path, "broker"))
    one.until_up()
    one.until(lambda: tuple(psutil.Process(one.pid("broker")).cmdline()) == SLEEPER)


def test_a_part_that_dies_at_once_is_tried_again_with_growing_delay_and_its_last_words(
    tmp_path: Path, running: Start
) -> None:
    broken = (sys.executable, "-S", "-c", "raise SystemExit('no such topic')")
    one = running(part(tmp_path, "sink", broken, ready=lambda: False))
    one.until(lambda: bool(one.said("sink", "failed")))
    messages = [event.message for event in one.events if event.part == "sink"]
    assert "exit code 1" in messages[0]
    assert "no such topic" in messages[-1]
    assert "restarting in 0.2 s" in messages[-1]


def test_a_part_that_is_never_ready_is_started_again(tmp_path: Path, running: Start) -> None:
    one = running(part(tmp_path, "broker", ready=lambda: False, ready_timeout_seconds=0.2))
    one.until(lambda: bool(one.said("broker", "unready")))
    assert "was not ready within" in one.said("broker", "unready")[0].message


def test_a_question_that_raises_counts_as_not_ready(tmp_path: Path, running: Start) -> None:
    asked: list[int] = []

    def ready() -> bool:
        asked.append(1)
        if len(asked) < 3:
            raise ConnectionError
        return True

    one = running(part(tmp_path, "broker", ready=ready))
    one.until_up()
    assert len(asked) >= 3


def test_a_part_that_runs_but_no_longer_answers_is_restarted(tmp_path: Path, running: Start) -> None:
    sick = tmp_path / "sick"
    one = running(
        part(
            tmp_path,
            "broker",
            healthy=lambda: not sick.exists(),
            health_interval_seconds=0.02,
            health_failures=3,
        )
    )
    one.until_up()
    first = one.pid("broker")
    sick.touch()
    one.until(lambda: bool(one.said("broker", "unready")))
    sick.unlink()
    one.until(lambda: len(one.said("broker", "ready")) >= 2)
    assert gone(first)
    assert "does not answer (3 times)" in one.said("broker", "unready")[0].message


def test_a_part_that_is_meant_to_end_lets_the_others_start(tmp_path: Path, running: Start) -> None:
    once = (sys.executable, "-S", "-c", "print('topics made')")
    one = running(part(tmp_path, "reader", depends_on=("topics",)), part(tmp_path, "topics", once, once=True))
    one.until_up()
    topics = one.state.part("topics")
    assert topics is not None
    assert (topics.state, topics.restarts) == ("done", 0)


def test_what_must_be_prepared_is_prepared_before_every_start(tmp_path: Path, running: Start) -> None:
    prepared: list[int] = []

    def prepare() -> None:
        prepared.append(1)
        if len(prepared) == 1:
            raise OSError("disk full")

    one = running(part(tmp_path, "broker", prepare=prepare))
    one.until_up()
    assert len(prepared) == 2
    assert "could not be prepared: disk full" in one.said("broker", "died")[0].message


def test_parts_stop_after_what_depends_on_them(tmp_path: Path, running: Start) -> None:
    say = "import signal, sys, time; signal.signal(signal.SIGTERM, lambda *_: sys.exit(0)); "
    say += "open(sys.argv[1], 'w').close(); time.sleep(600)"
    chain = {"broker": (), "registry": ("broker",), "reader": ("registry",)}
    parts = [
        part(
            tmp_path,
            name,
            (sys.executable, "-S", "-c", say, str(tmp_path / name)),
            ready=(tmp_path / name).exists,
            depends_on=needs,
        )
        for name, needs in chain.items()
    ]
    one = running(*parts)
    one.until_up()
    one.stop()
    since = {state.name: state.since for state in one.state.parts}
    assert [state.last_exit for state in one.state.parts] == ["exit code 0"] * 3
    assert since["reader"] <= since["registry"] <= since["broker"]
    assert one.exit_code == 0


def test_a_part_that_ignores_the_request_to_stop_is_killed(tmp_path: Path, running: Start) -> None:
    mark = tmp_path / "mark"
    one = running(
        part(tmp_path, "broker", (*STUBBORN, str(mark)), ready=mark.exists, stop_timeout_seconds=0.1)
    )
    one.until_up()
    pid = one.pid("broker")
    one.stop()
    assert gone(pid)
    assert one.exit_code == 1


def test_a_second_request_to_stop_hurries(tmp_path: Path, running: Start) -> None:
    mark = tmp_path / "mark"
    one = running(part(tmp_path, "broker", (*STUBBORN, str(mark)), ready=mark.exists))
    one.until_up()
    pid = one.pid("broker")
    one.supervisor.request_stop()
    one.until(lambda: bool(one.said("", "stopping")))
    one.stop()
    assert gone(pid)


def test_what_a_part_started_itself_ends_with_it(tmp_path: Path, running: Start) -> None:
    parent = "import subprocess, sys, time; "
    parent += "child = subprocess.Popen([sys.executable, '-S', '-c', 'import time; time.sleep(600)']); "
    parent += "open(sys.argv[1], 'w').write(f'{child.pid}.'); time.sleep(600)"
    mark = tmp_path / "mark"
    argv = (sys.executable, "-S", "-c", parent, str(mark))
    one = running(part(tmp_path, "faust", argv, ready=lambda: mark.read_text().endswith(".")))
    one.until_up()
    grandchild = int(mark.read_text().rstrip("."))
    mark.unlink()
    os.kill(one.pid("faust"), signal.SIGKILL)
    one.until(lambda: gone(grandchild))


def test_a_second_supervisor_of_one_home_is_refused(tmp_path: Path, running: Start) -> None:
    one = running(part(tmp_path, "broker"))
    one.until_up()
    with pytest.raises(StackError, match="Another supervisor"):
        Supervisor(tmp_path, [part(tmp_path, "broker")]).run()


@pytest.mark.parametrize(
    ("needs", "complaint"),
    [(("b",), "wait for each other"), (("nobody",), "not there"), (("a",), "wait for each other")],
)
def test_parts_that_could_never_start_are_refused(
    tmp_path: Path, needs: tuple[str, ...], complaint: str
) -> None:
    parts = [part(tmp_path, "a", depends_on=needs), part(tmp_path, "b", depends_on=("a",))]
    with pytest.raises(StackError, match=complaint):
        Supervisor(tmp_path, parts)


SUPERVISOR_PROGRAM = """
import sys
from pathlib import Path
from stack.process import Part
from stack.supervisor import Supervisor

home = Path(sys.argv[1])
argv = tuple(sys.argv[2:])
raise SystemExit(Supervisor(home, [Part("broker", argv, home / "broker.log")]).run())
"""


@pytest.fixture
def supervisor_process(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen([sys.executable, "-c", SUPERVISOR_PROGRAM, str(tmp_path), *SLEEPER])
    yield process
    process.kill()
    process.wait()


def ready_pid(home: Path, supervisor: int) -> int:
    def up() -> bool:
        state = read_state(home)
        broker = state.part("broker") if state and state.supervisor_pid == supervisor else None
        return broker is not None and broker.state == "ready"

    assert wait_until(up, PATIENCE_SECONDS)
    state = read_state(home)
    assert state is not None
    return state.parts[0].pid or 0


def test_when_the_supervisor_is_killed_its_parts_do_not_stay(
    tmp_path: Path, supervisor_process: subprocess.Popen[bytes]
) -> None:
    pid = ready_pid(tmp_path, supervisor_process.pid)
    supervisor_process.kill()
    supervisor_process.wait()
    assert wait_until(lambda: gone(pid), PATIENCE_SECONDS)


def test_a_stop_is_asked_for_by_the_state_file_alone(
    tmp_path: Path, supervisor_process: subprocess.Popen[bytes]
) -> None:
    pid = ready_pid(tmp_path, supervisor_process.pid)
    reaper = threading.Thread(target=supervisor_process.wait)
    reaper.start()
    stopped = request_stop(tmp_path, timeout_seconds=PATIENCE_SECONDS)
    reaper.join(PATIENCE_SECONDS)
    assert stopped.how == "stopped"
    assert gone(pid)
    assert supervisor_process.returncode == 0
    assert request_stop(tmp_path).how == "not_running"


def leftover(home: Path, argv: tuple[str, ...], created: float | None = None) -> subprocess.Popen[bytes]:
    """Pretend that a supervisor died and left this process."""
    process = subprocess.Popen(SLEEPER, start_new_session=True)
    recorded = {
        "supervisor_pid": 2**22,
        "supervisor_created": 1.0,
        "started_at": 1.0,
        "mode": "live",
        "parts": [
            {
                "name": "broker",
                "state": "ready",
                "since": 1.0,
                "pid": process.pid,
                "created": psutil.Process(process.pid).create_time() if created is None else created,
                "argv": argv,
            }
        ],
    }
    state_path(home).parent.mkdir(parents=True, exist_ok=True)
    state_path(home).write_text(json.dumps(recorded))
    return process


def test_what_a_killed_supervisor_left_is_ended_at_the_next_start(tmp_path: Path, running: Start) -> None:
    with leftover(tmp_path, SLEEPER) as process:
        assert wait_until(lambda: tuple(psutil.Process(process.pid).cmdline()) == SLEEPER, PATIENCE_SECONDS)
        one = running(part(tmp_path, "broker"))
        one.until_up()
        assert process.wait(PATIENCE_SECONDS) == -signal.SIGKILL
        assert str(process.pid) in one.said("", "note")[0].message


@pytest.mark.parametrize(("argv", "created"), [(("java", "kafka.Kafka"), None), (SLEEPER, 12345.0)])
def test_a_stranger_that_got_a_recorded_pid_is_left_alone(
    tmp_path: Path, running: Start, argv: tuple[str, ...], created: float | None
) -> None:
    with leftover(tmp_path, argv, created) as process:
        running(part(tmp_path, "broker")).until_up()
        assert process.poll() is None
        process.kill()
