"""How much sooner are approvals given than they might be, and can everything be done at one window?"""

from fractions import Fraction

import pytest

from indicators.approvals import (
    ApprovalSums,
    approval_sums,
    integrated_window_coverage,
    reduction_against_baseline,
    reduction_against_law,
)


def test_the_reduction_against_the_law_is_of_the_same_applications() -> None:
    result = reduction_against_law(approval_sums([(4, 20), (0, 5), (11, 15)]))

    assert (result.value, result.value_float) == (1 - Fraction(15, 40), 0.625)
    assert (result.taken_days, result.against_days, result.decided) == (5, Fraction(40, 3), 3)
    assert (result.validity, result.standard, result.edition) == ("valid", "project", "approvals-1")


def test_ten_thousand_days_are_the_most_that_are_believed() -> None:
    assert approval_sums([(10_000, 10_000)]) == ApprovalSums(1, 10_000, 10_000)


def test_an_overrun_is_negative() -> None:
    assert reduction_against_law(approval_sums([(30, 20)])).value == Fraction(-1, 2)


def test_the_reduction_against_the_baseline_is_of_mean_days() -> None:
    baseline, now = approval_sums([(10, 20), (20, 20)]), approval_sums([(5, 20), (8, 20), (8, 20)])
    result = reduction_against_baseline(now, baseline)

    assert (result.value, result.taken_days, result.against_days) == (1 - Fraction(7, 15), 7, 15)
    assert result.decided == 3


def test_a_city_is_the_sum_of_its_departments_and_not_the_mean_of_their_reductions() -> None:
    quick, slow = approval_sums([(0, 1)]), approval_sums([(99, 99)])

    assert reduction_against_law(quick).value == 1
    assert reduction_against_law(quick + slow).value == Fraction(1, 100)


@pytest.mark.parametrize(
    ("result", "reason"),
    [
        (reduction_against_law(ApprovalSums()), "no application was decided"),
        (reduction_against_baseline(ApprovalSums(), ApprovalSums(1, 5, 9)), "no application was decided"),
        (
            reduction_against_baseline(ApprovalSums(1, 5, 9), ApprovalSums()),
            "the base period has no application that took a day",
        ),
        (
            reduction_against_baseline(ApprovalSums(1, 5, 9), ApprovalSums(3, 0, 9)),
            "the base period has no application that took a day",
        ),
    ],
)
def test_without_something_to_compare_there_is_no_reduction(result, reason: str) -> None:
    assert (result.value, result.value_float, result.validity, result.reason) == (
        None,
        None,
        "no_data",
        reason,
    )


def test_a_hall_is_covered_when_one_window_takes_everything() -> None:
    result = integrated_window_coverage(9, 12)

    assert (result.value, result.whole, result.standard) == (Fraction(3, 4), 12, "project")
    assert integrated_window_coverage(0, 0).validity == "no_data"
    with pytest.raises(ValueError, match="13 of 12"):
        integrated_window_coverage(13, 12)


@pytest.mark.parametrize(
    ("application", "message"),
    [
        ((1, 0), "no legal limit"),
        ((-1, 5), "days taken is -1"),
        ((1.5, 5), "whole number"),
        ((float("nan"), 5), "whole number"),
        ((10_001, 5), "another unit"),
        ((5, 10_001), "another unit"),
    ],
)
def test_an_application_that_cannot_be_is_refused(application: tuple[int, int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        approval_sums([application])


@pytest.mark.parametrize("sums", [(0, 1, 0), (0, 0, 1), (0, 1, 1), (2, 5, 1), (-1, 0, 0)])
def test_sums_that_cannot_be_are_refused(sums: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match=r"decided|0 or more"):
        ApprovalSums(*sums)
