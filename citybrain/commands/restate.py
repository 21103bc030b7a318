"""`citybrain restate`: windows that late or corrected events belong to, counted and judged again."""

import time
from collections.abc import Mapping, Sequence
from typing import Annotated

import structlog
import typer
from rich.console import Console

from citybrain.accounting import Accountant
from citybrain.commands.times import moment_of
from citybrain.deliveries import tell_deliveries
from citybrain.owners import city_owners
from citybrain.promises import city_promises
from citybrain.recompute import RecomputeError, line_planner
from citybrain.restatement import Restated, restate
from citybrain.settings import Settings
from citybrain.touched import Reason, Window, touched, windows_between
from citybrain.waiting import LineTimeoutError
from feeds.recording import RecordingError
from feeds.simulated_size import SIZES
from sinks.query import QueryError
from streams.catalog import SYSTEMS, System
from streams.kafka import KafkaException
from streams.publishing import NotPublishedError

log = structlog.get_logger("restate")


def restate_command(
    *,
    measure: Annotated[
        str | None, typer.Option(help="Only this measure, as road.travel_time; road will do.")
    ] = None,
    begin: Annotated[
        str | None,
        typer.Option("--from", help="First window: ISO 8601, civil time without an offset; or now."),
    ] = None,
    until: Annotated[str | None, typer.Option("--to", help="End, excluded; as --from.")] = None,
    follow: Annotated[
        bool,
        typer.Option(
            "--follow", help="Look for late events, and for missing ones, again and again, as the line does."
        ),
    ] = False,
    every: Annotated[int, typer.Option(help="Seconds between two looks.", min=5, max=86_400)] = 60,
) -> None:
    """Count windows with late or corrected events again, and publish what differs as restated; --from and --to name windows by hand."""
    settings = Settings()
    systems = [system_of(measure)] if measure else list(settings.chosen)
    if (begin is None) != (until is None):
        raise RecordingError(
            "--from and --to go together.", "Give both, or neither for what late events touch."
        )
    if follow:
        _follow(settings, systems, every)
        return
    console = Console(highlight=False)
    with line_planner(settings) as planner:
        for system in systems:
            given: Mapping[Reason, Sequence[Window]]
            if begin is not None and until is not None:
                start = moment_of(begin, "--from", settings.civil_zone)
                end = moment_of(until, "--to", settings.civil_zone)
                given = {"by_hand": windows_between(settings, system, start, end)}
            else:
                given = touched(settings, system)
            if not given:
                console.print(
                    f"{system.slug}: no window has late or corrected events that are not in it already."
                )
            for reason, windows in given.items():
                console.print(_told(restate(settings, system, windows, reason, planner), reason))


def system_of(measure: str) -> System:
    """The system that people mean by a measure or a slug. Raises RecordingError."""
    for system in SYSTEMS.values():
        if measure in (system.slug, system.source.measure):
            return system
    known = ", ".join(system.source.measure for system in SYSTEMS.values())
    raise RecordingError(f"{measure} is not measured here.", f"There are {known}.")


def _follow(settings: Settings, systems: list[System], every: int) -> None:
    accountant = Accountant(settings)
    promises = city_promises(settings.promises, SIZES[settings.simulated_city], city_owners(settings))
    while True:
        # First the line comes up, and what is late comes in.
        time.sleep(every)
        with line_planner(settings) as planner:
            for system in systems:
                try:
                    for reason, windows in touched(settings, system).items():
                        done = restate(settings, system, windows, reason, planner)
                        log.info("restated", reason=reason, **_figures(done))
                except (
                    RecomputeError,
                    QueryError,
                    LineTimeoutError,
                    NotPublishedError,
                    KafkaException,
                ) as error:
                    # What was not done now is found again at the next look.
                    log.warning("not restated; trying again", system=system.slug, error=str(error))
        try:
            if hours := tell_deliveries(settings, promises):
                log.info("deliveries told", hours=hours)
        except (QueryError, LineTimeoutError, NotPublishedError, KafkaException) as error:
            log.warning("deliveries not told; trying again", error=str(error))
        try:
            for account in accountant.look():
                log.error("events unaccounted for", window=account.alarm_id, events=account.unaccounted)
        except (QueryError, NotPublishedError, KafkaException) as error:
            log.warning("not checked; trying again", error=str(error))


def _figures(done: Restated) -> dict[str, object]:
    return {
        "system": done.system.slug,
        "windows": len(done.windows),
        "events": done.events,
        "rows": len(done.rows),
        "seconds": round(done.seconds, 1),
    }


def _told(done: Restated, reason: Reason) -> str:
    return (
        f"{done.system.slug}: {len(done.windows):,} windows counted again from {done.events:,} events, "
        f"{len(done.rows):,} rows restated ({reason}), in {done.seconds:.1f} s."
    )
