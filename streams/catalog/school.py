"""Schools: is the campus safe and its air good, and do all have the same courses?"""

from datetime import timedelta

from streams.catalog.declaration import Counted, of_own_events


def _measured(quantity: str, limit: str) -> str:
    return f"COUNT(*) FILTER (WHERE {quantity} IS NOT NULL AND {limit} IS NOT NULL)"


def _above(quantity: str, limit: str) -> str:
    return f"COUNT(*) FILTER (WHERE {quantity} > {limit})"


SCHOOL = of_own_events(
    "school",
    ("Schools", "智慧教育"),
    "report",
    measure="school.campus",
    finest="school",
    window=timedelta(hours=1),
    out_of_orderness=timedelta(minutes=2),
    repeat_span=timedelta(days=3),
    known=("rural", "pm25_limit_ngm3", "co2_limit_ppm", "level_limit_cdb"),
    counted=Counted(
        "Which safety cases came and were closed in time, how good are air and quiet, how full is it, and who attends what is shared?",
        # A field is null on the reports of every other step, so each sum is over its own step alone.
        {
            "cases_opened": "COUNT(*) FILTER (WHERE step = 'case_opened')",
            "cases_closed": "COUNT(handled_s)",
            "handled_s": "SUM(handled_s)",
            "cases_with_limit": "COUNT(limit_s)",
            "cases_on_time": "COUNT(*) FILTER (WHERE handled_s <= limit_s)",
            "pm25_readings": _measured("pm25_ngm3", "pm25_limit_ngm3"),
            "pm25_exceeding": _above("pm25_ngm3", "pm25_limit_ngm3"),
            "co2_readings": _measured("co2_ppm", "co2_limit_ppm"),
            "co2_exceeding": _above("co2_ppm", "co2_limit_ppm"),
            "noise_readings": _measured("level_cdb", "level_limit_cdb"),
            "noise_exceeding": _above("level_cdb", "level_limit_cdb"),
            "people": "SUM(people)",
            "capacity": "SUM(capacity)",
            "offered_minutes": "SUM(offered_minutes)",
            "attended_minutes": "SUM(attended_minutes)",
            # By the class of the school, which each of its reports carries: town and country are compared within a
            # district and in the city, where a mean of all would hide one behind the other.
            "urban_offered_minutes": "SUM(offered_minutes) FILTER (WHERE rural = 0)",
            "urban_attended_minutes": "SUM(attended_minutes) FILTER (WHERE rural = 0)",
            "rural_offered_minutes": "SUM(offered_minutes) FILTER (WHERE rural = 1)",
            "rural_attended_minutes": "SUM(attended_minutes) FILTER (WHERE rural = 1)",
        },
    ),
)
