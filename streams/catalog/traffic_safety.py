"""Traffic safety: how often do cameras see a violation, where do cars crash, and how soon is the road clear?"""

from datetime import timedelta

from streams.catalog.declaration import Counted, of_own_events

_WITHIN_THE_HOUR = "period_s <= 3600"

TRAFFIC_SAFETY = of_own_events(
    "traffic-safety",
    ("Traffic safety", "交通安全与电子警察"),
    "report",
    measure="traffic-safety.reports",
    finest="site",
    window=timedelta(hours=1),
    out_of_orderness=timedelta(minutes=2),
    # Counts of a whole day are sent again by whoever is not sure that they arrived.
    repeat_span=timedelta(days=3),
    counted=Counted(
        "How many violations were seen at each site, how many crashes happened, and how long did they take to clear?",
        {
            "counts": "COUNT(violations)",
            "violations": "SUM(violations)",
            # A count of a whole day says nothing of the hour in which it ends.
            "counts_of_the_hour": f"COUNT(violations) FILTER (WHERE {_WITHIN_THE_HOUR})",
            "violations_of_the_hour": f"SUM(violations) FILTER (WHERE {_WITHIN_THE_HOUR})",
            "crashes": "COUNT(*) FILTER (WHERE kind = 'crash')",
            "cleared": "COUNT(clearance_s)",
            "clearance_s_sum": "SUM(clearance_s)",
            "cleared_in_time": "COUNT(*) FILTER (WHERE clearance_s <= limit_s)",
        },
    ),
)
