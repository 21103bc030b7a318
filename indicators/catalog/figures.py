"""Which figures follow from two sums of a window, or from one? Most indicators are one of these."""

from fractions import Fraction

from indicators.catalog.declaration import DayFormula, Figure, Formula, Sums
from indicators.counting import checked_part
from indicators.grades import GradeScale
from indicators.rounding import ratio_to_float
from indicators.sums import together

_NOTHING = Figure(None, None, "no_data", {"reason": "nothing_counted"})


def _exactly(numerator: int, denominator: int, grade: str | None = None) -> Figure:
    exact = Fraction(numerator, denominator)
    return Figure(ratio_to_float(numerator, denominator), grade, exact=exact)


def total(name: str, per: int = 1, *, counted: str | None = None) -> Formula:
    """A sum as it is, or in a unit of which it has `per`; no data where `counted` is named and says that there was none."""
    return lambda _, sums: _exactly(sums[name], per) if counted is None or sums[counted] else _NOTHING


def of_a_day(formula: Formula) -> DayFormula:
    """A formula over the sums of all windows of a civil day that are known."""
    return lambda entity_type, parts, _: formula(entity_type, together(part.sums for part in parts))


def extreme(name: str, counted: str, per: int = 1, grades: GradeScale | None = None) -> Formula:
    """The greatest or least of a window, where `counted` says that there was one."""

    def judged(_: str, sums: Sums) -> Figure:
        if not sums[counted]:
            return _NOTHING
        return _exactly(sums[name], per, grades.of_ratio(sums[name], per).word if grades else None)

    return judged


def share(part: str, whole: str, grades: GradeScale | None = None) -> Formula:
    """One count among another, from 0 to 1, graded by the exact percentage; no data where nothing was counted.

    The formula raises ValueError where the part is more than its whole.
    """

    def judged(_: str, sums: Sums) -> Figure:
        some, everything = checked_part(sums[part], sums[whole], f"{part} of {whole}")
        if not everything:
            return _NOTHING
        return _exactly(some, everything, grades.of_ratio(100 * some, everything).word if grades else None)

    return judged


def mean(of: str, over: str, per: int = 1, grades: GradeScale | None = None) -> Formula:
    """A sum over a count, in a unit of which the sum has `per`; no data where nothing was counted."""

    def judged(_: str, sums: Sums) -> Figure:
        if not sums[over]:
            return _NOTHING
        count = sums[over] * per
        return _exactly(sums[of], count, grades.of_ratio(sums[of], count).word if grades else None)

    return judged
