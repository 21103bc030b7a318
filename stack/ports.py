"""Which port has which part, and is it free?

All parts of one home take consecutive ports from one base, so that a second home, or a test, needs one number.
Everything listens on 127.0.0.1 only.
"""

import random
import socket
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Self

import psutil

from stack.errors import StackError

HOST = "127.0.0.1"
DEFAULT_BASE = 19090  # below 32768, where Linux begins to hand out ports of its own choice
SPAN = 12
_HIGHEST_BASE = 65535 - SPAN


@dataclass(frozen=True)
class Ports:
    """The ports of one home, in the order in which they follow the base."""

    kafka: int
    kafka_controller: int
    registry: int
    flink_rest: int
    flink_jobmanager_rpc: int
    flink_blob: int
    flink_taskmanager_rpc: int
    flink_taskmanager_data: int
    store: int
    dashboard: int
    ingest: int
    deliver: int

    @classmethod
    def from_base(cls, base: int = DEFAULT_BASE) -> Self:
        """Lay the ports out from `base`. Raises StackError if they would not fit."""
        if not 1024 <= base <= _HIGHEST_BASE:
            raise StackError(
                f"The base port {base} is outside 1024 .. {_HIGHEST_BASE}.",
                f"Choose another one; {DEFAULT_BASE} is the usual one.",
            )
        return cls(*range(base, base + len(cls.__dataclass_fields__)))

    def as_dict(self) -> dict[str, int]:
        """Return name and port of each part."""
        return asdict(self)

    @property
    def kafka_address(self) -> str:
        """The broker as clients want it: host:port."""
        return f"{HOST}:{self.kafka}"

    @property
    def registry_url(self) -> str:
        """The schema registry's Confluent-compatible API."""
        return f"http://{HOST}:{self.registry}/apis/ccompat/v7"

    @property
    def flink_url(self) -> str:
        """Flink's REST API and page."""
        return f"http://{HOST}:{self.flink_rest}"

    @property
    def store_url(self) -> str:
        """The store process."""
        return f"http://{HOST}:{self.store}"

    @property
    def deliver_url(self) -> str:
        """Where those without Kafka follow events, and where public data is."""
        return f"http://{HOST}:{self.deliver}"


def is_free(port: int) -> bool:
    """Say whether a server could listen on `port` now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As servers do: connections that have ended and only wait out their time do not count as taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
            probe.listen(1)
        except OSError:
            return False
    return True


def check_free(ports: Ports, names: Iterable[str] | None = None) -> None:
    """Raise StackError naming every taken port and its owner; only `names` are looked at if given."""
    wanted = ports.as_dict()
    chosen = wanted if names is None else {name: wanted[name] for name in names}
    taken = {name: port for name, port in chosen.items() if not is_free(port)}
    if not taken:
        return
    owners = _owners()
    lines = [f"{port} ({name}) is taken by {owners.get(port, UNKNOWN_OWNER)}" for name, port in taken.items()]
    raise StackError(
        "Not all ports are free: " + "; ".join(lines) + ".",
        "Stop that process, or choose another base port for this home.",
    )


UNKNOWN_OWNER = "a process of another user"


def _owners() -> dict[int, str]:
    owners: dict[int, str] = {}
    for connection in psutil.net_connections(kind="tcp"):
        if connection.status != psutil.CONN_LISTEN or connection.pid is None or not connection.laddr:
            continue
        try:
            words = psutil.Process(connection.pid).cmdline()
        except psutil.Error:
            words = []
        command = " ".join(words)[:80] or "?"
        owners[connection.laddr.port] = f"process {connection.pid} ({command})"
    return owners


def free_base(attempts: int = 200) -> int:
    """Find a base whose whole span is free at this moment, for tests and for second homes."""
    chooser = random.Random()
    for _ in range(attempts):
        base = chooser.randrange(20000, 32000, SPAN)
        if all(is_free(port) for port in range(base, base + SPAN)):
            return base
    raise StackError(
        f"No {SPAN} consecutive free ports were found between 20000 and 32000.",
        "Close servers on this machine, or give a base port.",
    )
