"""How safe is the traffic? Ours: counts of what cameras saw and of crashes, and how long a crash was in the way."""

from indicators.standard import Edition

TRAFFIC_SAFETY_V1 = Edition(
    "project",
    "traffic-safety-1",
    None,
    None,
    "counts as reported; a crash is cleared when its lanes are open again, counted in the hour of its clearance",
)
CLEARANCE_LIMIT_S = 1_800
"""Ours: within half an hour the lanes are to be open again, where the report sets no limit of its own."""
