"""Which moment is a number of milliseconds?"""

from datetime import UTC, datetime


def time_of(milliseconds: int) -> datetime:
    """A moment of epoch milliseconds, in UTC."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
