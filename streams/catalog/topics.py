"""Which topics belong to no single system?"""

from datetime import timedelta

from streams.catalog.declaration import HORIZON, Topic

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
INDICATORS_CURRENT = Topic(
    "city.indicators.current.v1",
    "indicator",
    key="indicator_id|entity_id",
    retention=None,
    compacted=True,
)
"""The newest row of each indicator and entity; each is told on `INDICATORS`, too."""
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
LINE_DEAD_LETTERS = Topic("city.line.v1.dlq", "dead_letter", key="topic-partition-offset-item", partitions=1)
"""Records of no single system (alerts, cases, commands ...) that a service could not read."""

CASES = Topic("city.cases.v1", "case_change", key="case_id", partitions=1)
"""In one partition, so that whoever follows them needs one offset, and sees them in one order."""
CASES_CURRENT = Topic(
    "city.cases.current.v1", "case_change", key="case_id", partitions=1, retention=None, compacted=True
)
"""The newest change of each case; a closed one is deleted from it when it is forgotten."""
ALERTS = Topic("city.alerts.v1", "alert", key="alert_id", partitions=1)
ALERTS_CURRENT = Topic(
    "city.alerts.current.v1", "alert", key="alert_id", partitions=1, retention=None, compacted=True
)
"""The newest change of each alert that is not closed."""
COMMANDS = Topic("city.commands.v1", "command", key="target", partitions=1)
"""What people on duty, and response plans, ask of the line."""
RULES = Topic(
    "city.registry.alert-rule.v1", "alert_rule", key="rule_id", partitions=1, retention=None, compacted=True
)
JOINT_EVENTS = Topic("city.joint-events.v1", "joint_event", key="joint_id", partitions=1)
SHIFTS = Topic("city.shifts.v1", "shift", key="shift_id", partitions=1)
MODES = Topic("city.modes.v1", "city_mode", key="mode_id", partitions=1)
DELIVERIES = Topic("city.deliveries.v1", "delivery", key="receiver|group_key", partitions=1)
"""What became of each message to a receiver outside."""
CAP = Topic("city.cap.v1", "cap_message", key="alert_id", partitions=1)
PUBLIC = Topic(
    "city.public.v1", "public_figure", key="indicator_id|entity_type|entity_id|window_start", partitions=1
)
"""What may leave the centre, in one order."""
