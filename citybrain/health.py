"""How is the line? Parts, lags, rates and ages, gathered once for `status` and for scripts."""

import time
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from typing import Any

from citybrain.accounting import raised
from citybrain.runs import newest_values
from citybrain.settings import Settings
from citybrain.waiting import (
    ALERTS_GROUP,
    CASES_GROUP,
    DELIVER_GROUP,
    JUDGE_GROUP,
    NORMALIZE_GROUP,
    RESPONSES_GROUP,
    SINK_GROUP,
    SITUATIONS_GROUP,
    case_topics,
)
from jobs.bookkeeping import Bookkeeping
from jobs.submit import job_group
from schemas.registry import Registry
from sinks.query import QueryError
from sinks.tables import tables_of_topics
from stack.flink_conf import flink_files
from stack.state import read_state
from streams.catalog import (
    ALERTS,
    CASES,
    CATALOG,
    COMMANDS,
    EMERGENCY,
    INDICATORS,
    JOINT_EVENTS,
    MODES,
    RULES,
    SHIFTS,
    STATISTICS,
    Topic,
)
from streams.kafka import KafkaException
from streams.offsets import ends_of, lags

RATE_SECONDS = 1.0
TIME_FIELDS = {"statistic": "window_end", "indicator": "window_end", "raw_record": "ingest_time"}


@dataclass
class PartHealth:
    """One part: its state in the supervisor's words, since when (epoch seconds), and its restarts."""

    name: str
    state: str
    since: float
    restarts: int
    pid: int | None
    last_exit: str | None


@dataclass
class Health:
    """The line at one moment. Times are epoch milliseconds, ages and rates in seconds and events a second.

    `alarms` of the pipeline itself are raised now; None while the store does not say.
    """

    running: bool
    mode: str = ""
    started_at: float = 0.0
    parts: list[PartHealth] = field(default_factory=list)
    stopped_jobs: dict[str, str] = field(default_factory=dict)
    alarms: int | None = None
    lag: dict[str, int] = field(default_factory=dict)
    events_per_second: dict[str, float] = field(default_factory=dict)
    newest_event_time: dict[str, int | None] = field(default_factory=dict)
    newest_indicator_age_seconds: float | None = None
    problem: str = ""

    def as_dict(self) -> dict[str, Any]:
        """For `status --json`."""
        return asdict(self)

    @property
    def is_well(self) -> bool:
        """Whether every part is up, every job may run, and every event is accounted for."""
        return (
            self.running
            and not self.stopped_jobs
            and all(part.state in {"ready", "done"} for part in self.parts)
        )


def consumer_groups(settings: Settings) -> dict[str, list[Topic]]:
    """Each consumer group of the line and the topics that it reads."""
    systems = settings.chosen
    groups = {
        NORMALIZE_GROUP: [system.raw for system in systems],
        RESPONSES_GROUP: [EMERGENCY.normalized],
        CASES_GROUP: [*case_topics(settings), COMMANDS],
        JUDGE_GROUP: [STATISTICS],
        ALERTS_GROUP: [INDICATORS, COMMANDS, CASES, RULES, JOINT_EVENTS, MODES, SHIFTS],
        SITUATIONS_GROUP: [ALERTS, CASES, COMMANDS],
        DELIVER_GROUP: [ALERTS, COMMANDS],
        SINK_GROUP: [CATALOG[name] for name in tables_of_topics()],
    }
    groups = {name: topics for name, topics in groups.items() if name not in settings.left_out}
    return groups | {job_group(system): [system.source.topic] for system in systems}


def examine(settings: Settings) -> Health:
    """Look at the line in this settings' home. A part that is away leaves its figures out and is named."""
    state = read_state(settings.home)
    if state is None or not state.running:
        return Health(
            running=False, problem=f"no line runs in {settings.home}; start one with `citybrain up`"
        )
    health = Health(
        running=True,
        mode=state.mode,
        started_at=state.started_at,
        parts=[
            PartHealth(part.name, part.state, part.since, part.restarts, part.pid, part.last_exit)
            for part in state.parts
        ],
        stopped_jobs=Bookkeeping(flink_files(settings.home).book).stopped(),
    )
    with suppress(QueryError):
        health.alarms = raised(settings)
    try:
        _look_at_kafka(settings, health)
    except KafkaException as error:
        health.problem = f"Kafka at {settings.kafka} does not answer: {error}"
    except Exception as error:  # noqa: BLE001  (a status that fails tells nothing; the reason is shown instead)
        health.problem = f"the registry or a topic does not answer: {error}"
    return health


def _look_at_kafka(settings: Settings, health: Health) -> None:
    topics = [*(system.normalized for system in settings.chosen), STATISTICS, INDICATORS]
    before, began = ends_of(settings.kafka, topics), time.monotonic()
    health.lag = lags(settings.kafka, consumer_groups(settings))
    time.sleep(max(0.0, RATE_SECONDS - (time.monotonic() - began)))
    after, seconds = ends_of(settings.kafka, topics), time.monotonic() - began
    for topic in topics:
        grown = sum(after[topic.name].values()) - sum(before[topic.name].values())
        health.events_per_second[topic.name] = round(grown / seconds, 1)
    times = {topic: TIME_FIELDS.get(topic.record, "event_time") for topic in topics}
    newest = newest_values(
        settings, Registry(settings.registry), [*times.items(), (INDICATORS, "computed_at")]
    )
    health.newest_event_time = {topic.name: newest[topic, field] for topic, field in times.items()}
    computed = newest[INDICATORS, "computed_at"]
    if computed is not None:
        health.newest_indicator_age_seconds = round(time.time() - computed / 1000, 1)
