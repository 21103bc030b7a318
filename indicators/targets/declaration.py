"""What has the city set out to reach, before anything is measured against it?

One declaration a target, as data. Values, baselines and due years belong to the city, and it may set its own.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

Exact = int | Fraction
Comparator = Literal[">=", "<="]
# How a change is told from a quantity then (b) and now (n): b / n - 1, 1 - n / b, n / b - 1.
Kind = Literal["level", "gain", "reduction", "change"]

YEARS = (1900, 2200)
# Ours: a change of more than tenfold is a percentage taken for a ratio (15 instead of 0.15).
CHANGE_MAX = 10


@dataclass(frozen=True, slots=True)
class Baseline:
    """What a target starts from: the quantity in the base year, exact.

    `period` says in words when it was measured. `like` names what has to be the same in every later reading,
    such as the weekday and hour class ("workday, 07:00-09:00"); empty where nothing has to.
    """

    value: Exact
    year: int
    period: str
    like: str = ""

    def __post_init__(self) -> None:
        checked_exact(self.value, "a baseline")
        checked_year(self.year, "a base year")
        if self.value < 0:
            raise ValueError(f"a baseline is {self.value}: a quantity is 0 or more, correct it")
        if not self.period.strip():
            raise ValueError("a baseline needs its period in words: say when it was measured")


@dataclass(frozen=True, slots=True, kw_only=True)
class CityTarget:
    """One target: which indicator has to be on which side of which value, by when, and who answers for it.

    A `level` compares the indicator itself; the other kinds compare its change against `baseline`. `value` is
    exact and in the indicator's unit, a ratio. `lowest` and `highest` bound what a level can be.
    `reading` says which quantity a reading carries, `counts` what is counted, `denominator` over what.
    `due_year` is the civil year in which the value has to be reached; `due_within_years` counts it from the base
    year instead; with neither there is no due year. A baseline is optional for a level, where it starts the path.
    """

    id: str
    indicator: str
    name_en: str
    name_zh: str
    comparator: Comparator
    value: Fraction
    kind: Kind
    reading: str
    counts: str
    denominator: str
    owner_department: str
    due_year: int | None = None
    due_within_years: int | None = None
    baseline: Baseline | None = None
    lowest: Fraction | None = Fraction(0)
    highest: Fraction | None = Fraction(1)

    def __post_init__(self) -> None:
        checked_exact(self.value, f"the value of {self.id}")
        if self.comparator not in (">=", "<="):
            raise ValueError(f"target {self.id} compares by {self.comparator!r}: write >= or <=")
        if self.is_change:
            _check_change(self)
        else:
            _check_level(self)
        _check_due(self)

    @property
    def is_change(self) -> bool:
        """Whether it is a change against a baseline, which cannot be judged without one."""
        return self.kind != "level"

    @property
    def due(self) -> int | None:
        """The year in which the value has to be reached; None while it is not set or its base year is not."""
        if self.due_within_years is None:
            return self.due_year
        return None if self.baseline is None else self.baseline.year + self.due_within_years

    def met_by(self, value: Exact, limit: Exact) -> bool:
        """Whether a value is on the right side of a limit; exactly on it is right."""
        return value >= limit if self.comparator == ">=" else value <= limit


def by_id(targets: Iterable[CityTarget]) -> Mapping[str, CityTarget]:
    """All targets under their ids, in order. Raises ValueError when an id is declared twice."""
    found: dict[str, CityTarget] = {}
    for target in targets:
        if target.id in found:
            raise ValueError(f"target {target.id} is declared twice: give one of them another id")
        found[target.id] = target
    return found


def checked_exact(value: object, what: str) -> None:
    """Raise ValueError unless it is a whole number or a ratio: a float has already been rounded."""
    if type(value) is not int and not isinstance(value, Fraction):
        raise ValueError(f'{what} is {value!r}: give it exactly, for example Fraction("0.9")')


def checked_year(year: object, what: str) -> None:
    """Raise ValueError unless it is a civil year."""
    if type(year) is not int or not YEARS[0] <= year <= YEARS[1]:
        raise ValueError(f"{what} is {year!r}: give a civil year, {YEARS[0]} to {YEARS[1]}")


def _check_level(target: CityTarget) -> None:
    if target.comparator == ">=" and target.value <= 0:
        raise ValueError(f"target {target.id} is >= {target.value}: every share reaches that, set it above 0")
    if target.comparator == "<=" and (target.lowest is None or target.lowest < 0):
        raise ValueError(
            f"target {target.id} is a limit on what can be negative: state its lowest as 0 or more"
        )
    checked_range(target, target.value, f"the value of {target.id}")
    if target.baseline is not None:
        checked_range(target, target.baseline.value, f"the baseline of {target.id}")


def checked_range(target: CityTarget, value: Exact, what: str) -> None:
    """Raise ValueError unless a level lies where the target's levels can lie."""
    if (target.lowest is not None and value < target.lowest) or (
        target.highest is not None and value > target.highest
    ):
        low = "below" if target.lowest is None else f"{target.lowest}"
        high = "above" if target.highest is None else f"{target.highest}"
        raise ValueError(
            f"{what} is {value}: it lies from {low} to {high}, and a share of 90 % is written 0.9"
        )


def _check_change(target: CityTarget) -> None:
    wanted = target.value if target.comparator == ">=" else -target.value
    if wanted <= 0:
        raise ValueError(
            f"target {target.id} is a change {target.comparator} {target.value}: "
            "a rise to reach is >= a positive value, a fall to reach is <= a negative one"
        )
    if wanted > CHANGE_MAX:
        raise ValueError(f"target {target.id} is a change of {target.value}: 15 % is written 0.15")
    falls_below_nothing = target.kind in {"gain", "change"} and target.value < -1
    if falls_below_nothing or (target.kind == "reduction" and target.value > 1):
        raise ValueError(f"target {target.id} wants a fall of more than the whole: correct {target.value}")
    if target.baseline is not None and target.baseline.value == 0:
        raise ValueError(f"the baseline of {target.id} is 0: a change against nothing has no ratio")


def _check_due(target: CityTarget) -> None:
    if target.due_year is not None and target.due_within_years is not None:
        raise ValueError(f"target {target.id} has a due year and a number of years: keep one of them")
    if target.due_year is not None:
        checked_year(target.due_year, f"the due year of {target.id}")
    within = target.due_within_years
    if within is not None and (type(within) is not int or not 1 <= within <= YEARS[1] - YEARS[0]):
        raise ValueError(f"target {target.id} is due within {within!r} years: give a whole number, 1 or more")
    if target.baseline is not None and target.due is not None and target.due <= target.baseline.year:
        raise ValueError(
            f"target {target.id} is due in {target.due}, but starts from {target.baseline.year}: correct one"
        )
