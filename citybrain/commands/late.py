"""`citybrain late`: what came too late for its window, how late, and what became of it."""

import json
from dataclasses import asdict
from typing import Annotated, Literal

import typer
from rich.table import Table

from citybrain.commands.console import for_tables
from citybrain.lateness import Lateness, lateness
from citybrain.settings import Settings


def late(
    *,
    output: Annotated[Literal["pretty", "json"], typer.Option("--format", help="How to show it.")] = "pretty",
) -> None:
    """Show how late events were by source, which share was recovered, and which setting would have kept 99 %."""
    found = list(lateness(Settings()))
    if output == "json":
        print(json.dumps([asdict(source) for source in found], ensure_ascii=False))
        return
    console = for_tables()
    if not found:
        console.print("No events have come in yet; `citybrain replay` or wait.")
        return
    table = Table(title="Late events by source")
    for heading in ("measure", "source"):
        table.add_column(heading, no_wrap=True)
    for heading in (
        "events",
        "late",
        "share",
        "late by P50",
        "P95",
        "P99",
        "recovered",
        "windows restated",
        "waits now",
        "would keep 99 %",
    ):
        table.add_column(heading, justify="right")
    for source in found:
        table.add_row(*_cells(source))
    console.print(table)


def _cells(found: Lateness) -> tuple[str, ...]:
    times = (found.p50_ms, found.p95_ms, found.p99_ms)
    return (
        found.measure,
        found.source,
        f"{found.events:,}",
        f"{found.late:,}",
        f"{found.late / found.events:.2%}" if found.events else "",
        *(_span(milliseconds) if found.late else "" for milliseconds in times),
        f"{found.recovered / found.late:.0%}" if found.late else "",
        f"{found.restated_windows} of {found.windows}" if found.windows else "",
        _span(found.set_ms),
        _span(found.out_of_orderness_ms),
    )


def _span(milliseconds: int) -> str:
    seconds = milliseconds / 1000
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"
