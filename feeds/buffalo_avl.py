"""Where is each bus of Buffalo, and how does it keep to its timetable?

A poll is a file of rows without a header, sixteen fields and a comma at the end. The time is that of the position,
seconds since 1970; a vehicle without a new position comes again with the old one. The deviation is in seconds,
negative when late; 99999 is unknown. What stands in the columns of longitude and latitude is latitude and longitude,
99.999 without a fix. Route 0 is a vehicle that is not in service.
"""

from collections.abc import Iterable

from feeds.civil_time import instant_of_seconds
from feeds.csv_rows import text_of
from feeds.decoding import Event, Feed, Item, Raw, RejectReason, UnfitError, each, name_of, shown

ZONE = "America/New_York"
CITY = "buffalo"
FIELDS = 17
UNKNOWN_DEVIATION_S = 99_999
NOT_IN_SERVICE = "not-in-service"
NO_ROUTE = "0"
FIX = ((42.0, 44.0), (-80.0, -78.0))
"""Latitudes and longitudes that a bus of this agency can be at; some units report half the globe."""


def _whole(text: str, what: str) -> int:
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 12):
        raise UnfitError(RejectReason.BAD_VALUE, f"{what} is not a whole number: {shown(text)}")
    return int(text)


def _fix(latitude: str, longitude: str) -> tuple[float | None, float | None]:
    """Latitude and longitude; nothing where there is no fix."""
    try:
        place = float(latitude), float(longitude)
    except ValueError:
        return None, None
    inside = all(low <= value <= high for value, (low, high) in zip(place, FIX, strict=True))
    return place if inside else (None, None)


def _event(line: str) -> Event:
    fields = line.split(",")
    if len(fields) != FIELDS or fields[-1]:
        raise UnfitError(
            RejectReason.UNREADABLE, f"a row has {len(fields) - 1} fields, not 16: {shown(line)}"
        )
    vehicle = name_of(fields[0], "vehicle_id")
    seconds = _whole(fields[11], f"vehicle {vehicle}: location time")
    event_time = instant_of_seconds(seconds, f"vehicle {vehicle}")
    deviation = _whole(fields[5], f"vehicle {vehicle}: deviation")
    route = name_of(fields[1], f"vehicle {vehicle}: route")
    latitude, longitude = _fix(fields[9], fields[10])
    return {
        "event_id": f"nfta:{vehicle}:{seconds}",
        "entity_id": vehicle,
        "area_id": CITY,
        "event_time": event_time,
        "quality": "good",
        "route_id": NOT_IN_SERVICE if route == NO_ROUTE else route,
        "delay_s": None if deviation == UNKNOWN_DEVIATION_S else -deviation,
        "longitude_deg": longitude,
        "latitude_deg": latitude,
    }


def decode(raw: Raw) -> Iterable[Item]:
    """One item for each vehicle."""
    try:
        lines = [line for line in text_of(raw.payload).splitlines() if line.strip()]
    except UnfitError as error:
        return [error.rejected]
    return each(lines, _event)


FEED = Feed("buffalo-avl", "bus", "Buffalo buses, automatic vehicle location", decode, ZONE, "WGS-84")
