"""Which views answer what analysts ask again and again? As it was known then, and compared with before; MODERN only.

They are declared in SQL, with parameters: ClickHouse's `SELECT … FROM view(name = value)`. Days are the city's.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from sinks.ddl import quoted
from sinks.tables import TABLES, Table

_BY_VIEW = {table.view: table for table in TABLES}
_OF_ONE_ENTITY = "indicator_id, entity_type, entity_id"


@dataclass(frozen=True)
class AnalystView:
    """A view with parameters, each with its ClickHouse type; `sql` has them in braces."""

    name: str
    doc: str
    parameters: tuple[tuple[str, str], ...]
    sql: str

    @property
    def statement(self) -> str:
        """What makes it anew."""
        return f"CREATE OR REPLACE VIEW {self.name} AS\n{self.sql}\nCOMMENT {quoted(self.doc)}"


def analyst_views(zone: str) -> Iterator[AnalystView]:
    """The views of a city in this time zone."""
    yield _as_of(zone)
    yield _compared(zone)


def _as_of(zone: str) -> AnalystView:
    return AnalystView(
        "indicators_as_of",
        "Indicators as they were known at a moment: of each window the newest revision that had been computed by then.",
        (("known_at", "DateTime64(3, 'UTC')"),),
        f"""SELECT
{_columns(_BY_VIEW["indicator_history"])},
    toDate(window_start, '{zone}') AS civil_date
FROM indicator_history
WHERE computed_at <= {{known_at:DateTime64(3, 'UTC')}}
ORDER BY revision DESC
LIMIT 1 BY {_OF_ONE_ENTITY}, window_start""",
    )


def _compared(zone: str) -> AnalystView:
    """Neighbours by where a window ends, because days and months are not equally long; weeks and years by the calendar."""
    first, last = "{begin:DateTime64(3, 'UTC')}", "{end:DateTime64(3, 'UTC')}"
    own = f"{_OF_ONE_ENTITY}, window_start, window_end, value"

    def part(earliest: str, latest: str) -> str:
        return (
            f"(SELECT {own} FROM indicators WHERE indicator_id = {{indicator:String}}"
            f" AND window_start >= {earliest} AND window_start < {latest})"
        )

    def moved(step: str) -> str:
        return f"toDateTime64(toTimeZone(now.window_start, '{zone}') - INTERVAL {step}, 3, 'UTC')"

    same = " AND ".join(f"{{0}}.{name} = now.{name}" for name in ("entity_type", "entity_id"))
    return AnalystView(
        "indicators_compared",
        "An indicator from a moment to another, beside the window before (环比), the same a week ago, and a year ago (同比).",
        (
            ("indicator", "String"),
            ("begin", "DateTime64(3, 'UTC')"),
            ("end", "DateTime64(3, 'UTC')"),
        ),
        f"""SELECT
    now.indicator_id AS indicator_id,
    now.entity_type AS entity_type,
    now.entity_id AS entity_id,
    now.window_start AS window_start,
    now.window_end AS window_end,
    toDate(now.window_start, '{zone}') AS civil_date,
    now.value AS value,
    before.value AS value_before,
    week.value AS value_week_ago,
    year.value AS value_year_ago,
    (now.value - before.value) / nullIf(abs(before.value), 0) AS change_on_before,
    (now.value - week.value) / nullIf(abs(week.value), 0) AS change_on_week,
    (now.value - year.value) / nullIf(abs(year.value), 0) AS change_on_year
FROM {part(first, last)} AS now
LEFT JOIN {part(f"{first} - INTERVAL 32 DAY", last)} AS before
    ON {same.format("before")} AND before.window_end = now.window_start
LEFT JOIN {part(f"{first} - INTERVAL 8 DAY", last)} AS week
    ON {same.format("week")} AND week.window_start = {moved("7 DAY")}
    AND week.window_end - week.window_start = now.window_end - now.window_start
LEFT JOIN {part(f"{first} - INTERVAL 367 DAY", f"{last} - INTERVAL 364 DAY")} AS year
    ON {same.format("year")} AND year.window_start = {moved("1 YEAR")}
SETTINGS join_use_nulls = 1""",
    )


def _columns(table: Table) -> str:
    return ",\n".join(f"    `{column.name}`" for column in table.columns if column.of_record)
