"""What does one raw record become? Pure: events, dead letters and counts out; no Kafka and no clock in sight."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, NamedTuple

from feeds.decoding import WITHDRAWN, Item, Raw, Rejected, RejectReason
from feeds.directory import FEEDS
from schemas.records import schema
from streams.areas import AreaAt, nowhere
from streams.catalog import System
from streams.normalize.enrich import Lookup, enrichment_of
from streams.normalize.places import Placing, outside
from streams.normalize.repeats import RepeatFilter, Seen

DEAD_LETTER_PAYLOAD_BYTES = 900_000
"""A dead letter must fit into a Kafka record with its context; a longer payload is cut and says so."""


class Origin(NamedTuple):
    """Where a raw record was read: topic, partition, offset, and the broker's append time in milliseconds."""

    topic: str
    partition: int
    offset: int
    append_time: int


@dataclass(slots=True)
class Tally:
    """What the records of one feed and run became. decoded = normalized + corrected + repeated + rejected."""

    records: int = 0
    normalized: int = 0
    corrected: int = 0
    repeated: int = 0
    rejected: Counter[str] = field(default_factory=Counter)

    @property
    def decoded(self) -> int:
        return self.normalized + self.corrected + self.repeated + self.rejected.total()


class Outcome(NamedTuple):
    """What to write of a record, in the order of its items; events are complete for their schema.

    `archive_only` events are late, or newer versions of events that were there already: no window of the stream may
    see them. `late` says of each late one which window it missed, and by how much.
    """

    events: list[dict[str, Any]]
    archive_only: list[dict[str, Any]]
    late: list[dict[str, Any]]
    dead_letters: list[dict[str, Any]]


def _blank(avro_type: Any) -> Any:
    if isinstance(avro_type, list):
        return None
    name = avro_type["type"] if isinstance(avro_type, dict) else avro_type
    return {"string": "", "long": 0, "int": 0, "double": 0.0, "map": {}}[name]


def tick(record: str, city_time: int, run_id: str) -> dict[str, Any]:
    """A record that carries the city clock and nothing else; city_time in milliseconds, UTC."""
    blank = {item["name"]: _blank(item["type"]) for item in schema(record)["fields"]}
    now = {"event_time": city_time, "ingest_time": city_time}
    return {**blank, **now, "source": "clock", "quality": "good", "run_id": run_id}


def dead_letter(
    origin: Origin, item: int, rejected: Rejected, raw: Raw | None, payload: bytes
) -> dict[str, Any]:
    """The record of a rejected item; without `raw` the record itself could not be read."""
    cut = len(payload) > DEAD_LETTER_PAYLOAD_BYTES
    message = f"{rejected.message} (payload cut from {len(payload)} bytes)" if cut else rejected.message
    return {
        "dead_letter_id": f"{origin.topic}-{origin.partition}-{origin.offset}-{item}",
        "stage": "normalize",
        "reason": rejected.reason.value,
        "message": message,
        "feed": raw.feed if raw else "",
        "payload": payload[:DEAD_LETTER_PAYLOAD_BYTES],
        "context": dict(raw.context) if raw else {},
        "topic": origin.topic,
        "partition": origin.partition,
        "offset": origin.offset,
        "item": item,
        "ingest_time": raw.ingest_time if raw else origin.append_time,
        "run_id": raw.run_id if raw else "",
    }


def ahead_of_the_clock(event: dict[str, Any], now: int, tolerance_ms: int) -> Rejected | None:
    """Why an event may not be so far ahead of the city clock (epoch milliseconds); None where it is tolerated."""
    ahead_ms = event["event_time"] - now
    if ahead_ms <= tolerance_ms:
        return None
    return Rejected(
        RejectReason.FUTURE_EVENT_TIME,
        f"{event['entity_id']}: event time is {ahead_ms / 1000:.0f} s ahead of the city clock; check the "
        "clock of the device",
    )


class Normalizer:
    """Turns raw records of one system into its events. `lookup` and `area_at` answer from the entity registry."""

    def __init__(self, system: System, lookup: Lookup, area_at: AreaAt = nowhere) -> None:
        self.system = system
        self._lookup = lookup
        self._placing = Placing(system, lookup, area_at)
        self._enrich = enrichment_of(system)
        self._future_ms = system.future_tolerance // timedelta(milliseconds=1)
        self._window_ms = system.source.window // timedelta(milliseconds=1)
        self._delay_ms = system.source.out_of_orderness // timedelta(milliseconds=1)
        self._decoders = {feed.name: feed.decode for feed in FEEDS.values() if feed.system == system.slug}

    def normalize(
        self, origin: Origin, raw: Raw, repeats: RepeatFilter, tally: Tally, city_time: int | None = None
    ) -> Outcome:
        """What to write of one record; counts into `tally`, remembers ids in `repeats`.

        `city_time` is the last tick before it on its partition: what is late is decided here, by the order of one
        partition alone, so that it is the same at every speed. Without it nothing is late.
        """
        outcome = Outcome([], [], [], [])
        tally.records += 1
        for number, item in enumerate(self._decoders.get(raw.feed, self._unknown_feed)(raw)):
            finished = item if isinstance(item, Rejected) else self._finish(item, raw)
            if isinstance(finished, Rejected):
                tally.rejected[finished.reason.value] += 1
                outcome.dead_letters.append(dead_letter(origin, number, finished, raw, raw.payload))
            else:
                self._sort(finished, repeats, outcome, tally, city_time)
        return outcome

    def _sort(
        self,
        event: dict[str, Any],
        repeats: RepeatFilter,
        outcome: Outcome,
        tally: Tally,
        city_time: int | None,
    ) -> None:
        version = event.get("source_version", 0)
        seen = repeats.see(event["run_id"], event["event_id"], event["event_time"], version)
        if seen is Seen.REPEAT:
            tally.repeated += 1
        elif seen is Seen.NEW and event["quality"] != WITHDRAWN:
            tally.normalized += 1
            if city_time is None or not self._add_late(event, city_time, outcome):
                outcome.events.append(event)
        else:
            # What was withdrawn before it came, or longer ago than is remembered, is no event of any window either.
            tally.corrected += 1
            outcome.archive_only.append(event)

    def _add_late(self, event: dict[str, Any], city_time: int, outcome: Outcome) -> bool:
        """Put an event aside whose window is over at a tick; False where it is still open."""
        start = event["event_time"] - event["event_time"] % self._window_ms
        late_by_ms = city_time - self._delay_ms - start - self._window_ms
        if late_by_ms < 0 or not self.system.windows_its_events:
            return False
        outcome.archive_only.append(event)
        outcome.late.append(self._late_event(event, start, late_by_ms))
        return True

    def _late_event(self, event: dict[str, Any], start: int, late_by_ms: int) -> dict[str, Any]:
        """The record of the ledger."""
        copied = ("event_id", "entity_id", "area_id", "event_time", "ingest_time", "source", "run_id")
        return {
            **{name: event[name] for name in copied},
            "measure": self.system.source.measure,
            "window_start": start,
            "window_end": start + self._window_ms,
            "late_by_ms": late_by_ms,
        }

    def _unknown_feed(self, raw: Raw) -> list[Item]:
        return [
            Rejected(RejectReason.UNKNOWN_FEED, f"no feed {raw.feed!r} is declared for {self.system.slug}")
        ]

    def _finish(self, event: dict[str, Any], raw: Raw) -> dict[str, Any] | Rejected:
        event["event_time"] += raw.time_shift_ms
        event["ingest_time"] = raw.ingest_time
        event["source"] = raw.source
        event["run_id"] = raw.run_id
        if (ahead := ahead_of_the_clock(event, raw.ingest_time, self._future_ms)) is not None:
            return ahead
        is_outside = self._placing.place(event)
        rejected = self._enrich(event, self._lookup)
        return (outside(event, rejected) if is_outside else rejected) or event
