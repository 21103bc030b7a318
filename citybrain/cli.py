"""What can a person ask of the line? The `citybrain` command."""

import sys
import warnings

import typer
from rich.console import Console

from citybrain.commands import (
    backfill,
    catalog,
    check,
    doctor,
    explain,
    indicators,
    judge,
    late,
    line,
    replay,
    restate,
    simulate,
    sql,
    status,
    targets,
)
from citybrain.explanation import NothingToExplainError
from citybrain.log import configure_logging
from citybrain.recompute import RecomputeError
from citybrain.runs import LineBusyError
from citybrain.waiting import LineTimeoutError
from feeds.recording import RecordingError
from sinks.query import QueryError
from stack.errors import StackError
from streams.publishing import NotPublishedError
from streams.targets import TargetFileError

app = typer.Typer(
    name="citybrain",
    help="City events in, trustworthy city numbers out, while they still matter.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(line.up)
app.command()(line.down)
app.command()(status.status)
app.command()(replay.replay)
app.command()(simulate.simulate)
app.command()(sql.sql)
app.command()(indicators.indicators)
app.command()(catalog.catalog)
app.command()(targets.targets)
app.command()(explain.explain)
app.command()(judge.judge)
app.command()(late.late)
app.command()(check.check)
app.command("backfill")(backfill.backfill_command)
app.command("restate")(restate.restate_command)
app.command()(doctor.doctor)

_FOR_PEOPLE = (
    StackError,
    RecordingError,
    LineBusyError,
    LineTimeoutError,
    QueryError,
    TargetFileError,
    RecomputeError,
    NothingToExplainError,
    NotPublishedError,
)


def main() -> None:
    """Run the command; an error that a person can mend is said in a sentence, not in a stack trace."""
    # The registry client's library announces its own successor on every start.
    warnings.filterwarnings("ignore", message=".*httpx.*")
    configure_logging()
    try:
        app()
    except _FOR_PEOPLE as error:
        Console(stderr=True, soft_wrap=True).print(f"[bold red]citybrain:[/] {error}", highlight=False)
        sys.exit(1)
