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
from citybrain.player import Envelope, Pace, Player
from citybrain.runs import begin_run, newest_city_time, refuse_if_simulated
from citybrain.settings import Settings
from citybrain.waiting import Patience, wait_until_stored
from feeds.recording import RecordingError
from feeds.simulator import SimulatedCity
from schemas.registry import Registry
from streams.catalog import SYSTEMS

HOUR_MS = 3_600_000
MINUTE_MS = 60_000
# Long enough for an hour of air quality, published up to an hour late, to be over.
PAST_MS = 180 * MINUTE_MS

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
    now = time.time_ns() // MINUTE_MS // 1_000_000 * MINUTE_MS
    begin = _begin(settings, registry, start, now, follow=follow)
    # A city that follows the wall clock is one run, however often the line is started: its open days go on.
    run_id = f"simulator-{seed}" if follow else f"simulator-{seed}-{datetime.now(UTC):%Y%m%dT%H%M%S}"
    city = SimulatedCity(seed=seed, start=begin, zone=settings.civil_zone)
    for system in SYSTEMS.values():
        begin_run(settings, system, run_id, begin, source="simulator", note=log.info)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    pace = Pace(1.0, now) if follow else Pace(pace_of(speed))
    player = Player(settings.kafka, registry, Envelope(run_id, "simulator"), pace, stopping=stop.is_set)
    player.announce(city.entities())
    log.info(
        "simulating", seed=seed, start=datetime.fromtimestamp(begin / 1000, UTC).isoformat(), run_id=run_id
    )
    sent = player.play((SYSTEMS[item.system], item.feed, item.raw) for item in city.records(minutes))
    log.info("sent", records=sent.records)
    if minutes is None or stop.is_set():
        return
    final = {
        system: player.close(system, sent.clocks.get(system.slug, begin), settings.civil_zone)
        for system in SYSTEMS.values()
    }
    if wait:
        wait_until_stored(settings, run_id, final, Patience(STALLED_SECONDS, lambda _: None))


def _begin(settings: Settings, registry: Registry, start: str | None, now: int, *, follow: bool) -> int:
    if start is not None:
        return moment_of(start, "--start", settings.civil_zone)
    if not follow:
        return now - now % HOUR_MS
    # A line that ran a moment ago goes on from there; after a long pause a new past is made.
    known = [newest_city_time(settings, registry, system) for system in SYSTEMS.values()]
    last = max((city_time for city_time in known if city_time is not None), default=0)
    earliest = (now - PAST_MS) // HOUR_MS * HOUR_MS
    return earliest if last < earliest else -(-(last + 1) // MINUTE_MS) * MINUTE_MS
