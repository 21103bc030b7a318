"""What do the car parks of the simulated city report? JSON, as `feeds/gateway.py` says.

A reading: `parking`, `at` (ISO 8601 with its offset), `occupied`, `capacity`.
"""

from typing import Any

from feeds.civil_time import instant_with_offset
from feeds.decoding import Event, Feed, name_of
from feeds.gateway import count_of, json_gateway, quality_of, version_of
from feeds.parking_reading import CAPACITY_MAX, OVERFULL, occupancy_event

_COUNTS = (-CAPACITY_MAX, OVERFULL * CAPACITY_MAX)


def reading_event(reading: dict[str, Any]) -> Event:
    """The event of one reading. Raises UnfitError."""
    name = name_of(reading.get("parking"), "parking")
    event = occupancy_event(
        "city",
        name,
        instant_with_offset(reading.get("at"), f"{name}: at"),
        count_of(reading.get("occupied"), _COUNTS, f"{name}: occupied"),
        count_of(reading.get("capacity"), _COUNTS, f"{name}: capacity"),
    )
    said = quality_of(reading)
    quality = said if said != "good" else event["quality"]
    return {**event, "quality": quality, "source_version": version_of(reading, name)}


FEED = Feed("city-gateway-parking", "parking", "Car parks of the simulated city", json_gateway(reading_event))
