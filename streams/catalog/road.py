"""Roads: how long does it take to pass each link?"""

from datetime import timedelta

from streams.catalog.declaration import Counted, of_own_events

ROAD = of_own_events(
    "road",
    ("Roads", "智能交通"),
    "observation",
    measure="road.travel_time",
    finest="link",
    window=timedelta(minutes=5),
    out_of_orderness=timedelta(seconds=10),
    repeat_span=timedelta(hours=2),
    counted=Counted(
        "How long does it take to pass each link, each district and the whole city, against free flow?",
        {
            "travel_time_ms": "SUM(weight * travel_time_ms)",
            "free_flow_time_ms": "SUM(weight * free_flow_time_ms)",
            "length_m": "SUM(weight * length_m)",
            "weight": "SUM(weight)",
            "vehicles": "SUM(vehicles)",
            "vehicle_counts": "COUNT(vehicles)",
        },
    ),
)
