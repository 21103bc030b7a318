"""Where does a record go that a service cannot read? To its system's or the line's dead letters, bytes and all."""

from schemas.registry import Registry
from streams.catalog import LINE_DEAD_LETTERS, SYSTEMS, System
from streams.coding import encoders_of
from streams.folds import Output, Record


class DeadLetters:
    """Dead letters of one stage."""

    def __init__(self, registry: Registry, *, stage: str) -> None:
        self._stage = stage
        topics = (LINE_DEAD_LETTERS, *(system.dead_letters for system in SYSTEMS.values()))
        self._encoders = encoders_of(registry, topics)

    def output(self, system: System | None, record: Record, reason: str, message: str) -> Output:
        """The dead letter of a whole record; without a system it is the line's."""
        topic = LINE_DEAD_LETTERS if system is None else system.dead_letters
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
        return Output(topic.name, letter_id.encode(), self._encoders[topic.name].encode(letter))
