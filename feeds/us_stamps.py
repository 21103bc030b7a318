"""When was `MM/DD/YYYY hh:mm:ss AM`? Times as the open data portals of American cities write them."""

from functools import lru_cache

from feeds.civil_time import MINUTE_MS, SECOND_MS, civil_hour, since_1970
from feeds.decoding import RejectReason, UnfitError, shown


@lru_cache(maxsize=16_384)
def _hour(zone: str, date: str, hour: str, half: str) -> int:
    month, day, year = date.split("/")
    if half not in {"AM", "PM"} or not 1 <= int(hour) <= 12:
        raise ValueError(f"no such hour: {hour} {half}")
    return civil_hour(zone, int(year), int(month), int(day), int(hour) % 12 + (12 if half == "PM" else 0))


def instant_of_stamp(stamp: str, zone: str) -> int:
    """When a stamp was in a civil zone, epoch milliseconds. Raises ValueError."""
    if len(stamp) != 22 or stamp[10] != " " or stamp[13] != ":" or stamp[16] != ":" or stamp[19] != " ":
        raise ValueError(f"not MM/DD/YYYY hh:mm:ss AM: {stamp}")
    minute, second = int(stamp[14:16]), int(stamp[17:19])
    if not (0 <= minute < 60 and 0 <= second < 60):
        raise ValueError(f"no such minute: {stamp}")
    return _hour(zone, stamp[:10], stamp[11:13], stamp[20:]) + minute * MINUTE_MS + second * SECOND_MS


def instant_in(stamp: str, zone: str, what: str) -> int:
    """The same for a decoder. Raises UnfitError(MISSING_TIME or BAD_TIME)."""
    if not stamp.strip():
        raise UnfitError(RejectReason.MISSING_TIME, f"{what} is empty")
    try:
        return since_1970(instant_of_stamp(stamp, zone), stamp, what)
    except (ValueError, OverflowError) as error:
        raise UnfitError(RejectReason.BAD_TIME, f"{what} is not a time: {shown(stamp)}") from error
