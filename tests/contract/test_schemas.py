"""The contracts of records and topics: documented, readable by two libraries, and one name everywhere."""

import io
import json

import avro.schema
import fastavro
import pytest

from jobs.ddl import columns, sql_type
from schemas.codec import Decoder, Encoder, UndecodableError
from schemas.records import record_names, schema, schema_text
from streams.catalog import CATALOG, SYSTEMS
from streams.normalize.normalizer import tick

NUMBERS = {"long", "int", "double"}
UNIT_WORDS = (
    "UTC, milliseconds",
    "km/h",
    "etres",
    "illiseconds",
    "seconds",
    "anograms",
    "egrees",
    "offset",
    "count",
    "partition",
    "Partition",
    "ffset",
    "How m",
    "how m",
    "revision",
    "Function",
    "value",
    "0 for",
    "Raw records",
    "Items",
    "item",
    "Items",
    "`unit`",
    "in the unit of",
    "ivil year",
    "four digits",
)


def fields():
    return [(record, field) for record in record_names() for field in schema(record)["fields"]]


@pytest.mark.parametrize(("record", "field"), fields(), ids=lambda x: x if isinstance(x, str) else x["name"])
def test_every_field_says_what_it_is(record, field):
    assert len(field["doc"]) > 5
    types = field["type"] if isinstance(field["type"], list) else [field["type"]]
    if any((t["type"] if isinstance(t, dict) else t) in NUMBERS for t in types):
        assert any(word in field["doc"] for word in UNIT_WORDS), f"{record}.{field['name']} names no unit"


@pytest.mark.parametrize("record", record_names())
def test_two_avro_libraries_read_every_schema(record):
    fastavro.parse_schema(schema(record))

    assert avro.schema.parse(schema_text(record)).name == schema(record)["name"]


@pytest.mark.parametrize("record", record_names())
def test_fields_are_written_in_the_order_of_avros_java_library_so_that_flink_adds_no_version(record):
    order = ["name", "type", "doc", "default"]

    for field in schema(record)["fields"]:
        assert list(field) == [key for key in order if key in field]


@pytest.mark.parametrize("record", record_names())
def test_a_nullable_field_defaults_to_null_so_that_it_can_be_added_and_removed(record):
    for field in schema(record)["fields"]:
        if isinstance(field["type"], list):
            assert field["type"][0] == "null"
            assert field["default"] is None


def test_every_topic_has_a_record_and_a_name_of_the_law():
    for topic in CATALOG.topics.values():
        assert topic.record in record_names()
        assert topic.name.startswith("city.")
        assert "_" not in topic.name
        assert ".v1" in topic.name


@pytest.mark.parametrize("system", SYSTEMS.values(), ids=lambda system: system.slug)
def test_an_event_stays_on_the_partition_number_of_its_raw_record(system):
    assert system.raw.partitions == system.normalized.partitions == system.source.topic.partitions


@pytest.mark.parametrize("system", SYSTEMS.values(), ids=lambda system: system.slug)
def test_nothing_that_a_restatement_needs_is_deleted_before_the_horizon(system):
    from streams.catalog import HORIZON

    for topic in (system.raw, system.normalized, system.source.topic, system.source.late):
        assert topic.retention >= HORIZON


@pytest.mark.parametrize("system", SYSTEMS.values(), ids=lambda system: system.slug)
def test_a_tick_is_a_valid_record_that_carries_only_the_clock(system):
    record = system.normalized.record
    encoder = Encoder(record, 7)
    decoder = Decoder(record, lambda _: schema(record))

    found = decoder.decode(encoder.encode(tick(record, 1_000, "run")))

    assert found["event_time"] == found["ingest_time"] == 1_000
    assert found["entity_id"] is None
    assert found["event_id"] == ""


def test_a_reader_of_the_newest_version_reads_an_older_one():
    older = json.loads(schema_text("road_observation"))
    older["fields"] = [field for field in older["fields"] if field["name"] != "speed_kmh"]
    value = {
        **{field["name"]: 1 for field in older["fields"]},
        "event_id": "a",
        "entity_id": "l",
        "area_id": "c/d",
        "source": "s",
        "quality": "good",
        "run_id": "r",
    }
    buffer = io.BytesIO()
    fastavro.schemaless_writer(buffer, fastavro.parse_schema(older), value)
    decoder = Decoder("road_observation", lambda _: older)

    found = decoder.decode(b"\x00\x00\x00\x00\x05" + buffer.getvalue())

    assert found["speed_kmh"] is None
    assert found["entity_id"] == "l"


@pytest.mark.parametrize(
    "value", [b"", b"\x01abcde", b"\x00\x00\x00\x00\x07", b"\x00\x00\x00\x00\x07\xff\xff"]
)
def test_foreign_bytes_are_undecodable_and_not_an_accident(value):
    decoder = Decoder("road_observation", lambda _: schema("road_observation"))

    with pytest.raises(UndecodableError):
        decoder.decode(value)


def test_flink_sees_times_as_timestamps_and_nullable_fields_as_nullable():
    assert "`event_time` TIMESTAMP(3) NOT NULL" in columns("road_observation")
    assert "`entity_id` STRING" in columns("road_observation")
    assert "`sums` MAP<STRING NOT NULL, BIGINT NOT NULL> NOT NULL" in columns("statistic")


def test_an_enum_has_no_sql_type_because_flink_would_not_map_it():
    with pytest.raises(ValueError, match="no Flink SQL type"):
        sql_type({"type": "enum", "name": "Kind", "symbols": ["A"]})
