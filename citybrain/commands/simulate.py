"""`citybrain simulate`: a deterministic city feeds the line, and its true indicator values are known."""

import signal
import threading
import time
from datetime import UTC, datetime
from typing import Annotated

import structlog
import typer

from citybrain.commands.replay import STALLED_SECONDS, pace_of
from citybrain.commands.times import moment_of
from citybrain.line import jobs_are_running
from citybrain.player import Envelope, Pace, Player
from citybrain.runs import begin_run, newest_city_times, refuse_if_simulated
from citybrain.settings import Settings
from citybrain.waiting import Patience, wait_until_stored
from feeds.recording import RecordingError
from feeds.simulated_size import SIZES
from feeds.simulated_systems import BUSY, LONG_PAST
from feeds.simulator import SimulatedCity
from schemas.registry import Registry
from streams.catalog import SYSTEMS
from streams.runs import SIMULATED_RUNS

HOUR_MS = 3_600_000
MINUTE_MS = 60_000
# Long enough for an hour of air quality, published up to an hour late, to be over.
PAST_MS = 180 * MINUTE_MS
QUARTER_MS = 15 * MINUTE_MS
JOBS_SECONDS = 300.0

log = structlog.get_logger("simulate")


def simulate(
    *,
    seed: Annotated[int, typer.Option(help="The same seed and start give the same city.")] = 1,
    minutes: Annotated[int | None, typer.Option(help="How long, in city time; for ever by default.")] = None,
    speed: Annotated[str, typer.Option(help="Seconds of city time a second, or max.")] = "1",
    start: Annotated[
        str | None,
        typer.Option(help="When the city begins (ISO 8601, civil time); the last full hour by default."),
    ] = None,
    follow: Annotated[
        bool,
        typer.Option("--follow", help="Begin in the near past and then follow the wall clock, as `up` does."),
    ] = False,
    wait: Annotated[bool, typer.Option("--wait", help="Return when all is judged and in the store.")] = False,
) -> None:
    """Feed the line from the simulated city. Its events say `source = simulator`."""
    settings = Settings()
    if not follow:
        refuse_if_simulated(settings)
    if wait and minutes is None:
        raise RecordingError("A simulation for ever cannot be waited for.", "Give --minutes with --wait.")
    registry = Registry(settings.registry)
    moment, wall = time.monotonic(), time.time_ns() // 1_000_000
    now = wall // MINUTE_MS * MINUTE_MS
    begin = _begin(settings, registry, start, now, follow=follow)
    # A city that follows the wall clock is one run, however often the line is started: its open days go on.
    run_id = (
        f"{SIMULATED_RUNS}{seed}" if follow else f"{SIMULATED_RUNS}{seed}-{datetime.now(UTC):%Y%m%dT%H%M%S}"
    )
    starts = _starts(now) if follow else {}
    city = SimulatedCity(seed, begin, settings.civil_zone, SIZES[settings.simulated_city], starts)
    begin_run(settings, settings.chosen, run_id, begin, source="simulator", note=log.info)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    pace = Pace(1.0, (moment, wall)) if follow else Pace(pace_of(speed))
    player = Player(settings.kafka, registry, Envelope(run_id, "simulator"), pace, stopping=stop.is_set)
    chosen = {system.slug for system in settings.chosen}
    player.announce(known for known in city.entities() if known["system"] in chosen)
    log.info(
        "simulating", seed=seed, start=datetime.fromtimestamp(begin / 1000, UTC).isoformat(), run_id=run_id
    )
    if follow:
        # Planning the jobs and reading the past at once takes longer than one after the other.
        _wait_for_jobs(settings, stop)
    sent = player.play(
        (SYSTEMS[item.system], item.feed, item.raw) for item in city.records(minutes) if item.system in chosen
    )
    log.info("sent", records=sent.records)
    if minutes is None or stop.is_set():
        return
    final = {
        system: player.close(system, sent.clocks.get(system.slug, begin), settings.civil_zone)
        for system in settings.chosen
    }
    if wait:
        wait_until_stored(settings, run_id, final, Patience(STALLED_SECONDS, lambda _: None))


def _starts(now: int) -> dict[str, int]:
    """Where each system's past begins: a long one of all of them would take many minutes to be counted.

    Those that say most begin with the last whole quarter of an hour, the others with the hour that is open.
    """
    quarter, hour = (now // QUARTER_MS - 1) * QUARTER_MS, now // HOUR_MS * HOUR_MS
    return {slug: quarter if slug in BUSY else hour for slug in SYSTEMS if slug not in LONG_PAST}


def _wait_for_jobs(settings: Settings, stop: threading.Event) -> None:
    """Return when every system has its job, or after some minutes without."""
    deadline = time.monotonic() + JOBS_SECONDS
    while not jobs_are_running(settings) and not stop.wait(1.0):
        if time.monotonic() > deadline:
            log.warning("not every job runs; going on without", remedy="see the log of `jobs`")
            return


def _begin(settings: Settings, registry: Registry, start: str | None, now: int, *, follow: bool) -> int:
    if start is not None:
        return moment_of(start, "--start", settings.civil_zone)
    if not follow:
        return now - now % HOUR_MS
    # A line that ran a moment ago goes on from there; after a long pause a new past is made.
    known = newest_city_times(settings, registry, settings.chosen).values()
    last = max((city_time for city_time in known if city_time is not None), default=0)
    earliest = (now - PAST_MS) // HOUR_MS * HOUR_MS
    return earliest if last < earliest else -(-(last + 1) // MINUTE_MS) * MINUTE_MS
