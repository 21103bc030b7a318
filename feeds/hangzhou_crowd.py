"""How many people stream into the stations of Hangzhou's metro, as places where crowds gather?

The same polls as those of `feeds/hangzhou_metro.py`, read as a people counter at each station's gates. Who is there and
who leaves is counted nowhere in them.
"""

from collections.abc import Iterable

from feeds.decoding import Feed, Item, Raw
from feeds.hangzhou_metro import PERIOD_S, ZONE, counted


def decode(raw: Raw) -> Iterable[Item]:
    """One item for each station."""
    return counted(
        raw, lambda entries: {"period_s": PERIOD_S, "entries": entries, "exits": None, "present": None}
    )


FEED = Feed("hangzhou-crowd", "crowd", "Hangzhou metro, the inflow into its stations", decode, ZONE)
