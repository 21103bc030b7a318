"""What is one sound level, whoever sends it?"""

from feeds.civil_time import SECOND_MS
from feeds.decoding import Event
from feeds.quantities import scaled

LEVEL_LIMITS_CDB = (0, 14_000)
"""0 to 140 dB(A): beyond lies a broken microphone."""


def level_event(prefix: str, name: str, event_time: int, decibels: str) -> Event:
    """The event of a level as written, in dB(A). Raises UnfitError(BAD_VALUE or OUT_OF_RANGE)."""
    return {
        "event_id": f"{prefix}:{name}:{event_time // SECOND_MS}",
        "entity_id": name,
        "area_id": None,
        "event_time": event_time,
        "quality": "good",
        "level_cdb": scaled(decibels, 100, LEVEL_LIMITS_CDB, f"{name}: level"),
    }
