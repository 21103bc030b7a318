"""What is one reported figure, whoever sends it?

A figure is one code of one area. It belongs to the moment of its first sign-off: a correction keeps that, has a higher
version, and may come by another way than what it corrects. Who signed is not read.
"""

import re
from datetime import date

from feeds.decoding import Event, RejectReason, UnfitError, shown

DECIMALS = 6
VALUE_MAX_MICRO = 10**15
"""A thousand million: nine thousand such figures still add up in 64 bits; more is to be told in a larger unit."""
_DECIMAL = re.compile(rf"-?[0-9]{{1,15}}(?:\.[0-9]{{1,{DECIMALS}}})?", re.ASCII)
_CIVIL_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


def millionths(text: str, what: str) -> int:
    """A decimal number as written, in millionths, exact. Raises UnfitError(MISSING_VALUE, BAD_VALUE or OUT_OF_RANGE)."""
    if not text:
        raise UnfitError(RejectReason.MISSING_VALUE, f"{what} is missing")
    if not _DECIMAL.fullmatch(text):
        raise UnfitError(
            RejectReason.BAD_VALUE, f"{what} is not a number of at most {DECIMALS} decimals: {shown(text)}"
        )
    whole, _, part = text.partition(".")
    found = int(whole + part.ljust(DECIMALS, "0"))
    if abs(found) > VALUE_MAX_MICRO:
        raise UnfitError(RejectReason.OUT_OF_RANGE, f"{what} is too large for its unit: {shown(text)}")
    return found


def civil_date(text: object, what: str) -> date:
    """A civil day as written, YYYY-MM-DD. Raises UnfitError(MISSING_TIME or BAD_TIME)."""
    if text is None or text == "":
        raise UnfitError(RejectReason.MISSING_TIME, f"{what} is missing")
    try:
        # Other ways to write a date, as the day of a week, are not meant.
        if isinstance(text, str) and _CIVIL_DATE.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError as error:
        raise UnfitError(RejectReason.BAD_TIME, f"{what} is no day: {shown(text)}") from error
    raise UnfitError(RejectReason.BAD_TIME, f"{what} is not YYYY-MM-DD: {shown(text)}")


def identified(event: Event) -> Event:
    """The event with an id that is the same by every way it may come."""
    return {**event, "event_id": f"figure:{event['entity_id']}:{event['period']}:{event['event_time']}"}
