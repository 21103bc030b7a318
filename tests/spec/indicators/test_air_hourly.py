"""How good is the air in this hour?"""

from datetime import date
from fractions import Fraction

import pytest

from indicators.air import AqiResult, city_hourly_aqi, concentration_ugm3, hourly_aqi
from indicators.air_rules import HJ633_2012, HJ633_2012_CNEMC, HJ633_2026

ON_2012, ON_2026 = date(2018, 2, 20), date(2026, 3, 1)
UNIT_NG = {"co": 1_000_000}
CLEAN = {"so2": 5, "no2": 20, "co": "0.4", "o3": 60, "pm10": 20, "pm25": 10}


def hour(**concentrations: object) -> dict[str, tuple[int, int]]:
    """Exact means of µg/m³ (CO mg/m³), written as text or integers."""
    means = {}
    for pollutant, concentration in concentrations.items():
        exact = Fraction(str(concentration)) * UNIT_NG.get(pollutant, 1_000)
        means[pollutant] = (exact.numerator, exact.denominator)
    return means


def clean_hour_but(**concentrations: object) -> dict[str, tuple[int, int]]:
    return hour(**(CLEAN | concentrations))


def sub_index(civil_date: date, pollutant: str, concentration: object) -> int:
    return hourly_aqi(hour(**{pollutant: concentration}), civil_date).iaqi[pollutant]


@pytest.mark.parametrize(
    ("pollutant", "concentration", "in_2012", "in_2026"),
    [
        ("pm25", 35, 50, 50),
        ("pm25", 36, 52, 52),
        ("pm25", 50, 69, 80),
        ("pm25", 60, 82, 100),
        ("pm25", 61, 83, 101),
        ("pm25", 75, 100, 114),
        ("pm25", 130, 172, 172),
        ("pm25", 500, 500, 500),
        ("pm10", 120, 85, 100),
        ("pm10", 150, 100, 112),
        ("pm10", 151, 101, 112),
        ("co", "5.5", 55, 55),
        ("no2", 135, 68, 68),
        ("o3", 199, 99, 99),
        ("o3", 201, 101, 101),
        ("so2", 650, 150, 150),
    ],
)
def test_golden_vectors_of_both_editions(
    pollutant: str, concentration: object, in_2012: int, in_2026: int
) -> None:
    assert sub_index(ON_2012, pollutant, concentration) == in_2012
    assert sub_index(ON_2026, pollutant, concentration) == in_2026


@pytest.mark.parametrize(
    ("pollutant", "concentration", "expected"),
    [("pm25", "35.5", 52), ("pm25", "36.5", 52), ("co", "5.05", 50), ("co", "5.15", 52)],
)
def test_an_input_is_rounded_half_to_even_before_the_formula(
    pollutant: str, concentration: str, expected: int
) -> None:
    assert sub_index(ON_2026, pollutant, concentration) == expected


def test_a_mean_of_many_values_is_rounded_from_the_exact_ratio() -> None:
    barely_above = hourly_aqi({"pm25": (35_500 * 60 - 1, 60)}, ON_2026)
    exactly_half = hourly_aqi({"pm25": (35_500 * 60, 60)}, ON_2026)

    assert barely_above.iaqi["pm25"] == 50
    assert exactly_half.iaqi["pm25"] == 52


def test_so2_above_800_gives_200_in_2026_and_no_sub_index_in_2012() -> None:
    in_2026 = hourly_aqi(clean_hour_but(so2=801), ON_2026)
    in_2012 = hourly_aqi(clean_hour_but(so2=801), ON_2012)

    assert (in_2026.value, in_2026.primary, in_2026.beyond_index) == (200, ("so2",), False)
    assert "so2" not in in_2012.iaqi
    assert in_2012.unscored == ("so2",)
    assert in_2012.value == 20


def test_an_hour_with_nothing_but_unscored_so2_is_insufficient_not_empty() -> None:
    result = hourly_aqi(hour(so2=900), ON_2012)

    assert (result.value, result.validity) == (None, "insufficient")


@pytest.mark.parametrize(
    ("pollutant", "concentration"), [("pm25", 501), ("pm10", 835), ("o3", 1201), ("co", "150.1")]
)
def test_a_concentration_above_the_last_breakpoint_is_capped_and_says_so(
    pollutant: str, concentration: object
) -> None:
    for civil_date in (ON_2012, ON_2026):
        result = hourly_aqi(clean_hour_but(**{pollutant: concentration}), civil_date)

        assert (result.value, result.beyond_index, result.grade) == (500, True, "严重污染")


def test_the_index_of_clean_air_is_0_in_2012_and_1_in_2026() -> None:
    nothing_in_the_air = hour(so2=0, no2=0, co=0, o3=0, pm10=0, pm25=0)

    assert hourly_aqi(nothing_in_the_air, ON_2012).value == 0
    assert hourly_aqi(nothing_in_the_air, ON_2026).value == 1
    assert hourly_aqi(nothing_in_the_air, ON_2026).grade == "优"


@pytest.mark.parametrize(
    ("pm25", "expected"),
    [
        (35, (50, "优", 1, "#00E400")),
        (36, (52, "良", 2, "#FFFF00")),
        (60, (100, "良", 2, "#FFFF00")),
        (61, (101, "轻度污染", 3, "#FF7E00")),
        (116, (152, "中度污染", 4, "#FF0000")),
        (151, (201, "重度污染", 5, "#99004C")),
        (250, (300, "重度污染", 5, "#99004C")),
        (251, (301, "严重污染", 6, "#7E0023")),
    ],
)
def test_the_index_has_its_grade_level_and_colour(pm25: int, expected: tuple[int, str, int, str]) -> None:
    result = hourly_aqi(clean_hour_but(pm25=pm25), ON_2026)

    assert (result.value, result.grade, result.level, result.colour) == expected


def test_every_pollutant_with_the_largest_sub_index_is_primary() -> None:
    result = hourly_aqi(clean_hour_but(pm10=50, pm25=115, no2=700), ON_2026)

    assert result.value == 150
    assert result.primary == ("no2", "pm25")


def test_there_is_no_primary_pollutant_up_to_50() -> None:
    assert hourly_aqi(clean_hour_but(pm25=35), ON_2026).primary == ()
    assert hourly_aqi(clean_hour_but(pm25=36), ON_2026).primary == ("pm25",)


def without(pollutant: str, **concentrations: object) -> dict[str, tuple[int, int]]:
    means = clean_hour_but(**concentrations)
    del means[pollutant]
    return means


def test_in_2026_a_missing_pollutant_blocks_an_index_up_to_100() -> None:
    result = hourly_aqi(without("pm10", pm25=60), ON_2026)

    assert (result.value, result.grade, result.level, result.colour) == (None, None, None, None)
    assert (result.validity, result.missing, result.primary) == ("insufficient", ("pm10",), ())
    assert result.iaqi["pm25"] == 100


def test_in_2026_a_missing_pollutant_does_not_block_an_index_above_100() -> None:
    result = hourly_aqi(without("pm10", pm25=61), ON_2026)

    assert (result.value, result.validity, result.missing) == (101, "valid", ("pm10",))


def test_in_2026_an_exempt_pollutant_may_be_missing() -> None:
    result = hourly_aqi(without("so2", pm25=60), ON_2026, not_blocking={"so2"})

    assert (result.value, result.validity, result.missing) == (100, "valid", ("so2",))


def test_in_the_practice_of_2012_the_pollutants_in_hand_are_enough() -> None:
    result = hourly_aqi(without("pm10", pm25=60), ON_2012)

    assert (result.value, result.validity, result.missing) == (82, "valid", ("pm10",))


def test_a_count_of_zero_is_a_missing_pollutant() -> None:
    absent = hourly_aqi(without("pm10", pm25=61), ON_2026)
    empty = hourly_aqi(clean_hour_but(pm25=61) | {"pm10": (0, 0)}, ON_2026)

    assert empty == absent


@pytest.mark.parametrize("civil_date", [ON_2012, ON_2026])
def test_an_hour_without_any_pollutant_has_no_data(civil_date: date) -> None:
    result = hourly_aqi({}, civil_date)

    assert (result.value, result.validity, result.iaqi) == (None, "no_data", {})
    assert len(result.missing) == 6


def cited(result: AqiResult) -> tuple[str, str]:
    return result.standard, result.edition


def test_a_result_names_the_standard_that_judged_it() -> None:
    assert cited(hourly_aqi(hour(pm25=50), ON_2012)) == ("HJ 633", "2012/cnemc-practice")
    assert cited(hourly_aqi(hour(pm25=50), ON_2026)) == ("HJ 633", "2026")
    assert "§5.3.1" in hourly_aqi(hour(pm25=50), ON_2026).clause


def test_an_old_day_can_be_judged_again_under_a_named_edition() -> None:
    then = hourly_aqi(clean_hour_but(pm25=61), ON_2012)
    again = hourly_aqi(clean_hour_but(pm25=61), ON_2012, HJ633_2026)

    assert (then.value, then.grade) == (83, "良")
    assert (again.value, again.grade) == (101, "轻度污染")
    assert hourly_aqi(clean_hour_but(pm25=61), ON_2026, HJ633_2012_CNEMC).value == 83


def test_a_variant_without_rules_is_refused() -> None:
    with pytest.raises(LookupError, match="HJ 633-2012"):
        hourly_aqi(hour(pm25=50), ON_2012, HJ633_2012)


@pytest.mark.parametrize("mean", [(-1, 1), (1, -1)])
def test_a_negative_sum_or_count_is_refused_with_its_pollutant(mean: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="pm25"):
        hourly_aqi({"pm25": mean}, ON_2026)


def test_a_misspelt_pollutant_is_refused_instead_of_missing() -> None:
    with pytest.raises(ValueError, match=r"pm2\.5"):
        hourly_aqi({"pm2.5": (1_000, 1)}, ON_2026)


def test_a_city_is_judged_from_the_mean_of_its_stations_not_from_the_worst() -> None:
    stations = [clean_hour_but(pm25=10), clean_hour_but(pm25=90)]

    assert city_hourly_aqi(stations, ON_2026).iaqi["pm25"] == 80
    assert hourly_aqi(stations[1], ON_2026).iaqi["pm25"] == 128


def test_each_station_weighs_the_same_in_its_city_whatever_its_count() -> None:
    stations = [{"pm25": (10_000, 1)}, {"pm25": (90_000 * 59, 59)}]

    assert city_hourly_aqi(stations, ON_2012).iaqi["pm25"] == 69


def test_a_citys_mean_is_not_rounded_at_its_stations() -> None:
    # The exact mean 35.45 rounds to 35; rounded stations, 35 and 36, would have given 35.5 and so 36.
    assert city_hourly_aqi([hour(pm25="35.4"), hour(pm25="35.5")], ON_2012).iaqi["pm25"] == 50


def test_a_station_without_a_pollutant_is_left_out_of_that_mean_only() -> None:
    stations = [hour(pm25=50, no2=100), hour(no2=200), {"pm25": (0, 0), "no2": (0, 0)}]

    result = city_hourly_aqi(stations, ON_2012)

    assert result.iaqi == {"no2": 75, "pm25": 69}


def test_a_city_without_stations_has_no_data() -> None:
    assert city_hourly_aqi([], ON_2026).validity == "no_data"


def test_a_stations_broken_mean_is_refused_before_it_joins_the_city() -> None:
    with pytest.raises(ValueError, match="no2"):
        city_hourly_aqi([hour(no2=50), {"no2": (-50_000, 1)}], ON_2026)


def test_a_concentration_for_tables_has_three_decimals() -> None:
    assert concentration_ugm3((100_000, 3)) == 33.333
    assert concentration_ugm3((0, 0)) is None
