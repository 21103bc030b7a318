"""Is a result so far still worth telling? Where city time follows the clock on the wall, only while its window is open.

After an outage, and at a start with a past, a line has hours to make up for. Nobody acts on what a window was about to
say half-way through an hour that is long over, nor on what each minute of the present hour had to say forty minutes
ago, and those rows are most of all rows: without them it has caught up several times sooner. What a whole window says
is always told.
"""

from datetime import timedelta

FOLLOWING = frozenset({"live", "simulated"})
"""Modes of lines whose city time is the time of day. A recording is played at its own time, whenever that was."""
GRACE = timedelta(minutes=5)
"""How long after a window was to be told its results so far are still told: a busy line is a little behind."""
STEP_BEHIND = timedelta(minutes=15)
"""How often a window that is open still is told by a line that is behind."""


def follows_wall(mode: str) -> bool:
    """Whether city time follows the clock on the wall."""
    return mode in FOLLOWING
