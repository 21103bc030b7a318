"""Municipal facilities: are covers shut and lights lit, do drains run and pipes hold, and how soon is repaired what fails?"""

from datetime import timedelta

from indicators.facilities import PRESSURE_DROP_PERMILLE
from streams.catalog.declaration import Counted, of_own_events

FACILITY = of_own_events(
    "facility",
    ("Municipal facilities", "市政设施与城市部件"),
    "report",
    measure="facility.state",
    finest="facility",
    window=timedelta(minutes=15),
    # Sensors on batteries send every few minutes, repairs are reported from the spot.
    out_of_orderness=timedelta(minutes=2),
    repeat_span=timedelta(hours=24),
    known=("ponding_mm", "baseline_pa"),
    counted=Counted(
        "What fails, where does water stand or pressure drop, and what was repaired how soon?",
        {
            "readings": "COUNT(fault)",
            "faults": "SUM(fault)",
            "cover_readings": "COUNT(fault) FILTER (WHERE kind = 'cover')",
            "cover_faults": "SUM(fault) FILTER (WHERE kind = 'cover')",
            "light_readings": "COUNT(fault) FILTER (WHERE kind = 'light')",
            "light_faults": "SUM(fault) FILTER (WHERE kind = 'light')",
            "depth_count": "COUNT(depth_mm)",
            "depth_mm_max": "MAX(depth_mm)",
            # Only of sites of which the registry knows what is too deep, or which pressure is theirs.
            "limited_count": "COUNT(*) FILTER (WHERE depth_mm IS NOT NULL AND ponding_mm IS NOT NULL)",
            "ponding": "COUNT(*) FILTER (WHERE depth_mm > ponding_mm)",
            "pressure_count": "COUNT(*) FILTER (WHERE pressure_pa IS NOT NULL AND baseline_pa IS NOT NULL)",
            "pressure_low": "COUNT(*) FILTER "
            f"(WHERE pressure_pa * 1000 <= baseline_pa * {1_000 - PRESSURE_DROP_PERMILLE})",
            "repaired": "COUNT(repair_s)",
            "repair_s_sum": "SUM(repair_s)",
            "due": "COUNT(in_time)",
            "repaired_in_time": "SUM(in_time)",
        },
    ),
)
