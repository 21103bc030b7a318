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
from streams.kafka import TopicPartition, committed_lag, end_offsets, make_consumer

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

    def stop(self, seconds: float) -> int:
        """The exit code; fails when it takes longer."""
        assert self._process is not None
        self._process.terminate()
        return self._process.wait(seconds)

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
    return {
        number: max(at, 0) for number, (at, _) in committed_lag(bootstrap, group, [topic])[topic.name].items()
    }


def read_all(bootstrap: str, registry: Registry, topic: Topic) -> list[tuple[int, dict[str, Any]]]:
    """Every record that is there now, with its partition, in the order of each partition."""
    consumer = make_consumer(bootstrap, f"test-{uuid.uuid4()}", overrides={"enable.partition.eof": True})
    decoder = Decoder(topic.record, registry.schema_of)
    records: list[tuple[int, dict[str, Any]]] = []
    try:
        left = {number for number, end in end_offsets(consumer, topic).items() if end}
        consumer.assign([TopicPartition(topic.name, number, 0) for number in left])
        deadline = time.monotonic() + 60
        while left and time.monotonic() < deadline:
            for message in consumer.consume(5_000, timeout=0.5):
                if message.error() is not None:
                    left.discard(message.partition() or 0)
                else:
                    records.append((message.partition() or 0, decoder.decode(message.value() or b"")))
        assert not left, f"could not read {topic.name} to its end"
        return records
    finally:
        consumer.close()
