"""What flows on this line? Every topic and every system, declared once. Read this file first."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

HORIZON = timedelta(days=35)
"""How far back a window may be restated; nothing that a restatement needs is deleted sooner."""


@dataclass(frozen=True)
class Topic:
    """One Kafka topic: a name, a typed value, and how long it is kept.

    `key` says what the UTF-8 record key is. Retention goes by arrival time, never by event time.
    """

    name: str
    record: str
    key: str
    partitions: int = 4
    retention: timedelta | None = HORIZON
    compacted: bool = False

    @property
    def config(self) -> dict[str, str]:
        """Broker settings of the topic, as Kafka names them."""
        milliseconds = -1 if self.retention is None else int(self.retention.total_seconds() * 1000)
        return {
            "cleanup.policy": "compact" if self.compacted else "delete",
            "retention.ms": str(milliseconds),
            "message.timestamp.type": "LogAppendTime",
            "min.insync.replicas": "1",
        }


@dataclass(frozen=True)
class Source:
    """A stream of normalized events that windows are made of, and its time policy.

    out_of_orderness: how far behind the newest event an event may come and still be on time.
    step: how often a partial result appears; window: length of the whole window.
    counted_once_in: the entity type of which each event is in exactly one statistic.
    observed: which of the events are observations, as a condition in SQL of the store.
    """

    topic: Topic
    late: Topic
    measure: str
    out_of_orderness: timedelta
    window: timedelta
    counted_once_in: str
    step: timedelta = timedelta(minutes=1)
    observed: str = "1"


@dataclass(frozen=True)
class System:
    """One city system: where its raw records come in, what they become, and what is windowed.

    future_tolerance: an event further ahead of the city clock than this is rejected.
    repeat_span: for how long, in event time, an event_id is remembered.
    tick: the step of the city clock. settle: for how long after its last event a system may still have results.
    """

    slug: str
    name_en: str
    name_zh: str
    raw: Topic
    dead_letters: Topic
    normalized: Topic
    source: Source
    future_tolerance: timedelta
    repeat_span: timedelta
    tick: timedelta = timedelta(minutes=1)
    settle: timedelta = timedelta(0)

    @property
    def windows_its_events(self) -> bool:
        """Whether windows are made of the feed's own events, and not of what a service makes of them."""
        return self.source.topic == self.normalized

    @property
    def archive_only(self) -> Topic:
        """Events that the archive takes in and no window of the stream may see: late, corrected, withdrawn, of the past."""
        return Topic(f"city.{self.slug}.archive-only.v1", self.normalized.record, key="entity_id")

    @property
    def recompute(self) -> Topic:
        """Where archived events are handed to a batch run of the system's windows; they are kept nowhere else."""
        return Topic(
            f"city.{self.slug}.recompute.v1",
            self.source.topic.record,
            key="entity_id",
            retention=timedelta(days=1),
        )


def _raw(slug: str) -> Topic:
    return Topic(f"city.{slug}.raw.v1", "raw_record", key="entity, or feed where one record holds many")


def _dead_letters(slug: str) -> Topic:
    return Topic(f"city.{slug}.raw.v1.dlq", "dead_letter", key="topic-partition-offset-item", partitions=1)


def _late(topic: Topic) -> Topic:
    return Topic(f"{topic.name}.late", "late_event", key="entity_id", partitions=1)


_ROAD_OBSERVATIONS = Topic("city.road.observation.v1", "road_observation", key="entity_id")
_AIR_OBSERVATIONS = Topic("city.air.observation.v1", "air_observation", key="entity_id")
_EMERGENCY_STATUSES = Topic("city.emergency.status.v1", "emergency_status", key="entity_id")
_EMERGENCY_RESPONSES = Topic("city.emergency.response.v1", "emergency_response", key="entity_id")

ROAD = System(
    slug="road",
    name_en="Roads",
    name_zh="智能交通",
    raw=_raw("road"),
    dead_letters=_dead_letters("road"),
    normalized=_ROAD_OBSERVATIONS,
    source=Source(
        topic=_ROAD_OBSERVATIONS,
        late=_late(_ROAD_OBSERVATIONS),
        measure="road.travel_time",
        out_of_orderness=timedelta(seconds=10),
        window=timedelta(minutes=5),
        counted_once_in="link",
        observed="quality != 'withdrawn'",
    ),
    future_tolerance=timedelta(minutes=1),
    repeat_span=timedelta(hours=2),
)

AIR = System(
    slug="air",
    name_en="Air quality",
    name_zh="空气质量",
    raw=_raw("air"),
    dead_letters=_dead_letters("air"),
    normalized=_AIR_OBSERVATIONS,
    source=Source(
        topic=_AIR_OBSERVATIONS,
        late=_late(_AIR_OBSERVATIONS),
        measure="air.concentration",
        # An hour's mean carries the start of its hour and is published up to an hour after its end.
        out_of_orderness=timedelta(hours=1),
        window=timedelta(hours=1),
        counted_once_in="station",
        observed="quality != 'withdrawn'",
    ),
    future_tolerance=timedelta(minutes=1),
    repeat_span=timedelta(hours=72),
)

EMERGENCY = System(
    slug="emergency",
    name_en="Emergency response",
    name_zh="应急处置",
    raw=_raw("emergency"),
    dead_letters=_dead_letters("emergency"),
    normalized=_EMERGENCY_STATUSES,
    source=Source(
        topic=_EMERGENCY_RESPONSES,
        late=_late(_EMERGENCY_RESPONSES),
        measure="emergency.response",
        out_of_orderness=timedelta(minutes=2),
        window=timedelta(hours=1),
        counted_once_in="city",
        observed="outcome NOT IN ('overdue', 'overdue_ended')",
    ),
    future_tolerance=timedelta(minutes=1),
    repeat_span=timedelta(hours=48),
    # An incident that nobody mentions again expires after a day.
    settle=timedelta(hours=25),
)

SYSTEMS: Mapping[str, System] = {system.slug: system for system in (ROAD, AIR, EMERGENCY)}

STATISTICS = Topic("city.statistics.v1", "statistic", key="measure, without what follows a slash in it")
"""Keyed by measure: the judge folds over entities (a city's mean, a roster), so a measure stays in one place.
The parts of a composite (`city.vital_signs/road.tpi_hourly`) stay together."""


def key_of(measure: str) -> str:
    """The key of a statistic."""
    return measure.partition("/")[0]


RECOMPUTED = Topic("city.statistics.recomputed.v1", "statistic", key="measure")
"""Statistics of batch runs over archived events; in the store they take the place of what was measured first."""

LOOKED_INTO = Topic("city.statistics.looked-into.v1", "statistic", key="measure", retention=timedelta(days=1))
"""As `RECOMPUTED`, but only for whoever asked: nothing stores it."""

RESTATEMENTS = Topic(
    "city.registry.restatement.v1", "restatement", key="measure|window_start", partitions=1, retention=HORIZON
)
ALARMS = Topic(
    "city.registry.pipeline-alarm.v1", "pipeline_alarm", key="alarm_id", partitions=1, retention=HORIZON
)
"""What the pipeline says of itself, raised and cleared: not of the city."""

INDICATORS = Topic("city.indicators.v1", "indicator", key="indicator_id|entity_id")
ENTITIES = Topic(
    "city.registry.entity.v1",
    "entity",
    key="system|entity_type|entity_id|valid_from",
    partitions=1,
    retention=None,
    compacted=True,
)
RUNS = Topic("city.registry.run.v1", "run", key="system", partitions=1, retention=None, compacted=True)
DECLARATIONS = Topic(
    "city.registry.indicator.v1",
    "indicator_declaration",
    key="indicator_id",
    partitions=1,
    retention=None,
    compacted=True,
)
TARGET_DECLARATIONS = Topic(
    "city.registry.target.v1",
    "target_declaration",
    key="target_id",
    partitions=1,
    retention=None,
    compacted=True,
)
COUNTS = Topic("city.registry.normalize-count.v1", "normalize_count", key="topic-partition", partitions=1)
SINK_DEAD_LETTERS = Topic("city.sink.v1.dlq", "dead_letter", key="topic-partition-offset-item", partitions=1)
"""What could not be stored: records that no declared schema reads, and rows that the store will never take."""


@dataclass(frozen=True)
class Catalog:
    """Every topic of the line by name."""

    topics: Mapping[str, Topic] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Topic:
        return self.topics[name]


def _all_topics() -> dict[str, Topic]:
    shared = [
        STATISTICS,
        RECOMPUTED,
        LOOKED_INTO,
        RESTATEMENTS,
        ALARMS,
        INDICATORS,
        ENTITIES,
        RUNS,
        DECLARATIONS,
        TARGET_DECLARATIONS,
        COUNTS,
        SINK_DEAD_LETTERS,
    ]
    for system in SYSTEMS.values():
        shared += [
            system.raw,
            system.dead_letters,
            system.normalized,
            system.source.topic,
            system.source.late,
            system.archive_only,
            system.recompute,
        ]
    return {topic.name: topic for topic in shared}


CATALOG = Catalog(_all_topics())
