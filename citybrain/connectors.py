"""May this line take live feeds, and are their files in order? Asked before anything is started."""

from pathlib import Path

from citybrain.settings import Mode, Settings
from stack.errors import StackError
from streams.deliver.receivers import read_receivers
from streams.ingest.senders import read_senders
from streams.ingest.tls import demand_tls_beyond_this_machine, tls_of
from streams.mqtt.rules import broker_of, read_rules


def check_connectors(settings: Settings, *, simulator: bool) -> None:
    """Do nothing where no connector is set. Raises StackError, or the error of the file that is wrong."""
    wanted = [
        name
        for name, value in (
            ("CITYBRAIN_INGEST_TOKENS", settings.ingest_tokens),
            ("CITYBRAIN_MQTT", settings.mqtt),
        )
        if value
    ]
    if wanted and (simulator or settings.mode is not Mode.LIVE):
        raise StackError(
            f"{' and '.join(wanted)} would bring live feeds into a line that has another clock.",
            "Start a live line with `citybrain up --mode live --no-simulator`, or unset what brings them.",
        )
    if settings.ingest_tokens:
        read_senders(Path(settings.ingest_tokens).expanduser())
        files = [
            str(Path(name).expanduser()) if name else ""
            for name in (settings.ingest_certificate, settings.ingest_key)
        ]
        tls_of(*files)
        demand_tls_beyond_this_machine(settings.ingest_host, settings.ingest_certificate)
    if settings.mqtt:
        broker_of(settings.mqtt)
        if not settings.mqtt_topics:
            raise StackError(
                "CITYBRAIN_MQTT names a broker, but nothing says which of its topics are which feed.",
                "Write the rules into a file and name it in CITYBRAIN_MQTT_TOPICS.",
            )
        read_rules(Path(settings.mqtt_topics).expanduser())
    if settings.receivers:
        for receiver in read_receivers(Path(settings.receivers).expanduser()).receivers:
            receiver.secret()
