"""`citybrain doctor`: is the machine fit, is the line well, and what is there to do?"""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import psutil
import typer
from rich.console import Console

from citybrain.health import examine
from citybrain.line import PROJECT, jobs_are_running
from citybrain.settings import Settings
from feeds.recording import RecordingError
from feeds.recordings import RECORDINGS
from stack.errors import StackError
from stack.java import java_command
from stack.ports import check_free
from stack.provision import jars_of
from stack.state import read_state
from streams.catalog import CATALOG
from streams.kafka import topic_drift

GIB = 1024**3
LEAST_MEMORY_GIB = 6
LEAST_DISK_GIB = 2


@dataclass(frozen=True)
class Finding:
    """One thing looked at: whether it is in order, and what to do when it is not. `required` stops the line."""

    what: str
    good: bool
    remedy: str = ""
    required: bool = True


def doctor() -> None:
    """Check this machine and the running parts, and say what to do. Exit code 1 when something must be done."""
    settings = Settings()
    console = Console(highlight=False, soft_wrap=True)
    must = False
    for finding in (*_machine(settings), *_running(settings)):
        mark = "[green]✓[/]" if finding.good else ("[bold red]✗[/]" if finding.required else "[yellow]![/]")
        console.print(f"{mark} {finding.what}")
        if not finding.good:
            console.print(f"    {finding.remedy}")
            must = must or finding.required
    raise typer.Exit(1 if must else 0)


def _machine(settings: Settings) -> Iterator[Finding]:
    yield _tried("Java 17 or newer", java_command)
    yield _tried("Kafka, registry and connector jars", lambda: jars_of(PROJECT))
    memory = psutil.virtual_memory().available / GIB
    yield Finding(
        f"{memory:.1f} GiB of memory available",
        memory >= LEAST_MEMORY_GIB or _is_running(settings),
        f"The line wants {LEAST_MEMORY_GIB} GiB with room to spare; close other programs.",
        required=False,
    )
    folder = settings.home if settings.home.exists() else settings.home.resolve().parent
    disk = shutil.disk_usage(folder).free / GIB
    yield Finding(
        f"{disk:.1f} GiB of disk free at {folder}",
        disk >= LEAST_DISK_GIB,
        "Make room, or set CITYBRAIN_HOME to a folder on a larger disk.",
    )
    yield Finding(
        f"{os.cpu_count()} processors", (os.cpu_count() or 1) >= 2, "Two are wanted.", required=False
    )
    for recording in RECORDINGS.values():
        try:
            recording.default_files(settings.recordings)
            yield Finding(f"recording {recording.name}", good=True)
        except RecordingError as error:
            yield Finding(f"recording {recording.name} is not at hand", False, error.remedy, required=False)


def _running(settings: Settings) -> Iterator[Finding]:
    if not _is_running(settings):
        yield _tried(f"ports from {settings.base_port} free", lambda: check_free(settings.ports))
        yield Finding(f"no line runs in {settings.home}", good=True)
        return
    health = examine(settings)
    for part in health.parts:
        good = part.state in {"ready", "done"}
        log = settings.home / "logs" / f"{part.name}.log"
        again = f", started again {part.restarts} times ({part.last_exit})" if part.restarts else ""
        yield Finding(
            f"{part.name} is {part.state}{again}", good, f"It is started again by itself; {log} says why."
        )
    if health.problem:
        yield Finding(health.problem, False, "Look at the part's log; it is started again by itself.")
    yield Finding(
        "each system has a running job",
        jobs_are_running(settings),
        f"See {settings.home / 'logs' / 'jobs.log'} and Flink's page {settings.flink}.",
    )
    for drift in topic_drift(settings.kafka, CATALOG.topics.values()):
        yield Finding(
            str(drift),
            False,
            "Restart the line to mend it; a partition count stays as it is.",
            required=False,
        )
    for group, lag in health.lag.items():
        yield Finding(
            f"{group} is {lag:,} records behind", lag < 100_000, "It catches up, or its part is stuck.", False
        )


def _is_running(settings: Settings) -> bool:
    state = read_state(settings.home)
    return state is not None and state.running


def _tried(what: str, check: Callable[[], object]) -> Finding:
    try:
        check()
    except StackError as error:
        return Finding(f"{what}: {error.what}", False, error.remedy)
    return Finding(what, good=True)
