"""How do responses meet the line? Decodes statuses, encodes responses, each into the partition it came from."""

from collections.abc import Iterable

import structlog

from schemas.codec import Decoder, Encoder, UndecodableError
from schemas.registry import Registry
from streams.catalog import EMERGENCY
from streams.coding import encoder_of
from streams.dead_letters import DeadLetters
from streams.folds import Output, Record, Service
from streams.keyed_state import KeyedState
from streams.responses.desk import Desk
from streams.service_settings import ServiceSettings

NAME = "responses"
_STATUSES = EMERGENCY.normalized
_RESPONSES = EMERGENCY.source.topic

log = structlog.get_logger(__name__)


def responses_service(settings: ServiceSettings) -> Service:
    """The responses, ready to run. Registers its schemas."""
    registry = Registry(settings.registry_url)
    decoder = Decoder(_STATUSES.record, registry.schema_of)
    encoder = encoder_of(registry, _RESPONSES)
    dead_letters = DeadLetters(registry, stage=NAME)

    def fold(state: KeyedState) -> ResponsesFold:
        return ResponsesFold(Desk(state), decoder, encoder, dead_letters)

    return Service(NAME, (_STATUSES,), fold)


class ResponsesFold:
    """One partition of `city.emergency.status.v1`."""

    def __init__(self, desk: Desk, decoder: Decoder, encoder: Encoder, dead_letters: DeadLetters) -> None:
        self._desk = desk
        self._decoder = decoder
        self._encoder = encoder
        self._dead_letters = dead_letters

    def on_record(self, record: Record) -> Iterable[Output]:
        """Responses of one status or tick; a record that cannot be read goes to the dead letters."""
        if record.value is None:
            return ()
        try:
            status = self._decoder.decode(record.value)
        except UndecodableError as error:
            log.warning("status.rejected", offset=record.offset, error=str(error))
            return (self._dead_letters.output(EMERGENCY, record, "undecodable", str(error)),)
        return [
            Output(
                _RESPONSES.name,
                None if response["entity_id"] is None else response["entity_id"].encode(),
                self._encoder.encode(response),
                # One writer a partition: the tick passed on there speaks for everything before it.
                record.partition,
            )
            for response in self._desk.on_status(status)
        ]
