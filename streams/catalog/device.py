"""Unified device access: are devices online, and can what they say be trusted?"""

from datetime import timedelta

from streams.catalog.declaration import Counted, of_own_events

_CHECKS = {
    "frozen": ("unchanged_s", ">", "frozen_after_s"),
    "clock_off": ("ABS(clock_off_ms)", ">", "clock_tolerance_ms"),
    "battery_low": ("battery_percent", "<", "battery_low_percent"),
    "outdated": ("firmware_build", "<", "firmware_wanted_build"),
}
"""What a heartbeat is held against: its value, when that is bad, and the limit that the registry knows."""

DEVICE = of_own_events(
    "device",
    ("Unified device access", "统一物联接入"),
    "heartbeat",
    measure="device.health",
    finest="device",
    window=timedelta(minutes=15),
    # Gateways collect the heartbeats of their devices for a minute or two.
    out_of_orderness=timedelta(minutes=3),
    repeat_span=timedelta(hours=6),
    known=tuple(limit for _, _, limit in _CHECKS.values()),
    counted=Counted(
        "How many heartbeats tell of a device online, frozen, off its clock, low or outdated, and what was delivered?",
        {
            "heartbeats": "COUNT(online)",
            "online": "SUM(online)",
            # A sum with null is null: only where the device tells the value and the registry a limit, both are known.
            **{f"{name}_known": f"COUNT({value} + {limit})" for name, (value, _, limit) in _CHECKS.items()},
            **{
                name: f"COUNT(*) FILTER (WHERE {value} {bad} {limit})"
                for name, (value, bad, limit) in _CHECKS.items()
            },
            "promised": "SUM(promised)",
            "delivered": "SUM(delivered)",
            "delivered_late": "SUM(delivered_late)",
        },
    ),
)
