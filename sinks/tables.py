"""Which tables are there? Each is declared once, here; its columns are those of its record's `.avsc`.

A base table may hold a row more than once (a batch written again after a crash); its view shows each row once, with
the columns of the record and nothing else. People query the views; only the writer knows the base tables.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property

import pyarrow as pa

from schemas.columns import TIME, arrow_schema
from schemas.records import schema
from streams.catalog import (
    ALARMS,
    ALERTS,
    CAP,
    CASES,
    COMMANDS,
    COUNTS,
    DECLARATIONS,
    DELIVERIES,
    ENTITIES,
    INDICATORS,
    JOINT_EVENTS,
    LINE_DEAD_LETTERS,
    MODES,
    PUBLIC,
    RECOMPUTED,
    RESTATEMENTS,
    RULES,
    RUNS,
    SHIFTS,
    SINK_DEAD_LETTERS,
    STATISTICS,
    SYSTEMS,
    TARGET_DECLARATIONS,
    Topic,
)

APPENDED = "_appended_at"
GENERATION = "generation"
PROVENANCE: Mapping[str, tuple[pa.DataType, str]] = {
    "_topic": (pa.string(), "Topic that the row came from."),
    "_partition": (pa.int32(), "Partition that it came from."),
    "_offset": (pa.int64(), "Offset that it came from."),
    APPENDED: (TIME, "When the broker took it. UTC, milliseconds."),
}

# fmt: off
FEW_VALUES = frozenset({
    "_topic", "area_id", "clause", "edition", "entity_type", "feed", "finality", "grade",
    "incident_type", "indicator_id", "measure", "milestone", "mode", "outcome", "priority", "quality",
    "reason", "run_id", "source", "stage", "standard", "system", "topic", "unit", "validity",
})
# fmt: on
"""Columns with so few different values that a dictionary of them is kept instead."""


@dataclass(frozen=True)
class Column:
    """One column of a base table. `of_record` is False for provenance."""

    name: str
    type: pa.DataType
    nullable: bool
    doc: str
    of_record: bool


@dataclass(frozen=True)
class Table:
    """A base table and the view over it.

    Of rows with the same `key` one counts: the one with the highest `version`, among equals the one written last;
    where the version is a generation, the one that the broker took last.
    """

    view: str
    base: str
    record: str
    topics: tuple[str, ...]
    key: tuple[str, ...]
    version: str = APPENDED

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """Columns of the base table: the record's, then where each row came from."""
        fields = {field["name"]: field for field in schema(self.record)["fields"]}
        of_record = [
            # A key is never null: rows without one are ticks, which are not stored.
            Column(c.name, c.type, c.nullable and c.name not in self.key, fields[c.name].get("doc", ""), True)
            for c in arrow_schema(self.record)
        ]
        provenance = [Column(name, kind, False, doc, False) for name, (kind, doc) in PROVENANCE.items()]
        return (*of_record, *provenance)

    @property
    def counts_generations(self) -> bool:
        """Whether rows of a later generation win, and within one those that came last."""
        return self.version == GENERATION

    @cached_property
    def tick_columns(self) -> tuple[str, ...]:
        """Key columns that the record allows to be null: a null there makes the record a tick."""
        return tuple(c.name for c in arrow_schema(self.record) if c.nullable and c.name in self.key)


def _version_of(topic: Topic) -> str:
    """Where a source counts its corrections, the highest counts; elsewhere what came last."""
    names = {field["name"] for field in schema(topic.record)["fields"]}
    return "source_version" if "source_version" in names else APPENDED


def _one_topic(view: str, topic: Topic, key: str, version: str = APPENDED) -> Table:
    return Table(view, f"{view}_data", topic.record, (topic.name,), tuple(key.split()), version)


def _with_history(noun: str, topic: Topic, key: str) -> tuple[Table, Table]:
    """Every change of something that changes, and how each stands now."""
    return (
        _one_topic(f"{noun}_history", topic, f"{key} sequence"),
        _one_topic(f"{noun}s", topic, key, version="sequence"),
    )


_EVENT = "entity_id event_time event_id run_id"
"""The same event of two runs is two rows: each run can be counted again from its own."""

_STORED_ONCE = (
    *(
        Table(
            view=system.events_view,
            base=f"{system.events_view}_data",
            record=system.normalized.record,
            topics=(system.normalized.name, system.archive_only.name),
            key=tuple(_EVENT.split()),
            version=_version_of(system.normalized),
        )
        for system in SYSTEMS.values()
    ),
    _one_topic("emergency_responses", SYSTEMS["emergency"].source.topic, _EVENT),
    Table(
        view="statistics",
        base="statistics_data",
        record=STATISTICS.record,
        topics=(STATISTICS.name, RECOMPUTED.name),
        key=("measure", "entity_type", "entity_id", "window_start", "step"),
        version=GENERATION,
    ),
    _one_topic("entities", ENTITIES, "system entity_type entity_id valid_from"),
    # Two feeds of one system may be in one batch.
    _one_topic("normalize_counts", COUNTS, "topic partition first_offset feed run_id"),
    _one_topic("runs", RUNS, "run_id system"),
    _one_topic("indicator_catalog", DECLARATIONS, "indicator_id"),
    _one_topic("restatements", RESTATEMENTS, "measure window_start run_id restated_at"),
    _one_topic("pipeline_alarms", ALARMS, "alarm_id", version="told_at"),
    _one_topic("target_catalog", TARGET_DECLARATIONS, "target_id"),
    _one_topic("commands", COMMANDS, "command_id"),
    _one_topic("alert_rules", RULES, "rule_id version"),
    _one_topic("modes", MODES, "mode_id run_id change"),
    *_with_history("case", CASES, "case_id run_id"),
    *_with_history("alert", ALERTS, "alert_id run_id"),
    *_with_history("joint_event", JOINT_EVENTS, "joint_id run_id"),
    *_with_history("shift", SHIFTS, "shift_id run_id"),
    _one_topic("deliveries", DELIVERIES, "delivery_id"),
    _one_topic("cap_messages", CAP, "identifier", version="sequence"),
    _one_topic("public_figures", PUBLIC, "indicator_id entity_type entity_id window_start"),
)

_INDICATOR = ("indicator_id", "entity_type", "entity_id", "window_start")

TABLES: tuple[Table, ...] = (
    *_STORED_ONCE,
    Table(
        view="indicator_history",
        base="indicator_history_data",
        record=INDICATORS.record,
        topics=(INDICATORS.name,),
        key=(*_INDICATOR, "revision", "run_id"),
    ),
    Table(
        view="indicators",
        base="indicators_newest",
        record=INDICATORS.record,
        topics=(INDICATORS.name,),
        key=_INDICATOR,
        version="revision",
    ),
    Table(
        view="late_events",
        base="late_events_data",
        record="late_event",
        topics=tuple(system.source.late.name for system in SYSTEMS.values()),
        key=("measure", "entity_id", "window_start", "event_id"),
    ),
    Table(
        view="dead_letters",
        base="dead_letters_data",
        record=SINK_DEAD_LETTERS.record,
        topics=(
            *(system.dead_letters.name for system in SYSTEMS.values()),
            SINK_DEAD_LETTERS.name,
            LINE_DEAD_LETTERS.name,
        ),
        key=("dead_letter_id",),
    ),
)


@cache
def tables_of_topics() -> Mapping[str, tuple[Table, ...]]:
    """The tables that a topic fills. All tables of a topic have its record."""
    topics = sorted({topic for table in TABLES for topic in table.topics})
    return {topic: tuple(table for table in TABLES if topic in table.topics) for topic in topics}


def base_table(base: str) -> Table:
    """The declaration of a base table. Raises KeyError."""
    for table in TABLES:
        if table.base == base:
            return table
    raise KeyError(f"no table {base!r} is declared; there are {', '.join(t.base for t in TABLES)}")
