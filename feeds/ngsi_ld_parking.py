"""How full is an NGSI-LD `OffStreetParking`? By `totalSpotNumber` and `availableSpotNumber`, or `occupiedSpotNumber`.

The time is the `observedAt` of the number that moves. The key-value form has none: there it is `observationDateTime`,
else `occupancyModified`. When the entity was changed in its broker is no time of a measurement, and who runs, owns or
answers for the car park is not read.
"""

from feeds.decoding import Event, Feed, RejectReason, UnfitError, shown
from feeds.ngsi_ld import ZONE, Attribute, Entity, in_unit, instant, ngsi_ld_decoder
from feeds.parking_reading import occupancy_event

MODEL = "OffStreetParking"
PIECES = {"C62": 1}


def occupancy_observed_event(entity: Entity) -> Event:
    """The event of one reading. Raises UnfitError."""
    total, available, occupied = (
        entity.attribute(name) for name in ("totalSpotNumber", "availableSpotNumber", "occupiedSpotNumber")
    )
    moving = occupied if available is None else available
    if total is None or moving is None:
        raise UnfitError(
            RejectReason.MISSING_VALUE,
            f"{entity.id} does not say how many spaces there are and how many of them are free or taken",
        )
    at = _time_of(entity, moving)
    capacity, count = (
        _count(total, f"{entity.id}: totalSpotNumber"),
        _count(moving, f"{entity.id}: spaces free or taken"),
    )
    taken = count if available is None else capacity - count
    event = occupancy_event("ngsi-ld", entity.id, at, taken, capacity)
    # Barriers count by the second, and a broker tells each count.
    return {**event, "event_id": f"ngsi-ld:{entity.id}:{at}"}


def _time_of(entity: Entity, moving: Attribute) -> int:
    if moving.observed_at is not None:
        return instant(moving.observed_at, f"{entity.id}: observedAt")
    at = entity.instant("observationDateTime", "occupancyModified")
    if at is None:
        raise UnfitError(
            RejectReason.MISSING_TIME,
            f"{entity.id} does not say when its spaces were counted: neither observedAt nor observationDateTime",
        )
    return at


def _count(found: Attribute, what: str) -> int:
    """A count; brokers write whole numbers as 12.0, too. Raises UnfitError(BAD_VALUE or UNKNOWN_UNIT)."""
    if found.unit_code is not None:
        in_unit(found, PIECES, "C62", what)
    value = found.value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise UnfitError(RejectReason.BAD_VALUE, f"{what} is not a count: {shown(value)}")
    return value


FEED = Feed(
    "ngsi-ld-parking",
    "parking",
    "NGSI-LD OffStreetParking (Smart Data Models)",
    ngsi_ld_decoder(MODEL, occupancy_observed_event),
    ZONE,
    "WGS-84",
)
