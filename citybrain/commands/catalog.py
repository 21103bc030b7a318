"""`citybrain catalog`: what each number means, which standard says so, and who answers for it."""

import json
import sys
from typing import Annotated, Any, Literal

import typer
from rich.console import Console
from rich.markdown import Markdown
from rich.table import Table

from citybrain.commands.indicators import WIDTH_IN_A_PIPE
from citybrain.commands.judge import indicator_named
from citybrain.docs import indicator_section
from indicators.catalog import INDICATORS
from indicators.catalog.export import catalog_row


def catalog(
    indicator: Annotated[
        str | None, typer.Argument(help="An indicator's id; without it, all of them.")
    ] = None,
    *,
    output: Annotated[Literal["pretty", "json"], typer.Option("--format", help="How to show it.")] = "pretty",
) -> None:
    """Show what an indicator means: question, formula, standard and clause, grades, target, owner."""
    chosen = list(INDICATORS.values()) if indicator is None else [indicator_named(indicator)]
    if output == "json":
        rows: list[dict[str, Any]] = [catalog_row(declared) for declared in chosen]
        print(json.dumps(rows if indicator is None else rows[0], ensure_ascii=False))
        return
    console = Console(width=None if sys.stdout.isatty() else WIDTH_IN_A_PIPE, highlight=False)
    if indicator is not None:
        console.print(Markdown("\n".join(indicator_section(chosen[0]))))
        return
    table = Table(title="Indicators")
    for heading in ("indicator", "name", "unit", "window", "for", "standard", "question"):
        table.add_column(heading, no_wrap=heading == "indicator")
    for declared in chosen:
        standards = ", ".join(edition.name for edition in declared.editions)
        table.add_row(
            declared.id,
            declared.name_zh,
            declared.unit,
            declared.window,
            ", ".join(declared.entity_types),
            standards,
            declared.question,
        )
    console.print(table)
