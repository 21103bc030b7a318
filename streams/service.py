"""How does a keyed fold run as a service, so that nothing is lost when it is killed? The one owner of Faust.

A service is a pure fold and this wiring. Records of the source go to the fold of their partition, in order.
Then, for each small batch: its outputs are delivered; only then are the changes of its state written to a Faust
table (and so to the table's changelog); only then is the offset committed. Killed anywhere in between, the batch
is read again: its outputs come twice, with the same keys, and its state is put where it is already.

Faust's own bookkeeping of offsets is replaced: it waits for ever at the offsets that a transaction's markers
take up, and it may commit over an event in flight. Here the rule is one number a partition: after what is done.
And as Faust may drop fetched records in a rebalance, each partition is followed by offset: what lies between the
last record taken in and the next one is read from the broker itself, whether it is a marker or a dropped record.
"""

import asyncio
import functools
import gc
import logging
import os
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import faust
import orjson
import structlog
from faust.transport.drivers.aiokafka import AIOKafkaConsumerThread
from faust.transport.drivers.aiokafka import Consumer as FaustConsumer
from faust.transport.drivers.aiokafka import Transport as FaustTransport
from faust.types import TP

from streams.folds import Fold, Output, Record, Service
from streams.kafka import KafkaError, Message, Producer, make_producer
from streams.keyed_state import KeyedState
from streams.partition_reader import PartitionReader

BATCH_EVENTS = 500
BATCH_SECONDS = 0.1
LOSS_TIMEOUT_SECONDS = 60.0
IDLE_CHECK_SECONDS = 1.0
IDLE_SECONDS = 3.0
STOP_SECONDS = 8.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class ServiceSettings:
    """Where a service works and for which city and mode of run.

    `home` is a folder for what Faust writes; `targets` is the file of what the city has set, empty for the defaults.
    """

    bootstrap: str
    registry_url: str
    zone: str
    mode: str
    home: str
    targets: str = ""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "ServiceSettings":
        """Read CITYBRAIN_*. Raises SystemExit naming what is not set."""
        needed = ("CITYBRAIN_KAFKA_BOOTSTRAP", "CITYBRAIN_REGISTRY_URL")
        missing = [name for name in needed if not environment.get(name)]
        if missing:
            raise SystemExit(f"{' and '.join(missing)} must be set, for example by the `citybrain` command.")
        return cls(
            bootstrap=environment["CITYBRAIN_KAFKA_BOOTSTRAP"],
            registry_url=environment["CITYBRAIN_REGISTRY_URL"],
            zone=environment.get("CITYBRAIN_ZONE", "Asia/Shanghai"),
            mode=environment.get("CITYBRAIN_MODE", "live"),
            home=environment.get("CITYBRAIN_HOME", ".citybrain"),
            targets=environment.get("CITYBRAIN_TARGETS", ""),
        )


class _CommittedOnly(AIOKafkaConsumerThread):
    """Reads committed transactions only; Faust itself asks for that only when it writes transactions."""

    def _create_worker_consumer(self, transport: Any) -> Any:
        self.consumer.in_transaction = True
        try:
            return super()._create_worker_consumer(transport)
        finally:
            self.consumer.in_transaction = False


class _DoneOffsets(FaustConsumer):
    """Commits exactly what was declared done."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.done: dict[TP, int] = {}
        super().__init__(*args, **kwargs)

    def _new_consumer_thread(self) -> AIOKafkaConsumerThread:
        return _CommittedOnly(self, loop=self.loop, beacon=self.beacon)

    def ack(self, message: Any) -> bool:
        message.acked = True
        self._unacked_messages.discard(message)
        return True

    async def _add_gap(self, tp: TP, offset_from: int, offset_to: int) -> None:
        """Offsets without records need no care: they are simply below the next one that is done."""

    def committed_offset(self, tp: TP) -> int:
        """Where reading has to begin: what was committed last, 0 when nothing was."""
        return self._committed_offset[tp] or 0

    def _filter_tps_with_pending_acks(self, topics: Any = None) -> Iterator[TP]:
        return (tp for tp in list(self.done) if topics is None or tp in topics or tp.topic in topics)

    def _new_offset(self, tp: TP) -> int | None:
        return self.done.get(tp)


class _Transport(FaustTransport):
    Consumer = _DoneOffsets


class _QuietMonitor(faust.Monitor):
    """Faust's monitor feeds its web page, which we do not run; per record it only costs time."""

    def on_message_in(self, tp: TP, offset: int, message: Any) -> None: ...
    def on_message_out(self, tp: TP, offset: int, message: Any) -> None: ...
    def on_stream_event_in(self, tp: TP, offset: int, stream: Any, event: Any) -> None: ...
    def on_stream_event_out(
        self, tp: TP, offset: int, stream: Any, event: Any, state: Any = None
    ) -> None: ...
    def track_tp_end_offset(self, tp: TP, offset: int) -> None: ...


class _App(faust.App):
    def _new_transport(self) -> _Transport:
        return _Transport(self.conf.broker_consumer, self)


@dataclass
class _Partition:
    fold: Fold
    state: KeyedState
    generation: int
    # The offset after the last record that the fold has taken in; at first, the one that was committed.
    position: int


class Runner:
    """One service at work inside a Faust worker."""

    def __init__(self, service: Service, settings: ServiceSettings) -> None:
        self.service = service
        self.app = make_app(service.name, settings)
        self.events = 0
        self._producer: Producer = make_producer(settings.bootstrap, linger_ms=5)
        self._reader = PartitionReader(settings.bootstrap, service.name, service.source)
        self._taking_in = asyncio.Lock()
        self._seen_idle = (-1, 0.0)
        self._partitions: dict[int, _Partition] = {}
        self._undone = 0
        self._failed: KafkaError | None = None
        self._finishing: asyncio.Future[None] | None = None
        self._source = self.app.topic(
            service.source.name,
            key_type=bytes,
            value_type=bytes,
            key_serializer="raw",
            value_serializer="raw",
        )
        self._table = self.app.Table(
            "state",
            partitions=service.source.partitions,
            key_type=bytes,
            value_type=bytes,
        )
        self.app.agent(self._source, concurrency=1, name=service.name)(self._consume)
        self.app.timer(BATCH_SECONDS)(self._finish_tail)
        self.app.timer(IDLE_CHECK_SECONDS)(self._read_what_was_dropped_last)

    async def _consume(self, stream: Any) -> None:
        try:
            await self._take_in(stream)
        except Exception as error:  # noqa: BLE001 - whatever it was, nothing after it may be committed
            _give_up(self.service.name, error)

    async def _take_in(self, stream: Any) -> None:
        async for event in stream.noack().events():
            message = event.message
            async with self._taking_in:
                partition = await self._partition(message.partition, message.generation_id)
                if message.offset > partition.position:
                    await self._read_up_to(message.partition, partition, message.offset)
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
                        ),
                    )
                event.ack()
            if self._undone >= BATCH_EVENTS:
                # One batch may be on its way to the broker while the next one is taken in; not more.
                await self._settled()
                self._finishing = asyncio.ensure_future(self._finish_or_give_up())

    def _take(self, partition: _Partition, record: Record) -> None:
        for output in partition.fold.on_record(record):
            self._write(output)
        partition.position = record.offset + 1
        self.events += 1
        self._undone += 1

    async def _read_up_to(self, number: int, partition: _Partition, end: int) -> None:
        """Take in what lies below `end` and did not come; afterwards the partition's position is `end`."""
        missed = await asyncio.to_thread(self._reader.between, number, partition.position, end)
        if missed:
            log.warning(
                "records.read_again", service=self.service.name, partition=number, records=len(missed)
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
            for number, partition in list(self._partitions.items()):
                if partition.generation == self.app.consumer_generation_id:
                    end = await asyncio.to_thread(self._reader.end, number)
                    if end > partition.position:
                        await self._read_up_to(number, partition, end)
        self._seen_idle = (self.events, now)

    async def _partition(self, number: int, generation: int) -> _Partition:
        known = self._partitions.get(number)
        if known is None or known.generation != generation:
            prefix = b"%d|" % number
            state = KeyedState(
                {
                    key[len(prefix) :].decode("utf-8"): orjson.loads(value)
                    for key, value in self._table.data.items()
                    if key.startswith(prefix)
                }
            )
            committed = await asyncio.to_thread(self._reader.committed, number)
            known = _Partition(self.service.fold(state), state, generation, committed)
            self._partitions[number] = known
            log.info("partition.taken", service=self.service.name, partition=number, kept_values=len(state))
        return known

    def _write(self, output: Output) -> None:
        partition = -1 if output.partition is None else output.partition
        while True:
            try:
                self._producer.produce(
                    output.topic, output.value, output.key, partition, on_delivery=self._on_delivery
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
        batch = [
            (number, partition, partition.position, partition.state.take_changes())
            for number, partition in self._partitions.items()
        ]
        await asyncio.to_thread(self._deliver)
        # After a rebalance the fold begins again from the table; what it did before does not count.
        generation = self.app.consumer_generation_id
        batch = [taken for taken in batch if taken[1].generation == generation]
        written = [
            self._keep(number, key, value)
            for number, _, _, changes in batch
            for key, value in changes.items()
        ]
        if written:
            await self.app.producer.flush()
            await asyncio.gather(*written)
        done = self.app.consumer.done
        done.update({TP(self.service.source.name, number): position for number, _, position, _ in batch})
        await self.app.consumer.commit()

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


def _give_up(name: str, error: Exception) -> None:
    """End the process at once: nothing after the failure may be committed, and a restart begins at the commit."""
    log.error(
        "service.failed", service=name, exc_info=error, remedy="started again, it reads from the last commit"
    )
    os._exit(1)


def make_app(name: str, settings: ServiceSettings) -> Any:
    """A Faust app as ours are: state in memory and in a changelog, no web server, quick recovery."""
    return _App(
        name,
        broker=f"kafka://{settings.bootstrap}",
        store="memory://",
        datadir=f"{settings.home}/faust/{name}",
        # A killed worker is missed after 8 s instead of 60.
        broker_session_timeout=8,
        broker_heartbeat_interval=2,
        broker_commit_interval=1,
        broker_commit_every=1_000_000,
        stream_wait_empty=False,
        stream_buffer_maxsize=16_384,
        topic_replication_factor=1,
        topic_disable_leader=True,
        producer_compression_type="lz4",
        consumer_auto_offset_reset="earliest",
        Monitor=_QuietMonitor,
        web_enabled=False,
        web_in_thread=False,
        worker_redirect_stdouts=False,
    )


def run(service: Service, settings: ServiceSettings) -> None:
    """Run a service in this process until SIGTERM or SIGINT. Never returns: the process exits."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s %(message)s")
    # Faust's timers remark on each tick that waits for the broker; ours may.
    logging.getLogger("mode.timers").setLevel(logging.ERROR)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ]
    )
    started = time.monotonic()
    Path(settings.home, "faust").mkdir(parents=True, exist_ok=True)
    runner = Runner(service, settings)
    # What lives from here on lives for ever or for one batch; looking through it often finds nothing.
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    log.info("service.started", service=service.name, source=service.source.name, mode=settings.mode)
    worker = faust.Worker(
        runner.app, quiet=True, loglevel="WARN", redirect_stdouts=False, override_logging=False
    )
    runner.app.on_before_shutdown.connect(functools.partial(_on_stop, runner, started), weak=False)
    worker.execute_from_commandline()


def _on_stop(runner: Runner, started: float, *_: Any, **__: Any) -> None:
    # Whether asked to stop or crashed inside, Faust may hang on its way out; a process that only idles is worse
    # than one that is started again.
    last_resort = threading.Timer(STOP_SECONDS, os._exit, [1])
    last_resort.daemon = True
    last_resort.start()
    log.info(
        "service.stopping",
        service=runner.service.name,
        events=runner.events,
        seconds=round(time.monotonic() - started, 1),
    )
