"""How does the schema registry (Apicurio, storing in Kafka) run on this machine?"""

from pathlib import Path

from stack.errors import StackError
from stack.java import java_command, shared_classes
from stack.kafka import NAME as KAFKA
from stack.ports import HOST, Ports
from stack.probes import http_json
from stack.process import Part
from stack.temporary import fresh_temporary

NAME = "registry"


def registry_environment(ports: Ports) -> dict[str, str]:
    """Return the registry's settings."""
    return {
        "APICURIO_STORAGE_KIND": "kafkasql",
        "APICURIO_KAFKASQL_BOOTSTRAP_SERVERS": ports.kafka_address,
        "QUARKUS_HTTP_HOST": HOST,
        "QUARKUS_HTTP_PORT": str(ports.registry),
        "QUARKUS_LOG_LEVEL": "WARN",
        "QUARKUS_BANNER_ENABLED": "false",
        # A low-rate service: a few threads are enough, and each costs memory.
        "QUARKUS_THREAD_POOL_MAX_THREADS": "16",
        "QUARKUS_VERTX_EVENT_LOOPS_POOL_SIZE": "2",
    }


def registry_part(home: Path, ports: Ports, jars: Path, *, heap: str = "256m") -> Part:
    """Describe the registry of a home. `jars` is the unpacked distribution.

    Clients use `ports.registry_url`, the Confluent-compatible API. Raises StackError if the jar is not there.
    """
    runner = next(iter(sorted(jars.glob("apicurio-registry-app-*-runner.jar"))), None)
    if runner is None:
        raise StackError(f"The schema registry is not in {jars}.", "Run `make setup`.")

    temporary = home / "run" / "tmp" / NAME

    def ready() -> bool:
        # While it still reads back what it had stored, it answers as if it had never known it.
        return http_json(f"http://{HOST}:{ports.registry}/health/ready") is not None

    def healthy() -> bool:
        return http_json(f"{ports.registry_url}/subjects") is not None

    return Part(
        name=NAME,
        argv=(
            java_command(),
            *shared_classes(jars, NAME),
            f"-Xmx{heap}",
            "-XX:+UseSerialGC",
            # It answers a few requests a minute: the second compiler would only slow the start.
            "-XX:TieredStopAtLevel=1",
            "-XX:+ExitOnOutOfMemoryError",
            f"-Djava.io.tmpdir={temporary}",
            "-jar",
            str(runner),
        ),
        log_path=home / "logs" / "registry.log",
        env=registry_environment(ports),
        cwd=jars,
        ready=ready,
        prepare=lambda: fresh_temporary(temporary),
        healthy=healthy,
        depends_on=(KAFKA,),
        ready_timeout_seconds=120,
        stop_timeout_seconds=6,
    )
