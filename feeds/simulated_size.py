"""How large is the simulated city? One object says it, and all that the city consists of follows from it and the seed."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

DISTRICTS = (
    *("north", "east", "south", "west", "center", "harbor"),
    *("airport", "university", "oldtown", "riverside", "lakeside", "hillside", "market"),
    *("garden", "station", "newtown", "science", "textile", "bridge", "meadow"),
)
ROUND = 6
"""After so many districts what is peculiar to one comes again: the class of its water, the industry of its plant."""


@dataclass(frozen=True, slots=True)
class Size:
    """How many there are of what makes a city's load; of all else there are a few things a district.

    districts: the names of all. links, probe_links, metro_stations, gates, noise_monitors, meters, car_parks, signals,
    school_buses: how many each district has. air_stations, bus_routes: of the whole city. vehicles: of each route.
    tap_ms: mean time between two taps at a metro station out of the rush hours.
    """

    districts: tuple[str, ...]
    links: int
    probe_links: int
    metro_stations: int
    tap_ms: int
    gates: int
    noise_monitors: int
    meters: int
    car_parks: int
    signals: int
    school_buses: int
    air_stations: int
    bus_routes: int
    vehicles: int


SMALL = Size(
    districts=DISTRICTS[:6],
    links=10,
    probe_links=2,
    metro_stations=2,
    tap_ms=18_000,
    gates=2,
    noise_monitors=1,
    meters=2,
    car_parks=2,
    signals=2,
    school_buses=2,
    air_stations=8,
    bus_routes=8,
    vehicles=4,
)
"""Enough for every story, small enough for tests: some ten records a second."""

LARGE = Size(
    districts=DISTRICTS,
    links=99,
    probe_links=100,
    metro_stations=6,
    tap_ms=8_000,
    gates=8,
    noise_monitors=15,
    meters=15,
    car_parks=10,
    signals=15,
    school_buses=10,
    air_stations=40,
    bus_routes=120,
    vehicles=7,
)
"""What `citybrain up` starts.

As much as two processors and 6 GiB carry. The normalizer remembers each event's id for its system's `repeat_span`: so
probes, which it remembers for two hours, are many, and buses (twelve hours) and gates (a day) are not.
"""


class SizeName(StrEnum):
    """How the sizes are called in a setting."""

    SMALL = "small"
    LARGE = "large"


SIZES: Mapping[SizeName, Size] = {SizeName.SMALL: SMALL, SizeName.LARGE: LARGE}
