"""How good is the air, by the index that is in force on that day?

HJ 633: a sub-index (IAQI) for each pollutant by linear interpolation between breakpoints, rounded up; the
index (AQI) is the largest. Everything is decided on integers, so that no grade hangs on a float.
Concentrations come as exact means (sum in ng/m³, count of values), keyed "so2", "no2", "co", "o3", "pm10",
"pm25". That an hourly mean has at least 45 minutes of sampling (GB 3095 table 4) is for the caller to know.
"""

from bisect import bisect_left
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal

from indicators.air_means import Hours, Mean, checked, city_item_means, item_means, mean_of_means
from indicators.air_rules import (
    DAILY_RULES,
    HOURLY_2012_TEXT,
    HOURLY_RULES,
    IAQI_LEVELS,
    UGM3_IN_NG,
    AqiRules,
    Column,
    rules_on,
)
from indicators.grades import AQI_GRADES
from indicators.rounding import divide_ceil, divide_half_even, ratio_to_float
from indicators.standard import Edition
from indicators.validity import Validity

POLLUTANTS = ("so2", "no2", "co", "o3", "pm10", "pm25")
PRIMARY_ABOVE = 50
_KNOWN = frozenset(POLLUTANTS)

Reason = Literal["", "no_values", "not_scored", "missing_items", "by_exceedance"]


@dataclass(frozen=True, slots=True)
class AqiResult:
    """One air quality index and what it rests on.

    `value` is None when it may not be published, and then `grade`, `level` and `colour` are None too.
    `primary` names the items with the largest sub-index when the index is above 50, all of them in a tie.
    `missing` items had no valid mean; `unscored` ones had one that the edition does not turn into an index.
    `validity` "valid_by_exceedance" is publishable as "valid" is, but a maximum of O3 that it uses has fewer
    means than it needs and counts only because it exceeds its limit (HJ 663 §6.1.2).
    `reason` says what makes the result less than plain: "no_values" (no item has a valid mean), "not_scored" (an
    item has one and no index), "missing_items" (an item that is not exempt is missing), "by_exceedance"; the one
    that decides the validity where there are several, "" where there is none.
    `beyond_index` tells that a concentration lies above the last breakpoint, where 500 is the cap.
    """

    value: int | None
    grade: str | None
    level: int | None
    colour: str | None
    primary: tuple[str, ...]
    iaqi: Mapping[str, int]
    missing: tuple[str, ...]
    unscored: tuple[str, ...]
    validity: Validity
    reason: Reason
    beyond_index: bool
    standard: str
    edition: str
    clause: str


def hourly_aqi(
    means: Mapping[str, Mean],
    civil_date: date,
    variant: Edition | None = None,
    *,
    not_blocking: Collection[str] = (),
) -> AqiResult:
    """The real-time index of one hour, from 1-hour means.

    The edition is that of the civil day, or `variant` when one is named. A pollutant that is absent or has
    count 0 is missing. Until 2026-02-28 the practice of the national centre holds: PM by its 1-hour mean in
    the daily column, the index from whatever is there. From 2026-03-01 HJ 633-2026 holds: with an item missing
    only an index above 100 is published (§5.3.1); `not_blocking` names the pollutants that are exempt (§5.3.2).
    Raises ValueError for a negative sum or count or an unknown pollutant, LookupError for a variant without rules
    and for that of the text, which needs the hours before.
    """
    _check_names(means)
    rules = rules_on(HOURLY_RULES, civil_date, variant)
    if rules is HOURLY_2012_TEXT:
        raise LookupError(
            f"{rules.edition.name} judges running means: hourly_aqi_of_text, of a city city_hourly_aqi_of_text, "
            "take the past hours"
        )
    return _judge(rules, {item.key: means.get(item.pollutant) for item in rules.items}, (), not_blocking)


def hourly_aqi_of_text(past_hours: Hours, *, not_blocking: Collection[str] = ()) -> AqiResult:
    """The real-time index by the text of HJ 633-2012: pollutant -> hours ago (0 to 23) -> exact 1-hour mean.

    0 is the hour that is judged. The gases and O3 stand by that hour, O3 also by the mean of hours 0 to 7 (at
    least 6), PM10 and PM2.5 by that of hours 0 to 23 (at least 20): "o3_1h", "o3_8h", "pm10_24h", "pm25_24h".
    This hour itself may be among the missing ones of a running mean: nothing in the text was found against it.
    The practice differs (`hourly_aqi`), so this variant is on no civil day the one in force. A missing item is
    judged as in `daily_aqi`. Raises ValueError as `hourly_aqi`, and for hours that are not among the last 24.
    """
    _check_names(past_hours)
    return _judge(HOURLY_2012_TEXT, *item_means(HOURLY_2012_TEXT.items, past_hours), not_blocking)


def daily_aqi(
    hours: Hours,
    civil_date: date,
    variant: Edition | None = None,
    *,
    not_blocking: Collection[str] = (),
) -> AqiResult:
    """The index of one civil day, from its hourly means: pollutant -> hour 0 to 23 -> exact mean.

    Day means need 20 hours; O3 stands by its daily maximum 8-hour mean, and in 2012 also by its daily maximum
    1-hour mean. What 2012 does with a missing item could not be verified: by our decision the index of the
    others is kept above 100, marked insufficient. Raises as `hourly_aqi`, and for an hour outside the day.
    """
    _check_names(hours)
    rules = rules_on(DAILY_RULES, civil_date, variant)
    return _judge(rules, *item_means(rules.items, hours), not_blocking)


def city_hourly_aqi(
    stations: Sequence[Mapping[str, Mean]],
    civil_date: date,
    variant: Edition | None = None,
    *,
    not_blocking: Collection[str] = (),
) -> AqiResult:
    """The real-time index of a city: the mean of its stations' means first, then the sub-indices, then the largest.

    Every station weighs the same, whatever its count; the worst station does not speak for the city
    (HJ 663, to which HJ 633-2026 §4.2.2 refers).
    """
    for station in stations:
        _check_names(station)
        for pollutant, mean in station.items():
            checked(mean, f"a station's {pollutant}")
    city: dict[str, Mean] = {}
    for pollutant in POLLUTANTS:
        mean_of_city = mean_of_means(station[pollutant] for station in stations if pollutant in station)
        if mean_of_city is not None:
            city[pollutant] = mean_of_city
    return hourly_aqi(city, civil_date, variant, not_blocking=not_blocking)


def city_hourly_aqi_of_text(stations: Sequence[Hours], *, not_blocking: Collection[str] = ()) -> AqiResult:
    """The real-time index of a city by the text of HJ 633-2012: its stations as for `hourly_aqi_of_text`.

    The mean of the stations' items, each valid by its own hours, as in `city_daily_aqi`.
    """
    for station in stations:
        _check_names(station)
    return _judge(HOURLY_2012_TEXT, *city_item_means(HOURLY_2012_TEXT.items, stations), not_blocking)


def city_daily_aqi(
    stations: Sequence[Hours],
    civil_date: date,
    variant: Edition | None = None,
    *,
    not_blocking: Collection[str] = (),
) -> AqiResult:
    """The index of a city's civil day: the mean of its stations' daily items, then the sub-indices, then the largest.

    Each station is given as for `daily_aqi`. That concentrations are averaged over stations before any index is
    HJ 663's. Whether a station's hours or its daily values are averaged could not be read there: ours is the
    daily values, because the 20 hours and 14 8-hour means are asked of a station's day, and an hour-by-hour mean
    would make a day of one station's morning and another's evening. A station without a valid value is left out
    of that item; how many a city needs could not be verified, so one is enough. A maximum of O3 that counts only
    because it exceeds the limit at its station marks the city's result too. Raises as `daily_aqi`.
    """
    for station in stations:
        _check_names(station)
    rules = rules_on(DAILY_RULES, civil_date, variant)
    return _judge(rules, *city_item_means(rules.items, stations), not_blocking)


def concentration_ugm3(mean: Mean) -> float | None:
    """A mean concentration in µg/m³ for tables, rounded half-even to three decimals; None without values."""
    total, count = checked(mean, "a concentration")
    return ratio_to_float(total, count * UGM3_IN_NG, 3) if count else None


def _check_names(pollutants: Collection[str]) -> None:
    unknown = set(pollutants) - _KNOWN
    if unknown:
        raise ValueError(
            f"unknown pollutants {sorted(map(str, unknown))}: the keys are {', '.join(POLLUTANTS)}"
        )


def _judge(
    rules: AqiRules,
    means: Mapping[str, Mean | None],
    by_exceedance: Collection[str],
    not_blocking: Collection[str],
) -> AqiResult:
    _check_names(not_blocking)
    iaqi: dict[str, int] = {}
    missing: list[str] = []
    unscored: list[str] = []
    blocked = beyond_index = False
    for item in rules.items:
        mean = means[item.key]
        if mean is None or checked(mean, item.key)[1] == 0:
            missing.append(item.key)
            blocked = blocked or item.pollutant not in not_blocking
            continue
        total, count = mean
        concentration = divide_half_even(total, count * item.column.resolution_ng)
        index, beyond = sub_index(item.column, concentration)
        if index is None:
            unscored.append(item.key)
        else:
            iaqi[item.key] = index
            beyond_index = beyond_index or beyond
    only_by_exceedance = any(key in iaqi for key in by_exceedance)
    value, validity, reason = _published(
        rules, iaqi, blocked=blocked, unscored=bool(unscored), by_exceedance=only_by_exceedance
    )
    grade = None if value is None else AQI_GRADES.of(value)
    return AqiResult(
        value=value,
        grade=None if grade is None else grade.word,
        level=None if grade is None else grade.level,
        colour=None if grade is None else grade.colour,
        primary=_primary(value, iaqi),
        iaqi=iaqi,
        missing=tuple(missing),
        unscored=tuple(unscored),
        validity=validity,
        reason=reason,
        beyond_index=beyond_index,
        standard=rules.edition.standard,
        edition=rules.edition.edition,
        clause=rules.edition.clause,
    )


def _published(
    rules: AqiRules, iaqi: Mapping[str, int], *, blocked: bool, unscored: bool, by_exceedance: bool
) -> tuple[int | None, Validity, Reason]:
    if not iaqi:
        return (None, "insufficient", "not_scored") if unscored else (None, "no_data", "no_values")
    index = max(iaqi.values())
    if blocked and index <= rules.partial_published_above:
        return None, "insufficient", "missing_items"
    if blocked and rules.partial_validity == "insufficient":
        return index, "insufficient", "missing_items"
    if by_exceedance:
        return index, "valid_by_exceedance", "by_exceedance"
    return index, "valid", "missing_items" if blocked else "not_scored" if unscored else ""


def _primary(value: int | None, iaqi: Mapping[str, int]) -> tuple[str, ...]:
    if value is None or value <= PRIMARY_ABOVE:
        return ()
    return tuple(key for key, index in iaqi.items() if index == value)


@lru_cache(maxsize=65_536)
def sub_index(column: Column, concentration: int) -> tuple[int | None, bool]:
    """The sub-index of a rounded concentration, and whether it lies beyond the index.

    IAQI = (IAQI_Hi - IAQI_Lo) / (BP_Hi - BP_Lo) x (C - BP_Lo) + IAQI_Lo, rounded up (HJ 633-2012 §6.2,
    HJ 633-2026 §4.2.6). The concentration is an integer in the column's resolution; None is "not scored here".
    """
    position = bisect_left(column.breakpoints, concentration)
    if position == len(column.breakpoints):
        if column.past_end == "unscored":
            return None, False
        return IAQI_LEVELS[position - 1], column.past_end == "cap"
    if position == 0:
        return max(IAQI_LEVELS[0], column.floor), False
    low, high = column.breakpoints[position - 1], column.breakpoints[position]
    index_low, index_high = IAQI_LEVELS[position - 1], IAQI_LEVELS[position]
    return index_low + divide_ceil((index_high - index_low) * (concentration - low), high - low), False
