"""When are batches cut, written and committed? Read, insert, commit, in this order, for ever.

While there is more to read than one batch holds, the next is read while the last is written; no third one is begun.
A crash between insert and commit writes the batch again, which changes nothing. While the store or the registry is
down the batch waits, with its partitions paused and its place in the group kept.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Any, Protocol

import structlog

from sinks.stores import StoreUnavailableError
from sinks.writer import BatchWriter, Received, RegistryUnavailableError, Written

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


class _Batch:
    """Records in the order in which they were read. `epoch` is the log's when the first was."""

    def __init__(self, epoch: int) -> None:
        self.records: list[Received] = []
        self.bytes = 0
        self.epoch = epoch

    def add(self, received: Sequence[Received]) -> None:
        self.records += received
        self.bytes += sum(len(record.value or b"") for record in received)


class SinkLoop:
    """The sink: one log, one writer. `clock` counts seconds and never goes back; `pool` writes full batches."""

    def __init__(
        self,
        source: Log,
        writer: BatchWriter,
        prepare: Callable[[], None],
        limits: Limits = Limits(),
        *,
        clock: Callable[[], float] = time.monotonic,
        pool: Executor | None = None,
    ) -> None:
        self._log = source
        self._writer = writer
        self._prepare = prepare
        self._limits = limits
        self._clock = clock
        self._pool = pool or ThreadPoolExecutor(1, thread_name_prefix="write")
        self._batch = _Batch(source.epoch)
        self._writing: tuple[_Batch, Future[Written]] | None = None
        self._left_behind = False
        self._started = 0.0
        self._counts = {"rows": 0, "ticks": 0, "dead_letters": 0, "batches": 0}
        self._reported = clock()

    def run(self, stopped: Callable[[], bool]) -> None:
        """Store what comes until told to stop; then what was read already, if it can be stored at once."""
        try:
            while not stopped():
                self._fill()
                if self._is_full():
                    # Offsets are committed in order: nothing is begun behind a batch that was not stored.
                    if self._settle(stopped):
                        self._begin()
                elif self._is_due():
                    self._finish(stopped)
                elif self._writing is not None and self._writing[1].done():
                    self._settle(stopped)
                self._report()
            self._finish(stopped)
        finally:
            self._pool.shutdown()
            self._report(now=True)
            self._log.close()

    def _fill(self) -> None:
        records = self._batch.records
        patience = self._limits.poll_seconds
        if records:
            patience = min(patience, max(0.0, self._started + self._limits.age_seconds - self._clock()))
        received = self._log.poll(max(1, self._limits.rows - len(records)), patience)
        if self._log.epoch != self._batch.epoch:
            self._batch = _Batch(self._log.epoch)
        if received and not self._batch.records:
            self._started = self._clock()
        self._batch.add(received)

    def _is_full(self) -> bool:
        return len(self._batch.records) >= self._limits.rows or self._batch.bytes >= self._limits.bytes

    def _is_due(self) -> bool:
        return bool(self._batch.records) and self._clock() - self._started >= self._limits.age_seconds

    def _taken(self) -> _Batch:
        taken, self._batch = self._batch, _Batch(self._log.epoch)
        return taken

    def _begin(self) -> None:
        """Let a full batch be written while the next one is read."""
        batch = self._taken()
        self._writing = (batch, self._pool.submit(self._writer.write, batch.records))

    def _finish(self, stopped: Callable[[], bool]) -> None:
        """Store everything that was read."""
        if self._settle(stopped) and self._batch.records:
            self._store(self._taken(), stopped)

    def _settle(self, stopped: Callable[[], bool]) -> bool:
        """Wait for the batch that is being written, if there is one, and commit it; try it again if it failed.

        False when it had to be left: then whatever follows it must not be committed.
        """
        if self._left_behind or self._writing is None:
            return not self._left_behind
        (batch, writing), self._writing = self._writing, None
        wait([writing])
        return self._store(batch, stopped, writing.result)

    def _store(
        self, batch: _Batch, stopped: Callable[[], bool], write: Callable[[], Written] | None = None
    ) -> bool:
        """Write a batch, at first by `write`, until it is stored, the partitions are gone, or it must stop (False)."""
        delay = self._limits.retry_seconds
        # What is left when partitions were taken away is somebody else's to write.
        while self._log.epoch == batch.epoch:
            try:
                written = write() if write is not None else self._writer.write(batch.records)
                if written.letters:
                    self._log.reject(written.letters)
            except _TRY_AGAIN as error:
                write = None
                if stopped():
                    log.warning(
                        "stopped with a batch not stored; it is read again", records=len(batch.records)
                    )
                    self._left_behind = True
                    return False
                log.warning("waiting", reason=str(error)[:500], seconds=delay, records=len(batch.records))
                self._log.wait(delay)
                delay = min(delay * 2, self._limits.retry_seconds_max)
                self._prepare_again()
            else:
                self._log.commit(next_offsets(batch.records))
                self._count(written.rows, written.ticks, len(written.letters))
                return True
        return True

    def _prepare_again(self) -> None:
        """A store that comes back may be a new one, without tables."""
        try:
            self._prepare()
        except StoreUnavailableError:
            return  # The next insert says so again.

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
