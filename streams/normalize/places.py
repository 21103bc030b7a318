"""In which area lies an event that says where it was and not in which area? Asked of the registry's areas, when needed.

An area that the feed names goes before that of the registered entity, where the system says so (`enrich.py`), and both
go before the place. Nothing is ever put into the area that is nearest: outside of all there is none.
"""

from typing import Any

from feeds.decoding import POSITION, Rejected, RejectReason
from schemas.records import schema
from streams.areas import AreaAt
from streams.catalog import System
from streams.entities import OF_THE_CITY
from streams.normalize.enrich import CELL, Lookup

_NAMED_BY = {"bus": ("bus", "route", "route_id"), "hotline": (OF_THE_CITY, CELL, "address_cell")}
"""System and type of the entity that gives an event its area, and the field that names it, where it is not its own."""
_NOWHERE = "its position lies in no area of the registry at this time"
_NO_AREA = (RejectReason.UNKNOWN_ENTITY, RejectReason.MISSING_ENTITY)


class Placing:
    """Gives the events of one system their area by their place."""

    def __init__(self, system: System, lookup: Lookup, area_at: AreaAt) -> None:
        own = (system.slug, system.source.counted_once_in, "entity_id")
        self._of, self._entity_type, self._field = _NAMED_BY.get(system.slug, own)
        self._lookup = lookup
        self._area_at = area_at
        fields = {field["name"] for field in schema(system.normalized.record)["fields"]}
        self._is_kept = fields.issuperset(POSITION)

    def place(self, event: dict[str, Any]) -> bool:
        """Set the area of an event that has a place and no area; True where the place lies in none.

        The place stays on events whose record has it, and on no other.
        """
        # Nearly all events say no place, and all of them come by here.
        if POSITION[0] not in event:
            return False
        take = event.get if self._is_kept else event.pop
        longitude, latitude = (take(name, None) for name in POSITION)
        if longitude is None or latitude is None or event.get("area_id") is not None:
            return False
        at = event["event_time"]
        name = event.get(self._field)
        known = None if name is None else self._lookup(self._of, self._entity_type, name, at)
        if known is not None and known["area_id"] is not None:
            return False
        event["area_id"] = self._area_at(longitude, latitude, at)
        return event["area_id"] is None


def outside(event: dict[str, Any], rejected: Rejected | None) -> Rejected | None:
    """What is said of an event whose place lies in no area, after the registry was asked for what else it knows.

    An event without an area would be in no window, so it is rejected as one of an unknown entity is. The place itself
    is not repeated: the payload of the dead letter has it.
    """
    if rejected is not None:
        message = f"{rejected.message}; {_NOWHERE}" if rejected.reason in _NO_AREA else rejected.message
        return Rejected(rejected.reason, message)
    if event.get("area_id") is not None:
        return None
    return Rejected(
        RejectReason.UNKNOWN_ENTITY,
        f"{event['entity_id']}: {_NOWHERE}; load the reference data with its areas, or correct the coordinates",
    )
