"""What do the simulated city's floating cars report? JSON, as `feeds/gateway.py` says.

A reading: `link` by the sender's map matching, `at` (ISO 8601 with its offset), `point` (which of the points of its link
and moment it is, counted by the sender), `speed_kmh`, `vacant` (no passenger), and optionally `boarded` (one has just
got in). Whatever else it carries, a plate or a telephone number, is not read.
"""

from feeds.decoding import Event
from feeds.gateway_fields import city_gateway, fixed_point, flag, whole
from feeds.jt808 import SPEED_MAX_DKMH

POINTS_MAX = 1_000_000
"""More than there are cars in a city."""


def _without_point(event: Event) -> Event:
    # It has told two points of a link and moment apart, and is of no other use.
    del event["point"]
    return event


FEED = city_gateway(
    "probe",
    "Floating cars",
    "link",
    {
        "point": whole("point", 0, POINTS_MAX),
        "speed_dkmh": fixed_point("speed_kmh", 10, 0, SPEED_MAX_DKMH),
        "vacant": flag("vacant", optional=True),
        "boarded": flag("boarded", optional=True),
    },
    identity=("point",),
    completed=_without_point,
)
