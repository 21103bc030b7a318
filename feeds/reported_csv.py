"""What do departments report in files? A drop gives a header and rows, one for each figure that is signed off.

`signed_at` is the local civil time of the first sign-off, `period` the first civil day of what the figure is of,
`due_on` the civil day by whose end it had to be signed off (empty where there is none), and `version` how often it
was corrected (empty for never); a correction keeps `signed_at`. Other columns, such as who signed, are not read.
"""

import re
from collections.abc import Iterable
from datetime import timedelta

from feeds.civil_time import civil_hour, instant_of_civil
from feeds.csv_rows import Fields, events_of
from feeds.decoding import Event, Feed, Item, Raw, RejectReason, UnfitError, name_of, shown
from feeds.gateway import VERSION_MAX
from feeds.reported_figure import civil_date, identified, millionths

ZONE = "Asia/Shanghai"
COLUMNS = ("indicator", "area", "period", "value", "department", "due_on", "signed_at", "version")
_COUNT = re.compile(r"[0-9]{1,7}", re.ASCII)


def _version(text: str, what: str) -> int:
    if text and not (_COUNT.fullmatch(text) and int(text) <= VERSION_MAX):
        raise UnfitError(RejectReason.BAD_VALUE, f"{what} is not a count: {shown(text)}")
    return int(text or 0)


def _in_time(signed_at: int, due_on: str, what: str) -> int | None:
    """Whether the day that it was due on was not over yet; None where it was due on none."""
    if not due_on:
        return None
    try:
        after = civil_date(due_on, what) + timedelta(days=1)
        return int(signed_at < civil_hour(ZONE, after.year, after.month, after.day, 0))
    except (ValueError, OverflowError) as error:
        raise UnfitError(RejectReason.BAD_TIME, f"{what} is no day: {shown(due_on)}") from error


def _event(fields: Fields) -> Event:
    code, area, period, value, department, due_on, signed_at, version = fields
    area = name_of(area, "area")
    who = name_of(f"{name_of(code, 'indicator')}:{area}", "figure")
    event_time = instant_of_civil(signed_at, ZONE, f"{who}: signed_at")
    return identified(
        {
            "entity_id": who,
            "area_id": area,
            "event_time": event_time,
            "quality": "good",
            "source_version": _version(version, f"{who}: version"),
            "period": civil_date(period, f"{who}: period").isoformat(),
            "department": name_of(department, f"{who}: department"),
            "value_micro": millionths(value, f"{who}: value"),
            "in_time": _in_time(event_time, due_on, f"{who}: due_on"),
        }
    )


def decode(raw: Raw) -> Iterable[Item]:
    """One item for each figure."""
    return events_of(raw.payload, COLUMNS, _event)


FEED = Feed("reported-csv", "reported", "Reported figures, dropped as files", decode, zone=ZONE)
