"""How does Flink see a topic? Table declarations made from the `.avsc` files, so that a column is written once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from schemas.records import schema, schema_text
from streams.catalog import Source, Topic


@dataclass(frozen=True)
class KafkaAddress:
    """Bootstrap servers and the address of the registry's Confluent API."""

    bootstrap: str
    registry_url: str


_PRIMITIVES = {
    "string": "STRING",
    "long": "BIGINT",
    "int": "INT",
    "double": "DOUBLE",
    "boolean": "BOOLEAN",
    "bytes": "BYTES",
}


def sql_type(avro_type: Any) -> str:
    """The Flink SQL type of an Avro type, with its nullability.

    A time is TIMESTAMP(3): that is what Flink's Avro format maps `timestamp-millis` to. Raises ValueError for
    types that our records do not use (an enum, for one, does not map to STRING).
    """
    if isinstance(avro_type, list):
        (some,) = [branch for branch in avro_type if branch != "null"]
        return sql_type(some).removesuffix(" NOT NULL")
    if isinstance(avro_type, dict):
        if avro_type.get("logicalType") == "timestamp-millis":
            return "TIMESTAMP(3) NOT NULL"
        if avro_type["type"] == "map":
            return f"MAP<STRING NOT NULL, {sql_type(avro_type['values'])}> NOT NULL"
    if isinstance(avro_type, str) and avro_type in _PRIMITIVES:
        return f"{_PRIMITIVES[avro_type]} NOT NULL"
    raise ValueError(f"no Flink SQL type for Avro type {avro_type!r}")


def columns(record: str) -> list[str]:
    """Column declarations of a record, in the order of its schema."""
    return [f"`{field['name']}` {sql_type(field['type'])}" for field in schema(record)["fields"]]


def interval(span: timedelta) -> str:
    """A SQL interval in the largest unit that divides it. Windows and tolerances are whole seconds."""
    seconds = int(span.total_seconds())
    for unit, size in (("DAY", 86_400), ("HOUR", 3_600), ("MINUTE", 60)):
        if seconds % size == 0:
            return f"INTERVAL '{seconds // size}' {unit}"
    return f"INTERVAL '{seconds}' SECOND"


def _options(options: Mapping[str, str]) -> str:
    quoted = (f"  '{key}' = '{value.replace(chr(39), chr(39) * 2)}'" for key, value in options.items())
    return ",\n".join(quoted)


@dataclass(frozen=True)
class Bounds:
    """Where reading begins and, for a batch run, ends: partition to offset, the end excluded.

    Without a start it begins at the beginning; a restored job goes by its checkpoint. Without an end it goes on.
    """

    start: Mapping[int, int] | None = None
    end: Mapping[int, int] | None = None


def watermark(source: Source) -> str:
    """The watermark of a table of events: ticks alone move it, so that no device's clock closes windows for others."""
    return (
        "WATERMARK FOR `event_time` AS CASE WHEN `entity_id` IS NULL THEN `event_time` - "
        f"{interval(source.out_of_orderness)} END"
    )


def source_table(
    name: str,
    source: Source,
    kafka: KafkaAddress,
    group: str,
    *,
    bounds: Bounds | None = None,
    topic: Topic | None = None,
) -> str:
    """CREATE TABLE for the events that windows are made of, with their watermark and their city.

    They come from the source's own topic, or from another one with the same record.
    """
    bounds = bounds or Bounds()
    options = {
        "connector": "kafka",
        "topic": (topic or source.topic).name,
        "properties.bootstrap.servers": kafka.bootstrap,
        "properties.group.id": group,
        # The normalizer writes in transactions; what it takes back must not be counted.
        "properties.isolation.level": "read_committed",
        "scan.startup.mode": "earliest-offset",
        "scan.watermark.emit.strategy": "on-event",
        "format": "avro-confluent",
        "avro-confluent.url": kafka.registry_url,
        "avro-confluent.schema": schema_text(source.topic.record),
    }
    if bounds.start:
        options["scan.startup.mode"] = "specific-offsets"
        options["scan.startup.specific-offsets"] = _offsets(bounds.start)
    if bounds.end:
        options["scan.bounded.mode"] = "specific-offsets"
        options["scan.bounded.specific-offsets"] = _offsets(bounds.end)
    body = [
        *columns(source.topic.record),
        "`city_id` AS SPLIT_INDEX(`area_id`, '/', 0)",
        watermark(source),
    ]
    return f"CREATE TEMPORARY TABLE {name} (\n  " + ",\n  ".join(body) + f"\n) WITH (\n{_options(options)}\n)"


def _offsets(offsets: Mapping[int, int]) -> str:
    return ";".join(f"partition:{partition},offset:{offset}" for partition, offset in sorted(offsets.items()))


def sink_table(name: str, topic: Topic, key_column: str, kafka: KafkaAddress) -> str:
    """CREATE TABLE for a topic that a job writes. `key_column` becomes the record key, as UTF-8 text."""
    options = {
        "connector": "kafka",
        "topic": topic.name,
        "properties.bootstrap.servers": kafka.bootstrap,
        "properties.linger.ms": "50",
        "properties.compression.type": "lz4",
        "sink.delivery-guarantee": "at-least-once",
        "key.format": "raw",
        "key.fields": key_column,
        "value.format": "avro-confluent",
        "value.fields-include": "ALL",
        "value.avro-confluent.url": kafka.registry_url,
        "value.avro-confluent.subject": f"{topic.name}-value",
        "value.avro-confluent.schema": schema_text(topic.record),
    }
    body = ",\n  ".join(columns(topic.record))
    return f"CREATE TEMPORARY TABLE {name} (\n  {body}\n) WITH (\n{_options(options)}\n)"
