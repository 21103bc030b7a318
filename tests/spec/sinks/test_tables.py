from typing import Any

import pytest

from schemas.records import schema
from sinks.ddl import Dialect, create_all, create_table, create_view, dialect_of, stored
from sinks.migrate import TableDriftError, migrate
from sinks.tables import FEW_VALUES, TABLES, base_table, tables_of_topics
from streams.catalog import (
    ALERTS_CURRENT,
    CASES_CURRENT,
    CATALOG,
    INDICATORS,
    INDICATORS_CURRENT,
    LOOKED_INTO,
    SYSTEMS,
)


def table(view: str) -> Any:
    return next(t for t in TABLES if t.view == view)


def types(view: str, dialect: Any = Dialect.MODERN) -> Any:
    return {stored(c, dialect).name: stored(c, dialect).type for c in table(view).columns}


def test_every_table_is_filled_by_topics_of_the_line_that_carry_its_record() -> None:
    for declared in TABLES:
        assert declared.topics
        assert {CATALOG[topic].record for topic in declared.topics} == {declared.record}


def test_every_topic_is_stored_but_raw_ones_and_those_that_hand_over_what_is_stored_already() -> None:
    stored_topics = set(tables_of_topics())
    not_stored = {topic.name for system in SYSTEMS.values() for topic in (system.raw, system.recompute)}
    # The newest of what is stored with its history.
    not_stored |= {LOOKED_INTO.name, ALERTS_CURRENT.name, CASES_CURRENT.name, INDICATORS_CURRENT.name}
    not_stored |= {system.current.name for system in SYSTEMS.values()}

    assert stored_topics == set(CATALOG.topics) - not_stored


def test_names_of_tables_and_views_are_unique() -> None:
    names = [name for declared in TABLES for name in (declared.view, declared.base)]
    assert len(names) == len(set(names))


def test_one_topic_of_indicators_fills_the_history_and_the_newest() -> None:
    assert [t.view for t in tables_of_topics()[INDICATORS.name]] == ["indicator_history", "indicators"]


@pytest.mark.parametrize("view", [t.view for t in TABLES])
def test_a_view_shows_exactly_the_fields_of_the_record(view: str) -> None:
    (statement,) = create_view(table(view), Dialect.MODERN)
    shown = [line.strip().strip(",").strip("`") for line in statement.splitlines() if line.startswith("    ")]

    assert shown == [field["name"] for field in schema(table(view).record)["fields"]]


@pytest.mark.parametrize("view", [t.view for t in TABLES])
def test_a_column_is_nullable_only_where_the_record_is_and_never_in_a_key(view: str) -> None:
    declared = table(view)
    may_be_null = {f["name"] for f in schema(declared.record)["fields"] if isinstance(f["type"], list)}
    nullable = {
        column.name for column in declared.columns if "Nullable" in stored(column, Dialect.MODERN).type
    }

    assert nullable == may_be_null - set(declared.key)


def test_the_newest_indicators_are_chosen_by_revision() -> None:
    assert "ReplacingMergeTree(revision)" in create_table(table("indicators"), Dialect.MODERN)
    assert "ORDER BY (indicator_id, entity_type, entity_id, window_start)" in create_table(
        table("indicators"), Dialect.MODERN
    )


def test_times_and_maps_have_types_of_their_own_in_the_modern_dialect() -> None:
    assert types("statistics")["window_start"] == "DateTime64(3, 'UTC')"
    assert types("statistics")["sums"] == "Map(String, Int64)"
    assert types("statistics")["histogram"] == "Map(String, Int32)"
    assert types("statistics")["area_id"] == "LowCardinality(Nullable(String))"


def test_times_are_milliseconds_and_maps_are_text_in_the_old_dialect() -> None:
    assert types("statistics", Dialect.OLD)["window_start_ms"] == "Int64"
    assert types("statistics", Dialect.OLD)["sums"] == "String"
    assert "window_start" not in types("statistics", Dialect.OLD)
    modern_only = ("Map(", "DateTime64", "LowCardinality", "TTL", "OR REPLACE")
    assert not [s for s in create_all(Dialect.OLD) if any(word in s for word in modern_only)]


def test_the_docs_of_the_schema_are_the_comments_of_the_columns() -> None:
    assert "COMMENT 'Measured speed, for people; sums are made of times. km/h.'" in create_table(
        table("events_road"), Dialect.MODERN
    )


def test_a_quote_in_a_doc_does_not_end_the_comment() -> None:
    assert "the source\\'s own identity" in create_table(table("events_road"), Dialect.MODERN)


def test_every_column_said_to_have_few_values_exists() -> None:
    assert {column.name for declared in TABLES for column in declared.columns} >= FEW_VALUES


def test_versions_choose_the_dialect() -> None:
    assert dialect_of("18.16.1") is Dialect.OLD
    assert dialect_of("21.3.2.5") is Dialect.OLD
    assert dialect_of("21.8.1.1") is Dialect.MODERN
    assert dialect_of("26.9.2.1") is Dialect.MODERN


def test_ticks_are_known_by_the_entity_that_they_lack() -> None:
    assert table("events_air").tick_columns == ("entity_id",)
    assert table("statistics").tick_columns == ()


def as_declared(base: str) -> Any:
    columns = [stored(column, Dialect.MODERN) for column in base_table(base).columns]
    return {column.name: column.type for column in columns}


def test_a_store_as_declared_is_not_altered() -> None:
    statements = []
    migrate(statements.append, as_declared, Dialect.MODERN)

    assert not [s for s in statements if s.startswith("ALTER")]


def test_a_new_field_is_added_to_its_table() -> None:
    def without_weight(base: str) -> Any:
        return {name: kind for name, kind in as_declared(base).items() if name != "weight"}

    statements = []
    migrate(statements.append, without_weight, Dialect.MODERN)

    assert [s for s in statements if s.startswith("ALTER")] == [
        "ALTER TABLE events_road_data ADD COLUMN `weight` Int64"
    ]


def test_a_column_of_another_type_is_left_to_a_person() -> None:
    def with_text(base: str) -> Any:
        return {**as_declared(base), "run_id": "UInt8"}

    with pytest.raises(TableDriftError, match=r"events_road_data.run_id is UInt8 in the store"):
        migrate(lambda _: None, with_text, Dialect.MODERN)


def test_the_counts_of_two_feeds_in_one_batch_are_two_rows() -> None:
    assert {"topic", "partition", "first_offset", "feed", "run_id"} == set(table("normalize_counts").key)
