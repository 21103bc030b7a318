"""`citybrain replay`: a recording, in its original format, into its raw topic, as the feed would have sent it."""

import itertools
import json
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from citybrain.commands.times import moment_of
from citybrain.player import Envelope, Pace, Player, Sent
from citybrain.runs import begin_run, refuse_if_simulated
from citybrain.settings import Settings
from citybrain.waiting import Patience, counts_of_run, wait_until_stored
from feeds.recording import OpenRecording, Recording, RecordingError, TimedRaw
from feeds.recordings import RECORDINGS
from schemas.registry import Registry
from streams.catalog import SYSTEMS, System

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
STALLED_SECONDS = 120.0


@dataclass(frozen=True)
class Plan:
    """One playing of a recording: which part of it, moved by how much, how fast."""

    recording: Recording
    opened: OpenRecording
    system: System
    shift_ms: int
    pace: Pace
    first: int
    last: int

    @property
    def is_part(self) -> bool:
        """Whether only a part of the recording is played."""
        return self.first > self.opened.start or self.last < self.opened.end

    def records(self) -> Iterator[tuple[System, str, TimedRaw]]:
        """The records of that part, for the player."""
        for record in self.opened.records():
            if record.at > self.last:
                return
            if record.at >= self.first:
                yield self.system, self.recording.feed, record


def replay(
    recording: Annotated[str, typer.Argument(help=f"One of: {', '.join(RECORDINGS)}.")],
    *,
    file: Annotated[
        list[Path] | None, typer.Option("--file", help="Other files of the same format; may be repeated.")
    ] = None,
    data: Annotated[Path | None, typer.Option("--data", help="Folder of the recordings.")] = None,
    speed: Annotated[str, typer.Option(help="Seconds of city time a second, or max.")] = "max",
    shift_to: Annotated[
        str | None, typer.Option("--shift-to", help="Play it as if it began at this time (ISO 8601), or now.")
    ] = None,
    begin: Annotated[
        str | None, typer.Option("--from", help="Leave out what was sent before (ISO 8601).")
    ] = None,
    until: Annotated[
        str | None, typer.Option("--until", help="Leave out what was sent after (ISO 8601).")
    ] = None,
    loop: Annotated[
        bool, typer.Option("--loop", help="Play it again and again, each time on later days.")
    ] = False,
    wait: Annotated[
        bool, typer.Option("--wait", help="Return when everything is judged and in the store.")
    ] = False,
) -> None:
    """Play a recording into the line."""
    settings = Settings()
    if recording not in RECORDINGS:
        raise RecordingError(f"There is no recording {recording!r}.", f"There are: {', '.join(RECORDINGS)}.")
    if loop and wait:
        raise RecordingError("--loop never ends, so --wait cannot.", "Give one of the two.")
    refuse_if_simulated(settings)
    known = RECORDINGS[recording]
    if SYSTEMS[known.system] not in settings.chosen:
        raise RecordingError(
            f"This line has no {known.system}: CITYBRAIN_SYSTEMS is {settings.systems}.",
            "Start a line that has it.",
        )
    opened = known.open(file or known.default_files(data or settings.recordings))
    shift_ms = 0 if shift_to is None else shift_for(moment_of(shift_to, "--shift-to"), opened.start)
    plan = Plan(
        known,
        opened,
        SYSTEMS[known.system],
        shift_ms,
        Pace(pace_of(speed)),
        opened.start if begin is None else moment_of(begin, "--from"),
        opened.end if until is None else moment_of(until, "--until"),
    )
    if plan.is_part and plan.first > plan.last:
        raise RecordingError("--from lies after --until.", "Nothing would be played; swap them.")
    for number in itertools.count():
        _play_once(settings, _moved(plan, number), wait=wait)
        if not loop:
            return


def shift_for(target: int, start: int) -> int:
    """Milliseconds to add so that a recording starts at the target: whole hours, so that windows stay aligned."""
    return (target - start) // HOUR_MS * HOUR_MS


def pace_of(speed: str) -> float | None:
    """City seconds a second, or None for `max`. Raises RecordingError."""
    if speed == "max":
        return None
    try:
        number = float(speed)
    except ValueError:
        number = 0.0
    if not 0 < number < 1_000_000:
        raise RecordingError(f"--speed {speed} is not a speed.", "Give a number above 0, or max.")
    return number


def _moved(plan: Plan, number: int) -> Plan:
    """The plan for the n-th time round: on later days, so that city time goes on."""
    if number == 0:
        return plan
    length = -(-(plan.last - plan.first + DAY_MS) // DAY_MS) * DAY_MS
    shift = plan.shift_ms + number * length
    return Plan(plan.recording, plan.opened, plan.system, shift, plan.pace, plan.first, plan.last)


def _play_once(settings: Settings, plan: Plan, *, wait: bool) -> None:
    console = Console(stderr=True)
    began = time.monotonic()
    run_id = f"{plan.recording.name}-{datetime.now(UTC):%Y%m%dT%H%M%S}"
    with _progress(console, plan) as (note, advance):
        begin_run(
            settings, [plan.system], run_id, plan.first + plan.shift_ms, source=plan.recording.name, note=note
        )
        sent = _send(settings, plan, run_id, note, advance)
        if wait:
            final = {plan.system: sent.clocks[plan.system.slug]}
            wait_until_stored(settings, run_id, final, Patience(STALLED_SECONDS, note))
    seconds = time.monotonic() - began
    console.print(f"{plan.recording.title}: {sent.records:,} records sent in {seconds:.1f} s (run {run_id}).")
    if wait:
        _tell_counts(console, counts_of_run(settings, run_id))
    else:
        console.print(
            'What became of them: `citybrain sql "SELECT * FROM normalize_counts"`, or replay with --wait.'
        )


def _send(settings: Settings, plan: Plan, run_id: str, note: Any, advance: Any) -> Sent:
    interrupted = threading.Event()
    player = Player(
        settings.kafka,
        Registry(settings.registry),
        Envelope(run_id, plan.recording.name, plan.shift_ms),
        plan.pace,
        on_sent=advance,
        stopping=interrupted.is_set,
    )
    note("announcing links, stations and areas")
    player.announce(plan.opened.entities())
    note("sending")
    # From the very start, so that the first window closes behind a clock that has walked up to it.
    player.set_clock(plan.system, plan.first + plan.shift_ms)
    try:
        sent = player.play(plan.records())
    except KeyboardInterrupt:
        interrupted.set()
        player.flush()
        sys.exit(130)
    last = sent.clocks.get(plan.system.slug, plan.first + plan.shift_ms)
    player.close(plan.system, last, settings.civil_zone)
    return sent


@contextmanager
def _progress(console: Console, plan: Plan) -> Iterator[tuple[Any, Any]]:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task(plan.recording.name, total=None if plan.is_part else plan.opened.count)
        yield (
            lambda words: progress.update(task, description=words),
            lambda count: progress.update(task, completed=count),
        )


def _tell_counts(console: Console, counts: dict[str, Any]) -> None:
    console.print(
        f"{counts['records']:,} records held {counts['decoded']:,} items: {counts['normalized']:,} became events, "
        f"{counts['repeated']:,} were repeats, {sum(counts['rejected'].values()):,} were rejected."
    )
    for reason, count in sorted(counts["rejected"].items(), key=lambda item: -item[1]):
        console.print(f"  {count:>8,}  {reason}")
    # One line for scripts, on standard output.
    print(json.dumps(counts))
