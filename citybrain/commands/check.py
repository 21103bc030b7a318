"""`citybrain check`: is every event of every closed window accounted for?"""

import json
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated, Literal

import typer
from rich.console import Console
from rich.table import Table

from citybrain.accounting import Account, Accountant
from citybrain.commands.console import for_tables
from citybrain.settings import Settings

SETTLES_SECONDS = 30.0
"""What was just closed may still be on its way through a checkpoint of Flink and the sink."""
BETWEEN_LOOKS_SECONDS = 3.0
WINDOWS_SHOWN = 20


def check(
    *,
    output: Annotated[Literal["pretty", "json"], typer.Option("--format", help="How to show it.")] = "pretty",
) -> None:
    """Check that in each closed window of the newest day normalized = observed + late. Exit code 1 when not."""
    settings = Settings()
    accountant = Accountant(settings)
    wrong = accountant.look()
    deadline = time.monotonic() + SETTLES_SECONDS
    while accountant.has_doubts and time.monotonic() < deadline:
        time.sleep(BETWEEN_LOOKS_SECONDS)
        wrong = accountant.look()
    found = accountant.accounts
    if output == "json":
        print(json.dumps([asdict(account) | {"unaccounted": account.unaccounted} for account in found]))
    else:
        _show(for_tables(), found, wrong)
    raise typer.Exit(1 if wrong else 0)


def _show(console: Console, found: Sequence[Account], wrong: Sequence[Account]) -> None:
    if not found:
        console.print("No window is closed yet; `citybrain replay` or wait.")
        return
    table = Table("measure", box=None)
    for heading in ("closed windows", "normalized", "observed", "late", "unaccounted"):
        table.add_column(heading, justify="right")
    by_measure: dict[str, list[Account]] = defaultdict(list)
    for account in found:
        by_measure[account.measure].append(account)
    for measure, mine in sorted(by_measure.items()):
        sums = [sum(values) for values in zip(*((a.archived, a.observed, a.late) for a in mine), strict=True)]
        table.add_row(
            measure, f"{len(mine):,}", *(f"{value:,}" for value in (*sums, sums[0] - sums[1] - sums[2]))
        )
    console.print(table)
    for account in wrong[:WINDOWS_SHOWN]:
        start = datetime.fromtimestamp(account.start / 1000, UTC)
        console.print(
            f"[bold red]{account.measure} {start:%Y-%m-%dT%H:%MZ} ({account.run_id}):[/] {account.archived} normalized, "
            f"{account.observed} observed, {account.late} late"
        )
    console.print(
        f"[bold red]{len(wrong):,} windows do not add up[/]; their alarms are in the view pipeline_alarms."
        if wrong
        else "[green]Every event is accounted for.[/]"
    )
