"""What do the schools of the simulated city report? JSON, as `feeds/gateway.py` says.

A reading: `school`, `at` (ISO 8601 with its offset), `step`, and by the step
- `case_opened`: the number of a case of campus safety (`case`);
- `case_closed`: `case`, how long it was open (`handled_s`), how long it might be (`limit_s`, absent without a deadline);
- `environment` of a `place`: one or more of `pm25_ugm3`, `co2_ppm` and `laeq_db`;
- `occupancy` of a `place`: `people`, more than its `capacity` where it is overfull;
- `course`: a shared `course`, minutes of it that the school was offered and attended (`offered_minutes`,
  `attended_minutes`).
Nothing of pupils and teachers is decoded: neither who a case is about, nor whom a counter saw, nor who attended.
"""

from feeds.decoding import Event, RejectReason, UnfitError
from feeds.gateway_fields import by_step, city_gateway, fixed_point, name, parts, whole
from feeds.noise_reading import LEVEL_LIMITS_CDB
from feeds.quantities import NG_PER_UG, NGM3_MAX

CASE_MAX_S = 366 * 86_400
CO2_MAX_PPM = 100_000
"""A tenth of the air: beyond lies a broken sensor."""
PEOPLE_MAX = 100_000
MINUTES_MAX = 1_440
_MEASURED = ("pm25_ngm3", "co2_ppm", "level_cdb")
_attended_of_offered = parts(("attended_minutes", "offered_minutes"))


def completed(event: Event) -> Event:
    """Refuses an environment of which nothing was measured, and a course attended for longer than it was offered."""
    if event["step"] == "environment" and all(event[field] is None for field in _MEASURED):
        raise UnfitError(
            RejectReason.MISSING_VALUE, f"{event['entity_id']}: {event['place_id']} has no reading at all"
        )
    return _attended_of_offered(event)


FEED = city_gateway(
    "school",
    "Schools",
    "school",
    by_step(
        {
            "case_opened": {"case_id": name("case")},
            "case_closed": {
                "case_id": name("case"),
                "handled_s": whole("handled_s", 0, CASE_MAX_S),
                "limit_s": whole("limit_s", 1, CASE_MAX_S, optional=True),
            },
            "environment": {
                "place_id": name("place"),
                "pm25_ngm3": fixed_point("pm25_ugm3", NG_PER_UG, 0, NGM3_MAX["pm25_ngm3"], optional=True),
                "co2_ppm": whole("co2_ppm", 0, CO2_MAX_PPM, optional=True),
                "level_cdb": fixed_point("laeq_db", 100, *LEVEL_LIMITS_CDB, optional=True),
            },
            "occupancy": {
                "place_id": name("place"),
                "people": whole("people", 0, PEOPLE_MAX),
                "capacity": whole("capacity", 1, PEOPLE_MAX),
            },
            "course": {
                "course_id": name("course"),
                "offered_minutes": whole("offered_minutes", 1, MINUTES_MAX),
                "attended_minutes": whole("attended_minutes", 0, MINUTES_MAX),
            },
        }
    ),
    identity=("step", "case_id", "place_id", "course_id"),
    completed=completed,
)
