"""`citybrain restart`: parts of a running line, one after the other, with the code that is installed now."""

import time
from contextlib import suppress
from typing import Annotated

import psutil
import typer
from rich.console import Console

from citybrain.settings import Settings
from stack.errors import StackError
from stack.state import PartState, State, read_state, wait_until

BACK_SECONDS = 120.0
LOOK_SECONDS = 0.2


def restart(
    parts: Annotated[list[str], typer.Argument(help="Names of parts, as `citybrain status` shows them.")],
) -> None:
    """Start parts of the running line again, as after an upgrade; each is awaited before the next is ended."""
    settings = Settings()
    console = Console(highlight=False, soft_wrap=True)
    for name in parts:
        part = _part(settings, name)
        began = time.monotonic()
        _end(part)
        _await_back(settings, part)
        console.print(f"{name} is back after {time.monotonic() - began:.1f} s.")


def _part(settings: Settings, name: str) -> PartState:
    state = _state(settings)
    part = state.part(name)
    running = [known.name for known in state.parts if known.pid is not None]
    if part is None or part.pid is None:
        raise StackError(f"No part {name!r} runs.", f"There are: {', '.join(running)}.")
    return part


def _state(settings: Settings) -> State:
    state = read_state(settings.home)
    if state is None or not state.running:
        raise StackError(f"No line runs in {settings.home}.", "`citybrain up` starts one.")
    return state


def _end(part: PartState) -> None:
    """Ask it to end in order. Its supervisor starts it again."""
    with suppress(psutil.NoSuchProcess):
        if part.running:
            psutil.Process(part.pid).terminate()


def _await_back(settings: Settings, before: PartState) -> None:
    def is_back() -> bool:
        now = _state(settings).part(before.name)
        return now is not None and now.state == "ready" and now.pid not in {None, before.pid}

    if wait_until(is_back, BACK_SECONDS, LOOK_SECONDS):
        return
    raise StackError(
        f"{before.name} was not back within {BACK_SECONDS:.0f} s.", f"Its log is {before.log_path}."
    )
