"""How congested is a road or a network by Beijing's own standard?

DB11/T 785-2011 grades a link by its speed alone, with cuts for each class of road, and knows no free-flow speed.
The network's grade is read from the extra travel time over free flow. All from secondary sources: the standard
itself was not read. An alternative to GB/T 33171-2016, for a city that reports by it; a result names its edition.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal

from indicators.grades import (
    BEIJING_ARTERIAL_GRADES,
    BEIJING_EXPRESSWAY_GRADES,
    BEIJING_EXTRA_TIME_GRADES,
    BEIJING_LOCAL_GRADES,
    GradeScale,
)
from indicators.rounding import as_float
from indicators.standard import Edition
from indicators.traffic_inputs import Exact, positive, speed_kmh

_FROM = date(2011, 8, 1)
DB11T785_2011_SPEED = Edition(
    "DB11/T 785", "2011/speed", _FROM, None, "link grades by speed and class of road; secondary source"
)
DB11T785_2011_EXTRA_TIME = Edition(
    "DB11/T 785", "2011/extra-time", _FROM, None, "bands of the index by extra travel time; secondary source"
)

RoadClass = Literal["expressway", "arterial", "secondary", "branch"]
SCALES_BY_ROAD_CLASS: Mapping[str, GradeScale] = {
    "expressway": BEIJING_EXPRESSWAY_GRADES,
    "arterial": BEIJING_ARTERIAL_GRADES,
    "secondary": BEIJING_LOCAL_GRADES,
    "branch": BEIJING_LOCAL_GRADES,
}


@dataclass(frozen=True, slots=True)
class BeijingGrade:
    """The grade of a link or a network: `value` is what was graded, exact, in the unit that `quantity` names.

    `level` runs from 1 (畅通) to 5 (严重拥堵), the words are those of GB/T 33171-2016.
    """

    value: Fraction
    quantity: str
    grade: str
    level: int
    colour: str
    standard: str
    edition: str
    clause: str

    @property
    def value_float(self) -> float:
        """The value for tables, rounded half-even to six decimals."""
        return as_float(self.value)


def beijing_link_grade(speed: Exact, road_class: RoadClass) -> BeijingGrade:
    """The grade of a link by its mean speed (km/h); a cut belongs to the slower grade.

    Raises LookupError for an unknown class of road, ValueError for a speed that cannot be.
    """
    if road_class not in SCALES_BY_ROAD_CLASS:
        raise LookupError(f"no class of road is {road_class!r}: they are {', '.join(SCALES_BY_ROAD_CLASS)}")
    return _graded(SCALES_BY_ROAD_CLASS[road_class], speed_kmh(speed), DB11T785_2011_SPEED)


def beijing_network_grade(travel_time: Exact, free_flow_time: Exact) -> BeijingGrade:
    """The grade of a network by its extra travel time over free flow, in percent, 0 where it is faster.

    Both are sums over the same weighted vehicles in one unit. Only the grade is told: how the index runs inside
    a band was not found. A cut belongs to the more congested grade: our decision. Raises ValueError for a sum
    that is not positive.
    """
    taken, free = positive(travel_time, "a travel time"), positive(free_flow_time, "a free-flow time")
    extra_percent = 100 * max(Fraction(0), taken - free) / free
    return _graded(BEIJING_EXTRA_TIME_GRADES, extra_percent, DB11T785_2011_EXTRA_TIME)


def _graded(scale: GradeScale, value: Fraction, edition: Edition) -> BeijingGrade:
    grade = scale.of(value)
    return BeijingGrade(
        value=value,
        quantity=scale.quantity,
        grade=grade.word,
        level=grade.level,
        colour=grade.colour,
        standard=edition.standard,
        edition=edition.edition,
        clause=edition.clause,
    )
