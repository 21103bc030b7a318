"""How congested is a road or a network by Beijing's own standard?"""

from datetime import date
from fractions import Fraction

import pytest

from indicators.beijing_traffic import (
    DB11T785_2011_SPEED,
    RoadClass,
    beijing_link_grade,
    beijing_network_grade,
)

WORDS = ["严重拥堵", "中度拥堵", "轻度拥堵", "基本畅通", "畅通"]


@pytest.mark.parametrize(
    ("road_class", "cuts"),
    [
        ("expressway", (20, 35, 50, 65)),
        ("arterial", (15, 20, 30, 40)),
        ("secondary", (10, 15, 25, 35)),
        ("branch", (10, 15, 25, 35)),
    ],
)
def test_each_class_of_road_has_its_cuts_and_a_cut_belongs_to_the_slower_grade(
    road_class: RoadClass, cuts: tuple[int, ...]
) -> None:
    at_cut = [beijing_link_grade(cut, road_class).grade for cut in cuts]
    above = [beijing_link_grade(cut + Fraction(1, 1_000), road_class).grade for cut in cuts]

    assert (at_cut, above) == (WORDS[:4], WORDS[1:])


def test_the_same_speed_is_another_grade_on_another_road() -> None:
    grades = [beijing_link_grade(30, road_class).grade for road_class in ("expressway", "arterial", "branch")]

    assert grades == ["中度拥堵", "轻度拥堵", "基本畅通"]


def test_a_grade_names_its_quantity_and_that_its_source_is_secondary() -> None:
    result = beijing_link_grade(66, "expressway")

    assert (result.value, result.value_float, result.level, result.colour) == (66, 66.0, 1, "#00A65A")
    assert result.quantity == "speed on an expressway, km/h"
    assert (result.standard, result.edition) == ("DB11/T 785", "2011/speed")
    assert "secondary source" in result.clause
    assert DB11T785_2011_SPEED.in_force(date(2011, 8, 1))
    assert not DB11T785_2011_SPEED.in_force(date(2011, 7, 31))


@pytest.mark.parametrize(
    ("travel_time", "grade"),
    [
        (900, "畅通"),
        (1_000, "畅通"),
        (1_199, "畅通"),
        (1_200, "基本畅通"),
        (1_499, "基本畅通"),
        (1_500, "轻度拥堵"),
        (1_799, "轻度拥堵"),
        (1_800, "中度拥堵"),
        (2_099, "中度拥堵"),
        (2_100, "严重拥堵"),
        (9_000, "严重拥堵"),
    ],
)
def test_a_network_is_graded_by_its_extra_travel_time(travel_time: int, grade: str) -> None:
    result = beijing_network_grade(travel_time, 1_000)

    assert result.grade == grade
    assert result.value == max(0, Fraction(travel_time, 10) - 100)
    assert result.edition == "2011/extra-time"


def test_an_unknown_road_and_an_impossible_speed_are_refused() -> None:
    with pytest.raises(LookupError, match="they are expressway, arterial, secondary, branch"):
        beijing_link_grade(50, "freeway")  # type: ignore[arg-type]
    for speed in (0, -1, 251, 50.0, float("nan")):
        with pytest.raises(ValueError, match="a speed"):
            beijing_link_grade(speed, "arterial")  # type: ignore[arg-type]
    for times in ((0, 1), (1, 0), (-1, 1)):
        with pytest.raises(ValueError, match="time is"):
            beijing_network_grade(*times)
