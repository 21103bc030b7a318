"""How much faster do arterial roads let one through than in the base year?

Ours: no standard defines it. The quantity is travel time per kilometre, distance weighted; the gain is then / now
- 1. Traffic at other hours or on other days would change it without any road being better, so it is compared
class by class ("workday, 07:00-09:00"), and each class weighs what was driven in it in the base year. Classes that
only one side has are left out, and how much of the driving is compared stands beside the gain. All exact.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from indicators.rounding import as_float
from indicators.standard import Edition
from indicators.traffic_inputs import Exact, not_negative, positive

ARTERIAL_EFFICIENCY_V1 = Edition(
    "project", "arterial-efficiency-1", None, None, "travel time per km then / now - 1, like with like"
)
# Ours: with less of the driving in classes that both sides have, the comparison is of something else.
MINIMUM_COVERED = Fraction("0.7")


@dataclass(frozen=True, slots=True)
class Travel:
    """What was driven in one class: metres, and the milliseconds they took, over the same weighted vehicles.

    Travels add up. Raises ValueError for a sum that is not positive: a class without driving is left out.
    """

    length_m: Exact
    travel_time_ms: Exact

    def __post_init__(self) -> None:
        positive(self.length_m, "a length driven")
        positive(self.travel_time_ms, "a travel time")

    @property
    def seconds_per_km(self) -> Fraction:
        """Travel time per kilometre; a millisecond per metre is a second per kilometre."""
        return Fraction(self.travel_time_ms) / self.length_m

    def __add__(self, other: "Travel") -> "Travel":
        """Both together."""
        return Travel(self.length_m + other.length_m, self.travel_time_ms + other.travel_time_ms)


@dataclass(frozen=True, slots=True)
class ArterialEfficiency:
    """The gain against the base year, exact, a ratio: 0.15 is 15 % more efficient, negative is slower.

    `baseline_seconds_per_km` and `current_seconds_per_km` are of the compared classes, both with the base
    year's weights; `gains` has the gain of each of them. `only_baseline` and `only_current` name the classes
    that were left out, `baseline_covered` and `current_covered` say which part of the length driven on that
    side is compared, None without any. "insufficient" means that it is too little on one side or both.
    """

    gain: Fraction | None
    baseline_seconds_per_km: Fraction | None
    current_seconds_per_km: Fraction | None
    gains: Mapping[str, Fraction]
    only_baseline: tuple[str, ...]
    only_current: tuple[str, ...]
    baseline_covered: Fraction | None
    current_covered: Fraction | None
    validity: Literal["valid", "insufficient", "no_data"]
    reason: str | None
    standard: str
    edition: str
    clause: str

    @property
    def gain_float(self) -> float | None:
        """The gain for tables, rounded half-even to six decimals."""
        return None if self.gain is None else as_float(self.gain)


def travel_by_class(records: Iterable[tuple[str, Exact, Exact]]) -> dict[str, Travel]:
    """The travel of each class from (class, metres driven, milliseconds taken), in any order.

    A class is a label such as "workday, 07:00-09:00"; both years have to use the same ones. Raises ValueError
    for an empty label and for numbers that are not positive.
    """
    classes: dict[str, Travel] = {}
    for label, length_m, travel_time_ms in records:
        _check_label(label)
        travel = Travel(length_m, travel_time_ms)
        classes[label] = classes[label] + travel if label in classes else travel
    return classes


def arterial_efficiency(
    baseline: Mapping[str, Travel],
    current: Mapping[str, Travel],
    *,
    minimum_covered: Fraction = MINIMUM_COVERED,
) -> ArterialEfficiency:
    """The gain in travel time per kilometre, class by class and over all classes that both sides have.

    Raises ValueError for an empty label and for a minimum that lies outside 0 to 1.
    """
    for label in (*baseline, *current):
        _check_label(label)
    if not_negative(minimum_covered, "the part to cover") > 1:
        raise ValueError(f"the part to cover is {minimum_covered}: it lies from 0 to 1")
    shared = tuple(sorted(label for label in baseline if label in current))
    length = sum((Fraction(baseline[label].length_m) for label in shared), Fraction(0))
    then = sum((Fraction(baseline[label].travel_time_ms) for label in shared), Fraction(0))
    now = sum((baseline[label].length_m * current[label].seconds_per_km for label in shared), Fraction(0))
    covered = (_covered(baseline, shared), _covered(current, shared))
    reason = _reason(shared, covered, minimum_covered)
    return ArterialEfficiency(
        gain=then / now - 1 if shared else None,
        baseline_seconds_per_km=then / length if shared else None,
        current_seconds_per_km=now / length if shared else None,
        gains={label: baseline[label].seconds_per_km / current[label].seconds_per_km - 1 for label in shared},
        only_baseline=tuple(sorted(set(baseline) - set(shared))),
        only_current=tuple(sorted(set(current) - set(shared))),
        baseline_covered=covered[0],
        current_covered=covered[1],
        validity="no_data" if not shared else "insufficient" if reason else "valid",
        reason=reason,
        standard=ARTERIAL_EFFICIENCY_V1.standard,
        edition=ARTERIAL_EFFICIENCY_V1.edition,
        clause=ARTERIAL_EFFICIENCY_V1.clause,
    )


def _covered(classes: Mapping[str, Travel], shared: tuple[str, ...]) -> Fraction | None:
    if not classes:
        return None
    length = sum((Fraction(travel.length_m) for travel in classes.values()), Fraction(0))
    return sum((Fraction(classes[label].length_m) for label in shared), Fraction(0)) / length


def _reason(
    shared: tuple[str, ...], covered: tuple[Fraction | None, Fraction | None], minimum: Fraction
) -> str | None:
    if not shared:
        return "no class has driving on both sides"
    short = [
        f"{part} of the driving {when}"
        for part, when in zip(covered, ("then", "now"), strict=True)
        if part is not None and part < minimum
    ]
    return f"compared are {' and '.join(short)}, {minimum} is needed" if short else None


def _check_label(label: object) -> None:
    if not isinstance(label, str) or not label.strip():
        raise ValueError(f"a class is {label!r}: name the weekday and hour class in words")
