"""Is a campus safe and healthy, and do schools in the country take part as those in town do? Ours: no standard says so."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from indicators.counting import checked_part
from indicators.rounding import as_float
from indicators.standard import Edition

CAMPUS_V1 = Edition(
    "project",
    "campus-1",
    None,
    None,
    "safety cases, readings above the limits that a school declares, occupancy, use of shared courses by class of school",
)


@dataclass(frozen=True, slots=True)
class UrbanRural:
    """How many times as much urban schools use what is shared: 1 is parity, above 1 the rural ones are behind.

    `value` is exact, None where it cannot be taken; `reason` says why, as a word for tables.
    """

    value: Fraction | None
    reason: str | None

    @property
    def value_float(self) -> float | None:
        """The ratio for tables, rounded half-even to six decimals."""
        return None if self.value is None else as_float(self.value)

    @property
    def validity(self) -> Literal["valid", "no_data"]:
        """Whether there is a ratio to publish."""
        return "no_data" if self.value is None else "valid"


def urban_to_rural(urban: tuple[int, int], rural: tuple[int, int]) -> UrbanRural:
    """The urban share over the rural one; each class gives what was attended, and what was offered.

    Raises ValueError for what is no count, and where more was attended than offered.
    """
    in_town, town = checked_part(*urban, "attended of offered in town")
    in_country, country = checked_part(*rural, "attended of offered in the country")
    if not town or not country:
        return UrbanRural(None, "nothing_counted")
    if not in_country:
        return UrbanRural(None, "nothing_attended_in_the_country")
    return UrbanRural(Fraction(in_town * country, town * in_country), None)
