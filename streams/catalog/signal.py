"""Signal control: is green time used, does traffic stop less than it did, and what do the guidance screens show?"""

from datetime import timedelta

from streams.catalog.declaration import Counted, of_own_events


def _sum_where(value: str, known: str) -> str:
    return f"SUM({value}) FILTER (WHERE {known} IS NOT NULL)"


SIGNAL = of_own_events(
    "signal",
    ("Signal control", "信号控制与交通诱导"),
    "state",
    measure="signal.control",
    finest="device",
    window=timedelta(minutes=15),
    # A signal reports when its cycle is over, a screen every few minutes.
    out_of_orderness=timedelta(minutes=1),
    repeat_span=timedelta(hours=6),
    known=("saturation_headway_ms", "stops_baseline_permille", "flow_baseline_vph"),
    counted=Counted(
        "How was green time used, how did stops and flow stand against their baseline, and how old were the messages?",
        {
            "signals": "COUNT(*) FILTER (WHERE kind = 'signal')",
            "signals_working": "SUM(working) FILTER (WHERE kind = 'signal')",
            "used_green_ms": "SUM(passed * saturation_headway_ms)",
            "green_ms": _sum_where("green_s * 1000", "saturation_headway_ms"),
            "stops": "SUM(stops)",
            "stopping_vehicles": _sum_where("passed", "stops"),
            "compared_stops": _sum_where("stops", "stops_baseline_permille"),
            "expected_stops_permille": _sum_where("passed * stops_baseline_permille", "stops"),
            "compared_vehicles": _sum_where("passed", "flow_baseline_vph"),
            # Vehicles an hour times seconds: divided where it is judged, so that nothing is rounded here.
            "expected_vehicles_3600ths": "SUM(flow_baseline_vph * cycle_s)",
            "queues": "COUNT(queue_m)",
            "queue_m_max": "MAX(queue_m)",
            "screens": "COUNT(*) FILTER (WHERE kind = 'screen')",
            "screens_online": "SUM(working) FILTER (WHERE kind = 'screen')",
            "messages": "COUNT(message_age_s)",
            "message_age_s_sum": "SUM(message_age_s)",
        },
    ),
)
