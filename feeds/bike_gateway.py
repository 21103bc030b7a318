"""What do the docks of the simulated city's shared bikes report? JSON, as `feeds/gateway.py` says.

A reading: `dock`, `at` (ISO 8601 with its offset), `bikes` to take, `faulted` ones, and `capacity`.
"""

from feeds.gateway_fields import city_gateway, whole

COUNT_MAX = 10_000
"""More than stand at any dock on Earth."""

FEED = city_gateway(
    "bike",
    "Shared bikes",
    "dock",
    {
        "bikes": whole("bikes", 0, COUNT_MAX),
        "faulted": whole("faulted", 0, COUNT_MAX),
        "capacity": whole("capacity", 1, COUNT_MAX),
    },
)
