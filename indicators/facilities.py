"""When do a city's facilities fail, and when is water or gas suspected of escaping? Ours: no standard says it for sensors.

A pipe is held against its own pressure: what is usual there at that site is the registry's to know.
"""

from indicators.standard import Edition

FACILITIES_V1 = Edition(
    "project",
    "facilities-1",
    None,
    None,
    "readings of covers, lights, drains and pipes, every reading counting once; repairs by the time that they took",
)
PRESSURE_DROP_PERMILLE = 150
"""A pressure that is as far below the site's own, or farther, is suspected to be a leak."""
