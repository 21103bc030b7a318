"""Which vehicle of the simulated city passed which stop, and how long after the one before it? JSON, as `feeds/gateway.py` says.

A reading: `vehicle`, `route`, `stop`, `at` (ISO 8601 with its offset), `headway_s` and `planned_headway_s`.
"""

from dataclasses import replace

from feeds.gateway_fields import city_gateway, name, whole

HEADWAY_MAX_S = 86_400
"""A longer gap is the end of the service and not a headway."""

FEED = replace(
    city_gateway(
        "bus",
        "Stops passed by the buses",
        "vehicle",
        {
            "route_id": name("route"),
            "stop_id": name("stop"),
            "headway_s": whole("headway_s", 0, HEADWAY_MAX_S),
            "planned_headway_s": whole("planned_headway_s", 1, HEADWAY_MAX_S),
        },
        identity=("stop_id",),
    ),
    name="city-gateway-bus-stops",
)
