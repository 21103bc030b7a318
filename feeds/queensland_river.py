"""How high do Queensland's rivers stand, hour by hour?

A poll gives a header and rows of one station, which the transport names as context `station`; the columns' order
differs from station to station. Local time without a zone (Queensland keeps one offset all year), the start of the
hour that was averaged. `Level` is in metres over the station's own datum, `Q` in cubic metres a second and negative
where the tide runs upstream; blank is not measured.
"""

from collections.abc import Iterable

from feeds.civil_time import SECOND_MS, instant_of_civil
from feeds.csv_rows import Fields, events_of_place
from feeds.decoding import Event, Feed, Item, Raw, RejectReason, UnfitError
from feeds.quantities import scaled

ZONE = "Australia/Brisbane"
STATION = "station"
COLUMNS = ("Timestamp", "Level", "Q")
LEVEL_LIMITS_MM = (-50_000, 200_000)
"""Wider than any river that was ever gauged rises or falls."""
DISCHARGE_LIMITS_LS = (-400_000_000, 400_000_000)
"""A little more than the Amazon, in litres a second."""


def level_event(station: str, event_time: int, level_mm: int | None, discharge_ls: int | None) -> Event:
    """The event of one reading. Raises UnfitError(MISSING_VALUE) when nothing was measured."""
    if level_mm is None and discharge_ls is None:
        raise UnfitError(RejectReason.MISSING_VALUE, f"{station} measured neither level nor discharge")
    return {
        "event_id": f"river:{station}:{event_time // SECOND_MS}",
        "entity_id": station,
        "area_id": None,
        "event_time": event_time,
        "quality": "good",
        "level_mm": level_mm,
        "discharge_ls": discharge_ls,
    }


def _event(station: str, fields: Fields) -> Event:
    when, level, discharge = (field.strip() for field in fields)
    return level_event(
        station,
        instant_of_civil(when, ZONE, f"{station}: Timestamp"),
        scaled(level, 1_000, LEVEL_LIMITS_MM, f"{station}: Level") if level else None,
        scaled(discharge, 1_000, DISCHARGE_LIMITS_LS, f"{station}: Q") if discharge else None,
    )


def decode(raw: Raw) -> Iterable[Item]:
    """One item for each hour."""
    return events_of_place(raw, STATION, COLUMNS, _event)


FEED = Feed("queensland-river", "river", "Queensland river gauges", decode, zone=ZONE)
