"""Video analysis: what do cameras raise, what of it is true, and how soon does somebody look?"""

from datetime import timedelta

from streams.catalog.declaration import Counted, of_own_events


def _of(step: str, *conditions: str) -> str:
    told = " AND ".join((f"step = '{step}'", *conditions))
    return f"COUNT(*) FILTER (WHERE {told})"


VIDEO = of_own_events(
    "video",
    ("Video analysis", "视频智能分析"),
    "alert",
    measure="video.alerts",
    finest="cell",
    window=timedelta(hours=1),
    # The analysis runs beside the camera, or in a queue of a minute.
    out_of_orderness=timedelta(minutes=2),
    repeat_span=timedelta(days=3),
    counted=Counted(
        "How many alerts were raised and judged, by area and type, how many of them were true, and how soon was it known?",
        {
            "alerts": _of("raised"),
            "judged": _of("judged"),
            "confirmed": _of("judged", "verdict = 'confirmed'"),
            "false_alerts": _of("judged", "verdict = 'false'"),
            "judged_timed": _of("judged", "since_alert_s IS NOT NULL"),
            "judging_s_sum": "SUM(since_alert_s) FILTER (WHERE step = 'judged')",
            "judged_due": _of("judged", "since_alert_s IS NOT NULL", "limit_s IS NOT NULL"),
            "judged_on_time": _of("judged", "since_alert_s <= limit_s"),
        },
        entity="cell_id",
    ),
)
