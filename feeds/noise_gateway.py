"""What do the noise monitors of the simulated city report? JSON, as `feeds/gateway.py` says.

A reading: `station`, `at` (ISO 8601 with its offset), `laeq_db`, and `lamax_db` of the loudest moment where it is told.
"""

from typing import Any

from feeds.civil_time import instant_with_offset
from feeds.decoding import Event, Feed, RejectReason, UnfitError, name_of
from feeds.gateway import json_gateway, quality_of, version_of
from feeds.noise_reading import LEVEL_LIMITS_CDB, level_event
from feeds.quantities import scaled


def reading_event(reading: dict[str, Any]) -> Event:
    """The event of one reading. Raises UnfitError."""
    name = name_of(reading.get("station"), "station")
    event_time = instant_with_offset(reading.get("at"), f"{name}: at")
    level = reading.get("laeq_db")
    if level is None:
        raise UnfitError(RejectReason.MISSING_VALUE, f"{name} has no level")
    event = level_event("city", name, event_time, str(level))
    peak = reading.get("lamax_db")
    if peak is not None:
        event["peak_cdb"] = scaled(str(peak), 100, LEVEL_LIMITS_CDB, f"{name}: lamax_db")
    return {**event, "quality": quality_of(reading), "source_version": version_of(reading, name)}


FEED = Feed(
    "city-gateway-noise", "noise", "Noise monitors of the simulated city", json_gateway(reading_event)
)
