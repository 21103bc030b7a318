"""What stands in a batch of raw records? Read in columns; each is then as the decoders of feeds want it."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import pyarrow as pa

from feeds.decoding import Raw, Rejected, RejectReason
from schemas.columns import SchemaOf, decode_columns

RECORD = "raw_record"
NO_CLOCK = -1


class Clock(NamedTuple):
    """The city clock as a raw topic carries it: everything before `city_time` (milliseconds) has been sent."""

    city_time: int
    run_id: str


def read_raw_records(values: Sequence[bytes], schema_of: SchemaOf) -> list[Raw | Clock | Rejected]:
    """One item for each value, in order; Rejected where the bytes are no raw record of ours.

    Errors of the registry pass through `schema_of`.
    """
    table, bad = decode_columns(RECORD, values, schema_of)
    good = iter(_rows(table))
    if not bad:
        return list(good)
    wrong = dict(bad)
    return [
        Rejected(RejectReason.UNKNOWN_RECORD, wrong[number]) if number in wrong else next(good)
        for number in range(len(values))
    ]


def _rows(table: pa.Table) -> list[Raw | Clock]:
    def plain(name: str) -> list[Any]:
        return table.column(name).to_numpy().tolist()  # type: ignore[no-any-return]

    def whole(name: str) -> list[int]:
        column = table.column(name).cast(pa.int64())
        return column.fill_null(NO_CLOCK).to_numpy().tolist()  # type: ignore[no-any-return]

    raws = map(
        Raw,
        plain("feed"),
        plain("payload"),
        _contexts(table.column("context")),
        whole("ingest_time"),
        plain("source"),
        plain("run_id"),
        whole("time_shift_ms"),
    )
    return [
        raw if clock == NO_CLOCK else Clock(clock, raw.run_id)
        for raw, clock in zip(raws, whole("clock"), strict=True)
    ]


def _contexts(column: pa.ChunkedArray) -> list[Mapping[str, str]]:
    if not sum(len(chunk.keys) for chunk in column.chunks):
        return [{}] * len(column)
    return [dict(entries) for entries in column.to_pylist()]
