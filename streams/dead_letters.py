"""Where does a record go that a service cannot read? To its system's dead letters, bytes and all."""

from schemas.codec import Encoder
from schemas.registry import Registry
from streams.catalog import SYSTEMS, System
from streams.folds import Output, Record


class DeadLetters:
    """Dead letters of one stage."""

    def __init__(self, registry: Registry, *, stage: str) -> None:
        self._stage = stage
        self._encoders = {
            slug: Encoder(
                system.dead_letters.record,
                registry.register(system.dead_letters.name, system.dead_letters.record),
            )
            for slug, system in SYSTEMS.items()
        }

    def output(self, system: System, record: Record, reason: str, message: str) -> Output:
        """The dead letter of a whole record."""
        letter_id = f"{record.topic}-{record.partition}-{record.offset}--1"
        letter = {
            "dead_letter_id": letter_id,
            "stage": self._stage,
            "reason": reason,
            "message": message,
            "feed": "",
            "payload": record.value or b"",
            "context": {"key": (record.key or b"").decode("utf-8", "replace")},
            "topic": record.topic,
            "partition": record.partition,
            "offset": record.offset,
            "item": -1,
            "ingest_time": record.arrived_ms,
            "run_id": "",
        }
        return Output(
            system.dead_letters.name, letter_id.encode(), self._encoders[system.slug].encode(letter)
        )
