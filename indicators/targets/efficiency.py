"""How much more efficient is the city than in its base year, and which part of it?

Ours: no standard defines it. Each part is a quantity of which less is better, measured alike then and now; its
gain is then / now - 1, and the city's gain is their weighted mean. With a part missing there is no figure: the
mean of the others would be another quantity.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from indicators.rounding import as_float
from indicators.standard import Edition
from indicators.targets.declaration import Exact
from indicators.targets.judging import change

CITY_EFFICIENCY_V1 = Edition("project", "city-efficiency-1", None, None, "weighted mean of the parts' gains")


@dataclass(frozen=True, slots=True)
class EfficiencyPart:
    """One part of the composite: the quantity it is measured by, in words, and its weight."""

    id: str
    quantity: str
    weight: int


# The choice of parts and their equal weights are ours: configuration, for the city to settle.
EFFICIENCY_PARTS = (
    EfficiencyPart("road", "travel time per km on arterial roads, same weekday and hour class", 1),
    EfficiencyPart("gov", "mean working days from acceptance to decision, over closed applications", 1),
    EfficiencyPart(
        "emergency", "median seconds from call to first arrival, over incidents with an arrival", 1
    ),
)


@dataclass(frozen=True, slots=True)
class PartGain:
    """One part with its share of all weight; `gain` is exact, None when it was not measured."""

    part: EfficiencyPart
    share: Fraction
    gain: Fraction | None


@dataclass(frozen=True, slots=True)
class EfficiencyResult:
    """The composite: `gain` is exact, None with a part `missing`; `parts` stand beside it in either case."""

    gain: Fraction | None
    parts: tuple[PartGain, ...]
    missing: tuple[str, ...]
    validity: Literal["valid", "insufficient", "no_data"]
    reason: str | None
    standard: str
    edition: str
    clause: str

    @property
    def level(self) -> Fraction | None:
        """The efficiency where the base year is 1: what a target with the baseline 1 reads."""
        return None if self.gain is None else 1 + self.gain

    @property
    def gain_float(self) -> float | None:
        """The gain for tables, rounded half-even to six decimals."""
        return None if self.gain is None else as_float(self.gain)


def city_efficiency(
    measured: Mapping[str, tuple[Exact, Exact]], parts: tuple[EfficiencyPart, ...] = EFFICIENCY_PARTS
) -> EfficiencyResult:
    """The gain of the city from its parts: part id -> (quantity in the base year, quantity now).

    Raises LookupError for an unknown part, ValueError for a negative quantity, for nothing now, and for
    parts that are declared twice or weigh nothing.
    """
    _check_parts(parts)
    unknown = sorted(repr(id_) for id_ in measured if id_ not in {part.id for part in parts})
    if unknown:
        raise LookupError(f"{', '.join(unknown)} is no part: the parts are {', '.join(p.id for p in parts)}")
    total = sum(part.weight for part in parts)
    gains = tuple(
        PartGain(
            part,
            Fraction(part.weight, total),
            change("gain", *measured[part.id]) if part.id in measured else None,
        )
        for part in parts
    )
    missing = tuple(gain.part.id for gain in gains if gain.gain is None)
    return EfficiencyResult(
        gain=None if missing else sum((g.share * g.gain for g in gains if g.gain is not None), Fraction(0)),
        parts=gains,
        missing=missing,
        validity="valid" if not missing else "insufficient" if measured else "no_data",
        reason=f"not measured: {', '.join(missing)}" if missing else None,
        standard=CITY_EFFICIENCY_V1.standard,
        edition=CITY_EFFICIENCY_V1.edition,
        clause=CITY_EFFICIENCY_V1.clause,
    )


def _check_parts(parts: tuple[EfficiencyPart, ...]) -> None:
    if not parts or len({part.id for part in parts}) != len(parts):
        raise ValueError("the composite needs parts, each declared once: correct their ids")
    for part in parts:
        if type(part.weight) is not int or part.weight < 1:
            raise ValueError(f"part {part.id} weighs {part.weight!r}: give a whole number, 1 or more")
