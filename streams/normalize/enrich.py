"""What does the registry know that the feed does not say? Puts it on the event, so that every result is a sum."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, TypeAlias

from feeds.buffalo_avl import NOT_IN_SERVICE
from feeds.decoding import Rejected, RejectReason
from feeds.quantities import MS_PER_HOUR_OVER_M_PER_KM
from indicators.hospital import EdState, nedocs_milli
from indicators.hospital_flow import HANDOVER_LIMIT_S
from indicators.noise import energy_of
from indicators.service_calls import ANSWER_LIMIT_S
from indicators.traffic_safety import CLEARANCE_LIMIT_S
from indicators.transit import DELAY_MAX_S, stop_sums
from indicators.workdays import UndeclaredYearError
from streams.catalog import GOV, System
from streams.entities import OF_THE_CITY
from streams.workdays import workdays_taken

Lookup: TypeAlias = Callable[[str, str, str, int], Mapping[str, Any] | None]
"""(system, entity_type, entity_id, at in milliseconds) to the entity as it was then, or None."""

Enrich: TypeAlias = Callable[[dict[str, Any], Lookup], Rejected | None]
"""Completes an event in place, or says why it cannot become one."""

CELL = "cell"

SLOWEST_KMH = 0.1
FASTEST_KMH = 300.0
_NO_LABELS: Mapping[str, str] = {}


def _unknown(entity_type: str, entity_id: str) -> Rejected:
    return Rejected(
        RejectReason.UNKNOWN_ENTITY,
        f"{entity_type} {entity_id} is not in the registry at this time; announce it on city.registry.entity.v1",
    )


def enrich_road(event: dict[str, Any], lookup: Lookup) -> Rejected | None:
    """Length, free-flow time and weight of the link, and the travel time at the measured speed.

    travel_time_ms = length_m / (speed_kmh / 3.6) * 1000, rounded half to even to whole milliseconds. A count of
    vehicles without a speed weighs nothing: it adds to the flow alone.
    """
    link_id = event["entity_id"]
    link = lookup("road", "link", link_id, event["event_time"])
    if link is None:
        return _unknown("link", link_id)
    speed = event.get("speed_kmh")
    counted = speed is None and event.get("vehicles") is not None
    if not counted and (speed is None or not SLOWEST_KMH <= speed <= FASTEST_KMH):
        return Rejected(RejectReason.OUT_OF_RANGE, f"link {link_id}: speed_kmh {speed} is not a road speed")
    attributes = link["attributes"]
    event["area_id"] = link["area_id"] or event.get("area_id")
    event["length_m"] = attributes["length_m"]
    event["free_flow_time_ms"] = attributes["free_flow_time_ms"]
    if speed is None:
        event["travel_time_ms"] = event["weight"] = 0
        return None
    event["travel_time_ms"] = round(attributes["length_m"] * MS_PER_HOUR_OVER_M_PER_KM / speed)
    if event.get("weight") is None:
        event["weight"] = attributes.get("weight", 1)
    return None


def known_or_placed(system: str, entity_type: str) -> Enrich:
    """The entity's area, where the registry knows it better than the feed; who has neither is rejected."""

    def enrich(event: dict[str, Any], lookup: Lookup) -> Rejected | None:
        entity = lookup(system, entity_type, event["entity_id"], event["event_time"])
        if entity is not None:
            event["area_id"] = entity["area_id"] or event.get("area_id")
        if event.get("area_id") is None:
            return Rejected(
                RejectReason.UNKNOWN_ENTITY,
                f"{entity_type} {event['entity_id']} is not in the registry and its feed names no area",
            )
        return None

    return enrich


enrich_air = known_or_placed("air", "station")


def enrich_emergency(event: dict[str, Any], _lookup: Lookup) -> Rejected | None:
    """Nothing: the dispatch centre says where an incident is."""
    if event.get("area_id") is None:
        return Rejected(RejectReason.MISSING_ENTITY, f"incident {event['entity_id']} names no dispatch area")
    return None


def of_known(
    system: str, entity_type: str, field: str, *attributes: str, labels: Mapping[str, str] = _NO_LABELS
) -> Enrich:
    """The area of a known entity, and those of its attributes that it has; who is unknown is rejected.

    `field` of the event names the entity. `labels` are further fields and the label that fills each: what the entity
    belongs to, or the entity itself where it belongs to nothing.
    """

    def enrich(event: dict[str, Any], lookup: Lookup) -> Rejected | None:
        entity_id = event[field]
        entity = lookup(system, entity_type, entity_id, event["event_time"])
        if entity is None:
            return _unknown(entity_type, entity_id)
        event["area_id"] = entity["area_id"] or event.get("area_id")
        for name in attributes:
            event[name] = entity["attributes"].get(name)
        for name, label in labels.items():
            event[name] = entity.get("labels", _NO_LABELS).get(label, entity_id)
        return None

    return enrich


_of_known_route = of_known("bus", "route", "route_id")


def enrich_bus(event: dict[str, Any], lookup: Lookup) -> Rejected | None:
    """The area of the route, and whether the delay is early, on time or late by the declared window.

    Out of service, and without knowing its delay, it is none of them; nor is the passage of a stop.
    """
    delay_s = event.get("delay_s")
    if delay_s is not None and abs(delay_s) > DELAY_MAX_S:
        return Rejected(
            RejectReason.OUT_OF_RANGE, f"vehicle {event['entity_id']}: a delay cannot be {delay_s} s"
        )
    on_route = event["route_id"] != NOT_IN_SERVICE
    in_service = on_route and event.get("headway_s") is None
    if on_route and (rejected := _of_known_route(event, lookup)) is not None:
        return rejected
    stops = stop_sums([("SCHEDULED", delay_s if in_service else None)])
    event.update(in_service=int(in_service), on_time=stops.on_time, early=stops.early, late=stops.late)
    return None


_of_known_monitor = of_known("noise", "station", "entity_id", "area_class")


def enrich_noise(event: dict[str, Any], lookup: Lookup) -> Rejected | None:
    """The station's area and functional area, and the energy of the level."""
    event["energy_milli"] = energy_of(event["level_cdb"])
    return _of_known_monitor(event, lookup)


def enrich_hotline(event: dict[str, Any], lookup: Lookup) -> Rejected | None:
    """The cell of area and kind, and of a call whether it waited no longer than the limit.

    Where the feed names no area, it is that of the address cell (`address_cell`, which is on no event).
    """
    address_cell = event.pop("address_cell", None)
    if event.get("area_id") is None and address_cell is not None:
        known = lookup(OF_THE_CITY, CELL, address_cell, event["event_time"])
        if known is None:
            return Rejected(
                RejectReason.UNKNOWN_ENTITY,
                f"{event['entity_id']}: address cell {address_cell} is not in the registry at this time; load the "
                "reference data with its grid",
            )
        event["area_id"] = known["area_id"]
    area_id = event.get("area_id")
    if area_id is None:
        return Rejected(RejectReason.MISSING_ENTITY, f"{event['entity_id']} names no area")
    event["cell_id"] = f"{area_id}:{event['kind']}"
    if event.get("waited_s") is not None:
        event["in_time"] = int(event["waited_s"] <= ANSWER_LIMIT_S)
    return None


def of_cell(called: str, *fields: str) -> Enrich:
    """The cell of area and those fields, for what is counted by it; the feed itself says where.

    called: what an event is of, for messages.
    """

    def enrich(event: dict[str, Any], _lookup: Lookup) -> Rejected | None:
        area_id = event.get("area_id")
        if area_id is None:
            return Rejected(RejectReason.MISSING_ENTITY, f"{called} {event['entity_id']} names no area")
        event["cell_id"] = ":".join([area_id, *(str(event[field]) for field in fields)])
        return None

    return enrich


_of_known_hospital = of_known("hospital", "hospital", "entity_id", "handover_limit_s")


def enrich_hospital(event: dict[str, Any], lookup: Lookup) -> Rejected | None:
    """The hospital's area and its limit for handovers, else the usual one; and the crowding score of a census."""
    if (rejected := _of_known_hospital(event, lookup)) is not None:
        return rejected
    if event["handover_limit_s"] is None:
        event["handover_limit_s"] = HANDOVER_LIMIT_S
    if event["ed_patients"] is not None:
        event["nedocs_milli"] = nedocs_milli(
            EdState(
                event["ed_patients"],
                event["ed_beds"],
                event["boarders"],
                event["hospital_beds"],
                event["ventilated"],
                _hours(event["longest_admit_s"]),
                _hours(event["last_wait_s"]),
            )
        )
    return None


def _hours(seconds: int | None) -> Fraction | None:
    return None if seconds is None else Fraction(seconds, 3_600)


_of_known_site = of_known("traffic-safety", "site", "entity_id")


def enrich_traffic_safety(event: dict[str, Any], lookup: Lookup) -> Rejected | None:
    """The area of the site, and of a clearance without a limit of its own the declared one."""
    if event.get("clearance_s") is not None and event.get("limit_s") is None:
        event["limit_s"] = CLEARANCE_LIMIT_S
    return _of_known_site(event, lookup)


_of_known_hall = of_known("gov", "hall", "entity_id", *GOV.known)


def enrich_gov(event: dict[str, Any], lookup: Lookup) -> Rejected | None:
    """The hall's area and limit; of a decision that says when it was accepted the working days that it took.

    By the city's calendar, without those that the applicant was waited for. `accepted_at` and `waited_days` are on no
    event.
    """
    accepted_at, waited_days = event.pop("accepted_at", None), event.pop("waited_days", None)
    if accepted_at is not None:
        who = f"{event['entity_id']}, application {event['case_id']}"
        try:
            taken_days = workdays_taken(lookup, accepted_at, event["event_time"]) - (waited_days or 0)
        except UndeclaredYearError as error:
            return Rejected(RejectReason.UNKNOWN_ENTITY, f"{who}: {error}; then load the reference data")
        if taken_days < 0:
            return Rejected(
                RejectReason.OUT_OF_RANGE,
                f"{who}: waited_days are {waited_days}, more than the working days since it was accepted",
            )
        event["taken_days"] = taken_days
    return _of_known_hall(event, lookup)


_OF_ITS_OWN: Mapping[str, Enrich] = {
    "road": enrich_road,
    "air": enrich_air,
    "emergency": enrich_emergency,
    "bus": enrich_bus,
    "gov": enrich_gov,
    "hotline": enrich_hotline,
    "noise": enrich_noise,
    "probe": known_or_placed("probe", "link"),
    "charging": of_known("charging", "station", "entity_id", labels={"site_id": "site"}),
    "hospital": enrich_hospital,
    "incident": of_cell("incident", "incident_type", "level"),
    "video": of_cell("camera", "alert_type"),
    "industry": of_known("industry", "equipment", "entity_id", labels={"plant_id": "plant"}),
    "traffic-safety": enrich_traffic_safety,
}


def enrichment_of(system: System) -> Enrich:
    """What completes a system's events: its own where it has one, else area and attributes of the known entity."""
    known = of_known(system.slug, system.source.counted_once_in, "entity_id", *system.known)
    return _OF_ITS_OWN.get(system.slug, known)
