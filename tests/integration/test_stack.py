"""Do the real Kafka, registry and Flink come up, come back after a kill, and go away again?"""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest

from stack.ports import HOST, Ports, free_base, is_free
from stack.probes import kafka_answers
from stack.state import PartState, State, read_state, request_stop, wait_until

pytestmark = [pytest.mark.stack, pytest.mark.timeout(420)]

PROJECT = Path(__file__).resolve().parents[2]
UP_SECONDS = 180.0

# A process of its own, as `citybrain up` is: it can be killed, and signals reach it.
SUPERVISE = """
import sys
from pathlib import Path

from stack.flink import flink_parts
from stack.kafka import kafka_part
from stack.ports import Ports
from stack.provision import PROJECT, provision
from stack.registry import registry_part
from stack.supervisor import Supervisor

home, ports = Path(sys.argv[1]), Ports.from_base(int(sys.argv[2]))
jars = provision(PROJECT, print)
parts = [
    kafka_part(home, ports, jars.kafka),
    registry_part(home, ports, jars.registry),
    *flink_parts(home, ports, jars.flink),
]
say = lambda event: print(event.part, event.message, flush=True)
raise SystemExit(Supervisor(home, parts, ports=ports.as_dict(), mode="simulated", on_event=say).run())
"""


@dataclass
class Stack:
    """A running stack. `seen` keeps every process that was ever part of it."""

    home: Path
    ports: Ports
    process: subprocess.Popen[bytes]
    seen: dict[int, float] = field(default_factory=dict)

    @property
    def state(self) -> State | None:
        state = read_state(self.home)
        if state is None or state.supervisor_pid != self.process.pid:
            return None
        self.seen.update({part.pid: part.created for part in state.parts if part.pid is not None})
        return state

    def part(self, name: str) -> PartState:
        state = self.state
        part = state.part(name) if state else None
        assert part is not None
        return part

    def all_ready(self) -> bool:
        assert self.process.poll() is None, self.log()
        state = self.state
        return state is not None and all(part.state == "ready" for part in state.parts)

    def until(self, condition: Callable[[], bool]) -> None:
        assert wait_until(condition, UP_SECONDS, every_seconds=0.2), self.log()

    def left(self) -> list[int]:
        return [pid for pid, created in self.seen.items() if alive(pid, created)]

    def log(self) -> str:
        return (self.home / "supervisor.log").read_text()


def alive(pid: int, created: float) -> bool:
    try:
        process = psutil.Process(pid)
        return abs(process.create_time() - created) < 2 and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def start(home: Path, ports: Ports) -> Stack:
    with (home / "supervisor.log").open("ab") as log:
        command = [sys.executable, "-c", SUPERVISE, str(home), str(ports.kafka)]
        return Stack(home, ports, subprocess.Popen(command, cwd=PROJECT, stdout=log, stderr=log))


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    home = tmp_path_factory.mktemp("home")
    one = start(home, Ports.from_base(free_base()))
    try:
        one.until(one.all_ready)
        yield one
    finally:
        one.process.terminate()
        one.process.wait(60)


def register(ports: Ports, subject: str) -> int:
    schema = {"type": "record", "name": "Probe", "fields": [{"name": "at", "type": "long"}]}
    request = urllib.request.Request(
        f"{ports.registry_url}/subjects/{subject}/versions",
        data=json.dumps({"schema": json.dumps(schema)}).encode(),
        headers={"Content-Type": "application/vnd.schemaregistry.v1+json"},
    )
    with urllib.request.urlopen(request, timeout=30) as response:
        return int(json.load(response)["id"])


def resident_mib(pid: int) -> float:
    return psutil.Process(pid).memory_info().rss / 1024**2


def test_every_part_is_ready_and_is_its_java_process(stack: Stack) -> None:
    state = stack.state
    assert state is not None
    assert {part.name for part in state.parts} == {"kafka", "registry", "jobmanager", "taskmanager"}
    for part in state.parts:
        assert part.pid is not None
        assert Path(psutil.Process(part.pid).exe()).name == "java", part.name
        print(f"{part.name}: {resident_mib(part.pid):.0f} MiB, ready {part.since - state.started_at:.1f} s")


def test_everything_listens_on_this_machine_only(stack: Stack) -> None:
    state = stack.state
    assert state is not None
    for part in state.parts:
        listening = [
            connection.laddr.ip
            for connection in psutil.Process(part.pid).net_connections("tcp")
            if connection.status == psutil.CONN_LISTEN
        ]
        assert set(listening) <= {"127.0.0.1", "::ffff:127.0.0.1"}, part.name


def test_flink_has_the_slots_and_the_connectors_that_were_asked_for(stack: Stack) -> None:
    with urllib.request.urlopen(f"{stack.ports.flink_url}/overview", timeout=10) as response:
        overview = json.load(response)
    assert (overview["taskmanagers"], overview["slots-total"]) == (1, 24)
    jars = {jar.name.rpartition("-")[0] for jar in (stack.home / "flink" / "lib").iterdir()}
    assert any(jar.startswith("flink-sql-connector-kafka") for jar in jars)
    assert any(jar.startswith("flink-sql-avro-confluent-registry") for jar in jars)


@pytest.mark.parametrize("name", ["kafka", "taskmanager"])
def test_a_killed_part_comes_back_and_the_others_stay(stack: Stack, name: str) -> None:
    before = stack.part(name)
    others = {part.name: part.pid for part in (stack.state or pytest.fail("no state")).parts}
    others.pop(name)
    assert before.pid is not None
    began = time.monotonic()
    os.kill(before.pid, signal.SIGKILL)
    stack.until(lambda: stack.part(name).pid not in {None, before.pid})
    stack.until(stack.all_ready)
    print(f"{name} back after {time.monotonic() - began:.1f} s")
    after = stack.part(name)
    assert after.restarts == before.restarts + 1
    assert {part.name: part.pid for part in (stack.state or pytest.fail("no state")).parts}.items() >= (
        others.items()
    )


def test_a_schema_outlives_a_kill_of_the_broker(stack: Stack) -> None:
    number = register(stack.ports, "probe-value")
    before = stack.part("kafka")
    assert before.pid is not None
    os.kill(before.pid, signal.SIGKILL)
    stack.until(lambda: stack.part("kafka").pid not in {None, before.pid})
    stack.until(stack.all_ready)
    assert register(stack.ports, "probe-value") == number


def test_a_killed_supervisor_leaves_nothing_and_the_next_one_takes_over(stack: Stack) -> None:
    number = register(stack.ports, "kept-value")
    stack.process.kill()
    stack.process.wait()
    assert wait_until(lambda: not stack.left(), 10), stack.left()
    assert not kafka_answers(HOST, stack.ports.kafka)

    again = start(stack.home, stack.ports)
    again.until(again.all_ready)
    stack.process, stack.seen = again.process, {**stack.seen, **again.seen}

    assert register(stack.ports, "kept-value") == number


def test_a_stop_is_quick_and_leaves_no_process_and_no_port(stack: Stack) -> None:
    assert stack.all_ready()
    stack.process.send_signal(signal.SIGTERM)
    began = time.monotonic()
    assert stack.process.wait(30) == 0, stack.log()
    assert time.monotonic() - began < 20
    assert stack.left() == []
    assert all(is_free(port) for port in stack.ports.as_dict().values())
    assert request_stop(stack.home).how == "not_running"
