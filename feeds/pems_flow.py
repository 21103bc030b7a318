"""How many vehicles passed a detector of the Californian freeways, every five minutes?

A poll gives a header and rows: local time of the beginning without a zone, the count of one lane, and which part of it
was observed and not filled in. Nothing observed is no count, whatever stands there. There is no speed.
"""

import re
from collections.abc import Iterable

from feeds.civil_time import SECOND_MS, instant_of_civil
from feeds.csv_rows import Fields, events_of
from feeds.decoding import Event, Feed, Item, Raw, RejectReason, UnfitError, name_of, shown
from feeds.quantities import scaled

ZONE = "America/Los_Angeles"
DETECTOR = "detector"
COLUMNS = ("5 Minutes", "Lane 1 Flow (Veh/5 Minutes)", "% Observed")
FLOW_MAX = 500
"""More than pass one lane in five minutes anywhere."""
_STAMP = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4}) (\d{1,2}):(\d{2})", re.ASCII)


def began(text: str) -> int:
    """When a count began, `dd/mm/yyyy H:MM`. Raises UnfitError(MISSING_TIME or BAD_TIME)."""
    found = _STAMP.fullmatch(text)
    if text and found is None:
        raise UnfitError(RejectReason.BAD_TIME, f"5 Minutes is not dd/mm/yyyy H:MM: {shown(text)}")
    if found is None:
        return instant_of_civil(text, ZONE, "5 Minutes")
    day, month, year, hour, minute = (int(part) for part in found.groups())
    return instant_of_civil(f"{year}-{month:02d}-{day:02d} {hour:02d}:{minute:02d}:00", ZONE, "5 Minutes")


def decode(raw: Raw) -> Iterable[Item]:
    """One item for each row."""

    def event(fields: Fields) -> Event:
        detector = name_of(raw.context.get(DETECTOR), DETECTOR)
        at = began(fields[0])
        flow = scaled(fields[1].strip(), 1, (0, FLOW_MAX), f"{detector}: flow")
        observed = scaled(fields[2].strip(), 1, (0, 100), f"{detector}: % Observed")
        if observed == 0:
            raise UnfitError(RejectReason.MISSING_VALUE, f"{detector}: nothing was observed")
        return {
            "event_id": f"pems:{detector}:{at // SECOND_MS}",
            "entity_id": detector,
            "area_id": None,
            "event_time": at,
            "quality": "good" if observed == 100 else "estimated",
            "speed_kmh": None,
            "vehicles": flow,
        }

    return events_of(raw.payload, COLUMNS, event)


FEED = Feed("pems-flow", "road", "A freeway detector of California, counts of one lane", decode, ZONE)
