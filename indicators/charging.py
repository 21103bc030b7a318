"""Can a car be charged, does one charge, and who has a charger near? Ours: no standard says how.

The words for the states are those of OCPP, sorted into six.
"""

from collections.abc import Collection
from dataclasses import dataclass
from fractions import Fraction
from math import asin, cos, radians, sin, sqrt

from indicators.rounding import as_float
from indicators.standard import Edition

CHARGING_V1 = Edition(
    "project",
    "charging-1",
    None,
    None,
    "every reading of a connector's state counts once: connectors have to be read at an even pace",
)
SESSIONS_V1 = Edition(
    "project", "charging-sessions-1", None, None, "a session counts whole in the window in which it ended"
)
SERVED_V1 = Edition(
    "project",
    "charging-served-1",
    None,
    None,
    "as the crow flies, to a site of which a connector was heard in service in the window",
)

EARTH_RADIUS_M = 6_371_009
"""The mean radius, a sphere being enough for a kilometre."""

Position = tuple[float, float]
"""Longitude and latitude, degrees."""


def distance_m(one: Position, other: Position) -> float:
    """Metres between two positions along the ground of a sphere (haversine)."""
    (east, north), (east_other, north_other) = one, other
    half_north = radians(north_other - north) / 2
    half_east = radians(east_other - east) / 2
    chord = sin(half_north) ** 2 + cos(radians(north)) * cos(radians(north_other)) * sin(half_east) ** 2
    return 2 * EARTH_RADIUS_M * asin(sqrt(min(chord, 1.0)))


def is_served(home: Position, chargers: Collection[Position], radius_m: int) -> bool:
    """Whether one of the chargers is no further away than the radius."""
    return any(distance_m(home, charger) <= radius_m for charger in chargers)


@dataclass(frozen=True, slots=True)
class ServedResult:
    """How many of the communities are served; `ratio` is exact, 0 to 1, None where there is no community."""

    served: int
    communities: int
    standard: str = SERVED_V1.standard
    edition: str = SERVED_V1.edition
    clause: str = SERVED_V1.clause

    def __post_init__(self) -> None:
        if not 0 <= self.served <= self.communities:
            raise ValueError(f"{self.served} of {self.communities} communities are served: count each once")

    @property
    def ratio(self) -> Fraction | None:
        """The share, exact."""
        return Fraction(self.served, self.communities) if self.communities else None

    @property
    def value(self) -> float | None:
        """The share for tables, rounded half-even to six decimals."""
        return None if self.ratio is None else as_float(self.ratio)
