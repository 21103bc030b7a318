import copy
import io
import struct
from typing import Any

import fastavro
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from laws import examples

from schemas import columns
from schemas.codec import Decoder, Encoder
from schemas.columns import arrow_schema, arrow_type, decode_columns, table_of
from schemas.records import record_names, schema, without_logical_types
from schemas.registry import UnknownSchemaError

OURS = 7
INT64 = st.integers(-(2**63), 2**63 - 1)
# What Arrow's UTC timestamps and Avro's longs both hold.
SIMPLE = {
    "string": st.text(max_size=70),
    "bytes": st.binary(max_size=70),
    "long": INT64,
    "int": st.integers(-(2**31), 2**31 - 1),
    "double": st.floats(allow_nan=False),
    "boolean": st.booleans(),
}


def values_of(kind: Any) -> Any:
    if isinstance(kind, list):
        return st.one_of(*(st.none() if branch == "null" else values_of(branch) for branch in kind))
    if isinstance(kind, dict) and kind["type"] == "map":
        return st.dictionaries(st.text(max_size=12), values_of(kind["values"]), max_size=4)
    if isinstance(kind, dict) and kind["type"] == "array":
        return st.lists(values_of(kind["items"]), max_size=4)
    return SIMPLE[kind["type"] if isinstance(kind, dict) else kind]


def rows_of(record: str) -> Any:
    return st.fixed_dictionaries({f["name"]: values_of(f["type"]) for f in schema(record)["fields"]})


def example(record: str, number: int = 0) -> Any:
    plain = {
        "string": f"text {number}",
        "bytes": b"\x00\xff",
        "long": 1000 + number,
        "int": number,
        "double": 0.5,
        "boolean": True,
    }

    def one(kind: Any) -> Any:
        if isinstance(kind, list):
            return None if number % 2 else one(kind[1])
        if isinstance(kind, dict) and kind["type"] == "map":
            return {f"key {n}": one(kind["values"]) for n in range(number % 3)}
        if isinstance(kind, dict) and kind["type"] == "array":
            return [one(kind["items"])] * (number % 3)
        return plain[kind["type"] if isinstance(kind, dict) else kind]

    return {field["name"]: one(field["type"]) for field in schema(record)["fields"]}


def framed(record: str, row: dict[str, Any], schema_id: int = OURS) -> Any:
    return Encoder(record, schema_id).encode(row)


def written_under(writer: Any, row: dict[str, Any], schema_id: int) -> Any:
    body = io.BytesIO()
    fastavro.schemaless_writer(body, fastavro.parse_schema(without_logical_types(copy.deepcopy(writer))), row)
    return struct.pack(">bI", 0, schema_id) + body.getvalue()


def only_ours(record: str) -> Any:
    return {OURS: schema(record)}.__getitem__


@pytest.mark.parametrize("record", record_names())
@examples(25)
@given(data=st.data())
def test_columns_are_what_decoding_one_by_one_gives(record: str, data: st.DataObject) -> None:
    rows = data.draw(st.lists(rows_of(record), max_size=12))
    values = [framed(record, row) for row in rows]
    decoder = Decoder(record, only_ours(record))

    table, bad = decode_columns(record, values, only_ours(record))

    assert bad == []
    assert table.schema == arrow_schema(record)
    assert table.equals(table_of(record, [decoder.decode(value) for value in values]))


@pytest.mark.parametrize("record", record_names())
def test_no_record_of_ours_is_left_to_the_slow_way(record: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(*_: object) -> Any:
        pytest.fail(f"{record} was decoded value by value")

    monkeypatch.setattr(columns, "_one_by_one", slow)
    values = [framed(record, example(record, number)) for number in range(6)]

    table, bad = decode_columns(record, values, only_ours(record))

    assert (table.num_rows, bad) == (6, [])


@pytest.mark.parametrize("record", ["road_observation", "statistic"])
@examples(40)
@given(data=st.data())
def test_a_broken_value_is_judged_as_if_it_were_alone(record: str, data: st.DataObject) -> None:
    values = [framed(record, example(record, number)) for number in range(6)]
    at = data.draw(st.integers(0, 5))
    cut = data.draw(st.integers(0, len(values[at]) - 1))
    more = data.draw(st.binary(max_size=6))
    values[at] = values[at][:cut] + more
    decoder = Decoder(record, only_ours(record))
    good, expected = [], []
    for index, value in enumerate(values):
        try:
            decoded = decoder.decode(value)
        except (ValueError, KeyError):
            expected.append(index)
        else:
            good.append(decoded)

    def schema_of(schema_id: int) -> Any:
        if schema_id != OURS:
            raise UnknownSchemaError(f"schema id {schema_id} is not in the registry")
        return schema(record)

    table, bad = decode_columns(record, values, schema_of)

    assert [index for index, _ in bad] == expected
    assert table.equals(table_of(record, good))


def test_a_value_that_names_a_branch_that_is_not_there_is_refused() -> None:
    values = [framed("road_observation", example("road_observation", n)) for n in range(3)]
    # The last but one is a union; 127 is branch -64.
    values[0] = values[0][:70] + b"\x7f\x01\x01"

    table, bad = decode_columns("road_observation", values, only_ours("road_observation"))

    assert [index for index, _ in bad] == [0]
    assert table.num_rows == 2


def test_bad_values_are_named_and_the_batch_around_them_goes_on() -> None:
    values = [framed("road_observation", example("road_observation", n)) for n in range(5)]
    values[1] = b"not framed at all"
    values[3] = values[3][:-3]

    table, bad = decode_columns("road_observation", values, only_ours("road_observation"))

    assert table.column("event_id").to_pylist() == ["text 0", "text 2", "text 4"]
    assert [index for index, _ in bad] == [1, 3]
    assert "Confluent wire format" in bad[0][1]
    assert "not a road_observation under schema 7" in bad[1][1]


def test_two_cuts_that_make_up_for_each_other_are_seen() -> None:
    # Joined, these bodies read as two records: the first borrows what the second has too much.
    first, second = (framed("road_observation", example("road_observation", n)) for n in (0, 2))
    values = [first[:-1], second[:5] + first[-1:] + second[5:]]

    table, bad = decode_columns("road_observation", values, only_ours("road_observation"))

    assert 0 in [index for index, _ in bad]
    assert table.num_rows + len(bad) == 2


def test_text_that_is_not_utf8_makes_its_value_bad() -> None:
    row = example("road_observation")
    good = framed("road_observation", row)
    values = [good, good.replace(b"text 0", b"te\xff\xfe 0", 1), good]

    table, bad = decode_columns("road_observation", values, only_ours("road_observation"))

    assert table.num_rows == 2
    assert [index for index, _ in bad] == [1]


def test_an_unknown_schema_id_makes_its_values_bad_and_only_them() -> None:
    def schema_of(schema_id: int) -> Any:
        if schema_id == OURS:
            return schema("statistic")
        raise UnknownSchemaError(f"schema id {schema_id} is not in the registry")

    values = [framed("statistic", example("statistic", n), schema_id=OURS + n % 2) for n in range(4)]

    table, bad = decode_columns("statistic", values, schema_of)

    assert table.num_rows == 2
    assert bad == [
        (1, "schema id 8 is not in the registry"),
        (3, "schema id 8 is not in the registry"),
    ]


def test_a_registry_that_is_down_is_no_reason_to_reject() -> None:
    def down(schema_id: int) -> Any:
        raise ConnectionError("refused")

    with pytest.raises(ConnectionError):
        decode_columns("statistic", [framed("statistic", example("statistic"))], down)


@pytest.mark.parametrize("record", ["road_observation", "statistic"])
def test_older_and_newer_writers_are_read_as_ours_in_the_order_given(record: str) -> None:
    older = copy.deepcopy(schema(record))
    older["fields"] = [f for f in older["fields"] if f["name"] not in {"area_id", "speed_kmh", "histogram"}]
    newer = copy.deepcopy(schema(record))
    newer["fields"].insert(0, {"name": "added", "type": ["null", "string"], "default": None})
    writers = {1: older, 2: schema(record), 3: newer}
    rows = [example(record, 2 * n) for n in range(9)]
    values = [
        written_under(writers[1 + n % 3], {**row, "added": "more"} if n % 3 == 2 else row, 1 + n % 3)
        for n, row in enumerate(rows)
    ]
    decoder = Decoder(record, writers.__getitem__)

    table, bad = decode_columns(record, values, writers.__getitem__)

    assert bad == []
    assert table.equals(table_of(record, [decoder.decode(value) for value in values]))
    assert table.column("entity_id").to_pylist() == [row["entity_id"] for row in rows]
    assert table.column("area_id").to_pylist()[0] is None


def test_times_are_utc_milliseconds() -> None:
    row = {**example("road_observation"), "event_time": 1_700_000_000_123}

    table, _ = decode_columns(
        "road_observation", [framed("road_observation", row)], only_ours("road_observation")
    )

    assert table.schema.field("event_time").type == pa.timestamp("ms", tz="UTC")
    assert table.column("event_time").cast(pa.int64()).to_pylist() == [1_700_000_000_123]


def test_nothing_in_gives_no_rows_with_all_columns() -> None:
    table, bad = decode_columns("indicator", [], only_ours("indicator"))

    assert (table.num_rows, bad) == (0, [])
    assert table.schema == arrow_schema("indicator")


def test_a_type_without_a_column_is_refused() -> None:
    with pytest.raises(TypeError, match="no column type"):
        arrow_type({"type": "fixed", "size": 2, "name": "two"})
