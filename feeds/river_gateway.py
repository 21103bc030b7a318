"""What do the river gauges of the simulated city report? JSON, as `feeds/gateway.py` says.

A reading: `station`, `at` (ISO 8601 with its offset), `level_m` over the station's datum, `discharge_m3s`; one of the two may be absent.
"""

from typing import Any

from feeds.civil_time import instant_with_offset
from feeds.decoding import Event, Feed, name_of
from feeds.gateway import json_gateway, quality_of, version_of
from feeds.quantities import scaled
from feeds.queensland_river import DISCHARGE_LIMITS_LS, LEVEL_LIMITS_MM, level_event


def _thousandths(value: object, limits: tuple[int, int], what: str) -> int | None:
    # The shortest text of a double is the text that the gateway wrote, up to 15 digits.
    return None if value is None else scaled(str(value), 1_000, limits, what)


def gauge_event(reading: dict[str, Any]) -> Event:
    """The event of one reading. Raises UnfitError."""
    station = name_of(reading.get("station"), "station")
    event = level_event(
        station,
        instant_with_offset(reading.get("at"), f"{station}: at"),
        _thousandths(reading.get("level_m"), LEVEL_LIMITS_MM, f"{station}: level_m"),
        _thousandths(reading.get("discharge_m3s"), DISCHARGE_LIMITS_LS, f"{station}: discharge_m3s"),
    )
    return {**event, "quality": quality_of(reading), "source_version": version_of(reading, station)}


FEED = Feed("city-gateway-river", "river", "River gauges of the simulated city", json_gateway(gauge_event))
