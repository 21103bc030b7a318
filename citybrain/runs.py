"""How does a run begin? On a fresh clock it just does; where city time would go back, the windows start anew."""

import time
from collections.abc import Callable

from citybrain.line import SIMULATOR
from citybrain.settings import Settings
from citybrain.waiting import LineTimeoutError, Patience, wait_until_idle
from jobs.flink_rest import FlinkRest
from jobs.keeper import job_name
from schemas.codec import Decoder
from schemas.registry import Registry
from stack.state import read_state
from streams.catalog import System, Topic
from streams.kafka import end_offsets, make_consumer
from streams.reading import last_records, open_reader
from streams.runs import declare_run

LAST_RECORDS = 20
JOB_SECONDS = 120.0


class LineBusyError(RuntimeError):
    """The line follows another clock; says whose, and what to do."""


def refuse_if_simulated(settings: Settings) -> None:
    """Two clocks on one line would make every event of the slower one late. Raises LineBusyError."""
    state = read_state(settings.home)
    part = state.part(SIMULATOR) if state and state.running else None
    if part is not None:
        raise LineBusyError(
            f"The simulated city feeds the line in {settings.home}, and a line has one clock. Start another line: "
            "CITYBRAIN_HOME=.citybrain-replay CITYBRAIN_BASE_PORT=19190 citybrain up --detach --no-simulator, "
            "and give the replay the same two settings."
        )


def mode_of_line(settings: Settings) -> str:
    """The mode that the line was started in; that of the settings where no line runs here."""
    state = read_state(settings.home)
    return state.mode if state and state.running else settings.mode.value


def newest_city_time(settings: Settings, registry: Registry, system: System) -> int | None:
    """The newest event time on a system's normalized topic, milliseconds, or None when it is empty."""
    return newest_value(settings, registry, system.normalized, "event_time")


def newest_value(settings: Settings, registry: Registry, topic: Topic, field: str) -> int | None:
    """The highest value of a field in the last records of a topic, or None when it is empty."""
    decoder = Decoder(topic.record, registry.schema_of)
    reader = open_reader(settings.kafka, "citybrain-newest")
    try:
        found = [
            decoder.decode(message.value() or b"")[field]
            for partition in range(topic.partitions)
            for message in last_records(reader, topic, partition, LAST_RECORDS)
        ]
    finally:
        reader.close()
    return max(found, default=None)


def begin_run(
    settings: Settings,
    system: System,
    run_id: str,
    clock_start: int,
    *,
    source: str,
    note: Callable[[str], None],
) -> None:
    """Make the line ready for a run of a system that starts at `clock_start` (milliseconds).

    Raises LineTimeoutError when the line is still busy or its job does not come up.
    """
    registry = Registry(settings.registry)
    newest = newest_city_time(settings, registry, system)
    if newest is None or newest <= clock_start:
        return
    note(f"city time of {system.slug} goes back: waiting for the line, then its windows start anew")
    wait_until_idle(settings, system, Patience(60.0, note))
    reader = make_consumer(settings.kafka, "citybrain-runs")
    try:
        offsets = end_offsets(reader, system.source.topic)
    finally:
        reader.close()
    declare_run(
        settings.kafka,
        registry,
        {
            "run_id": run_id,
            "system": system.slug,
            "mode": mode_of_line(settings),
            "source": source,
            "clock_start": clock_start,
            "started_at": time.time_ns() // 1_000_000,
            "start_offsets": {str(partition): offset for partition, offset in offsets.items()},
        },
    )
    _wait_for_job(settings, job_name(system, run_id), note)


def _wait_for_job(settings: Settings, name: str, note: Callable[[str], None]) -> None:
    flink = FlinkRest(settings.flink)
    deadline = time.monotonic() + JOB_SECONDS
    while not any(job.name == name and job.state == "RUNNING" for job in flink.jobs()):
        note(f"waiting for the job {name}")
        if time.monotonic() > deadline:
            raise LineTimeoutError(
                f"the job {name} did not start in {JOB_SECONDS:.0f} s; see the log of `jobs`"
            )
        time.sleep(0.5)
