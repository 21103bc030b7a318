"""`citybrain up` and `citybrain down`: the line on this machine, supervised."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from citybrain.connectors import check_connectors
from citybrain.line import jobs_are_running, line_parts
from citybrain.owners import city_owners
from citybrain.settings import Mode, Settings
from stack.errors import StackError
from stack.ports import check_free
from stack.process import EventKind, PartEvent
from stack.state import read_state, request_stop
from stack.supervisor import Supervisor
from streams.targets import city_targets

LEAST_FREE_BYTES = 2 * 1024**3
READY_SECONDS = 600.0
STYLES: dict[EventKind, str] = {
    "ready": "green",
    "done": "green",
    "up": "bold green",
    "died": "bold red",
    "unready": "yellow",
    "failed": "bold red",
}


def up(
    *,
    detach: Annotated[bool, typer.Option("--detach", help="Return when the line is ready.")] = False,
    simulator: Annotated[bool, typer.Option(help="Feed the line with the simulated city.")] = True,
    mode: Annotated[
        Mode | None, typer.Option(help="What its results may be used for; simulated or replay by default.")
    ] = None,
) -> None:
    """Start the line: Kafka, registry, Flink, store and services, supervised in this terminal."""
    given = Settings()
    chosen = mode or (Mode.SIMULATED if simulator else Mode.REPLAY)
    settings = given.model_copy(update={"mode": chosen})
    # A wrong file is said here, not in the log of a part that starts again and again.
    city_targets(settings.targets)
    city_owners(settings)
    check_connectors(settings, simulator=simulator)
    demand_own_home(settings)
    if detach:
        _detach(settings, simulator=simulator)
    else:
        raise typer.Exit(_supervise(settings, simulator=simulator))


def down() -> None:
    """Stop the line and return when everything has ended. Its state stays."""
    settings = Settings()
    stopped = request_stop(settings.home)
    console = Console()
    if stopped.how == "not_running":
        console.print(f"No line runs in {settings.home}.")
    else:
        forced = f", {len(stopped.ended_by_force)} by force" if stopped.ended_by_force else ""
        console.print(f"Stopped after {stopped.seconds:.1f} s{forced}. State stays in {settings.home}.")


def demand_own_home(settings: Settings) -> None:
    """What is live, and what is not, never share topics and tables. Raises StackError where they would."""
    before = read_state(settings.home)
    if before is not None and (before.mode == Mode.LIVE) != (settings.mode is Mode.LIVE):
        raise StackError(
            f"In {settings.home} a {before.mode} line has run: a {settings.mode.value} one would mix with its records.",
            "Give this line a home of its own: CITYBRAIN_HOME=… and another CITYBRAIN_BASE_PORT.",
        )


def _supervise(settings: Settings, *, simulator: bool) -> int:
    console = Console(highlight=False, soft_wrap=True)
    _check_machine(settings)
    parts = line_parts(settings, simulator=simulator)
    console.print(
        f"[bold]citybrain[/] {settings.mode.value} line in {settings.home}, civil time {settings.zone}, "
        f"ports {settings.base_port}–{max(settings.ports.as_dict().values())}. Ctrl-C stops it."
    )
    supervisor = Supervisor(
        settings.home.resolve(),
        parts,
        ports=settings.ports.as_dict(),
        mode=settings.mode.value,
        on_event=_teller(console, settings),
    )
    return supervisor.run()


def _check_machine(settings: Settings) -> None:
    state = read_state(settings.home)
    if state is not None and state.running:
        raise StackError(
            f"A line already runs in {settings.home} (process {state.supervisor_pid}).",
            "Use `citybrain status` to look at it, `citybrain down` to stop it, or another CITYBRAIN_HOME and "
            "CITYBRAIN_BASE_PORT for a second one.",
        )
    settings.home.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(settings.home).free
    if free < LEAST_FREE_BYTES:
        raise StackError(
            f"Only {free / 1024**3:.1f} GiB are free where {settings.home} is.",
            "Make room for 2 GiB at least, or set CITYBRAIN_HOME to a folder on a larger disk.",
        )
    check_free(settings.ports)


def _teller(console: Console, settings: Settings) -> Callable[[PartEvent], None]:
    """Prints events as they come, and when all parts are up says where to look."""

    def tell(event: PartEvent) -> None:
        line = Text(event.at.astimezone().strftime("%H:%M:%S "), style="dim")
        line.append(f"{event.part or 'line':<12}", style="cyan")
        line.append(event.message, style=STYLES.get(event.kind, ""))
        console.print(line)
        if event.kind == "up":
            console.print(
                "         Look at it from a second terminal: [bold].venv/bin/citybrain indicators --follow[/], "
                '[bold]citybrain status[/], [bold]citybrain sql "SELECT …"[/]; '
                f"Flink's page is {settings.ports.flink_url}."
            )

    return tell


def _detach(settings: Settings, *, simulator: bool) -> None:
    _check_machine(settings)
    log = settings.home.resolve() / "logs" / "line.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "citybrain", "up", "--mode", settings.mode.value]
    command.append("--simulator" if simulator else "--no-simulator")
    with log.open("ab") as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            cwd=Path.cwd(),
        )
    console = Console()
    with console.status("starting the line"):
        _await_ready(settings, process, log)
    console.print(f"The line is ready; its log is {os.path.relpath(log)}. `citybrain down` stops it.")


def _await_ready(settings: Settings, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            words = log.read_text(errors="replace").splitlines()[-5:]
            raise StackError("The line did not start: " + " ".join(words), f"The whole log is {log}.")
        state = read_state(settings.home)
        if (
            state is not None
            and state.running
            and state.supervisor_pid == process.pid
            and state.parts
            and all(part.state in {"ready", "done"} for part in state.parts)
            and jobs_are_running(settings)
        ):
            return
        time.sleep(0.3)
    raise StackError(
        f"The line was not ready within {READY_SECONDS:.0f} s.",
        f"`citybrain status` shows which part is missing; logs are in {log.parent}; `citybrain down` stops it.",
    )
