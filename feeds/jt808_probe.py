"""Which link did a taxi or a ride-hailing car drive on, and was it empty? Position reports of JT/T 808.

The gateway that receives the telegrams matches them to the map and names the link as context `link`. Where it does not,
the point belongs to the cell of a grid of 0.01 degree that it lies in; its area is what context `area` names, else that
of its position. The terminal's number reaches no event, the position none that leaves the normalizer. A report does not
say whether a passenger has just got in.
"""

from collections.abc import Iterable

from feeds.civil_time import SECOND_MS
from feeds.decoding import Event, Feed, Item, Raw, RejectReason, UnfitError, name_of
from feeds.jt808 import REFERENCE_SYSTEM, ZONE, Position, events_of

LINK, AREA = "link", "area"
CELL_UDEG = 10_000
"""The side of a grid cell, in millionths of a degree: about a kilometre."""


def cell_of(latitude_udeg: int, longitude_udeg: int) -> str:
    """The grid cell of a position: its south-western corner, in sides of a cell."""
    return f"grid:{latitude_udeg // CELL_UDEG}:{longitude_udeg // CELL_UDEG}"


def decode(raw: Raw) -> Iterable[Item]:
    """One item for each telegram."""

    def event(position: Position) -> Event:
        link = raw.context.get(LINK)
        place = (
            cell_of(position.latitude_udeg, position.longitude_udeg)
            if link is None
            else name_of(link, f"context {LINK}")
        )
        # A parked car says nothing of the traffic, a car off duty nothing of the demand.
        speed_dkmh = position.speed_dkmh if position.engine_on else None
        vacant = None if position.loaded is None or not position.in_service else int(not position.loaded)
        if speed_dkmh is None and vacant is None:
            raise UnfitError(RejectReason.MISSING_VALUE, f"a car on {place} is parked and off duty")
        area = raw.context.get(AREA)
        return {
            "event_id": f"jt808:{place}:{position.at // SECOND_MS}:{position.mark}",
            "entity_id": place,
            "area_id": None if area is None else name_of(area, f"context {AREA}"),
            "event_time": position.at,
            "quality": "good",
            "speed_dkmh": speed_dkmh,
            "vacant": vacant,
            "boarded": None,
            **position.degrees,
        }

    return events_of(raw.payload, event)


FEED = Feed(
    "jt808-probe",
    "probe",
    "Floating cars, JT/T 808",
    decode,
    zone=ZONE,
    reference_system=REFERENCE_SYSTEM,
)
