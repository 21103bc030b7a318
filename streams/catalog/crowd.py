"""Crowded places: how many people are there, and how many come and go?"""

from datetime import timedelta

from streams.catalog.declaration import Counted, of_own_events

_ON_AREA = "FILTER (WHERE present IS NOT NULL AND area_m2 > 0)"
_OF_CAPACITY = "FILTER (WHERE present IS NOT NULL AND capacity > 0)"

CROWD = of_own_events(
    "crowd",
    ("Crowded places", "人流密集区"),
    "count",
    measure="crowd.presence",
    finest="site",
    # A crowd grows dangerous within minutes.
    window=timedelta(minutes=5),
    # Counters tell every minute; one that was cut off for longer is late.
    out_of_orderness=timedelta(minutes=1),
    repeat_span=timedelta(hours=6),
    known=("area_m2", "capacity"),
    counted=Counted(
        "How many people are at each site, for its area and its capacity, and how many come and go?",
        {
            "present": "SUM(present)",
            "present_count": "COUNT(present)",
            # Where the registry names no area or no capacity, people are in neither number of the ratio.
            "present_on_area": f"SUM(present) {_ON_AREA}",
            "area_m2": f"SUM(area_m2) {_ON_AREA}",
            "present_of_capacity": f"SUM(present) {_OF_CAPACITY}",
            "capacity": f"SUM(capacity) {_OF_CAPACITY}",
            # Of one reading: how full it was at most, in thousandths.
            "full_permille_max": "MAX(CASE WHEN capacity > 0 THEN present * 1000 / capacity END)",
            "entries": "SUM(entries)",
            "entries_s": "SUM(period_s) FILTER (WHERE entries IS NOT NULL)",
            "exits": "SUM(exits)",
            "exits_s": "SUM(period_s) FILTER (WHERE exits IS NOT NULL)",
        },
    ),
)
