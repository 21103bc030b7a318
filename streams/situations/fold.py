"""How do situations meet the line? Decodes alerts, cases and commands; encodes joint events, modes and shifts."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import structlog

from schemas.codec import Decoder, Encoder, UndecodableError
from schemas.registry import Registry
from streams.catalog import ALERTS, CASES, COMMANDS, JOINT_EVENTS, MODES, SHIFTS, Topic
from streams.cloud_events import headers_of
from streams.coding import decoders_of, encoders_of
from streams.dead_letters import DeadLetters
from streams.folds import Output, Record, Service
from streams.keyed_state import KeyedState
from streams.service_settings import ServiceSettings
from streams.situations.declared import DEFAULT_FOLDER, read_operations
from streams.situations.situations import Situations, Told

NAME = "situations"
SOURCES = (ALERTS, CASES, COMMANDS)
_IDS: Mapping[str, str] = {
    JOINT_EVENTS.name: "joint_id",
    MODES.name: "mode_id",
    SHIFTS.name: "shift_id",
}

log = structlog.get_logger(__name__)


def situations_service(settings: ServiceSettings) -> Service:
    """The situations, ready to run. Registers its schemas. Raises OperationsError for a wrong declaration."""
    registry = Registry(settings.registry_url)
    decoders = decoders_of(registry, SOURCES)
    encoders = encoders_of(registry, (JOINT_EVENTS, MODES, SHIFTS))
    dead_letters = DeadLetters(registry, stage=NAME)
    declared = read_operations(Path(settings.operations) if settings.operations else DEFAULT_FOLDER)
    zone = ZoneInfo(settings.zone)

    def fold(state: KeyedState) -> SituationsFold:
        return SituationsFold(Situations(state, declared, zone), decoders, encoders, dead_letters)

    return Service(NAME, SOURCES, fold, whole=True)


class SituationsFold:
    """All of the city."""

    def __init__(
        self,
        situations: Situations,
        decoders: Mapping[str, Decoder],
        encoders: Mapping[str, Encoder],
        dead_letters: DeadLetters,
    ) -> None:
        self._decoders = decoders
        self._encoders = encoders
        self._dead_letters = dead_letters
        self._on: Mapping[str, Callable[[Mapping[str, Any]], list[Told]]] = {
            ALERTS.name: situations.on_alert,
            CASES.name: situations.on_case,
            COMMANDS.name: situations.on_command,
        }

    def on_record(self, record: Record) -> Iterable[Output]:
        """What one record leads to; one that cannot be read goes to the dead letters."""
        if record.value is None:
            return ()
        try:
            told = self._on[record.topic](self._decoders[record.topic].decode(record.value))
        except UndecodableError as error:
            log.warning("change.rejected", topic=record.topic, offset=record.offset, error=str(error))
            return (self._dead_letters.output(None, record, "undecodable", str(error)),)
        return [self._output(topic, row) for topic, row in told]

    def _output(self, topic: Topic, row: Mapping[str, Any]) -> Output:
        name = str(row[_IDS[topic.name]])
        version = row.get("sequence", row["change"])
        headers = headers_of(topic.name, f"{name}|{version}", name, row["event_time"], row["mode"])
        return Output(topic.name, name.encode(), self._encoders[topic.name].encode(row), headers=headers)
