"""Reported figures: what have departments signed off, in time or not, and how often was it corrected?"""

from datetime import timedelta

from streams.catalog.declaration import Counted, of_own_events

_REACHED = """CASE WHEN lower_is_better = 1 THEN value_micro <= target_micro
      ELSE value_micro >= target_micro END"""

REPORTED = of_own_events(
    "reported",
    ("Reported figures", "报送指标"),
    "figure",
    measure="reported.figures",
    finest="figure",
    window=timedelta(hours=1),
    # Files are dropped every half hour, with what was signed off until then.
    out_of_orderness=timedelta(hours=1),
    repeat_span=timedelta(days=3),
    known=("target_micro", "lower_is_better"),
    counted=Counted(
        "What was signed off for each figure, how much of it in time, on target and corrected?",
        {
            "figures": "COUNT(value_micro)",
            # Of one figure alone it means something: figures have different units.
            "value_micro_sum": "SUM(value_micro)",
            "due": "COUNT(in_time)",
            "on_time": "SUM(in_time)",
            "targeted": "COUNT(target_micro)",
            "reached": f"COUNT(*) FILTER (WHERE {_REACHED})",
            # The source counts them itself; of the newest version they are all that there were.
            "corrections": "SUM(source_version)",
        },
    ),
)
