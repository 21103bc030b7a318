"""Which part of the road network is congested, by length?"""

from fractions import Fraction

import pytest

from indicators.network_share import (
    LIGHT_AND_WORSE,
    MODERATE_AND_SEVERE,
    SEVERE,
    CongestedGrades,
    GradedLengths,
    graded_lengths,
    network_share,
)

CITY = [
    (4_000, "畅通"),
    (3_000, "基本畅通"),
    (1_500, "轻度拥堵"),
    (1_000, "中度拥堵"),
    (500, "严重拥堵"),
]


def test_a_share_is_length_in_a_grade_over_all_length() -> None:
    result = network_share(graded_lengths(CITY))

    assert result.shares == {
        "畅通": Fraction("0.4"),
        "基本畅通": Fraction("0.3"),
        "轻度拥堵": Fraction("0.15"),
        "中度拥堵": Fraction("0.1"),
        "严重拥堵": Fraction("0.05"),
    }
    assert (result.value, result.value_float, result.congested) == (
        Fraction("0.15"),
        0.15,
        "moderate-and-severe",
    )
    assert (result.covered, result.validity, result.reason) == (1, "valid", None)
    assert (result.standard, result.edition) == ("GB/T 33171", "2016")
    assert "§7.2.2.3" in result.clause


@pytest.mark.parametrize(
    ("congested", "share"), [(MODERATE_AND_SEVERE, "0.15"), (LIGHT_AND_WORSE, "0.3"), (SEVERE, "0.05")]
)
def test_which_grades_count_as_congested_is_chosen_and_said(congested: CongestedGrades, share: str) -> None:
    result = network_share(graded_lengths(CITY), congested=congested)

    assert (result.value, result.congested) == (Fraction(share), congested.id)


def test_a_grade_is_given_by_its_word_or_its_level() -> None:
    by_level = [(length, level) for level, (length, _) in enumerate(CITY, 1)]

    assert graded_lengths(by_level) == graded_lengths(CITY)


def test_two_districts_merge_by_their_lengths_and_not_by_their_shares() -> None:
    small, large = graded_lengths([(100, 5)]), graded_lengths([(9_900, 1)])

    city = network_share(small + large)

    assert city.value == Fraction(1, 100)
    assert city.value != (Fraction(1) + Fraction(0)) / 2


def test_a_link_without_a_grade_is_not_taken_for_a_free_one() -> None:
    result = network_share(graded_lengths([(300, 5), (500, 1), (200, None)]))

    assert (result.value, result.covered, result.validity) == (Fraction(3, 8), Fraction(4, 5), "valid")


def test_too_little_graded_length_is_insufficient() -> None:
    half = graded_lengths([(100, 5), (100, None)])

    assert (network_share(half).validity, network_share(half).value) == ("insufficient", 1)
    assert network_share(half).reason == "1/2 of the length has a grade, 7/10 is needed"
    assert network_share(half, minimum_covered=Fraction(1, 2)).validity == "valid"
    assert network_share(graded_lengths([(70, 1), (30, None)])).validity == "valid"


@pytest.mark.parametrize("links", [[], [(100, None)]])
def test_without_a_graded_link_there_is_no_share(links) -> None:
    result = network_share(graded_lengths(links))

    assert (result.value, result.value_float, result.shares) == (None, None, {})
    assert (result.validity, result.reason) == ("no_data", "no link has a grade")
    assert result.covered == (0 if links else None)


@pytest.mark.parametrize("grade", ["轻度", "Ⅰ类", "", 0, 6, -1, 1.0, True])
def test_a_grade_of_no_link_is_refused(grade: str | int) -> None:
    with pytest.raises(LookupError, match="grades are 畅通"):
        graded_lengths([(100, grade)])


@pytest.mark.parametrize("length", [0, -1, 1.5, float("nan"), float("inf"), True])
def test_a_link_has_a_length(length: int) -> None:
    with pytest.raises(ValueError, match="a link's length"):
        graded_lengths([(length, 1)])


def test_sums_of_lengths_have_one_for_each_grade() -> None:
    with pytest.raises(ValueError, match="one for each"):
        GradedLengths((1, 2, 3))  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="a length is -1"):
        GradedLengths((1, 2, 3, 4, -1))


@pytest.mark.parametrize("levels", [(), (4, 4), (0, 1), (5, 6)])
def test_congested_levels_are_levels_named_once(levels: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="name each of 1 to 5 once"):
        CongestedGrades("broken", levels, "")


def test_the_part_to_cover_is_a_part() -> None:
    for minimum in (Fraction(11, 10), Fraction(-1)):
        with pytest.raises(ValueError, match="the part to cover"):
            network_share(graded_lengths(CITY), minimum_covered=minimum)
