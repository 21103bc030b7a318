"""Parking: how full is each car park?"""

from datetime import timedelta

from streams.catalog.declaration import Counted, of_own_events

PARKING = of_own_events(
    "parking",
    ("Parking", "智慧停车"),
    "occupancy",
    measure="parking.occupancy",
    finest="parking",
    window=timedelta(hours=1),
    # Barriers report every few minutes; some car parks are read out every half hour.
    out_of_orderness=timedelta(minutes=5),
    repeat_span=timedelta(hours=24),
    counted=Counted(
        "How full is each car park, and all of a district and of the city together?",
        {
            "occupied": "SUM(occupied)",
            "capacity": "SUM(capacity)",
            # Of one reading: how full it was at most, in thousandths. A tick has no capacity to divide by.
            "full_permille_max": "MAX(occupied * 1000 / NULLIF(capacity, 0))",
        },
    ),
)
