"""Which payload does a CloudEvent carry, and what does it say of itself? CloudEvents 1.0 over HTTP, all three modes.

Binary mode: the body is the payload and `ce-*` headers are the attributes. Structured mode: the body is
`application/cloudevents+json`, with the payload under `data` or `data_base64`. The attributes of the standard go to
the record's context under their header names (`ce-type`), those of an extension under their own names, so that a
sender can give what a decoder asks the transport for (`station`). Batched mode: the body is a JSON array of events as in
structured mode, `application/cloudevents-batch+json`.
"""

import base64
import binascii
import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple
from urllib.parse import unquote

import orjson

from feeds.civil_time import instant_with_offset
from feeds.decoding import UnfitError, shown

STRUCTURED = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"
FAMILY = "application/cloudevents"
VERSION = "1.0"
EVENTS_MAX = 1_000
"""Of one batch."""
ATTRIBUTES_MAX = 32
ATTRIBUTE_BYTES_MAX = 1_024
_PREFIX = "ce-"
_REQUIRED = ("id", "source", "type")
_OF_THE_STANDARD = frozenset({*_REQUIRED, "time", "subject", "dataschema", "datacontenttype", "specversion"})
_NAME = re.compile(r"[a-z0-9]{1,64}", re.ASCII)


class Unwrapped(NamedTuple):
    """The payload, and what goes into the context of its record."""

    payload: bytes
    context: dict[str, str]


class CloudEventError(ValueError):
    """It says that it is a CloudEvent and is none; says why."""


def is_binary(header_names: Iterable[str]) -> bool:
    """Whether a request is a CloudEvent in binary mode, by its headers."""
    return any(name.lower().startswith(_PREFIX) for name in header_names)


def of_binary(headers: Iterable[tuple[str, str]], body: bytes) -> Unwrapped:
    """The event of headers and body. Raises CloudEventError."""
    attributes: dict[str, object] = {}
    for name, value in headers:
        attribute = name.lower().removeprefix(_PREFIX)
        if not name.lower().startswith(_PREFIX):
            continue
        if attribute in attributes:
            raise CloudEventError(f"the header ce-{attribute} is there twice")
        attributes[attribute] = _header_value(value)
    return Unwrapped(body, _context_of(attributes))


def _header_value(written: str) -> str:
    """HTTP binding, 3.1.3.2: percent-encoded UTF-8, perhaps in double quotes."""
    quoted = len(written) >= 2 and written[0] == written[-1] == '"'
    return unquote(written[1:-1] if quoted else written, errors="surrogateescape")


def of_structured(body: bytes) -> Unwrapped:
    """The event of a JSON body. Raises CloudEventError."""
    return _of_object(_json(body))


def of_batch(body: bytes) -> list[Unwrapped | CloudEventError]:
    """Each event of a JSON array, or why it is none. Raises CloudEventError where the body is no such array."""
    events = _json(body)
    if not isinstance(events, list):
        raise CloudEventError(f"the body is not a JSON array: {shown(events)}")
    if len(events) > EVENTS_MAX:
        raise CloudEventError(f"it has {len(events):,} events; {EVENTS_MAX:,} are allowed in a batch")
    return [_event_or_why_not(event) for event in events]


def _event_or_why_not(event: object) -> Unwrapped | CloudEventError:
    try:
        return _of_object(event)
    except CloudEventError as error:
        return error


def _json(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise CloudEventError(f"the body is not JSON: {error}") from error


def _of_object(event: object) -> Unwrapped:
    if not isinstance(event, dict):
        raise CloudEventError(f"an event is not a JSON object: {shown(event)}")
    payload = _payload_of(event)
    return Unwrapped(
        payload, _context_of({name: event[name] for name in event if name not in {"data", "data_base64"}})
    )


def _payload_of(event: Mapping[str, Any]) -> bytes:
    if "data" in event and "data_base64" in event:
        raise CloudEventError("it has both data and data_base64")
    if "data_base64" in event:
        try:
            return base64.b64decode(event["data_base64"], validate=True)
        except (binascii.Error, TypeError, ValueError) as error:
            raise CloudEventError(f"data_base64 is not base64: {error}") from error
    data = event.get("data")
    if data is None:
        return b""
    kind = event.get("datacontenttype", "application/json")
    if isinstance(data, str) and isinstance(kind, str) and not _is_json(kind):
        return data.encode()
    return orjson.dumps(data)


def _is_json(content_type: str) -> bool:
    kind = content_type.partition(";")[0].strip().lower()
    return kind.endswith(("/json", "+json"))


def _context_of(attributes: Mapping[str, object]) -> dict[str, str]:
    """The attributes, checked, as context. Raises CloudEventError."""
    if len(attributes) > ATTRIBUTES_MAX:
        raise CloudEventError(f"it has {len(attributes)} attributes; {ATTRIBUTES_MAX} are allowed")
    if attributes.get("specversion") != VERSION:
        raise CloudEventError(
            f"specversion is {shown(attributes.get('specversion'))}; only {VERSION} is known here"
        )
    for name in _REQUIRED:
        if not isinstance(attributes.get(name), str) or not attributes[name]:
            raise CloudEventError(f"its {name} is missing")
    _demand_time(attributes.get("time"))
    context = {}
    for name, value in attributes.items():
        if not _NAME.fullmatch(name):
            raise CloudEventError(f"{shown(name)} is no name of an attribute: small letters and digits")
        if value is not None and name != "specversion":
            context[f"{_PREFIX}{name}" if name in _OF_THE_STANDARD else name] = _text_of(name, value)
    return context


def _demand_time(time: object) -> None:
    if time is None:
        return
    try:
        instant_with_offset(time, "its time")
    except UnfitError as error:
        raise CloudEventError(error.rejected.message) from error


def _text_of(name: str, value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str | int):
        raise CloudEventError(
            f"its {name} is neither text nor whole number nor true or false: {shown(value)}"
        )
    text = str(value)
    try:
        length = len(text.encode("utf-8"))
    except UnicodeEncodeError as error:
        raise CloudEventError(f"its {name} is not UTF-8: {shown(text)}") from error
    if length > ATTRIBUTE_BYTES_MAX:
        raise CloudEventError(f"its {name} has {length} bytes; {ATTRIBUTE_BYTES_MAX} are allowed")
    return text
