"""What do the service halls of the simulated city report? JSON, as `feeds/gateway.py` says.

A reading: `hall`, `at` (ISO 8601 with its offset), `step`, and by the step
- `list`: `items` of the hall, those that can be done online (`online_items`), whether one window takes everything
  (`integrated`);
- `filed`: the number of the application (`case`), whether it came `online`, and as below `limit_days`;
- `decided`: `case`, working days taken (`taken_days`), or else when it was accepted (`accepted_at`, at most ten years ago) and how many
  working days since then the applicant was waited for (`waited_days`, none where absent), allowed by law (`limit_days`, absent where there is no limit)
  and taken by the same item in the base period (`baseline_days`, a decimal), `trips` of the applicant;
- `called`: the `window` that calls, how long the ticket waited (`waited_s`);
- `terminals`: how many there are, and how many are in service (`terminals_available`).
Nothing of applicants is decoded: neither a name, nor a number of theirs, nor what they filed.
"""

from feeds.civil_time import HOUR_MS
from feeds.decoding import Event, RejectReason, UnfitError
from feeds.gateway_fields import by_step, city_gateway, fixed_point, flag, instant, name, parts, whole

ITEMS_MAX = 100_000
DAYS_MAX = 10_000
"""Forty years of working days: more is another unit."""
TRIPS_MAX = 1_000
WAIT_MAX_S = 86_400
TERMINALS_MAX = 10_000
ACCEPTED_BEFORE_MAX_MS = 10 * 366 * 24 * HOUR_MS
_CDAYS_PER_DAY = 100
_in_parts = parts(("online_items", "items"), ("terminals_available", "terminals"))


def _completed(event: Event) -> Event:
    """A decision says how long it took, or from when on that is to be counted; nothing else has such fields."""
    accepted_at, waited_days = event.pop("accepted_at"), event.pop("waited_days")
    event = _in_parts(event)
    if event["step"] != "decided" or event["taken_days"] is not None:
        return event
    who = f"{event['entity_id']}, application {event['case_id']}"
    if accepted_at is None:
        raise UnfitError(RejectReason.MISSING_VALUE, f"{who}: taken_days is missing, and so is accepted_at")
    if not 0 <= event["event_time"] - accepted_at <= ACCEPTED_BEFORE_MAX_MS:
        raise UnfitError(
            RejectReason.OUT_OF_RANGE, f"{who} was accepted after it was decided, or over ten years before"
        )
    return {**event, "accepted_at": accepted_at, "waited_days": waited_days}


FEED = city_gateway(
    "gov",
    "Service halls",
    "hall",
    by_step(
        {
            "list": {
                "items": whole("items", 1, ITEMS_MAX),
                "online_items": whole("online_items", 0, ITEMS_MAX),
                "integrated": flag("integrated"),
            },
            "filed": {
                "case_id": name("case"),
                "filed_online": flag("online"),
                "limit_days": whole("limit_days", 1, DAYS_MAX, optional=True),
            },
            "decided": {
                "case_id": name("case"),
                "taken_days": whole("taken_days", 0, DAYS_MAX, optional=True),
                "accepted_at": instant("accepted_at", optional=True),
                "waited_days": whole("waited_days", 0, DAYS_MAX, optional=True),
                "limit_days": whole("limit_days", 1, DAYS_MAX, optional=True),
                "baseline_cdays": fixed_point(
                    "baseline_days", _CDAYS_PER_DAY, 1, DAYS_MAX * _CDAYS_PER_DAY, optional=True
                ),
                "trips": whole("trips", 0, TRIPS_MAX),
            },
            "called": {"window_id": name("window"), "waited_s": whole("waited_s", 0, WAIT_MAX_S)},
            "terminals": {
                "terminals": whole("terminals", 1, TERMINALS_MAX),
                "terminals_available": whole("terminals_available", 0, TERMINALS_MAX),
            },
        }
    ),
    identity=("step", "case_id", "window_id"),
    completed=_completed,
)
