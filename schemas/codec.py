"""How does a record become bytes and back? Confluent wire format: 0, four bytes of schema id, Avro body.

Times are epoch milliseconds (int) on the Python side.
"""

import io
import struct
from collections.abc import Callable, Mapping
from typing import Any

import fastavro

from schemas.records import schema, without_logical_types

MAGIC = 0
HEADER_BYTES = 5


class UndecodableError(ValueError):
    """The bytes are not a record of ours: no magic byte, unknown schema id, or a truncated or foreign body."""


def split(value: bytes) -> tuple[int, bytes]:
    """Schema id and Avro body of a framed value. Raises UndecodableError when it is not framed."""
    if len(value) < HEADER_BYTES or value[0] != MAGIC:
        raise UndecodableError(f"not in the Confluent wire format: starts with {value[:5]!r}")
    return int.from_bytes(value[1:5], "big"), value[HEADER_BYTES:]


def parsed(avro_schema: Mapping[str, Any]) -> Any:
    """A schema ready for fastavro, with plain longs for times."""
    return fastavro.parse_schema(without_logical_types(dict(avro_schema)))


class Encoder:
    """Writes one kind of record under one registered schema id."""

    def __init__(self, record: str, schema_id: int) -> None:
        self.record = record
        self.schema_id = schema_id
        self._schema = parsed(schema(record))
        self._header = struct.pack(">bI", MAGIC, schema_id)

    def encode(self, value: Mapping[str, Any]) -> bytes:
        """The framed bytes of a record. Raises ValueError naming the field that does not fit."""
        buffer = io.BytesIO(self._header)
        buffer.seek(HEADER_BYTES)
        try:
            fastavro.schemaless_writer(buffer, self._schema, value)
        except (ValueError, TypeError, KeyError, AttributeError, OverflowError) as error:
            raise ValueError(
                f"{self.record} {value.get('event_id', '')!r} does not fit its schema: {error}"
            ) from error
        return buffer.getvalue()

    def reframe(self, value: bytes) -> bytes:
        """The same record, encoded for another topic, under this one's id."""
        return value if value.startswith(self._header) else self._header + value[HEADER_BYTES:]


class Decoder:
    """Reads one kind of record, written under any registered version of it.

    `schema_of` answers the writer's schema for an id; it is asked once an id. Records written under another
    version than ours are resolved to ours, so that callers always see the newest fields.
    """

    def __init__(self, record: str, schema_of: Callable[[int], Mapping[str, Any]]) -> None:
        self.record = record
        self._schema_of = schema_of
        self._ours = parsed(schema(record))
        self._known: dict[int, tuple[Any, Any]] = {}

    def decode(self, value: bytes) -> dict[str, Any]:
        """The record. Raises UndecodableError; errors of the registry itself pass through."""
        schema_id, body = split(value)
        known = self._known.get(schema_id)
        if known is None:
            known = self._known[schema_id] = self._learn(schema_id)
        writer, reader = known
        try:
            decoded = fastavro.schemaless_reader(io.BytesIO(body), writer, reader)
        except Exception as error:  # fastavro raises whatever its C parser met
            raise UndecodableError(f"not a {self.record} under schema {schema_id}: {error}") from error
        if not isinstance(decoded, dict):
            raise UndecodableError(f"not a {self.record} under schema {schema_id}: not a record at all")
        return decoded

    def _learn(self, schema_id: int) -> tuple[Any, Any]:
        """The writer's schema, and ours where the two differ."""
        writer = parsed(self._schema_of(schema_id))
        return writer, None if writer == self._ours else self._ours
