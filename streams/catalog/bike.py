"""Shared bikes: where can one take a bike, and where give one back?"""

from datetime import timedelta

from streams.catalog.declaration import Counted, of_own_events

BIKE = of_own_events(
    "bike",
    ("Shared bikes", "共享单车"),
    "dock",
    measure="bike.docks",
    finest="dock",
    window=timedelta(minutes=15),
    # A dock, or the fence of free-floating bikes, counts every few minutes.
    out_of_orderness=timedelta(minutes=2),
    repeat_span=timedelta(hours=24),
    counted=Counted(
        "How many bikes stand ready, where is none left, and where is no room left?",
        {
            "bikes": "SUM(bikes)",
            "capacity": "SUM(capacity)",
            "faulted": "SUM(faulted)",
            "standing": "SUM(bikes + faulted)",
            "readings": "COUNT(capacity)",
            "in_balance": "COUNT(*) FILTER (WHERE bikes > 0 AND bikes + faulted < capacity)",
            "without_bikes": "COUNT(*) FILTER (WHERE bikes = 0)",
            "without_room": "COUNT(*) FILTER (WHERE bikes + faulted >= capacity)",
        },
    ),
)
