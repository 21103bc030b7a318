"""Which run does each system follow? Reads and writes the compacted topic of runs."""

from typing import Any

from schemas.codec import Decoder
from schemas.registry import Registry
from streams.catalog import RUNS
from streams.kafka import TopicPartition, make_consumer, take
from streams.publishing import publish

REQUEST_SECONDS = 10.0
LIVE_RUN = "live"
"""The run of a line whose clock only goes forward, and of its ticks."""
SIMULATED_RUNS = "simulator-"
"""How the runs of the simulated city begin."""


def is_of_every_system(run_id: str) -> bool:
    """Whether all systems of a line are in a run: the live one and the simulated city are; a recording is of one."""
    return run_id == LIVE_RUN or run_id.startswith(SIMULATED_RUNS)


class RunReader:
    """The newest run of each system. `catch_up` sees everything that was acknowledged before the call."""

    def __init__(self, bootstrap: str, registry: Registry) -> None:
        self._consumer = make_consumer(bootstrap, "runs-reader", prefetch_kib=1_024)
        self._partition = TopicPartition(RUNS.name, 0, 0)
        self._consumer.assign([self._partition])
        self._decoder = Decoder(RUNS.record, registry.schema_of)
        self._next = 0
        self._newest: dict[str, dict[str, Any]] = {}

    def catch_up(self) -> None:
        """Read to the end of the topic as it is now."""
        low, end = self._consumer.get_watermark_offsets(self._partition, timeout=REQUEST_SECONDS)
        self._next = max(self._next, low)
        while self._next < end:
            for message in take(self._consumer, 0.2, 99):
                if message.error() is None and message.value():
                    run = self._decoder.decode(message.value() or b"")
                    self._newest[run["system"]] = run
            (position,) = self._consumer.position([self._partition])
            self._next = max(self._next, position.offset)

    def newest(self, system: str) -> dict[str, Any] | None:
        """The run that a system follows since it was last declared, or None on a line that only went forward."""
        self.catch_up()
        return self._newest.get(system)

    def close(self) -> None:
        """Give the connection back."""
        self._consumer.close()


def declare_run(bootstrap: str, registry: Registry, run: dict[str, Any]) -> None:
    """Write a run. It is acknowledged when this returns. Raises NotPublishedError."""
    publish(bootstrap, registry, RUNS, [(run["system"], run)])
