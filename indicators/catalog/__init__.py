"""Which indicators does the city publish, and what does each of them mean?

A further system is a further module of declarations, named once below.
"""

from collections.abc import Mapping

from indicators.catalog import air, city, emergency, road
from indicators.catalog.declaration import Indicator, by_id

__all__ = ["INDICATORS", "Indicator"]

INDICATORS: Mapping[str, Indicator] = by_id(
    road.INDICATORS, air.INDICATORS, emergency.INDICATORS, city.INDICATORS
)
