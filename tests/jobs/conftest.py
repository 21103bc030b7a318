"""SQL on rows from files: given events in, statistics out, in one small Flink of this process."""

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from jobs.ddl import columns, sql_type, watermark
from jobs.planner import JVM_ARGUMENTS
from jobs.queries import statements
from jobs.submit import PLANNER_SETTINGS, views
from schemas.records import schema
from streams.catalog import STATISTICS, SYSTEMS, System
from streams.normalize.normalizer import tick

Rows = list[dict[str, Any]]


@pytest.fixture(scope="session")
def jvm() -> None:
    """The one JVM of the session, asked to compile as the line's own planner does: the best compiler never pays."""
    os.environ.setdefault("JVM_ARGS", JVM_ARGUMENTS)


@pytest.fixture(scope="session")
def table_env(jvm: None) -> Any:
    from pyflink.table import EnvironmentSettings, TableEnvironment

    return TableEnvironment.create(EnvironmentSettings.in_streaming_mode())


@pytest.fixture(scope="session")
def batch_env(jvm: None) -> Any:
    from pyflink.table import EnvironmentSettings, TableEnvironment

    return TableEnvironment.create(EnvironmentSettings.in_batch_mode())


class Question:
    """Runs one system's SQL over given events and answers with the statistics."""

    def __init__(self, table_env: Any, folder: Path, *, batch: bool = False) -> None:
        self._env = table_env
        self._folder = folder
        self._batch = batch
        self._number = 0

    def ask(self, system: System, events: Rows, parallelism: int = 1, *, wall: int | None = None) -> Rows:
        self._number += 1
        given, taken = self._folder / f"in-{self._number}", self._folder / f"out-{self._number}"
        given.mkdir()
        (given / "events.json").write_text(
            "\n".join(json.dumps(_with_sql_times(system, event)) for event in events)
        )
        self._declare(system, given, taken)
        self._env.get_config().set("parallelism.default", str(parallelism))
        asked = statements(system, whole_windows=self._batch, while_open=wall is not None)[0]
        if wall is not None:
            asked = asked.replace("LOCALTIMESTAMP", f"TIMESTAMP '{_iso(wall).replace('T', ' ')}'")
        self._env.execute_sql(asked).wait()
        return [
            _with_epoch_times(json.loads(line))
            for path in sorted(taken.rglob("part-*"))
            for line in path.read_text().splitlines()
        ]

    def plan(self, system: System) -> str:
        self._declare(system, self._folder, self._folder)
        return str(self._env.explain_sql(statements(system)[0]))

    def _declare(self, system: System, given: Path, taken: Path) -> None:
        source = system.source
        for key, value in PLANNER_SETTINGS.items():
            self._env.get_config().set(key, value)
        for name in ("outcomes",):
            self._env.execute_sql(f"DROP TEMPORARY VIEW IF EXISTS {name}")
        for name in ("events", "statistics", "late"):
            self._env.execute_sql(f"DROP TEMPORARY TABLE IF EXISTS {name}")
        body = [
            *columns(source.topic.record),
            "`city_id` AS SPLIT_INDEX(`area_id`, '/', 0)",
            watermark(source),
        ]
        files = "'connector' = 'filesystem', 'format' = 'json', 'json.timestamp-format.standard' = 'ISO-8601'"
        self._env.execute_sql(
            f"CREATE TEMPORARY TABLE events ({', '.join(body)}) WITH ({files}, 'path' = 'file://{given}')"
        )
        self._env.execute_sql(
            f"CREATE TEMPORARY TABLE statistics ({', '.join(columns(STATISTICS.record))}) "
            f"WITH ({files}, 'path' = 'file://{taken}')"
        )
        for view in views(system):
            self._env.execute_sql(view)


@pytest.fixture
def question(table_env: Any, tmp_path: Path) -> Question:
    return Question(table_env, tmp_path)


@pytest.fixture
def batch_question(batch_env: Any, tmp_path: Path) -> Question:
    folder = tmp_path / "batch"
    folder.mkdir()
    return Question(batch_env, folder, batch=True)


@pytest.fixture
def event_of() -> Callable[..., dict[str, Any]]:
    """A blank event of a system with what a test says of it."""

    def make(slug: str, **said: Any) -> dict[str, Any]:
        record = SYSTEMS[slug].source.topic.record
        event = tick(record, said["event_time"], "run")
        return {**event, "source": "test", **said}

    return make


def _with_sql_times(system: System, event: dict[str, Any]) -> dict[str, Any]:
    fields = schema(system.source.topic.record)["fields"]
    times = {field["name"] for field in fields if sql_type(field["type"]).startswith("TIMESTAMP")}
    return {
        name: _iso(value) if name in times and value is not None else value for name, value in event.items()
    }


def _iso(milliseconds: int) -> str:
    return datetime.fromtimestamp(milliseconds / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3]


def _with_epoch_times(row: dict[str, Any]) -> dict[str, Any]:
    times = ("window_start", "window_end", "ingest_time_max")
    return {
        name: int(datetime.fromisoformat(value).replace(tzinfo=UTC).timestamp() * 1000)
        if name in times and value
        else value
        for name, value in row.items()
    }
