"""Where is the past kept? A recording of raw records, the archive of events in the store, or a topic of events."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from citybrain.player import Envelope, Pace, Player, closing_clocks
from citybrain.restatement import archived
from citybrain.settings import Settings
from citybrain.touched import Window
from citybrain.waiting import query
from feeds.decoding import Raw
from feeds.recording import RecordingError, TimedRaw
from schemas.codec import Decoder
from schemas.registry import Registry
from sinks.tables import tables_of_topics
from streams.areas import AreasOverTime
from streams.catalog import System, Topic
from streams.clock import ticks
from streams.entities import EntityReader
from streams.judge.rows import Row
from streams.kafka import TopicPartition
from streams.normalize.normalizer import Normalizer, Origin, Tally
from streams.normalize.repeats import RepeatFilter
from streams.publishing import publish
from streams.reading import last_records, open_reader, read_to_ends

_AT_ONCE = 10_000
_LAST_RECORDS = 50
"""So many records at the end of a partition are looked at for the newest run: ticks among them belong to one, too."""
_NEWEST_RUN = """
SELECT argMax(run_id, ingest_time) AS run_id, count() AS events FROM {view}
WHERE event_time >= fromUnixTimestamp64Milli({start}) AND event_time < fromUnixTimestamp64Milli({end})
"""


@dataclass
class Recorded:
    """A feed's raw records in the order of their times, and who was there then.

    Times are the recording's own; `shift_ms` moves all of it. `begin` is where its clock starts. Its events are
    archived under the run, beside those of the stream.
    """

    settings: Settings
    system: System
    run_id: str
    feed: str
    source: str
    begin: int
    records: Iterable[TimedRaw]
    entities: Iterable[Mapping[str, Any]]
    shift_ms: int = 0

    def __post_init__(self) -> None:
        if self.system.source.topic != self.system.normalized:
            raise RecordingError(
                f"The windows of {self.system.slug} are made of outcomes of cases, which need the line's own clock.",
                "Play it with `citybrain replay --speed max`; what is archived of it can be backfilled.",
            )
        self._last = self.begin + self.shift_ms

    def announce(self, registry: Registry) -> None:
        """The recording's entities."""
        envelope = Envelope(self.run_id, self.source, self.shift_ms)
        player = Player(self.settings.kafka, registry, envelope, Pace(None))
        player.announce(dict(entity) for entity in self.entities)

    def events(self, entities: EntityReader, tally: Tally) -> Iterator[Row]:
        """As the normalizer would have made them; what is rejected goes to the system's dead letters."""
        registry = Registry(self.settings.registry)
        letters: list[tuple[str, Mapping[str, Any]]] = []
        waiting: list[Row] = []
        for event in self._normalized(entities, tally, letters):
            waiting.append(event)
            if len(waiting) >= _AT_ONCE:
                yield from self._archived(registry, waiting)
                waiting = []
        yield from self._archived(registry, waiting)
        publish(self.settings.kafka, registry, self.system.dead_letters, letters)

    def window_starts(self) -> Iterator[int]:
        """Every window that a tick of a replay would have fallen into, as far as its watermark comes in the end."""
        source = self.system.source
        window_ms = source.window // timedelta(milliseconds=1)
        begin = self.begin + self.shift_ms
        played = [begin, *ticks(self.system, begin, self._last)]
        clock = [*played, *closing_clocks(self.system, played[-1], self.settings.civil_zone)]
        watermark = clock[-1] - source.out_of_orderness // timedelta(milliseconds=1)
        step_ms = source.step // timedelta(milliseconds=1)
        for start in sorted({tick // window_ms * window_ms for tick in clock}):
            if start + step_ms <= watermark:
                yield start

    def _normalized(
        self, entities: EntityReader, tally: Tally, letters: list[tuple[str, Mapping[str, Any]]]
    ) -> Iterator[Row]:
        normalizer = Normalizer(self.system, entities.get, AreasOverTime(entities).area_of)
        repeats = RepeatFilter(self.system.repeat_span)
        for number, record in enumerate(self.records):
            at = record.at + self.shift_ms
            self._last = max(self._last, at)
            context, run_id = record.context, self.run_id
            raw = Raw(self.feed, record.payload, context, at, self.source, run_id, self.shift_ms)
            origin = Origin(f"backfill:{run_id}", 0, number, at)
            outcome = normalizer.normalize(origin, raw, repeats, tally)
            repeats.keep()
            letters += [(letter["dead_letter_id"], letter) for letter in outcome.dead_letters]
            yield from outcome.events

    def _archived(self, registry: Registry, events: list[Row]) -> list[Row]:
        keyed = ((event["entity_id"], event) for event in events)
        publish(self.settings.kafka, registry, self.system.archive_only, keyed)
        return events


@dataclass(frozen=True)
class Kept(ABC):
    """Events of one run in [start, end), milliseconds, as the store or a topic keeps them."""

    settings: Settings
    system: System
    run_id: str
    start: int
    end: int

    def announce(self, registry: Registry) -> None:  # noqa: B027 - as it says
        """Nobody: they were announced when the events came."""

    @abstractmethod
    def events(self, entities: EntityReader, tally: Tally) -> Iterator[Row]:
        """Each once, in no order."""

    def window_starts(self) -> Iterator[int]:
        """Every window of the span, and the one after, whose clock closes the last."""
        window_ms = self.system.source.window // timedelta(milliseconds=1)
        yield from range(self.start // window_ms * window_ms, self.end + window_ms, window_ms)


@dataclass(frozen=True)
class Archived(Kept):
    """What the store keeps."""

    def events(self, entities: EntityReader, tally: Tally) -> Iterator[Row]:  # noqa: ARG002
        """Each once, as the archive's view has them."""
        return archived(self.settings, self.system, [Window(self.start, self.end, self.run_id)])


@dataclass(frozen=True)
class OnTopic(Kept):
    """What the topic of the windows' events keeps."""

    def events(self, entities: EntityReader, tally: Tally) -> Iterator[Row]:  # noqa: ARG002
        """Each once; what is on the topic twice was written again after a crash."""
        seen: set[str] = set()
        for event in _events_of(self.settings, self.system.source.topic):
            is_wanted = event["run_id"] == self.run_id and self.start <= event["event_time"] < self.end
            if is_wanted and event["entity_id"] is not None and event["event_id"] not in seen:
                seen.add(event["event_id"])
                yield event


def newest_run_archived(settings: Settings, system: System, start: int, end: int) -> str | None:
    """The run whose events of a span (milliseconds) came last; None where the archive has none of it."""
    (table,) = tables_of_topics()[system.source.topic.name]
    (found,) = query(settings, _NEWEST_RUN.format(view=table.view, start=start, end=end))
    return str(found["run_id"]) if int(found["events"]) else None


def newest_run_on_topic(settings: Settings, system: System) -> str | None:
    """The run of the newest event on the topic; None where it is empty."""
    topic = system.source.topic
    decoder = Decoder(topic.record, Registry(settings.registry).schema_of)
    reader = open_reader(settings.kafka, "citybrain-backfill")
    try:
        newest = [
            (message.timestamp()[1], decoder.decode(message.value() or b"")["run_id"])
            for partition in range(topic.partitions)
            for message in last_records(reader, topic, partition, _LAST_RECORDS)
        ]
    finally:
        reader.close()
    return max(newest)[1] if newest else None


def _events_of(settings: Settings, topic: Topic) -> Iterator[Row]:
    decoder = Decoder(topic.record, Registry(settings.registry).schema_of)
    reader = open_reader(settings.kafka, "citybrain-backfill", prefetch_kib=8_192)
    try:
        places = {
            (topic.name, number): reader.get_watermark_offsets(
                TopicPartition(topic.name, number), timeout=30.0
            )[0]
            for number in range(topic.partitions)
        }
        for message in read_to_ends(reader, places):
            yield decoder.decode(message.value() or b"")
    finally:
        reader.close()
