"""`citybrain explain`: where a number comes from, and the same number once more from its raw events."""

import json
import re
import sys
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal

import typer
from rich.console import Console
from rich.table import Table

from citybrain.commands.console import for_tables
from citybrain.commands.judge import indicator_named
from citybrain.commands.times import moment_of
from citybrain.explanation import Explanation, explained
from citybrain.settings import Settings
from feeds.recording import RecordingError
from streams.catalog import SYSTEMS

STATISTICS_SHOWN = 12
_PLAIN = re.compile(r"[\w./-]{1,200}")


def explain(
    indicator: Annotated[str, typer.Argument(help="Its id, as road.tpi.")],
    entity: Annotated[str, typer.Argument(help="Its link, station, district or city.")],
    window: Annotated[
        str, typer.Argument(help="Start of the window: ISO 8601, civil time without an offset.")
    ],
    *,
    again: Annotated[
        bool, typer.Option("--again/--no-again", help="Compute it once more from the archived events.")
    ] = True,
    output: Annotated[Literal["pretty", "json"], typer.Option("--format", help="How to show it.")] = "pretty",
) -> None:
    """Show the declaration, revisions, statistics and events behind a number, and compute it again."""
    declared = indicator_named(indicator)
    if declared.system not in SYSTEMS:
        raise RecordingError(
            f"{declared.id} is put together from other indicators.", "Its row names its parts: explain those."
        )
    if not _PLAIN.fullmatch(entity):
        raise RecordingError(f"{entity!r} is no name of an entity.", "`citybrain indicators` shows some.")
    settings = Settings()
    start = moment_of(window, "the window", settings.civil_zone)
    found = explained(settings, declared, entity, start, again=again)
    if output == "json":
        print(json.dumps(_flat(found), ensure_ascii=False, default=str))
    else:
        _pretty(found)
    if again and not found.is_equal:
        sys.exit(3)


def _flat(found: Explanation) -> dict[str, Any]:
    return {
        "indicator_id": found.indicator.id,
        "formula": found.indicator.formula,
        "row": found.row,
        "revisions": list(found.revisions),
        "statistics": list(found.statistics),
        "events": list(found.events),
        "late_events": found.late,
        "rejected": dict(found.rejected),
        "again": found.again,
        "equal": found.is_equal if found.again is not None else None,
    }


def _pretty(found: Explanation) -> None:
    console = for_tables()
    row, declared = found.row, found.indicator
    console.print(f"[bold]{declared.id}[/] {declared.name_zh} · {declared.name_en}")
    console.print(f"  {declared.question} {declared.formula}.")
    console.print(f"  Standard: {row['standard']}-{row['edition']}, {row['clause']}.")
    console.print(
        f"[bold]{row['entity_id']}[/] ({row['entity_type']}): "
        f"[bold]{row['value']}[/] {row['grade'] or ''} {row['validity']}, {row['finality']}, revision {row['revision']}"
    )
    console.print(f"  inputs {row['inputs']}")
    console.print(f"  details {row['details']}")
    _print_table(console, "Every revision", found.revisions)
    _print_table(console, "Statistics that it was judged from", found.statistics[:STATISTICS_SHOWN])
    if len(found.statistics) > STATISTICS_SHOWN:
        console.print(f"  and {len(found.statistics) - STATISTICS_SHOWN} more; --format json has all.")
    _print_table(console, "Events in its windows, by where they are kept", found.events)
    console.print(f"  Came late for their window: {found.late}; `citybrain restate` counts them in.")
    rejected = ", ".join(f"{reason} {items}" for reason, items in found.rejected.items()) or "none"
    console.print(f"  Items of the system rejected meanwhile: {rejected}.")
    if found.again is None:
        return
    if found.is_equal:
        console.print(f"[green]Computed again from the events: {found.again['value']}, the same.[/]")
    else:
        console.print(
            f"[red]Computed again from the events: {found.again['value']}, not what was published.[/] "
            "`citybrain restate` tells it again."
        )


def _print_table(console: Console, title: str, rows: Iterable[Mapping[str, Any]]) -> None:
    table: Table | None = None
    for row in rows:
        if table is None:
            table = Table(*row, title=title, title_justify="left")
        table.add_row(*("" if value is None else str(value) for value in row.values()))
    console.print(table if table is not None else f"{title}: none.")
