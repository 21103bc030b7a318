"""Has the city reached its target, and if not, is it on its way?

Ours: no standard defines it. Everything is compared exactly.
- Attainment is 1 where the value is exactly on the target and more where it is better. A level that has to be
  high: value / target. A level that has to be low: target / value. A change: change so far / change wanted, so a
  change in the wrong direction is negative.
- The path is linear from the baseline in its year to the target in the due year, and on it is right.
- A target that is not met is `on_track` before its due year when the value is on or beyond the path, and
  `behind` otherwise. Without a due year or a baseline there is no path: it is met or behind.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from indicators.rounding import as_float
from indicators.standard import Edition
from indicators.targets.declaration import (
    Baseline,
    CityTarget,
    Exact,
    checked_exact,
    checked_range,
    checked_year,
)

CITY_TARGETS_V1 = Edition(
    "project", "city-targets-1", None, None, "exact comparison, attainment, linear path to the due year"
)

Status = Literal["met", "on_track", "behind", "no_baseline", "no_data"]


@dataclass(frozen=True, slots=True)
class Reading:
    """What was counted over one civil year: the quantity that the target's `reading` names, exact.

    `counted` is how many cases it rests on (for satisfaction, the number rated), None where it is not known;
    with nothing counted there is no reading. `like` names the class it was measured in, as in the baseline.
    """

    value: Exact
    year: int
    counted: int | None = None
    like: str = ""

    def __post_init__(self) -> None:
        checked_exact(self.value, "a reading")
        checked_year(self.year, "the year of a reading")
        if self.counted is not None and (type(self.counted) is not int or self.counted < 1):
            raise ValueError(f"a reading rests on {self.counted!r} cases: with none counted give no reading")


@dataclass(frozen=True, slots=True)
class Judgement:
    """How one target stands.

    `value` is what was compared, exact: the level, or the change against the baseline. `attainment` is an exact
    ratio whose meaning stands above; `expected` is the path's value in the reading's year, None without a path.
    `reason` says why a number is missing. `counted` is the reading's.
    """

    target: CityTarget
    status: Status
    value: Fraction | None
    attainment: Fraction | None
    expected: Fraction | None
    year: int | None
    counted: int | None
    reason: str | None
    standard: str
    edition: str
    clause: str

    @property
    def value_float(self) -> float | None:
        """The value for tables, rounded half-even to six decimals."""
        return None if self.value is None else as_float(self.value)

    @property
    def attainment_float(self) -> float | None:
        """The attainment for tables, rounded half-even to six decimals: decide on `status`, never on it."""
        return None if self.attainment is None else as_float(self.attainment)


def judge(target: CityTarget, reading: Reading | None) -> Judgement:
    """How a target stands by a reading; None is "nothing was counted".

    A change without a baseline, or with one of another class (`like`), is `no_baseline`, whatever was read.
    Raises ValueError for a quantity that the target's indicator cannot have and for a year before the base year.
    """
    baseline, reason = _baseline_for(target, reading)
    if target.is_change and baseline is None:
        return _unknown(target, "no_baseline", reading, reason)
    if reading is None:
        return _unknown(target, "no_data", None, "no reading: nothing was counted")
    if baseline is not None and reading.year < baseline.year:
        raise ValueError(
            f"{target.id} is read in {reading.year}, before its base year {baseline.year}: "
            "judge the years from the base year on"
        )
    value = _compared(target, reading.value, baseline)
    expected = _on_path(target, reading.year, baseline)
    attainment = _attainment(target, value)
    return Judgement(
        target=target,
        status=_status(target, value, expected),
        value=value,
        attainment=attainment,
        expected=expected,
        year=reading.year,
        counted=reading.counted,
        reason="the value is 0, which no ratio can be taken against" if attainment is None else reason,
        standard=CITY_TARGETS_V1.standard,
        edition=CITY_TARGETS_V1.edition,
        clause=CITY_TARGETS_V1.clause,
    )


def judge_all(targets: Mapping[str, CityTarget], readings: Mapping[str, Reading]) -> tuple[Judgement, ...]:
    """How every target stands, in the order of their declaration; one without a reading is not left out.

    `readings` are keyed by target id. Raises LookupError for an unknown one, ValueError as `judge`.
    """
    unknown = sorted(repr(id_) for id_ in readings if id_ not in targets)
    if unknown:
        raise LookupError(f"no target is called {', '.join(unknown)}: the targets are {', '.join(targets)}")
    return tuple(judge(target, readings.get(id_)) for id_, target in targets.items())


def change(kind: str, before: Exact, now: Exact) -> Fraction:
    """The change of a quantity, exact: gain b / n - 1, reduction 1 - n / b, change n / b - 1.

    Raises ValueError for a negative quantity or where it would divide by 0, LookupError for another kind.
    """
    checked_exact(before, "the quantity before")
    checked_exact(now, "the quantity now")
    divisor = now if kind == "gain" else before
    if min(before, now) < 0 or divisor == 0:
        raise ValueError(f"from {before} to {now} there is no {kind}: quantities are positive, correct them")
    if kind == "gain":
        return Fraction(before) / now - 1
    if kind == "reduction":
        return 1 - Fraction(now) / before
    if kind == "change":
        return Fraction(now) / before - 1
    raise LookupError(f"{kind!r} is no change: it is gain, reduction or change")


def _baseline_for(target: CityTarget, reading: Reading | None) -> tuple[Baseline | None, str | None]:
    baseline = target.baseline
    if baseline is None:
        return None, "no baseline was set" if target.is_change else None
    if reading is not None and reading.like != baseline.like:
        return None, f"the baseline is of {baseline.like!r}, the reading of {reading.like!r}"
    return baseline, None


def _compared(target: CityTarget, quantity: Exact, baseline: Baseline | None) -> Fraction:
    if target.kind != "level" and baseline is not None:
        return change(target.kind, baseline.value, quantity)
    checked_range(target, quantity, f"the reading of {target.id}")
    return Fraction(quantity)


def _on_path(target: CityTarget, year: int, baseline: Baseline | None) -> Fraction | None:
    if baseline is None or target.due is None:
        return None
    start = Fraction(0) if target.is_change else Fraction(baseline.value)
    passed = min(year, target.due) - baseline.year
    return start + (target.value - start) * Fraction(passed, target.due - baseline.year)


def _attainment(target: CityTarget, value: Fraction) -> Fraction | None:
    if target.is_change or target.comparator == ">=":
        return value / target.value
    return target.value / value if value else None


def _status(target: CityTarget, value: Fraction, expected: Fraction | None) -> Status:
    if target.met_by(value, target.value):
        return "met"
    # From the due year on the path is the target itself, and that is not met here.
    return "on_track" if expected is not None and target.met_by(value, expected) else "behind"


def _unknown(target: CityTarget, status: Status, reading: Reading | None, reason: str | None) -> Judgement:
    return Judgement(
        target=target,
        status=status,
        value=None,
        attainment=None,
        expected=None,
        year=None if reading is None else reading.year,
        counted=None if reading is None else reading.counted,
        reason=reason,
        standard=CITY_TARGETS_V1.standard,
        edition=CITY_TARGETS_V1.edition,
        clause=CITY_TARGETS_V1.clause,
    )
