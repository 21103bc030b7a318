"""Is everything that was sent judged and in the store? Follows a run through the line, stage by stage."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from citybrain.settings import Settings
from jobs.submit import job_group
from sinks.query import QueryError
from sinks.query import run as run_sql
from streams.cases.kinds_file import kinds_of_file
from streams.catalog import CASES, COUNTS, EMERGENCY, INDICATORS, STATISTICS, SYSTEMS, System, Topic
from streams.kafka import KafkaException
from streams.offsets import Rest, committed_of, ends_of, records_left
from streams.reading import NotReadError

POLL_SECONDS = 0.5
NO_ANSWER = (KafkaException, TimeoutError, NotReadError, QueryError)
NORMALIZE_GROUP, RESPONSES_GROUP, JUDGE_GROUP, SINK_GROUP = "normalize", "responses", "judge", "sink"
CASES_GROUP, SITUATIONS_GROUP, ALERTS_GROUP = "cases", "situations", "alerts"
DELIVER_GROUP = "deliver"


class LineTimeoutError(TimeoutError):
    """The line did not get there in time; says at which stage it stands."""


@dataclass(frozen=True)
class Patience:
    """Gives up when nothing has moved for so many seconds; `note` is told what is being waited for."""

    seconds: float
    note: Callable[[str], None] = lambda _: None


def wait_until_stored(
    settings: Settings, run_id: str, clocks: Mapping[System, int], patience: Patience
) -> None:
    """Return when every result of a run is in the store. `clocks` holds each system's final city time.

    Raises LineTimeoutError.
    """
    _wait_group(settings, NORMALIZE_GROUP, [system.raw for system in clocks], patience)
    if EMERGENCY in clocks:
        _wait_group(settings, RESPONSES_GROUP, [EMERGENCY.normalized], patience)
    sent = {system.normalized for system in clocks}
    followed = [topic for topic in case_topics(settings) if topic in sent]
    if followed and CASES_GROUP not in settings.left_out:
        _wait_group(settings, CASES_GROUP, followed, patience)
    for system, city_time in clocks.items():
        _wait_clock_row(settings, run_id, system, city_time, patience)
    # What the judge hands on to itself, the parts of a composite, is there when it is through with the rest.
    for _ in range(2):
        _wait_group(settings, JUDGE_GROUP, [STATISTICS], patience)
    events = [topic for system in clocks for topic in (system.normalized, system.source.topic)]
    _wait_group(
        settings, SINK_GROUP, [STATISTICS, INDICATORS, COUNTS, CASES, *dict.fromkeys(events)], patience
    )


def wait_until_in_store(settings: Settings, topics: list[Topic], patience: Patience) -> None:
    """Return when the sink has stored everything that was on these topics. Raises LineTimeoutError."""
    _wait_group(settings, SINK_GROUP, topics, patience)


def wait_until_idle(settings: Settings, system: System, patience: Patience) -> None:
    """Return when a system's events are windowed as far as they go, so that another run may begin."""
    _wait_group(settings, NORMALIZE_GROUP, [system.raw], patience)
    if system is EMERGENCY:
        _wait_group(settings, RESPONSES_GROUP, [system.normalized], patience)
    _wait_group(settings, job_group(system), [system.source.topic], patience)


def counts_of_run(settings: Settings, run_id: str) -> dict[str, Any]:
    """What the records of a run became: records, decoded, normalized, repeated, and rejected by reason."""
    rows = query(
        settings,
        "SELECT records, decoded, normalized, repeated, rejected FROM normalize_counts "
        f"WHERE run_id = '{run_id}'",
    )
    total: dict[str, Any] = {"records": 0, "decoded": 0, "normalized": 0, "repeated": 0, "rejected": {}}
    for row in rows:
        for name in ("records", "decoded", "normalized", "repeated"):
            total[name] += int(row[name])
        for reason, count in row["rejected"].items():
            total["rejected"][reason] = total["rejected"].get(reason, 0) + int(count)
    return total


def query(settings: Settings, sql: str) -> list[dict[str, Any]]:
    """Rows of a query as dictionaries."""
    rows: list[dict[str, Any]] = json.loads(run_sql(settings.store, sql, "json"))
    return rows


def case_topics(settings: Settings) -> list[Topic]:
    """The topics of events that tell of cases, also of the late ones. Raises KindFileError."""
    systems = [SYSTEMS[slug] for slug in kinds_of_file(settings.case_kinds, settings.zone).systems]
    return [topic for system in systems for topic in (system.normalized, system.archive_only)]


def _wait_group(settings: Settings, group: str, topics: list[Topic], patience: Patience) -> None:
    """Wait until a consumer group has committed everything that was on the topics when this began."""
    ends = ends_of(settings.kafka, topics)

    def left() -> int:
        committed = committed_of(settings.kafka, group, topics)
        rests = [
            Rest(topic, partition, max(0, committed[topic][partition]), end)
            for topic, partitions in ends.items()
            for partition, end in partitions.items()
        ]
        return sum(records_left(settings.kafka, rests))

    _wait(lambda: left() or None, f"{group} has {{}} records to go", patience)


def _wait_clock_row(
    settings: Settings, run_id: str, system: System, city_time: int, patience: Patience
) -> None:
    window_ms = int(system.source.window.total_seconds() * 1000)
    sql = (
        "SELECT toUnixTimestamp64Milli(max(window_end)) AS reached, count() AS found FROM statistics "
        f"WHERE entity_type = 'clock' AND measure LIKE '{system.slug}.%' AND run_id = '{run_id}'"
    )

    def behind() -> int | None:
        (row,) = query(settings, sql)
        reached = int(row["reached"]) if int(row["found"]) else 0
        return None if reached >= city_time - window_ms else (city_time - max(reached, 0)) // 60_000

    def counted() -> tuple[int, ...]:
        # Of one system nothing may come for minutes while the jobs of all the others have the processors.
        told = ends_of(settings.kafka, [STATISTICS])[STATISTICS.name]
        return tuple(told.values())

    words = f"windows of {system.slug} are {{}} minutes of city time behind"
    _wait(behind, words, patience, moving=counted)


def _wait(
    left: Callable[[], int | None],
    words: str,
    patience: Patience,
    *,
    moving: Callable[[], object] = lambda: None,
) -> None:
    """Until nothing is left. Patience is at its end when neither that nor what else is `moving` has changed.

    Parts that do not answer now, because they are busy or being started again, are asked again until then.
    """
    told, moved = "", time.monotonic()
    last: tuple[int, object] | None = None
    seen = last
    while True:
        try:
            now = left()
            if now is None:
                return
            told, seen = words.format(now), (now, moving())
        except NO_ANSWER as error:
            told = f"no answer ({error})"
        patience.note(told)
        if seen != last:
            last, moved = seen, time.monotonic()
        elif time.monotonic() - moved > patience.seconds:
            raise LineTimeoutError(
                f"nothing has moved for {patience.seconds:.0f} s: {told}. "
                "`citybrain status` shows which part is down, and the logs folder says why."
            )
        time.sleep(POLL_SECONDS)
