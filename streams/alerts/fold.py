"""How do alerts meet the line? Decodes what they hang on, encodes what they say, with the headers of CloudEvents.

Rules that are on their topic when the service starts are known before the first value; later ones come as records.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import structlog
from pydantic import ValidationError

from schemas.codec import Decoder, Encoder, UndecodableError
from schemas.registry import Registry
from streams.alerts.alert import NOWHERE, Place
from streams.alerts.engine import Alerts
from streams.alerts.world import Told
from streams.catalog import (
    ALERTS,
    ALERTS_CURRENT,
    CASES,
    COMMANDS,
    INDICATORS,
    JOINT_EVENTS,
    MODES,
    RULES,
    SHIFTS,
    STATISTICS,
)
from streams.cloud_events import Headers, headers_of, time_of
from streams.coding import decoders_of, encoders_of
from streams.commands import command_headers
from streams.dead_letters import DeadLetters
from streams.entities import EntityReader
from streams.folds import Output, Record, Service
from streams.keyed_state import KeyedState
from streams.reading import open_reader, read_to_ends
from streams.service_settings import ServiceSettings
from streams.told import told_of

NAME = "alerts"
SOURCES = (INDICATORS, COMMANDS, CASES, RULES, JOINT_EVENTS, MODES, SHIFTS)
OUTPUTS = (ALERTS, ALERTS_CURRENT, COMMANDS, STATISTICS)

log = structlog.get_logger(__name__)


def alerts_service(settings: ServiceSettings) -> Service:
    """The alerts, ready to run. Registers its schemas, reads the entity registry and the rules."""
    registry = Registry(settings.registry_url)
    decoders, encoders = decoders_of(registry, SOURCES), encoders_of(registry, OUTPUTS)
    dead_letters = DeadLetters(registry, stage=NAME)
    entities = EntityReader(settings.bootstrap, registry)

    def place_of(system: str, entity_type: str, entity_id: str, at_ms: int) -> Place:
        # Asked for once an alert; who was announced before it is known.
        entities.catch_up()
        found = entities.get(system, entity_type, entity_id, at_ms)
        found = found or entities.get("city", entity_type, entity_id, at_ms)
        if found is None:
            return NOWHERE
        return Place(found["name"], found["longitude_deg"], found["latitude_deg"])

    def fold(state: KeyedState) -> AlertsFold:
        alerts = Alerts(state, zone=settings.zone, mode=settings.mode, place_of=place_of)
        made = AlertsFold(alerts, decoders, encoders, dead_letters)
        made.know_rules(rules_there(settings.bootstrap))
        return made

    return Service(NAME, SOURCES, fold, whole=True)


def rules_there(bootstrap: str) -> Iterator[Record]:
    """The records of rules that are on their topic now."""
    reader = open_reader(bootstrap, f"{NAME}-rules")
    try:
        for message in read_to_ends(reader, {(RULES.name, 0): 0}):
            place = (message.topic() or "", message.partition() or 0, message.offset() or 0)
            yield Record(*place, message.key(), message.value(), message.timestamp()[1])
    finally:
        reader.close()


class AlertsFold:
    """All partitions of all sources."""

    def __init__(
        self,
        alerts: Alerts,
        decoders: Mapping[str, Decoder],
        encoders: Mapping[str, Encoder],
        dead_letters: DeadLetters,
    ) -> None:
        self._alerts = alerts
        self._decoders, self._encoders, self._dead_letters = decoders, encoders, dead_letters
        self._taken: Mapping[str, Callable[[Mapping[str, Any]], list[Told]]] = {
            COMMANDS.name: self._alerts.on_command,
            CASES.name: self._alerts.on_case,
            RULES.name: self._alerts.on_rule,
            JOINT_EVENTS.name: self._alerts.on_joint,
            MODES.name: self._alerts.on_mode,
            SHIFTS.name: self._alerts.on_shift,
        }

    def know_rules(self, records: Iterable[Record]) -> None:
        """Take in rules before anything else; what that leads to is told when their records are read in turn."""
        for record in records:
            if record.value is not None:
                try:
                    self._alerts.know_rule(self._decoders[RULES.name].decode(record.value))
                except (UndecodableError, ValidationError) as error:
                    log.warning("rule.rejected", offset=record.offset, error=str(error))

    def on_record(self, record: Record) -> Iterable[Output]:
        """Alerts, and what they ask for. What cannot be read goes to the dead letters of the line."""
        try:
            told = self._told(record)
        except (UndecodableError, ValidationError) as error:
            log.warning("record.rejected", topic=record.topic, offset=record.offset, error=str(error))
            return (self._dead_letters.output(None, record, "undecodable", str(error)),)
        return [self._output(one) for one in told]

    def _told(self, record: Record) -> list[Told]:
        if record.topic == INDICATORS.name:
            return self._of_indicators(record)
        if record.value is None:
            return []
        return self._taken[record.topic](self._decoders[record.topic].decode(record.value))

    def _of_indicators(self, record: Record) -> list[Told]:
        if (mark := told_of(record.key, record.value)) is not None:
            return self._alerts.on_mark(mark, record.partition)
        # Most rows are of indicators without a rule: their key says so, and they are not decoded.
        indicator_id = (record.key or b"").partition(b"|")[0].decode()
        if record.value is None or not self._alerts.has_rule(indicator_id):
            return []
        row = self._decoders[INDICATORS.name].decode(record.value)
        moment = time_of(record.headers)
        return self._alerts.on_row(row, row["window_end"] if moment is None else moment, record.partition)

    def _output(self, told: Told) -> Output:
        if told.record is None:
            return Output(told.topic, told.key.encode(), None)
        value = self._encoders[told.topic].encode(told.record)
        return Output(told.topic, told.key.encode(), value, headers=_headers(told.topic, told.record))


def _headers(topic: str, record: Mapping[str, Any]) -> Headers:
    if topic == COMMANDS.name:
        return command_headers(record)
    return alert_headers(topic, record) if topic in _OF_ALERTS else ()


_OF_ALERTS = (ALERTS.name, ALERTS_CURRENT.name)


def alert_headers(topic: str, record: Mapping[str, Any]) -> Headers:
    """The headers of an alert's record."""
    event_id = f"{record['alert_id']}|{record['sequence']}"
    return headers_of(topic, event_id, record["alert_id"], record["event_time"], record["mode"])
