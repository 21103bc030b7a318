"""How much room does a driver on a freeway have?

The level of service of a basic freeway segment, A to F, by density: the flow of passenger cars over their speed.
The cuts are those of the Highway Capacity Manual by secondary sources. Customary units, as the manual has them.
"""

from dataclasses import dataclass
from fractions import Fraction

from indicators.grades import FREEWAY_LOS_GRADES
from indicators.rounding import as_float
from indicators.standard import Edition
from indicators.traffic_inputs import Exact, not_negative, positive

HCM_2010 = Edition(
    "HCM", "2010", None, None, "level of service of basic freeway segments by density; secondary source"
)


@dataclass(frozen=True, slots=True)
class LevelOfService:
    """A density in passenger cars per mile and lane, exact, and its level, 1 for A to 6 for F."""

    density: Fraction
    grade: str
    level: int
    colour: str
    standard: str
    edition: str
    clause: str

    @property
    def density_float(self) -> float:
        """The density for tables, rounded half-even to six decimals."""
        return as_float(self.density)


def level_of_service(cars_per_hour_lane: Exact, speed_mph: Exact) -> LevelOfService:
    """The level of service by the flow (passenger cars per hour and lane) and the mean speed (mph).

    Heavy vehicles have to be counted as passenger cars first. A demand above capacity is level F too, whatever
    the density; it cannot be seen here. Raises ValueError for a negative flow and a speed that is not positive.
    """
    density = not_negative(cars_per_hour_lane, "a flow") / positive(speed_mph, "a speed")
    grade = FREEWAY_LOS_GRADES.of(density)
    return LevelOfService(
        density=density,
        grade=grade.word,
        level=grade.level,
        colour=grade.colour,
        standard=HCM_2010.standard,
        edition=HCM_2010.edition,
        clause=HCM_2010.clause,
    )
