"""What do archived events say, counted again? A short batch run of a system's own SQL on the warm cluster."""

import fcntl
import os
import time
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import httpx

from citybrain.settings import Settings
from jobs.flink_rest import FlinkRest
from jobs.planner import Planner, PlannerError
from schemas.codec import Decoder
from schemas.registry import Registry
from stack.flink_conf import flink_files
from streams.catalog import LOOKED_INTO, RECOMPUTED, System, Topic
from streams.offsets import ends_of
from streams.publishing import publish
from streams.reading import open_reader, read_to_ends

STALLED_SECONDS = 600.0
POLL_SECONDS = 0.2

Row = dict[str, Any]


class RecomputeError(RuntimeError):
    """The batch run did not come to its end; says why and what to do."""


def line_planner(settings: Settings) -> Planner:
    """What plans batch runs on this line; starts with the first of them, and is to be closed."""
    environment = {**os.environ, **flink_files(settings.home.resolve()).environment}
    return Planner(settings.kafka, settings.registry, settings.flink, environment=environment, quiet=True)


def recomputed(
    settings: Settings,
    system: System,
    events: Iterable[Row],
    planner: Planner,
    *,
    parallelism: int = 1,
    keep: bool = True,
    generation: int = 0,
) -> list[Row]:
    """Statistics of whole windows, counted from these events by the SQL of the stream.

    The events need all fields of their record; their order does not matter. What is counted goes to
    `city.statistics.recomputed.v1`, and from there into the store in place of what was counted first; unless it is
    not to be kept. There a lower `generation` than that of what was counted first would lose.
    One run at a time on a line; another one waits. Raises RecomputeError.
    """
    registry = Registry(settings.registry)
    with _alone(settings):
        begin = _ends(settings, system.recompute)
        keyed = ((event["entity_id"], event) for event in events)
        if not publish(settings.kafka, registry, system.recompute, keyed):
            return []
        end = _ends(settings, system.recompute)
        answers = RECOMPUTED if keep else LOOKED_INTO
        counted_before = _ends(settings, answers)
        name = f"{system.slug} recompute {uuid.uuid4().hex[:8]}"
        asked = {"start_offsets": begin, "end_offsets": end, "parallelism": parallelism, "keep": keep}
        submission = {"system": system.slug, "name": name, "generation": generation, **asked}
        try:
            job_id = planner.submit(submission)
        except PlannerError as error:
            raise RecomputeError(str(error)) from error
        _wait(FlinkRest(settings.flink), job_id)
        return list(_statistics(settings, registry, answers, counted_before))


@contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    """Runs share one topic by offsets, so that only one may write at a time."""
    settings.home.mkdir(parents=True, exist_ok=True)
    with (settings.home / "recompute.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _ends(settings: Settings, topic: Topic) -> dict[int, int]:
    return ends_of(settings.kafka, [topic])[topic.name]


def _wait(flink: FlinkRest, job_id: str) -> None:
    deadline = time.monotonic() + STALLED_SECONDS
    while time.monotonic() < deadline:
        try:
            state = next((job.state for job in flink.jobs() if job.job_id == job_id), "unknown")
        except httpx.HTTPError as error:
            raise RecomputeError(f"Flink went away during the batch run ({error}); run it again") from error
        if state == "FINISHED":
            return
        if state == "unknown":
            raise RecomputeError(
                "Flink knows the batch run no more: its JobManager was restarted; run it again"
            )
        if state in ("FAILED", "CANCELED"):
            raise RecomputeError(f"the batch run ended as {state}: {flink.root_exception(job_id)}")
        time.sleep(POLL_SECONDS)
    flink.cancel(job_id)
    raise RecomputeError(f"the batch run was not over after {STALLED_SECONDS:.0f} s and was ended")


def _statistics(
    settings: Settings, registry: Registry, topic: Topic, begin: Mapping[int, int]
) -> Iterator[Row]:
    decoder = Decoder(topic.record, registry.schema_of)
    reader = open_reader(settings.kafka, "citybrain-recompute", prefetch_kib=8_192)
    try:
        places = {(topic.name, partition): offset for partition, offset in begin.items()}
        for message in read_to_ends(reader, places):
            yield decoder.decode(message.value() or b"")
    finally:
        reader.close()
