"""What does a declared table look like in SQL? One declaration, two dialects.

modern: the embedded engine and servers of this decade. Times are `DateTime64(3, 'UTC')`, maps are `Map`, lists `Array`.
old: before those existed (18.16). A time `event_time` is stored as `event_time_ms Int64`, and the view adds
`event_time` in whole seconds; a map or a list is JSON in a String. It is enough to prove the driver path on a real server.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import pyarrow as pa

from sinks.tables import APPENDED, FEW_VALUES, TABLES, Column, Table

_PLAIN: Mapping[pa.DataType, str] = {
    pa.string(): "String",
    pa.binary(): "String",
    pa.int64(): "Int64",
    pa.int32(): "Int32",
    pa.float64(): "Float64",
    pa.float32(): "Float32",
    pa.bool_(): "UInt8",
}
FIRST_MODERN_VERSION = (21, 8)
_VERSION = "_version"
_GENERATION_MS = 10**13
"""More milliseconds than this century has."""


class Dialect(StrEnum):
    """Which SQL a server speaks."""

    MODERN = "modern"
    OLD = "old"


def dialect_of(version: str) -> Dialect:
    """The dialect of a server by the answer to `select version()`."""
    numbers = tuple(int(number) for number in re.findall(r"\d+", version)[:2])
    return Dialect.MODERN if numbers >= FIRST_MODERN_VERSION else Dialect.OLD


@dataclass(frozen=True)
class StoredColumn:
    """A column as a dialect stores it."""

    name: str
    type: str
    doc: str


def stored(column: Column, dialect: Dialect) -> StoredColumn:
    """How a dialect stores a column."""
    name, kind = column.name, column.type
    if pa.types.is_map(kind):
        sql = f"Map(String, {_PLAIN[kind.item_type]})" if dialect is Dialect.MODERN else "String"
        return StoredColumn(name, sql, column.doc)
    if pa.types.is_list(kind):
        sql = f"Array({_PLAIN[kind.value_type]})" if dialect is Dialect.MODERN else "String"
        return StoredColumn(name, sql, column.doc)
    if pa.types.is_timestamp(kind):
        sql = "DateTime64(3, 'UTC')" if dialect is Dialect.MODERN else "Int64"
        name = name if dialect is Dialect.MODERN else milliseconds(name)
    else:
        sql = _PLAIN[kind]
    if column.nullable:
        sql = f"Nullable({sql})"
    if column.name in FEW_VALUES and pa.types.is_string(kind) and dialect is Dialect.MODERN:
        sql = f"LowCardinality({sql})"
    return StoredColumn(name, sql, column.doc)


def milliseconds(name: str) -> str:
    """Name of a time's column where times are numbers."""
    return f"{name}_ms"


def create_table(table: Table, dialect: Dialect) -> str:
    """The statement that creates a base table where there is none."""
    columns = [stored(column, dialect) for column in table.columns]
    lines = ",\n".join(f"    `{c.name}` {c.type} COMMENT {quoted(c.doc)}" for c in columns)
    names = {column.name: stored(column, dialect).name for column in table.columns}
    key = ", ".join(names[name] for name in table.key)
    version = names[table.version]
    if table.counts_generations:
        appended = names[APPENDED]
        appended_ms = appended if dialect is Dialect.OLD else f"toUnixTimestamp64Milli({appended})"
        lines += f",\n    `{_VERSION}` Int64 MATERIALIZED {version} * {_GENERATION_MS} + {appended_ms}"
        version = _VERSION
    return (
        f"CREATE TABLE IF NOT EXISTS {table.base}\n(\n{lines}\n)\n"
        f"ENGINE = ReplacingMergeTree({version})\nORDER BY ({key})"
    )


def add_column(table: Table, column: StoredColumn) -> str:
    """The statement that adds a column which a newer record has. Rows of before get its type's default."""
    return f"ALTER TABLE {table.base} ADD COLUMN `{column.name}` {column.type}"


def create_view(table: Table, dialect: Dialect) -> list[str]:
    """The statements that make the view of a table anew: each row once, with the columns of the record."""
    if dialect is Dialect.MODERN:
        names = ",\n".join(f"    `{column.name}`" for column in table.columns if column.of_record)
        return [f"CREATE OR REPLACE VIEW {table.view} AS\nSELECT\n{names}\nFROM {table.base} FINAL"]
    shown: list[str] = []
    for column in table.columns:
        if not column.of_record:
            continue
        name = stored(column, dialect).name
        if name != column.name:
            shown.append(f"    toDateTime(intDiv(`{name}`, 1000), 'UTC') AS `{column.name}`")
        shown.append(f"    `{name}`")
    columns = ",\n".join(shown)
    return [
        f"DROP TABLE IF EXISTS {table.view}",
        f"CREATE VIEW {table.view} AS\nSELECT\n{columns}\nFROM {table.base} FINAL",
    ]


def create_all(dialect: Dialect) -> list[str]:
    """Every statement for an empty store, in order."""
    return [
        statement
        for table in TABLES
        for statement in (create_table(table, dialect), *create_view(table, dialect))
    ]


def quoted(text: str) -> str:
    """A string literal."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
