"""What is a city system to the line? Its topics, its time policy, and what is counted of its events."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

HORIZON = timedelta(days=35)
"""How far back a window may be restated; nothing that a restatement needs is deleted sooner."""

_COMPACTED_WITHIN_MS = 600_000
"""After so long nothing but the newest of each key is left, so that who begins to read has little to read."""


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
        # A compacted topic that is also kept for a while forgets keys that nobody wrote in that time.
        policy = ["compact"] * self.compacted + ["delete"] * (not self.compacted or milliseconds >= 0)
        return {
            "cleanup.policy": ",".join(policy),
            "retention.ms": str(milliseconds),
            **({"max.compaction.lag.ms": str(_COMPACTED_WITHIN_MS)} if self.compacted else {}),
            "message.timestamp.type": "LogAppendTime",
            "min.insync.replicas": "1",
        }


# By identity: there is one of each.
@dataclass(frozen=True, eq=False)
class Counted:
    """What is counted of the events of a window: the same for each entity, each district and the city.

    question: what the job answers. sums: each additive value to its aggregate over the events, in SQL of the job;
    a name that ends in `_max` or `_min` holds an extreme and is carried on as one. entity: the column that tells the
    entities apart. rolled_up: whether districts and city are counted, too; where not, the judge folds them.
    """

    question: str
    sums: Mapping[str, str]
    entity: str = "entity_id"
    rolled_up: bool = True


@dataclass(frozen=True)
class Source:
    """A stream of normalized events that windows are made of, and its time policy.

    out_of_orderness: how far the city clock may be past the end of a window for its events still to be on time.
    step: how often a partial result appears; window: length of the whole window.
    counted_once_in: the entity type of which each event is in exactly one statistic.
    observed: which of the events are observations, as a condition in SQL of the store.
    counted: what is counted of them, None where the system's own SQL says so.
    """

    topic: Topic
    late: Topic
    measure: str
    out_of_orderness: timedelta
    window: timedelta
    counted_once_in: str
    step: timedelta = timedelta(minutes=1)
    observed: str = "1"
    counted: Counted | None = None


@dataclass(frozen=True)
class System:
    """One city system: where its raw records come in, what they become, and what is windowed.

    future_tolerance: an event further ahead of the city clock than this is rejected.
    repeat_span: for how long, in event time, an event_id is remembered.
    known: attributes that the registry puts on every event, for a system whose events are of known entities only.
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
    known: tuple[str, ...] = ()
    tick: timedelta = timedelta(minutes=1)
    settle: timedelta = timedelta(0)

    @property
    def windows_its_events(self) -> bool:
        """Whether windows are made of the feed's own events, and not of what a service makes of them."""
        return self.source.topic == self.normalized

    @property
    def events_view(self) -> str:
        """The view of the store that shows its events."""
        return f"events_{self.slug.replace('-', '_')}"

    @property
    def archive_only(self) -> Topic:
        """Events that the archive takes in and no window of the stream may see: late, corrected, withdrawn, of the past."""
        return Topic(f"city.{self.slug}.archive-only.v1", self.normalized.record, key="entity_id")

    @property
    def current(self) -> Topic:
        """The last known event of each entity; of one that is silent for as long as events are kept, nothing."""
        return Topic(f"city.{self.slug}.current.v1", self.normalized.record, key="entity_id", compacted=True)

    @property
    def recompute(self) -> Topic:
        """Where archived events are handed to a batch run of the system's windows; they are kept nowhere else."""
        return Topic(
            f"city.{self.slug}.recompute.v1",
            self.source.topic.record,
            key="entity_id",
            retention=timedelta(days=1),
        )


def raw_topic(slug: str) -> Topic:
    """Where a system's feeds send their bytes."""
    return Topic(
        f"city.{slug}.raw.v1",
        "raw_record",
        key="entity; feed where one record holds many, and of live records",
    )


def dead_letter_topic(slug: str) -> Topic:
    """Where its rejected items go."""
    return Topic(f"city.{slug}.raw.v1.dlq", "dead_letter", key="topic-partition-offset-item", partitions=1)


def late_topic(topic: Topic) -> Topic:
    """The ledger of what came too late for a topic's windows."""
    return Topic(f"{topic.name}.late", "late_event", key="entity_id", partitions=1)


def of_own_events(
    slug: str,
    names: tuple[str, str],
    noun: str,
    *,
    measure: str,
    finest: str,
    window: timedelta,
    out_of_orderness: timedelta,
    counted: Counted,
    repeat_span: timedelta,
    known: tuple[str, ...] = (),
    future_tolerance: timedelta = timedelta(minutes=1),
) -> System:
    """A system whose windows are made of its feeds' own events; `names` are English and Chinese.

    noun: what an event is; it names the record and the topic. finest: the entity type that events belong to.
    """
    events = Topic(f"city.{slug}.{noun}.v1", f"{slug.replace('-', '_')}_{noun}", key="entity_id")
    return System(
        slug=slug,
        name_en=names[0],
        name_zh=names[1],
        raw=raw_topic(slug),
        dead_letters=dead_letter_topic(slug),
        normalized=events,
        source=Source(
            topic=events,
            late=late_topic(events),
            measure=measure,
            out_of_orderness=out_of_orderness,
            window=window,
            counted_once_in=finest,
            observed="quality != 'withdrawn'",
            counted=counted,
        ),
        future_tolerance=future_tolerance,
        repeat_span=repeat_span,
        known=known,
    )
