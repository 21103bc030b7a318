"""How evenly is electricity used, how much is lost, who is without, and what carbon does it cost?

Ours where nothing else is said: no standard in force defines these for a city. The words for outages are those of
IEEE 1366 (customers interrupted, customer minutes of interruption), but momentary interruptions count like the
others, because a meter tells the beginning of one before anybody knows how long it will be.
"""

from collections.abc import Sequence
from fractions import Fraction

from indicators.counting import checked_count
from indicators.standard import Edition

PEAK_SPANS = ((8, 11), (18, 22))
"""Peak hours of the civil clock, from and to: configuration, as a city's tariff says."""
PEAK_HOURS = frozenset(hour for first, end in PEAK_SPANS for hour in range(first, end))

GRID_CARBON_MG_PER_KWH = 536_600
"""Carbon dioxide of electricity from the grid, the national mean of 2022 (Ministry of Ecology and Environment, notice
of December 2024, from a secondary source): configuration."""

ELECTRICITY_V1 = Edition(
    "project",
    "electricity-1",
    None,
    None,
    "energy as meters tell it; a span counts in the hour in which it began",
)
LOAD_FACTOR_V1 = Edition(
    "project",
    "load-factor-1",
    None,
    None,
    "mean load / greatest load of the hours of a civil day, the load of an hour being its mean",
)
PEAK_V1 = Edition(
    "project",
    "peak-hours-1",
    None,
    None,
    f"peak hours are {' and '.join(f'{first:02d}:00 to {end:02d}:00' for first, end in PEAK_SPANS)}",
)
CARBON_2022 = Edition(
    "project",
    "grid-carbon-2022",
    None,
    None,
    f"{GRID_CARBON_MG_PER_KWH / 1_000_000} kg CO2 for each kWh from the grid, none for the sun's",
)
OUTAGES_V1 = Edition(
    "project",
    "outages-1",
    None,
    None,
    "customers of transformers that are dead, as the registry counts them; momentary interruptions are among them",
)


def load_factor(loads: Sequence[Fraction]) -> Fraction | None:
    """Mean load over greatest load, 0 to 1; None where there was no load at all. Raises ValueError for a negative one."""
    if any(load < 0 for load in loads):
        raise ValueError(f"a load is {min(loads)}: give what flowed in, not what flowed back")
    greatest = max(loads, default=Fraction(0))
    return sum(loads, Fraction(0)) / len(loads) / greatest if greatest else None


def losses(fed_in_wh: int, billed_wh: int) -> Fraction | None:
    """What was fed in and not billed, over what was fed in: negative where more was billed; None without a feed.

    Raises ValueError for what is no count.
    """
    fed_in, billed = checked_count(fed_in_wh, "energy fed in"), checked_count(billed_wh, "energy billed")
    return Fraction(fed_in - billed, fed_in) if fed_in else None


def carbon_kg(supply_wh: int) -> Fraction:
    """Kilograms of carbon dioxide of energy from the grid. Raises ValueError for what is no count."""
    return Fraction(checked_count(supply_wh, "energy from the grid") * GRID_CARBON_MG_PER_KWH, 10**9)


def minutes_without(customer_out_s: int, customer_s: int, minutes: int) -> Fraction | None:
    """Minutes that a customer was without in a span of so many, in the mean over all customers; None without any.

    That is customer minutes of interruption over customers served, and right as well where some equipment told of a
    part of the span only.
    """
    out, served = checked_count(customer_out_s, "time out"), checked_count(customer_s, "time served")
    if out > served:
        raise ValueError(f"customers were out for {out} of {served} seconds: count both over the same spans")
    return Fraction(out * minutes, served) if served else None
