"""How loud is it at a noise monitor, minute by minute or second by second?

A poll gives a header and rows of one monitor, which the transport names as context `station`. The files do not say
in which civil time they are written; they are read as UTC.
"""

from collections.abc import Iterable

from feeds.civil_time import instant_of_civil
from feeds.csv_rows import Fields, events_of_place
from feeds.decoding import Event, Feed, Item, Raw, RejectReason, UnfitError
from feeds.noise_reading import level_event

ZONE = "UTC"
STATION = "station"
COLUMNS = ("datetime", "LEQ dB -A")


def _event(station: str, fields: Fields) -> Event:
    when, level = fields
    if not level:
        raise UnfitError(RejectReason.MISSING_VALUE, f"{station} has no level")
    return level_event("nm", station, instant_of_civil(when, ZONE, f"{station}: datetime"), level)


def decode(raw: Raw) -> Iterable[Item]:
    """One item for each reading."""
    return events_of_place(raw, STATION, COLUMNS, _event)


FEED = Feed("noisemonitor", "noise", "Noise monitors, LAeq by the minute or the second", decode, zone=ZONE)
