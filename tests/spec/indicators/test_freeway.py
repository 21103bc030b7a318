"""How much was driven on a freeway, how long did it take, and how much of it was delay?"""

from dataclasses import replace
from fractions import Fraction

import pytest

from indicators.freeway import FreewaySample, FreewaySums, freeway_performance, freeway_sums

FREE = FreewaySample(vehicles=400, length_mi=Fraction("0.5"), speed_mph=60, lanes=4)
JAM = FreewaySample(vehicles=346, length_mi=Fraction("0.5"), speed_mph=20, lanes=4)


def test_distance_time_and_delay_are_by_the_published_calculations() -> None:
    sums = freeway_sums([JAM])

    assert sums.vehicle_miles == 346 * Fraction("0.5")
    assert sums.vehicle_hours == Fraction(173, 20)
    assert sums.delay_hours == Fraction(173, 20) - Fraction(173, 35)


def test_free_traffic_has_no_delay_and_loses_nothing() -> None:
    sums = freeway_sums([FREE])

    assert (sums.delay_hours, sums.lost_lane_miles, sums.lost_lane_mile_hours) == (0, 0, 0)
    assert (sums.vehicle_miles, sums.vehicle_hours) == (200, Fraction(10, 3))


@pytest.mark.parametrize(
    ("threshold", "delay"), [(35, "0"), (40, "0"), (45, "5/9"), (50, "1"), (55, "15/11"), (60, "5/3")]
)
def test_delay_is_against_the_threshold_that_was_chosen(threshold: int, delay: str) -> None:
    at_40 = FreewaySample(200, 1, 40)

    assert freeway_sums([at_40], threshold_mph=threshold).delay_hours == Fraction(delay)


def test_a_jam_loses_the_lanes_whose_capacity_it_does_not_use() -> None:
    # 346 vehicles fill two of four lanes: two lanes of half a mile are lost for five minutes.
    sums = freeway_sums([JAM])

    assert (sums.lost_lane_miles, sums.lost_lane_mile_hours) == (1, Fraction(1, 12))
    assert freeway_sums([replace(JAM, vehicles=4 * 173)]).lost_lane_miles == 0
    assert freeway_sums([replace(JAM, vehicles=4 * 173 + 1)]).lost_lane_miles == 0


def test_a_lane_alone_and_a_station_of_one_lane_are_the_same() -> None:
    lane = FreewaySample(100, 1, 20)

    assert freeway_sums([lane]).lost_lane_miles == 1 - Fraction(100, 173)


def test_at_the_threshold_nothing_is_lost() -> None:
    assert freeway_sums([replace(JAM, speed_mph=35)]).lost_lane_miles == 0
    assert freeway_sums([replace(JAM, speed_mph=Fraction("34.9"))]).lost_lane_miles == 1


def test_speed_and_index_are_ratios_of_sums_and_never_means() -> None:
    both = freeway_performance(freeway_sums([FREE, JAM]))
    free, jam = (freeway_performance(freeway_sums([sample])).tti for sample in (FREE, JAM))

    assert both.q_mph == Fraction(373) / (Fraction(10, 3) + Fraction(173, 20))
    assert both.tti == 60 / both.q_mph
    assert (free, jam) == (1, 3)
    assert both.tti != Fraction(1 + 3, 2)
    assert both.tti_value == 1.927614


def test_faster_than_sixty_is_an_index_below_one() -> None:
    assert freeway_performance(freeway_sums([replace(FREE, speed_mph=75)])).tti == Fraction(4, 5)


def test_stations_hours_and_lanes_add_up() -> None:
    assert freeway_sums([FREE]) + freeway_sums([JAM]) == freeway_sums([FREE, JAM])
    with pytest.raises(ValueError, match="35 and 60 mph does not add up"):
        freeway_sums([FREE]) + freeway_sums([JAM], threshold_mph=60)


def test_without_vehicles_there_is_no_speed() -> None:
    empty = FreewaySample(0, 1, None)
    result = freeway_performance(freeway_sums([empty]))

    assert (result.q_mph, result.tti, result.tti_value) == (None, None, None)
    assert (result.validity, result.reason) == ("no_data", "no vehicle passed")
    assert freeway_sums([]) == freeway_sums([empty]) == FreewaySums()


def test_a_result_names_its_source() -> None:
    result = freeway_performance(freeway_sums([FREE]))

    assert (result.standard, result.validity, result.reason) == ("Caltrans PeMS", "valid", None)
    assert result.sums == freeway_sums([FREE])


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"vehicles": -1}, "a flow is -1"),
        ({"vehicles": 1.0}, "exactly"),
        ({"length_mi": 0}, "a length is 0"),
        ({"speed_mph": 0}, "a speed is 0"),
        ({"speed_mph": 156}, "155 at most"),
        ({"speed_mph": float("nan")}, "exactly"),
        ({"speed_mph": None}, "without a speed"),
        ({"lanes": 0}, "from 1 to 20"),
        ({"lanes": 2.0}, "from 1 to 20"),
    ],
)
def test_a_sample_that_cannot_be_is_refused(wrong, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        replace(FREE, **wrong)


@pytest.mark.parametrize(
    ("sums", "says"),
    [
        ({"threshold_mph": 36}, "choose one of"),
        ({"threshold_mph": 35.0}, "choose one of"),
        ({"vehicle_miles": Fraction(1)}, "reject the sums"),
        ({"vehicle_hours": Fraction(1)}, "reject the sums"),
        (
            {"vehicle_miles": Fraction(9), "vehicle_hours": Fraction(1), "delay_hours": Fraction(2)},
            "reject the sums",
        ),
        ({"vehicle_miles": Fraction(200), "vehicle_hours": Fraction(1)}, "155 at most"),
        ({"lost_lane_miles": Fraction(-1)}, "0 or more"),
    ],
)
def test_sums_that_no_samples_make_are_refused(sums, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        FreewaySums(**sums)
