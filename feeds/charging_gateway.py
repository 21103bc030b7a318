"""What do the charging stations of the simulated city report? JSON, as `feeds/gateway.py` says.

A reading: `station`, `at` (ISO 8601 with its offset), `connector`, `kind`, and by the kind
`state` and `energy_kwh` since the reading before (`reading`, one of the two may be absent), or
`session_kwh` and `session_s` (`session`, told when it has ended). Who charged is not among it.
"""

from feeds.charging_report import (
    INTERVAL_WH,
    SESSION_S,
    SESSION_WH,
    STATES,
    demand_something,
    state_fields,
)
from feeds.decoding import Event, RejectReason, UnfitError
from feeds.gateway_fields import city_gateway, fixed_point, name, one_of, whole

_WH_PER_KWH = 1_000


def _completed(event: Event) -> Event:
    """What follows from the kind and the state. Raises UnfitError(MISSING_VALUE)."""
    if event["kind"] == "session":
        if event["session_wh"] is None or event["session_s"] is None:
            raise UnfitError(
                RejectReason.MISSING_VALUE,
                f"{event['entity_id']}: a session without its energy or its length",
            )
        return {**event, "state": None, "energy_wh": None}
    readings = {**event, "session_wh": None, "session_s": None}
    return demand_something({**readings, **state_fields(event["state"], event["connector"])})


FEED = city_gateway(
    "charging",
    "Charging stations",
    "station",
    {
        "connector": name("connector"),
        "kind": one_of("kind", ("reading", "session")),
        "state": one_of("state", STATES, optional=True),
        "energy_wh": fixed_point("energy_kwh", _WH_PER_KWH, *INTERVAL_WH, optional=True),
        "session_wh": fixed_point("session_kwh", _WH_PER_KWH, *SESSION_WH, optional=True),
        "session_s": whole("session_s", *SESSION_S, optional=True),
    },
    identity=("connector", "kind"),
    completed=_completed,
)
