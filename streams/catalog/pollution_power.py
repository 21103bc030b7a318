"""Electricity use of polluting firms: does the treatment run while production does, and what runs at night?"""

from datetime import timedelta

from streams.catalog.declaration import Counted, of_own_events

POLLUTION_POWER = of_own_events(
    "pollution-power",
    ("Electricity use of polluting firms", "企业用电监管"),
    "reading",
    measure="pollution-power.lines",
    finest="line",
    window=timedelta(hours=1),
    # Meters in factories are read every few minutes, and through the mobile network.
    out_of_orderness=timedelta(minutes=5),
    repeat_span=timedelta(hours=72),
    known=("production_on_w", "treatment_on_w", "quiet_w"),
    counted=Counted(
        "How often did production run, how often the treatment with it, and how far was a line from its quiet?",
        {
            "readings": "COUNT(entity_id)",
            # A line without declared thresholds is neither running nor standing still.
            "judgeable": "COUNT(CASE WHEN treatment_on_w IS NOT NULL THEN production_on_w END)",
            "production_running": "COUNT(*) FILTER (WHERE production_w >= production_on_w "
            "AND treatment_on_w IS NOT NULL)",
            "running_together": "COUNT(*) FILTER (WHERE production_w >= production_on_w "
            "AND treatment_w >= treatment_on_w)",
            "quiet_readings": "COUNT(quiet_w)",
            "above_quiet": "COUNT(*) FILTER (WHERE production_w + treatment_w > quiet_w)",
            "power_w": "SUM(CASE WHEN quiet_w IS NOT NULL THEN production_w + treatment_w ELSE 0 END)",
            "quiet_w": "SUM(quiet_w)",
        },
    ),
)
