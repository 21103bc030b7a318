"""What do the judged indicators of waste sorting say of the sums of a window?"""

from typing import Any

import pytest
from judge_stories import HOUR_MS, at, judge_of, judged, newest, statistic

EIGHT = at("2026-04-01 08:00")
EMPTY = dict.fromkeys(
    (
        *("audited_g", "right_g", "fill_permille_sum", "fill_count", "nearly_full"),
        *("collected_g", "households", "took_part"),
    ),
    0,
)


def told(entity_type: str = "point", **sums: int) -> dict[str, tuple[Any, Any]]:
    row = statistic("waste.sorting", entity_type, "P1", EIGHT, HOUR_MS, sums={**EMPTY, **sums})
    return {
        name: (row["value"], row["validity"])
        for (name, _, _), row in newest(judged(judge_of(), [row])).items()
    }


def test_two_bags_of_which_the_heavier_one_is_sorted_worse_count_by_their_mass() -> None:
    # 1 kg all right and 3 kg with 1.5 kg right: 2.5 of 4 kg, and not the mean of 100 % and 50 %.
    assert told(audited_g=4_000, right_g=2_500)["waste.sorting_accuracy_ratio"] == (0.625, "valid")


def test_four_fill_levels_have_a_mean_and_the_one_at_80_percent_is_nearly_full() -> None:
    # 20 %, 40 %, 79.9 % and 80 %.
    rows = told(fill_permille_sum=200 + 400 + 799 + 800, fill_count=4, nearly_full=1)

    assert rows["waste.fill_ratio"] == (0.54975, "valid")
    assert rows["waste.nearly_full_ratio"] == (0.25, "valid")


@pytest.mark.parametrize("entity_type", ["point", "area", "city"])
def test_households_that_took_part_and_what_was_fetched_are_told_for_every_place(entity_type: str) -> None:
    rows = told(entity_type, households=400, took_part=270, collected_g=312_500)

    assert rows["waste.participation_ratio"] == (0.675, "valid")
    assert rows["waste.collected_kg"] == (312.5, "valid")


def test_an_hour_without_an_audit_has_no_accuracy_and_nothing_was_fetched() -> None:
    rows = told()

    assert rows.pop("waste.collected_kg") == (0.0, "valid")
    assert set(rows) == {
        "waste.sorting_accuracy_ratio",
        "waste.fill_ratio",
        "waste.nearly_full_ratio",
        "waste.participation_ratio",
    }
    assert set(rows.values()) == {(None, "no_data")}


def test_more_rightly_sorted_than_audited_cannot_be() -> None:
    with pytest.raises(ValueError, match="5 of 4"):
        told(audited_g=4, right_g=5)
