"""What does the registry know that the feed does not say? Puts it on the event, so that every result is a sum."""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from feeds.decoding import Rejected, RejectReason

Lookup: TypeAlias = Callable[[str, str, str, int], Mapping[str, Any] | None]
"""(system, entity_type, entity_id, at in milliseconds) to the entity as it was then, or None."""

Enrich: TypeAlias = Callable[[dict[str, Any], Lookup], Rejected | None]
"""Completes an event in place, or says why it cannot become one."""

MS_PER_HOUR_OVER_M_PER_KM = 3_600
SLOWEST_KMH = 0.1
FASTEST_KMH = 300.0


def enrich_road(event: dict[str, Any], lookup: Lookup) -> Rejected | None:
    """Length, free-flow time and weight of the link, and the travel time at the measured speed.

    travel_time_ms = length_m / (speed_kmh / 3.6) * 1000, rounded half to even to whole milliseconds.
    """
    link_id = event["entity_id"]
    link = lookup("road", "link", link_id, event["event_time"])
    if link is None:
        return Rejected(
            RejectReason.UNKNOWN_ENTITY,
            f"link {link_id} is not in the registry at this time; announce it on city.registry.entity.v1",
        )
    speed = event.get("speed_kmh")
    if speed is None or not SLOWEST_KMH <= speed <= FASTEST_KMH:
        return Rejected(RejectReason.OUT_OF_RANGE, f"link {link_id}: speed_kmh {speed} is not a road speed")
    attributes = link["attributes"]
    event["area_id"] = link["area_id"]
    event["length_m"] = attributes["length_m"]
    event["free_flow_time_ms"] = attributes["free_flow_time_ms"]
    event["travel_time_ms"] = round(attributes["length_m"] * MS_PER_HOUR_OVER_M_PER_KM / speed)
    if event.get("weight") is None:
        event["weight"] = attributes.get("weight", 1)
    return None


def enrich_air(event: dict[str, Any], lookup: Lookup) -> Rejected | None:
    """The station's area, where the registry knows it better than the feed."""
    station = lookup("air", "station", event["entity_id"], event["event_time"])
    if station is not None:
        event["area_id"] = station["area_id"]
    if event.get("area_id") is None:
        return Rejected(
            RejectReason.UNKNOWN_ENTITY,
            f"station {event['entity_id']} is not in the registry and its feed names no area",
        )
    return None


def enrich_emergency(event: dict[str, Any], _lookup: Lookup) -> Rejected | None:
    """Nothing: the dispatch centre says where an incident is."""
    if event.get("area_id") is None:
        return Rejected(RejectReason.MISSING_ENTITY, f"incident {event['entity_id']} names no dispatch area")
    return None


ENRICH: Mapping[str, Enrich] = {"road": enrich_road, "air": enrich_air, "emergency": enrich_emergency}
