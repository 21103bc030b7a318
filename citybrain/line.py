"""What is the line made of? Every part, how it starts and what it waits for."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx

from citybrain.settings import Settings
from jobs.flink_rest import FlinkRest
from stack.flink import flink_parts
from stack.flink_conf import FlinkSize, client_settings, flink_files
from stack.kafka import NAME as KAFKA
from stack.kafka import kafka_part
from stack.ports import HOST
from stack.process import Part
from stack.provision import jars_of
from stack.registry import NAME as REGISTRY
from stack.registry import registry_part
from streams.kafka import is_reachable

PROJECT = Path(__file__).resolve().parent.parent
(
    STORE,
    PREPARE,
    NORMALIZE,
    RESPONSES,
    CASES,
    JUDGE,
    SINK,
    JOBS,
    RESTATE,
    SIMULATOR,
    INGEST,
    MQTT,
    SITUATIONS,
    ALERTS,
) = (
    "store",
    "prepare",
    "normalize",
    "responses",
    "cases",
    "judge",
    "sink",
    "jobs",
    "restate",
    "simulator",
    "ingest",
    "mqtt",
    "situations",
    "alerts",
)
DELIVER = "deliver"
# One allocator arena is enough for what are mostly single-threaded processes, and keeps them small.
_PYTHON_ENVIRONMENT = {"PYTHONUNBUFFERED": "1", "MALLOC_ARENA_MAX": "2", "PYTHONWARNINGS": "ignore"}


def line_parts(settings: Settings, *, simulator: bool) -> list[Part]:
    """The parts of a line on this machine, in no particular order. Raises StackError when set-up is not done."""
    home, ports, jars = settings.home.resolve(), settings.ports, jars_of(PROJECT)
    stack = [
        kafka_part(home, ports, jars.kafka, answers=lambda: is_reachable(settings.kafka)),
        registry_part(home, ports, jars.registry),
        *flink_parts(home, ports, jars.flink, size=FlinkSize.for_jobs(len(settings.chosen))),
    ]
    services = [part for part in _services(settings) if part.name not in settings.left_out]
    parts = [*stack, _store(settings), *services, *_connectors(settings)]
    if simulator:
        parts.append(_python(settings, SIMULATOR, ("citybrain", "simulate", "--follow"), (PREPARE,)))
    return parts


def _store(settings: Settings) -> Part:
    data = settings.home.resolve() / "store"
    where = ("--data", str(data), "--port", str(settings.ports.store), "--zone", settings.zone)
    arguments = ("sinks.store_server", *where)
    return _python(settings, STORE, arguments, (), ready_url=f"{settings.ports.store_url}/ping")


def _services(settings: Settings) -> list[Part]:
    home = settings.home.resolve()
    flink = flink_files(home)
    asked = json.dumps(client_settings(home, settings.ports, settings.checkpoint_seconds))
    kept = ("--book", str(flink.book), "--checkpoints", str(flink.checkpoints))
    jobs = ("jobs", *kept, "--settings", asked, "--systems", settings.systems)
    # It waits for Kafka, registry and Flink by itself, and starts PyFlink meanwhile.
    keeper = _python(settings, JOBS, jobs, (), environment=flink.environment)
    return [
        _python(settings, PREPARE, ("citybrain.prepare",), (KAFKA, REGISTRY), once=True),
        *_normalizers(settings),
        _python(settings, RESPONSES, ("streams.responses",), (PREPARE,)),
        _python(settings, CASES, ("streams.cases",), (PREPARE,)),
        _python(settings, JUDGE, ("streams.judge",), (PREPARE,)),
        _python(settings, ALERTS, ("streams.alerts",), (PREPARE,)),
        _python(settings, SITUATIONS, ("streams.situations",), (PREPARE,)),
        _python(settings, SINK, ("sinks.main",), (PREPARE, STORE)),
        keeper,
        _python(
            settings,
            RESTATE,
            ("citybrain", "restate", "--follow", "--every", str(settings.restate_seconds)),
            (PREPARE, STORE),
        ),
        _deliver(settings),
    ]


def _deliver(settings: Settings) -> Part:
    """What tells those without Kafka."""
    url = f"{settings.ports.deliver_url}/healthz"
    return _python(
        settings,
        DELIVER,
        ("streams.deliver", "--port", str(settings.ports.deliver)),
        (PREPARE, KAFKA),
        ready_url=url,
    )


def _connectors(settings: Settings) -> Iterator[Part]:
    """What brings live feeds. Kafka outlives them in a stop, so that they can finish what they have taken."""
    needed = (PREPARE, KAFKA)
    if settings.ingest_tokens:
        yield _ingest(settings, needed)
    if settings.mqtt:
        yield _python(settings, MQTT, ("streams.mqtt",), needed)


def _ingest(settings: Settings, needed: tuple[str, ...]) -> Part:
    # All addresses have this machine's own among them.
    host = HOST if settings.ingest_host in {"0.0.0.0", "::"} else settings.ingest_host  # noqa: S104
    scheme = "https" if settings.ingest_certificate else "http"
    url = f"{scheme}://{f'[{host}]' if ':' in host else host}:{settings.ports.ingest}/healthz"
    return _python(
        settings, INGEST, ("streams.ingest", "--port", str(settings.ports.ingest)), needed, ready_url=url
    )


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
        # On this machine and every second: certificates need not be read, and a city's own does not name this address.
        return ready_url is None or httpx.get(ready_url, timeout=2.0, verify=False).is_success  # noqa: S501

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
        # What is done once may take its time on a busy machine; what is begun again begins from nothing.
        ready_timeout_seconds=300.0 if once else 60.0,
    )


def jobs_are_running(settings: Settings) -> bool:
    """Whether each system has a running job."""
    running = {name.split(" ")[0] for name in running_jobs(settings)}
    return running >= {system.slug for system in settings.chosen}


def running_jobs(settings: Settings) -> set[str]:
    """Names of the jobs that run; none where the JobManager does not answer, because it is away or busy."""
    try:
        return {job.name for job in FlinkRest(settings.flink).jobs() if job.state == "RUNNING"}
    except httpx.HTTPError:
        return set()
