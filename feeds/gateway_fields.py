"""What may a field of a gateway's reading hold? Declared a field at a time; most gateways need no more.

A reading names its entity and `at` (ISO 8601 with its offset); `version`, `withdrawn` and `status` are those of
`feeds/gateway.py`.
"""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from feeds.civil_time import instant_with_offset
from feeds.decoding import Event, Feed, RejectReason, UnfitError, name_of, shown
from feeds.gateway import count_of, json_gateway, position_of, quality_of, version_of
from feeds.quantities import scaled

Reader = Callable[[Mapping[str, Any], str], Any]
"""A reading and who it is of, for messages, to the value of a field of the event. Raises UnfitError."""


def whole(field: str, low: int, high: int, *, optional: bool = False) -> Reader:
    """A whole number within limits; None where it is optional and absent."""

    def read(reading: Mapping[str, Any], who: str) -> int | None:
        value = reading.get(field)
        return None if optional and value is None else count_of(value, (low, high), f"{who}: {field}")

    return read


def _value(reading: Mapping[str, Any], field: str, who: str, *, optional: bool) -> Any:
    """What a field holds; None only where it is optional and absent."""
    value = reading.get(field)
    if value is None and not optional:
        raise UnfitError(RejectReason.MISSING_VALUE, f"{who}: {field} is missing")
    return value


def fixed_point(field: str, per_unit: int, low: int, high: int, *, optional: bool = False) -> Reader:
    """A decimal number as a whole number of a smaller unit, half-even; the limits are in the smaller unit."""

    def read(reading: Mapping[str, Any], who: str) -> int | None:
        value = _value(reading, field, who, optional=optional)
        if value is None:
            return None
        # The shortest text of a double is the text that the gateway wrote, up to 15 digits.
        return scaled(str(value), per_unit, (low, high), f"{who}: {field}")

    return read


def one_of(field: str, choices: Collection[str], *, optional: bool = False) -> Reader:
    """One of the words that the field may hold."""

    def read(reading: Mapping[str, Any], who: str) -> str | None:
        value = _value(reading, field, who, optional=optional)
        if value is None:
            return None
        if not isinstance(value, str) or value not in choices:
            raise UnfitError(
                RejectReason.BAD_VALUE, f"{who}: {field} is none of {', '.join(choices)}: {shown(value)}"
            )
        return value

    return read


def flag(field: str, *, optional: bool = False) -> Reader:
    """True or false as 1 or 0, so that it can be summed."""

    def read(reading: Mapping[str, Any], who: str) -> int | None:
        value = _value(reading, field, who, optional=optional)
        if value is None:
            return None
        if not isinstance(value, bool):
            raise UnfitError(
                RejectReason.BAD_VALUE, f"{who}: {field} is neither true nor false: {shown(value)}"
            )
        return int(value)

    return read


def area(reading: Mapping[str, Any], who: str) -> str | None:
    """The area that a reading names; None only where it says its place instead."""
    value = reading.get("area")
    return None if value is None and position_of(reading, who) else name_of(value, f"{who}: area")


def name(field: str, *, optional: bool = False) -> Reader:
    """An identifier, or the name of a place or kind; None where it is optional and absent."""

    def read(reading: Mapping[str, Any], who: str) -> str | None:
        value = reading.get(field)
        return None if optional and value is None else name_of(value, f"{who}: {field}")

    return read


def instant(field: str, *, optional: bool = False) -> Reader:
    """A moment as ISO 8601 with its offset, in epoch milliseconds."""

    def read(reading: Mapping[str, Any], who: str) -> int | None:
        value = reading.get(field)
        return None if optional and value is None else instant_with_offset(value, f"{who}: {field}")

    return read


def by_step(steps: Mapping[str, Mapping[str, Reader]]) -> dict[str, Reader]:
    """The fields of a gateway whose readings are of several kinds: `step`, and by the step what else is read.

    A field that a step does not have is None on its events.
    """
    readers: dict[str, Reader] = {"step": one_of("step", steps)}
    for field in dict.fromkeys(field for fields in steps.values() for field in fields):
        readers[field] = _at_its_steps(
            {step: fields[field] for step, fields in steps.items() if field in fields}
        )
    return readers


def _at_its_steps(readers: Mapping[str, Reader]) -> Reader:
    def read(reading: Mapping[str, Any], who: str) -> Any:
        reader = readers.get(reading["step"])
        return None if reader is None else reader(reading, who)

    return read


def parts(*pairs: tuple[str, str]) -> Callable[[Event], Event]:
    """Refuses an event in which a count is more than the one that it is counted among: pairs of part and whole."""

    def completed(event: Event) -> Event:
        for part, whole_of in pairs:
            some, everything = event[part], event[whole_of]
            if some is not None and everything is not None and some > everything:
                raise UnfitError(
                    RejectReason.OUT_OF_RANGE,
                    f"{event['entity_id']}: {part} cannot be {some} of {everything} {whole_of}",
                )
        return event

    return completed


def _as_it_is(event: Event) -> Event:
    return event


def city_gateway(
    system: str,
    title: str,
    entity: str,
    fields: Mapping[str, Reader],
    *,
    identity: tuple[str, ...] = (),
    completed: Callable[[Event], Event] = _as_it_is,
) -> Feed:
    """The feed of a system's JSON gateway in the simulated city.

    entity: the field of a reading that names who it is of. fields: each field of the event to what reads it.
    identity: the event's fields that tell two events of one entity and moment apart, as far as it has them. completed:
    gives the event with what follows from its fields together; raises UnfitError where they contradict one another.
    """

    def event_of(reading: dict[str, Any]) -> Event:
        who = name_of(reading.get(entity), entity)
        at = instant_with_offset(reading.get("at"), f"{who}: at")
        read = {field: reader(reading, who) for field, reader in fields.items()}
        own = (str(read[field]) for field in identity if read[field] is not None)
        event = {
            "event_id": ":".join(["city", who, str(at), *own]),
            "entity_id": who,
            "area_id": None,
            "event_time": at,
            "quality": quality_of(reading),
            "source_version": version_of(reading, who),
        }
        return completed({**event, **read})

    return Feed(f"city-gateway-{system}", system, f"{title} of the simulated city", json_gateway(event_of))
