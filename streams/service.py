"""How does a keyed fold run as a service, so that nothing is lost when it is killed?

A service is a pure fold and this wiring. Records of the source go to the fold of their partition, in order.
Then, for each small batch: its outputs are delivered; only then are the changes of its state written to a Faust
table (and so to the table's changelog); only then is the offset committed. Killed anywhere in between, the batch
is read again: its outputs come twice, with the same keys, and its state is put where it is already. A fold that
looks across the city writes its batch down before that (`streams/journal.py`): what comes twice is then the same.

As Faust may drop fetched records in a rebalance, each partition is followed by offset: what lies between the
last record taken in and the next one is read from the broker itself, whether it is a marker or a dropped record.
"""

import asyncio
import gc
import logging
import os
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import structlog

from streams.faust_app import TP, make_app, make_worker
from streams.folds import Fold, Output, Record, Service
from streams.journal import PREFIX, Batch, newest_batch, pieces_of
from streams.kafka import KafkaError, Message, Producer, make_producer
from streams.keyed_state import KeyedState
from streams.partition_reader import PartitionReader
from streams.service_settings import ServiceSettings

BATCH_EVENTS = 500
BATCH_SECONDS = 0.1
LOSS_TIMEOUT_SECONDS = 60.0
IDLE_CHECK_SECONDS = 1.0
IDLE_SECONDS = 3.0
STOP_SECONDS = 8.0

log = structlog.get_logger(__name__)


@dataclass
class _Kept:
    """A fold with its state: of one partition of the sources, or of all."""

    fold: Fold
    state: KeyedState
    generation: int
    # Of a whole service: what was written down last, and what waits to be.
    last: Batch
    waiting: list[Output]


@dataclass
class _Partition:
    kept: _Kept
    generation: int
    # The offset after the last record that the fold has taken in; at first, the one that was committed.
    position: int


class Runner:
    """One service at work inside a Faust worker."""

    def __init__(self, service: Service, settings: ServiceSettings) -> None:
        self.service = service
        self.app = make_app(service.name, settings, self._stop)
        self.events = 0
        self._producer: Producer = make_producer(settings.bootstrap, linger_ms=5)
        self._reader = PartitionReader(settings.bootstrap, service.name)
        self._taking_in = asyncio.Lock()
        self._started = time.monotonic()
        self._exit_code = 1
        self._seen_idle = (-1, 0.0)
        self._folds: dict[int, _Kept] = {}
        self._partitions: dict[TP, _Partition] = {}
        self._undone = 0
        self._failed: KafkaError | None = None
        self._finishing: asyncio.Future[None] | None = None
        self._names = {source.name for source in service.sources}
        self._source = self.app.topic(
            *(source.name for source in service.sources),
            key_type=bytes,
            value_type=bytes,
            key_serializer="raw",
            value_serializer="raw",
        )
        self._table = self.app.Table(
            "state",
            partitions=service.state_partitions,
            key_type=bytes,
            value_type=bytes,
        )
        self.app.agent(self._source, concurrency=1, name=service.name)(self._consume)
        self.app.timer(BATCH_SECONDS)(self._finish_tail)
        self.app.timer(IDLE_CHECK_SECONDS)(self._read_what_was_dropped_last)
        if service.each_second is not None:
            self.app.timer(1.0)(self._let_time_pass)

    async def _consume(self, stream: Any) -> None:
        try:
            await self._take_in(stream)
        except Exception as error:  # noqa: BLE001 - whatever it was, nothing after it may be committed
            _give_up(self.service.name, error)

    async def _take_in(self, stream: Any) -> None:
        async for event in stream.noack().events():
            message = event.message
            async with self._taking_in:
                tp = TP(message.topic, message.partition)
                partition = await self._partition(tp, message.generation_id)
                if message.offset > partition.position:
                    await self._read_up_to(tp, partition, message.offset)
                # Below its position is what was read in its stead already.
                if message.offset == partition.position:
                    self._take(
                        partition,
                        Record(
                            message.topic,
                            message.partition,
                            message.offset,
                            message.key,
                            message.value,
                            int(message.timestamp * 1000),
                            _headers(message.headers),
                        ),
                    )
                event.ack()
            if self._undone >= BATCH_EVENTS:
                # One batch may be on its way to the broker while the next one is taken in; not more.
                await self._settled()
                self._finishing = asyncio.ensure_future(self._finish_or_give_up())

    def _take(self, partition: _Partition, record: Record) -> None:
        self._let_go(partition.kept, partition.kept.fold.on_record(record))
        partition.position = record.offset + 1
        self.events += 1
        self._undone += 1

    def _let_go(self, kept: _Kept, outputs: Iterable[Output]) -> int:
        """Write what a fold leads to, or lay it by until its batch is written down; how many outputs there were."""
        made = list(outputs)
        if self.service.whole:
            kept.waiting += made
        else:
            for output in made:
                self._write(output)
        return len(made)

    async def _let_time_pass(self) -> None:
        if self.service.each_second is None or self.app.rebalancing:
            return
        async with self._taking_in:
            generation, now = self.app.consumer_generation_id, int(time.time() * 1000)
            for kept in self._folds.values():
                if kept.generation == generation:
                    self._undone += self._let_go(kept, self.service.each_second(kept.fold, now))

    async def _read_up_to(self, tp: TP, partition: _Partition, end: int) -> None:
        """Take in what lies below `end` and did not come; afterwards the partition's position is `end`."""
        missed = await asyncio.to_thread(self._reader.between, *tp, partition.position, end)
        if missed:
            log.warning(
                "records.read_again",
                service=self.service.name,
                topic=tp.topic,
                partition=tp.partition,
                records=len(missed),
            )
        for record in missed:
            self._take(partition, record)
        partition.position = end

    async def _read_what_was_dropped_last(self) -> None:
        """Where nothing follows a dropped record it would wait for ever: an idle service looks at the end."""
        before, since = self._seen_idle
        now = time.monotonic()
        if before != self.events:
            self._seen_idle = (self.events, now)
            return
        if now - since < IDLE_SECONDS or self.app.rebalancing:
            return
        async with self._taking_in:
            for tp, partition in list(self._partitions.items()):
                if partition.generation == self.app.consumer_generation_id:
                    end = await asyncio.to_thread(self._reader.end, *tp)
                    if end > partition.position:
                        await self._read_up_to(tp, partition, end)
        self._seen_idle = (self.events, now)

    async def _partition(self, tp: TP, generation: int) -> _Partition:
        known = self._partitions.get(tp)
        if known is None or known.generation != generation:
            self._demand_whole()
            committed = await asyncio.to_thread(self._reader.committed, *tp)
            kept = await self._fold(self.service.state_of(tp.partition), generation)
            begin = max(committed, kept.last.positions.get((tp.topic, tp.partition), 0))
            known = self._partitions[tp] = _Partition(kept, generation, begin)
        return known

    async def _fold(self, number: int, generation: int) -> _Kept:
        known = self._folds.get(number)
        if known is None or known.generation != generation:
            prefix = b"%d|" % number
            stored = {
                key[len(prefix) :].decode("utf-8"): orjson.loads(value)
                for key, value in self._table.data.items()
                if key.startswith(prefix)
            }
            last = newest_batch(stored)
            values = {key: value for key, value in stored.items() if not key.startswith(PREFIX)}
            values.update(last.changes)
            state = KeyedState({key: value for key, value in values.items() if value is not None})
            for output in last.outputs:
                self._write(output)
            await asyncio.to_thread(self._deliver)
            # In their place before the next batch is written down, or a second kill would lose them.
            await self._keep_all((number, key, value) for key, value in last.changes.items())
            known = self._folds[number] = _Kept(self.service.fold(state), state, generation, last, [])
            log.info("fold.begun", service=self.service.name, number=number, kept_values=len(state))
        return known

    def _demand_whole(self) -> None:
        """Raise RuntimeError where a fold that looks across the city would see only a part of it."""
        if self.service.whole:
            assigned = len([tp for tp in self.app.consumer.assignment() if tp.topic in self._names])
            if assigned != sum(source.partitions for source in self.service.sources):
                raise RuntimeError(
                    f"{self.service.name} runs in one process only, and another has a part of its partitions: stop it"
                )

    def _write(self, output: Output) -> None:
        partition = -1 if output.partition is None else output.partition
        while True:
            try:
                self._producer.produce(
                    output.topic,
                    output.value,
                    output.key,
                    partition,
                    on_delivery=self._on_delivery,
                    headers=list(output.headers),
                )
            except BufferError:
                # The broker is slower than we are; the client's queue is the limit.
                self._producer.poll(0.1)
            else:
                return

    def _on_delivery(self, error: KafkaError | None, message: Message) -> None:
        if error is not None:
            self._failed = error
            log.error("output.failed", topic=message.topic(), error=str(error))

    async def _finish_tail(self) -> None:
        if self._undone and (self._finishing is None or self._finishing.done()):
            self._finishing = asyncio.ensure_future(self._finish_or_give_up())

    async def _settled(self) -> None:
        if self._finishing is not None:
            await self._finishing

    async def _finish_or_give_up(self) -> None:
        try:
            await self._finish()
        except Exception as error:  # noqa: BLE001 - whatever it was, nothing after it may be committed
            _give_up(self.service.name, error)

    async def _finish(self) -> None:
        """Make everything taken in so far durable, then commit. New records may be taken in meanwhile."""
        self._undone = 0
        done = {tp: (partition.generation, partition.position) for tp, partition in self._partitions.items()}
        if self.service.whole:
            batch = [
                (number, kept, await self._write_down(number, kept, done))
                for number, kept in self._folds.items()
            ]
        else:
            batch = [(number, kept, kept.state.take_changes()) for number, kept in self._folds.items()]
        await asyncio.to_thread(self._deliver)
        # After a rebalance the fold begins again from the table; what it did before does not count.
        generation = self.app.consumer_generation_id
        await self._keep_all(
            (number, key, value)
            for number, kept, changes in batch
            if kept.generation == generation
            for key, value in changes.items()
        )
        self.app.consumer.done.update(
            {tp: position for tp, (of, position) in done.items() if of == generation}
        )
        await self.app.consumer.commit()

    async def _stop(self) -> None:
        """Take in nothing more and finish what was, so that nothing depends on how Faust ends the process.

        It may hang on its way out, asked to stop or crashed; a process that only idles is worse than one that ended.
        """
        last_resort = threading.Timer(STOP_SECONDS, lambda: os._exit(self._exit_code))
        last_resort.daemon = True
        last_resort.start()
        log.info(
            "service.stopping",
            service=self.service.name,
            events=self.events,
            seconds=round(time.monotonic() - self._started, 1),
        )
        if self.app.crash_reason is None:
            # Never given back: what comes now is for whoever reads next.
            await self._taking_in.acquire()
            if self._partitions:
                await self._settled()
                await self._finish_or_give_up()
            self._exit_code = 0

    async def _write_down(
        self, number: int, kept: _Kept, done: Mapping[TP, tuple[int, int]]
    ) -> Mapping[str, Any | None]:
        """Make a batch durable as a whole, then let its outputs go. Answers with what it changed."""
        changes, outputs, kept.waiting = kept.state.take_all(), tuple(kept.waiting), []
        if kept.generation != self.app.consumer_generation_id or not (changes or outputs):
            return {}
        positions = {(tp.topic, tp.partition): at for tp, (of, at) in done.items() if of == kept.generation}
        kept.last = Batch(kept.last.number + 1, positions, changes, outputs)
        await self._keep_all((number, key, value) for key, value in pieces_of(kept.last))
        for output in outputs:
            self._write(output)
        return changes

    async def _keep_all(self, values: Iterable[tuple[int, str, Any]]) -> None:
        written = [self._keep(number, key, value) for number, key, value in values]
        if written:
            await self.app.producer.flush()
            await asyncio.gather(*written)

    def _deliver(self) -> None:
        left = self._producer.flush(LOSS_TIMEOUT_SECONDS)
        if self._failed is not None or left:
            # Nothing is committed: whoever takes over reads the batch again.
            raise RuntimeError(f"{left} outputs were not delivered ({self._failed}); stopping to begin again")

    def _keep(self, number: int, key: str, value: Any) -> Any:
        table_key = b"%d|%s" % (number, key.encode("utf-8"))
        if value is None:
            self._table.data.pop(table_key, None)
            return self._table.send_changelog(number, table_key, None)
        stored = orjson.dumps(value)
        self._table.data[table_key] = stored
        return self._table.send_changelog(number, table_key, stored)


def _headers(given: Any) -> tuple[tuple[str, bytes], ...]:
    """Headers as the broker has them; Faust hands them on as pairs or as a mapping."""
    return tuple(given.items() if isinstance(given, Mapping) else given or ())


def _give_up(name: str, error: Exception) -> None:
    """End the process at once: nothing after the failure may be committed, and a restart begins at the commit."""
    log.error(
        "service.failed", service=name, exc_info=error, remedy="started again, it reads from the last commit"
    )
    os._exit(1)


def run(service: Service, settings: ServiceSettings) -> None:
    """Run a service in this process until SIGTERM or SIGINT. Never returns: the process exits."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s %(message)s")
    # Faust remarks on each tick of a timer that waits for the broker, and on each batch of over a hundred changes of
    # state; ours do both.
    for remarks in ("mode.timers", "faust.transport.producer"):
        logging.getLogger(remarks).setLevel(logging.ERROR)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ]
    )
    Path(settings.home, "faust").mkdir(parents=True, exist_ok=True)
    runner = Runner(service, settings)
    # What lives from here on lives for ever or for one batch; looking through it often finds nothing.
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    sources = [source.name for source in service.sources]
    log.info("service.started", service=service.name, sources=sources, mode=settings.mode)
    make_worker(runner.app).execute_from_commandline()
