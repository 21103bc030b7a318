"""Which part of the road network is congested, by length?

GB/T 33171-2016 §7.2.2.3: the length of road in a grade over the length of all road. Lengths add up, so districts
are merged by their sums; a share is never averaged.
Which grades count as congested is configuration: the standard gives a share for each grade, and uses that of
severe congestion alone for its index (§7.2.3).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from indicators.grades import LINK_GRADES
from indicators.rounding import as_float
from indicators.standard import Edition
from indicators.traffic_inputs import Exact, not_negative, positive

NETWORK_SHARE_2016 = Edition(
    "GB/T 33171", "2016", None, None, "§7.2.2.3 share of length in each grade, over the graded length"
)
# Ours: the standard's own minimum by road class (table 1) could not be verified.
MINIMUM_COVERED = Fraction("0.7")

_WORDS = {grade.level: grade.word for grade in sorted(LINK_GRADES.grades, key=lambda grade: grade.level)}
_LEVELS = {word: level for level, word in _WORDS.items()}


@dataclass(frozen=True, slots=True)
class CongestedGrades:
    """Which levels of link grades count as congested: configuration with its source."""

    id: str
    levels: tuple[int, ...]
    source: str

    def __post_init__(self) -> None:
        if (
            not self.levels
            or len(set(self.levels)) != len(self.levels)
            or not set(self.levels) <= set(_WORDS)
        ):
            raise ValueError(f"{self.id} counts levels {self.levels}: name each of 1 to {len(_WORDS)} once")


MODERATE_AND_SEVERE = CongestedGrades("moderate-and-severe", (4, 5), "ours: no standard says which grades")
LIGHT_AND_WORSE = CongestedGrades("light-and-worse", (3, 4, 5), "every grade whose word is 拥堵 (congestion)")
SEVERE = CongestedGrades("severe", (5,), "GB/T 33171-2016 §7.2.3, the share that its index by mileage uses")


@dataclass(frozen=True, slots=True)
class GradedLengths:
    """Metres of link in each grade, from level 1 (畅通) to 5 (严重拥堵), and those that have no grade.

    Raises ValueError for a length that is not exact or negative.
    """

    by_level: tuple[Exact, Exact, Exact, Exact, Exact]
    ungraded: Exact = 0

    def __post_init__(self) -> None:
        if len(self.by_level) != len(_WORDS):
            raise ValueError(f"{len(self.by_level)} lengths for {len(_WORDS)} grades: give one for each")
        for length in (*self.by_level, self.ungraded):
            not_negative(length, "a length")

    def __add__(self, other: "GradedLengths") -> "GradedLengths":
        """Both networks, or both intervals, as one."""
        one, two, three, four, five = (
            mine + theirs for mine, theirs in zip(self.by_level, other.by_level, strict=True)
        )
        return GradedLengths((one, two, three, four, five), self.ungraded + other.ungraded)


@dataclass(frozen=True, slots=True)
class NetworkShare:
    """How much of a network is congested: exact ratios from 0 to 1, where the standard writes percent.

    `value` is the share of the grades that count as congested, `shares` has it for each grade's word; they are
    of the length that has a grade, None and empty without any. `covered` is the graded part of all length.
    "insufficient" means that less than the wanted part is graded.
    """

    value: Fraction | None
    shares: Mapping[str, Fraction]
    covered: Fraction | None
    congested: str
    validity: Literal["valid", "insufficient", "no_data"]
    reason: str | None
    standard: str
    edition: str
    clause: str

    @property
    def value_float(self) -> float | None:
        """The congested share for tables, rounded half-even to six decimals."""
        return None if self.value is None else as_float(self.value)


def graded_lengths(links: Iterable[tuple[Exact, str | int | None]]) -> GradedLengths:
    """The sums over links, each its length in metres with its grade: the full word, the level, or None.

    Raises LookupError for a grade of no link scale, ValueError for a length that is not positive.
    """
    sums = dict.fromkeys(_WORDS, Fraction(0))
    ungraded = Fraction(0)
    for length, grade in links:
        metres = positive(length, "a link's length")
        if grade is None:
            ungraded += metres
        else:
            sums[_level(grade)] += metres
    return GradedLengths((sums[1], sums[2], sums[3], sums[4], sums[5]), ungraded)


def network_share(
    lengths: GradedLengths,
    *,
    congested: CongestedGrades = MODERATE_AND_SEVERE,
    minimum_covered: Fraction = MINIMUM_COVERED,
) -> NetworkShare:
    """The share of a network's length in each grade, and in those that count as congested.

    The standard divides by all length. A link without a grade would then count as free, so the length that has
    a grade is taken instead and `covered` stands beside it: our decision, and the same when all are graded.
    Raises ValueError for a minimum that lies outside 0 to 1.
    """
    if not_negative(minimum_covered, "the part to cover") > 1:
        raise ValueError(f"the part to cover is {minimum_covered}: it lies from 0 to 1")
    graded = Fraction(sum(lengths.by_level))
    total = graded + lengths.ungraded
    covered = graded / total if total else None
    if covered is None or not graded:
        return _result(None, {}, covered, congested, "no link has a grade")
    shares = {word: lengths.by_level[level - 1] / graded for level, word in _WORDS.items()}
    value = sum((shares[_WORDS[level]] for level in congested.levels), Fraction(0))
    too_little = f"{covered} of the length has a grade, {minimum_covered} is needed"
    return _result(value, shares, covered, congested, too_little if covered < minimum_covered else None)


def _result(
    value: Fraction | None,
    shares: Mapping[str, Fraction],
    covered: Fraction | None,
    congested: CongestedGrades,
    reason: str | None,
) -> NetworkShare:
    return NetworkShare(
        value=value,
        shares=shares,
        covered=covered,
        congested=congested.id,
        validity="no_data" if value is None else "insufficient" if reason else "valid",
        reason=reason,
        standard=NETWORK_SHARE_2016.standard,
        edition=NETWORK_SHARE_2016.edition,
        clause=NETWORK_SHARE_2016.clause,
    )


def _level(grade: str | int) -> int:
    level = _LEVELS.get(grade) if isinstance(grade, str) else grade
    if type(level) is not int or level not in _WORDS:
        raise LookupError(f"no link has the grade {grade!r}: grades are {', '.join(_LEVELS)}, or 1 to 5")
    return level
