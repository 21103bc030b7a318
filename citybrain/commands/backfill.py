"""`citybrain backfill`: days of history through the line's own rules, beside what it does now."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from citybrain.backfill import History, backfill
from citybrain.commands.replay import shift_for
from citybrain.commands.times import moment_of
from citybrain.settings import Settings
from feeds.recording import OpenRecording, RecordingError, TimedRaw
from feeds.recordings import RECORDINGS
from streams.catalog import SYSTEMS


def backfill_command(
    *,
    recording: Annotated[str, typer.Option(help=f"One of: {', '.join(RECORDINGS)}.")],
    file: Annotated[
        list[Path] | None, typer.Option("--file", help="Other files of the same format; may be repeated.")
    ] = None,
    data: Annotated[Path | None, typer.Option("--data", help="Folder of the recordings.")] = None,
    shift_to: Annotated[
        str | None, typer.Option("--shift-to", help="As if it began at this time (ISO 8601), or now.")
    ] = None,
    until: Annotated[
        str | None, typer.Option("--until", help="Leave out what was sent after (ISO 8601).")
    ] = None,
    parallelism: Annotated[int, typer.Option(help="Subtasks of the batch run.", min=1, max=64)] = 1,
) -> None:
    """Compute a recording's final rows at full speed; what is published already with as much is left alone."""
    settings = Settings()
    if recording not in RECORDINGS:
        raise RecordingError(f"There is no recording {recording!r}.", f"There are: {', '.join(RECORDINGS)}.")
    known = RECORDINGS[recording]
    opened = known.open(file or known.default_files(data or settings.recordings))
    last = opened.end if until is None else moment_of(until, "--until")
    history = History(
        feed=known.feed,
        source=known.name,
        begin=opened.start,
        records=_up_to(opened, last),
        entities=opened.entities(),
        shift_ms=0 if shift_to is None else shift_for(moment_of(shift_to, "--shift-to"), opened.start),
    )
    run_id = f"backfill-{known.name}-{datetime.now(UTC):%Y%m%dT%H%M%S}"
    done = backfill(settings, SYSTEMS[known.system], history, run_id, parallelism=parallelism)
    tally = done.tally
    console = Console(highlight=False)
    console.print(
        f"{known.title}: {tally.records:,} records, {tally.normalized:,} events, {tally.repeated:,} repeats, "
        f"{tally.rejected.total():,} rejected; {done.statistics:,} statistics; {done.rows:,} rows published, "
        f"{done.kept:,} left as they were, in {done.seconds:.1f} s (run {done.run_id})."
    )
    if tally.rejected:
        reasons = ", ".join(f"{reason} {items:,}" for reason, items in sorted(tally.rejected.items()))
        console.print(f"Rejected, and kept in `dead_letters`: {reasons}.")


def _up_to(opened: OpenRecording, last: int) -> Iterator[TimedRaw]:
    for record in opened.records():
        if record.at > last:
            return
        yield record
