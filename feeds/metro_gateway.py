"""What do the gates of the simulated city's metro report? JSON, as `feeds/gateway.py` says.

A reading: `gate`, `station`, `at` (ISO 8601 with its offset), `direction` (`in` or `out`), `count` (1 where absent).
"""

from typing import Any

from feeds.civil_time import instant_with_offset
from feeds.decoding import Event, Feed, RejectReason, UnfitError, name_of, shown
from feeds.gateway import count_of, json_gateway, quality_of, version_of

COUNT_MAX = 100_000
"""More than pass a gate line between two reports."""


def passage_event(reading: dict[str, Any]) -> Event:
    """The event of one tap, or of a count of them. Raises UnfitError."""
    gate = name_of(reading.get("gate"), "gate")
    station = name_of(reading.get("station"), f"gate {gate}: station")
    event_time = instant_with_offset(reading.get("at"), f"gate {gate}: at")
    direction = reading.get("direction")
    if direction not in ("in", "out"):
        raise UnfitError(
            RejectReason.BAD_VALUE, f"gate {gate}: direction is neither in nor out: {shown(direction)}"
        )
    count = count_of(reading.get("count", 1), (0, COUNT_MAX), f"gate {gate}: count")
    return {
        "event_id": f"city:{gate}:{event_time}:{direction}",
        "entity_id": station,
        "area_id": None,
        "event_time": event_time,
        "quality": quality_of(reading),
        "source_version": version_of(reading, gate),
        "entries": count if direction == "in" else 0,
        "exits": count if direction == "out" else 0,
    }


FEED = Feed("city-gateway-metro", "metro", "Gates of the simulated city's metro", json_gateway(passage_event))
