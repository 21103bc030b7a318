"""How full is a car park? Ours: no standard says when one is nearly full."""

from dataclasses import dataclass
from typing import Literal

from indicators.counting import checked_part
from indicators.grades import PARKING_GRADES
from indicators.rounding import ratio_to_float
from indicators.standard import Edition

PARKING_V1 = Edition("project", "parking-1", None, None, "spaces taken / spaces there are, over all readings")


@dataclass(frozen=True, slots=True)
class Occupancy:
    """A share of spaces: `occupied` of `capacity`, summed over readings; None where there was no reading."""

    occupied: int
    capacity: int

    def __post_init__(self) -> None:
        checked_part(self.occupied, self.capacity, "spaces taken of spaces there are")

    @property
    def value_float(self) -> float | None:
        """The share for tables, rounded half-even to six decimals."""
        return ratio_to_float(self.occupied, self.capacity) if self.capacity else None

    @property
    def grade(self) -> str | None:
        """The word of its grade, by the exact share."""
        return PARKING_GRADES.of_ratio(100 * self.occupied, self.capacity).word if self.capacity else None

    @property
    def validity(self) -> Literal["valid", "no_data"]:
        """Whether there is a share to publish."""
        return "valid" if self.capacity else "no_data"
