"""Does a polluting firm treat what it produces, and does it work when it should be quiet? Ours: no standard says how.

What a line declares of itself (from which power on it runs, what it draws when nobody works) is in the registry. A
share tells where to look and proves nothing: a line may be cleaned at night, or its treatment run on another meter.
"""

from indicators.standard import Edition

NIGHT_BEGINS_HOUR, NIGHT_ENDS_HOUR = 22, 6
"""Of the civil clock: configuration, the night of the noise standard."""
DAY_HOURS = NIGHT_BEGINS_HOUR - NIGHT_ENDS_HOUR

RUNNING_V1 = Edition(
    "project",
    "running-together-1",
    None,
    None,
    "readings against the thresholds that each line has declared, exactly at a threshold being running",
)
NIGHT_V1 = Edition(
    "project",
    "quiet-night-1",
    None,
    None,
    f"00:00 to {NIGHT_ENDS_HOUR:02d}:00 and {NIGHT_BEGINS_HOUR}:00 to 24:00 of a civil day, against the quiet power that "
    "each line has declared",
)


def is_night(hour: int) -> bool:
    """Whether an hour of the civil clock belongs to the night."""
    return not NIGHT_ENDS_HOUR <= hour < NIGHT_BEGINS_HOUR
