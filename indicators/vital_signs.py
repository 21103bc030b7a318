"""How is the city, or a district, in one figure, and what does the figure rest on?

The city vital-signs index (城市运行体征指数), 0 to 100 and 100 the best. Ours: no standard defines it, and the
weights and scoring functions below are configuration. Each part's value is scored by a piecewise linear function,
and the index is the weighted mean of the scores that are there. What is missing is listed, the share of the
weight that is covered is published, and with too little of it there is no index. All exact.
"""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from indicators.air_rules import IAQI_LEVELS
from indicators.grades import AQI_GRADES
from indicators.rounding import as_float
from indicators.standard import Edition
from indicators.validity import COUNTED, VALIDITIES, Validity

VITAL_SIGNS_1 = Edition("project", "vital-signs-1", None, None, "weighted mean of the scored parts")
SCORE_MAX = 100
MINIMUM_COVERED = Fraction("0.7")

Exact = int | Fraction


def _check_exact(value: object, what: str) -> None:
    if type(value) is not int and not isinstance(value, Fraction):
        raise ValueError(f'{what} is {value!r}: give it exactly, for example Fraction("0.9")')


@dataclass(frozen=True, slots=True)
class Scoring:
    """A piecewise linear function: rising values, each with its score 0 to 100, the scores in one direction.

    Knots span the values that the indicator can have: one beyond them is refused, unless `capped`, where it has
    the score of the nearest knot.
    """

    knots: tuple[tuple[Exact, Exact], ...]
    capped: bool = False

    def __post_init__(self) -> None:
        for number in (number for knot in self.knots for number in knot):
            _check_exact(number, "a knot")
        values = [value for value, _ in self.knots]
        scores = [score for _, score in self.knots]
        if len(values) < 2 or values != sorted(set(values)):
            raise ValueError(f"a scoring needs two or more knots with rising values, got {values}")
        if scores not in (sorted(scores), sorted(scores, reverse=True)) or scores[0] == scores[-1]:
            raise ValueError(f"scores must rise or fall along the values, got {scores}")
        if min(scores) < 0 or max(scores) > SCORE_MAX:
            raise ValueError(f"scores lie from 0 to {SCORE_MAX}, got {scores}")

    @property
    def better(self) -> Literal["lower", "higher"]:
        """Which values score more."""
        return "higher" if self.knots[-1][1] > self.knots[0][1] else "lower"

    def of(self, value: Exact) -> Fraction:
        """The score of a value, exact. Raises ValueError beyond the knots, unless capped."""
        _check_exact(value, "a value")
        first, last = self.knots[0][0], self.knots[-1][0]
        if not self.capped and not first <= value <= last:
            raise ValueError(f"a value is {value}: it lies from {first} to {last}, correct the indicator")
        value = min(max(value, first), last)
        position = min(bisect_right(self.knots, value, key=lambda knot: knot[0]), len(self.knots) - 1)
        (low, score_low), (high, score_high) = self.knots[position - 1], self.knots[position]
        return score_low + Fraction(value - low) / (high - low) * (score_high - score_low)


@dataclass(frozen=True, slots=True)
class VitalPart:
    """One indicator in the index: its id in the catalog, its weight beside the others' and its scoring."""

    indicator: str
    weight: int
    scoring: Scoring

    def __post_init__(self) -> None:
        if type(self.weight) is not int or self.weight < 1:
            raise ValueError(
                f"{self.indicator} weighs {self.weight!r}: give a whole number, 1 or more, or leave it out"
            )


@dataclass(frozen=True, slots=True)
class VitalSigns:
    """The declared index: its parts, and the share of the weight (above 0, up to 1) without which there is none."""

    parts: tuple[VitalPart, ...]
    minimum_covered: Fraction = MINIMUM_COVERED
    edition: Edition = VITAL_SIGNS_1

    def __post_init__(self) -> None:
        _check_exact(self.minimum_covered, "the share to cover")
        if not 0 < self.minimum_covered <= 1:
            raise ValueError(f"the share to cover is {self.minimum_covered}: it lies above 0 and up to 1")
        ids = [part.indicator for part in self.parts]
        if not ids or len(set(ids)) != len(ids):
            raise ValueError(f"an index needs parts, each declared once, got {ids}")

    @property
    def by_indicator(self) -> Mapping[str, VitalPart]:
        """The parts under the ids of their indicators."""
        return {part.indicator: part for part in self.parts}


# A further system adds a line; with other parts, weights or scores the index is another edition.
# A district where nothing happened has no response times: road and air together are just enough without them.
VITAL_SIGNS = VitalSigns(
    (
        VitalPart("road.tpi_hourly", 35, Scoring(((0, 100), (10, 0)))),
        # The cuts of the six grades; the scores at them are ours.
        VitalPart(
            "air.aqi_hourly",
            35,
            Scoring(
                tuple(
                    zip(
                        (IAQI_LEVELS[0], *AQI_GRADES.cuts, IAQI_LEVELS[-1]),
                        (100, 80, 60, 45, 30, 15, 0),
                        strict=True,
                    )
                )
            ),
        ),
        VitalPart("emergency.within_15min_ratio", 30, Scoring(((0, 0), (1, 100)))),
    )
)


@dataclass(frozen=True, slots=True)
class Sign:
    """One indicator as it was published: `value` exact, None where there was none to publish."""

    value: Exact | None
    validity: Validity = "valid"

    def __post_init__(self) -> None:
        if self.validity not in VALIDITIES:
            raise ValueError(f"validity is {self.validity!r}: it is one of {', '.join(VALIDITIES)}")
        if self.value is not None:
            _check_exact(self.value, "a value")
        if self.validity in (COUNTED if self.value is None else ("no_data", "not_applicable")):
            raise ValueError(
                f"a value of {self.value} cannot be {self.validity}: give both as they were published"
            )


@dataclass(frozen=True, slots=True)
class PartResult:
    """One part of a computed index; `weight` is its share of all declared weight.

    `score` is exact, None when the part is not in the index because its value is not valid.
    """

    indicator: str
    value: Fraction | None
    score: Fraction | None
    weight: Fraction
    validity: Validity


@dataclass(frozen=True, slots=True)
class VitalSignsResult:
    """The index and what it rests on.

    `value` is the weighted mean of the scores in it, exact, None when it may not be published. With parts
    `missing` it stands for the `covered` share of the weight only, and the index of all parts would lie from
    `at_least` (the missing ones at 0) to `at_most` (at 100).
    """

    value: Fraction | None
    at_least: Fraction | None
    at_most: Fraction | None
    parts: tuple[PartResult, ...]
    missing: tuple[str, ...]
    covered: Fraction
    minimum_covered: Fraction
    validity: Validity
    reason: str | None
    standard: str
    edition: str
    clause: str

    @property
    def value_float(self) -> float | None:
        """The index for tables, rounded half-even to one decimal."""
        return None if self.value is None else as_float(self.value, 1)


def vital_signs(signs: Mapping[str, Sign], declared: VitalSigns = VITAL_SIGNS) -> VitalSignsResult:
    """The index of a city or a district from its own indicators, keyed by indicator id.

    Only a valid value is scored; a part that is absent or not valid is missing. Without any the index is
    `no_data`, with less than the declared share of the weight `insufficient`.
    Raises LookupError for an indicator that is no part, ValueError for a value that it cannot have.
    """
    _check_known(signs, declared)
    total = sum(part.weight for part in declared.parts)
    parts = tuple(
        _scored(part, signs.get(part.indicator, Sign(None, "no_data")), total) for part in declared.parts
    )
    missing = tuple(part.indicator for part in parts if part.score is None)
    covered = sum((part.weight for part in parts if part.score is not None), Fraction(0))
    points = sum((part.weight * part.score for part in parts if part.score is not None), Fraction(0))
    published = covered >= declared.minimum_covered
    return VitalSignsResult(
        value=points / covered if published else None,
        at_least=points if published else None,
        at_most=points + (1 - covered) * SCORE_MAX if published else None,
        parts=parts,
        missing=missing,
        covered=covered,
        minimum_covered=declared.minimum_covered,
        validity="valid" if published else "insufficient" if covered else "no_data",
        reason=f"{covered} of the weight is covered, missing: {', '.join(missing)}" if missing else None,
        standard=declared.edition.standard,
        edition=declared.edition.edition,
        clause=declared.edition.clause,
    )


def _scored(part: VitalPart, sign: Sign, total: int) -> PartResult:
    try:
        score = part.scoring.of(sign.value) if sign.value is not None else None
    except ValueError as error:
        raise ValueError(f"{part.indicator}: {error}") from error
    return PartResult(
        indicator=part.indicator,
        value=None if sign.value is None else Fraction(sign.value),
        score=score if sign.validity in COUNTED else None,
        weight=Fraction(part.weight, total),
        validity=sign.validity,
    )


def _check_known(signs: Mapping[str, Sign], declared: VitalSigns) -> None:
    ids = [part.indicator for part in declared.parts]
    unknown = sorted(repr(indicator) for indicator in signs if indicator not in ids)
    if unknown:
        raise LookupError(f"{', '.join(unknown)} is no part of the index: its parts are {', '.join(ids)}")
