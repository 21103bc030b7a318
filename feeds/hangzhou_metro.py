"""How many passengers go into each station of Hangzhou's metro, every ten minutes?

A poll gives a header and rows, one for each station: its number and its count. The payload has no time: the transport
knows until when was counted, as context `counted_until`. Who comes out is counted nowhere in it.

A count is put into the last second of its ten minutes, when it is known. So it is in the quarter of an hour in which
they end: of two quarters one holds twenty minutes and one ten. Half hours and hours hold what was counted in them.
"""

from collections.abc import Callable, Iterable

from feeds.civil_time import SECOND_MS, instant_with_offset
from feeds.csv_rows import Fields, events_of
from feeds.decoding import Event, Feed, Item, Raw, UnfitError, name_of
from feeds.quantities import scaled

ZONE = "Asia/Shanghai"
CITY = "hangzhou"
COUNTED_UNTIL = "counted_until"
COLUMNS = ("station", "entries")
PERIOD_S = 600
ENTRIES_MAX = 20_000
"""More than the gates of any station let in within ten minutes."""


def counted(raw: Raw, told: Callable[[int], Event]) -> list[Item]:
    """One item for each station: where and when it was counted, with what `told` makes of the count."""
    try:
        until = instant_with_offset(raw.context.get(COUNTED_UNTIL), f"context {COUNTED_UNTIL}")
    except UnfitError as error:
        return [error.rejected]
    event_time = until - SECOND_MS

    def event(fields: Fields) -> Event:
        station = name_of(fields[0], "station")
        entries = scaled(fields[1].strip(), 1, (0, ENTRIES_MAX), f"station {station}: entries")
        return {
            "event_id": f"hz:{station}:{event_time // SECOND_MS}",
            "entity_id": station,
            "area_id": CITY,
            "event_time": event_time,
            "quality": "good",
            **told(entries),
        }

    return events_of(raw.payload, COLUMNS, event)


def decode(raw: Raw) -> Iterable[Item]:
    """One item for each station."""
    return counted(raw, lambda entries: {"entries": entries, "exits": 0, "exits_uncounted": 1})


FEED = Feed("hangzhou-metro", "metro", "Hangzhou metro, passengers entering by the ten minutes", decode, ZONE)
