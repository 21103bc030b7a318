"""From normalized events to statistics: the real road job, and the same SQL with nothing around it."""

import os
from dataclasses import dataclass
from typing import Any

import httpx

from citybrain.runs import newest_values
from jobs.flink_rest import FlinkRest
from jobs.keeper import LIVE_RUN, job_name
from jobs.planner import Planner, PlannerError
from load_tests.machine import Meter
from load_tests.parts import Bench, until
from load_tests.positions import decoded, record_count
from load_tests.report import Against, Aim, Figure, WrongResultError, demand_equal, rate
from load_tests.stages_ingest import Facts
from load_tests.workload import WINDOW_MS, Workload, scratch_topic
from schemas.registry import Registry
from stack.flink_conf import TASKMANAGER, client_settings, flink_files
from streams.catalog import ROAD, STATISTICS, Topic
from streams.kafka import create_topics

ROUNDS = 2
JOB_SECONDS = 180.0


@dataclass(frozen=True)
class Run:
    """One job over the whole normalized topic."""

    seconds: float
    cpu_seconds: float


def windows(bench: Bench, facts: Facts) -> list[Figure]:
    """How fast are windows made, and how much of it do checkpoints and Kafka on the way out take?

    The real job runs once unmeasured (the JVM is warm then, and the judge has its input), then the same SQL with
    blackhole sinks and without checkpoints, and the real job again, in turn; the faster of each is taken. Planning
    is left out: from when Flink says RUNNING to the last statistic on its topic, or to the end of the bounded job.
    Deploying the tasks, some tenths of a second, is in both.
    """
    workload = facts.workload
    first = _real(bench, workload, STATISTICS)
    facts.statistics = record_count(bench.settings.kafka, STATISTICS)
    bare, real = [], []
    for number in range(ROUNDS):
        bare.append(_bare(bench))
        topic = scratch_topic(f"statistics-{number}", STATISTICS.record)
        create_topics(bench.settings.kafka, [topic])
        real.append(_real(bench, workload, topic, variant=f"copy:{topic.name}"))
        demand_equal(
            "statistics of the repeated job", facts.statistics, record_count(bench.settings.kafka, topic)
        )
    best_bare, best_real = (min(runs, key=lambda run: run.seconds) for runs in (bare, real))
    demand_equal("late events", 0, record_count(bench.settings.kafka, ROAD.source.late))
    limit = rate(
        "windows",
        "the same SQL bare: blackhole, no checkpoints",
        workload.events,
        best_bare.seconds,
        cpu_seconds=best_bare.cpu_seconds,
    )
    return [
        limit,
        rate(
            "windows",
            "normalized events to statistics",
            workload.events,
            best_real.seconds,
            cpu_seconds=best_real.cpu_seconds,
            against=Against("the same SQL bare", limit.value),
            aim=Aim("at least", 0.9),
            details={
                "statistics": facts.statistics,
                "events_per_statistic": round(workload.events / facts.statistics, 1),
                "cold_seconds": first.seconds,
                "bare_seconds": [run.seconds for run in bare],
                "real_seconds": [run.seconds for run in real],
            },
        ),
    ]


def _real(bench: Bench, workload: Workload, topic: Topic, variant: str = "") -> Run:
    """The job as the keeper submits it, until every window is out; checks that they hold every event."""
    with Meter(lambda: {TASKMANAGER: bench.pid_of(TASKMANAGER)}) as meter:
        job_id = _submit(bench, variant, client_settings(bench.settings.home.resolve(), bench.settings.ports))
        # The clock row of the window after the last is the last to come.
        settings, registry, asked = bench.settings, Registry(bench.settings.registry), (topic, "window_start")
        until(
            lambda: (newest_values(settings, registry, [asked])[asked] or 0) >= workload.end,
            JOB_SECONDS,
            f"every window on {topic.name}",
            0.5,
        )
    flink = FlinkRest(bench.settings.flink)
    began = flink.running_since_ms(job_id) / 1000
    flink.cancel(job_id)
    until(
        lambda: not any(job.job_id == job_id and job.is_alive for job in flink.jobs()),
        60,
        "job cancelled",
        0.2,
    )
    rows = list(decoded(settings.kafka, registry, topic))
    _demand_complete(workload, [row for _, row in rows])
    return Run(max(at for at, _ in rows) - began, meter.spent.total)


def _bare(bench: Bench) -> Run:
    with Meter(lambda: {TASKMANAGER: bench.pid_of(TASKMANAGER)}) as meter:
        job_id = _submit(bench, "bare", {})
        job: dict[str, Any] = until(
            lambda: _finished(bench, job_id), JOB_SECONDS, "the bare job finished", 0.1
        )
    if job["state"] != "FINISHED":
        raise WrongResultError(f"the bare job ended as {job['state']}")
    return Run((job["end-time"] - job["timestamps"]["RUNNING"]) / 1000, meter.spent.total)


def _finished(bench: Bench, job_id: str) -> dict[str, Any] | None:
    job: dict[str, Any] = httpx.get(f"{bench.settings.flink}/jobs/{job_id}", timeout=5.0).json()
    return job if job.get("state") in {"FINISHED", "FAILED", "CANCELED"} else None


def _submit(bench: Bench, variant: str, settings: dict[str, str]) -> str:
    """Plan and submit in a process of its own, as the keeper does; returns the job's id."""
    at = bench.settings
    module = ("load_tests.job_variants", variant) if variant else ("jobs.submit",)
    environment = {**bench.part("jobs").env, **_surroundings(bench)}
    submission = {"system": ROAD.slug, "name": job_name(ROAD, LIVE_RUN)}
    with Planner(
        at.kafka, at.registry, at.flink, settings=settings, environment=environment, quiet=True, module=module
    ) as planner:
        try:
            return planner.submit(submission)
        except PlannerError as error:
            raise WrongResultError(str(error)) from error


def _surroundings(bench: Bench) -> dict[str, str]:
    return {**os.environ, **flink_files(bench.settings.home.resolve()).environment}


def _demand_complete(workload: Workload, rows: list[dict[str, Any]]) -> None:
    """Every event is in one window of its link, of its area and of its city."""
    for entity_type in ("link", "area", "city"):
        whole = [row for row in rows if row["entity_type"] == entity_type and row["step"] == 0]
        demand_equal(
            f"events in the windows of every {entity_type}",
            workload.events,
            sum(row["observations"] for row in whole),
        )
    links = sum(row["entity_type"] == "link" and row["step"] == 0 for row in rows)
    if workload.events >= workload.per_second * WINDOW_MS // 1000 * workload.windows:
        demand_equal("link windows", workload.links * workload.windows, links)
