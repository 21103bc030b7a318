"""When are batches cut, written and committed? Read, insert, commit, in this order, for ever.

A crash between insert and commit writes the batch again, which changes nothing. While the store or the registry is
down the batch waits, with its partitions paused and its place in the group kept.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import structlog

from sinks.stores import StoreUnavailableError
from sinks.writer import BatchWriter, Received, RegistryUnavailableError

log = structlog.get_logger("sink")

Offsets = Mapping[tuple[str, int], int]
"""Topic and partition to the offset after the last record that is stored."""


@dataclass(frozen=True)
class Limits:
    """How large and how old a batch may become, and how long a failure is waited out."""

    rows: int = 25_000
    bytes: int = 16 * 1024 * 1024
    age_seconds: float = 0.4
    poll_seconds: float = 0.1
    retry_seconds: float = 0.5
    retry_seconds_max: float = 10.0
    report_seconds: float = 10.0


class LogUnavailableError(RuntimeError):
    """The dead-letter topic does not take records now: wait, and try the same again."""


class Log(Protocol):
    """Where records come from: Kafka, or a list in a test."""

    epoch: int
    """Raised whenever partitions were taken away: what was read before may then be somebody else's to write."""

    def poll(self, records_max: int, timeout_seconds: float) -> list[Received]:
        """Some records as soon as there are any, or none after the timeout."""

    def commit(self, offsets: Offsets) -> None:
        """Say what is stored. A commit that does not arrive only means that it is read again."""

    def wait(self, seconds: float) -> None:
        """Let time pass without reading, as a living member of the group."""

    def reject(self, letters: Sequence[Mapping[str, Any]]) -> None:
        """Keep dead letters; returns when they are kept. Raises LogUnavailableError, RegistryUnavailableError."""

    def lag(self) -> int:
        """How many records are known to wait."""

    def close(self) -> None:
        """Leave the group."""


_TRY_AGAIN = (StoreUnavailableError, RegistryUnavailableError, LogUnavailableError)


class SinkLoop:
    """The sink: one log, one writer. `clock` counts seconds and never goes back."""

    def __init__(
        self,
        source: Log,
        writer: BatchWriter,
        prepare: Callable[[], None],
        limits: Limits = Limits(),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._log = source
        self._writer = writer
        self._prepare = prepare
        self._limits = limits
        self._clock = clock
        self._batch: list[Received] = []
        self._bytes = 0
        self._started = 0.0
        self._epoch = source.epoch
        self._counts = {"rows": 0, "ticks": 0, "dead_letters": 0, "batches": 0}
        self._reported = clock()

    def run(self, stopped: Callable[[], bool]) -> None:
        """Store what comes until told to stop; then what was read already, if it can be stored at once."""
        try:
            while not stopped():
                self._fill()
                if self._is_due():
                    self._store(stopped)
                self._report()
            if self._batch:
                self._store(stopped)
        finally:
            self._report(now=True)
            self._log.close()

    def _fill(self) -> None:
        patience = self._limits.poll_seconds
        if self._batch:
            patience = min(patience, max(0.0, self._started + self._limits.age_seconds - self._clock()))
        received = self._log.poll(max(1, self._limits.rows - len(self._batch)), patience)
        if self._log.epoch != self._epoch:
            self._epoch = self._log.epoch
            self._drop()
        if received and not self._batch:
            self._started = self._clock()
        self._batch += received
        self._bytes += sum(len(record.value or b"") for record in received)

    def _is_due(self) -> bool:
        limits = self._limits
        return bool(self._batch) and (
            len(self._batch) >= limits.rows
            or self._bytes >= limits.bytes
            or self._clock() - self._started >= limits.age_seconds
        )

    def _store(self, stopped: Callable[[], bool]) -> None:
        delay = self._limits.retry_seconds
        while self._log.epoch == self._epoch:
            try:
                written = self._writer.write(self._batch)
                if written.letters:
                    self._log.reject(written.letters)
            except _TRY_AGAIN as error:
                if stopped():
                    log.warning("stopped with a batch not stored; it is read again", records=len(self._batch))
                    break
                log.warning("waiting", reason=str(error)[:500], seconds=delay, records=len(self._batch))
                self._log.wait(delay)
                delay = min(delay * 2, self._limits.retry_seconds_max)
                self._prepare_again()
                continue
            self._log.commit(next_offsets(self._batch))
            self._count(written.rows, written.ticks, len(written.letters))
            break
        self._drop()

    def _prepare_again(self) -> None:
        """A store that comes back may be a new one, without tables."""
        try:
            self._prepare()
        except StoreUnavailableError:
            return  # The next insert says so again.

    def _drop(self) -> None:
        self._batch = []
        self._bytes = 0

    def _count(self, rows: int, ticks: int, dead_letters: int) -> None:
        for name, more in (("rows", rows), ("ticks", ticks), ("dead_letters", dead_letters), ("batches", 1)):
            self._counts[name] += more

    def _report(self, *, now: bool = False) -> None:
        seconds = self._clock() - self._reported
        if seconds < self._limits.report_seconds and not now:
            return
        if any(self._counts.values()):
            rate = round(self._counts["rows"] / max(seconds, 0.001))
            log.info("stored", **self._counts, rows_per_second=rate, lag=self._log.lag())
        self._counts = dict.fromkeys(self._counts, 0)
        self._reported = self._clock()


def next_offsets(batch: Sequence[Received]) -> Offsets:
    """The offsets to commit when a batch is stored."""
    return {(record.topic, record.partition): record.offset + 1 for record in batch}
