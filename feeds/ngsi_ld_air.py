"""What does an NGSI-LD `AirQualityObserved` measure? Concentrations, by station and observation.

A concentration says its unit by `unitCode`: GQ is µg/m³, GP mg/m³, A93 g/m³. The key-value form has no place for
units: there all six pollutants are in µg/m³. Fractions of the air (ppm, ppb) are rejected, because what they weigh
hangs on temperature and pressure, which nobody measured with them.

The station is what `refPointOfInterest` names, else `refDevice`, else the entity itself, whose id must then be the
same for every hour. A value that was observed in another hour than the entity is what a context broker remembers, and
was not measured now. Of the address only the town is read; whoever owns or reports it is not.
"""

from feeds.civil_time import HOUR_MS
from feeds.decoding import Event, Feed, RejectReason, UnfitError
from feeds.ngsi_ld import (
    ZONE,
    Attribute,
    Entity,
    in_unit,
    instant,
    ngsi_ld_decoder,
    number_of,
    observed_during,
)
from feeds.quantities import NG_PER_MG, NG_PER_UG, NGM3_MAX, scaled

MODEL = "AirQualityObserved"
NG_PER_UNIT = {"GQ": NG_PER_UG, "GP": NG_PER_MG, "A93": 1_000 * NG_PER_MG}
NAMES = {
    "so2_ngm3": ("so2", "SO2"),
    "no2_ngm3": ("no2", "NO2"),
    "co_ngm3": ("co", "CO"),
    "o3_ngm3": ("o3", "O3"),
    "pm10_ngm3": ("pm10", "PM10"),
    "pm25_ngm3": ("pm25", "PM25", "pm2_5", "PM2_5", "PM2.5"),
}


def observation_event(entity: Entity) -> Event:
    """The event of one observation. Raises UnfitError."""
    measured = {pollutant: entity.attribute(*names) for pollutant, names in NAMES.items()}
    begin, _ = observed_during(entity, *measured.values())
    values = {
        pollutant: _nanograms(entity, pollutant, found) if found and _is_of(entity, begin, found) else None
        for pollutant, found in measured.items()
    }
    if all(value is None for value in values.values()):
        raise UnfitError(RejectReason.MISSING_VALUE, f"{entity.id} measured none of the six pollutants")
    station = entity.related("refPointOfInterest", "refDevice") or entity.id
    return {
        "event_id": f"ngsi-ld:{station}:{begin}",
        "entity_id": station,
        "area_id": _area_of(entity),
        "event_time": begin,
        "quality": "good",
        **values,
    }


def _is_of(entity: Entity, begin: int, found: Attribute) -> bool:
    """Whether a value with a time of its own was measured in the hour of the observation, its end included."""
    if found.observed_at is None:
        return True
    hour = begin - begin % HOUR_MS
    return hour <= instant(found.observed_at, f"{entity.id}: observedAt") <= hour + HOUR_MS


def _nanograms(entity: Entity, pollutant: str, found: Attribute) -> int:
    what = f"{entity.id}: {pollutant.partition('_')[0]}"
    factor = in_unit(found, NG_PER_UNIT, "GQ", what)
    return scaled(number_of(found, what), factor, (0, NGM3_MAX[pollutant]), what)


def _area_of(entity: Entity) -> str | None:
    """The town and, where it is said, the district in it; a name with a slash would be another path."""
    address = entity.attribute("address")
    town = address.value.get("addressLocality") if address and isinstance(address.value, dict) else None
    if not isinstance(town, str) or not town or "/" in town:
        return None
    district = entity.text("areaServed")
    return f"{town}/{district}" if district and "/" not in district else town


FEED = Feed(
    "ngsi-ld-air",
    "air",
    "NGSI-LD AirQualityObserved (Smart Data Models)",
    ngsi_ld_decoder(MODEL, observation_event),
    ZONE,
    "WGS-84",
)
