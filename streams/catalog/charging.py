"""EV charging: can one charge, does one, and how much energy flows?"""

from datetime import timedelta

from streams.catalog.declaration import Counted, of_own_events

CHARGING = of_own_events(
    "charging",
    ("EV charging", "充电桩"),
    "report",
    measure="charging.sites",
    finest="site",
    window=timedelta(minutes=15),
    # A connector is asked every few minutes; what a station kept while it was offline comes later, and restates.
    out_of_orderness=timedelta(minutes=2),
    # A station tells a session again until it is answered.
    repeat_span=timedelta(hours=72),
    counted=Counted(
        "In which states were the connectors of each site, and how much energy did they give?",
        {
            "readings": "COUNT(faulted)",
            "faulted": "SUM(faulted)",
            "in_service": "SUM(in_service)",
            "occupied": "SUM(occupied)",
            # Some formats do not tell a car that charges from one that only stands there.
            "charging_readings": "COUNT(charging)",
            "charging": "SUM(charging)",
            "energy_readings": "COUNT(energy_wh)",
            "energy_wh": "SUM(energy_wh)",
            "sessions": "COUNT(*) FILTER (WHERE kind = 'session')",
            "metered_sessions": "COUNT(session_wh)",
            "session_wh": "SUM(session_wh)",
            "timed_sessions": "COUNT(session_s)",
            "session_s": "SUM(session_s)",
        },
        entity="site_id",
    ),
)
