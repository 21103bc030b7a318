"""What do the gateways of the simulated city report? JSON: one reading, or an object with a list of `readings`.

Every time is ISO 8601 with its offset. A reading of road or air may correct an earlier one of the same place and time:
`version` (counted from 0, the highest counts), and `withdrawn` (true takes the reading back). A reading's own fields:

- road: `link`, `measured_at`, `speed_kmh`, `vehicles` (counted, optional), `status` (`ok` or `check`);
- air: `station`, `area`, `hour_start`, `values` in µg/m³, carbon monoxide in mg/m³, a missing one null or absent;
- dispatch: `incident`, `area`, `at`, `stage`, `unit` (null for stages of the incident), `kind`, `priority`.
"""

from collections.abc import Callable, Iterable
from typing import Any

from feeds.civil_time import SECOND_MS, instant_with_offset
from feeds.decoding import Decoder, Event, Feed, Item, Raw, RejectReason, UnfitError, each, name_of, shown
from feeds.json_payload import demand_object, readings_of, text_or_none
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
VERSION_MAX = 1_000_000
VEHICLES_MAX = 10_000
"""More than a link can pass between two readings; a count above it is a counter that ran over."""


def _decoder(event_of: Callable[[dict[str, Any]], Event]) -> Decoder:
    def decode(raw: Raw) -> Iterable[Item]:
        try:
            readings = readings_of(raw.payload)
        except UnfitError as error:
            return [error.rejected]
        return each(readings, lambda reading: event_of(demand_object(reading, "a reading")))

    return decode


def _quality(status: object) -> str:
    return "suspect" if status == "check" else "good"


def _version(reading: dict[str, Any], what: str) -> int:
    # Whoever takes something back without counting has corrected it once.
    version = reading.get("version", 1 if reading.get("withdrawn") is True else 0)
    if isinstance(version, bool) or not isinstance(version, int) or not 0 <= version <= VERSION_MAX:
        raise UnfitError(RejectReason.BAD_VALUE, f"{what}: version is not a count: {shown(version)}")
    return version


def _quality_of(reading: dict[str, Any]) -> str:
    return "withdrawn" if reading.get("withdrawn") is True else _quality(reading.get("status"))


def _vehicles(value: object, what: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise UnfitError(RejectReason.BAD_VALUE, f"{what}: vehicles is not a count: {shown(value)}")
    if not 1 <= value <= VEHICLES_MAX:
        raise UnfitError(RejectReason.OUT_OF_RANGE, f"{what}: a speed cannot come from {value} vehicles")
    return value


def road_event(reading: dict[str, Any]) -> Event:
    """The event of a road reading; it has a `weight` where vehicles were counted. Raises UnfitError."""
    link = name_of(reading.get("link"), "link")
    event_time = instant_with_offset(reading.get("measured_at"), f"{link}: measured_at")
    event: Event = {
        "event_id": f"city:{link}:{event_time}",
        "entity_id": link,
        "area_id": None,
        "event_time": event_time,
        "quality": _quality_of(reading),
        "source_version": _version(reading, link),
        "speed_kmh": speed(reading.get("speed_kmh"), 1.0, link),
    }
    vehicles = reading.get("vehicles")
    if vehicles is not None:
        event["weight"] = _vehicles(vehicles, link)
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
        "quality": _quality_of(reading),
        "source_version": _version(reading, station),
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
    "city-gateway-road", "road", "Link speeds of the simulated city", _decoder(road_event), "", "CGCS2000"
)
AIR = Feed(
    "city-gateway-air", "air", "Air stations of the simulated city", _decoder(air_event), "", "CGCS2000"
)
DISPATCH = Feed(
    "city-gateway-dispatch",
    "emergency",
    "Emergency dispatch of the simulated city",
    _decoder(dispatch_event),
    "",
    "CGCS2000",
)
