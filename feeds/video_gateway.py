"""What does the video analysis of the simulated city report? JSON, as `feeds/gateway.py` says.

A reading: `camera`, `area` (or its place), `at` (ISO 8601 with its offset), `id` of the alert, `step`, `type` and optionally
`confidence` (0 to 1); of one that is `judged` the `verdict`, and where they are known `since_alert_s` and `limit_s`,
both counted from the alert. Metadata alone: pictures and clips, faces, plates and whatever else a reading may hold are not read.
"""

from feeds.decoding import Event, RejectReason, UnfitError
from feeds.gateway_fields import area, city_gateway, fixed_point, name, one_of, whole

STEPS = ("raised", "judged")
TYPES = (
    *("fire_smoke", "waterlogging", "crowding", "intrusion", "thrown_object"),
    *("street_stall", "litter", "blocked_exit", "no_helmet"),
)
VERDICTS = ("confirmed", "false", "unclear")
SINCE_MAX_S = 366 * 86_400


def _of_step(event: Event) -> Event:
    what = f"{event['entity_id']}: alert {event['alert_id']}"
    if event["step"] == "judged":
        if event["verdict"] is None:
            raise UnfitError(RejectReason.MISSING_VALUE, f"{what} was judged without a verdict")
        return event
    if event["verdict"] is not None:
        raise UnfitError(RejectReason.BAD_VALUE, f"{what} has a verdict when it is raised")
    return {**event, "since_alert_s": None, "limit_s": None}


FEED = city_gateway(
    "video",
    "Video analysis",
    "camera",
    {
        "area_id": area,
        "step": one_of("step", STEPS),
        "alert_id": name("id"),
        "alert_type": one_of("type", TYPES),
        "confidence_permille": fixed_point("confidence", 1_000, 0, 1_000, optional=True),
        "verdict": one_of("verdict", VERDICTS, optional=True),
        "since_alert_s": whole("since_alert_s", 0, SINCE_MAX_S, optional=True),
        "limit_s": whole("limit_s", 1, SINCE_MAX_S, optional=True),
    },
    identity=("step", "alert_id"),
    completed=_of_step,
)
