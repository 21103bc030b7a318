"""How do the buses of the simulated city keep to their timetable? Each route has as many vehicles."""

from collections.abc import Iterator, Mapping
from random import Random

import orjson
from google.transit.gtfs_realtime_pb2 import FeedMessage, TripUpdate

from feeds.civil_time import HOUR_MS, MINUTE_MS, SECOND_MS
from feeds.decoding import RejectReason
from feeds.recording import Entity, entity
from feeds.simulated_order import EVENT, Planned, Sent, Spoiled, written
from feeds.simulated_plan import CITY, SOURCE, Plan
from feeds.simulated_reporters import Simulated
from feeds.simulated_size import Size
from feeds.simulated_told import Told, event, sent_twice_at_times

SYSTEM = "bus"
WINDOW_MS = 15 * MINUTE_MS
_HEADWAYS = 8
"""How many timetables there are."""
REPORT_MS = 30 * SECOND_MS
EARLY_S, LATE_S = -60, 300
"""Beyond these a report is early or late: written once more, so that the truth does not come from the formula."""
SUMS = (
    *("on_time", "early", "late", "no_data", "delay_s_sum"),
    *("headways", "headway_s_sum", "headway_s2_sum", "planned_s_sum", "planned_s2_sum", "bunched"),
)
STOPS_FEED = "city-gateway-bus-stops"
_NO_DATA = TripUpdate.StopTimeUpdate.NO_DATA


def _routes(size: Size) -> tuple[str, ...]:
    return tuple(f"route-{number}" for number in range(1, size.bus_routes + 1))


def message(vehicle: str, route: str, at_s: int, delay_s: int | None) -> bytes:
    """A FeedMessage with one trip update."""
    feed = FeedMessage()
    feed.header.gtfs_realtime_version = "2.0"
    feed.header.timestamp = at_s
    one = feed.entity.add(id=vehicle)
    one.trip_update.trip.route_id = route
    one.trip_update.vehicle.id = vehicle
    one.trip_update.timestamp = at_s
    if delay_s is None:
        one.trip_update.stop_time_update.add(stop_sequence=1, schedule_relationship=_NO_DATA)
    else:
        one.trip_update.stop_time_update.add(stop_sequence=1).departure.delay = delay_s
    written: bytes = feed.SerializeToString(deterministic=True)
    return written


def _report(vehicle: str, route: str, at: int, delay_s: int | None) -> Told:
    early, late = delay_s is not None and delay_s < EARLY_S, delay_s is not None and delay_s > LATE_S
    adds = {
        "on_time": int(delay_s is not None and not early and not late),
        "early": int(early),
        "late": int(late),
        "no_data": int(delay_s is None),
        "delay_s_sum": delay_s or 0,
    }
    return _told(route, at, adds, message(vehicle, route, at // SECOND_MS, delay_s))


def _told(route: str, at: int, adds: Mapping[str, int], payload: bytes) -> Told:
    values = tuple((name, adds.get(name, 0)) for name in SUMS)
    return Told(at, WINDOW_MS, (("route", route), ("city", CITY)), values, payload)


def _passage(plan: Plan, route: str, number: int, at: int, gaps_s: tuple[int, int]) -> Told:
    headway_s, planned_s = gaps_s
    adds = {
        "headways": 1,
        "headway_s_sum": headway_s,
        "headway_s2_sum": headway_s**2,
        "planned_s_sum": planned_s,
        "planned_s2_sum": planned_s**2,
        "bunched": int(headway_s * 4 < planned_s),
    }
    said = {
        "vehicle": f"{route}-v{number % plan.size.vehicles}",
        "route": route,
        "stop": f"{route}-control",
        "at": written(at, plan.offset_ms),
        "headway_s": headway_s,
        "planned_headway_s": planned_s,
    }
    return _told(route, at, adds, orjson.dumps(said))


def _passages(plan: Plan, route: str, place: int) -> Iterator[Planned]:
    """The control stop of a route: every twelfth vehicle comes close behind the one before it."""
    rng = plan.random("bus stops", route)
    planned_s = 360 + 60 * (place % _HEADWAYS)
    at, number = plan.start, 0
    while True:
        pair = rng.randrange(12) == 0
        headway_s = rng.randrange(20, planned_s // 4) if pair else planned_s + rng.randrange(-90, 150)
        at += headway_s * SECOND_MS
        told = _passage(plan, route, number, at, (headway_s, planned_s))
        yield at, Sent(SYSTEM, at + rng.randrange(300, 9_000), route, EVENT, told, STOPS_FEED)
        number += 1


def _step(plan: Plan, delay_s: int, at: int, rng: Random) -> int:
    """Delays wander; in the rush hours they grow, and at the terminus they are made good."""
    busy = (at + plan.offset_ms) // HOUR_MS % 24 in {8, 17, 18}
    wandered = delay_s + rng.randrange(-20, 31 if busy else 21)
    return wandered // 3 if rng.randrange(60) == 0 else max(-180, min(1_500, wandered))


def _reports(plan: Plan, route: str, number: int) -> Iterator[Planned]:
    vehicle = f"{route}-v{number}"
    rng = plan.random("bus", vehicle)
    # Whole seconds: that is what the format can say.
    at = -(-(plan.start + rng.randrange(REPORT_MS)) // SECOND_MS) * SECOND_MS
    delay_s = rng.randrange(-120, 240)
    while True:
        known = delay_s if rng.randrange(25) else None
        sent = event(SYSTEM, at + rng.randrange(300, 9_000), vehicle, _report(vehicle, route, at, known))
        yield from sent_twice_at_times(sent, at, rng, 15_000)
        at += REPORT_MS
        delay_s = _step(plan, delay_s, at, rng)


def _spoiled(plan: Plan) -> Iterator[Planned]:
    """Every five minutes a message that is cut off, without a vehicle, or of a route that nobody knows."""
    at, number, route = plan.start + 50 * SECOND_MS, 0, _routes(plan.size)[0]
    while True:
        seconds = at // SECOND_MS
        reason, payload = (
            (RejectReason.UNREADABLE, message("v", route, seconds, 0)[:-9]),
            (RejectReason.MISSING_ENTITY, message("", route, seconds, 0)),
            (RejectReason.UNKNOWN_ENTITY, message("v", "route-nowhere", seconds, 0)),
            (RejectReason.MISSING_TIME, message("v", route, 0, 0)),
        )[number % 4]
        yield at, Sent(SYSTEM, at, "v", reason.value, Spoiled(payload))
        at, number = at + 5 * MINUTE_MS, number + 1


def bus_sources(plan: Plan) -> list[Iterator[Planned]]:
    """Every source of bus records."""
    routes = _routes(plan.size)
    return [
        *(_reports(plan, route, number) for route in routes for number in range(plan.size.vehicles)),
        *(_passages(plan, route, place) for place, route in enumerate(routes)),
        _spoiled(plan),
    ]


def bus_entities(plan: Plan) -> list[Entity]:
    """The routes. They cross districts, so they belong to the city alone."""
    return [
        entity(SYSTEM, "route", route, area_id=CITY, source=SOURCE, valid=(plan.start, None))
        for route in _routes(plan.size)
    ]


SIMULATED = Simulated("bus", bus_sources, bus_entities)
