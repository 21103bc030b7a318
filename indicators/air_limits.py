"""How much of a pollutant may be in the air, and by how much is that exceeded?

GB 3095 limits each pollutant by averaging time and class: class 1 (一级) for nature reserves and the like, class
2 (二级) for where people live and work. Three dated editions follow each other; the civil day of the measurement
chooses, for a season or a year its last day. A limit is exceeded when the mean, rounded once by GB/T 8170 to the
digits in which it is reported, is above it. Gases are meant at 298.15 K and 1013.25 hPa, particles as they are in
the air (GB 3095-2026 §4.3): converting is for the caller.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal

from indicators.air_means import Mean, checked
from indicators.rounding import as_float, round_half_even
from indicators.standard import Edition, edition_on

Averaging = Literal["hour", "max_8h", "day", "season", "year"]
AVERAGINGS: tuple[Averaging, ...] = ("hour", "max_8h", "day", "season", "year")
CLASSES = (1, 2)

# Open at the old end, as the 2012 editions of the index are. Its class 2 limits come from a secondary source; those
# of class 1, and of what only some stations measure, could not be verified and are left out.
GB3095_2012 = Edition("GB 3095", "2012", None, date(2026, 2, 28), "class II limits, secondary source")
GB3095_2026_TRANSITIONAL = Edition(
    "GB 3095",
    "2026/transitional",
    date(2026, 3, 1),
    date(2030, 12, 31),
    "§4, limits of the transitional period",
)
GB3095_2026_FINAL = Edition("GB 3095", "2026/final", date(2031, 1, 1), None, "§4, limits")
EDITIONS = (GB3095_2012, GB3095_2026_TRANSITIONAL, GB3095_2026_FINAL)


@dataclass(frozen=True, slots=True)
class Substance:
    """One pollutant: the unit of its limits, that unit in ng/m³, and the decimals to which a mean is rounded.

    The decimals are those of HJ 633-2026 §4.2.2 where it names the pollutant, else the most that its limits are
    printed with.
    """

    unit: str
    unit_ng: int
    decimals: int


_WHOLE_UGM3 = Substance("µg/m³", 1_000, 0)
SUBSTANCES: Mapping[str, Substance] = {
    "so2": _WHOLE_UGM3,
    "no2": _WHOLE_UGM3,
    "co": Substance("mg/m³", 1_000_000, 1),
    "o3": _WHOLE_UGM3,
    "pm10": _WHOLE_UGM3,
    "pm25": _WHOLE_UGM3,
    "tsp": _WHOLE_UGM3,
    "nox": _WHOLE_UGM3,
    "pb": Substance("µg/m³", 1_000, 1),
    "bap": Substance("µg/m³", 1_000, 4),
}

# Class 1 and class 2, in the substance's unit; "?" where there is a limit that could not be verified.
_Table = Mapping[tuple[str, Averaging], str]
_OF_2012: _Table = {
    ("so2", "year"): "? 60",
    ("so2", "day"): "? 150",
    ("so2", "hour"): "? 500",
    ("no2", "year"): "? 40",
    ("no2", "day"): "? 80",
    ("no2", "hour"): "? 200",
    ("co", "day"): "? 4",
    ("co", "hour"): "? 10",
    ("o3", "max_8h"): "? 160",
    ("o3", "hour"): "? 200",
    ("pm10", "year"): "? 70",
    ("pm10", "day"): "? 150",
    ("pm25", "year"): "? 35",
    ("pm25", "day"): "? 75",
}
_OF_BOTH_PHASES: _Table = {
    ("no2", "hour"): "200 200",
    ("co", "day"): "4 4",
    ("co", "hour"): "10 10",
    ("o3", "max_8h"): "100 160",
    ("o3", "hour"): "160 200",
    ("tsp", "year"): "80 200",
    ("tsp", "day"): "120 300",
    ("nox", "hour"): "250 250",
    ("pb", "year"): "0.5 0.5",
    ("pb", "season"): "1.0 1.0",
    ("bap", "year"): "0.001 0.001",
    ("bap", "day"): "0.0025 0.0025",
}
_OF_THE_TRANSITION: _Table = {
    ("so2", "year"): "20 60",
    ("so2", "day"): "50 150",
    ("so2", "hour"): "150 500",
    ("no2", "year"): "40 40",
    ("no2", "day"): "80 80",
    ("pm10", "year"): "40 60",
    ("pm10", "day"): "50 120",
    ("pm25", "year"): "15 30",
    ("pm25", "day"): "35 60",
    ("nox", "year"): "50 50",
    ("nox", "day"): "100 100",
}
_FINAL: _Table = {
    ("so2", "year"): "20 20",
    ("so2", "day"): "50 50",
    ("so2", "hour"): "150 150",
    ("no2", "year"): "30 30",
    ("no2", "day"): "50 50",
    ("pm10", "year"): "20 50",
    ("pm10", "day"): "50 100",
    ("pm25", "year"): "10 25",
    ("pm25", "day"): "25 50",
    ("nox", "year"): "40 40",
    ("nox", "day"): "70 70",
}
_TABLES: Mapping[Edition, _Table] = {
    GB3095_2012: _OF_2012,
    GB3095_2026_TRANSITIONAL: {**_OF_BOTH_PHASES, **_OF_THE_TRANSITION},
    GB3095_2026_FINAL: {**_OF_BOTH_PHASES, **_FINAL},
}


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit, exact, in the unit of its pollutant; `edition` says where it stands."""

    pollutant: str
    averaging: Averaging
    zone_class: int
    value: Fraction
    unit: str
    edition: Edition


@dataclass(frozen=True, slots=True)
class Exceedance:
    """A mean held against its limit, both exact in `unit`.

    `value` is the mean, rounded once; None without values, and then `exceeds` is None and `reason` "no_values".
    `multiple` is (C - S) / S of the rounded mean C and the limit S, how many times over it is: only where it
    exceeds, else None, because 0 would read as a mean exactly on the limit.
    """

    pollutant: str
    averaging: Averaging
    zone_class: int
    value: Fraction | None
    limit: Fraction
    unit: str
    exceeds: bool | None
    multiple: Fraction | None
    reason: Literal["", "no_values"]
    standard: str
    edition: str
    clause: str

    @property
    def multiple_float(self) -> float | None:
        """How many times over, for tables, rounded half-even to six decimals."""
        return None if self.multiple is None else as_float(self.multiple)

    @property
    def validity(self) -> Literal["valid", "no_data"]:
        """Whether there is a mean to judge."""
        return "no_data" if self.value is None else "valid"


def limit_on(
    pollutant: str,
    averaging: Averaging,
    civil_date: date,
    *,
    zone_class: int = 2,
    variant: Edition | None = None,
) -> Limit:
    """The limit that is in force on a civil day, or that of a named edition on any day.

    Raises ValueError for an unknown pollutant, averaging time or class, LookupError for an edition without limits,
    for a combination that the edition does not limit, and for a limit that could not be verified.
    """
    if pollutant not in SUBSTANCES:
        raise ValueError(f"unknown pollutant {pollutant!r}: the keys are {', '.join(SUBSTANCES)}")
    if averaging not in AVERAGINGS:
        raise ValueError(f"unknown averaging time {averaging!r}: name one of {', '.join(AVERAGINGS)}")
    if type(zone_class) is not int or zone_class not in CLASSES:
        raise ValueError(f"a class is 1 (一级) or 2 (二级), got {zone_class!r}")
    edition = edition_on(EDITIONS, civil_date) if variant is None else variant
    if edition not in _TABLES:
        names = ", ".join(known.name for known in EDITIONS)
        raise LookupError(f"{edition.name} has no limits here: name one of {names}")
    value = _printed(edition, pollutant, averaging, zone_class)
    return Limit(pollutant, averaging, zone_class, value, SUBSTANCES[pollutant].unit, edition)


def exceedance(
    pollutant: str,
    averaging: Averaging,
    mean: Mean | None,
    civil_date: date,
    *,
    zone_class: int = 2,
    variant: Edition | None = None,
) -> Exceedance:
    """Whether an exact mean (sum in ng/m³, count) is above its limit, and how many times over.

    That the mean is one of that averaging time, from enough values, is for the caller to know. None or count 0 is
    a mean without values. Raises as `limit_on`, and ValueError for a sum or count that cannot be.
    """
    limit = limit_on(pollutant, averaging, civil_date, zone_class=zone_class, variant=variant)
    total, count = (0, 0) if mean is None else checked(mean, pollutant)
    value = _rounded(pollutant, Fraction(total, count)) if count else None
    exceeds = None if value is None else value > limit.value
    return Exceedance(
        pollutant=pollutant,
        averaging=averaging,
        zone_class=zone_class,
        value=value,
        limit=limit.value,
        unit=limit.unit,
        exceeds=exceeds,
        multiple=(value - limit.value) / limit.value if value is not None and exceeds else None,
        reason="no_values" if value is None else "",
        standard=limit.edition.standard,
        edition=limit.edition.edition,
        clause=limit.edition.clause,
    )


def _rounded(pollutant: str, mean_ng: Fraction) -> Fraction:
    substance = SUBSTANCES[pollutant]
    return round_half_even(mean_ng / substance.unit_ng, substance.decimals)


def _printed(edition: Edition, pollutant: str, averaging: Averaging, zone_class: int) -> Fraction:
    table = _TABLES[edition]
    if (pollutant, averaging) not in table:
        known = [time for time in AVERAGINGS if (pollutant, time) in table]
        if known:
            raise LookupError(f"{edition.name} limits {pollutant} by {', '.join(known)}, not by {averaging}")
        raise LookupError(f"{edition.name} has no verified limit of {pollutant} here: name another edition")
    text = table[pollutant, averaging].split()[zone_class - 1]
    if text == "?":
        raise LookupError(
            f"the class {zone_class} limits of {edition.name} could not be verified: judge by class 2"
        )
    return Fraction(text)
