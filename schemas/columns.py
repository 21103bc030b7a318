"""How do many framed values become columns at once? Records of one schema are read as one Avro file, not one by one.

Values of one schema id are put back into an Avro container and read by Polars. Whatever does not come out exactly as
it went in is decoded again value by value, so that a bad value is named and never takes its batch along.
"""

import io
import itertools
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from schemas.codec import HEADER_BYTES, Decoder, UndecodableError, split
from schemas.records import schema, without_logical_types

TIME = pa.timestamp("ms", tz="UTC")
_SYNC = b"citybrain-columns"[:16]
_PRIMITIVES: Mapping[str, pa.DataType] = {
    "string": pa.string(),
    "bytes": pa.binary(),
    "long": pa.int64(),
    "int": pa.int32(),
    "double": pa.float64(),
    "float": pa.float32(),
    "boolean": pa.bool_(),
}
_SECOND_BRANCH = 2
"""The byte that names it: 1 as a zig-zag varint."""
_FIXED_BYTES = {"double": 8, "float": 4, "boolean": 1}

SchemaOf = Callable[[int], Mapping[str, Any]]
Bad = tuple[int, str]
"""Index of a value that is no record of ours, and why."""


class _NoColumnsError(TypeError):
    """A schema, or what was read under it, that only the value-by-value way can handle."""


def arrow_type(avro_type: Any) -> pa.DataType:
    """The Arrow type of an Avro type: times are `timestamp(ms, UTC)`. Raises TypeError for what no record uses."""
    _, inner = _without_null(avro_type)
    if isinstance(inner, dict):
        if inner.get("logicalType") == "timestamp-millis":
            return TIME
        if inner["type"] == "map":
            return pa.map_(pa.string(), arrow_type(inner["values"]))
        if inner["type"] == "array":
            return pa.list_(arrow_type(inner["items"]))
        inner = inner["type"]
    if isinstance(inner, str) and inner in _PRIMITIVES:
        return _PRIMITIVES[inner]
    raise TypeError(f"no column type is declared for the Avro type {avro_type!r}")


def arrow_schema(record: str) -> pa.Schema:
    """The columns of a record, in the order of its `.avsc`."""
    return pa.schema(
        [
            pa.field(field["name"], arrow_type(field["type"]), nullable=_without_null(field["type"])[0])
            for field in schema(record)["fields"]
        ]
    )


def decode_columns(record: str, values: Sequence[bytes], schema_of: SchemaOf) -> tuple[pa.Table, list[Bad]]:
    """The good values as a table under our own schema, in the order given, and what is wrong with the others.

    `schema_of` answers the writer's schema for an id; its errors pass through, except UnknownSchemaError, which
    makes the values of that id bad. Values of other versions get our fields: added ones with their default.
    """
    from schemas.registry import UnknownSchemaError

    by_header: dict[bytes, list[int]] = {}
    for index, value in enumerate(values):
        by_header.setdefault(value[:HEADER_BYTES], []).append(index)
    bad: list[Bad] = []
    tables: list[pa.Table] = []
    positions: list[int] = []
    for header, indexes in by_header.items():
        try:
            writer = schema_of(split(header)[0])
        except (UndecodableError, UnknownSchemaError) as error:
            bad.extend((index, str(error)) for index in indexes)
            continue
        table, group_bad = _decode_group(record, [values[index] for index in indexes], writer)
        wrong = {index for index, _ in group_bad}
        bad.extend((indexes[index], reason) for index, reason in group_bad)
        tables.append(table)
        positions.extend(place for index, place in enumerate(indexes) if index not in wrong)
    return _in_order(record, tables, positions), sorted(bad)


def table_of(record: str, rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """Decoded records (times as epoch milliseconds) as columns."""
    columns = arrow_schema(record)
    return pa.Table.from_arrays(
        [_array([row[f.name] for row in rows], f.type) for f in columns], schema=columns
    )


def _in_order(record: str, tables: list[pa.Table], positions: list[int]) -> pa.Table:
    if not tables:
        return arrow_schema(record).empty_table()
    table = pa.concat_tables(tables).combine_chunks()
    if len(tables) > 1:
        table = table.take(pa.array(np.argsort(np.array(positions, dtype=np.int64), kind="stable")))
    return table


def _decode_group(record: str, values: list[bytes], writer: Mapping[str, Any]) -> tuple[pa.Table, list[Bad]]:
    plain = without_logical_types(dict(writer))
    try:
        if _has_columns(plain):
            return _aligned(record, _read_columns(plain, [value[HEADER_BYTES:] for value in values])), []
    except Exception:  # noqa: BLE001, S110 -- whatever the fast reader met, the slow one says which value it is
        pass
    return _one_by_one(record, values, writer)


def _one_by_one(record: str, values: list[bytes], writer: Mapping[str, Any]) -> tuple[pa.Table, list[Bad]]:
    decoder = Decoder(record, lambda _: writer)
    rows: list[dict[str, Any]] = []
    bad: list[Bad] = []
    for index, value in enumerate(values):
        try:
            rows.append(decoder.decode(value))
        except UndecodableError as error:
            bad.append((index, str(error)))
        except Exception as error:  # noqa: BLE001 -- a writer's schema that fastavro itself cannot parse
            bad.append((index, f"not a {record}: {error}"))
    return table_of(record, rows), bad


def _container(plain: Any, bodies: Sequence[bytes]) -> io.BytesIO:
    """An Avro object container file, uncompressed, of one block, around bodies that are there already."""
    schema_text = json.dumps(plain).encode()
    header = (
        _varint(2),
        _text(b"avro.schema"),
        _text(schema_text),
        _text(b"avro.codec"),
        _text(b"null"),
        b"\x00",
    )
    body_bytes = sum(map(len, bodies))
    block = (_varint(len(bodies)), _varint(body_bytes), *bodies)
    return io.BytesIO(b"".join((b"Obj\x01", *header, _SYNC, *block, _SYNC)))


def _varint(number: int) -> bytes:
    """A length or a count (never negative) as a zig-zag varint."""
    rest = number << 1
    out = bytearray()
    while rest > 0x7F:
        out.append((rest & 0x7F) | 0x80)
        rest >>= 7
    out.append(rest)
    return bytes(out)


def _text(data: bytes) -> bytes:
    return _varint(len(data)) + data


def _read_columns(plain: Mapping[str, Any], bodies: list[bytes]) -> pa.Table:
    # Imported late, as the registry above: whoever only asks for column types carries neither.
    import polars as pl

    try:
        read = pl.read_avro(_container(_with_arrays(plain), bodies))
    except (
        pl.exceptions.PanicException
    ) as panic:  # what its Rust meets in a cut value; no Exception of Python's
        raise _NoColumnsError(str(panic)) from None
    table = read.to_arrow(compat_level=pl.CompatLevel.oldest())
    for number, field in enumerate(plain["fields"]):
        if _is_map(field["type"]):
            table = table.set_column(number, field["name"], _as_map(table.column(number)))
    _prove(plain, table, bodies)
    return table


def _is_map(avro_type: Any) -> bool:
    return isinstance(avro_type, dict) and avro_type["type"] == "map"


def _is_array(avro_type: Any) -> bool:
    return isinstance(avro_type, dict) and avro_type["type"] == "array"


def _with_arrays(plain: Mapping[str, Any]) -> dict[str, Any]:
    """The same bytes under a schema without maps, which Polars does not read, and without what no bytes hang on.

    It refuses a default that is a number, and only reading under another schema would ask for defaults.
    Avro 1.11, "Arrays" and "Maps": both are blocks of a count and items, and an item of a map is a string and a
    value, one after the other, as the fields of a record are.
    """

    def field_of(field: dict[str, Any]) -> dict[str, Any]:
        if not _is_map(field["type"]):
            return {"name": field["name"], "type": field["type"]}
        pair = [{"name": "key", "type": "string"}, {"name": "value", "type": field["type"]["values"]}]
        entry = {"type": "record", "name": f"{field['name']}_entry", "fields": pair}
        return {"name": field["name"], "type": {"type": "array", "items": entry}}

    return {**plain, "fields": [field_of(field) for field in plain["fields"]]}


def _as_map(column: pa.ChunkedArray) -> pa.MapArray:
    """A list of (key, value) as the map that it stands for."""
    lists = column.combine_chunks()
    if lists.null_count:
        raise _NoColumnsError("a map is null")
    entries = lists.values
    return pa.MapArray.from_arrays(
        lists.offsets.cast(pa.int32()), entries.field("key"), entries.field("value")
    )


def _prove(plain: Mapping[str, Any], table: pa.Table, bodies: list[bytes]) -> None:
    """Make sure that every value began and ended where the reader thought. Raises when one did not.

    A truncated value borrows bytes from its neighbour and may still read as a record; what it takes in Avro then
    differs from what was there.
    """
    lengths = np.fromiter(map(len, bodies), dtype=np.int64, count=len(bodies))
    if table.num_rows != len(bodies):
        raise _NoColumnsError("the container did not give one record for each value")
    total = np.zeros(len(bodies), dtype=np.int64)
    branches = []
    for field in plain["fields"]:
        nullable, kind = _without_null(field["type"])
        column = table.column(field["name"]).combine_chunks()
        size = _encoded_sizes(kind, column)
        if nullable:
            valid = column.is_valid().to_numpy(zero_copy_only=False)
            branches.append((total.copy(), valid))
            size = 1 + (size * valid if column.null_count else size)
        total += size
    if not np.array_equal(total, lengths):
        raise _NoColumnsError("values do not end where they should")
    _prove_branches(branches, bodies, lengths)


def _prove_branches(branches: list[tuple[Any, Any]], bodies: list[bytes], lengths: Any) -> None:
    """Make sure that each union names one of its two branches: the reader takes any number but 0 for the second."""
    read = np.frombuffer(b"".join(bodies), dtype=np.uint8)
    begins = np.cumsum(lengths) - lengths
    for offsets, valid in branches:
        if not np.array_equal(read[begins + offsets], np.where(valid, _SECOND_BRANCH, 0)):
            raise _NoColumnsError("a union names a branch that it does not have")


def _encoded_sizes(kind: Any, column: Any) -> Any:
    """How many bytes each item takes in Avro, nulls left aside."""
    if _is_map(kind):
        entries = _encoded_sizes("string", column.keys) + _encoded_sizes(kind["values"], column.items)
        return _block_sizes(column, entries)
    if _is_array(kind):
        return _block_sizes(column, _encoded_sizes(kind["items"], column.values))
    if kind in _FIXED_BYTES:
        return np.full(len(column), _FIXED_BYTES[kind], dtype=np.int64)
    if kind in {"string", "bytes"}:
        length = pc.binary_length(column).fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64)
        return length + _varint_sizes(_zigzag(length))
    if pa.types.is_timestamp(column.type):
        column = column.cast(pa.int64())
    return _varint_sizes(_zigzag(column.fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64)))


def _block_sizes(column: Any, entries: Any) -> Any:
    """Bytes of each list or map whose entries take so many: its count, its entries and a closing zero."""
    offsets = column.offsets.to_numpy().astype(np.int64)
    until = np.concatenate(([0], np.cumsum(entries)))
    counts = np.diff(offsets)
    # An empty one is the zero alone.
    return until[offsets[1:]] - until[offsets[:-1]] + 1 + (counts > 0) * _varint_sizes(_zigzag(counts))


def _zigzag(number: Any) -> Any:
    return ((number << 1) ^ (number >> 63)).view(np.uint64)


def _varint_sizes(zigzag: Any) -> Any:
    sizes = np.ones(len(zigzag), dtype=np.int64)
    largest = int(zigzag.max()) if len(zigzag) else 0
    bound = 1 << 7
    while bound <= largest:
        sizes += zigzag >= np.uint64(bound)
        bound <<= 7
    return sizes


def _aligned(record: str, table: pa.Table) -> pa.Table:
    """Columns under the writer's schema as columns under ours. Raises when a value does not fit."""
    arrays = []
    for declared, field in zip(schema(record)["fields"], arrow_schema(record), strict=True):
        if field.name in table.column_names:
            column = table.column(field.name)
            if pa.types.is_timestamp(field.type):
                column = column.cast(pa.int64())
            column = column.cast(field.type)
        elif "default" in declared:
            column = _array([declared["default"]] * table.num_rows, field.type)
        else:
            raise _NoColumnsError(f"the writer of this {record} knows no {field.name}")
        if column.null_count and not field.nullable:
            raise _NoColumnsError(f"{field.name} is null")
        arrays.append(column)
    return pa.Table.from_arrays(arrays, schema=arrow_schema(record))


def _array(items: list[Any], kind: pa.DataType) -> Any:
    if not pa.types.is_map(kind):
        return pa.array(items, type=kind)
    offsets = np.zeros(len(items) + 1, dtype=np.int32)
    np.cumsum([len(item) for item in items], out=offsets[1:])
    return pa.MapArray.from_arrays(
        pa.array(offsets, type=pa.int32()),
        pa.array(list(itertools.chain.from_iterable(items)), type=kind.key_type),
        pa.array(
            list(itertools.chain.from_iterable(item.values() for item in items)),
            type=kind.item_type,
        ),
    )


def _without_null(avro_type: Any) -> tuple[bool, Any]:
    """Whether a type may be null, and the type without it."""
    if not isinstance(avro_type, list):
        return False, avro_type
    rest = [branch for branch in avro_type if branch != "null"]
    if len(rest) != 1:
        raise TypeError(f"a union of more than null and one type has no column: {avro_type!r}")
    return len(rest) < len(avro_type), rest[0]


def _has_columns(plain: Mapping[str, Any]) -> bool:
    """Whether every field is a primitive, a nullable one, or a map or list of primitives."""
    if plain.get("type") != "record":
        return False
    for field in plain["fields"]:
        kind = field["type"]
        if isinstance(kind, list):
            if len(kind) != 2 or kind[0] != "null":
                return False
            kind = kind[1]
        elif _is_map(kind):
            kind = kind["values"]
        elif _is_array(kind):
            kind = kind["items"]
        if not isinstance(kind, str) or kind not in _PRIMITIVES:
            return False
    return True
