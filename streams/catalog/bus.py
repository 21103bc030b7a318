"""Buses: do they keep to their timetable, and to their distance?"""

from datetime import timedelta

from streams.catalog.declaration import Counted, of_own_events

BUS = of_own_events(
    "bus",
    ("Buses", "智慧公交"),
    "report",
    measure="bus.punctuality",
    finest="route",
    window=timedelta(minutes=15),
    # A vehicle is polled about every minute, and says when its position was taken.
    out_of_orderness=timedelta(minutes=2),
    repeat_span=timedelta(hours=12),
    counted=Counted(
        "How many of the reports of each route's buses say that they are on time, early or late, and how far apart do they come?",
        {
            "on_time": "SUM(on_time)",
            "early": "SUM(early)",
            "late": "SUM(late)",
            "no_data": "SUM(in_service - on_time - early - late)",
            "delay_s_sum": "SUM(CASE WHEN in_service = 1 THEN delay_s ELSE 0 END)",
            "headways": "COUNT(headway_s)",
            "headway_s_sum": "SUM(headway_s)",
            "headway_s2_sum": "SUM(headway_s * headway_s)",
            "planned_s_sum": "SUM(planned_headway_s)",
            "planned_s2_sum": "SUM(planned_headway_s * planned_headway_s)",
            # A quarter of the planned distance: who comes then comes as a pair.
            "bunched": "COUNT(*) FILTER (WHERE headway_s * 4 < planned_headway_s)",
        },
        entity="route_id",
    ),
)
