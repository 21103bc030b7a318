"""How good was a city's air on a day and in a year, from the daily values of its stations?"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from fractions import Fraction

import pytest

from indicators.air import city_daily_aqi, daily_aqi
from indicators.air_limits import GB3095_2012, GB3095_2026_FINAL
from indicators.air_means import Mean, percentile, thin_months_of
from indicators.air_year import (
    PERCENTS,
    WEIGHTS_2026,
    WEIGHTS_ALIKE,
    Weighting,
    air_year,
    composite_index,
    pollutant_year,
)

ON_2012, ON_2026 = date(2026, 2, 28), date(2026, 3, 1)
Hours = dict[int, Mean]
Days = dict[date, Mean]
# In µg/m³, below every limit; with the final limits of class 2 these are simple parts.
CLEAN_UGM3 = {"so2": 5, "no2": 15, "co": 1_000, "o3": 80, "pm10": 25, "pm25": 10}


def hours(ugm3: int, at: Iterable[int] = range(24)) -> Hours:
    return dict.fromkeys(at, (ugm3 * 1_000, 1))


def clean_day_but(**pollutants: Hours) -> dict[str, Hours]:
    return {name: hours(ugm3) for name, ugm3 in CLEAN_UGM3.items()} | pollutants


def dates_of(year: int) -> list[date]:
    return [
        date(year, 1, 1) + timedelta(day) for day in range((date(year + 1, 1, 1) - date(year, 1, 1)).days)
    ]


def days(ugm3: int, year: int = 2031) -> Days:
    return dict.fromkeys(dates_of(year), (ugm3 * 1_000, 1))


def rising(year: int = 2031) -> Days:
    """1 µg/m³ on the first day, 365 on the last."""
    return {day: (rank * 1_000, 1) for rank, day in enumerate(dates_of(year), 1)}


def clean_year_but(year: int = 2031, **pollutants: Days) -> dict[str, Days]:
    return {name: days(ugm3, year) for name, ugm3 in CLEAN_UGM3.items()} | pollutants


def test_a_citys_day_is_the_mean_of_its_stations_days_not_the_worst_of_them() -> None:
    stations = [clean_day_but(pm25=hours(10)), clean_day_but(pm25=hours(90))]

    assert city_daily_aqi(stations, ON_2026).iaqi["pm25"] == 80
    assert daily_aqi(stations[1], ON_2026).iaqi["pm25"] == 128


def test_stations_whose_ozone_peaks_at_different_hours_keep_their_peaks() -> None:
    # Hour by hour the city never had more than 100 in the mean of 8 hours; each of its stations had 160.
    morning = clean_day_but(o3=hours(40) | hours(160, range(8)))
    evening = clean_day_but(o3=hours(40) | hours(160, range(16, 24)))

    result = city_daily_aqi([morning, evening], ON_2026)

    assert (result.iaqi["o3_8h"], result.validity) == (100, "valid")


def test_two_broken_stations_do_not_make_one_whole_day() -> None:
    first_half = clean_day_but(pm25=hours(50, range(12)))
    second_half = clean_day_but(pm25=hours(50, range(12, 24)))

    result = city_daily_aqi([first_half, second_half], ON_2026)

    assert (result.value, result.validity, result.missing) == (None, "insufficient", ("pm25",))


def test_a_station_without_a_valid_day_is_left_out_of_that_item_only() -> None:
    stations = [clean_day_but(pm25=hours(35)), clean_day_but(pm25=hours(400, range(19)), no2=hours(65))]

    result = city_daily_aqi(stations, ON_2026)

    assert (result.iaqi["pm25"], result.iaqi["no2"]) == (50, 50)


def test_a_citys_day_is_rounded_once_after_its_stations() -> None:
    # The exact mean 35.45 rounds to 35; rounded stations, 35 and 36, would have given 35.5 and so 36.
    stations = [{"pm25": dict.fromkeys(range(24), (ng, 1))} for ng in (35_400, 35_500)]

    assert city_daily_aqi(stations, ON_2012).iaqi["pm25"] == 50


def test_a_citys_day_has_the_items_of_its_edition() -> None:
    stations = [clean_day_but(), clean_day_but()]

    assert "o3_1h" in city_daily_aqi(stations, ON_2012).iaqi
    assert "o3_1h" not in city_daily_aqi(stations, ON_2026).iaqi
    assert city_daily_aqi([], ON_2026).validity == "no_data"


def test_a_stations_broken_day_is_refused_before_it_joins_the_city() -> None:
    with pytest.raises(ValueError, match="hour 24"):
        city_daily_aqi([clean_day_but(), {"pm25": {24: (1_000, 1)}}], ON_2026)
    with pytest.raises(ValueError, match=r"pm2\.5"):
        city_daily_aqi([{"pm2.5": hours(10)}], ON_2026)


@pytest.mark.parametrize(
    ("values", "percent", "expected"),
    [
        ([10, 20, 30, 40, 50], 90, "46"),
        (range(1, 366), 98, "357.72"),
        ([3, 4, 8, 2, 5, 4], 90, "6.5"),
        ([50, 10, 40, 20, 30], 50, "30"),
        ([1, 2], 100, "2"),
        ([7], 98, "7"),
    ],
)
def test_a_percentile_is_interpolated_between_ranks(
    values: Iterable[int], percent: int, expected: str
) -> None:
    assert percentile(values, percent) == Fraction(expected)


def test_a_percentile_of_nothing_is_nothing() -> None:
    assert percentile([], 98) is None


@pytest.mark.parametrize("percent", [0, 101, 98.0, float("nan")])
def test_a_percentile_is_1_to_100(percent: int) -> None:
    with pytest.raises(ValueError, match="1 to 100"):
        percentile([1], percent)


@pytest.mark.parametrize("value", [1.5, float("nan"), True])
def test_a_percentile_is_of_exact_values(value: int) -> None:
    with pytest.raises(ValueError, match="not exact"):
        percentile([1, value], 98)


@pytest.mark.parametrize(
    ("pollutant", "percent", "expected"),
    [
        ("so2", 98, "357.72"),
        ("no2", 98, "357.72"),
        ("pm10", 95, "346.8"),
        ("pm25", 95, "346.8"),
        ("o3", 90, "328.6"),
        ("co", 95, "0.3468"),
    ],
)
def test_each_pollutant_has_its_own_percentile(pollutant: str, percent: int, expected: str) -> None:
    found = pollutant_year(pollutant, rising(), 2031)

    assert found.percent == percent
    assert found.percentile == Fraction(expected)
    assert found.mean == (Fraction("0.183") if pollutant == "co" else 183)


def test_days_weigh_the_same_in_a_year_whatever_their_counts() -> None:
    half = len(dates_of(2031)) // 2
    uneven = {
        day: (10_000, 1) if rank < half else (30_000 * 24, 24) for rank, day in enumerate(dates_of(2031))
    }

    assert pollutant_year("pm25", uneven, 2031).mean == Fraction(10 * half + 30 * (365 - half), 365)


def without(year: int, *left_out: date) -> Days:
    return {day: mean for day, mean in days(10, year).items() if day not in left_out}


def first_days(month: int, count: int, year: int = 2031) -> list[date]:
    return [date(year, month, day) for day in range(1, count + 1)]


def test_a_year_needs_324_days() -> None:
    # Three of each month but February, and eight more: 324 are left, no month is thin.
    three_each = [day for month in range(1, 13) if month != 2 for day in first_days(month, 3)]
    more = [date(2031, month, 4) for month in (1, 3, 5, 7, 8, 10, 12)] + [date(2031, 2, 1)]

    enough = pollutant_year("pm25", without(2031, *three_each, *more), 2031)
    too_few = pollutant_year("pm25", without(2031, *three_each, *more, date(2031, 2, 2)), 2031)

    assert (enough.days, enough.validity, enough.reason, enough.mean) == (324, "valid", "", Fraction(10))
    assert (too_few.days, too_few.validity, too_few.reason) == (323, "insufficient", "too_few_days")
    assert (too_few.mean, too_few.percentile, too_few.attains) == (None, None, None)
    assert too_few.thin_months == ()


@pytest.mark.parametrize(("month", "may_lack"), [(1, 4), (2, 3), (4, 3), (12, 4)])
def test_a_year_needs_27_days_of_each_month_and_25_of_february(month: int, may_lack: int) -> None:
    enough = pollutant_year("pm25", without(2031, *first_days(month, may_lack)), 2031)
    thin = pollutant_year("pm25", without(2031, *first_days(month, may_lack + 1)), 2031)

    assert (enough.validity, enough.thin_months) == ("valid", ())
    assert (thin.validity, thin.reason, thin.thin_months, thin.mean) == (
        "insufficient",
        "thin_months",
        (month,),
        None,
    )


def test_a_leap_year_asks_for_no_more_days() -> None:
    may_lack = first_days(2, 4, 2028)

    assert pollutant_year("pm25", without(2028, *may_lack), 2028).validity == "valid"
    assert thin_months_of(dates_of(2028)) == ()


def test_a_day_without_values_is_no_day() -> None:
    empty = days(10) | dict.fromkeys(first_days(2, 4), (0, 0))

    assert pollutant_year("pm25", empty, 2031).thin_months == (2,)


def test_a_year_without_days_has_no_data() -> None:
    found = pollutant_year("pm25", {}, 2031)

    assert (found.validity, found.reason, found.days) == ("no_data", "no_values", 0)
    assert [against.exceeds for against in found.held] == [None, None]


def test_a_year_is_held_against_its_annual_limit_and_its_percentile_against_that_of_the_day() -> None:
    def held(pollutant: str) -> list[str]:
        year = pollutant_year(pollutant, rising(), 2031)
        return [f"{against.averaging} {against.limit}" for against in year.held]

    assert held("pm25") == ["year 25", "day 50"]
    assert held("o3") == ["max_8h 160"]
    assert held("co") == ["day 4"]


def test_a_good_mean_does_not_hide_bad_days() -> None:
    # 20 bad days of 365 are more than 5 %: the 95th percentile lies among them.
    bad = days(10) | dict.fromkeys(dates_of(2031)[:20], (120_000, 1))
    few_bad = days(10) | dict.fromkeys(dates_of(2031)[:18], (120_000, 1))

    found = pollutant_year("pm25", bad, 2031)

    assert [against.exceeds for against in found.held] == [False, True]
    assert found.attains is False
    assert pollutant_year("pm25", few_bad, 2031).attains is True


def test_an_annual_value_is_rounded_once_before_it_is_compared() -> None:
    half_up_to_26 = dict.fromkeys(dates_of(2031), (25_500, 1))
    more_than_half = dict.fromkeys(dates_of(2031), (25_501, 1))
    half_down_to_30 = dict.fromkeys(dates_of(2030), (30_500, 1))

    assert pollutant_year("pm25", half_up_to_26, 2031).held[0].value == 26
    assert pollutant_year("pm25", more_than_half, 2031).attains is False
    assert pollutant_year("pm25", half_down_to_30, 2030).attains is True


@pytest.mark.parametrize(
    ("year", "evaluation", "limits", "attains"),
    [
        (2025, "2013", "2012", True),
        (2026, "2026", "2026/transitional", False),
        (2030, "2026", "2026/transitional", False),
        (2031, "2026", "2026/final", False),
    ],
)
def test_the_last_day_of_a_year_chooses_its_editions(
    year: int, evaluation: str, limits: str, attains: bool
) -> None:
    found = pollutant_year("pm25", days(33, year), year)

    assert (found.standard, found.edition) == ("HJ 663", evaluation)
    assert {(held.standard, held.edition) for held in found.held} == {("GB 3095", limits)}
    assert found.attains is attains


def test_a_year_can_be_held_against_named_limits_and_another_class() -> None:
    assert pollutant_year("pm25", days(33), 2031, variant=GB3095_2012).attains is True
    assert pollutant_year("pm25", days(12), 2031).attains is True
    assert pollutant_year("pm25", days(12), 2031, zone_class=1).attains is False
    with pytest.raises(LookupError, match="could not be verified"):
        pollutant_year("pm25", days(12, 2025), 2025, zone_class=1)


def test_a_year_attains_when_all_six_pollutants_do() -> None:
    assert air_year(clean_year_but(), 2031).attains is True

    dusty = air_year(clean_year_but(pm10=days(51)), 2031)

    assert (dusty.attains, dusty.exceeding, dusty.validity) == (False, ("pm10",), "valid")


def test_a_year_with_a_missing_pollutant_can_fail_but_not_attain() -> None:
    clean = air_year(clean_year_but(so2={}), 2031)
    dusty = air_year(clean_year_but(so2={}, pm10=days(51)), 2031)

    assert (clean.attains, clean.missing) == (None, ("so2",))
    assert (clean.validity, clean.reason) == ("insufficient", "missing_pollutants")
    assert (dusty.attains, dusty.validity) == (False, "insufficient")
    assert (air_year({}, 2031).validity, air_year({}, 2031).reason) == ("no_data", "no_values")


def test_the_composite_index_is_the_weighted_sum_of_concentrations_over_limits() -> None:
    found = composite_index(clean_year_but(), 2031)

    assert found.parts == {
        "so2": Fraction(5, 20),
        "no2": Fraction(15, 30),
        "co": Fraction(1, 4),
        "o3": Fraction(80, 160),
        "pm10": Fraction(25, 50),
        "pm25": Fraction(10, 25),
    }
    assert found.value == Fraction("0.25") + 2 * Fraction("0.5") + Fraction("0.25") + 1 + Fraction(
        "0.5"
    ) + Fraction("1.2")
    assert (found.value_float, found.validity, found.reason) == (4.2, "valid", "")


def test_the_composite_index_takes_co_and_ozone_by_their_percentiles() -> None:
    found = composite_index(clean_year_but(co=rising(), o3=rising()), 2031)

    assert (found.parts["co"], found.parts["o3"]) == (Fraction("0.3468") / 4, Fraction("328.6") / 160)


def test_weights_and_limits_are_dated_and_each_can_be_named() -> None:
    of_2025 = composite_index(clean_year_but(2025), 2025)
    of_2031 = composite_index(clean_year_but(), 2031)

    assert (of_2025.edition, of_2025.limits) == ("2013/weights-alike", "GB 3095-2012")
    assert (of_2031.edition, of_2031.limits) == ("2026/weights-3-2-2", "GB 3095-2026/final")
    assert "configuration" in of_2031.clause
    as_of_2031 = composite_index(
        clean_year_but(2025), 2025, weighting=WEIGHTS_2026, variant=GB3095_2026_FINAL
    )
    assert as_of_2031.value == of_2031.value
    assert composite_index(clean_year_but(), 2031, weighting=WEIGHTS_ALIKE).value == sum(
        of_2031.parts.values()
    )


@pytest.mark.parametrize("pollutant", sorted(PERCENTS))
def test_a_missing_pollutant_leaves_no_composite_index(pollutant: str) -> None:
    found = composite_index(clean_year_but() | {pollutant: without(2031, *first_days(3, 5))}, 2031)

    assert (found.value, found.value_float, found.missing) == (None, None, (pollutant,))
    assert (found.validity, found.reason) == ("insufficient", "missing_pollutants")
    assert len(found.parts) == 5


def test_a_composite_index_of_nothing_has_no_data() -> None:
    assert (composite_index({}, 2031).validity, composite_index({}, 2031).value) == ("no_data", None)


@pytest.mark.parametrize("weights", [{"pm25": 1}, dict.fromkeys(PERCENTS, 0), dict.fromkeys(PERCENTS, 1.5)])
def test_weights_are_positive_and_of_all_six(weights: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="positive whole weight"):
        Weighting(WEIGHTS_2026.edition, weights)


@pytest.mark.parametrize(
    ("pollutant", "values", "message"),
    [
        ("tsp", {}, "no annual evaluation"),
        ("pm25", {date(2030, 12, 31): (1, 1)}, "no civil day of 2031"),
        ("pm25", {datetime(2031, 1, 1): (1, 1)}, "without a time"),  # noqa: DTZ001 - a wrong key is meant
        ("pm25", {date(2031, 1, 1): (-1, 1)}, "2031-01-01"),
        ("pm25", {date(2031, 1, 1): (float("nan"), 1)}, "integers"),
    ],
)
def test_what_cannot_be_is_refused_by_name(pollutant: str, values: Days, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        pollutant_year(pollutant, values, 2031)


def test_a_misspelt_pollutant_is_refused_instead_of_missing() -> None:
    with pytest.raises(ValueError, match=r"pm2\.5"):
        air_year({"pm2.5": days(10)}, 2031)
