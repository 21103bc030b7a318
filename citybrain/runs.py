"""How does a run begin? On a fresh clock it just does; where city time would go back, the windows start anew."""

import time
from collections.abc import Callable, Iterable

from citybrain.line import SIMULATOR, running_jobs
from citybrain.settings import Settings
from citybrain.waiting import LineTimeoutError, Patience, wait_until_idle
from jobs.keeper import job_name
from schemas.registry import Registry
from stack.state import read_state
from streams.catalog import System, Topic
from streams.coding import decoders_of
from streams.offsets import ends_of, last_places
from streams.reading import open_reader, read_to_ends
from streams.runs import declare_run

LAST_RECORDS = 20
JOB_SECONDS = 120.0
IDLE_SECONDS = 120.0
"""A job says with each checkpoint how far it has read."""


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


def newest_city_times(
    settings: Settings, registry: Registry, systems: Iterable[System]
) -> dict[System, int | None]:
    """The newest event time on the normalized topic of each system, milliseconds; None where it is empty."""
    asked = {system: (system.normalized, "event_time") for system in systems}
    newest = newest_values(settings, registry, asked.values())
    return {system: newest[topic] for system, topic in asked.items()}


def newest_values(
    settings: Settings, registry: Registry, fields: Iterable[tuple[Topic, str]]
) -> dict[tuple[Topic, str], int | None]:
    """The highest value of a field in the last records of a topic; None where the topic is empty."""
    found: dict[tuple[Topic, str], int | None] = dict.fromkeys(fields)
    by_topic: dict[str, list[tuple[Topic, str]]] = {}
    for key in found:
        by_topic.setdefault(key[0].name, []).append(key)
    topics = dict.fromkeys(topic for topic, _ in found)
    decoders = decoders_of(registry, topics)
    places = last_places(settings.kafka, topics, LAST_RECORDS)
    reader = open_reader(settings.kafka, "citybrain-newest")
    try:
        for message in read_to_ends(reader, places) if places else ():
            name, value = message.topic() or "", message.value()
            if value is None:
                continue
            record = decoders[name].decode(value)
            for key in by_topic[name]:
                known, told = found[key], record[key[1]]
                found[key] = told if known is None else max(known, told)
    finally:
        reader.close()
    return found


def begin_run(
    settings: Settings,
    systems: Iterable[System],
    run_id: str,
    clock_start: int,
    *,
    source: str,
    note: Callable[[str], None],
) -> None:
    """Make the line ready for a run of these systems that starts at `clock_start` (milliseconds).

    Where city time goes back their jobs are started anew, all at once. Raises LineTimeoutError when the line is
    still busy or a job does not come up.
    """
    registry = Registry(settings.registry)
    newest = newest_city_times(settings, registry, systems)
    back = [system for system, at in newest.items() if at is not None and at > clock_start]
    for system in back:
        note(f"city time of {system.slug} goes back: waiting for the line, then its windows start anew")
        wait_until_idle(settings, system, Patience(IDLE_SECONDS, note))
    run = {
        "run_id": run_id,
        "mode": mode_of_line(settings),
        "source": source,
        "clock_start": clock_start,
        "started_at": time.time_ns() // 1_000_000,
    }
    ends = ends_of(settings.kafka, [system.source.topic for system in back])
    for system in back:
        begins = {str(partition): offset for partition, offset in ends[system.source.topic.name].items()}
        declare_run(settings.kafka, registry, {**run, "system": system.slug, "start_offsets": begins})
    for system in back:
        _wait_for_job(settings, job_name(system, run_id), note)


def _wait_for_job(settings: Settings, name: str, note: Callable[[str], None]) -> None:
    deadline = time.monotonic() + JOB_SECONDS
    while name not in running_jobs(settings):
        note(f"waiting for the job {name}")
        if time.monotonic() > deadline:
            raise LineTimeoutError(
                f"the job {name} did not start in {JOB_SECONDS:.0f} s; see the log of `jobs`"
            )
        time.sleep(0.5)
