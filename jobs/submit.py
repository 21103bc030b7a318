"""How does a job reach the cluster? The one owner of PyFlink: plans the SQL in its JVM and submits it, then ends."""

import argparse
import json
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jobs.ddl import Bounds, KafkaAddress, sink_table, source_table
from jobs.queries import FIRST, Version, statements
from streams.catalog import LOOKED_INTO, RECOMPUTED, STATISTICS, SYSTEMS, System


@dataclass(frozen=True)
class Submission:
    """One job to start: its system, its name on the cluster, and where it goes on from.

    restore: address of a checkpoint, or None to start at `start_offsets` (partition to offset), or at the beginning.
    end_offsets: where a batch run over the system's `recompute` topic ends. Only whole windows come of it, and
    nothing is late. It writes to `RECOMPUTED`, or to `LOOKED_INTO` when its results are not to be kept.
    `parallelism` is that of a batch run; a stream has one subtask. version: what its statistics replace.
    while_open: of a window that is over on the wall tell nothing but the whole result.
    """

    system: str
    name: str
    restore: str | None = None
    start_offsets: Mapping[int, int] | None = None
    end_offsets: Mapping[int, int] | None = None
    parallelism: int = 1
    keep: bool = True
    version: Version = FIRST
    while_open: bool = False

    @property
    def is_batch(self) -> bool:
        """Whether it ends by itself."""
        return self.end_offsets is not None


# An idle source together with two-phase aggregation loses on-time events unseen; tests/jobs pins both.
PLANNER_SETTINGS = {
    # PyFlink would take the number of cores. With one subtask the rows of a window come before its clock row.
    "parallelism.default": "1",
    "table.exec.source.idle-timeout": "0",
    "table.optimizer.agg-phase-strategy": "ONE_PHASE",
    "table.local-time-zone": "UTC",
    "table.exec.sink.not-null-enforcer": "ERROR",
}


AT_ONCE = 2
"""A submission waits for the cluster as long as it was planned: more at once only wait for each other."""


def job_group(system: System) -> str:
    """Consumer group under which a job reports how far it has read."""
    return f"jobs-{system.slug}"


@dataclass(frozen=True)
class Cluster:
    """Where jobs run and what they read. settings: what each job asks of Flink, checkpoints above all."""

    bootstrap: str
    registry_url: str
    rest_url: str
    settings: Mapping[str, str]


def submit(submission: Submission, cluster: Cluster) -> str:
    """Plan and submit one job; returns its id. Errors of the planner and the cluster pass through."""
    from pyflink.table import EnvironmentSettings, TableEnvironment

    system = SYSTEMS[submission.system]
    mode = EnvironmentSettings.in_batch_mode if submission.is_batch else EnvironmentSettings.in_streaming_mode
    table_env = TableEnvironment.create(mode())
    for key, value in _settings(submission, cluster).items():
        table_env.get_config().set(key, value)
    for table in _tables(submission, system, KafkaAddress(cluster.bootstrap, cluster.registry_url)):
        table_env.execute_sql(table)
    for view in views(system):
        table_env.execute_sql(view)
    together = table_env.create_statement_set()
    asked = statements(
        system,
        submission.version,
        whole_windows=submission.is_batch,
        while_open=submission.while_open,
    )
    for statement in asked:
        together.add_insert_sql(statement)
    job = together.execute().get_job_client()
    return str(job.get_job_id())


def _settings(submission: Submission, cluster: Cluster) -> dict[str, str]:
    host, port = cluster.rest_url.removeprefix("http://").split(":")
    settings = {
        **cluster.settings,
        **PLANNER_SETTINGS,
        "execution.target": "remote",
        "rest.address": host,
        "rest.port": port,
        "pipeline.name": submission.name,
    }
    if submission.is_batch:
        settings["parallelism.default"] = str(submission.parallelism)
    if submission.restore:
        settings["execution.state-recovery.path"] = submission.restore
    return settings


def _tables(submission: Submission, system: System, kafka: KafkaAddress) -> tuple[str, ...]:
    bounds = Bounds(submission.start_offsets, submission.end_offsets)
    source, group = system.source, job_group(system)
    if submission.is_batch:
        return (
            source_table(
                "events", source, kafka, f"{group}-recompute", bounds=bounds, topic=system.recompute
            ),
            sink_table("statistics", RECOMPUTED if submission.keep else LOOKED_INTO, "measure", kafka),
        )
    return (
        source_table("events", source, kafka, group, bounds=bounds),
        sink_table("statistics", STATISTICS, "measure", kafka),
        sink_table("late", source.late, "entity_id", kafka),
    )


def views(system: System) -> tuple[str, ...]:
    """Views that a system's SQL reads beside `events`."""
    path = Path(__file__).parent / "sql" / f"{system.slug}.views.sql"
    if not path.exists():
        return ()
    text = "\n".join(
        line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("--")
    )
    return tuple(part.strip() for part in text.split(";") if part.strip())


def _warm_up() -> None:
    """Start PyFlink's JVM and load the planner before there is anything to submit: that is most of the time."""
    from pyflink.table import EnvironmentSettings, TableEnvironment

    table_env = TableEnvironment.create(EnvironmentSettings.in_streaming_mode())
    table_env.execute_sql("CREATE TEMPORARY TABLE nothing (n INT) WITH ('connector' = 'blackhole')")
    table_env.explain_sql("INSERT INTO nothing SELECT 1")


def _answer(item: Mapping[str, Any], cluster: Cluster) -> None:
    """Submit one job, and write what became of it as a line of JSON."""
    try:
        told = {"job_id": submit(_submission(item), cluster)}
    except Exception as error:  # noqa: BLE001  (whatever the planner or the cluster says, the next job is planned)
        told = {"error": _last_cause(error)}
    line = json.dumps({"system": item["system"], **told})
    # In one piece, for the other thread writes, too.
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _offsets(given: Mapping[str, int] | None) -> dict[int, int] | None:
    return {int(partition): offset for partition, offset in given.items()} if given else None


def main() -> None:
    """Read submissions from standard input, JSON a line; write one `{"system", "job_id"}` or `{"system", "error"}` line for each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bootstrap", required=True)
    parser.add_argument("--registry", required=True)
    parser.add_argument("--rest", required=True)
    parser.add_argument("--settings", type=json.loads, default={})
    given = parser.parse_args()
    cluster = Cluster(given.bootstrap, given.registry, given.rest, given.settings)
    _warm_up()
    with ThreadPoolExecutor(AT_ONCE) as planning:
        for line in sys.stdin:
            planning.submit(_answer, json.loads(line), cluster)


def _submission(item: Mapping[str, Any]) -> Submission:
    return Submission(
        item["system"],
        item["name"],
        item.get("restore"),
        _offsets(item.get("start_offsets")),
        _offsets(item.get("end_offsets")),
        item.get("parallelism", 1),
        item.get("keep", True),
        Version(item.get("generation", 0), item.get("since")),
        item.get("while_open", False),
    )


def _last_cause(error: Exception) -> str:
    """What Java, at the bottom of its trace, or Python says."""
    lines = str(error).splitlines() or [type(error).__name__]
    causes = [line for line in lines if line.startswith("Caused by: ")]
    return causes[-1].removeprefix("Caused by: ") if causes else lines[0]


if __name__ == "__main__":
    main()
