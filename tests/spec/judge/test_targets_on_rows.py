"""Does a number say how it stands against the target that the city has set for it?"""

import json
from pathlib import Path
from typing import Any

import pytest
from judge_stories import HOUR_MS, at, emergency, emergency_clock, judge_of, judged

from indicators.targets import TARGETS
from streams.targets import TargetFileError, city_targets

EIGHT = at("2026-04-01 08:00")
ID = "emergency.within_15min"


def ratio(histogram: dict[int, int], **chosen: Any) -> dict[str, Any]:
    rows = judged(judge_of(**chosen), [emergency("arrived", "sf", EIGHT, histogram)])
    (row,) = [row for row in rows if row["indicator_id"] == "emergency.within_15min_ratio"]
    return row


@pytest.mark.parametrize(
    ("within", "over", "status", "attainment"),
    [(9, 1, "met", "1.000"), (8, 2, "behind", "0.889"), (10, 0, "met", "1.111")],
)
def test_a_ratio_says_whether_it_meets_its_target(
    within: int, over: int, status: str, attainment: str
) -> None:
    details = ratio({300: within, 1000: over})["details"]

    assert (details[f"target.{ID}"], details[f"target_status.{ID}"]) == (">= 0.9", status)
    assert details[f"target_attainment.{ID}"] == attainment


def test_a_ratio_that_only_rounds_to_its_target_has_not_met_it() -> None:
    row = ratio({300: 8_999_999, 1000: 1_000_001})

    assert row["value"] == 0.9
    assert row["details"][f"target_status.{ID}"] == "behind"


def test_an_hour_without_an_arrival_is_no_data_for_the_target_too() -> None:
    details = ratio({})["details"]

    assert details[f"target_status.{ID}"] == "no_data"
    assert f"target_attainment.{ID}" not in details


def test_the_day_is_held_against_the_same_target_as_its_hours() -> None:
    given = [emergency("arrived", "sf", EIGHT, {300: 1}), emergency_clock("arrived", EIGHT + 16 * HOUR_MS, 1)]
    rows = judged(judge_of(), [emergency_clock("arrived", EIGHT, 1), *given])

    days = [row for row in rows if row["indicator_id"] == "emergency.within_15min_ratio_daily"]
    assert {row["details"][f"target_status.{ID}"] for row in days} == {"met"}


def test_an_indicator_without_a_target_says_nothing_of_targets() -> None:
    rows = judged(judge_of(), [emergency("en_route", "sf", EIGHT, {300: 1})])

    assert not [name for row in rows for name in row["details"] if name.startswith("target.")]


def test_the_city_may_set_it_higher(tmp_path: Path) -> None:
    file = tmp_path / "targets.json"
    file.write_text(json.dumps({"values": {ID: "0.95"}}))

    details = ratio({300: 9, 1000: 1}, targets=city_targets(str(file)))["details"]

    assert (details[f"target.{ID}"], details[f"target_status.{ID}"]) == (">= 0.95", "behind")


def test_without_a_file_the_shipped_targets_hold() -> None:
    assert city_targets("") is TARGETS


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("[]", "holds no object"),
        ("{", "cannot be used"),
        ('{"value": {}}', "'value' is no part"),
        ('{"values": ["0.9"]}', "write each target's id"),
        ('{"values": {"emergency.nowhere": "0.9"}}', "no target is called"),
        ('{"values": {"emergency.within_15min": 0.9}}', "write a decimal as text"),
        ('{"baselines": {"electricity.carbon_change": {"value": "1"}}}', "lacks period, year"),
        ('{"due_years": {"emergency.within_15min": "27"}}', "four digits"),
    ],
)
def test_a_file_that_cannot_be_meant_is_refused_with_what_to_write(
    tmp_path: Path, text: str, word: str
) -> None:
    file = tmp_path / "targets.json"
    file.write_text(text)

    with pytest.raises(TargetFileError, match=word):
        city_targets(str(file))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(TargetFileError, match=r"nowhere\.json"):
        city_targets(str(tmp_path / "nowhere.json"))
