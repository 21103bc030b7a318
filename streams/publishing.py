"""How do a few records reach a topic from a command? Encoded under the registered schema, and acknowledged."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from schemas.registry import Registry
from streams.catalog import Topic
from streams.cloud_events import Headers
from streams.coding import encoder_of
from streams.kafka import make_producer

FLUSH_SECONDS = 60.0


class NotPublishedError(RuntimeError):
    """Kafka did not take everything; says how much is missing and what to do."""


def publish(
    bootstrap: str,
    registry: Registry,
    topic: Topic,
    rows: Iterable[tuple[str, Mapping[str, Any]]],
    headers: Callable[[Mapping[str, Any]], Headers] = lambda _: (),
) -> int:
    """Write records with their keys and headers; returns how many, all acknowledged. Raises NotPublishedError.

    ValueError names a field that does not fit.
    """
    encoder = encoder_of(registry, topic)
    producer = make_producer(bootstrap)
    sent = 0
    for key, row in rows:
        value = encoder.encode(row)
        while True:
            try:
                producer.produce(topic.name, value=value, key=key, headers=list(headers(row)))
                break
            except BufferError:
                # The broker is slower than we are; the client's queue is the limit.
                producer.poll(0.1)
        sent += 1
    left = producer.flush(FLUSH_SECONDS)
    if left:
        raise NotPublishedError(
            f"Kafka did not take {left} of {sent} records for {topic.name} in {FLUSH_SECONDS:.0f} s; "
            "`citybrain status` says whether it is up, then try again"
        )
    return sent
