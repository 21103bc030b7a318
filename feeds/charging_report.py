"""What is one report of a charging station, whoever sends it?"""

from feeds.decoding import Event, RejectReason, UnfitError

STATES = ("available", "charging", "occupied", "reserved", "unavailable", "faulted")
OUT_OF_SERVICE = frozenset({"unavailable", "faulted"})
TAKEN = frozenset({"charging", "occupied"})

INTERVAL_WH = (0, 2_000_000)
"""More than the strongest charger gives to a lorry in an hour."""
SESSION_WH = (0, 5_000_000)
SESSION_S = (0, 30 * 86_400)
"""A car may be forgotten at a charger for weeks."""
REGISTER_WH = (0, 999_999_999_000)


def state_fields(state: str | None, connector: str | None, *, tells_charging: bool = True) -> Event:
    """What follows from a state. That of the station itself counts for no connector.

    tells_charging: False of a format that has one word for every taken connector.
    """
    if state is None or connector is None:
        return {"state": state}
    return {
        "state": state,
        "in_service": int(state not in OUT_OF_SERVICE),
        "occupied": int(state in TAKEN),
        "charging": int(state == "charging") if tells_charging else None,
        "faulted": int(state == "faulted"),
    }


def demand_something(event: Event) -> Event:
    """The event, if it tells a state, energy or a session. Raises UnfitError(MISSING_VALUE)."""
    told = ("state", "energy_wh", "register_wh")
    if event["kind"] == "reading" and all(event.get(name) is None for name in told):
        raise UnfitError(
            RejectReason.MISSING_VALUE, f"{event['entity_id']} tells neither a state nor an energy"
        )
    return event
