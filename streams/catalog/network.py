"""Networks and their security: do links and base stations carry, and what became of security cases?"""

from datetime import timedelta

from indicators.networks import CASE_LEVELS
from streams.catalog.declaration import Counted, of_own_events

_DUE = "step = 'closed' AND limit_s IS NOT NULL"

NETWORK = of_own_events(
    "network",
    ("Networks and their security", "城市通信网与网络安全态势"),
    "notice",
    measure="network.state",
    finest="element",
    # The step in which operators of networks count performance.
    window=timedelta(minutes=15),
    # Managers of elements poll them in turn, which takes a minute or two.
    out_of_orderness=timedelta(minutes=3),
    repeat_span=timedelta(hours=24),
    counted=Counted(
        "How long did each element of the networks carry, and how many security cases were opened and closed in time?",
        {
            "observed_s": "SUM(observed_s)",
            "up_s": "SUM(up_s)",
            "degraded_s": "SUM(degraded_s)",
            **{
                f"opened_level{level}": f"COUNT(*) FILTER (WHERE step = 'opened' AND level = {level})"
                for level in CASE_LEVELS
            },
            "due": f"COUNT(*) FILTER (WHERE {_DUE})",
            "closed_on_time": f"COUNT(*) FILTER (WHERE {_DUE} AND handling_s <= limit_s)",
        },
    ),
)
