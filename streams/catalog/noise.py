"""Noise: how loud is it at each station, as energy?"""

from datetime import timedelta

from streams.catalog.declaration import Counted, of_own_events

NOISE = of_own_events(
    "noise",
    ("Noise", "声环境"),
    "level",
    measure="noise.level",
    finest="station",
    window=timedelta(hours=1),
    # Monitors send a minute at a time, and what they kept when their connection was down.
    out_of_orderness=timedelta(minutes=5),
    repeat_span=timedelta(hours=6),
    counted=Counted(
        "How much sound energy did each station take in, and in how many readings?",
        {
            "energy_milli": "SUM(energy_milli)",
            "readings": "COUNT(entity_id)",
            "level_cdb_max": "MAX(level_cdb)",
            "peaks": "COUNT(peak_cdb)",
            "peak_cdb_max": "MAX(peak_cdb)",
            "area_class_count": "COUNT(area_class)",
            "area_class_max": "MAX(area_class)",
        },
        # The level of a district is no sum of its stations' energies.
        rolled_up=False,
    ),
)
