"""What do the signals and guidance screens of the simulated city report? JSON, as `feeds/gateway.py` says.

A reading: `device`, `at` (ISO 8601 with its offset), `kind` and `working`. Of a `signal` that works, when its cycle is
over: `cycle_s`, `green_s`, `passed` (vehicles), and where they are measured `stops` and `queue_m` (the longest). Of a
`screen` that is online: `message_at`, since when it shows its message, absent where it is dark.
"""

from feeds.civil_time import SECOND_MS
from feeds.decoding import Event, RejectReason, UnfitError
from feeds.gateway_fields import city_gateway, flag, instant, one_of, whole

KINDS = ("signal", "screen")
CYCLE_MAX_S = 600
"""Twice the longest cycle that anybody waits through."""
VEHICLES_MAX = 10_000
QUEUE_MAX_M = 20_000
_OF_A_CYCLE = ("cycle_s", "green_s", "passed")
_OF_A_SIGNAL = (*_OF_A_CYCLE, "stops", "queue_m")


def _completed(event: Event) -> Event:
    """What the kind has, and nothing else; a device that does not work has none of it."""
    message_at, who = event.pop("message_at"), event["entity_id"]
    nothing = dict.fromkeys((*_OF_A_SIGNAL, "message_age_s"))
    if not event["working"]:
        return {**event, **nothing}
    if event["kind"] == "screen":
        age_ms = None if message_at is None else event["event_time"] - message_at
        if age_ms is not None and age_ms < 0:
            raise UnfitError(RejectReason.OUT_OF_RANGE, f"{who}: its message is newer than its reading")
        return {**event, **nothing, "message_age_s": None if age_ms is None else age_ms // SECOND_MS}
    for name in _OF_A_CYCLE:
        if event[name] is None:
            raise UnfitError(RejectReason.MISSING_VALUE, f"{who}: {name} is missing")
    if event["green_s"] > event["cycle_s"]:
        raise UnfitError(RejectReason.OUT_OF_RANGE, f"{who}: more green than its cycle is long")
    return {**event, "message_age_s": None}


FEED = city_gateway(
    "signal",
    "Signals and guidance screens",
    "device",
    {
        "kind": one_of("kind", KINDS),
        "working": flag("working"),
        "cycle_s": whole("cycle_s", 1, CYCLE_MAX_S, optional=True),
        "green_s": whole("green_s", 0, CYCLE_MAX_S, optional=True),
        "passed": whole("passed", 0, VEHICLES_MAX, optional=True),
        "stops": whole("stops", 0, VEHICLES_MAX, optional=True),
        "queue_m": whole("queue_m", 0, QUEUE_MAX_M, optional=True),
        "message_at": instant("message_at", optional=True),
    },
    completed=_completed,
)
