"""How do cases meet the line? Decodes events and commands, encodes changes, what stands now, and counts."""

from collections.abc import Iterable, Mapping

import structlog

from schemas.codec import Decoder, Encoder, UndecodableError
from schemas.registry import Registry
from streams.cases.desk import CaseDesk, Changed, Gone, Result
from streams.cases.kinds_file import kinds_of_file
from streams.catalog import (
    CASES,
    CASES_CURRENT,
    COMMANDS,
    STATISTICS,
    SYSTEMS,
    System,
    key_of,
    systems_named,
)
from streams.cloud_events import headers_of
from streams.coding import decoders_of, encoders_of
from streams.dead_letters import DeadLetters
from streams.folds import Output, Record, Service
from streams.keyed_state import KeyedState
from streams.service_settings import ServiceSettings
from streams.wall import follows_wall

NAME = "cases"

log = structlog.get_logger(__name__)


def cases_service(settings: ServiceSettings) -> Service:
    """The cases, ready to run. Registers its schemas. Raises KindFileError."""
    kinds = kinds_of_file(settings.case_kinds, settings.zone)
    registry = Registry(settings.registry_url)
    systems = [SYSTEMS[slug] for slug in kinds.systems]
    sources = (*(topic for system in systems for topic in (system.normalized, system.archive_only)), COMMANDS)
    decoders = decoders_of(registry, sources)
    encoders = encoders_of(registry, (CASES, CASES_CURRENT, STATISTICS))
    dead_letters = DeadLetters(registry, stage=NAME)
    line = [system.slug for system in systems_named(settings.systems)]

    def fold(state: KeyedState) -> CasesFold:
        desk = CaseDesk(state, kinds, settings.mode, line=line)
        return CasesFold(desk, systems, decoders, encoders, dead_letters)

    each_second = CasesFold.on_second if follows_wall(settings.mode) else None
    return Service(NAME, sources, fold, whole=True, each_second=each_second)


class CasesFold:
    """All partitions of every system that tells of cases, and the commands."""

    def __init__(
        self,
        desk: CaseDesk,
        systems: Iterable[System],
        decoders: Mapping[str, Decoder],
        encoders: Mapping[str, Encoder],
        dead_letters: DeadLetters,
    ) -> None:
        self._desk = desk
        self._systems = {system.normalized.name: system for system in systems}
        self._late = {system.archive_only.name: system for system in self._systems.values()}
        self._decoders = decoders
        self._encoders = encoders
        self._dead_letters = dead_letters

    def on_record(self, record: Record) -> Iterable[Output]:
        """What an event, a tick or a command leads to; what cannot be read goes to the dead letters."""
        if record.value is None:
            return ()
        late = self._late.get(record.topic)
        system = late or self._systems.get(record.topic)
        try:
            value = self._decoders[record.topic].decode(record.value)
        except UndecodableError as error:
            log.warning("record.rejected", topic=record.topic, offset=record.offset, error=str(error))
            return (self._dead_letters.output(system, record, "undecodable", str(error)),)
        if system is None:
            results = self._desk.on_command(value)
        elif late is not None:
            results = self._desk.on_late(late.slug, value)
        else:
            results = self._desk.on_event(system.slug, record.partition, value)
        return [output for result in results for output in self._outputs(result)]

    def on_second(self, now_ms: int) -> Iterable[Output]:
        """What the clock on the wall leads to, between the ticks."""
        return [output for result in self._desk.on_second(now_ms) for output in self._outputs(result)]

    def _outputs(self, result: Result) -> Iterable[Output]:
        if isinstance(result, Gone):
            return (Output(CASES_CURRENT.name, result.case_id.encode(), None),)
        record = result.record
        if not isinstance(result, Changed):
            key = key_of(record["measure"]).encode()
            return (Output(STATISTICS.name, key, self._encoders[STATISTICS.name].encode(record)),)
        case_id, key = record["case_id"], record["case_id"].encode()
        event_id = f"{record['run_id']}|{case_id}|{record['sequence']}"
        return [
            Output(
                topic.name,
                key,
                self._encoders[topic.name].encode(record),
                headers=headers_of(topic.name, event_id, case_id, record["event_time"], record["mode"]),
            )
            for topic in ((CASES, CASES_CURRENT) if result.current else (CASES,))
        ]
