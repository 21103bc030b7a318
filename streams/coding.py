"""What writes and what reads the records of a topic? Encoders under registered schemas and decoders, by topic name."""

from collections.abc import Iterable

from schemas.codec import Decoder, Encoder
from schemas.registry import Registry
from streams.catalog import Topic


def encoder_of(registry: Registry, topic: Topic) -> Encoder:
    """Writes records of a topic, under its registered schema. Errors of the registry pass through."""
    return Encoder(topic.record, registry.register(topic.name, topic.record))


def encoders_of(registry: Registry, topics: Iterable[Topic]) -> dict[str, Encoder]:
    """By name of the topic. Errors of the registry pass through."""
    return {topic.name: encoder_of(registry, topic) for topic in topics}


def decoders_of(registry: Registry, topics: Iterable[Topic]) -> dict[str, Decoder]:
    """By name of the topic; schemas are asked for when a record names them."""
    return {topic.name: Decoder(topic.record, registry.schema_of) for topic in topics}
