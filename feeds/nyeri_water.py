"""How clear is the raw water of Nyeri's treatment works? Turbidity in NTU and pH, about every half hour.

A poll gives a header and rows of one sensor, which the transport names as context `station`. Every time carries its offset.
"""

from collections.abc import Iterable

from feeds.civil_time import instant_with_offset
from feeds.csv_rows import Fields, events_of_place
from feeds.decoding import Event, Feed, Item, Raw
from feeds.water_reading import read, with_something

STATION = "station"
COLUMNS = ("time", "turbidity", "pH")


def _event(station: str, fields: Fields) -> Event:
    when, turbidity, ph = (field.strip() for field in fields)
    at = instant_with_offset(when, f"{station}: time")
    return with_something(
        {
            "event_id": f"nyeri:{station}:{at}",
            "entity_id": station,
            "area_id": None,
            "event_time": at,
            "quality": "good",
            "turbidity_mntu": read("turbidity_mntu", turbidity, station) if turbidity else None,
            "ph_milli": read("ph_milli", ph, station) if ph else None,
        }
    )


def decode(raw: Raw) -> Iterable[Item]:
    """One item for each reading."""
    return events_of_place(raw, STATION, COLUMNS, _event)


FEED = Feed("nyeri-raw-water", "water-quality", "Raw water of Nyeri's treatment works", decode)
