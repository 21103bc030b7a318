"""How crowded is an emergency department, and how long does it turn ambulances away?"""

from dataclasses import replace
from fractions import Fraction

import pytest

from indicators.grades import ED_CROWDING_GRADES
from indicators.hospital import EdState, diversion_share, ed_occupancy, nedocs, nedocs_milli

# 40 patients in 30 beds, 6 boarders for 300 beds, 2 ventilated, 8 h and 1.5 h of waiting.
BUSY = EdState(40, 30, 6, 300, 2, 8, Fraction(3, 2))
EMPTY = EdState(0, 30, 0, 300, 0, 0, 0)


def test_the_published_score_is_reached() -> None:
    result = nedocs(BUSY)

    assert (result.value, result.value_float) == (Fraction("149.1"), 149.1)
    assert (result.grade, result.level, result.validity) == ("严重拥挤", 5, "valid")
    assert (result.standard, result.edition) == ("NEDOCS", "2004")


@pytest.mark.parametrize(
    ("change", "difference"),
    [
        ({"boarders": 7}, Fraction(600, 300)),
        ({"ventilated": 3}, Fraction("13.4")),
        ({"longest_admit_hours": 9}, Fraction("0.93")),
        ({"last_wait_hours": Fraction(5, 2)}, Fraction("5.64")),
        ({"patients": 41}, Fraction("85.8") / 30),
    ],
)
def test_no_coefficient_stands_in_anothers_place(change: dict[str, int], difference: Fraction) -> None:
    assert nedocs(replace(BUSY, **change)).value == Fraction("149.1") + difference


def test_boarders_are_divided_by_the_beds_of_the_hospital() -> None:
    # By the 30 beds of the department the same six would weigh 120 instead of 12.
    assert Fraction("149.1") - nedocs(replace(BUSY, boarders=0)).value == 12
    assert Fraction("149.1") - nedocs(replace(BUSY, hospital_beds=600)).value == 6


def test_an_empty_department_scores_minus_20_and_is_not_clamped() -> None:
    result = nedocs(EMPTY)

    assert (result.value, result.grade, result.beyond_scale) == (-20, "不忙", True)


def test_a_score_beyond_200_is_kept_and_marked() -> None:
    result = nedocs(replace(BUSY, patients=90))

    assert result.value == Fraction("149.1") + 50 * Fraction("85.8") / 30
    assert (result.grade, result.beyond_scale) == ("危险拥挤", True)
    assert nedocs(BUSY).beyond_scale is False


@pytest.mark.parametrize(
    ("score", "grade", "next_grade"),
    [
        (20, "不忙", "忙碌"),
        (60, "忙碌", "极忙"),
        (100, "极忙", "拥挤"),
        (140, "拥挤", "严重拥挤"),
        (180, "严重拥挤", "危险拥挤"),
    ],
)
def test_a_band_ends_with_its_whole_score(score: int, grade: str, next_grade: str) -> None:
    # The wait of the last patient tunes the score to exactly the cut.
    wait = Fraction(score + 20) / Fraction("5.64")

    assert nedocs(replace(EMPTY, last_wait_hours=wait)).grade == grade
    assert nedocs(replace(EMPTY, last_wait_hours=wait + Fraction(1, 1000))).grade == next_grade


def test_the_published_score_is_a_whole_number_of_thousandths() -> None:
    assert nedocs_milli(BUSY) == 149_100
    assert nedocs_milli(EMPTY) == -20_000
    assert nedocs_milli(replace(BUSY, ventilated=None)) is None


@pytest.mark.parametrize("score", [20, 60, 100, 140, 180])
def test_thousandths_lie_in_the_band_of_the_exact_score(score: int) -> None:
    wait = Fraction(score + 20) / Fraction("5.64")
    for state in (replace(EMPTY, last_wait_hours=wait + Fraction(beyond, 10**9)) for beyond in (0, 1)):
        thousandths = nedocs_milli(state)

        assert thousandths is not None
        assert ED_CROWDING_GRADES.of_ratio(thousandths, 1_000).word == nedocs(state).grade


def test_what_was_not_reported_is_named_and_gives_no_score() -> None:
    result = nedocs(replace(BUSY, ventilated=None, hospital_beds=None))

    assert (result.value, result.value_float, result.grade, result.validity) == (None, None, None, "no_data")
    assert result.missing == ("hospital_beds", "ventilated")
    assert result.reason == "not reported: hospital_beds, ventilated"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"ed_beds": 0}, "without beds"),
        ({"hospital_beds": 0}, "without beds"),
        ({"hospital_beds": -1}, "0 or more"),
        ({"hospital_beds": 10**400}, "more than 10000000"),
        ({"patients": 10**400}, "more than 10000000"),
        ({"patients": -1}, "0 or more"),
        ({"ventilated": 1.5}, "whole number"),
        ({"boarders": True}, "whole number"),
        ({"boarders": 41}, "counted among them"),
        ({"ventilated": 41}, "counted among them"),
        ({"longest_admit_hours": -1}, "hours from 0 to 720"),
        ({"longest_admit_hours": 721}, "hours from 0 to 720"),
        ({"last_wait_hours": 1.5}, "integer or a Fraction"),
        ({"last_wait_hours": float("nan")}, "integer or a Fraction"),
    ],
)
def test_what_cannot_be_is_refused(change: dict[str, int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        nedocs(replace(BUSY, **change))


def test_broken_input_is_refused_even_when_other_input_is_missing() -> None:
    with pytest.raises(ValueError, match="without beds"):
        nedocs(replace(BUSY, patients=None, ed_beds=0))


def test_occupancy_may_be_above_1() -> None:
    result = ed_occupancy(40, 30)

    assert (result.value, result.value_float, result.validity) == (Fraction(4, 3), 1.333333, "valid")
    assert (result.standard, result.edition) == ("project", "ed-load-1")
    with pytest.raises(ValueError, match="without beds"):
        ed_occupancy(4, 0)
    with pytest.raises(ValueError, match="0 or more"):
        ed_occupancy(-1, 3)


def test_diversion_is_a_share_of_the_observed_time() -> None:
    assert diversion_share(900_000, 3_600_000).value == Fraction(1, 4)
    assert diversion_share(0, 3_600_000).value == 0

    nothing = diversion_share(0, 0)

    assert (nothing.value, nothing.value_float, nothing.validity) == (None, None, "no_data")
    assert nothing.reason == "no time was observed"


@pytest.mark.parametrize(("diverted", "observed"), [(2, 1), (-1, 1), (0, -1), (1, 0), (0.5, 1)])
def test_a_share_of_time_that_cannot_be_is_refused(diverted: int, observed: int) -> None:
    with pytest.raises(ValueError, match=r"observed|diverted"):
        diversion_share(diverted, observed)
