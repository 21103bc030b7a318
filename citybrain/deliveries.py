"""Does each feed deliver what its department promised? Counted by the hour in which items came in, once it is over.

Everything is asked of the store: events as they were accepted, and rejected items. An hour is told once, when every
window of its system up to its end is closed: nothing can come in at an hour of the city clock that is past.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from citybrain.promises import WITHIN_SECONDS, Promises
from citybrain.settings import Settings
from citybrain.touched import closed_until
from citybrain.waiting import Patience, query, wait_until_in_store
from feeds.civil_time import HOUR_MS
from feeds.directory import FEEDS
from feeds.simulated_systems import GATEWAYS
from schemas.registry import Registry
from sinks.tables import tables_of_topics
from streams.catalog import STATISTICS, System
from streams.judge.judge import DELIVERIES
from streams.publishing import publish
from streams.runs import LIVE_RUN

STALLED_SECONDS = 120.0

_TOLD = """
SELECT run_id, max(toUnixTimestamp64Milli(window_end)) AS told FROM statistics
WHERE measure = '{measure}' AND entity_type = 'feed' AND entity_id IN ({feeds}) GROUP BY run_id
"""
_BEGAN = "SELECT min(toUnixTimestamp64Milli(ingest_time)) AS began, max(toUnixTimestamp64Milli(ingest_time)) AS last, count() AS events FROM {view} WHERE run_id = '{run_id}'"
_ACCEPTED = """
SELECT source AS feed, intDiv(toUnixTimestamp64Milli(ingest_time), {hour}) * {hour} AS start, count() AS accepted,
  countIf(quality = 'good') AS complete,
  countIf(toUnixTimestamp64Milli(ingest_time) - toUnixTimestamp64Milli(event_time) <= {within_ms}) AS timely
FROM {view} WHERE run_id = '{run_id}' AND ingest_time >= fromUnixTimestamp64Milli({begin})
  AND ingest_time < fromUnixTimestamp64Milli({end}) GROUP BY feed, start
"""
_REJECTED = """
SELECT feed, intDiv(toUnixTimestamp64Milli(ingest_time), {hour}) * {hour} AS start, count() AS rejected FROM dead_letters
WHERE topic = '{topic}' AND run_id = '{run_id}' AND ingest_time >= fromUnixTimestamp64Milli({begin})
  AND ingest_time < fromUnixTimestamp64Milli({end}) GROUP BY feed, start
"""
_COUNTS = ("accepted", "complete", "timely", "rejected")


Hour = tuple[str, int]
"""A feed, and the start of an hour in epoch milliseconds."""


def tell_deliveries(settings: Settings, promises: Promises) -> int:
    """Publish the statistics of every hour that is over and was not told; returns how many rows.

    Errors of the store and of Kafka pass through; the next call finds what was left.
    """
    told = 0
    for system in settings.chosen:
        rows = [(DELIVERIES, row) for row in _of_system(settings, system, promises)]
        if rows:
            told += publish(settings.kafka, Registry(settings.registry), STATISTICS, rows)
    return told


def _of_system(settings: Settings, system: System, promises: Promises) -> Iterator[Mapping[str, Any]]:
    feeds = ", ".join(f"'{feed.name}'" for feed in FEEDS.values() if feed.system == system.slug)
    sql = _TOLD.format(measure=DELIVERIES, feeds=feeds)
    told = {row["run_id"]: int(row["told"]) for row in query(settings, sql)}
    for run_id, closed in closed_until(settings, system).items():
        span = (told.get(run_id, 0), closed - closed % HOUR_MS)
        if span[0] < span[1]:
            yield from _of_run(settings, system, run_id, span, promises)


def _of_run(
    settings: Settings, system: System, run_id: str, span: tuple[int, int], promises: Promises
) -> Iterator[Mapping[str, Any]]:
    """The hours of a run that are not told, of those in a span; 0 begins it where none was told."""
    told, end = span
    (table,) = tables_of_topics()[system.archive_only.name]
    wait_until_in_store(
        settings, [system.normalized, system.archive_only, system.dead_letters], Patience(STALLED_SECONDS)
    )
    (known,) = query(settings, _BEGAN.format(view=table.view, run_id=run_id))
    if not int(known["events"]):
        return
    began = int(known["began"])
    # The hour in which a run began is not whole: nothing was promised of it.
    begin = told or -(-began // HOUR_MS) * HOUR_MS
    if run_id != LIVE_RUN:
        # A recording is over with its last item, whatever its clock says to close its windows.
        last = int(known["last"]) + 1
        end = min(end, last - last % HOUR_MS)
    if begin >= end:
        return
    asked = {"view": table.view, "run_id": run_id, "begin": begin, "end": end, "hour": HOUR_MS}
    accepted = query(settings, _ACCEPTED.format(within_ms=_limits(system, promises), **asked))
    rejected = query(settings, _REJECTED.format(topic=system.raw.name, **asked))
    counts: dict[Hour, Counter[str]] = {}
    for row in (*accepted, *rejected):
        hour = counts.setdefault((feed_of(system, row["feed"]), int(row["start"])), Counter())
        hour.update({name: int(row[name]) for name in _COUNTS if name in row})
    expected = expected_feeds(system, run_id, promises, {feed for feed, _ in counts})
    hours = [(feed, start) for feed in expected for start in range(begin, end, HOUR_MS)]
    yield from deliveries({hour: counts.get(hour, Counter()) for hour in hours}, run_id, promises)


def expected_feeds(system: System, run_id: str, promises: Promises, heard: Iterable[str]) -> list[str]:
    """Whose hours are told: who was heard, and on a live line everybody who promised to be."""
    promised = {
        name
        for name in promises
        if run_id == LIVE_RUN and name in FEEDS and FEEDS[name].system == system.slug
    }
    return sorted(promised.union(heard))


def feed_of(system: System, source: str) -> str:
    """The feed of an event's source; all that the simulated city says comes through its gateway."""
    return GATEWAYS[system.slug] if source == "simulator" else source


def _limits(system: System, promises: Promises) -> str:
    """How old an item may be, in milliseconds, as SQL by its source."""
    cases = []
    for feed in FEEDS.values():
        if feed.system == system.slug and feed.name in promises:
            sources = "'" + feed.name + ("', 'simulator'" if GATEWAYS[system.slug] == feed.name else "'")
            cases.append(f"source IN ({sources}), {promises[feed.name].within_seconds * 1000}")
    return f"multiIf({', '.join(cases)}, {WITHIN_SECONDS * 1000})" if cases else str(WITHIN_SECONDS * 1000)


def deliveries(
    counts: Mapping[Hour, Mapping[str, int]], run_id: str, promises: Promises
) -> Iterator[Mapping[str, Any]]:
    """A statistic for each hour of each feed. `kept` are delivered items, at most as many as were promised."""
    for (feed, start), counted in sorted(counts.items()):
        promise = promises.get(feed)
        found = {name: counted.get(name, 0) for name in _COUNTS}
        delivered = found["accepted"] + found["rejected"]
        promised = promise.items_per_hour if promise else 0
        yield {
            "measure": DELIVERIES,
            "entity_type": "feed",
            "entity_id": feed,
            "area_id": promise.department if promise else None,
            "window_start": start,
            "window_end": start + HOUR_MS,
            "step": 0,
            "observations": delivered,
            "sums": {
                **found,
                "timely": found["timely"] if promise else 0,
                "with_limit": found["accepted"] if promise else 0,
                "delivered": delivered,
                "promised": promised,
                "kept": min(delivered, promised),
            },
            "histogram": {},
            "ingest_time_max": None,
            "run_id": run_id,
            "generation": 0,
        }
