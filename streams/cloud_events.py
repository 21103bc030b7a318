"""How does a record say what it is to somebody who has not read it? CloudEvents 1.0 in Kafka's binary mode.

Kafka Protocol Binding for CloudEvents 1.0.2, section 3.2: each attribute is a header with the prefix `ce_`, the
media type of the value is the header `content-type`, and the value is the data alone.
"""

from datetime import UTC, datetime

_AVRO = ("content-type", b"application/avro")
_VERSION = ("ce_specversion", b"1.0")
_TIME = "ce_time"

Headers = tuple[tuple[str, bytes], ...]


def headers_of(topic: str, event_id: str, subject: str, time_ms: int, mode: str) -> Headers:
    """The headers of one record.

    `event_id` tells it from every other of the topic and is the same when it is written again; `subject` is what it
    is about; `time_ms` is the moment of the city that it speaks of, epoch milliseconds.
    """
    return (
        _AVRO,
        _VERSION,
        ("ce_type", topic.encode()),
        ("ce_source", b"/citybrain/" + mode.encode()),
        ("ce_id", event_id.encode()),
        ("ce_subject", subject.encode()),
        (_TIME, _rfc3339(time_ms)),
    )


def time_of(headers: Headers) -> int | None:
    """The moment that a record speaks of, epoch milliseconds; None where its headers do not say."""
    for name, value in headers:
        if name == _TIME:
            return round(datetime.fromisoformat(value.decode()).timestamp() * 1000)
    return None


def _rfc3339(time_ms: int) -> bytes:
    at = datetime.fromtimestamp(time_ms / 1000, UTC)
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z").encode()
