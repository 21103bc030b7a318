"""How easily is a government service had? Ours: how approvals are compared stands in `indicators/approvals.py`."""

from indicators.standard import Edition

GOV_SERVICES_V1 = Edition(
    "project",
    "gov-services-1",
    None,
    None,
    "items that can be done online, applications by channel, trips, queues at windows and terminals in service",
)
