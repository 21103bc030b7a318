"""What does an NGSI-LD payload say of its entities? (ETSI GS CIM 009, and the Smart Data Models written in it.)

A payload is one entity, or a notification with entities under `data`. An attribute is written in full
(`{"type": "Property", "value": 12, "unitCode": "GQ", "observedAt": …}`, where `type` may be left out), or as its
value alone, which is the key-value form. Names may be whole addresses: what stands after the last slash counts.
"""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from feeds.civil_time import HOUR_MS, instant_with_offset
from feeds.decoding import POSITION, Decoder, Event, Item, Raw, RejectReason, UnfitError, each, name_of, shown
from feeds.json_payload import demand_object, object_of

ZONE = "UTC"
"""The models write their times in UTC, with or without saying so."""
NULL = "urn:ngsi-ld:null"
"""What a notification says of an attribute that was deleted."""
_VALUE_OF_KIND = {"Property": "value", "GeoProperty": "value", "Relationship": "object"}


class Attribute(NamedTuple):
    """One attribute: its value, the unit as UN/CEFACT common code, and when it was observed; None where not said.

    `in_full` is False in the key-value form, which has no place for unit and time.
    """

    value: Any
    unit_code: object
    observed_at: object
    in_full: bool


class Entity:
    """One entity of a model. Raises UnfitError where it is none."""

    def __init__(self, body: object, model: str) -> None:
        whole = demand_object(body, "an entity")
        self._attributes = {name.rpartition("/")[2]: value for name, value in whole.items()}
        self.id = name_of(whole.get("id"), f"id of the {model}")
        types = whole.get("type")
        named = types if isinstance(types, list) else [types]
        if not any(isinstance(name, str) and name.rpartition("/")[2] == model for name in named):
            raise UnfitError(RejectReason.UNREADABLE, f"{self.id} is {shown(types)}, and no {model}")

    def attribute(self, *names: str) -> Attribute | None:
        """The first of these attributes that has a value. Raises UnfitError(BAD_VALUE) where it is none."""
        for name in names:
            found = self._read(name, self._attributes.get(name))
            if found is not None and found.value is not None and found.value != NULL:
                return found
        return None

    def related(self, *names: str) -> str | None:
        """The entity that the first of these relationships names; None where none names just one."""
        for name in names:
            found = self.attribute(name)
            there = found.value if found is not None else None
            if isinstance(there, list) and len(there) == 1:
                there = there[0]
            if isinstance(there, str):
                return name_of(there, f"{self.id}: {name}")
        return None

    def position(self) -> dict[str, float]:
        """Where its `location` is, as an event says it: one point of GeoJSON, WGS 84.

        Any other location says no place; what was measured there stays a measurement.
        """
        written = self._attributes.get("location")
        match written.get("value", written) if isinstance(written, dict) else None:
            case {"type": "Point", "coordinates": [int() | float() as east, int() | float() as north, *_]}:
                if abs(east) <= 180 and abs(north) <= 90:
                    return dict(zip(POSITION, (float(east), float(north)), strict=True))
        return {}

    def text(self, name: str) -> str | None:
        """A descriptive text, or None."""
        found = self.attribute(name)
        return found.value if found is not None and isinstance(found.value, str) and found.value else None

    def instant(self, *names: str) -> int | None:
        """The time that the first of these attributes holds, epoch milliseconds. Raises UnfitError(BAD_TIME)."""
        found = self.attribute(*names)
        return None if found is None else instant(found.value, f"{self.id}: {names[0]}")

    def _read(self, name: str, written: object) -> Attribute | None:
        if isinstance(written, list) and written and all(_is_in_full(one) for one in written):
            written = self._default_of(name, written)
        if not isinstance(written, dict) or not _is_in_full(written):
            return None if written is None else Attribute(written, None, None, in_full=False)
        kind = written.get("type", "Relationship" if "object" in written else "Property")
        holds = _VALUE_OF_KIND.get(kind) if isinstance(kind, str) else None
        if holds is None or "metadata" in written:
            raise UnfitError(
                RejectReason.BAD_VALUE, f"{self.id}: {name} is not a Property of NGSI-LD: {shown(written)}"
            )
        if "unitCode" not in written and "unitText" in written:
            raise UnfitError(
                RejectReason.UNKNOWN_UNIT,
                f"{self.id}: {name} has its unit as a text and not as a unitCode: {shown(written['unitText'])}",
            )
        return Attribute(written.get(holds), written.get("unitCode"), written.get("observedAt"), in_full=True)

    def _default_of(self, name: str, instances: list[Any]) -> Any:
        """Of several instances of an attribute the one without a data set of its own."""
        default = [one for one in instances if "datasetId" not in one]
        if len(default) != 1:
            raise UnfitError(
                RejectReason.BAD_VALUE, f"{self.id}: {name} has {len(instances)} values and no default"
            )
        return default[0]


def _is_in_full(written: object) -> bool:
    return isinstance(written, dict) and ("value" in written or "object" in written)


def ngsi_ld_decoder(model: str, event_of: Callable[[Entity], Event]) -> Decoder:
    """The decoder of a feed of one model: one item for each entity."""

    def decode(raw: Raw) -> Iterable[Item]:
        try:
            entities = _entities_of(raw.payload)
        except UnfitError as error:
            return [error.rejected]
        return each(entities, lambda body: _placed(Entity(body, model), event_of))

    return decode


def _placed(entity: Entity, event_of: Callable[[Entity], Event]) -> Event:
    return {**event_of(entity), **entity.position()}


def _entities_of(payload: bytes) -> list[Any]:
    body = object_of(payload)
    if "data" not in body:
        return [body]
    entities = body["data"]
    if not isinstance(entities, list) or not entities:
        raise UnfitError(RejectReason.UNREADABLE, f"`data` is not a list with entities: {shown(entities)}")
    return entities


def instant(written: object, what: str) -> int:
    """A time in epoch milliseconds, UTC where it carries no offset. Raises UnfitError(MISSING_TIME or BAD_TIME)."""
    if isinstance(written, Mapping):
        written = written.get("@value")
    if isinstance(written, str) and len(written) >= 19 and "T" in written and not _has_offset(written):
        return instant_with_offset(f"{written}Z", what)
    return instant_with_offset(written, what)


def _has_offset(written: str) -> bool:
    clock = written.partition("T")[2]
    return clock.endswith(("Z", "z")) or "+" in clock or "-" in clock


def observed_during(entity: Entity, *values: Attribute | None) -> tuple[int, int | None]:
    """When an observation began, and ended where it says so; epoch milliseconds.

    By `dateObservedFrom` and `dateObservedTo`, or by `dateObserved` (an instant, or an interval with a slash), or by
    the one `observedAt` of its values. Raises UnfitError(MISSING_TIME, BAD_TIME or OUT_OF_RANGE).
    """
    begin, end = entity.instant("dateObservedFrom"), entity.instant("dateObservedTo")
    if begin is None:
        found = entity.attribute("dateObserved")
        written = found.value if found is not None else _only_time(entity, values)
        if isinstance(written, Mapping):
            written = written.get("@value")
        first, slash, last = written.partition("/") if isinstance(written, str) else (written, "", "")
        begin = instant(first, f"{entity.id}: dateObserved")
        end = instant(last, f"{entity.id}: end of dateObserved") if slash else None
    if end is not None and end <= begin:
        raise UnfitError(RejectReason.BAD_TIME, f"{entity.id} was observed until before it began")
    if end is not None and end - begin > HOUR_MS:
        raise UnfitError(
            RejectReason.OUT_OF_RANGE,
            f"{entity.id} was observed over {(end - begin) / HOUR_MS:g} hours; an observation covers one at most",
        )
    return begin, end


def _only_time(entity: Entity, values: Iterable[Attribute | None]) -> object:
    times = {
        value.observed_at for value in values if value is not None and isinstance(value.observed_at, str)
    }
    if len(times) > 1:
        raise UnfitError(RejectReason.BAD_TIME, f"{entity.id} has values of different times: {shown(times)}")
    return next(iter(times), None)


def number_of(found: Attribute, what: str) -> str:
    """A number as it is written, without exponent. Raises UnfitError(BAD_VALUE)."""
    if isinstance(found.value, bool) or not isinstance(found.value, int | float):
        raise UnfitError(RejectReason.BAD_VALUE, f"{what} is not a number: {shown(found.value)}")
    # The shortest text of a double is the text that the sender wrote, up to 15 digits.
    return format(Decimal(str(found.value)), "f")


def in_unit(found: Attribute, units: Mapping[str, int], usual: str, what: str) -> int:
    """By how much a value is multiplied, by its unitCode; `usual` is the code where the form has no place for one.

    Raises UnfitError(UNKNOWN_UNIT).
    """
    code = found.unit_code if found.in_full else usual
    factor = units.get(code) if isinstance(code, str) else None
    if factor is None:
        raise UnfitError(
            RejectReason.UNKNOWN_UNIT,
            f"{what}: unitCode is {shown(code)}; known here are {', '.join(units)}",
        )
    return factor
