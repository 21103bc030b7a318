"""Floating cars: how fast do taxis and ride-hailing cars get along, and are they taken?"""

from datetime import timedelta

from streams.catalog.declaration import Counted, of_own_events

PROBE = of_own_events(
    "probe",
    ("Floating cars", "浮动车与网约车"),
    "point",
    measure="probe.points",
    finest="link",
    window=timedelta(minutes=5),
    # A car sends every few seconds, and after a tunnel what it has kept.
    out_of_orderness=timedelta(minutes=1),
    repeat_span=timedelta(hours=2),
    counted=Counted(
        "How fast did floating cars drive on each link, how many were empty, and how many trips began?",
        {
            "points": "COUNT(entity_id)",
            "speed_points": "COUNT(speed_dkmh)",
            "speed_dkmh_sum": "SUM(speed_dkmh)",
            "vacancy_points": "COUNT(vacant)",
            "vacant": "SUM(vacant)",
            "trips_started": "SUM(boarded)",
        },
    ),
)
