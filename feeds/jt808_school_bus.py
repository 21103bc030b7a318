"""How fast is a school bus, and is a door open? Position reports of JT/T 808.

The gateway that receives the telegrams knows which bus is at the other end of the connection, and names its fleet
number as context `vehicle`. The terminal's number is not read, and the position tells the area at most and is not kept:
a report counts metres off no line and no children.
"""

from collections.abc import Iterable

from feeds.civil_time import SECOND_MS
from feeds.decoding import Event, Feed, Item, Raw, UnfitError, name_of
from feeds.jt808 import REFERENCE_SYSTEM, ZONE, Position, events_of

VEHICLE = "vehicle"


def decode(raw: Raw) -> Iterable[Item]:
    """One item for each telegram."""
    try:
        vehicle = name_of(raw.context.get(VEHICLE), f"context {VEHICLE}")
    except UnfitError as error:
        return [error.rejected]

    def event(position: Position) -> Event:
        return {
            "event_id": f"jt808:{vehicle}:{position.at // SECOND_MS}",
            "entity_id": vehicle,
            "area_id": None,
            "event_time": position.at,
            "quality": "good",
            "step": "under_way",
            "speed_dkmh": position.speed_dkmh,
            "off_line_m": None,
            "door_open": int(position.door_open),
            "on_board": None,
            "delay_s": None,
            **position.degrees,
        }

    return events_of(raw.payload, event)


FEED = Feed(
    "jt808-school-bus",
    "school-bus",
    "School buses, JT/T 808",
    decode,
    zone=ZONE,
    reference_system=REFERENCE_SYSTEM,
)
