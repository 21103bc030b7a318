"""`citybrain backfill`: days of history through the line's own rules, beside what it does now."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from citybrain.backfill import Backfilled, Past, backfill
from citybrain.commands.replay import shift_for
from citybrain.commands.restate import system_of
from citybrain.commands.times import moment_of
from citybrain.pasts import Archived, OnTopic, Recorded, newest_run_archived, newest_run_on_topic
from citybrain.settings import Settings
from feeds.recording import OpenRecording, RecordingError, TimedRaw
from feeds.recordings import RECORDINGS
from streams.catalog import SYSTEMS


def backfill_command(
    *,
    recording: Annotated[
        str | None, typer.Option(help=f"From a recording, one of: {', '.join(RECORDINGS)}.")
    ] = None,
    from_archive: Annotated[
        bool, typer.Option("--from-archive", help="From the events in the store.")
    ] = False,
    from_topic: Annotated[
        bool, typer.Option("--from-topic", help="From the events that Kafka still holds.")
    ] = False,
    measure: Annotated[
        str | None, typer.Option(help="Of kept events: whose, as road.travel_time; road will do.")
    ] = None,
    begin: Annotated[
        str | None,
        typer.Option("--from", help="Of kept events: first window, ISO 8601, civil time without an offset."),
    ] = None,
    end: Annotated[str | None, typer.Option("--to", help="Of kept events: end, excluded; as --from.")] = None,
    run: Annotated[str | None, typer.Option(help="Of kept events: of this run; else of the newest.")] = None,
    file: Annotated[
        list[Path] | None, typer.Option("--file", help="Other files of the same format; may be repeated.")
    ] = None,
    data: Annotated[Path | None, typer.Option("--data", help="Folder of the recordings.")] = None,
    shift_to: Annotated[
        str | None,
        typer.Option("--shift-to", help="As if a recording began at this time (ISO 8601), or now."),
    ] = None,
    until: Annotated[
        str | None, typer.Option("--until", help="Leave out what a recording sent after (ISO 8601).")
    ] = None,
    parallelism: Annotated[int, typer.Option(help="Subtasks of the batch run.", min=1, max=64)] = 1,
) -> None:
    """Compute final rows of the past at full speed; what is published already with as much is left alone."""
    if (recording is not None) + from_archive + from_topic != 1:
        raise RecordingError(
            "The past is read from one place.", "Give one of --recording, --from-archive and --from-topic."
        )
    settings = Settings()
    past: Past
    if recording is not None:
        past = _recorded(settings, recording, (file, data), shift_to, until)
        title = RECORDINGS[recording].title
    else:
        if measure is None or begin is None or end is None:
            raise RecordingError(
                "Kept events are asked for by measure and time.", "Give --measure, --from and --to."
            )
        span = (moment_of(begin, "--from", settings.civil_zone), moment_of(end, "--to", settings.civil_zone))
        past = _kept(settings, measure, span, run, on_topic=from_topic)
        title = f"{measure} {'on its topic' if from_topic else 'in the archive'}"
    _tell(title, backfill(settings, past, parallelism=parallelism))


def _recorded(
    settings: Settings,
    recording: str,
    where: tuple[list[Path] | None, Path | None],
    shift_to: str | None,
    until: str | None,
) -> Recorded:
    if recording not in RECORDINGS:
        raise RecordingError(f"There is no recording {recording!r}.", f"There are: {', '.join(RECORDINGS)}.")
    known = RECORDINGS[recording]
    files, data = where
    opened = known.open(files or known.default_files(data or settings.recordings))
    last = opened.end if until is None else moment_of(until, "--until")
    return Recorded(
        settings,
        SYSTEMS[known.system],
        f"backfill-{known.name}-{datetime.now(UTC):%Y%m%dT%H%M%S}",
        feed=known.feed,
        source=known.name,
        begin=opened.start,
        records=_up_to(opened, last),
        entities=opened.entities(),
        shift_ms=0 if shift_to is None else shift_for(moment_of(shift_to, "--shift-to"), opened.start),
    )


def _kept(
    settings: Settings, measure: str, span: tuple[int, int], run: str | None, *, on_topic: bool
) -> Archived | OnTopic:
    system = system_of(measure)
    found = run
    if found is None:
        found = (
            newest_run_on_topic(settings, system)
            if on_topic
            else newest_run_archived(settings, system, *span)
        )
    if found is None:
        raise RecordingError(
            f"No event of {system.slug} is kept there for that time.",
            f"`citybrain sql` shows what there is: view {system.events_view}.",
        )
    return (OnTopic if on_topic else Archived)(settings, system, found, *span)


def _tell(title: str, done: Backfilled) -> None:
    tally = done.tally
    console = Console(highlight=False)
    records = ""
    if tally.records:
        records = (
            f"{tally.records:,} records, {tally.repeated:,} repeats, {tally.rejected.total():,} rejected; "
        )
    console.print(
        f"{title}: {records}{done.events:,} events, {done.statistics:,} statistics; {done.rows:,} rows published, "
        f"{done.kept:,} left as they were, in {done.seconds:.1f} s (run {done.run_id})."
    )
    if done.differing:
        console.print(
            f"{done.differing:,} of the rows that were left say something else: `citybrain restate --measure … --from … "
            "--to …` corrects them."
        )
    if tally.rejected:
        reasons = ", ".join(f"{reason} {items:,}" for reason, items in sorted(tally.rejected.items()))
        console.print(f"Rejected, and kept in `dead_letters`: {reasons}.")


def _up_to(opened: OpenRecording, last: int) -> Iterator[TimedRaw]:
    for record in opened.records():
        if record.at > last:
            return
        yield record
