"""How much may be in the air, and when does a limit decide whether a day counts?

The limits are typed again here, from the standard, so that a slip in one of the two is seen.
"""

from collections.abc import Iterable
from datetime import date
from fractions import Fraction

import pytest

from indicators.air import AqiResult, city_daily_aqi, daily_aqi
from indicators.air_limits import (
    AVERAGINGS,
    EDITIONS,
    GB3095_2012,
    GB3095_2026_FINAL,
    GB3095_2026_TRANSITIONAL,
    SUBSTANCES,
    Averaging,
    exceedance,
    limit_on,
)
from indicators.air_means import Mean
from indicators.air_rules import (
    DAILY_2012,
    DAILY_2026,
    HJ633_2012,
    HOURLY_2012_TEXT,
    HOURLY_2026,
    IAQI_LEVELS,
    O3_1H_LIMIT_UGM3,
    O3_8H_LIMIT_UGM3,
    AqiRules,
)
from indicators.standard import Edition

IN_2012, IN_TRANSITION, IN_FINAL = date(2026, 2, 28), date(2026, 3, 1), date(2031, 1, 1)
UGM3, MGM3 = 1_000, 1_000_000

# Pollutant, averaging time, 2012 class 2, transitional class 1 and 2, final class 1 and 2.
PRINTED = [
    ("so2", "year", "60", "20", "60", "20", "20"),
    ("so2", "day", "150", "50", "150", "50", "50"),
    ("so2", "hour", "500", "150", "500", "150", "150"),
    ("no2", "year", "40", "40", "40", "30", "30"),
    ("no2", "day", "80", "80", "80", "50", "50"),
    ("no2", "hour", "200", "200", "200", "200", "200"),
    ("co", "day", "4", "4", "4", "4", "4"),
    ("co", "hour", "10", "10", "10", "10", "10"),
    ("o3", "max_8h", "160", "100", "160", "100", "160"),
    ("o3", "hour", "200", "160", "200", "160", "200"),
    ("pm10", "year", "70", "40", "60", "20", "50"),
    ("pm10", "day", "150", "50", "120", "50", "100"),
    ("pm25", "year", "35", "15", "30", "10", "25"),
    ("pm25", "day", "75", "35", "60", "25", "50"),
    ("tsp", "year", None, "80", "200", "80", "200"),
    ("tsp", "day", None, "120", "300", "120", "300"),
    ("nox", "year", None, "50", "50", "40", "40"),
    ("nox", "day", None, "100", "100", "70", "70"),
    ("nox", "hour", None, "250", "250", "250", "250"),
    ("pb", "year", None, "0.5", "0.5", "0.5", "0.5"),
    ("pb", "season", None, "1", "1", "1", "1"),
    ("bap", "year", None, "0.001", "0.001", "0.001", "0.001"),
    ("bap", "day", None, "0.0025", "0.0025", "0.0025", "0.0025"),
]
CASES = [
    (pollutant, averaging, civil_date, zone_class, limit)
    for pollutant, averaging, *limits in PRINTED
    for (civil_date, zone_class), limit in zip(
        [(IN_2012, 2), (IN_TRANSITION, 1), (IN_TRANSITION, 2), (IN_FINAL, 1), (IN_FINAL, 2)],
        limits,
        strict=True,
    )
    if limit is not None
]


@pytest.mark.parametrize(("pollutant", "averaging", "civil_date", "zone_class", "limit"), CASES)
def test_a_limit_is_the_one_that_the_standard_prints(
    pollutant: str, averaging: Averaging, civil_date: date, zone_class: int, limit: str
) -> None:
    assert limit_on(pollutant, averaging, civil_date, zone_class=zone_class).value == Fraction(limit)


def test_there_is_no_limit_beside_the_printed_ones() -> None:
    printed = {(pollutant, averaging) for pollutant, averaging, *_ in PRINTED}

    for pollutant in SUBSTANCES:
        for averaging in AVERAGINGS:
            if (pollutant, averaging) not in printed:
                with pytest.raises(LookupError, match=f"limits {pollutant} by .*, not by {averaging}"):
                    limit_on(pollutant, averaging, IN_FINAL)


@pytest.mark.parametrize(
    ("civil_date", "edition"),
    [
        (date(2013, 1, 12), GB3095_2012),
        (IN_2012, GB3095_2012),
        (IN_TRANSITION, GB3095_2026_TRANSITIONAL),
        (date(2030, 12, 31), GB3095_2026_TRANSITIONAL),
        (IN_FINAL, GB3095_2026_FINAL),
        (date(2040, 6, 1), GB3095_2026_FINAL),
    ],
)
def test_the_civil_day_chooses_the_edition(civil_date: date, edition: Edition) -> None:
    found = exceedance("pm25", "day", (50 * UGM3, 1), civil_date)

    assert (found.standard, found.edition, found.clause) == (
        edition.standard,
        edition.edition,
        edition.clause,
    )


def test_the_same_day_exceeds_under_one_edition_and_not_under_another() -> None:
    mean = (55 * UGM3, 1)

    assert not exceedance("pm25", "day", mean, IN_TRANSITION).exceeds
    assert exceedance("pm25", "day", mean, IN_TRANSITION, variant=GB3095_2026_FINAL).exceeds
    assert exceedance("pm25", "day", mean, IN_TRANSITION, zone_class=1).exceeds


@pytest.mark.parametrize(
    ("pollutant", "averaging", "mean_ng", "value", "exceeds"),
    [
        ("pm25", "day", "60000", "60", False),
        ("pm25", "day", "60499", "60", False),
        ("pm25", "day", "60500", "60", False),
        ("pm25", "day", "60501", "61", True),
        ("co", "day", "4050000", "4", False),
        ("co", "day", "4050001", "4.1", True),
        ("pb", "year", "550", "0.6", True),
        ("pb", "year", "549", "0.5", False),
        ("bap", "day", "2.55", "0.0026", True),
        ("bap", "day", "2.54", "0.0025", False),
        ("bap", "year", "1.05", "0.0010", False),
    ],
)
def test_a_mean_is_rounded_once_half_to_even_and_then_compared(
    pollutant: str, averaging: Averaging, mean_ng: str, value: str, exceeds: bool
) -> None:
    exact = Fraction(mean_ng)

    found = exceedance(pollutant, averaging, (exact.numerator, exact.denominator), IN_TRANSITION)

    assert (found.value, found.exceeds) == (Fraction(value), exceeds)


def test_how_many_times_over_is_exact_and_only_said_of_an_exceedance() -> None:
    over = exceedance("pm25", "day", (100 * UGM3, 1), IN_TRANSITION)
    on_it = exceedance("pm25", "day", (60 * UGM3, 1), IN_TRANSITION)

    assert (over.multiple, over.multiple_float) == (Fraction(2, 3), 0.666667)
    assert (on_it.multiple, on_it.multiple_float) == (None, None)


def test_a_value_and_its_limit_are_in_the_unit_of_the_standard() -> None:
    co = exceedance("co", "hour", (15 * MGM3, 1), IN_FINAL)

    assert (co.value, co.limit, co.unit, co.multiple) == (Fraction(15), Fraction(10), "mg/m³", Fraction(1, 2))
    assert exceedance("so2", "hour", (15 * UGM3, 1), IN_FINAL).unit == "µg/m³"


@pytest.mark.parametrize("mean", [None, (0, 0)])
def test_without_values_nothing_exceeds_and_nothing_keeps(mean: Mean | None) -> None:
    found = exceedance("pm25", "day", mean, IN_FINAL)

    assert (found.value, found.exceeds, found.multiple) == (None, None, None)
    assert (found.validity, found.reason) == ("no_data", "no_values")
    assert found.limit == 50


@pytest.mark.parametrize("pollutant", ["tsp", "nox", "pb", "bap"])
def test_what_could_not_be_verified_of_2012_is_refused(pollutant: str) -> None:
    with pytest.raises(LookupError, match="no verified limit"):
        exceedance(pollutant, "year", (1, 1), IN_2012)


def test_class_1_of_2012_could_not_be_verified() -> None:
    with pytest.raises(LookupError, match="could not be verified"):
        exceedance("pm25", "day", (1, 1), IN_2012, zone_class=1)


@pytest.mark.parametrize(
    ("pollutant", "averaging", "mean", "zone_class", "message"),
    [
        ("pm2.5", "day", (1, 1), 2, "unknown pollutant"),
        ("pm25", "daily", (1, 1), 2, "unknown averaging"),
        ("pm25", "day", (1, 1), 3, "一级"),
        ("pm25", "day", (1, 1), 2.0, "一级"),
        ("pm25", "day", (-1, 1), 2, "pm25"),
        ("pm25", "day", (float("nan"), 1), 2, "integers"),
        ("pm25", "day", (1, float("inf")), 2, "integers"),
    ],
)
def test_what_cannot_be_is_refused_by_name(
    pollutant: str, averaging: Averaging, mean: Mean, zone_class: int, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        exceedance(pollutant, averaging, mean, IN_FINAL, zone_class=zone_class)


def test_an_edition_of_another_standard_has_no_limits() -> None:
    with pytest.raises(LookupError, match="HJ 633-2012 has no limits"):
        exceedance("pm25", "day", (1, 1), IN_2012, variant=HJ633_2012)


AVERAGED: dict[str, Averaging] = {
    "hour": "hour",
    "running_8h": "max_8h",
    "running_24h": "day",
    "day_mean": "day",
    "max_8h": "max_8h",
    "max_1h": "hour",
}
JUDGED_BY_THE_HOUR_IN_THE_DAY_COLUMN = {"pm10", "pm25"}


@pytest.mark.parametrize(
    ("rules", "civil_date"),
    [
        (DAILY_2012, IN_2012),
        (HOURLY_2012_TEXT, IN_2012),
        (DAILY_2026, IN_TRANSITION),
        (HOURLY_2026, IN_TRANSITION),
    ],
)
def test_the_index_is_100_exactly_on_the_class_2_limit(rules: AqiRules, civil_date: date) -> None:
    for item in rules.items:
        by_the_day = item.pollutant in JUDGED_BY_THE_HOUR_IN_THE_DAY_COLUMN
        limit = limit_on(item.pollutant, "day" if by_the_day else AVERAGED[item.averaging], civil_date)
        breakpoint_ng = item.column.breakpoints[IAQI_LEVELS.index(100)] * item.column.resolution_ng

        assert breakpoint_ng == limit.value * SUBSTANCES[item.pollutant].unit_ng


def test_the_limits_that_validate_an_ozone_day_are_those_of_every_edition() -> None:
    for edition in EDITIONS:
        assert limit_on("o3", "max_8h", IN_2012, variant=edition).value == O3_8H_LIMIT_UGM3
        assert limit_on("o3", "hour", IN_2012, variant=edition).value == O3_1H_LIMIT_UGM3


Hours = dict[int, Mean]
CLEAN_UGM3 = {"so2": 5, "no2": 20, "co": 400, "o3": 60, "pm10": 20, "pm25": 10}


def hours(ugm3: int, at: Iterable[int] = range(24)) -> Hours:
    return dict.fromkeys(at, (ugm3 * UGM3, 1))


def clean_day_but(**pollutants: Hours) -> dict[str, Hours]:
    return {name: hours(ugm3) for name, ugm3 in CLEAN_UGM3.items()} | pollutants


def judged(result: AqiResult) -> tuple[int | None, str, str]:
    return result.value, result.validity, result.reason


def test_an_ozone_day_of_few_hours_counts_by_its_exceedance_and_says_so() -> None:
    few = range(8, 16)

    assert judged(daily_aqi(clean_day_but(o3=hours(215, few)), IN_TRANSITION)) == (
        150,
        "valid_by_exceedance",
        "by_exceedance",
    )
    assert judged(daily_aqi(clean_day_but(o3=hours(160, few)), IN_TRANSITION)) == (
        None,
        "insufficient",
        "missing_items",
    )


def test_an_ozone_day_of_enough_hours_is_plainly_valid_above_the_limit_too() -> None:
    assert judged(daily_aqi(clean_day_but(o3=hours(215)), IN_TRANSITION)) == (150, "valid", "")


def test_the_hourly_maximum_of_2012_counts_by_its_exceedance_too() -> None:
    # 19 hours give the fourteen 8-hour means that the day needs, but they are one too few for the 1-hour maximum.
    day = clean_day_but(o3=hours(100, range(18)) | hours(400, [18]))

    result = daily_aqi(day, IN_2012)

    assert (result.iaqi["o3_8h"], result.iaqi["o3_1h"]) == (92, 200)
    assert judged(result) == (200, "valid_by_exceedance", "by_exceedance")


def test_an_exceedance_without_an_index_of_its_own_does_not_count() -> None:
    # Above 800 µg/m³ the 8-hour mean has no index in 2012, and nothing else stands by exceedance.
    day = clean_day_but(o3=hours(900, range(4, 24)) | dict.fromkeys(range(4), (0, 0)))
    few = clean_day_but(o3=hours(900, range(8, 16)))

    assert judged(daily_aqi(day, IN_2012)) == (350, "valid", "not_scored")
    assert judged(daily_aqi(few, IN_2012)) == (350, "valid_by_exceedance", "by_exceedance")


def test_nothing_worse_is_hidden_by_an_exceedance() -> None:
    day = clean_day_but(o3=hours(215, range(8, 16)), so2={})

    assert judged(daily_aqi(day, IN_2012)) == (150, "insufficient", "missing_items")
    assert judged(daily_aqi(day, IN_TRANSITION)) == (150, "valid_by_exceedance", "by_exceedance")
    assert daily_aqi(day, IN_TRANSITION).missing == ("so2",)


def test_a_city_says_that_one_of_its_stations_counts_by_exceedance() -> None:
    stations = [clean_day_but(o3=hours(200, range(8, 16))), clean_day_but(o3=hours(60))]

    assert judged(city_daily_aqi(stations, IN_TRANSITION)) == (75, "valid_by_exceedance", "by_exceedance")


@pytest.mark.parametrize(
    ("day", "reason"),
    [
        ({}, "no_values"),
        ({"pm25": hours(10, range(19))}, "no_values"),
        (clean_day_but(so2={}), "missing_items"),
        (clean_day_but(so2={}, pm25=hours(200)), "missing_items"),
        (clean_day_but(), ""),
    ],
)
def test_a_result_says_why_it_is_not_plain(day: dict[str, Hours], reason: str) -> None:
    assert daily_aqi(day, IN_TRANSITION).reason == reason


def test_a_misspelt_exemption_is_refused_instead_of_without_effect() -> None:
    with pytest.raises(ValueError, match=r"pm2\.5"):
        daily_aqi(clean_day_but(), IN_TRANSITION, not_blocking={"pm2.5"})
