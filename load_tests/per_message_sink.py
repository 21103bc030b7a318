"""`python -m load_tests.per_message_sink`: the sink as it is, but each value is decoded by itself.

What the sink would be without reading whole columns: fastavro a message, rows put together to the same batches, the
same store.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from unittest.mock import patch

import pyarrow as pa

from schemas.codec import Decoder, UndecodableError
from schemas.columns import Bad, SchemaOf, table_of
from sinks import main as sink
from sinks import writer

_decoders: dict[str, Decoder] = {}


def decode_rows(record: str, values: Sequence[bytes], schema_of: SchemaOf) -> tuple[pa.Table, list[Bad]]:
    """As `schemas.columns.decode_columns`, one value after the other."""
    decoder = _decoders.setdefault(record, Decoder(record, schema_of))
    rows: list[Mapping[str, Any]] = []
    bad: list[Bad] = []
    for index, value in enumerate(values):
        try:
            rows.append(decoder.decode(value))
        except UndecodableError as error:
            bad.append((index, str(error)))
    return table_of(record, rows), bad


if __name__ == "__main__":
    with patch.object(writer, "decode_columns", decode_rows):
        sink.main()
