"""Which objects does a JSON payload carry?"""

from typing import Any

import orjson

from feeds.decoding import RejectReason, UnfitError, shown

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def object_of(payload: bytes) -> dict[str, Any]:
    """The JSON object of a payload, a byte order mark before it allowed. Raises UnfitError(UNREADABLE)."""
    try:
        value = orjson.loads(payload.removeprefix(_BYTE_ORDER_MARK))
    except orjson.JSONDecodeError as error:
        raise UnfitError(RejectReason.UNREADABLE, f"the payload is not JSON: {error}") from error
    return demand_object(value, "the payload")


def demand_object(value: object, what: str) -> dict[str, Any]:
    """The value, if it is a JSON object. Raises UnfitError(UNREADABLE)."""
    if not isinstance(value, dict):
        raise UnfitError(RejectReason.UNREADABLE, f"{what} is not a JSON object: {shown(value)}")
    return value


def readings_of(payload: bytes) -> list[Any]:
    """The readings of a gateway record: the list under `readings`, or the object itself as the only one.

    Raises UnfitError(UNREADABLE).
    """
    body = object_of(payload)
    if "readings" not in body:
        return [body]
    readings = body["readings"]
    if not isinstance(readings, list) or not readings:
        raise UnfitError(
            RejectReason.UNREADABLE, f"`readings` is not a list with readings: {shown(readings)}"
        )
    return readings


def text_or_none(value: object) -> str | None:
    """A descriptive text; None where it is missing or is no text."""
    return value if isinstance(value, str) and value else None
