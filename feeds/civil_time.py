"""Which instant is a written time? Everything here answers in epoch milliseconds, UTC.

A zone is looked up once a civil hour and remembered: zone changes fall on whole hours in every zone that a feed
here uses, and a lookup for each row would be the slowest part of a decoder.
"""

from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from feeds.decoding import RejectReason, UnfitError, shown

SECOND_MS = 1_000
MINUTE_MS = 60_000
HOUR_MS = 3_600_000
DAY_MS = 86_400_000
_YEAR_2100_S = 4_102_444_800
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def milliseconds(instant: datetime) -> int:
    """Epoch milliseconds of a datetime that knows its offset; exact, rounded down below a millisecond."""
    # By its parts: dividing the whole duration takes six times as long.
    since = instant - EPOCH
    return since.days * DAY_MS + since.seconds * SECOND_MS + since.microseconds // 1_000


@lru_cache(maxsize=16_384)
def civil_hour(zone: str, year: int, month: int, day: int, hour: int) -> int:
    """When that civil hour starts; the first of the two where the clock is set back.

    Raises ValueError where there is no such hour: no such date, or the clock was set forward over it.
    """
    local = datetime(year, month, day, hour, tzinfo=ZoneInfo(zone))
    instant = local.astimezone(UTC)
    if instant.astimezone(local.tzinfo).hour != hour:
        raise ValueError(f"the clocks of {zone} were set forward over {local:%Y-%m-%d %H}:00")
    return milliseconds(instant)


def instant_with_offset(value: object, what: str) -> int:
    """Read an ISO 8601 time that carries its offset. Raises UnfitError(MISSING_TIME or BAD_TIME)."""
    if value is None or value == "":
        raise UnfitError(RejectReason.MISSING_TIME, f"{what} is missing")
    if not isinstance(value, str):
        raise UnfitError(RejectReason.BAD_TIME, f"{what} is not a time: {shown(value)}")
    try:
        instant = datetime.fromisoformat(value)
        if instant.tzinfo is None:
            raise UnfitError(RejectReason.BAD_TIME, f"{what} has no offset from UTC: {shown(value)}")
        return since_1970(milliseconds(instant), value, what)
    except (ValueError, OverflowError) as error:
        raise UnfitError(RejectReason.BAD_TIME, f"{what} is not a time: {shown(value)}") from error


def since_1970(instant: int, value: object, what: str) -> int:
    """The instant, if a sensor can have written it. Raises UnfitError(BAD_TIME) for times before 1970."""
    if instant < 0:
        raise UnfitError(RejectReason.BAD_TIME, f"{what} is before 1970: {shown(value)}")
    return instant


def instant_of_civil(text: str, zone: str, what: str) -> int:
    """When `YYYY-MM-DD HH:MM:SS` was in a civil zone, a `T` between allowed. Raises UnfitError(MISSING_TIME or BAD_TIME)."""
    if not text:
        raise UnfitError(RejectReason.MISSING_TIME, f"{what} is missing")
    if len(text) != 19 or text[10] not in " T":
        raise UnfitError(RejectReason.BAD_TIME, f"{what} is not YYYY-MM-DD HH:MM:SS: {shown(text)}")
    try:
        local = datetime.fromisoformat(text)
        hour = civil_hour(zone, local.year, local.month, local.day, local.hour)
        return since_1970(hour + local.minute * MINUTE_MS + local.second * SECOND_MS, text, what)
    except (ValueError, OverflowError) as error:
        raise UnfitError(RejectReason.BAD_TIME, f"{what} is not a time: {shown(text)}") from error


def instant_of_seconds(seconds: int, what: str) -> int:
    """The instant of a POSIX time in seconds. Raises UnfitError(MISSING_TIME) for what is none, as 0."""
    if not 0 < seconds < _YEAR_2100_S:
        raise UnfitError(RejectReason.MISSING_TIME, f"{what} has no time: {seconds}")
    return seconds * SECOND_MS
