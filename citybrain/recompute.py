"""What do archived events say, counted again? A short batch run of a system's own SQL on the warm cluster."""

import fcntl
import json
import os
import subprocess
import sys
import time
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import httpx

from citybrain.settings import Settings
from jobs.flink_rest import FlinkRest
from schemas.codec import Decoder
from schemas.registry import Registry
from stack.flink_conf import flink_files
from streams.catalog import LOOKED_INTO, RECOMPUTED, System, Topic
from streams.kafka import end_offsets
from streams.publishing import publish
from streams.reading import open_reader, read_to_ends

SUBMIT_SECONDS = 180.0
STALLED_SECONDS = 600.0
POLL_SECONDS = 0.2

Row = dict[str, Any]


class RecomputeError(RuntimeError):
    """The batch run did not come to its end; says why and what to do."""


def recomputed(
    settings: Settings, system: System, events: Iterable[Row], *, parallelism: int = 1, keep: bool = True
) -> list[Row]:
    """Statistics of whole windows, counted from these events by the SQL of the stream.

    The events need all fields of their record; their order does not matter. What is counted goes to
    `city.statistics.recomputed.v1`, and from there into the store in place of what was counted first; unless it is
    not to be kept.
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
        _run(settings, {"system": system.slug, "name": name, **asked})
        return list(_statistics(settings, registry, answers, counted_before))


@contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    """Runs share one topic by offsets, so that only one may write at a time."""
    settings.home.mkdir(parents=True, exist_ok=True)
    with (settings.home / "recompute.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _ends(settings: Settings, topic: Topic) -> dict[int, int]:
    reader = open_reader(settings.kafka, "citybrain-recompute")
    try:
        return end_offsets(reader, topic)
    finally:
        reader.close()


def _run(settings: Settings, submission: Mapping[str, Any]) -> None:
    """Submit a batch run and return when it has finished."""
    command = [sys.executable, "-m", "jobs.submit", "--bootstrap", settings.kafka]
    command += ["--registry", settings.registry, "--rest", settings.flink]
    environment = {**os.environ, **flink_files(settings.home.resolve()).environment}
    try:
        done = subprocess.run(
            command,
            input=json.dumps([submission]),
            capture_output=True,
            text=True,
            timeout=SUBMIT_SECONDS,
            env=environment,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise RecomputeError(
            f"the batch run could not be submitted in {SUBMIT_SECONDS:.0f} s; is Flink up? `citybrain status`"
        ) from error
    answers = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    if done.returncode or not answers:
        last = "\n".join(done.stderr.strip().splitlines()[-5:])
        raise RecomputeError(f"the batch run could not be submitted:\n{last}")
    _wait(FlinkRest(settings.flink), answers[0]["job_id"])


def _wait(flink: FlinkRest, job_id: str) -> None:
    deadline = time.monotonic() + STALLED_SECONDS
    while time.monotonic() < deadline:
        try:
            state = next((job.state for job in flink.jobs() if job.job_id == job_id), "unknown")
        except httpx.HTTPError as error:
            raise RecomputeError(f"Flink went away during the batch run ({error}); run it again") from error
        if state == "FINISHED":
            return
        if state in ("FAILED", "CANCELED", "unknown"):
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
