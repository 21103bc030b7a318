"""Residential communities: is what breaks mended in time, is everybody told, and what lies within a walk?"""

from datetime import timedelta

from streams.catalog.declaration import Counted, of_own_events

COMMUNITY = of_own_events(
    "community",
    ("Residential communities", "社区服务"),
    "report",
    measure="community.services",
    finest="community",
    window=timedelta(hours=1),
    out_of_orderness=timedelta(minutes=2),
    repeat_span=timedelta(days=3),
    counted=Counted(
        "How soon were repairs and services done, who read the notices, what was paid online, and who has services in reach?",
        # A field is null on the reports of every other step, so each sum is over its own step alone.
        {
            "orders_opened": "COUNT(*) FILTER (WHERE step = 'order_opened')",
            "repairs_closed": "COUNT(taken_s) FILTER (WHERE kind = 'repair')",
            "repair_s": "SUM(taken_s) FILTER (WHERE kind = 'repair')",
            "services_closed": "COUNT(taken_s) FILTER (WHERE kind = 'service')",
            "service_s": "SUM(taken_s) FILTER (WHERE kind = 'service')",
            "orders_with_limit": "COUNT(taken_s) FILTER (WHERE limit_s IS NOT NULL)",
            "orders_on_time": "COUNT(*) FILTER (WHERE taken_s <= limit_s)",
            "households_sent": "SUM(households_sent)",
            "households_read": "SUM(households_read)",
            "payments": "SUM(payments)",
            "payments_online": "SUM(payments_online)",
            # Who is near each of several services cannot be told from the counts of each: whoever knows where people
            # live counts it, and says so under `all`.
            "residents": "SUM(residents) FILTER (WHERE service = 'all')",
            "residents_within_all": "SUM(residents_within) FILTER (WHERE service = 'all')",
            "residents_by_service": "SUM(residents) FILTER (WHERE service <> 'all')",
            "residents_within_by_service": "SUM(residents_within) FILTER (WHERE service <> 'all')",
        },
    ),
)
