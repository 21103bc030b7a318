"""What do the cameras and the traffic police of the simulated city report? JSON, as `feeds/gateway.py` says.

A reading: `site`, `at` (ISO 8601 with its offset), `kind`, and `number` (of the camera or the crash: it tells two reports
of a site and moment apart). By its kind `violations` (a count) and `period_s` (of how long, `at` being its last moment);
nothing more (`crash`); `crashed_at` and optionally `limit_s` (`cleared`). Plates, pictures and names are not read.
"""

from feeds.civil_time import DAY_MS, SECOND_MS
from feeds.decoding import Event, RejectReason, UnfitError
from feeds.gateway_fields import city_gateway, instant, name, one_of, whole

KINDS = ("violations", "crash", "cleared")
VIOLATIONS_MAX = 100_000
"""More than pass a camera in a day."""
PERIOD_MAX_S = 90_000
"""A civil day is an hour longer where the clock is set back."""
LIMIT_MAX_S = 7 * DAY_MS // SECOND_MS
_OF_A_COUNT = ("violations", "period_s")


def _completed(event: Event) -> Event:
    """What its kind has, and nothing else."""
    # It has told two reports apart, and is of no other use.
    del event["number"]
    crashed_at, limit_s, who = event.pop("crashed_at"), event.pop("limit_s"), event["entity_id"]
    if event["kind"] == "violations":
        for field in _OF_A_COUNT:
            if event[field] is None:
                raise UnfitError(RejectReason.MISSING_VALUE, f"{who}: {field} is missing")
        return {**event, "clearance_s": None, "limit_s": None}
    event |= dict.fromkeys(_OF_A_COUNT)
    if event["kind"] == "crash":
        return {**event, "clearance_s": None, "limit_s": None}
    if crashed_at is None:
        raise UnfitError(RejectReason.MISSING_VALUE, f"{who}: crashed_at is missing")
    if crashed_at > event["event_time"]:
        raise UnfitError(RejectReason.OUT_OF_RANGE, f"{who} was cleared before it crashed")
    return {**event, "clearance_s": (event["event_time"] - crashed_at) // SECOND_MS, "limit_s": limit_s}


FEED = city_gateway(
    "traffic-safety",
    "Traffic cameras and crashes",
    "site",
    {
        "kind": one_of("kind", KINDS),
        "number": name("number"),
        "violations": whole("violations", 0, VIOLATIONS_MAX, optional=True),
        "period_s": whole("period_s", 1, PERIOD_MAX_S, optional=True),
        "crashed_at": instant("crashed_at", optional=True),
        "limit_s": whole("limit_s", 1, LIMIT_MAX_S, optional=True),
    },
    identity=("kind", "number"),
    completed=_completed,
)
