"""Government services: can it be done online, in time, and without a trip?"""

from datetime import timedelta

from streams.catalog.declaration import Counted, of_own_events

GOV = of_own_events(
    "gov",
    ("Government services", "一网通办"),
    "step",
    measure="gov.services",
    finest="hall",
    window=timedelta(hours=1),
    out_of_orderness=timedelta(minutes=2),
    repeat_span=timedelta(days=3),
    known=("wait_limit_s",),
    counted=Counted(
        "What can be done online and what was filed there, how long did approvals and queues take, and do terminals work?",
        # A field is null on the events of every other step, so each sum is over its own step alone; a limit is said when
        # an application is filed, too, and counts when it is decided.
        {
            "lists": "COUNT(items)",
            "items": "SUM(items)",
            "online_items": "SUM(online_items)",
            "integrated_lists": "SUM(integrated)",
            "filed": "COUNT(filed_online)",
            "filed_online": "SUM(filed_online)",
            "decided": "COUNT(taken_days)",
            "taken_days": "SUM(taken_days)",
            # Not every item has a limit by law, nor a base period: its days are compared with nothing then.
            "limited": "COUNT(taken_days) FILTER (WHERE limit_days IS NOT NULL)",
            "limited_taken_days": "SUM(taken_days) FILTER (WHERE limit_days IS NOT NULL)",
            "limit_days": "SUM(limit_days) FILTER (WHERE taken_days IS NOT NULL)",
            "decided_on_time": "COUNT(*) FILTER (WHERE taken_days <= limit_days)",
            "compared": "COUNT(baseline_cdays)",
            "compared_taken_days": "SUM(taken_days) FILTER (WHERE baseline_cdays IS NOT NULL)",
            "baseline_cdays": "SUM(baseline_cdays)",
            "trips": "SUM(trips)",
            "without_trip": "COUNT(*) FILTER (WHERE trips = 0)",
            "calls": "COUNT(waited_s)",
            "waited_s": "SUM(waited_s)",
            "calls_with_limit": "COUNT(*) FILTER (WHERE waited_s IS NOT NULL AND wait_limit_s IS NOT NULL)",
            "calls_within_limit": "COUNT(*) FILTER (WHERE waited_s <= wait_limit_s)",
            "terminals": "SUM(terminals)",
            "terminals_available": "SUM(terminals_available)",
        },
    ),
)
