"""What is in the air of China's cities this hour, as the national monitoring centre publishes it?

A page of the feed is a GeoJSON FeatureCollection, one feature a station, every property a text. `-;` is a value that
was not measured. Carbon monoxide is in milligrams, the others in micrograms per cubic metre. `timepoint` is the end
of the measured hour, China time.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from feeds.civil_time import HOUR_MS, SECOND_MS, civil_hour, since_1970
from feeds.decoding import Event, Feed, Item, Raw, RejectReason, UnfitError, each, name_of, shown
from feeds.json_payload import demand_object, object_of, text_or_none
from feeds.quantities import NG_PER_MG, NG_PER_UG, POLLUTANTS, concentration

ZONE = "Asia/Shanghai"
NOT_MEASURED = frozenset({"-;", ""})

CURRENT_HOUR_OF_OZONE = "o3_24h"
"""This feed has `o3` and `o3_24h` swapped: `o3_24h` is the current hour, `o3` the maximum of 24 hours.

Evidence: o3 >= o3_24h at every station, and only with the two exchanged do the official hourly indices come out
(1,475 of 1,475 stations, otherwise 1,285). A constant, because deciding row by row would be a guess.
"""

PROPERTIES = {
    "so2_ngm3": ("so2", NG_PER_UG),
    "no2_ngm3": ("no2", NG_PER_UG),
    "co_ngm3": ("co", NG_PER_MG),
    "o3_ngm3": (CURRENT_HOUR_OF_OZONE, NG_PER_UG),
    "pm10_ngm3": ("pm10", NG_PER_UG),
    "pm25_ngm3": ("pm2_5", NG_PER_UG),
}


@lru_cache(maxsize=1024)
def end_of_hour(timepoint: str) -> int:
    """The end of the measured hour. Raises ValueError unless it is a whole hour, `YYYY-MM-DDTHH:00:00`."""
    if len(timepoint) != 19 or timepoint[10] != "T" or timepoint[13:] != ":00:00":
        raise ValueError(f"not a whole hour: {timepoint}")
    year, month, day = (int(part) for part in timepoint[:10].split("-"))
    return civil_hour(ZONE, year, month, day, int(timepoint[11:13]))


def event_time_of(timepoint: object, what: str) -> int:
    """When the measured hour starts. Raises UnfitError(MISSING_TIME or BAD_TIME)."""
    if not isinstance(timepoint, str | None):
        raise UnfitError(RejectReason.BAD_TIME, f"{what}: timepoint is no text: {shown(timepoint)}")
    if timepoint is None or timepoint in NOT_MEASURED:
        raise UnfitError(RejectReason.MISSING_TIME, f"{what} has no timepoint")
    try:
        return since_1970(end_of_hour(timepoint) - HOUR_MS, timepoint, what)
    except (ValueError, OverflowError) as error:
        raise UnfitError(RejectReason.BAD_TIME, f"{what}: no such hour: {shown(timepoint)}") from error


def _value(properties: dict[str, Any], pollutant: str) -> int | None:
    name, ng_per_unit = PROPERTIES[pollutant]
    text = properties.get(name)
    if text is None:
        return None
    if not isinstance(text, str):
        raise UnfitError(RejectReason.BAD_VALUE, f"{name} is no text: {shown(text)}")
    if text in NOT_MEASURED:
        return None
    return concentration(text, ng_per_unit, pollutant)


def _event(feature: object) -> Event:
    body = demand_object(feature, "a feature")
    properties = demand_object(body.get("properties"), "the properties of a feature")
    station = name_of(properties.get("stationcode"), "stationcode")
    event_time = event_time_of(properties.get("timepoint"), f"station {station}")
    values = {pollutant: _value(properties, pollutant) for pollutant in POLLUTANTS}
    if all(value is None for value in values.values()):
        raise UnfitError(RejectReason.MISSING_VALUE, f"station {station} measured none of the six pollutants")
    return {
        "event_id": f"cnemc:{station}:{event_time // SECOND_MS}",
        "entity_id": station,
        "area_id": text_or_none(properties.get("area")),
        "event_time": event_time,
        "quality": "good",
        **values,
    }


def features_of(payload: bytes) -> list[Any]:
    """The features of a page. Raises UnfitError(UNREADABLE)."""
    features = object_of(payload).get("features")
    if not isinstance(features, list) or not features:
        raise UnfitError(
            RejectReason.UNREADABLE, f"`features` is not a list with stations: {shown(features)}"
        )
    return features


def decode(raw: Raw) -> Iterable[Item]:
    """One item for each station of the page."""
    try:
        features = features_of(raw.payload)
    except UnfitError as error:
        return [error.rejected]
    return each(features, _event)


# GeoJSON coordinates are WGS-84 by definition (RFC 7946, 4); CGCS2000 agrees with it within decimetres.
FEED = Feed("cnemc-air", "air", "China's national air quality monitoring", decode, ZONE, "WGS-84")
