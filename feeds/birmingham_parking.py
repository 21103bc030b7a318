"""How full are Birmingham's car parks, about every half hour?

A poll gives a header and rows. Local time without a zone; where the clock is set back, the first of the two hours.
"""

import re
from collections.abc import Iterable

from feeds.civil_time import instant_of_civil
from feeds.csv_rows import Fields, events_of
from feeds.decoding import Event, Feed, Item, Raw, RejectReason, UnfitError, name_of, shown
from feeds.parking_reading import occupancy_event

ZONE = "Europe/London"
CITY = "birmingham"
COLUMNS = ("SystemCodeNumber", "Capacity", "Occupancy", "LastUpdated")
_COUNT = re.compile(r"-?[0-9]{1,7}", re.ASCII)


def _count(text: str, what: str) -> int:
    if not text:
        raise UnfitError(RejectReason.MISSING_VALUE, f"{what} is missing")
    if not _COUNT.fullmatch(text):
        raise UnfitError(RejectReason.BAD_VALUE, f"{what} is not a count: {shown(text)}")
    return int(text)


def _event(fields: Fields) -> Event:
    name = name_of(fields[0], "SystemCodeNumber")
    return occupancy_event(
        "bhm",
        name,
        instant_of_civil(fields[3], ZONE, f"{name}: LastUpdated"),
        _count(fields[2].strip(), f"{name}: Occupancy"),
        _count(fields[1].strip(), f"{name}: Capacity"),
    )


def decode(raw: Raw) -> Iterable[Item]:
    """One item for each reading."""
    return events_of(raw.payload, COLUMNS, _event)


FEED = Feed("birmingham-parking", "parking", "Birmingham car parks", decode, zone=ZONE)
