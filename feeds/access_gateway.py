"""What do the gates and doors of the simulated city report? JSON, as `feeds/gateway.py` says.

A reading: `gate`, `at` (ISO 8601 with its offset), `happening` and `serial` (the controller's own running number); of a
`passage` optionally the `direction`, of a `status` whether it is `online` and for how long that stands, `interval_s`.
No identity: cards, faces, names, plates and whatever else tells who passed are not read. The serial alone keeps two
passages of one moment apart.
"""

from feeds.decoding import Event, RejectReason, UnfitError
from feeds.gateway_fields import city_gateway, flag, one_of, whole

HAPPENINGS = ("passage", "forced", "held", "status")
DIRECTIONS = ("in", "out")
SERIAL_MAX = 2**53
"""Above it, JSON writers begin to round."""
INTERVAL_MAX_S = 3_600


def _of_happening(event: Event) -> Event:
    happening = event["happening"]
    if happening != "status":
        direction = event["direction"] if happening == "passage" else None
        return {**event, "direction": direction, "online": None, "interval_s": None}
    if event["online"] is None or event["interval_s"] is None:
        raise UnfitError(
            RejectReason.MISSING_VALUE,
            f"{event['entity_id']}: a status says whether the gate is online, and for how long that stands",
        )
    return {**event, "direction": None}


FEED = city_gateway(
    "access",
    "Access control",
    "gate",
    {
        "happening": one_of("happening", HAPPENINGS),
        "serial": whole("serial", 0, SERIAL_MAX),
        "direction": one_of("direction", DIRECTIONS, optional=True),
        "online": flag("online", optional=True),
        "interval_s": whole("interval_s", 1, INTERVAL_MAX_S, optional=True),
    },
    identity=("happening", "serial"),
    completed=_of_happening,
)
