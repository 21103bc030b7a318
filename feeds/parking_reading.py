"""What is one reading of a car park, whoever sends it?"""

from feeds.civil_time import SECOND_MS
from feeds.decoding import Event, RejectReason, UnfitError, shown

CAPACITY_MAX = 100_000
"""More than any car park on Earth has."""
OVERFULL = 2
"""A count of so many times the capacity is that of another car park; less is a counter that has run ahead."""


def occupancy_event(prefix: str, name: str, event_time: int, occupied: int, capacity: int) -> Event:
    """The event of a reading. A few more than there is room for are as many as there is room, and suspect.

    Raises UnfitError(OUT_OF_RANGE).
    """
    if not 0 < capacity <= CAPACITY_MAX:
        raise UnfitError(RejectReason.OUT_OF_RANGE, f"{name}: capacity cannot be {shown(capacity)}")
    if not 0 <= occupied < OVERFULL * capacity:
        raise UnfitError(
            RejectReason.OUT_OF_RANGE, f"{name}: of {capacity} spaces {occupied} cannot be taken"
        )
    return {
        "event_id": f"{prefix}:{name}:{event_time // SECOND_MS}",
        "entity_id": name,
        "area_id": None,
        "event_time": event_time,
        "quality": "good" if occupied <= capacity else "suspect",
        "occupied": min(occupied, capacity),
        "capacity": capacity,
    }
