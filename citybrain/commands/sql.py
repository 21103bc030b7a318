"""`citybrain sql`: a question to the store while the pipeline runs."""

import sys
from enum import StrEnum
from typing import Annotated

import typer

from citybrain.settings import Settings
from sinks.query import run


class OutputFormat(StrEnum):
    """How rows are written."""

    PRETTY = "pretty"
    CSV = "csv"
    JSON = "json"


def sql(
    query: Annotated[
        str, typer.Argument(help="A SELECT; `indicators` and `statistics` are the main tables.")
    ],
    output_format: Annotated[OutputFormat, typer.Option("--format", help="How rows are written.")] = (
        OutputFormat.PRETTY
    ),
) -> None:
    """Ask the store, read-only."""
    sys.stdout.buffer.write(run(Settings().store, query, output_format.value))
