"""What do the water stations of the simulated city report? JSON, as `feeds/gateway.py` says.

A reading: `station`, `at` (ISO 8601 with its offset), and what was measured of `ph`, `dissolved_oxygen_mgl`, `permanganate_mgl`,
`ammonia_mgl`, `phosphorus_mgl`, `nitrogen_mgl`, `turbidity_ntu`, `conductivity_uscm` and `temperature_c`; a slow
analyser is absent from most readings.
"""

from feeds.gateway_fields import city_gateway, fixed_point
from feeds.water_reading import QUANTITIES, with_something

WRITTEN = {
    "ph_milli": "ph",
    "dissolved_oxygen_ugl": "dissolved_oxygen_mgl",
    "permanganate_ugl": "permanganate_mgl",
    "ammonia_ugl": "ammonia_mgl",
    "phosphorus_ugl": "phosphorus_mgl",
    "nitrogen_ugl": "nitrogen_mgl",
    "turbidity_mntu": "turbidity_ntu",
    "conductivity_nscm": "conductivity_uscm",
    "temperature_mdegc": "temperature_c",
}
"""Field of the event to the field of the reading."""

FEED = city_gateway(
    "water-quality",
    "Water stations",
    "station",
    {field: fixed_point(WRITTEN[field], *found, optional=True) for field, found in QUANTITIES.items()},
    completed=with_something,
)
