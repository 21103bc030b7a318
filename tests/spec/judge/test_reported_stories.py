"""What do the judged indicators of reported figures say of the sums of a window?"""

from typing import Any

import pytest
from judge_stories import HOUR_MS, at, judge_of, judged, newest, statistic

EIGHT = at("2026-04-01 08:00")
EMPTY = dict.fromkeys(
    ("figures", "value_micro_sum", "due", "on_time", "targeted", "reached", "corrections"), 0
)


def told(entity_type: str = "figure", **sums: int) -> dict[str, tuple[Any, Any]]:
    row = statistic(
        "reported.figures", entity_type, "grain-output:bj/cy", EIGHT, HOUR_MS, sums={**EMPTY, **sums}
    )
    return {
        name: (row["value"], row["validity"])
        for (name, _, _), row in newest(judged(judge_of(), [row])).items()
    }


@pytest.mark.parametrize(
    ("value_micro", "value"),
    [
        (12_345_678_901, 12_345.678901),
        (-1, -0.000001),
        (0, 0.0),
        (999_999_999_999_999, 999_999_999.999999),
    ],
)
def test_a_figure_is_told_as_it_was_signed_off_to_its_last_decimal(value_micro: int, value: float) -> None:
    assert told(figures=1, value_micro_sum=value_micro)["reported.value"] == (value, "valid")


def test_two_periods_of_a_figure_that_are_signed_off_in_one_hour_are_told_as_their_mean() -> None:
    assert told(figures=2, value_micro_sum=4_000_000 + 7_500_000)["reported.value"] == (5.75, "valid")


def test_a_city_has_shares_and_corrections_and_no_value_because_units_differ() -> None:
    # Eight figures; of five with a due date four were in time, of six with a target three are there.
    rows = told("city", figures=8, due=5, on_time=4, targeted=6, reached=3, corrections=2)

    assert rows == {
        "reported.on_time_ratio": (0.8, "valid"),
        "reported.target_reached_ratio": (0.5, "valid"),
        "reported.corrections": (2.0, "valid"),
    }


def test_a_figure_that_was_due_never_and_has_no_target_has_a_value_alone() -> None:
    rows = told(figures=1, value_micro_sum=3_000_000)

    assert rows["reported.value"] == (3.0, "valid")
    assert rows["reported.on_time_ratio"] == (None, "no_data")
    assert rows["reported.target_reached_ratio"] == (None, "no_data")
    assert rows["reported.corrections"] == (0.0, "valid")


def test_an_hour_in_which_nothing_was_signed_off_has_no_value() -> None:
    assert told()["reported.value"] == (None, "no_data")


def test_more_figures_in_time_than_due_cannot_be() -> None:
    with pytest.raises(ValueError, match="2 of 1"):
        told(due=1, on_time=2)
