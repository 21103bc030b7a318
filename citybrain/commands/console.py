"""Where are tables shown? As wide as the terminal; in a pipe wide enough that no cell is folded."""

import sys

from rich.console import Console

WIDTH_IN_A_PIPE = 170


def for_tables(*, highlight: bool = False) -> Console:
    """The console of a command that shows tables. highlight: whether rich colours what looks like numbers and paths."""
    return Console(width=None if sys.stdout.isatty() else WIDTH_IN_A_PIPE, highlight=highlight)
