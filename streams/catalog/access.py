"""Access control: how many pass each gate, which doors are forced or held open, and which are online?"""

from datetime import timedelta

from streams.catalog.declaration import Counted, of_own_events


def _of(happening: str) -> str:
    return f"COUNT(*) FILTER (WHERE happening = '{happening}')"


ACCESS = of_own_events(
    "access",
    ("Access control", "智能门禁"),
    "gate",
    measure="access.gates",
    finest="gate",
    window=timedelta(minutes=15),
    # A controller passes on what its doors say within seconds, or after a short loss of the network.
    out_of_orderness=timedelta(minutes=2),
    repeat_span=timedelta(hours=24),
    counted=Counted(
        "How many pass each gate, how often is one forced or held open, and for how long is it online?",
        {
            "passages": _of("passage"),
            "entries": "COUNT(*) FILTER (WHERE happening = 'passage' AND direction = 'in')",
            "forced": _of("forced"),
            "held": _of("held"),
            "watched_s": "SUM(interval_s) FILTER (WHERE happening = 'status')",
            "online_s": "SUM(interval_s) FILTER (WHERE happening = 'status' AND online = 1)",
        },
    ),
)
