"""How dry are the fields, how cold the nights, and how do prices move? Ours: the cuts are the city's own.

Soil moisture is relative, water held over water that the soil can hold. A price is that of all that was sold together, and is
told of one product at one market: prices of different products do not mix.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from indicators.counting import checked_count
from indicators.standard import Edition

FARMING_V1 = Edition(
    "project",
    "farming-1",
    None,
    None,
    "means, extremes and counts of readings; drought by relative soil moisture and frost by the lowest air temperature, "
    "cut where the city says",
)
MARKETS_V1 = Edition(
    "project", "markets-1", None, None, "turnover / volume of a product at a market, hour against hour"
)
FEN_PER_YUAN = 100


@dataclass(frozen=True, slots=True)
class Sales:
    """What was sold of a product in an hour: its price in fen times kilograms, summed, and the kilograms."""

    turnover_fen: int
    volume_kg: int

    def __post_init__(self) -> None:
        checked_count(self.turnover_fen, "turnover")
        checked_count(self.volume_kg, "volume")

    @property
    def price_yuan(self) -> Fraction | None:
        """The mean price of a kilogram, each weighing as much as it does; None where nothing was sold."""
        return Fraction(self.turnover_fen, self.volume_kg * FEN_PER_YUAN) if self.volume_kg else None


def sales_of(sums: Mapping[str, int]) -> Sales:
    """The sales among the sums of a window."""
    return Sales(sums["turnover_fen_sum"], sums["volume_kg_sum"])


def price_change(before: Sales, now: Sales) -> Fraction | None:
    """By which share of the price before the price has changed; None where one of the two is unknown, or was nothing."""
    if before.price_yuan is None or now.price_yuan is None or not before.price_yuan:
        return None
    return now.price_yuan / before.price_yuan - 1
