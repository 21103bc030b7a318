"""What was the weather at Beijing's air quality stations, hour by hour?

A poll gives a header and rows, those of `feeds/beijing_air.py`. Local time without a zone; hour h is that of [h, h + 1). Rain in
millimetres, wind in metres a second, temperature in °C; `NA` was not measured.
"""

from collections.abc import Iterable

from feeds.beijing_air import NOT_MEASURED, ZONE, area_of, hour_of
from feeds.civil_time import SECOND_MS
from feeds.csv_rows import Fields, events_of
from feeds.decoding import Event, Feed, Item, Raw, name_of
from feeds.quantities import scaled
from feeds.weather_reading import RAIN_LIMITS_UM, TEMPERATURE_LIMITS_MDEGC, WIND_LIMITS_MMS, of_reading

COLUMNS = ("station", "year", "month", "day", "hour", "RAIN", "WSPM", "TEMP")
HOUR_S = 3_600
_WRITTEN = {
    "rain_um": ("RAIN", RAIN_LIMITS_UM),
    "wind_mms": ("WSPM", WIND_LIMITS_MMS),
    "temperature_mdegc": ("TEMP", TEMPERATURE_LIMITS_MDEGC),
}


def _event(fields: Fields) -> Event:
    station = name_of(fields[0], "station")
    event_time = hour_of(fields[1], fields[2], fields[3], fields[4], f"station {station}")
    event: Event = {
        "event_id": f"prsa-weather:{station}:{event_time // SECOND_MS}",
        "entity_id": station,
        "area_id": area_of(station),
        "event_time": event_time,
        "quality": "good",
    }
    for (name, (column, limits)), text in zip(_WRITTEN.items(), fields[5:], strict=True):
        known = text not in NOT_MEASURED
        event[name] = scaled(text, 1_000, limits, f"station {station}: {column}") if known else None
    return of_reading(event, HOUR_S)


def decode(raw: Raw) -> Iterable[Item]:
    """One item for each row."""
    return events_of(raw.payload, COLUMNS, _event)


FEED = Feed("beijing-weather", "weather", "Weather at Beijing's air quality stations", decode, zone=ZONE)
