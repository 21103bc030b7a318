"""What does one raw record become? Pure: events, dead letters and counts out; no Kafka and no clock in sight."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from feeds.decoding import Item, Raw, Rejected, RejectReason
from feeds.directory import FEEDS
from schemas.records import schema
from streams.catalog import System
from streams.normalize.enrich import ENRICH, Lookup
from streams.normalize.repeats import RepeatFilter

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
    """What the records of one feed and run became. decoded = normalized + repeated + rejected."""

    records: int = 0
    normalized: int = 0
    repeated: int = 0
    rejected: Counter[str] = field(default_factory=Counter)

    @property
    def decoded(self) -> int:
        return self.normalized + self.repeated + self.rejected.total()


class Outcome(NamedTuple):
    """Events to write (each complete for its schema) and dead letters, in the order of the record's items."""

    events: list[dict[str, Any]]
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


class Normalizer:
    """Turns raw records of one system into its events. `lookup` answers from the entity registry."""

    def __init__(self, system: System, lookup: Lookup) -> None:
        self.system = system
        self._lookup = lookup
        self._enrich = ENRICH[system.slug]
        self._future_ms = int(system.future_tolerance.total_seconds() * 1000)
        self._decoders = {feed.name: feed.decode for feed in FEEDS.values() if feed.system == system.slug}

    def normalize(self, origin: Origin, raw: Raw, repeats: RepeatFilter, tally: Tally) -> Outcome:
        """Events and dead letters of one record; counts into `tally`, remembers ids in `repeats`."""
        outcome = Outcome([], [])
        tally.records += 1
        for number, item in enumerate(self._decoders.get(raw.feed, self._unknown_feed)(raw)):
            finished = item if isinstance(item, Rejected) else self._finish(item, raw)
            if isinstance(finished, Rejected):
                tally.rejected[finished.reason.value] += 1
                outcome.dead_letters.append(dead_letter(origin, number, finished, raw, raw.payload))
            elif repeats.is_repeat(raw.run_id, finished["event_id"], finished["event_time"]):
                tally.repeated += 1
            else:
                tally.normalized += 1
                outcome.events.append(finished)
        return outcome

    def _unknown_feed(self, raw: Raw) -> list[Item]:
        return [
            Rejected(RejectReason.UNKNOWN_FEED, f"no feed {raw.feed!r} is declared for {self.system.slug}")
        ]

    def _finish(self, event: dict[str, Any], raw: Raw) -> dict[str, Any] | Rejected:
        event["event_time"] += raw.time_shift_ms
        event["ingest_time"] = raw.ingest_time
        event["source"] = raw.source
        event["run_id"] = raw.run_id
        ahead_ms = event["event_time"] - raw.ingest_time
        if ahead_ms > self._future_ms:
            return Rejected(
                RejectReason.FUTURE_EVENT_TIME,
                f"{event['entity_id']}: event time is {ahead_ms / 1000:.0f} s ahead of the city clock; check the "
                "clock of the device",
            )
        return self._enrich(event, self._lookup) or event
