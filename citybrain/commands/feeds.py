"""`citybrain feeds`: what each feed delivered, against what its department promised."""

import json
from typing import Annotated, Any, Literal

import typer
from rich.table import Table

from citybrain.commands.console import for_tables
from citybrain.deliveries import tell_deliveries
from citybrain.owners import Owners, city_owners
from citybrain.promises import city_promises
from citybrain.settings import Settings
from citybrain.waiting import query
from feeds.directory import FEEDS
from feeds.simulated_size import SIZES
from streams.judge.judge import DELIVERIES

_NEWEST = """
SELECT entity_id AS feed, area_id AS department, run_id, toString(window_start) AS hour, sums FROM statistics
WHERE measure = '{measure}' AND entity_type = 'feed' AND (entity_id, window_start) IN (
  SELECT entity_id, max(window_start) FROM statistics WHERE measure = '{measure}' GROUP BY entity_id
) ORDER BY feed
"""


def feeds(
    *,
    tell: Annotated[
        bool, typer.Option("--tell", help="First tell the hours that are over, as the line does by itself.")
    ] = False,
    output: Annotated[Literal["pretty", "json"], typer.Option("--format", help="How to show it.")] = "pretty",
) -> None:
    """Show the newest whole hour of each feed: delivered and promised, timely, complete, rejected."""
    settings = Settings()
    owners = city_owners(settings)
    if tell:
        tell_deliveries(settings, city_promises(settings.promises, SIZES[settings.simulated_city], owners))
    rows = [_owned(row, owners) for row in query(settings, _NEWEST.format(measure=DELIVERIES))]
    if output == "json":
        print(json.dumps(rows, ensure_ascii=False))
        return
    console = for_tables()
    if not rows:
        console.print("No feed has delivered for a whole hour yet; --tell counts those that are over now.")
        return
    table = Table(title="Feeds, the newest whole hour of each")
    for heading in ("feed", "hour", "delivered", "promised", "timely", "complete", "rejected", "department"):
        table.add_column(heading, no_wrap=heading in {"feed", "hour"})
    for row in rows:
        table.add_row(*_shown(row))
    console.print(table)


def _owned(row: dict[str, Any], owners: Owners) -> dict[str, Any]:
    """Who promised a feed answers for it; of one that nobody promised, whose it is."""
    known = row["feed"] in FEEDS
    return row if row["department"] or not known else {**row, "department": owners.of_feed(row["feed"])}


def _shown(row: dict[str, Any]) -> tuple[str, ...]:
    sums = {name: int(value) for name, value in row["sums"].items()}
    promised, kept = sums["promised"], sums["kept"] == sums["promised"]
    delivered = f"{sums['delivered']:,}"
    return (
        row["feed"],
        row["hour"],
        delivered if kept else f"[red]{delivered}[/]",
        f"{promised:,}" if promised else "",
        _share(sums["timely"], sums["with_limit"]),
        _share(sums["complete"], sums["accepted"]),
        _share(sums["rejected"], sums["delivered"]),
        row["department"] or "",
    )


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else ""
