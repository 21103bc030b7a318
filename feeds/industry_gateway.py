"""What does the equipment of the simulated city's plants report? JSON, as `feeds/gateway.py` says.

A reading: `equipment`, `at` (ISO 8601 with its offset), `state` (`offline` where the plant's gateway cannot reach it),
and since the reading before `output` (in the unit that the plant has declared, told by equipment that finishes a
product alone, so that no part is counted at every step), `energy_kwh` and `emission_kg`, each of which may be absent.
"""

from feeds.decoding import Event, RejectReason, UnfitError
from feeds.gateway_fields import city_gateway, fixed_point, one_of

STATES = ("running", "idle", "faulted", "offline")
_MEASURED = ("output_milliunits", "energy_wh", "emission_g")
_PER_THOUSAND = 1_000
_MAX = (0, 1_000_000_000_000)
"""A thousand million units, kilowatt-hours or kilograms: more than any machine makes, uses or emits in a week."""


def _reachable(event: Event) -> Event:
    """The event, if what it tells can be known. Raises UnfitError(BAD_VALUE)."""
    if event["state"] == "offline" and any(event[name] is not None for name in _MEASURED):
        raise UnfitError(
            RejectReason.BAD_VALUE, f"{event['entity_id']} cannot be reached, and yet tells what it did"
        )
    return event


FEED = city_gateway(
    "industry",
    "Plant equipment",
    "equipment",
    {
        "state": one_of("state", STATES),
        "output_milliunits": fixed_point("output", _PER_THOUSAND, *_MAX, optional=True),
        "energy_wh": fixed_point("energy_kwh", _PER_THOUSAND, *_MAX, optional=True),
        "emission_g": fixed_point("emission_kg", _PER_THOUSAND, *_MAX, optional=True),
    },
    completed=_reachable,
)
