"""What do the gateways of the simulated city's roads, air stations and dispatch report? JSON, as `feeds/gateway.py` says.

Every time is ISO 8601 with its offset. Readings of road and air may be corrected. A reading's own fields:

- road: `link`, `measured_at`, `speed_kmh`, `vehicles` (counted, optional), `status` (`ok` or `check`);
- air: `station`, `area`, `hour_start`, `values` in µg/m³, carbon monoxide in mg/m³, a missing one null or absent;
- dispatch: `incident`, `area`, `at`, `stage`, `unit` (null for stages of the incident), `kind`, `priority`.
"""

from typing import Any

from feeds.civil_time import SECOND_MS, instant_with_offset
from feeds.decoding import Event, Feed, RejectReason, UnfitError, name_of, shown
from feeds.gateway import count_of, json_gateway, quality_of, version_of
from feeds.json_payload import text_or_none
from feeds.quantities import NG_PER_MG, NG_PER_UG, POLLUTANTS, concentration, speed

AIR_VALUES = {
    "so2_ngm3": ("so2_ugm3", NG_PER_UG),
    "no2_ngm3": ("no2_ugm3", NG_PER_UG),
    "co_ngm3": ("co_mgm3", NG_PER_MG),
    "o3_ngm3": ("o3_ugm3", NG_PER_UG),
    "pm10_ngm3": ("pm10_ugm3", NG_PER_UG),
    "pm25_ngm3": ("pm25_ugm3", NG_PER_UG),
}
STAGES = ("received", "entered", "dispatched", "en_route", "arrived", "transport", "hospital", "available")
INCIDENT_STAGES = frozenset({"received", "entered"})
VEHICLES_MAX = 10_000
"""More than a link can pass between two readings; a count above it is a counter that ran over."""


def road_event(reading: dict[str, Any]) -> Event:
    """The event of a road reading; it has a `weight` where vehicles were counted. Raises UnfitError."""
    link = name_of(reading.get("link"), "link")
    event_time = instant_with_offset(reading.get("measured_at"), f"{link}: measured_at")
    event: Event = {
        "event_id": f"city:{link}:{event_time}",
        "entity_id": link,
        "area_id": None,
        "event_time": event_time,
        "quality": quality_of(reading),
        "source_version": version_of(reading, link),
        "speed_kmh": speed(reading.get("speed_kmh"), 1.0, link),
    }
    vehicles = reading.get("vehicles")
    if vehicles is not None:
        event["weight"] = event["vehicles"] = count_of(vehicles, (1, VEHICLES_MAX), f"{link}: vehicles")
    return event


def air_event(reading: dict[str, Any]) -> Event:
    """The event of one station and hour. Raises UnfitError."""
    station = name_of(reading.get("station"), "station")
    event_time = instant_with_offset(reading.get("hour_start"), f"{station}: hour_start")
    written = reading.get("values")
    if not isinstance(written, dict):
        raise UnfitError(RejectReason.MISSING_VALUE, f"{station} has no values")
    values: dict[str, int | None] = {}
    for pollutant in POLLUTANTS:
        name, ng_per_unit = AIR_VALUES[pollutant]
        value = written.get(name)
        # The shortest text of a double is the text that the gateway wrote, up to 15 digits.
        values[pollutant] = None if value is None else concentration(str(value), ng_per_unit, pollutant)
    if all(value is None for value in values.values()):
        raise UnfitError(RejectReason.MISSING_VALUE, f"{station} measured none of the six pollutants")
    return {
        "event_id": f"city:{station}:{event_time // SECOND_MS}",
        "entity_id": station,
        "area_id": text_or_none(reading.get("area")),
        "event_time": event_time,
        "quality": quality_of(reading),
        "source_version": version_of(reading, station),
        **values,
    }


def dispatch_event(reading: dict[str, Any]) -> Event:
    """The event of one stage of an incident. Raises UnfitError."""
    incident = name_of(reading.get("incident"), "incident")
    stage = reading.get("stage")
    if stage is None:
        raise UnfitError(RejectReason.MISSING_VALUE, f"{incident} has no stage")
    if stage not in STAGES:
        raise UnfitError(RejectReason.BAD_VALUE, f"{incident}: unknown stage {shown(stage)}")
    unit = None if stage in INCIDENT_STAGES else name_of(reading.get("unit"), f"{incident}: unit at {stage}")
    return {
        "event_id": f"city:{incident}:{unit}:{stage}" if unit else f"city:{incident}:{stage}",
        "entity_id": incident,
        "area_id": text_or_none(reading.get("area")),
        "event_time": instant_with_offset(reading.get("at"), f"{incident}: at"),
        "quality": "good",
        "unit_id": unit,
        "stage": stage,
        "incident_type": text_or_none(reading.get("kind")),
        "priority": text_or_none(reading.get("priority")),
    }


ROAD = Feed(
    "city-gateway-road", "road", "Link speeds of the simulated city", json_gateway(road_event), "", "CGCS2000"
)
AIR = Feed(
    "city-gateway-air", "air", "Air stations of the simulated city", json_gateway(air_event), "", "CGCS2000"
)
DISPATCH = Feed(
    "city-gateway-dispatch",
    "emergency",
    "Emergency dispatch of the simulated city",
    json_gateway(dispatch_event),
    "",
    "CGCS2000",
)
