"""How does a batch of records become rows? Decoded in columns, ticks left out, bad ones named, the rest inserted.

Writing a batch twice leaves what writing it once leaves: the tables keep one row a key. So a batch may always be
tried again, and its offsets are committed only when all of it is stored or named as a dead letter.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from schemas.columns import TIME, decode_columns
from schemas.registry import UnknownSchemaError
from sinks.stores import Store, StoreRefusedError, StoreUnavailableError
from sinks.tables import Table, tables_of_topics

REFUSED_ROWS_MAX = 20
"""More refused rows than this in one insert speak against the table, not against the rows: they wait."""

DEAD_LETTER_PAYLOAD_BYTES = 256 * 1024

SchemaOf = Callable[[int], Mapping[str, Any]]


class RegistryUnavailableError(RuntimeError):
    """The schema registry cannot answer now: wait, and try the same again."""


class Received(NamedTuple):
    """One Kafka record. `appended_ms` is the broker's time; a value of None is a tombstone."""

    topic: str
    partition: int
    offset: int
    appended_ms: int
    value: bytes | None


@dataclass(frozen=True)
class Written:
    """What became of a batch. `rows` counts each row once, however many tables it went into."""

    rows: int
    ticks: int
    letters: tuple[dict[str, Any], ...]


class BatchWriter:
    """Writes batches into a store. `schema_of` asks the registry."""

    def __init__(self, store: Store, schema_of: SchemaOf) -> None:
        self._store = store
        self._ask_registry = schema_of

    def write(self, batch: Sequence[Received]) -> Written:
        """Store a batch; every record is then a row, a tick, a tombstone or a dead letter.

        Raises StoreUnavailableError and RegistryUnavailableError: try the same batch again.
        """
        by_topic: dict[str, list[Received]] = {}
        for received in batch:
            if received.value is not None:
                by_topic.setdefault(received.topic, []).append(received)
        rows = ticks = 0
        letters: list[dict[str, Any]] = []
        for topic, records in by_topic.items():
            stored = self._write_topic(tables_of_topics()[topic], records)
            rows += stored.rows
            ticks += stored.ticks
            letters += stored.letters
        return Written(rows, ticks, tuple(letters))

    def _write_topic(self, tables: Sequence[Table], records: Sequence[Received]) -> Written:
        values = [received.value or b"" for received in records]
        decoded, bad = decode_columns(tables[0].record, values, self._schema_of)
        letters = [dead_letter(records[index], "unreadable", reason) for index, reason in bad]
        wrong = {index for index, _ in bad}
        good = [received for index, received in enumerate(records) if index not in wrong]
        columns = with_provenance(decoded, good)
        kept = not_ticks(tables[0], columns)
        events = [good[index] for index in kept] if len(kept) < len(good) else good
        columns = columns.take(pa.array(kept, pa.int64())) if len(kept) < len(good) else columns
        refused: dict[int, str] = {}
        for table in tables:
            refused |= self._insert(table, columns)
        letters += [
            dead_letter(events[index], "refused", reason) for index, reason in sorted(refused.items())
        ]
        return Written(len(events) - len(refused), len(good) - len(events), tuple(letters))

    def _insert(self, table: Table, columns: pa.Table) -> dict[int, str]:
        """Insert, and where the store refuses, narrow down to the rows that it refuses: index to reason."""
        refused: dict[int, str] = {}
        waiting = [(0, columns.num_rows)] if columns.num_rows else []
        while waiting:
            start, stop = waiting.pop()
            try:
                self._store.insert(table.base, columns.slice(start, stop - start))
            except StoreRefusedError as error:
                if stop - start > 1:
                    middle = (start + stop) // 2
                    waiting += [(middle, stop), (start, middle)]
                    continue
                refused[start] = f"{table.base}: {error}"
                if len(refused) > REFUSED_ROWS_MAX:
                    raise StoreUnavailableError(
                        f"{table.base} refuses row after row; look at the table: {error}"
                    ) from error
        return refused

    def _schema_of(self, schema_id: int) -> Mapping[str, Any]:
        try:
            return self._ask_registry(schema_id)
        except UnknownSchemaError:
            raise
        except Exception as error:
            raise RegistryUnavailableError(f"the schema registry does not answer: {error!r}") from error


def with_provenance(columns: pa.Table, records: Sequence[Received]) -> pa.Table:
    """The columns of records of one topic, with where each came from."""
    count = len(records)
    provenance = {
        "_topic": pa.array([received.topic for received in records], pa.string()),
        "_partition": pa.array(np.fromiter((r.partition for r in records), np.int32, count)),
        "_offset": pa.array(np.fromiter((r.offset for r in records), np.int64, count)),
        "_appended_at": pa.array(np.fromiter((r.appended_ms for r in records), np.int64, count)).cast(TIME),
    }
    for name, column in provenance.items():
        columns = columns.append_column(name, column)
    return columns


def not_ticks(table: Table, columns: pa.Table) -> list[int]:
    """Indexes of the rows that are more than a tick of the city clock."""
    valid = np.ones(columns.num_rows, dtype=bool)
    for name in table.tick_columns:
        valid &= columns.column(name).is_valid().to_numpy()
    return [int(index) for index in np.flatnonzero(valid)]


def dead_letter(received: Received, reason: str, message: str) -> dict[str, Any]:
    """The record of what could not be stored."""
    value = received.value or b""
    cut = len(value) > DEAD_LETTER_PAYLOAD_BYTES
    return {
        "dead_letter_id": f"{received.topic}-{received.partition}-{received.offset}--1",
        "stage": "sink",
        "reason": reason,
        "message": f"{message} (payload cut from {len(value)} bytes)" if cut else message,
        "feed": "",
        "payload": value[:DEAD_LETTER_PAYLOAD_BYTES],
        "context": {},
        "topic": received.topic,
        "partition": received.partition,
        "offset": received.offset,
        "item": -1,
        "ingest_time": received.appended_ms,
        "run_id": "",
    }
