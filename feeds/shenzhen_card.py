"""Who went through the gates of Shenzhen's metro, as its city card tells it?

A poll gives a header and rows, one for each tap. Local time without a zone. The masked card number stays behind:
of it and of the gate and second only two bytes of a digest are kept, so that two cards at one gate in one second are
two events and no card can be followed.
"""

from collections.abc import Iterable
from hashlib import blake2b

from feeds.civil_time import SECOND_MS, instant_of_civil
from feeds.csv_rows import Fields, events_of
from feeds.decoding import Event, Feed, Item, Raw, RejectReason, UnfitError, name_of, shown

ZONE = "Asia/Shanghai"
CITY = "shenzhen"
COLUMNS = ("deal_date", "deal_type", "equ_no", "station", "card_no")
DIRECTIONS = {"地铁入站": ("in", 1, 0), "地铁出站": ("out", 0, 1)}
"""What a tap is: its direction, and what it adds to entries and exits."""


def _event(fields: Fields) -> Event:
    when, kind, gate, station, card = fields
    if kind not in DIRECTIONS:
        raise UnfitError(RejectReason.BAD_VALUE, f"{shown(kind)} is no tap at a metro gate")
    direction, entries, exits = DIRECTIONS[kind]
    gate = name_of(gate, "equ_no")
    station = name_of(station, f"station of gate {gate}")
    event_time = instant_of_civil(when, ZONE, f"gate {gate}: deal_date")
    mark = blake2b(f"{card}|{gate}|{when}".encode(), digest_size=2).hexdigest()
    return {
        "event_id": f"szt:{gate}:{event_time // SECOND_MS}:{direction}:{mark}",
        "entity_id": station,
        "area_id": CITY,
        "event_time": event_time,
        "quality": "good",
        "entries": entries,
        "exits": exits,
    }


def decode(raw: Raw) -> Iterable[Item]:
    """One item for each tap."""
    return events_of(raw.payload, COLUMNS, _event)


FEED = Feed("shenzhen-card", "metro", "Shenzhen city card at the metro's gates", decode, zone=ZONE)
