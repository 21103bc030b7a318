"""What do JSON gateways have in common? One reading, or an object with a list of `readings`; corrections alike.

A reading may correct an earlier one of the same thing and time: `version` (counted from 0, the highest counts), and
`withdrawn` (true takes the reading back). `status` is `ok` or `check`. Any reading may say where it was: `longitude` and
`latitude`, degrees, CGCS2000; the area is that of the place, where neither the reading nor the registry names one.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from feeds.decoding import (
    POSITION,
    WITHDRAWN,
    Decoder,
    Event,
    Item,
    Raw,
    RejectReason,
    UnfitError,
    each,
    shown,
)
from feeds.json_payload import demand_object, readings_of

VERSION_MAX = 1_000_000
_DEGREES = {"longitude": 180, "latitude": 90}


def json_gateway(event_of: Callable[[dict[str, Any]], Event]) -> Decoder:
    """The decoder of a gateway: one item for each reading."""

    def decode(raw: Raw) -> Iterable[Item]:
        try:
            readings = readings_of(raw.payload)
        except UnfitError as error:
            return [error.rejected]
        return each(readings, lambda reading: _placed(demand_object(reading, "a reading"), event_of))

    return decode


def _placed(reading: dict[str, Any], event_of: Callable[[dict[str, Any]], Event]) -> Event:
    event = event_of(reading)
    if _DEGREES.keys().isdisjoint(reading):
        return event
    return {**event, **position_of(reading, event["entity_id"])}


def position_of(reading: Mapping[str, Any], who: str) -> dict[str, float]:
    """Where a reading was, as an event says it; nothing where it does not say. Raises UnfitError."""
    place: list[Any] = [reading.get(name) for name in _DEGREES]
    if place == [None, None]:
        return {}
    for (name, most), value in zip(_DEGREES.items(), place, strict=True):
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise UnfitError(RejectReason.BAD_VALUE, f"{who}: {name} is not degrees: {shown(value)}")
        if not -most <= value <= most:
            raise UnfitError(RejectReason.OUT_OF_RANGE, f"{who}: {name} cannot be {value} degrees")
    return dict(zip(POSITION, place, strict=True))


def quality_of(reading: dict[str, Any]) -> str:
    """The quality of an event, by what its reading says of itself."""
    if reading.get("withdrawn") is True:
        return WITHDRAWN
    return "suspect" if reading.get("status") == "check" else "good"


def version_of(reading: dict[str, Any], what: str) -> int:
    """How often a reading was corrected. Raises UnfitError(BAD_VALUE)."""
    # Whoever takes something back without counting has corrected it once.
    version = reading.get("version", 1 if reading.get("withdrawn") is True else 0)
    if isinstance(version, bool) or not isinstance(version, int) or not 0 <= version <= VERSION_MAX:
        raise UnfitError(RejectReason.BAD_VALUE, f"{what}: version is not a count: {shown(version)}")
    return version


def count_of(value: object, limits: tuple[int, int], what: str) -> int:
    """A whole number. Raises UnfitError(MISSING_VALUE, BAD_VALUE or OUT_OF_RANGE)."""
    if value is None:
        raise UnfitError(RejectReason.MISSING_VALUE, f"{what} is missing")
    if isinstance(value, bool) or not isinstance(value, int):
        raise UnfitError(RejectReason.BAD_VALUE, f"{what} is not a count: {shown(value)}")
    if not limits[0] <= value <= limits[1]:
        raise UnfitError(RejectReason.OUT_OF_RANGE, f"{what} cannot be {shown(value)}")
    return value
