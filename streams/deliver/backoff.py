"""Is an answer a delivery, and when is a message sent again? Pure; chance and the clock are given."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum

FIRST_SECONDS = 1.0
LONGEST_SECONDS = 300.0
RETRY_AFTER_SECONDS_MAX = 3_600.0
"""A receiver may ask for patience, but not for silence."""
AGAIN = frozenset({408, 425, 429})
"""Beside 5xx: what says by itself that another time may do."""


class Verdict(StrEnum):
    """What an answer means for a message."""

    DELIVERED = "delivered"
    AGAIN = "again"
    NEVER = "never"


def verdict_of(status: int) -> Verdict:
    """By HTTP status: a redirect is no delivery and is not followed, a refusal does not change by being asked again."""
    if 200 <= status < 300:
        return Verdict.DELIVERED
    return Verdict.AGAIN if status in AGAIN or status >= 500 else Verdict.NEVER


def wait_seconds(attempt: int, retry_after: float | None, chance: float) -> float:
    """How long to wait after a failed attempt (counted from 1); `chance` in [0, 1) spreads those who fail together.

    Between half and the whole of 1, 2, 4, … 300 s, and not before the receiver has asked for.
    """
    backoff = min(LONGEST_SECONDS, FIRST_SECONDS * 2.0 ** min(attempt - 1, 30))
    spread = backoff * (0.5 + chance / 2)
    return max(spread, min(retry_after or 0.0, RETRY_AFTER_SECONDS_MAX))


def retry_after_seconds(header: str | None, now_seconds: float) -> float | None:
    """What `Retry-After` asks for (RFC 9110, 10.2.3): seconds or a date; None where it says nothing that can be read."""
    if not header:
        return None
    text = header.strip()[:64]
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return max(0.0, (at - datetime.fromtimestamp(now_seconds, UTC)).total_seconds())
