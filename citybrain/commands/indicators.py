"""`citybrain indicators`: the newest values, coloured by grade."""

import time
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

import typer
from rich.live import Live
from rich.table import Table

from citybrain.commands.console import for_tables
from citybrain.settings import Settings
from citybrain.waiting import query
from indicators.catalog import INDICATORS
from indicators.grades import colour_of

REFRESH_SECONDS = 2.0
HEADINGS = {
    "indicator": 24,
    "name": 12,
    "entity": 14,
    "window": 11,
    "value": 8,
    "grade": 10,
    "validity": 8,
    "finality": 11,
}
"""Columns with the least width that they keep on a narrow terminal."""
ROWS_EACH = 3
NEWEST = """
SELECT * FROM indicators
WHERE (indicator_id, window_start) IN (
  SELECT indicator_id, max(window_start) FROM indicators WHERE {where} GROUP BY indicator_id
) AND {where}
ORDER BY indicator_id, transform(entity_type, ['city', 'area'], [0, 1], 2), value DESC NULLS LAST, entity_id
LIMIT {each} BY indicator_id
LIMIT {limit}
"""


def indicators(
    *,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Keep showing the newest values.")] = False,
    system: Annotated[str | None, typer.Option(help="Only this system: road, air, emergency.")] = None,
    entity_type: Annotated[str | None, typer.Option(help="Only city, area, link or station.")] = None,
    limit: Annotated[int, typer.Option(help="At most so many rows.", min=1, max=1000)] = 120,
) -> None:
    """Show the newest value of each indicator."""
    settings = Settings()
    console = for_tables(highlight=True)
    if not follow:
        console.print(_table(settings, system, entity_type, limit))
        return
    with Live(_table(settings, system, entity_type, limit), console=console, refresh_per_second=1) as live:
        while True:
            time.sleep(REFRESH_SECONDS)
            live.update(_table(settings, system, entity_type, limit))


def _table(settings: Settings, system: str | None, entity_type: str | None, limit: int) -> Table:
    conditions = []
    if system:
        conditions.append(f"startsWith(indicator_id, '{_plain(system)}.')")
    if entity_type:
        conditions.append(f"entity_type = '{_plain(entity_type)}'")
    where = " AND ".join(conditions) or "1"
    # All of one kind when it was asked for; otherwise the city, its districts, and the highest of the rest.
    sql = NEWEST.format(where=where, each=limit if entity_type else ROWS_EACH, limit=limit)
    table = Table(
        title=f"Newest indicators, {datetime.now(UTC).astimezone(settings.civil_zone):%Y-%m-%d %H:%M:%S}"
    )
    for heading, width in HEADINGS.items():
        justify: Literal["left", "right"] = "right" if heading == "value" else "left"
        table.add_column(heading, justify=justify, no_wrap=True, min_width=width, overflow="ellipsis")
    for row in query(settings, sql):
        table.add_row(*_cells(row, settings))
    if not table.row_count:
        table.caption = (
            "Nothing yet: the first window has to fill. `citybrain status` shows what is coming in."
        )
    return table


def _cells(row: dict[str, Any], settings: Settings) -> tuple[str, ...]:
    declared = INDICATORS.get(row["indicator_id"])
    name = declared.name_zh if declared else ""
    unit = "" if row["unit"] == "1" else f" {row['unit']}"
    value = "–" if row["value"] is None else f"{float(row['value']):,.2f}".rstrip("0").rstrip(".") + unit
    grade = row["grade"] or ""
    shown = f"[{colour_of(grade)}]■[/] {grade}" if grade else ""
    start = (
        datetime.fromisoformat(str(row["window_start"])).replace(tzinfo=UTC).astimezone(settings.civil_zone)
    )
    return (
        row["indicator_id"],
        name,
        row["entity_id"],
        f"{start:%m-%d %H:%M}",
        value,
        shown,
        row["validity"],
        row["finality"],
    )


def _plain(word: str) -> str:
    return "".join(character for character in word if character.isalnum() or character in "-_")
