"""`citybrain catalog`: what each number means, which standard says so, and who answers for it."""

import json
from typing import Annotated, Literal

import typer
from rich.markdown import Markdown
from rich.table import Table

from citybrain.commands.console import for_tables
from citybrain.commands.judge import indicator_named
from citybrain.docs import indicator_section
from citybrain.owners import city_owners
from citybrain.settings import Settings
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
    owners = city_owners(Settings())
    if output == "json":
        rows = [catalog_row(declared, owners.of_indicator(declared)) for declared in chosen]
        print(json.dumps(rows if indicator is None else rows[0], ensure_ascii=False))
        return
    console = for_tables()
    if indicator is not None:
        console.print(Markdown("\n".join(indicator_section(chosen[0], owners))))
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
