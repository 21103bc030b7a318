"""Do the city's networks carry, and are security cases handled in time? Ours: no standard at hand defines either."""

from indicators.standard import Edition

CASE_LEVELS = {1: "特别重大", 2: "重大", 3: "较大", 4: "一般"}
"""How grave a security case is: four levels, 1 the gravest; which case is of which level is for its desk to say."""

NETWORKS_V1 = Edition(
    "project",
    "networks-1",
    None,
    None,
    "seconds up and seconds degraded of seconds observed; security cases opened by level, closed within their limit",
)
