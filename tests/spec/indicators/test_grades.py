"""Which grade has this value, and in which colour is it shown?"""

from fractions import Fraction

import pytest

from indicators.grades import AQI_GRADES, NETWORK_GRADES, SCALES, GradeScale, colour_of, grade_of


def test_a_cut_belongs_to_the_side_that_the_scale_says() -> None:
    assert AQI_GRADES.of(50).word == "优"
    assert AQI_GRADES.of(Fraction(101, 2)).word == "良"
    assert NETWORK_GRADES.of(2).word == "基本畅通"
    assert NETWORK_GRADES.of(Fraction(199, 100)).word == "畅通"


def test_a_value_beyond_the_last_cut_has_the_last_grade() -> None:
    assert AQI_GRADES.of(10_000).word == "严重污染"
    assert NETWORK_GRADES.of(10).word == "严重拥堵"


def test_every_grade_has_its_colour() -> None:
    for scale in SCALES:
        for grade in scale.grades:
            assert colour_of(grade.word) == grade.colour


def test_levels_rise_from_the_best_grade_without_gaps() -> None:
    for scale in SCALES:
        levels = [grade.level for grade in scale.grades]

        assert sorted(levels) == list(range(1, len(levels) + 1))


def test_no_grade_is_grey_and_an_unknown_word_is_refused() -> None:
    assert colour_of(None) == "#808080"
    with pytest.raises(KeyError, match="written in full"):
        grade_of("轻度")


@pytest.mark.parametrize("cuts", [(1,), (2, 1), (1, 1)])
def test_a_scale_needs_one_rising_cut_between_each_two_grades(cuts: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="one rising cut"):
        GradeScale("broken", "", AQI_GRADES.grades[:3], cuts, "below")
