"""What do the simulated city's school buses report? JSON, as `feeds/gateway.py` says.

A reading: `vehicle` (its fleet number), `at` (ISO 8601 with its offset), `step`: `under_way` with `speed_kmh`, or `ended`
with how many children `boarded` and `alighted` on the trip and, where there is a timetable, `delay_s` (early negative).
Both may have `off_line_m` (how far off its line the unit finds itself) and `door_open`. Who a child or a driver is
is not read; where the bus is tells its area at most.
"""

from feeds.decoding import Event, RejectReason, UnfitError
from feeds.gateway_fields import city_gateway, fixed_point, flag, one_of, whole

STEPS = ("under_way", "ended")
SPEED_MAX_DKMH = 2_500
OFF_LINE_MAX_M = 100_000
DELAY_MAX_S = 86_400
CHILDREN_MAX = 500
"""More than the seats of any bus, filled several times on one trip."""


def _completed(event: Event) -> Event:
    """Of a trip's end who is still on board; a reading under way has neither counts nor a delay."""
    boarded, alighted = event.pop("boarded"), event.pop("alighted")
    if event["step"] == "under_way":
        if event["speed_dkmh"] is None:
            raise UnfitError(RejectReason.MISSING_VALUE, f"{event['entity_id']}: speed_kmh is missing")
        return {**event, "on_board": None, "delay_s": None}
    if boarded is None or alighted is None:
        raise UnfitError(RejectReason.MISSING_VALUE, f"{event['entity_id']} did not count the children")
    # More out than in: a counter is wrong, and whether somebody is left it cannot say.
    suspect = {"quality": "suspect"} if boarded < alighted and event["quality"] == "good" else {}
    return {**event, **suspect, "on_board": boarded - alighted}


FEED = city_gateway(
    "school-bus",
    "School buses",
    "vehicle",
    {
        "step": one_of("step", STEPS),
        "speed_dkmh": fixed_point("speed_kmh", 10, 0, SPEED_MAX_DKMH, optional=True),
        "off_line_m": whole("off_line_m", 0, OFF_LINE_MAX_M, optional=True),
        "door_open": flag("door_open", optional=True),
        "boarded": whole("boarded", 0, CHILDREN_MAX, optional=True),
        "alighted": whole("alighted", 0, CHILDREN_MAX, optional=True),
        "delay_s": whole("delay_s", -DELAY_MAX_S, DELAY_MAX_S, optional=True),
    },
    identity=("step",),
    completed=_completed,
)
