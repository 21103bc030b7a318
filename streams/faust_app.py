"""What does Faust do for us, and what not? Its one owner: an app that consumes, keeps a table, and commits as told.

Faust's own bookkeeping of offsets is replaced: it waits for ever at the offsets that a transaction's markers
take up, and it may commit over an event in flight. Here the rule is one number a partition: after what is done.
"""

from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import faust
from faust.transport.drivers.aiokafka import AIOKafkaConsumerThread
from faust.transport.drivers.aiokafka import Consumer as FaustConsumer
from faust.transport.drivers.aiokafka import Transport as FaustTransport
from faust.types import TP

from streams.service_settings import ServiceSettings

__all__ = ["TP", "make_app", "make_worker"]


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
    before_stop: Callable[[], Awaitable[None]]

    def _new_transport(self) -> _Transport:
        return _Transport(self.conf.broker_consumer, self)

    async def on_stop(self) -> None:
        await self.before_stop()
        await super().on_stop()


def make_app(name: str, settings: ServiceSettings, before_stop: Callable[[], Awaitable[None]]) -> Any:
    """A Faust app as ours are: state in memory and in a changelog, no web server, quick recovery.

    before_stop: awaited when the app is asked to stop or has crashed, while consumer and producer still work.
    """
    app = _App(
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
    app.before_stop = before_stop
    return app


def make_worker(app: Any) -> Any:
    """A worker that leaves logging and output as they are."""
    return faust.Worker(app, quiet=True, loglevel="WARN", redirect_stdouts=False, override_logging=False)
