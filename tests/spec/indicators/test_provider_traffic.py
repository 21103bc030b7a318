"""What would the providers of traffic data say of the same traffic?"""

from fractions import Fraction

import pytest

from indicators.provider_traffic import (
    DidiSample,
    DidiSums,
    amap_delay_index,
    didi_free_flow,
    didi_sums,
    didi_tti,
    tomtom_congestion_level,
)


@pytest.mark.parametrize(
    ("travel_time", "index", "grade"),
    [
        (800, "1", "畅通"),
        (1_000, "1", "畅通"),
        (1_499, "1.499", "畅通"),
        (1_500, "1.5", "缓行"),
        (1_999, "1.999", "缓行"),
        (2_000, "2", "拥堵"),
        (3_999, "3.999", "拥堵"),
        (4_000, "4", "严重拥堵"),
    ],
)
def test_amap_grades_the_delay_index_at_one_and_a_half_two_and_four(
    travel_time: int, index: str, grade: str
) -> None:
    result = amap_delay_index(travel_time, 1_000)

    assert (result.value, result.grade, result.unit) == (Fraction(index), grade, "1")
    assert (result.standard, result.edition, result.validity) == ("Amap", "practice", "valid")


def test_tomtom_tells_the_extra_time_in_percent() -> None:
    result = tomtom_congestion_level(45, 30)

    assert (result.value, result.unit, result.grade) == (50, "%", None)
    assert tomtom_congestion_level(30, 30).value == tomtom_congestion_level(20, 30).value == 0
    assert tomtom_congestion_level(40, 30).value_float == 33.333333


def test_every_figure_says_that_it_is_a_providers_and_no_standard() -> None:
    figures = (amap_delay_index(2, 1), tomtom_congestion_level(2, 1), didi_tti(DidiSums()))

    assert [figure.standard for figure in figures] == ["Amap", "TomTom", "DiDi"]
    assert all("a provider's" in figure.clause for figure in figures)


@pytest.mark.parametrize("times", [(0, 1), (1, 0), (-1, 1), (1.0, 1), (float("nan"), 1)])
def test_sums_without_vehicles_are_refused(times) -> None:
    for figure in (amap_delay_index, tomtom_congestion_level):
        with pytest.raises(ValueError, match=r"travel time is|free-flow time is"):
            figure(*times)


def hour(label: str, *speeds: int, confidence: int = 50) -> list[tuple[str, int, int]]:
    return [(label, confidence, speed) for speed in speeds]


def test_didis_free_flow_is_the_mean_of_the_four_fastest_hours() -> None:
    hours = [
        *hour("004", 70, 70, 80, 80),
        *hour("003", 60, 60, 60, 60),
        *hour("002", 70, 70, 70, 70),
        *hour("001", 65, 65, 65, 65),
        *hour("108", 10, 10, 10, 10),
    ]
    result = didi_free_flow(hours)

    assert (result.value, result.unit, result.validity) == (Fraction(75 + 70 + 65 + 60, 4), "km/h", "valid")
    assert didi_free_flow(reversed(hours)) == result


def test_an_hour_needs_four_samples_that_are_trusted_and_moving() -> None:
    counted = hour("001", 50, 50, 50, 50)
    left_out = [
        *hour("002", 90, 90, 90),
        *hour("003", 90, 90, 90, 0),
        *hour("004", 90, 90, 90, 90, confidence=19),
    ]

    result = didi_free_flow([*counted, *left_out])

    assert (result.value, result.validity) == (50, "insufficient")
    assert result.reason == "1 of 4 hours have enough samples"
    assert didi_free_flow(hour("001", 50, 50, 50, 50, confidence=20)).value == 50


def test_without_an_hour_there_is_no_free_flow() -> None:
    result = didi_free_flow(hour("001", 50, 50, 50))

    assert (result.value, result.value_float, result.validity) == (None, None, "no_data")
    assert result.reason == "no hour has four samples that count"


@pytest.mark.parametrize(
    "sample", [(1, 50, 50), ("1", 101, 50), ("1", -1, 50), ("1", 50, -1), ("1", 50, 251), ("1", 0, 50.0)]
)
def test_a_sample_that_cannot_be_is_refused(sample) -> None:
    with pytest.raises(ValueError, match=r"label|confidence|speed"):
        didi_free_flow([sample])


BUSY = DidiSample(length_m=1_000, speed_kmh=20, free_flow_kmh=60, weight=900)
EMPTY = DidiSample(length_m=1_000, speed_kmh=60, free_flow_kmh=60, weight=100)


def test_didis_index_is_a_ratio_of_weighted_sums_and_never_the_mean_of_links() -> None:
    network = didi_tti(didi_sums([BUSY, EMPTY]))

    assert network.value == Fraction(900 * 3 + 100, 900 + 100)
    assert network.value != Fraction(3 + 1, 2)
    assert didi_sums([BUSY]) + didi_sums([EMPTY]) == didi_sums([BUSY, EMPTY])


def test_didis_index_is_not_cut_at_one() -> None:
    assert didi_tti(didi_sums([DidiSample(100, 80, 60, 1)])).value == Fraction(3, 4)


def test_a_link_without_a_speed_is_skipped() -> None:
    standing = DidiSample(1_000, 0, 60, 900)

    assert didi_sums([BUSY, standing]) == didi_sums([BUSY])
    assert (didi_tti(didi_sums([standing])).value, didi_tti(didi_sums([])).reason) == (
        None,
        "no link has a speed",
    )


@pytest.mark.parametrize(
    "fields", [(0, 20, 60, 1), (10, -1, 60, 1), (10, 20, 0, 1), (10, 20, 60, 0), (10, 300, 60, 1)]
)
def test_a_link_that_cannot_be_is_refused(fields) -> None:
    with pytest.raises(ValueError, match=r"length|speed|weight"):
        DidiSample(*fields)


@pytest.mark.parametrize("sums", [(1, 0), (0, 1), (-1, 1), (1, 1.0)])
def test_sums_of_other_samples_are_refused(sums) -> None:
    with pytest.raises(ValueError, match=r"same samples|a sum is"):
        DidiSums(*sums)
