"""How good was the air in this year, and does it keep the limits?

A year of a pollutant is made of its daily values: day means, and of O3 the daily maximum 8-hour means. It is held
against GB 3095 twice, as annual mean and as a percentile of the days (HJ 663-2026 table 1); CO and O3 have no
annual limit and are held once. With too few days there is no number. Everything is exact until it is rounded once
to be compared. The last day of the year chooses the editions: that is when the year is judged (ours; 2026 began
under one edition and ends under another).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import lcm
from typing import Literal

from indicators.air_limits import SUBSTANCES, Averaging, Exceedance, exceedance
from indicators.air_means import YEAR_DAYS_MIN, Mean, checked, percentile, thin_months_of
from indicators.rounding import as_float
from indicators.standard import Edition, edition_on

HJ663_2013 = Edition(
    "HJ 663",
    "2013",
    None,
    date(2026, 2, 28),
    "annual evaluation; percentiles taken from 2026, unverified for 2013",
)
HJ663_2026 = Edition("HJ 663", "2026", date(2026, 3, 1), None, "annual evaluation, table 1, secondary source")
EDITIONS = (HJ663_2013, HJ663_2026)

PERCENTS: Mapping[str, int] = {"so2": 98, "no2": 98, "co": 95, "o3": 90, "pm10": 95, "pm25": 95}
_WITH_ANNUAL_LIMIT = frozenset({"so2", "no2", "pm10", "pm25"})

Days = Mapping[date, Mean]
"""The daily values of a pollutant: civil day -> exact mean (sum in ng/m³, count)."""
Validity = Literal["valid", "insufficient", "no_data"]
DaysReason = Literal["", "no_values", "too_few_days", "thin_months"]
YearReason = Literal["", "no_values", "missing_pollutants"]


@dataclass(frozen=True, slots=True)
class PollutantYear:
    """The year of one pollutant.

    `days` have a value; `thin_months` (1 to 12) have too few of them. `mean` and the `percent`-th `percentile` are
    exact, in `unit`, None where the year is insufficient. `held` has what they were held against, the annual limit
    first where there is one; `attains` tells that it keeps all of them, None without a number.
    `reason`: "no_values", "too_few_days" (fewer than 324), "thin_months", or "".
    `standard`, `edition` and `clause` are those of the evaluation; each of `held` names its own.
    """

    pollutant: str
    year: int
    days: int
    thin_months: tuple[int, ...]
    mean: Fraction | None
    percent: int
    percentile: Fraction | None
    unit: str
    held: tuple[Exceedance, ...]
    attains: bool | None
    validity: Validity
    reason: DaysReason
    standard: str
    edition: str
    clause: str


@dataclass(frozen=True, slots=True)
class AirYear:
    """The year of the six pollutants, of a station or a city.

    `missing` pollutants have no valid year. `attains` is False as soon as one is `exceeding`, whatever is missing;
    True when all six keep the class; else None. `reason`: "no_values", "missing_pollutants", or "".
    """

    pollutants: Mapping[str, PollutantYear]
    exceeding: tuple[str, ...]
    missing: tuple[str, ...]
    attains: bool | None
    validity: Validity
    reason: YearReason
    standard: str
    edition: str
    clause: str


@dataclass(frozen=True, slots=True)
class Weighting:
    """How much each pollutant counts in the composite index: configuration, its origin in the edition's clause.

    Raises ValueError unless each of the six pollutants has a positive whole weight.
    """

    edition: Edition
    weights: Mapping[str, int]

    def __post_init__(self) -> None:
        if set(self.weights) != set(PERCENTS) or any(
            type(weight) is not int or weight <= 0 for weight in self.weights.values()
        ):
            raise ValueError(
                f"{self.edition.name} needs a positive whole weight for each of {', '.join(PERCENTS)}"
            )


WEIGHTS_ALIKE = Weighting(
    Edition(
        "HJ 663",
        "2013/weights-alike",
        None,
        date(2026, 2, 28),
        "composite index, plain sum, secondary source",
    ),
    dict.fromkeys(PERCENTS, 1),
)
WEIGHTS_2026 = Weighting(
    Edition(
        "HJ 663",
        "2026/weights-3-2-2",
        date(2026, 3, 1),
        None,
        "composite index, weights PM2.5 3, O3 2, NO2 2, others 1: configuration, one secondary source",
    ),
    {"so2": 1, "no2": 2, "co": 1, "o3": 2, "pm10": 1, "pm25": 3},
)
WEIGHTINGS = (WEIGHTS_ALIKE, WEIGHTS_2026)


@dataclass(frozen=True, slots=True)
class CompositeIndex:
    """The composite index (综合指数) of a year: the lower, the better.

    `value` is the exact weighted sum of `parts`, each the concentration over its class 2 limit, unweighted: the
    annual mean, of CO and O3 the percentile. Nothing is rounded before. None with a pollutant `missing`: a sum of
    five would look like cleaner air. `limits` names the edition of the limits. `reason` as of `AirYear`.
    """

    value: Fraction | None
    parts: Mapping[str, Fraction]
    missing: tuple[str, ...]
    limits: str
    validity: Validity
    reason: YearReason
    standard: str
    edition: str
    clause: str

    @property
    def value_float(self) -> float | None:
        """The index for tables, rounded half-even to two decimals, as cities publish it."""
        return None if self.value is None else as_float(self.value, 2)


def pollutant_year(
    pollutant: str, days: Days, year: int, *, zone_class: int = 2, variant: Edition | None = None
) -> PollutantYear:
    """Judge one pollutant's year by its daily values; a count of 0 is a day without one.

    The limits are those of the year's last day, or of `variant`, an edition of GB 3095. That each day is valid is
    for the caller to know. Raises ValueError for a pollutant that has no annual evaluation, a day outside the year
    or a value that cannot be, LookupError as `limit_on`.
    """
    if pollutant not in PERCENTS:
        raise ValueError(f"{pollutant!r} has no annual evaluation here: the keys are {', '.join(PERCENTS)}")
    measured = _measured(days, year)
    thin_months = thin_months_of(measured)
    reason = _reason(measured, thin_months)
    mean, ranked = (None, None) if reason else _statistics(measured, PERCENTS[pollutant])
    held = tuple(
        exceedance(pollutant, averaging, value, date(year, 12, 31), zone_class=zone_class, variant=variant)
        for averaging, value in _against(pollutant, mean, ranked)
    )
    edition = edition_on(EDITIONS, date(year, 12, 31))
    substance = SUBSTANCES[pollutant]
    return PollutantYear(
        pollutant=pollutant,
        year=year,
        days=len(measured),
        thin_months=thin_months,
        mean=None if mean is None else mean / substance.unit_ng,
        percent=PERCENTS[pollutant],
        percentile=None if ranked is None else ranked / substance.unit_ng,
        unit=substance.unit,
        held=held,
        attains=None if reason else not any(found.exceeds for found in held),
        validity="no_data" if not measured else "insufficient" if reason else "valid",
        reason=reason,
        standard=edition.standard,
        edition=edition.edition,
        clause=edition.clause,
    )


def air_year(
    days: Mapping[str, Days], year: int, *, zone_class: int = 2, variant: Edition | None = None
) -> AirYear:
    """Judge the year of the six pollutants: pollutant -> civil day -> daily value. Raises as `pollutant_year`."""
    unknown = sorted(str(name) for name in days if name not in PERCENTS)
    if unknown:
        raise ValueError(f"unknown pollutants {unknown}: the keys are {', '.join(PERCENTS)}")
    found = {
        pollutant: pollutant_year(
            pollutant, days.get(pollutant, {}), year, zone_class=zone_class, variant=variant
        )
        for pollutant in PERCENTS
    }
    missing = tuple(key for key, judged in found.items() if judged.validity != "valid")
    exceeding = tuple(key for key, judged in found.items() if judged.attains is False)
    empty = all(judged.validity == "no_data" for judged in found.values())
    edition = edition_on(EDITIONS, date(year, 12, 31))
    return AirYear(
        pollutants=found,
        exceeding=exceeding,
        missing=missing,
        attains=False if exceeding else None if missing else True,
        validity="no_data" if empty else "insufficient" if missing else "valid",
        reason="no_values" if empty else "missing_pollutants" if missing else "",
        standard=edition.standard,
        edition=edition.edition,
        clause=edition.clause,
    )


def composite_index(
    days: Mapping[str, Days],
    year: int,
    *,
    weighting: Weighting | None = None,
    variant: Edition | None = None,
) -> CompositeIndex:
    """The composite index of a year against the class 2 limits, from what `air_year` takes.

    The weights are those of the year's last day, or `weighting`: any weighting goes with any edition of the limits.
    Raises as `pollutant_year`.
    """
    if weighting is None:
        chosen = edition_on((known.edition for known in WEIGHTINGS), date(year, 12, 31))
        weighting = next(known for known in WEIGHTINGS if known.edition is chosen)
    judged = air_year(days, year, variant=variant)
    parts = {key: part for key, found in judged.pollutants.items() if (part := _part(found)) is not None}
    limits = judged.pollutants["pm25"].held[0]
    total = sum((weighting.weights[key] * part for key, part in parts.items()), Fraction(0))
    return CompositeIndex(
        value=None if judged.missing else total,
        parts=parts,
        missing=judged.missing,
        limits=f"{limits.standard}-{limits.edition}",
        validity=judged.validity,
        reason=judged.reason,
        standard=weighting.edition.standard,
        edition=weighting.edition.edition,
        clause=weighting.edition.clause,
    )


def _measured(days: Days, year: int) -> dict[date, Mean]:
    for day in days:
        # A datetime is a date to Python, and two of them would count one day twice.
        if type(day) is not date or day.year != year:
            raise ValueError(
                f"{day!r} is no civil day of {year}: give dates without a time, of that year alone"
            )
    return {day: mean for day, mean in days.items() if checked(mean, str(day))[1] > 0}


def _reason(measured: Days, thin_months: tuple[int, ...]) -> DaysReason:
    if not measured:
        return "no_values"
    if len(measured) < YEAR_DAYS_MIN:
        return "too_few_days"
    return "thin_months" if thin_months else ""


def _statistics(measured: Days, percent: int) -> tuple[Fraction, Fraction | None]:
    # Over one denominator a year is summed and sorted as integers.
    common = lcm(*(count for _, count in measured.values()))
    totals = [total * (common // count) for total, count in measured.values()]
    ranked = percentile(totals, percent)
    return Fraction(sum(totals), common * len(totals)), None if ranked is None else ranked / common


def _against(
    pollutant: str, mean: Fraction | None, ranked: Fraction | None
) -> Iterator[tuple[Averaging, Mean | None]]:
    if pollutant in _WITH_ANNUAL_LIMIT:
        yield "year", _as_mean(mean)
    yield "max_8h" if pollutant == "o3" else "day", _as_mean(ranked)


def _part(judged: PollutantYear) -> Fraction | None:
    concentration = judged.mean if judged.pollutant in _WITH_ANNUAL_LIMIT else judged.percentile
    return None if concentration is None else concentration / judged.held[0].limit


def _as_mean(value: Fraction | None) -> Mean | None:
    return None if value is None else (value.numerator, value.denominator)
