"""How crowded is an emergency department, and how long does it turn ambulances away?

NEDOCS (Weiss and others, 2004; secondary source) by its coefficients as they were published. Several
calculators have them in other places: boarders are divided by the beds of the *hospital*, ventilated patients
weigh 13.4, and each hour of the longest wait for a bed weighs 0.93. Everything is exact.
Occupancy and the share of time on diversion are ours: no standard defines them.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from indicators.grades import ED_CROWDING_GRADES
from indicators.rounding import as_float, ceil_int
from indicators.standard import Edition

NEDOCS_2004 = Edition("NEDOCS", "2004", None, None, "score and its six bands; secondary source")
ED_LOAD_V1 = Edition("project", "ed-load-1", None, None, "bed occupancy, share of time on diversion")

_BASE = -20
_PER_PATIENTS_OVER_ED_BEDS = Fraction("85.8")
_PER_BOARDERS_OVER_HOSPITAL_BEDS = 600
_PER_VENTILATED = Fraction("13.4")
_PER_LONGEST_ADMIT_HOUR = Fraction("0.93")
_PER_LAST_WAIT_HOUR = Fraction("5.64")

# The scale as it is shown; the formula can leave it at both ends.
SCALE_MIN, SCALE_MAX = 0, 200
# Ours: a wait of more than thirty days is minutes or seconds taken for hours.
WAIT_HOURS_MAX = 720
# Ours: no country has more beds or patients, a larger count is a fault.
COUNT_MAX = 10_000_000

Hours = int | Fraction


@dataclass(frozen=True, slots=True)
class EdState:
    """An emergency department at one moment; None is what was not reported.

    `patients` are all in the department, `boarders` those of them who are admitted and wait for a bed,
    `ventilated` those of them on a respirator. `longest_admit_hours` is the longest wait of a boarder for a
    bed, `last_wait_hours` the wait of the patient who was last given a place. Beds are those in service.
    """

    patients: int | None
    ed_beds: int | None
    boarders: int | None
    hospital_beds: int | None
    ventilated: int | None
    longest_admit_hours: Hours | None
    last_wait_hours: Hours | None


@dataclass(frozen=True, slots=True)
class NedocsResult:
    """One score: `value` is exact and not clamped, because how far beyond the scale is worth knowing.

    An empty department scores -20. The bands end at 180, so a clamp would change no grade; `beyond_scale` tells
    that the value lies outside 0 to 200. With an input missing, there is no score: `missing` names it.
    """

    value: Fraction | None
    grade: str | None
    level: int | None
    colour: str | None
    beyond_scale: bool
    missing: tuple[str, ...]
    validity: Literal["valid", "no_data"]
    reason: str | None
    standard: str
    edition: str
    clause: str

    @property
    def value_float(self) -> float | None:
        """The score for tables, rounded half-even to one decimal."""
        return None if self.value is None else as_float(self.value, 1)


@dataclass(frozen=True, slots=True)
class EdShare:
    """A share of a whole: `value` is exact, None where there is no whole to share."""

    value: Fraction | None
    reason: str | None
    standard: str
    edition: str
    clause: str

    @property
    def value_float(self) -> float | None:
        """The share for tables, rounded half-even to six decimals."""
        return None if self.value is None else as_float(self.value)

    @property
    def validity(self) -> Literal["valid", "no_data"]:
        """Whether there is a share to publish."""
        return "no_data" if self.value is None else "valid"


def nedocs(state: EdState) -> NedocsResult:
    """The crowding score of an emergency department and its band.

    -20 + 85.8 patients / ED beds + 600 boarders / hospital beds + 13.4 ventilated + 0.93 longest admit hours
    + 5.64 last wait hours. The bands are printed for whole scores; the exact score is graded, so 20.4 is
    already busy: our decision. Raises ValueError for departments or hospitals without beds, negative or
    broken numbers, more boarders or ventilated patients than patients, and a wait of more than 720 hours.
    """
    missing = _checked(state)
    score = _score(state)
    grade = None if score is None else ED_CROWDING_GRADES.of(score)
    return NedocsResult(
        value=score,
        grade=None if grade is None else grade.word,
        level=None if grade is None else grade.level,
        colour=None if grade is None else grade.colour,
        beyond_scale=score is not None and not SCALE_MIN <= score <= SCALE_MAX,
        missing=missing,
        validity="no_data" if score is None else "valid",
        reason=f"not reported: {', '.join(missing)}" if missing else None,
        standard=NEDOCS_2004.standard,
        edition=NEDOCS_2004.edition,
        clause=NEDOCS_2004.clause,
    )


def nedocs_milli(state: EdState) -> int | None:
    """The score in thousandths, None with an input missing: as an integer it can be summed, and the worst be found.

    Rounded up, so that it lies in the band of the exact score: the cuts are whole. Raises as `nedocs`.
    """
    score = nedocs(state).value
    return None if score is None else ceil_int(score * 1000)


def ed_occupancy(patients: int, ed_beds: int) -> EdShare:
    """Patients in the department over its beds; above 1 when they lie in the corridors.

    For a city, give the sums of its departments: a ratio is never averaged. Raises ValueError without beds.
    """
    _beds(ed_beds, "ed_beds")
    _count(patients, "patients")
    return _share(Fraction(patients, ed_beds), None)


def diversion_share(diverted_ms: int, observed_ms: int) -> EdShare:
    """The share of the observed time in which ambulances were sent elsewhere, 0 to 1.

    For a city, give the sums over its departments. Nothing observed is no_data; more time diverted than
    observed, or a negative time, raises ValueError.
    """
    _whole(diverted_ms, "diverted_ms")
    _whole(observed_ms, "observed_ms")
    if diverted_ms > observed_ms:
        raise ValueError(f"{diverted_ms} ms diverted of {observed_ms} ms observed: cut both to one window")
    if not observed_ms:
        return _share(None, "no time was observed")
    return _share(Fraction(diverted_ms, observed_ms), None)


def _score(state: EdState) -> Fraction | None:
    if (
        state.patients is None
        or state.ed_beds is None
        or state.boarders is None
        or state.hospital_beds is None
        or state.ventilated is None
        or state.longest_admit_hours is None
        or state.last_wait_hours is None
    ):
        return None
    return (
        _BASE
        + _PER_PATIENTS_OVER_ED_BEDS * state.patients / state.ed_beds
        + Fraction(_PER_BOARDERS_OVER_HOSPITAL_BEDS * state.boarders, state.hospital_beds)
        + _PER_VENTILATED * state.ventilated
        + _PER_LONGEST_ADMIT_HOUR * state.longest_admit_hours
        + _PER_LAST_WAIT_HOUR * state.last_wait_hours
    )


def _checked(state: EdState) -> tuple[str, ...]:
    """The names of what was not reported; what was has to be possible."""
    missing = tuple(name for name in EdState.__slots__ if getattr(state, name) is None)
    for name in ("ed_beds", "hospital_beds"):
        if name not in missing:
            _beds(getattr(state, name), name)
    for name in ("patients", "boarders", "ventilated"):
        if name not in missing:
            _count(getattr(state, name), name)
    for name in ("longest_admit_hours", "last_wait_hours"):
        if name not in missing:
            _hours(getattr(state, name), name)
    for name, part in (("boarders", state.boarders), ("ventilated", state.ventilated)):
        if part is not None and state.patients is not None and part > state.patients:
            raise ValueError(f"{part} {name} of {state.patients} patients: they are counted among them")
    return missing


def _whole(value: object, what: str) -> None:
    if type(value) is not int or value < 0:
        raise ValueError(f"{what} is {value!r}: give a whole number, 0 or more")


def _beds(value: object, what: str) -> None:
    _count(value, what)
    if value == 0:
        raise ValueError(f"{what} is 0: there is no crowding without beds, leave the place out")


def _count(value: object, what: str) -> None:
    _whole(value, what)
    if type(value) is int and value > COUNT_MAX:
        raise ValueError(f"{what} is more than {COUNT_MAX}: reject it where it is decoded")


def _hours(value: object, what: str) -> None:
    if (type(value) is not int and not isinstance(value, Fraction)) or not 0 <= value <= WAIT_HOURS_MAX:
        raise ValueError(
            f"{what} is {value!r}: give hours from 0 to {WAIT_HOURS_MAX} as an integer or a Fraction"
        )


def _share(value: Fraction | None, reason: str | None) -> EdShare:
    return EdShare(value, reason, ED_LOAD_V1.standard, ED_LOAD_V1.edition, ED_LOAD_V1.clause)
