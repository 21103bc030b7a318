"""What does each job ask? Reads the `.sql` files and fills in windows and tolerances from the catalog."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from jobs.ddl import interval
from streams.catalog import Counted, System
from streams.wall import GRACE, STEP_BEHIND

SQL_FOLDER = Path(__file__).parent / "sql"

# A district row would repeat its city's row where a feed knows no districts, and a tick belongs to the clock row
# alone. A partial result is worth a row only if it holds an event that the one before it did not: one from its last
# step, or one that came in when the step before had been told. Of the clock rows the first of a window says that the
# window before it is over.
_IS_A_ROW = """(of_city = 1 OR (city_id IS NOT NULL AND NOT (of_area = 1 AND area_id = city_id)))
  AND (window_end = window_start + {window}
    OR (city_id IS NULL AND window_end = window_start + {step})
    OR (city_id IS NOT NULL AND {is_worth_telling}))"""
_HAS_NEWS = """(event_time_max >= window_end - {since}
      OR ingest_time_max >= window_end - {since} + {out_of_orderness})"""

# By the clock on the wall: of a window that is over by now, the whole result is all that is told; of one that is open,
# each step of the last minutes, and what came before each quarter of an hour.
_WHILE_OPEN = """((window_end + {out_of_orderness} + {grace} >= LOCALTIMESTAMP AND {has_news})
      OR (window_start + {window} + {out_of_orderness} + {grace} >= LOCALTIMESTAMP
        AND MOD(TIMESTAMPDIFF(SECOND, window_start, window_end), {behind_seconds}) = 0 AND {has_news_behind}))"""

# SQL has no literal for an empty map; this is one, folded to a constant by the planner.
_NO_HISTOGRAM = "MAP_FROM_ARRAYS(ARRAY_REMOVE(ARRAY['x'], 'x'), ARRAY_REMOVE(ARRAY[0], 0))"

# The window's end from the event's time alone, so that it stands for what the window operator is about to drop.
_LATE_SELECT = """SELECT
  '{measure}', event_id, entity_id, area_id, event_time, ingest_time, its_end - {window}, its_end,
  CAST(TIMESTAMPDIFF(SECOND, its_end, watermark_then) AS BIGINT) * 1000, source, run_id
FROM (
  SELECT
    *,
    CURRENT_WATERMARK(event_time) AS watermark_then,
    TIMESTAMPADD(
      SECOND,
      (TIMESTAMPDIFF(SECOND, TIMESTAMP '2000-01-01 00:00:00', event_time) / {window_seconds} + 1) * {window_seconds},
      TIMESTAMP '2000-01-01 00:00:00'
    ) AS its_end
  FROM events
  WHERE entity_id IS NOT NULL
)
WHERE its_end <= watermark_then"""


@dataclass(frozen=True)
class Version:
    """Which of a system's jobs it is: the generation that its statistics carry, and its first window.

    since: epoch milliseconds; of windows that begin before it tells nothing, because it has not seen all of them.
    """

    generation: int = 0
    since: int | None = None


FIRST = Version()


@cache
def statements(
    system: System, version: Version = FIRST, *, whole_windows: bool = False, while_open: bool = False
) -> tuple[str, ...]:
    """The INSERT statements of a system's job, ready to run against `events`, `statistics` and `late`.

    With `whole_windows` there are no partial results, and nothing is late: for events that are all there. With
    `while_open` there are none of windows that are over on the wall, and few of what was some time ago: for a city time
    that follows it.
    """
    source = system.source
    values = {
        "measure": source.measure,
        "window": interval(source.window),
        "step": interval(source.step),
        "out_of_orderness": interval(source.out_of_orderness),
        "window_seconds": str(int(source.window.total_seconds())),
        "no_histogram": _NO_HISTOGRAM,
        "step_seconds": str(int(source.step.total_seconds())),
        "generation": str(version.generation),
    }
    values["is_worth_telling"] = _worth_telling(values, while_open=while_open)
    values["is_a_row"] = _IS_A_ROW.format(**values)
    if version.since is not None:
        since = datetime.fromtimestamp(version.since / 1000, UTC)
        values["is_a_row"] += f"\n  AND window_start >= TIMESTAMP '{since:%Y-%m-%d %H:%M:%S}'"
    if whole_windows:
        values["is_a_row"] += f"\n  AND window_end = window_start + {values['window']}"
    values["late_select"] = _LATE_SELECT.format(**values)
    if source.counted is not None:
        values |= _of_counted(source.counted, source.counted_once_in)
    text = _file(system).read_text(encoding="utf-8")
    without_comments = re.sub(r"^--.*$", "", text, flags=re.MULTILINE)
    filled = without_comments.format(**values)
    counting, late = (part.strip() for part in filled.split(";") if part.strip())
    return (counting,) if whole_windows else (counting, late)


def _worth_telling(values: Mapping[str, str], *, while_open: bool) -> str:
    """Whether a result so far is told."""
    has_news = _HAS_NEWS.format(**values, since=values["step"])
    if not while_open:
        return has_news
    return _WHILE_OPEN.format(
        **values,
        grace=interval(GRACE),
        has_news=has_news,
        has_news_behind=_HAS_NEWS.format(**values, since=interval(STEP_BEHIND)),
        behind_seconds=int(STEP_BEHIND.total_seconds()),
    )


def _file(system: System) -> Path:
    return SQL_FOLDER / ("counted.sql" if system.source.counted else f"{system.slug}.sql")


def _of_counted(counted: Counted, finest: str) -> dict[str, str]:
    """What the common SQL asks of a system."""
    window = "window_start, window_end"
    entity = counted.entity
    values = {
        "finest": finest,
        "entity": entity,
        "named_sums": ", ".join(f"'{name}', {name}" for name in counted.sums),
        # A tick alone makes a group in which nothing was measured.
        "aggregates": ",\n    ".join(
            f"COALESCE({aggregate}, 0) AS {name}" for name, aggregate in counted.sums.items()
        ),
        "wider_types": "",
        "wider_ids": "",
        "area": "area_id",
        "levels": "1 AS of_city, 0 AS of_area",
        "groups": f"city_id, area_id, {entity}, {window}",
    }
    if counted.rolled_up:
        values |= {
            "wider_types": "WHEN of_city = 1 THEN 'city' WHEN of_area = 1 THEN 'area'",
            "wider_ids": "WHEN of_city = 1 THEN city_id WHEN of_area = 1 THEN area_id",
            "area": "CASE WHEN of_city = 1 THEN city_id ELSE area_id END",
            "levels": f"GROUPING(area_id) AS of_city, GROUPING({entity}) AS of_area",
            "groups": f"GROUPING SETS (\n    (city_id, area_id, {entity}, {window}),\n    "
            f"(city_id, area_id, {window}),\n    (city_id, {window})\n  )",
        }
    return values


def question(system: System) -> str:
    """The question that a system's job answers."""
    if system.source.counted is not None:
        return system.source.counted.question
    return _file(system).read_text(encoding="utf-8").splitlines()[0].removeprefix("--").strip()
