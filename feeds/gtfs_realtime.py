"""How late is each vehicle, in the words of GTFS Realtime?

A poll is a FeedMessage. Of each trip update the delay of the trip counts, or else that of its next stop; a vehicle or
a stop that says NO_DATA does not know its own. The time is that of the update, or else of the whole message.
"""

from collections.abc import Iterable
from typing import Any

from google.protobuf.message import DecodeError
from google.transit.gtfs_realtime_pb2 import FeedMessage, TripUpdate

from feeds.civil_time import instant_of_seconds
from feeds.decoding import Event, Feed, Item, Raw, RejectReason, UnfitError, each, name_of

_NO_DATA = TripUpdate.StopTimeUpdate.NO_DATA


def _message(payload: bytes) -> Any:
    message = FeedMessage()
    try:
        message.ParseFromString(payload)
    except DecodeError as error:
        raise UnfitError(RejectReason.UNREADABLE, f"the payload is no FeedMessage: {error}") from error
    if not message.IsInitialized() or not message.entity:
        raise UnfitError(RejectReason.UNREADABLE, "the FeedMessage has no header or no entity")
    return message


def _delay(update: Any) -> int | None:
    """Seconds, early negative; None where it says that it does not know."""
    if update.HasField("delay"):
        return int(update.delay)
    for stop in update.stop_time_update:
        if stop.schedule_relationship == _NO_DATA:
            return None
        for event in (stop.departure, stop.arrival):
            if event.HasField("delay"):
                return int(event.delay)
    return None


def decode(raw: Raw) -> Iterable[Item]:
    """One item for each entity of the message."""
    try:
        message = _message(raw.payload)
    except UnfitError as error:
        return [error.rejected]

    def event(entity: Any) -> Event:
        if not entity.HasField("trip_update"):
            raise UnfitError(RejectReason.MISSING_VALUE, f"entity {entity.id} has no trip update")
        update = entity.trip_update
        vehicle = name_of(update.vehicle.id, f"entity {entity.id}: vehicle")
        seconds = update.timestamp or message.header.timestamp
        return {
            "event_id": f"gtfs:{vehicle}:{seconds}",
            "entity_id": vehicle,
            "area_id": None,
            "event_time": instant_of_seconds(seconds, f"vehicle {vehicle}"),
            "quality": "good",
            "route_id": name_of(update.trip.route_id, f"vehicle {vehicle}: route"),
            "delay_s": _delay(update),
            "longitude_deg": None,
            "latitude_deg": None,
        }

    return each(message.entity, event)


FEED = Feed("city-gateway-bus", "bus", "Trip updates of the simulated city's buses, GTFS Realtime", decode)
