"""The real machinery, started once a test session on free ports, and gone afterwards."""

import shutil
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from lines import PROJECT, Line, start_line, stop_line, until

from citybrain.prepare import prepare
from citybrain.settings import Mode, Settings
from stack.kafka import kafka_part
from stack.ports import free_base
from stack.provision import provision
from stack.registry import registry_part
from stack.state import read_state
from stack.supervisor import Supervisor
from streams.kafka import is_reachable


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


# Those of which a recording is played into it. Each idle job costs every test some of the machine.
SHARED = "road,air,emergency,bus,metro,noise,river,hotline,parking"
# What they compare was counted: alerts of one recording would only stand in the way of the next.
WITHOUT = "cases,situations,alerts,deliver"


@pytest.fixture(scope="session")
def line() -> Iterator[Line]:
    """The line that the tests of whole recordings share."""
    started = start_line("citybrain-line-", SHARED, WITHOUT)
    try:
        yield started
    finally:
        stop_line(started)
