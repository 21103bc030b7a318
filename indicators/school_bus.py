"""Does a school bus drive as it should, and is nobody left in it? Ours, where the law names no number of its own."""

from indicators.standard import Edition
from indicators.transit import OnTimeWindow

SCHOOL_BUS_V1 = Edition(
    "project",
    "school-bus-1",
    None,
    None,
    "readings against the bus's own speed limit and the declared tolerance off its line; trips by their end",
)
OFF_ROUTE_TOLERANCE_M = 100
"""Ours: a receiver in a street between high houses is wrong by tens of metres, a bus in the next street is not."""
MOVING_ABOVE_KMH = 5
"""Ours: below it a receiver cannot tell rolling from standing."""
# Ours: a school opens its doors ten minutes before it needs the children, and has five to spare after.
TRIP_WINDOW = OnTimeWindow("school-bus", -600, 300, "ours: the end of a trip against its timetable")
