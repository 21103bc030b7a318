"""River levels: how high does the water stand at each gauge, and how much of it flows?"""

from datetime import timedelta

from streams.catalog.declaration import Counted, of_own_events

RIVER = of_own_events(
    "river",
    ("River levels", "数字水利"),
    "level",
    measure="river.level",
    finest="station",
    window=timedelta(hours=1),
    # A gauge sends its hour within minutes, by satellite or mobile network.
    out_of_orderness=timedelta(minutes=10),
    repeat_span=timedelta(hours=72),
    known=("guard_mm", "warning_mm", "guarantee_mm"),
    counted=Counted(
        "How high does the water stand at each gauge against its own levels, and how much of it flows?",
        {
            "level_count": "COUNT(level_mm)",
            "level_mm_sum": "SUM(level_mm)",
            "level_mm_max": "MAX(level_mm)",
            "level_mm_min": "MIN(level_mm)",
            "discharge_count": "COUNT(discharge_ls)",
            "discharge_ls_sum": "SUM(discharge_ls)",
            # The same on every reading of an hour: the station's own levels as they were then.
            "guard_count": "COUNT(guard_mm)",
            "guard_mm_max": "MAX(guard_mm)",
            "warning_count": "COUNT(warning_mm)",
            "warning_mm_max": "MAX(warning_mm)",
            "guarantee_count": "COUNT(guarantee_mm)",
            "guarantee_mm_max": "MAX(guarantee_mm)",
        },
        # Levels of two stations have different datums.
        rolled_up=False,
    ),
)
