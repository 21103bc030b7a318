"""How fast did Beijing's taxis drive, and where? Points of a day's tracks.

A poll gives a header and rows: the time of day without a date, longitude and latitude, and the speed in km/h. The
transport knows the day, as context `day` (YYYY-MM-DD). No map is matched: a point belongs to the cell of a grid of 0.01
degree that it lies in. Neither a car nor its position reaches an event: of the position only two bytes of a digest are
kept, which tell two points of a cell and second apart, and which hundreds of places in the cell share. Points that are
alike in all of it are one. Which coordinates these are is not said; a cell may be off by half its side.
"""

from collections.abc import Iterable
from hashlib import blake2b

from feeds.civil_time import SECOND_MS, instant_of_civil
from feeds.csv_rows import Fields, events_of
from feeds.decoding import Event, Feed, Item, Raw, RejectReason, UnfitError, shown
from feeds.jt808 import SPEED_MAX_DKMH
from feeds.jt808_probe import cell_of
from feeds.quantities import scaled

ZONE = "Asia/Shanghai"
CITY = "beijing"
DAY = "day"
COLUMNS = ("Time", "Lng", "Lat", "Speed")
_UDEG = 1_000_000
_LONGITUDE_UDEG, _LATITUDE_UDEG = (-180 * _UDEG, 180 * _UDEG), (-90 * _UDEG, 90 * _UDEG)


def instant_of(day: str | None, time: str) -> int:
    """When a point was taken. Raises UnfitError(MISSING_TIME or BAD_TIME)."""
    if not day or not time:
        raise UnfitError(RejectReason.MISSING_TIME, f"a point of {shown(day)} at {shown(time)}")
    return instant_of_civil(f"{day} {time}", ZONE, "Time")


def _event(day: str | None, fields: Fields) -> Event:
    time, longitude, latitude, speed = (field.strip() for field in fields)
    at = instant_of(day, time)
    if not longitude or not latitude:
        raise UnfitError(RejectReason.MISSING_ENTITY, f"the point of {time} has no place")
    place = (
        scaled(latitude, _UDEG, _LATITUDE_UDEG, f"{time}: Lat"),
        scaled(longitude, _UDEG, _LONGITUDE_UDEG, f"{time}: Lng"),
    )
    if not speed:
        raise UnfitError(RejectReason.MISSING_VALUE, f"the point of {time} has no speed")
    speed_dkmh = scaled(speed, 10, (0, SPEED_MAX_DKMH), f"{time}: Speed")
    cell = cell_of(*place)
    mark = blake2b(f"{place}|{speed_dkmh}|{at}".encode(), digest_size=2).hexdigest()
    return {
        "event_id": f"taxi:{cell}:{at // SECOND_MS}:{mark}",
        "entity_id": cell,
        "area_id": CITY,
        "event_time": at,
        "quality": "good",
        "speed_dkmh": speed_dkmh,
        "vacant": None,
        "boarded": None,
    }


def decode(raw: Raw) -> Iterable[Item]:
    """One item for each point."""
    return events_of(raw.payload, COLUMNS, lambda fields: _event(raw.context.get(DAY), fields))


FEED = Feed("beijing-taxi", "probe", "Beijing taxis, points of their tracks", decode, zone=ZONE)
"""The file's `OpenStatus` is 0 throughout and explained nowhere, so that nothing is said of passengers."""
