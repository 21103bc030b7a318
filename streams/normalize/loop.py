"""How do raw topics become normalized topics, each event once? Reads, writes and commits in one transaction a batch.

A batch is a Kafka transaction: events, dead letters, counts and the raw offsets are there together or not at all,
so a kill at any instruction leaves neither a gap nor a repeat. An event goes to the partition number that its raw
record came from: one writer a partition.
"""

import os
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import structlog

from feeds.decoding import Raw, Rejected
from schemas.codec import Encoder
from schemas.registry import Registry
from streams.areas import AreasOverTime
from streams.catalog import COUNTS, SYSTEMS, System, Topic
from streams.clock import last_tick
from streams.coding import encoder_of
from streams.entities import EntityReader
from streams.kafka import (
    KafkaError,
    KafkaException,
    Message,
    TopicPartition,
    make_consumer,
    make_producer,
    take,
)
from streams.normalize.current import CurrentEvents
from streams.normalize.normalizer import Normalizer, Origin, Tally, dead_letter, tick
from streams.normalize.raw_records import Clock, read_raw_records
from streams.normalize.remembered import read_back
from streams.normalize.repeats import RepeatFilter
from streams.runs import LIVE_RUN

GROUP = "normalize"
BATCH_RECORDS = 12_000
TRANSACTION_BYTES = 2 * 1024 * 1024
"""Raw bytes of a transaction: a record that holds many items makes many times its own size of events."""
WAIT_SECONDS = 0.2
GATHER_MS = 100
PACE_SECONDS = 0.5
"""From one transaction to the next: each costs the broker a request and a marker for every partition it touches, as
much for one event as for a thousand."""
RETRY_SECONDS = 1.0
START_SECONDS = 60.0
TRANSACTION_SECONDS = 20.0
SLOW_SECONDS = 5.0
STUCK_SECONDS = 25.0
"""librdkafka may wait for ever in a transaction after a broker was killed, whatever time-out it is given."""

Tallies = defaultdict[tuple[str, int, str, str], Tally]
"""Topic, partition, feed and run to what became of its records."""

log = structlog.get_logger("normalize")


def batches(messages: Sequence[Message]) -> Iterator[list[Message]]:
    """The messages in order, cut into transactions by their size."""
    batch: list[Message] = []
    size = 0
    for message in messages:
        batch.append(message)
        size += len(message.value() or b"")
        if size >= TRANSACTION_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


@dataclass(frozen=True)
class Channel:
    """Everything that one system needs: its normalizer and the encoders of its topics."""

    system: System
    normalizer: Normalizer
    events: Encoder
    current: Encoder
    archive_only: Encoder
    late: Encoder
    dead_letters: Encoder


class NormalizeLoop:
    """The normalizer service. `live_now` gives the wall clock in milliseconds on a live line, None elsewhere:
    there, clock records on the raw topics carry the city clock.
    """

    def __init__(
        self,
        bootstrap: str,
        registry: Registry,
        live_now: Callable[[], int] | None = None,
        instance: str = "0",
    ) -> None:
        self._bootstrap = bootstrap
        self._registry = registry
        self._live_now = live_now
        self._entities = EntityReader(bootstrap, registry)
        self._areas = AreasOverTime(self._entities)
        self._channels = {
            system.raw.name: self._channel(system, Registry.register) for system in SYSTEMS.values()
        }
        self._counts = encoder_of(registry, COUNTS)
        self._producer = make_producer(bootstrap, transactional_id=f"{GROUP}-{instance}", linger_ms=100)
        self._consumer = make_consumer(
            bootstrap,
            GROUP,
            gather_ms=GATHER_MS,
            # By its name a restarted one takes its partitions back at once; a new member waits for the dead one's session.
            overrides={"enable.partition.eof": True, "group.instance.id": f"{GROUP}-{instance}"},
        )
        self._fetched = 0.0
        self._repeats: dict[tuple[str, int], RepeatFilter] = {}
        self._current: dict[tuple[str, int], CurrentEvents] = {}
        self._at_end: set[tuple[str, int]] = set()
        self._last_tick: dict[tuple[str, int], int] = {}
        self._clocks: dict[tuple[str, int], Clock] = {}
        self._clocks_before: dict[tuple[str, int], Clock] = {}
        self._events_written = 0
        # When the transaction that is open made its last step.
        self._moved: float | None = None

    def _channel(self, system: System, register: Callable[[Registry, str, str], int]) -> Channel:
        def encoder(topic: Topic) -> Encoder:
            return Encoder(topic.record, register(self._registry, topic.name, topic.record))

        return Channel(
            system,
            Normalizer(system, self._entities.get, self._areas.area_of),
            encoder(system.normalized),
            encoder(system.current),
            encoder(system.archive_only),
            encoder(system.source.late),
            encoder(system.dead_letters),
        )

    def run(self, stopping: Callable[[], bool]) -> None:
        """Work until `stopping`. Errors of Kafka pass through and end the process: a successor takes over."""
        # Fences off and takes back whatever a killed predecessor left open, before its output is read back.
        self._producer.init_transactions(START_SECONDS)
        threading.Thread(target=self._watch, name="watch", daemon=True).start()
        self._consumer.subscribe(
            list(self._channels),
            on_assign=self._on_assign,
            on_revoke=self._on_revoke,
            on_lost=self._on_revoke,
        )
        reported = time.monotonic()
        try:
            while not stopping():
                self._work_on(self._fetch())
                if time.monotonic() - reported > 10:
                    log.info("normalized", events=self._events_written)
                    reported = time.monotonic()
        finally:
            self._consumer.close()

    def _fetch(self) -> list[Message]:
        # After a while without records the first is not kept waiting; behind, there is a full batch at once.
        found = take(self._consumer, WAIT_SECONDS, BATCH_RECORDS - 1, until=self._fetched + PACE_SECONDS)
        if not found:
            return []
        self._fetched = time.monotonic()
        messages = []
        for message in found:
            error = message.error()
            where = (message.topic() or "", message.partition() or 0)
            if error is None:
                self._at_end.discard(where)
                messages.append(message)
            elif error.code() == KafkaError._PARTITION_EOF:  # noqa: SLF001  (the client's public constant)
                self._at_end.add(where)
            elif error.fatal():
                # Another process of this instance has taken the partitions over; this one would idle for ever.
                raise KafkaException(error)
            else:
                log.warning("kafka", topic=where[0], partition=where[1], error=str(error))
        return messages

    def _work_on(self, messages: list[Message]) -> None:
        """One transaction after the other; what follows a batch that was taken back is read again with it."""
        # Asked after the fetch: an entity announced before a record was sent is known when the record is decoded.
        self._entities.catch_up()
        done = 0
        for batch in batches(messages):
            if not self._step(batch):
                self._rewind(messages[done:])
                time.sleep(RETRY_SECONDS)
                return
            done += len(batch)
        if not messages and self._live_now is not None:
            self._step([])

    def _step(self, messages: list[Message]) -> bool:
        """Write one batch; False when it was taken back."""
        ticks = self._due_ticks()
        if not messages and not ticks:
            return True
        began = self._moved = time.monotonic()
        self._clocks_before = dict(self._clocks)
        self._producer.begin_transaction()
        try:
            offsets = self._write(messages)
            for topic, partition, city_time in ticks:
                self._write_tick(self._channels[topic], partition, city_time, LIVE_RUN)
            written = self._moved = time.monotonic()
            self._producer.send_offsets_to_transaction(
                offsets, self._consumer.consumer_group_metadata(), TRANSACTION_SECONDS
            )
            self._moved = time.monotonic()
            self._producer.commit_transaction(TRANSACTION_SECONDS)
            _note_slow(len(messages), written - began, time.monotonic() - written)
        except KafkaException:
            # A transaction whose outcome is unknown is for a successor: it fences this one off and begins at the
            # committed offsets. Recovering in place was tried and could hang after a broker was killed.
            raise
        except Exception as error:  # noqa: BLE001  (whatever it was, nothing of the batch may stay)
            self._take_back(error)
            return False
        finally:
            self._moved = None
        for repeats in self._repeats.values():
            repeats.keep()
        for current in self._current.values():
            current.keep()
        return True

    def _watch(self) -> None:
        """End the process when a transaction is stuck: a successor fences it off and begins at the commit."""
        while True:
            time.sleep(1.0)
            since = self._moved
            if since is not None and time.monotonic() - since > STUCK_SECONDS:
                log.error(
                    "transaction stuck",
                    seconds=STUCK_SECONDS,
                    remedy="this process ends and is started again",
                )
                os._exit(1)

    def _take_back(self, error: Exception) -> None:
        """Undo a batch. A fenced or broken producer raises here and ends the process; a successor takes over."""
        log.warning(
            "batch taken back", error=str(error), remedy="it is read again when Kafka and registry answer"
        )
        self._producer.abort_transaction(TRANSACTION_SECONDS)
        self._clocks = self._clocks_before
        for repeats in self._repeats.values():
            repeats.undo()
        for current in self._current.values():
            current.undo()

    def _rewind(self, messages: Iterable[Message]) -> None:
        """Read these again."""
        first: dict[tuple[str, int], int] = {}
        for message in messages:
            first.setdefault((message.topic() or "", message.partition() or 0), message.offset() or 0)
        for (topic, partition), offset in first.items():
            self._consumer.seek(TopicPartition(topic, partition, offset))

    def _write(self, messages: list[Message]) -> list[TopicPartition]:
        tallies: Tallies = defaultdict(Tally)
        first: dict[tuple[str, int], int] = {}
        last: dict[tuple[str, int], int] = {}
        items = read_raw_records([message.value() or b"" for message in messages], self._registry.schema_of)
        for message, item in zip(messages, items, strict=True):
            origin = Origin(
                message.topic() or "", message.partition() or 0, message.offset() or 0, message.timestamp()[1]
            )
            where = (origin.topic, origin.partition)
            first.setdefault(where, origin.offset)
            last[where] = origin.offset
            channel = self._channels[origin.topic]
            if isinstance(item, Raw):
                self._write_record(channel, origin, item, tallies)
            elif isinstance(item, Clock):
                self._write_tick(channel, origin.partition, item.city_time, item.run_id)
            else:
                self._write_unreadable(channel, origin, item, message.value() or b"", tallies)
        for (topic, partition, feed, run_id), tally in tallies.items():
            where = (topic, partition)
            self._write_tally(where, feed, run_id, tally, (first[where], last[where]))
        for where in last:
            self._write_current(*where)
        return [TopicPartition(topic, partition, offset + 1) for (topic, partition), offset in last.items()]

    def _write_unreadable(
        self, channel: Channel, origin: Origin, rejected: Rejected, value: bytes, tallies: Tallies
    ) -> None:
        tally = tallies[origin.topic, origin.partition, "", ""]
        tally.records += 1
        tally.rejected[rejected.reason.value] += 1
        self._write_dead_letter(channel, dead_letter(origin, -1, rejected, None, value))

    def _write_record(self, channel: Channel, origin: Origin, raw: Raw, tallies: Tallies) -> None:
        tally = tallies[origin.topic, origin.partition, raw.feed, raw.run_id]
        repeats = self._repeats[origin.topic, origin.partition]
        clock = self._clocks.get((origin.topic, origin.partition))
        city_time = None
        # A run that begins before its clock was told is not late by the clock of the one before.
        if clock is not None and clock.run_id in (raw.run_id, LIVE_RUN):
            city_time = clock.city_time
        outcome = channel.normalizer.normalize(origin, raw, repeats, tally, city_time)
        current = self._current[origin.topic, origin.partition]
        for event in outcome.events:
            value = channel.events.encode(event)
            current.see(event, value)
            self._produce(channel.system.normalized, event["entity_id"], value, origin.partition)
        for event in outcome.archive_only:
            value = channel.archive_only.encode(event)
            current.see(event, value)
            self._produce(channel.system.archive_only, event["entity_id"], value, origin.partition)
        for late in outcome.late:
            self._produce(channel.system.source.late, late["entity_id"], channel.late.encode(late), 0)
        self._events_written += len(outcome.events)
        for letter in outcome.dead_letters:
            self._write_dead_letter(channel, letter)

    def _write_current(self, raw_topic: str, partition: int) -> None:
        """Once for each entity that the batch has told something newer of, in the transaction of the events."""
        channel = self._channels[raw_topic]
        topic, reframe = channel.system.current, channel.current.reframe
        for entity_id, value in self._current[raw_topic, partition].batch():
            self._produce(topic, entity_id, reframe(value), partition)

    def _write_dead_letter(self, channel: Channel, letter: dict[str, Any]) -> None:
        value = channel.dead_letters.encode(letter)
        self._produce(channel.system.dead_letters, letter["dead_letter_id"], value, 0)

    def _write_tick(self, channel: Channel, partition: int, city_time: int, run_id: str) -> None:
        topic = channel.system.normalized
        self._clocks[channel.system.raw.name, partition] = Clock(city_time, run_id)
        self._produce(topic, None, channel.events.encode(tick(topic.record, city_time, run_id)), partition)

    def _write_tally(
        self, where: tuple[str, int], feed: str, run_id: str, tally: Tally, span: tuple[int, int]
    ) -> None:
        topic, partition = where
        count = {
            "topic": topic,
            "partition": partition,
            "first_offset": span[0],
            "last_offset": span[1],
            "feed": feed,
            "run_id": run_id,
            "records": tally.records,
            "decoded": tally.decoded,
            "normalized": tally.normalized,
            "corrected": tally.corrected,
            "repeated": tally.repeated,
            "rejected": dict(tally.rejected),
        }
        self._produce(COUNTS, f"{topic}-{partition}", self._counts.encode(count), 0)

    def _produce(self, topic: Topic, key: str | None, value: bytes, partition: int) -> None:
        while True:
            try:
                self._producer.produce(topic.name, value=value, key=key, partition=partition)
            except BufferError:
                self._producer.poll(0.1)
            else:
                return

    def _due_ticks(self) -> list[tuple[str, int, int]]:
        """Partitions of a live line that are read to their end and whose city clock has made another step."""
        if self._live_now is None:
            return []
        now = self._live_now()
        due = []
        for where in sorted(self._at_end):
            city_time = last_tick(self._channels[where[0]].system, now)
            if city_time > self._last_tick.get(where, 0):
                self._last_tick[where] = city_time
                due.append((*where, city_time))
        return due

    def _on_assign(self, _consumer: object, partitions: list[TopicPartition]) -> None:
        systems = {(at.topic, at.partition): self._channels[at.topic].system for at in partitions}
        for where, known in read_back(self._bootstrap, self._registry, systems).items():
            self._repeats[where], self._current[where] = known.repeats, known.current
            if known.clock is not None:
                self._clocks[where] = known.clock
        log.info("assigned", partitions=len(partitions), remembered=sum(map(len, self._repeats.values())))

    def _on_revoke(self, _consumer: object, partitions: list[TopicPartition]) -> None:
        for revoked in partitions:
            self._repeats.pop((revoked.topic, revoked.partition), None)
            self._current.pop((revoked.topic, revoked.partition), None)
            self._at_end.discard((revoked.topic, revoked.partition))


def _note_slow(records: int, writing: float, committing: float) -> None:
    """Say of a transaction that took long where its time went: in our own work, or with the broker."""
    if writing + committing > SLOW_SECONDS:
        log.warning(
            "transaction slow", records=records, writing=round(writing, 1), committing=round(committing, 1)
        )
