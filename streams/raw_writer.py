"""How does what comes in now reach a raw topic? Live feeds are written here, and told of when Kafka has them.

A record is *acknowledged* when every replica that the topic asks for has it (`acks=all`). Only then is its sender
told so. The key is the feed's name: all records of a feed are on one partition, where the normalizer knows repeats
however they are grouped, and by whichever way they came.
"""

import threading
from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

from feeds.decoding import Raw
from schemas.registry import Registry
from streams.catalog import SYSTEMS, System, Topic
from streams.coding import encoder_of
from streams.kafka import KafkaError, KafkaException, Message, make_producer
from streams.runs import LIVE_RUN

PAYLOAD_BYTES_MAX = 900_000
"""With its context a record stays below the megabyte that Kafka's clients take by default."""
LINGER_MS = 5
"""Senders wait for the acknowledgement, so that a batch may not."""
POLL_SECONDS = 0.1
FLUSH_SECONDS = 8.0


class Receipt(NamedTuple):
    """What became of a record: its place, or why Kafka did not take it; `failure` is empty when it did."""

    topic: str
    partition: int = -1
    offset: int = -1
    failure: str = ""


Done = Callable[[Receipt], None]
"""Called once for each record, from any thread, also before `write` returns."""


class Writer(Protocol):
    """Where the connectors leave what they got."""

    def write(self, system: System, raw: Raw, done: Done) -> None:
        """Hand over a raw record."""

    def write_dead_letter(self, system: System, letter: dict[str, Any], done: Done) -> None:
        """Hand over what is no raw record, as a dead letter of the system."""


def live_record(feed: str, payload: bytes, context: dict[str, str], now: int) -> Raw:
    """A record that came in at `now` (epoch milliseconds), as the normalizer will read it."""
    return Raw(feed, payload, context, now, feed, LIVE_RUN, 0)


class RawWriter:
    """Writes to Kafka. `delivery_seconds`: after which a record is given up, 0 for never.

    Errors of the registry pass through the constructor.
    """

    def __init__(self, bootstrap: str, registry: Registry, *, delivery_seconds: float) -> None:
        self._producer = make_producer(bootstrap, linger_ms=LINGER_MS, delivery_seconds=delivery_seconds)
        self._raw = {slug: encoder_of(registry, system.raw) for slug, system in SYSTEMS.items()}
        self._dead_letters = {
            slug: encoder_of(registry, system.dead_letters) for slug, system in SYSTEMS.items()
        }
        self.broken = ""
        """Why no record will ever be taken again, so that the process must end; empty while all is well."""
        self._closing = threading.Event()
        self._polling = threading.Thread(target=self._poll, name="kafka", daemon=True)
        self._polling.start()

    def write(self, system: System, raw: Raw, done: Done) -> None:
        """See `Writer`."""
        value = self._raw[system.slug].encode({**raw._asdict(), "clock": None})
        self._produce(system.raw, raw.feed, value, done)

    def write_dead_letter(self, system: System, letter: dict[str, Any], done: Done) -> None:
        """See `Writer`."""
        value = self._dead_letters[system.slug].encode(letter)
        self._produce(system.dead_letters, letter["dead_letter_id"], value, done)

    def close(self) -> int:
        """Wait for what is on its way, with a limit; returns how many records have not arrived."""
        left = self._producer.flush(FLUSH_SECONDS)
        self._closing.set()
        self._polling.join()
        return left

    def _produce(self, topic: Topic, key: str, value: bytes, done: Done) -> None:
        def delivered(error: KafkaError | None, message: Message) -> None:
            if error is None:
                done(Receipt(topic.name, message.partition() or 0, message.offset() or 0))
            else:
                done(self._refused(topic, error))

        try:
            self._producer.produce(topic.name, value=value, key=key, on_delivery=delivered)
        except BufferError:
            done(Receipt(topic.name, failure="the client's queue is full"))
        except KafkaException as error:
            done(self._refused(topic, error.args[0]))

    def _refused(self, topic: Topic, error: KafkaError) -> Receipt:
        if error.fatal():
            self.broken = str(error)
        return Receipt(topic.name, failure=str(error))

    def _poll(self) -> None:
        while not self._closing.is_set():
            self._producer.poll(POLL_SECONDS)
