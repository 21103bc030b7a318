"""How congested is a link, a district or a city?"""

from fractions import Fraction

import pytest

from indicators.grades import LINK_GRADES
from indicators.traffic import congestion, free_flow_speed, network_congestion, tpi_by_appendix_c

MINUTE_MS = 60_000


@pytest.mark.parametrize(
    ("dtp", "tpi"),
    [
        ("0", 0),
        (".15", 1),
        (".3", 2),
        (".4", 3),
        (".5", 4),
        (".55", 5),
        (".6", 6),
        (".65", 7),
        (".7", 8),
        (".85", 9),
        ("1", 10),
    ],
)
def test_appendix_c_turns_delay_into_the_index(dtp: str, tpi: int) -> None:
    assert tpi_by_appendix_c(Fraction(dtp)) == tpi


@pytest.mark.parametrize("dtp", [Fraction(-1, 10), Fraction(11, 10)])
def test_a_proportion_outside_0_and_1_is_refused(dtp: Fraction) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        tpi_by_appendix_c(dtp)


def test_a_trip_of_twice_the_free_flow_time_loses_half_of_it() -> None:
    result = congestion(2 * MINUTE_MS, MINUTE_MS)

    assert [result.tti, result.dtp, result.tpi] == [Fraction(2), Fraction(1, 2), Fraction(4)]
    assert (result.tti_value, result.dtp_value, result.tpi_value) == (2.0, 0.5, 4.0)
    assert (result.link_grade, result.network_grade) == ("轻度拥堵", "轻度拥堵")


def test_a_trip_faster_than_free_flow_is_free_flow() -> None:
    result = congestion(50_000, MINUTE_MS)

    assert [result.tti, result.dtp, result.tpi] == [Fraction(1), Fraction(0), Fraction(0)]
    assert (result.tti_value, result.dtp_value, result.tpi_value) == (1.0, 0.0, 0.0)
    assert (result.link_grade, result.network_grade) == ("畅通", "畅通")


@pytest.mark.parametrize(
    ("travel_time", "free_flow_time", "grade"),
    [
        (1_000_000, 700_001, "畅通"),
        (1_000_000, 700_000, "基本畅通"),
        (1_000_000, 500_001, "基本畅通"),
        (1_000_000, 500_000, "轻度拥堵"),
        (1_000_000, 400_001, "轻度拥堵"),
        (1_000_000, 400_000, "中度拥堵"),
        (1_000_000, 300_001, "中度拥堵"),
        (1_000_000, 300_000, "严重拥堵"),
        (1_000_000, 1, "严重拥堵"),
    ],
)
def test_each_cut_off_belongs_to_the_slower_grade_of_link_and_network(
    travel_time: int, free_flow_time: int, grade: str
) -> None:
    result = congestion(travel_time, free_flow_time)

    assert (result.link_grade, result.network_grade) == (grade, grade)


def test_values_are_rounded_once_to_six_decimals() -> None:
    result = congestion(3 * MINUTE_MS, 2 * MINUTE_MS - 1)

    assert result.tti == Fraction(180_000, 119_999)
    assert result.tti_value == 1.500013
    assert result.dtp_value == 0.333339


@pytest.mark.parametrize(("travel_time", "free_flow_time"), [(0, 0), (0, 5), (5, 0), (-5, 5)])
def test_sums_without_vehicles_are_refused(travel_time: int, free_flow_time: int) -> None:
    with pytest.raises(ValueError, match="no_data"):
        congestion(travel_time, free_flow_time)


def test_a_network_is_the_ratio_of_sums_and_not_the_mean_of_its_links() -> None:
    busy, empty = (900_000, 300_000), (10_000, 10_000)

    network = network_congestion([busy, empty])

    assert network is not None
    assert network.tti == Fraction(910_000, 310_000)
    assert network.tti != (congestion(*busy).tti + congestion(*empty).tti) / 2


def test_a_network_without_vehicles_has_no_congestion_to_tell() -> None:
    assert network_congestion([]) is None
    assert network_congestion([(0, 0), (0, 0)]) is None


def test_a_result_names_its_standard_its_conversion_and_its_weights() -> None:
    result = congestion(2, 1, weight_method="length x flow")

    assert (result.standard, result.edition) == ("GB/T 33171", "2016")
    assert (result.tpi_conversion, result.weight_method) == ("C", "length x flow")
    assert "appendix C" in result.clause
    assert network_congestion([(2, 1)], weight_method="length x flow") == result


def test_free_flow_is_the_mean_of_the_fastest_eight_of_seventy_two_quarters() -> None:
    speeds = [*range(1, 65), 50, 60, 70, 80, 90, 100, 110, 120]

    assert len(speeds) == 72
    assert free_flow_speed(speeds) == Fraction(120 + 110 + 100 + 90 + 80 + 70 + 64 + 63, 8)


def test_free_flow_is_not_faster_than_the_limit() -> None:
    assert free_flow_speed([90.5] * 72, speed_limit=80) == 80
    assert free_flow_speed([70.5] * 72, speed_limit=80) == Fraction(141, 2)


def test_free_flow_of_a_sparse_day_takes_at_least_one_interval() -> None:
    assert free_flow_speed([40, 60, 50]) == 60
    assert free_flow_speed([40] * 15 + [60, 50]) == 60
    assert free_flow_speed([40] * 16 + [60, 50]) == 55


@pytest.mark.parametrize("speeds", [[], [50, 0], [50, -1]])
def test_free_flow_without_positive_speeds_is_refused(speeds: list[int]) -> None:
    with pytest.raises(ValueError, match="at least one interval"):
        free_flow_speed(speeds)


def test_the_link_scale_is_that_of_the_standard() -> None:
    assert [LINK_GRADES.of(percent).word for percent in (30, 31, 40, 41, 50, 51, 70, 71)] == [
        "严重拥堵",
        "中度拥堵",
        "中度拥堵",
        "轻度拥堵",
        "轻度拥堵",
        "基本畅通",
        "基本畅通",
        "畅通",
    ]


@pytest.mark.parametrize("speed", [float("inf"), float("nan")])
def test_a_free_flow_speed_of_no_number_is_refused_by_name(speed: float) -> None:
    with pytest.raises(ValueError, match="leave its interval out"):
        free_flow_speed([60, speed])
