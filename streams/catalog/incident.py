"""Sudden incidents: is help there in time, are superiors told in time, and is it over?"""

from datetime import timedelta

from indicators.emergency import RESPONSE_TARGET_SECONDS
from streams.catalog.declaration import Counted, of_own_events

_TIMED = "since_report_s IS NOT NULL"
_WITHIN = f"since_report_s <= {RESPONSE_TARGET_SECONDS}"


def _of(step: str, *conditions: str) -> str:
    taken = " AND ".join((f"step = '{step}'", *conditions))
    return f"COUNT(*) FILTER (WHERE {taken})"


INCIDENT = of_own_events(
    "incident",
    ("Sudden incidents", "应急指挥"),
    "step",
    measure="incident.handling",
    finest="cell",
    window=timedelta(hours=1),
    # A crew reports over the air, and the command desk enters it within a minute or two.
    out_of_orderness=timedelta(minutes=3),
    repeat_span=timedelta(days=3),
    counted=Counted(
        "How many incidents came and ended, by area, type and level, and how soon was each step taken?",
        {
            "opened": _of("reported"),
            **{f"opened_level{level}": _of("reported", f"level = {level}") for level in (1, 2, 3, 4)},
            "dispatched_timed": _of("dispatched", _TIMED),
            "dispatched_within_15min": _of("dispatched", _WITHIN),
            "arrived_timed": _of("arrived", _TIMED),
            "arrived_within_15min": _of("arrived", _WITHIN),
            "reported_up_due": _of("reported_up", _TIMED, "limit_s IS NOT NULL"),
            "reported_up_on_time": _of("reported_up", "since_report_s <= limit_s"),
            "closed": _of("closed"),
            "closed_timed": _of("closed", _TIMED),
            "closing_s_sum": "SUM(since_report_s) FILTER (WHERE step = 'closed')",
        },
        entity="cell_id",
    ),
)
