"""School buses: do they keep to their limit, their line and their time, and does nobody stay in one?"""

from datetime import timedelta

from indicators.school_bus import MOVING_ABOVE_KMH, OFF_ROUTE_TOLERANCE_M, TRIP_WINDOW
from streams.catalog.declaration import Counted, of_own_events

_LIMITED = "speed_dkmh IS NOT NULL AND speed_limit_kmh IS NOT NULL"
_MOVING = f"speed_dkmh > {MOVING_ABOVE_KMH * 10}"


def _count(condition: str) -> str:
    return f"COUNT(*) FILTER (WHERE {condition})"


SCHOOL_BUS = of_own_events(
    "school-bus",
    ("School buses", "智慧校车"),
    "report",
    measure="school-bus.operation",
    finest="vehicle",
    window=timedelta(minutes=15),
    # A unit keeps what it cannot send, and sends it when it has a network again.
    out_of_orderness=timedelta(minutes=2),
    repeat_span=timedelta(hours=12),
    known=("speed_limit_kmh",),
    counted=Counted(
        "How often did each school bus speed, leave its line or drive with an open door, and how did its trips end?",
        {
            "limited": _count(_LIMITED),
            "speeding": _count("speed_dkmh > speed_limit_kmh * 10"),
            "on_line": "COUNT(off_line_m)",
            "off_route": _count(f"off_line_m > {OFF_ROUTE_TOLERANCE_M}"),
            "moving": _count(f"{_MOVING} AND door_open IS NOT NULL"),
            "moving_open": _count(f"{_MOVING} AND door_open = 1"),
            "trips_ended": _count("step = 'ended'"),
            "trips_counted": "COUNT(on_board)",
            "trips_left_on_board": _count("on_board > 0"),
            "trips_on_time": _count(f"delay_s BETWEEN {TRIP_WINDOW.from_s} AND {TRIP_WINDOW.to_s}"),
            "trips_early": _count(f"delay_s < {TRIP_WINDOW.from_s}"),
            "trips_late": _count(f"delay_s > {TRIP_WINDOW.to_s}"),
        },
    ),
)
