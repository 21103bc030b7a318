"""Waste sorting: is it sorted rightly, who takes part, and which bins run over?"""

from datetime import timedelta

from indicators.waste import NEARLY_FULL_PERMILLE
from streams.catalog.declaration import Counted, of_own_events

WASTE = of_own_events(
    "waste",
    ("Waste sorting", "垃圾分类"),
    "check",
    measure="waste.sorting",
    finest="point",
    # Routes are planned by the hour.
    window=timedelta(hours=1),
    # Level sensors run on batteries and send seldom, inspectors when they are done with a point.
    out_of_orderness=timedelta(minutes=10),
    repeat_span=timedelta(hours=24),
    counted=Counted(
        "How much was sorted rightly of what was audited, how full are the points, and how many households took part?",
        {
            "audited_g": "SUM(audited_g)",
            "right_g": "SUM(right_g)",
            "fill_permille_sum": "SUM(fill_permille)",
            "fill_count": "COUNT(fill_permille)",
            "nearly_full": f"COUNT(*) FILTER (WHERE fill_permille >= {NEARLY_FULL_PERMILLE})",
            "collected_g": "SUM(collected_g)",
            "households": "SUM(households)",
            "took_part": "SUM(took_part)",
        },
    ),
)
