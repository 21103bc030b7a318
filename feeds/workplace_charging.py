"""How long, and with how much energy, was each car charged at work?

A poll gives a header and rows, one for each session that has ended. Years are written as 0014 and 0015. The files do
not say in which civil time they are written; they are read as UTC, so that every length is that of the file.
Who charged, and where they live, stays behind.
"""

import re
from collections.abc import Iterable

from feeds.charging_report import SESSION_S, SESSION_WH
from feeds.civil_time import SECOND_MS, instant_of_civil
from feeds.csv_rows import Fields, events_of
from feeds.decoding import Event, Feed, Item, Raw, name_of
from feeds.gateway import count_of
from feeds.quantities import scaled

ZONE = "UTC"
CITY = "workplaces"
COLUMNS = ("sessionId", "created", "ended", "stationId", "locationId", "kwhTotal")
_WH_PER_KWH = 1_000
_CENTURY = re.compile(r"^00(?=\d\d-)")


def instant(text: str, what: str) -> int:
    """When a stamp of the file was, with its century. Raises UnfitError."""
    return instant_of_civil(_CENTURY.sub("20", text), ZONE, what)


def _event(fields: Fields) -> Event:
    session = name_of(fields[0], "sessionId")
    ended = instant(fields[2], f"session {session}: ended")
    length_s = (ended - instant(fields[1], f"session {session}: created")) // SECOND_MS
    return {
        "event_id": f"workplace:{session}",
        "entity_id": name_of(fields[3], f"session {session}: stationId"),
        "area_id": None,
        "event_time": ended,
        "quality": "good",
        "kind": "session",
        "session_wh": scaled(fields[5], _WH_PER_KWH, SESSION_WH, f"session {session}: kwhTotal"),
        "session_s": count_of(length_s, SESSION_S, f"session {session}: length"),
    }


def decode(raw: Raw) -> Iterable[Item]:
    """One item for each session."""
    return events_of(raw.payload, COLUMNS, _event)


FEED = Feed("workplace-charging", "charging", "Charging sessions at workplaces", decode, zone=ZONE)
