"""Starting and killing the Faust services as processes, and reading what they wrote."""

import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil

from schemas.codec import Decoder
from schemas.registry import Registry
from streams.catalog import Topic
from streams.kafka import end_offsets
from streams.offsets import committed_of, ends_of
from streams.reading import open_reader, read_to_ends

PROJECT = Path(__file__).resolve().parents[2]


class ServiceProcess:
    """`python -m streams.<name>` against a stack."""

    def __init__(self, name: str, bootstrap: str, registry_url: str, home: Path) -> None:
        self.name = name
        self.log = home / f"{name}.log"
        self._environment = {
            **os.environ,
            "CITYBRAIN_KAFKA_BOOTSTRAP": bootstrap,
            "CITYBRAIN_REGISTRY_URL": registry_url,
            "CITYBRAIN_HOME": str(home),
            "CITYBRAIN_MODE": "replay",
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> int:
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", f"streams.{self.name}"],
                cwd=PROJECT,
                env=self._environment,
                stdout=log,
                stderr=log,
            )
        return self._process.pid

    def kill(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        self._process.wait(10)

    def stop(self, seconds: float) -> None:
        """Fails, with what it logged, when it does not end by itself, or not well."""
        assert self._process is not None
        self._process.terminate()
        code = self._process.wait(seconds)
        assert code == 0, f"{self.name} ended with {code}\n{self.log.read_text()[-3000:]}"

    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def listening_ports(self) -> list[int]:
        assert self._process is not None
        found = psutil.Process(self._process.pid).net_connections(kind="tcp")
        return [connection.laddr.port for connection in found if connection.status == psutil.CONN_LISTEN]


@contextmanager
def running(service: ServiceProcess) -> Iterator[ServiceProcess]:
    service.start()
    try:
        yield service
    finally:
        if service.is_running():
            service.kill()


def wait_for(condition: Callable[[], Any], seconds: float, what: str, service: ServiceProcess) -> float:
    """Seconds until the condition held."""
    started = time.monotonic()
    while time.monotonic() - started < seconds:
        assert service.is_running(), service.log.read_text()[-3000:]
        if condition():
            return time.monotonic() - started
        time.sleep(0.1)
    raise AssertionError(f"not within {seconds} s: {what}\n{service.log.read_text()[-3000:]}")


def committed(bootstrap: str, group: str, topic: Topic) -> dict[int, int]:
    return {number: max(at, 0) for number, at in committed_of(bootstrap, group, [topic])[topic.name].items()}


def behind(bootstrap: str, group: str, topic: Topic) -> list[tuple[int, int]]:
    """For each partition what a group has committed, and where the partition ends."""
    at = committed_of(bootstrap, group, [topic])[topic.name]
    ends = ends_of(bootstrap, [topic])[topic.name]
    return [(at[number], ends[number]) for number in sorted(ends)]


def read_all(bootstrap: str, registry: Registry, topic: Topic) -> list[tuple[int, dict[str, Any]]]:
    """Every record with a value that is there now, with its partition, in the order of each partition."""
    reader = open_reader(bootstrap, f"test-{uuid.uuid4()}")
    decoder = Decoder(topic.record, registry.schema_of)
    try:
        begin = {(topic.name, number): 0 for number, end in end_offsets(reader, topic).items() if end}
        return [
            (message.partition() or 0, decoder.decode(value))
            for message in read_to_ends(reader, begin)
            if (value := message.value()) is not None
        ]
    finally:
        reader.close()
