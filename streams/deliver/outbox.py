"""How does this service write records, and know that they are there? Kafka's client behind an await."""

import asyncio
from collections.abc import Mapping
from typing import Any

from schemas.registry import Registry
from streams.catalog import Topic
from streams.cloud_events import Headers
from streams.coding import encoders_of
from streams.kafka import KafkaError, Message, make_producer

DELIVERY_SECONDS = 60.0
POLL_SECONDS = 0.05


class NotWrittenError(RuntimeError):
    """Kafka did not take a record: this process ends, and its successor begins at the last commit."""


class Outbox:
    """Records to topics. Errors of the registry pass through the constructor."""

    def __init__(self, bootstrap: str, registry: Registry, topics: tuple[Topic, ...]) -> None:
        self._producer = make_producer(bootstrap, linger_ms=0, delivery_seconds=DELIVERY_SECONDS)
        self._encoders = encoders_of(registry, topics)

    async def write(self, topic: Topic, key: str, record: Mapping[str, Any], headers: Headers) -> None:
        """Returns when the record is on its topic. Raises NotWrittenError."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[str] = loop.create_future()

        def delivered(error: KafkaError | None, _message: Message) -> None:
            if not done.done():
                done.set_result("" if error is None else str(error))

        value = self._encoders[topic.name].encode(record)
        self._producer.produce(topic.name, value=value, key=key, headers=list(headers), on_delivery=delivered)
        # Callbacks run in `poll`, here in this thread; nothing is shared with another.
        while not done.done():
            self._producer.poll(0)
            if not done.done():
                await asyncio.sleep(POLL_SECONDS / 10)
        if failure := done.result():
            raise NotWrittenError(f"Kafka does not take a record for {topic.name}: {failure}")
