"""What is the line made of? Every part, how it starts and what it waits for."""

import json
import sys
from pathlib import Path

import httpx

from citybrain.settings import Settings
from jobs.flink_rest import FlinkRest
from stack.flink import flink_parts
from stack.flink_conf import client_settings, flink_files
from stack.kafka import NAME as KAFKA
from stack.kafka import kafka_part
from stack.process import Part
from stack.provision import jars_of
from stack.registry import NAME as REGISTRY
from stack.registry import registry_part
from streams.catalog import SYSTEMS
from streams.kafka import is_reachable

PROJECT = Path(__file__).resolve().parent.parent
STORE, PREPARE, NORMALIZE, CASES, JUDGE, SINK, JOBS, RESTATE, SIMULATOR = (
    "store",
    "prepare",
    "normalize",
    "cases",
    "judge",
    "sink",
    "jobs",
    "restate",
    "simulator",
)
# One allocator arena is enough for what are mostly single-threaded processes, and keeps them small.
_PYTHON_ENVIRONMENT = {"PYTHONUNBUFFERED": "1", "MALLOC_ARENA_MAX": "2", "PYTHONWARNINGS": "ignore"}


def line_parts(settings: Settings, *, simulator: bool) -> list[Part]:
    """The parts of a line on this machine, in no particular order. Raises StackError when set-up is not done."""
    home, ports, jars = settings.home.resolve(), settings.ports, jars_of(PROJECT)
    stack = [
        kafka_part(home, ports, jars.kafka, answers=lambda: is_reachable(settings.kafka)),
        registry_part(home, ports, jars.registry),
        *flink_parts(home, ports, jars.flink),
    ]
    parts = [*stack, _store(settings), *_services(settings)]
    if simulator:
        parts.append(_python(settings, SIMULATOR, ("citybrain", "simulate", "--follow"), (PREPARE,)))
    return parts


def _store(settings: Settings) -> Part:
    data = settings.home.resolve() / "store"
    arguments = ("sinks.store_server", "--data", str(data), "--port", str(settings.ports.store))
    return _python(settings, STORE, arguments, (), ready_url=f"{settings.ports.store_url}/ping")


def _services(settings: Settings) -> list[Part]:
    home = settings.home.resolve()
    flink = flink_files(home)
    asked = json.dumps(client_settings(home, settings.ports))
    kept = ("--book", str(flink.book), "--checkpoints", str(flink.checkpoints))
    jobs = ("jobs", *kept, "--settings", asked)
    # It waits for Kafka, registry and Flink by itself, and starts PyFlink meanwhile.
    keeper = _python(settings, JOBS, jobs, (), environment=flink.environment)
    return [
        _python(settings, PREPARE, ("citybrain.prepare",), (KAFKA, REGISTRY), once=True),
        *_normalizers(settings),
        _python(settings, CASES, ("streams.cases",), (PREPARE,)),
        _python(settings, JUDGE, ("streams.judge",), (PREPARE,)),
        _python(settings, SINK, ("sinks.main",), (PREPARE, STORE)),
        keeper,
        _python(
            settings,
            RESTATE,
            ("citybrain", "restate", "--follow", "--every", str(settings.restate_seconds)),
            (PREPARE, STORE),
        ),
    ]


def _normalizers(settings: Settings) -> list[Part]:
    """Each with a name of its own towards Kafka, so that its successor takes over its open transaction."""
    return [
        _python(
            settings,
            f"{NORMALIZE}-{number + 1}" if number else NORMALIZE,
            ("streams.normalize", "--instance", str(number)),
            (PREPARE,),
        )
        for number in range(settings.normalizers)
    ]


def _python(
    settings: Settings,
    name: str,
    module: tuple[str, ...],
    depends_on: tuple[str, ...],
    *,
    ready_url: str | None = None,
    once: bool = False,
    environment: dict[str, str] | None = None,
) -> Part:
    def answers() -> bool:
        return ready_url is None or httpx.get(ready_url, timeout=2.0).is_success

    return Part(
        name=name,
        argv=(sys.executable, "-m", *module),
        log_path=settings.home.resolve() / "logs" / f"{name}.log",
        env={**_PYTHON_ENVIRONMENT, **settings.for_parts(), **(environment or {})},
        cwd=PROJECT,
        ready=answers,
        healthy=answers if ready_url else None,
        depends_on=depends_on,
        stop_timeout_seconds=10.0,
        once=once,
    )


def jobs_are_running(settings: Settings) -> bool:
    """Whether each system has a running job."""
    try:
        running = {
            job.name.split(" ")[0] for job in FlinkRest(settings.flink).jobs() if job.state == "RUNNING"
        }
    except httpx.HTTPError:
        return False
    return running >= set(SYSTEMS)
