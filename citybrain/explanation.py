"""Where does this number come from? Everything behind one row, and the same number once more from its raw events."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from citybrain.judged_days import DayOf, row_of_store
from citybrain.recompute import line_planner, recomputed
from citybrain.restatement import archived, says
from citybrain.runs import mode_of_line
from citybrain.settings import Settings
from citybrain.touched import Window
from citybrain.waiting import query
from indicators.catalog import Indicator
from schemas.registry import Registry
from sinks.tables import tables_of_topics
from streams.catalog import SYSTEMS, System
from streams.entities import EntityReader
from streams.judge.rows import Civil, Row

_NEWEST = """
SELECT * FROM indicators WHERE indicator_id = '{indicator}' AND entity_id = '{entity}'
  AND window_start = fromUnixTimestamp64Milli({start})
"""
_REVISIONS = """
SELECT finality, revision, value, validity, observations, computed_at, run_id, details FROM indicator_history
WHERE indicator_id = '{indicator}' AND entity_id = '{entity}' AND window_start = fromUnixTimestamp64Milli({start})
ORDER BY computed_at, revision
"""
_STATISTICS = """
SELECT measure, entity_type, entity_id, window_start, observations, sums FROM statistics
WHERE startsWith(measure, '{system}.') AND step = 0 AND run_id = '{run_id}' AND {of_entity}
  AND window_start >= fromUnixTimestamp64Milli({start}) AND window_start < fromUnixTimestamp64Milli({end})
ORDER BY window_start, measure LIMIT 400
"""
_EVENTS = """
SELECT _topic AS topic, _partition AS partition, min(_offset) AS first_offset, max(_offset) AS last_offset,
  uniqExact(event_id) AS events
FROM {base}
WHERE event_time >= fromUnixTimestamp64Milli({start}) AND event_time < fromUnixTimestamp64Milli({end})
  AND run_id = '{run_id}' AND {of_entity}
GROUP BY _topic, _partition ORDER BY _topic, _partition
"""
_LATE = """
SELECT uniqExact(event_id) AS events FROM late_events
WHERE measure = '{measure}' AND run_id = '{run_id}' AND {of_entity}
  AND window_start >= fromUnixTimestamp64Milli({start}) AND window_start < fromUnixTimestamp64Milli({end})
"""
_REJECTED = """
SELECT reason, count() AS items FROM dead_letters
WHERE run_id = '{run_id}' AND startsWith(topic, 'city.{system}.')
  AND ingest_time >= fromUnixTimestamp64Milli({start}) AND ingest_time < fromUnixTimestamp64Milli({end})
GROUP BY reason ORDER BY reason
"""


class NothingToExplainError(LookupError):
    """There is no such row; says what to look for."""


@dataclass(frozen=True)
class Explanation:
    """Everything behind one row. `again` is what its archived events say now, None where it was not asked for.

    `rejected` are the items of the whole system that came in meanwhile and became no event: of those nobody can say
    whose they were.
    """

    indicator: Indicator
    row: Row
    revisions: Sequence[Mapping[str, Any]]
    statistics: Sequence[Mapping[str, Any]]
    events: Sequence[Mapping[str, Any]]
    late: int
    rejected: Mapping[str, int]
    again: Row | None

    @property
    def is_equal(self) -> bool:
        """Whether the number computed again is the published one."""
        return self.again is not None and says(self.again) == says(self.row)


def explained(
    settings: Settings, indicator: Indicator, entity: str, start: int, *, again: bool = True
) -> Explanation:
    """Everything behind the row of an indicator, entity and window start (milliseconds).

    Raises NothingToExplainError. With `again` the row is computed once more from its archived events.
    """
    asked = {"indicator": indicator.id, "entity": entity, "start": start}
    found = query(settings, _NEWEST.format(**asked))
    if not found:
        raise NothingToExplainError(
            f"{indicator.id} has no row of {entity} for that window: `citybrain indicators` shows what there is, "
            "and the window is named by its start"
        )
    row = row_of_store(found[0])
    system = SYSTEMS[indicator.system]
    span = {"start": row["window_start"], "end": row["window_end"], "run_id": row["run_id"]}
    of_entity = _of_entity(row)
    (table,) = tables_of_topics()[system.source.topic.name]
    (late,) = query(settings, _LATE.format(measure=system.source.measure, of_entity=of_entity, **span))
    of_statistic = f"entity_type = '{row['entity_type']}' AND entity_id = '{entity}'"
    if indicator.system == "air" and row["entity_type"] in ("area", "city"):
        of_statistic = of_entity
    return Explanation(
        indicator=indicator,
        row=row,
        revisions=query(settings, _REVISIONS.format(**asked)),
        statistics=query(settings, _STATISTICS.format(system=system.slug, of_entity=of_statistic, **span)),
        events=query(settings, _EVENTS.format(base=table.base, of_entity=of_entity, **span)),
        late=int(late["events"]),
        rejected={
            item["reason"]: int(item["items"])
            for item in query(settings, _REJECTED.format(system=system.slug, **span))
        },
        again=_again(settings, system, row) if again else None,
    )


def _again(settings: Settings, system: System, row: Row) -> Row | None:
    length = system.source.window // timedelta(milliseconds=1)
    windows = [
        Window(at, at + length, row["run_id"]) for at in range(row["window_start"], row["window_end"], length)
    ]
    with line_planner(settings) as planner:
        statistics = recomputed(settings, system, archived(settings, system, windows), planner, keep=False)
    reader = EntityReader(settings.kafka, Registry(settings.registry))
    try:
        reader.catch_up()
        civil = Civil(settings.zone)
        judged = DayOf(
            settings,
            system,
            civil.date_of(row["window_start"]),
            roster=reader.expected,
            mode=mode_of_line(settings),
            run_id=row["run_id"],
            corrected=statistics,
        ).rows()
    finally:
        reader.close()
    return judged.get((row["indicator_id"], row["entity_type"], row["entity_id"], row["window_start"]))


def _of_entity(row: Row) -> str:
    """The events of an entity; those of a district or city by their area."""
    if row["entity_type"] == "city":
        return f"(area_id = '{row['entity_id']}' OR startsWith(area_id, '{row['entity_id']}/'))"
    if row["entity_type"] == "area":
        return f"area_id = '{row['entity_id']}'"
    return f"entity_id = '{row['entity_id']}'"
