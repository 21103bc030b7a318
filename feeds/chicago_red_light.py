"""How many drivers ran a red light in Chicago, by camera and day?

A poll gives a header and rows. A count is of a civil day and stamped with the last second of it, so that the day adds up
from its hours. The site is the intersection by its public name; a few rows name no camera. Address and coordinates are
not read.
"""

import re
from collections.abc import Iterable
from datetime import date, timedelta

from feeds.civil_time import SECOND_MS, civil_hour, since_1970
from feeds.csv_rows import Fields, events_of
from feeds.decoding import Event, Feed, Item, Raw, RejectReason, UnfitError, name_of, shown
from feeds.gateway import count_of

ZONE = "America/Chicago"
CITY = "chicago"
COLUMNS = ("INTERSECTION", "CAMERA ID", "VIOLATION DATE", "VIOLATIONS")
VIOLATIONS_MAX = 100_000
"""More than pass a camera in a day."""
_DATE = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})", re.ASCII)
_COUNT = re.compile(r"[0-9]{1,9}", re.ASCII)


def day_of(text: str, what: str) -> tuple[int, int]:
    """Start, included, and end, excluded, of the civil day M/D/YYYY. Raises UnfitError(MISSING_TIME or BAD_TIME)."""
    if not text:
        raise UnfitError(RejectReason.MISSING_TIME, f"{what} is missing")
    written = _DATE.fullmatch(text)
    if written is None:
        raise UnfitError(RejectReason.BAD_TIME, f"{what} is not M/D/YYYY: {shown(text)}")
    try:
        first = date(int(written[3]), int(written[1]), int(written[2]))
        start, end = (
            civil_hour(ZONE, day.year, day.month, day.day, 0) for day in (first, first + timedelta(days=1))
        )
    except (ValueError, OverflowError) as error:
        raise UnfitError(RejectReason.BAD_TIME, f"{what} is no day: {shown(text)}") from error
    return since_1970(start, text, what), end


def _event(fields: Fields) -> Event:
    site, camera, day, violations = (field.strip() for field in fields)
    site = name_of(site, "INTERSECTION")
    start, end = day_of(day, f"{site}: VIOLATION DATE")
    # What is no number stays text, which is no count.
    number = int(violations) if _COUNT.fullmatch(violations) else violations or None
    return {
        "event_id": f"chi:{site}:{start // SECOND_MS}:{camera and name_of(camera, f'{site}: CAMERA ID')}",
        "entity_id": site,
        "area_id": CITY,
        "event_time": end - SECOND_MS,
        "quality": "good",
        "kind": "violations",
        "violations": count_of(number, (0, VIOLATIONS_MAX), f"{site}: VIOLATIONS"),
        "period_s": (end - start) // SECOND_MS,
        "clearance_s": None,
        "limit_s": None,
    }


def decode(raw: Raw) -> Iterable[Item]:
    """One item for each row."""
    return events_of(raw.payload, COLUMNS, _event)


FEED = Feed("chicago-red-light", "traffic-safety", "Chicago's red-light cameras", decode, zone=ZONE)
