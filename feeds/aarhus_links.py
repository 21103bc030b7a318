"""How fast is each link of Aarhus, measured by vehicles recognised at both of its ends?

A poll gives a header and one row a link. Local time without a zone; where the clock is set back, the first of the two
hours. A link that measured nothing says 0 vehicles, whatever speed stands beside it: that is a missing value and no
standstill. Some links have repeated a reading for years, some are ahead of the clock; they are decoded as they stand,
and the line decides what is late and what is from the future. Mean and median travel times are not read.
"""

import re
from collections.abc import Iterable

from feeds.city_gateways import VEHICLES_MAX
from feeds.civil_time import SECOND_MS, instant_of_civil
from feeds.csv_rows import Fields, events_of
from feeds.decoding import Event, Feed, Item, Raw, Rejected, RejectReason, UnfitError, name_of
from feeds.gateway import count_of
from feeds.quantities import speed

ZONE = "Europe/Copenhagen"
CITY = "aarhus"
COLUMNS = ("REPORT_ID", "TIMESTAMP", "status", "vehicleCount", "avgSpeed")
_COUNT = re.compile(r"[0-9]{1,9}", re.ASCII)


def _event(fields: Fields) -> Event:
    link, measured_at, status, counted, speed_kmh = (field.strip() for field in fields)
    link = name_of(link, "REPORT_ID")
    event_time = instant_of_civil(measured_at, ZONE, f"{link}: TIMESTAMP")
    # What is no number stays text, which is no count.
    number = int(counted) if _COUNT.fullmatch(counted) else counted or None
    vehicles = count_of(number, (0, VEHICLES_MAX), f"{link}: vehicleCount")
    if not vehicles:
        raise UnfitError(RejectReason.MISSING_VALUE, f"{link} measured no vehicle")
    return {
        "event_id": f"aar:{link}:{event_time // SECOND_MS}",
        "entity_id": link,
        "area_id": None,
        "event_time": event_time,
        "quality": "good" if status == "OK" else "suspect",
        "speed_kmh": speed(speed_kmh, 1.0, link),
        "weight": vehicles,
        "vehicles": vehicles,
    }


def decode(raw: Raw) -> Iterable[Item]:
    """One item for each row."""
    items = events_of(raw.payload, COLUMNS, _event)
    # A cut may end inside the last number, which then is a number all the same.
    if not raw.payload.endswith(b"\n") and not isinstance(items[-1], Rejected):
        items[-1] = Rejected(RejectReason.UNREADABLE, "the last row has no line end: the poll was cut off")
    return items


FEED = Feed("aarhus-links", "road", "Link speeds of Aarhus", decode, zone=ZONE)
