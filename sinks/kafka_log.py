"""How does the sink read Kafka? One group over all topics with tables; partitions are never lost to a slow store."""

import time
from collections.abc import Mapping, Sequence
from typing import Any

import structlog

from schemas.codec import Encoder
from schemas.registry import Registry
from sinks.loop import LogUnavailableError, Offsets
from sinks.tables import tables_of_topics
from sinks.writer import Received, RegistryUnavailableError
from streams.catalog import SINK_DEAD_LETTERS
from streams.kafka import (
    Consumer,
    KafkaException,
    Message,
    Producer,
    TopicPartition,
    make_consumer,
    make_producer,
    take,
)

PREFETCH_KIB = 8 * 1024
GATHER_MS = 400
RECORDS_A_CALL = 2_000
REJECT_SECONDS = 30.0
HEARTBEAT_SECONDS = 0.2

log = structlog.get_logger("sink")


class KafkaLog:
    """The topics that have tables, as one `sinks.loop.Log`.

    Raises KafkaException when the client can never go on; a new process can.
    """

    def __init__(self, bootstrap: str, registry: Registry, group: str) -> None:
        self.epoch = 0
        self._bootstrap = bootstrap
        self._registry = registry
        self._read_ahead: list[Received] = []
        self._producer: Producer | None = None
        self._encoder: Encoder | None = None
        self._consumer: Consumer = make_consumer(
            bootstrap,
            group,
            prefetch_kib=PREFETCH_KIB,
            gather_ms=GATHER_MS,
            # Topics may be made after the sink was started.
            overrides={"topic.metadata.refresh.interval.ms": 5_000, "fetch.max.bytes": 8 * 1024 * 1024},
        )
        self._consumer.subscribe(
            list(tables_of_topics()),
            on_assign=self._on_assign,
            on_revoke=self._on_revoke,
            on_lost=self._on_revoke,
        )

    def poll(self, records_max: int, timeout_seconds: float) -> list[Received]:
        """As Log says."""
        received, self._read_ahead = self._read_ahead, []
        seconds = 0 if received else timeout_seconds
        messages = take(self._consumer, seconds, min(records_max, RECORDS_A_CALL))
        return received + self._usable(messages)

    def commit(self, offsets: Offsets) -> None:
        """As Log says."""
        places = [TopicPartition(topic, part, offset) for (topic, part), offset in offsets.items()]
        try:
            self._consumer.commit(offsets=places, asynchronous=False)
        except KafkaException as error:
            log.warning("offsets were not committed; their records are read again", reason=str(error))

    def wait(self, seconds: float) -> None:
        """As Log says: paused partitions are polled, so that the group knows that this member lives."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            # Every time, because a rebalance may have brought new ones.
            self._consumer.pause(self._consumer.assignment())
            message = self._consumer.poll(min(left, HEARTBEAT_SECONDS))
            if message is not None:
                self._read_ahead += self._usable([message])
        self._consumer.resume(self._consumer.assignment())

    def reject(self, letters: Sequence[Mapping[str, Any]]) -> None:
        """As Log says."""
        encoder = self._dead_letter_encoder()
        if self._producer is None:
            self._producer = make_producer(self._bootstrap)
        failed: list[str] = []

        def delivered(error: object, _: Message) -> None:
            if error is not None:
                failed.append(str(error))

        for letter in letters:
            self._producer.produce(
                SINK_DEAD_LETTERS.name,
                key=str(letter["dead_letter_id"]).encode(),
                value=encoder.encode(letter),
                on_delivery=delivered,
            )
        if self._producer.flush(REJECT_SECONDS) or failed:
            raise LogUnavailableError(f"{SINK_DEAD_LETTERS.name} does not take records: {failed[:1]}")

    def lag(self) -> int:
        """As Log says, from what the client knows; markers of transactions count as records."""
        waiting = 0
        for place in self._consumer.position(self._consumer.assignment()):
            low, high = self._consumer.get_watermark_offsets(place, cached=True)
            waiting += max(0, high - (place.offset if place.offset >= 0 else low))
        return waiting

    def close(self) -> None:
        """As Log says."""
        self._consumer.close()

    def _usable(self, messages: Sequence[Message]) -> list[Received]:
        received: list[Received] = []
        for message in messages:
            error = message.error()
            if error is not None:
                if error.fatal():
                    raise KafkaException(error)
                log.warning("Kafka", reason=error.str())
                continue
            received.append(
                Received(
                    message.topic() or "",
                    message.partition() or 0,
                    message.offset() or 0,
                    message.timestamp()[1],
                    message.value(),
                )
            )
        return received

    def _dead_letter_encoder(self) -> Encoder:
        if self._encoder is None:
            try:
                schema_id = self._registry.register(SINK_DEAD_LETTERS.name, SINK_DEAD_LETTERS.record)
            except Exception as error:
                raise RegistryUnavailableError(f"the schema registry does not answer: {error!r}") from error
            self._encoder = Encoder(SINK_DEAD_LETTERS.record, schema_id)
        return self._encoder

    def _on_assign(self, _: Consumer, places: list[TopicPartition]) -> None:
        log.info("partitions assigned", partitions=len(places))

    def _on_revoke(self, _: Consumer, places: list[TopicPartition]) -> None:
        # What was read and not stored is dropped: whoever has the partition next reads it from the last commit.
        self.epoch += 1
        self._read_ahead = []
        log.info("partitions revoked", partitions=len(places))
