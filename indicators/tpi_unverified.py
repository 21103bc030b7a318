"""Which traffic performance index would the conversions give that could not be verified?

GB/T 33171-2016 knows three ways to its index (§7.2.3), and only that of the delay-time proportion could be
verified: it is the one in use (`indicators.traffic`). For the other two the numbers were not found in any text
of a standard. They stand here as configuration, so that a city can compare or correct them, and every result
says that it is unverified. Never publish one as the standard's index.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from indicators.grades import NETWORK_GRADES
from indicators.rounding import as_float
from indicators.standard import Edition
from indicators.traffic_inputs import Exact, not_negative

_TPI_MAX = 10
_WORST_FROM = NETWORK_GRADES.cuts[-1]


@dataclass(frozen=True, slots=True)
class UnverifiedConversion:
    """A conversion to the index, linear between its knots (value, index), with where the numbers come from.

    Values lie from the first knot up to `highest`, None where they have no end. Beyond the last knot the index
    stays 10 if it has reached it; else it is not known there. Raises ValueError for knots that do not rise, or
    do not lead from an index of 0 into the worst grade.
    """

    id: str
    quantity: str
    knots: tuple[tuple[Exact, int], ...]
    highest: Exact | None
    edition: Edition

    def __post_init__(self) -> None:
        values = [not_negative(value, "a knot") for value, _ in self.knots]
        indices = [not_negative(index, "the index of a knot") for _, index in self.knots]
        if any(len(column) < 2 or column != sorted(set(column)) for column in (values, indices)):
            raise ValueError(f"{self.id} needs two or more knots that rise in both, got {self.knots}")
        if indices[0] != 0 or not _WORST_FROM <= indices[-1] <= _TPI_MAX:
            raise ValueError(
                f"the index of {self.id} runs from {indices[0]} to {indices[-1]}: it starts at 0 and ends from "
                f"{_WORST_FROM} to {_TPI_MAX}"
            )


TTI_UNVERIFIED = UnverifiedConversion(
    id="tti-unverified",
    quantity="travel time index",
    knots=((1, 0), (Fraction("1.3"), 2), (Fraction("1.6"), 4), (Fraction("1.9"), 6), (Fraction("2.2"), 8)),
    highest=None,
    edition=Edition("GB/T 33171", "2016/appendix-b-unverified", None, None, "appendix B; numbers unverified"),
)
# That no severe congestion at all is an index of 0 is ours.
SEVERE_MILEAGE_UNVERIFIED = UnverifiedConversion(
    id="severe-mileage-unverified",
    quantity="share of length in severe congestion, 0 to 1",
    knots=(
        (0, 0),
        (Fraction("0.05"), 2),
        (Fraction("0.08"), 4),
        (Fraction("0.11"), 6),
        (Fraction("0.14"), 8),
        (Fraction("0.24"), 10),
    ),
    highest=1,
    edition=Edition("DB11/T 785", "2011/mileage-unverified", None, None, "appendix C; numbers unverified"),
)


@dataclass(frozen=True, slots=True)
class UnverifiedTpi:
    """An index by an unverified conversion, exact; `value` is None where the conversion does not reach.

    The grade is the worst there all the same, and `at_least` is the index of the last knot.
    """

    value: Fraction | None
    at_least: Fraction
    grade: str
    conversion: str
    validity: Literal["insufficient"]
    reason: str
    standard: str
    edition: str
    clause: str

    @property
    def value_float(self) -> float | None:
        """The index for tables, rounded half-even to six decimals."""
        return None if self.value is None else as_float(self.value)


def tpi_unverified(value: Exact, conversion: UnverifiedConversion) -> UnverifiedTpi:
    """The index of a value by a conversion that is named at the call, so that nobody takes it by accident.

    Raises ValueError for a value outside of what the quantity can be; a network faster than free flow has a
    travel time index of 1.
    """
    exact = not_negative(value, conversion.quantity)
    lowest = conversion.knots[0][0]
    if exact < lowest or (conversion.highest is not None and exact > conversion.highest):
        bounds = f"{lowest} or more" if conversion.highest is None else f"{lowest} to {conversion.highest}"
        raise ValueError(f"{conversion.quantity} is {exact}: it can be {bounds}, correct it")
    last, reached = conversion.knots[-1]
    known = exact <= last or reached == _TPI_MAX
    index = _interpolated(min(exact, Fraction(last)), conversion.knots)
    edition = conversion.edition
    return UnverifiedTpi(
        value=index if known else None,
        at_least=index,
        grade=NETWORK_GRADES.of(index).word,
        conversion=conversion.id,
        validity="insufficient",
        reason="the conversion is unverified"
        if known
        else f"the conversion is unverified and ends at {last}",
        standard=edition.standard,
        edition=edition.edition,
        clause=edition.clause,
    )


def _interpolated(value: Fraction, knots: Sequence[tuple[Exact, int]]) -> Fraction:
    above = min(bisect_right([at for at, _ in knots], value), len(knots) - 1)
    (low, index_low), (high, index_high) = knots[above - 1], knots[above]
    return index_low + (value - low) / (high - low) * (index_high - index_low)
