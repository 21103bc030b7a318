"""What do the judged indicators of water quality say of the sums of an hour?"""

from typing import Any

import pytest
from judge_stories import HOUR_MS, at, entity, judge_of, judged, newest, statistic

EIGHT = at("2026-04-01 08:00")
ITEMS = {
    "ph": ("ph_milli_sum", "ph_count"),
    "oxygen": ("dissolved_oxygen_ugl_sum", "dissolved_oxygen_count"),
    "permanganate": ("permanganate_ugl_sum", "permanganate_count"),
    "ammonia": ("ammonia_ugl_sum", "ammonia_count"),
    "phosphorus": ("phosphorus_ugl_sum", "phosphorus_count"),
    "nitrogen": ("nitrogen_ugl_sum", "nitrogen_count"),
    "turbidity": ("turbidity_mntu_sum", "turbidity_count"),
    "conductivity": ("conductivity_nscm_sum", "conductivity_count"),
    "temperature": ("temperature_mdegc_sum", "temperature_count"),
}
CLEAN = {"ph": 7_200, "oxygen": 8_000, "permanganate": 1_500, "ammonia": 100, "phosphorus": 15}
"""Class Ⅰ, in thousandths."""


def hour(
    name: str = "W1",
    target: int | None = 3,
    lake: int = 0,
    start: int = EIGHT,
    area: str = "bj/cy",
    readings: int = 4,
    **values: int | None,
) -> dict[str, Any]:
    """An hour whose readings were all alike; None was not measured."""
    sums = dict.fromkeys((name for pair in ITEMS.values() for name in pair), 0)
    for item, value in {**CLEAN, **values}.items():
        if value is not None:
            total, count = ITEMS[item]
            sums |= {total: readings * value, count: readings}
    sums |= {
        "target_count": 0 if target is None else readings,
        "target_class_max": target or 0,
        "lake_max": lake,
    }
    return statistic("water-quality.sample", "station", name, start, HOUR_MS, sums=sums, area_id=area)


def told(*hours: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The newest row of each indicator of one station."""
    return {name: row for (name, _, _), row in newest(judged(judge_of(), hours)).items()}


def said(row: dict[str, Any]) -> tuple[Any, Any, Any]:
    return row["value"], row["grade"], row["validity"]


def test_clean_water_has_class_one_and_exceeds_nothing() -> None:
    rows = told(hour())

    assert said(rows["water-quality.class"]) == (1, "Ⅰ类", "valid")
    assert said(rows["water-quality.exceeding_items"]) == (0, None, "valid")
    assert said(rows["water-quality.exceedance_multiple"]) == (0.0, None, "valid")
    assert rows["water-quality.class"]["standard"] == "GB 3838"


def test_the_worst_item_decides_and_the_greatest_multiple_is_that_of_the_worst_exceedance() -> None:
    # Ammonia 1.6 mg/L is class Ⅴ, 0.6 over the 1.0 of class Ⅲ; phosphorus 0.3 is class Ⅳ, 0.5 over its 0.2.
    rows = told(hour(ammonia=1_600, phosphorus=300))

    assert said(rows["water-quality.class"]) == (5, "Ⅴ类", "valid")
    assert rows["water-quality.class"]["details"] == {"determining": "ammonia_nitrogen", "target_class": "3"}
    assert rows["water-quality.exceeding_items"]["value"] == 2
    assert rows["water-quality.exceedance_multiple"]["value"] == 0.6
    assert rows["water-quality.exceedance_multiple"]["details"]["item"] == "ammonia_nitrogen"


@pytest.mark.parametrize(("ammonia", "exceeding", "multiple"), [(1_000, 0, 0.0), (1_001, 1, 0.001)])
def test_a_mean_that_is_exactly_its_limit_keeps_it(ammonia: int, exceeding: int, multiple: float) -> None:
    rows = told(hour(ammonia=ammonia))

    assert rows["water-quality.exceeding_items"]["value"] == exceeding
    assert rows["water-quality.exceedance_multiple"]["value"] == multiple


def test_little_oxygen_and_acid_water_exceed_without_a_multiple() -> None:
    rows = told(hour(oxygen=4_900, ph=5_900))

    assert said(rows["water-quality.class"]) == (6, "劣Ⅴ类", "valid")
    assert rows["water-quality.exceeding_items"]["value"] == 2
    assert rows["water-quality.exceedance_multiple"]["value"] == 0.0


def test_warm_water_that_is_saturated_with_oxygen_is_class_one() -> None:
    # At 28 degrees 7.07 mg/L are 90 % of saturation, below the 7.5 of the table.
    assert told(hour(oxygen=7_070))["water-quality.class"]["value"] == 2
    assert told(hour(oxygen=7_070, temperature=28_000))["water-quality.class"]["value"] == 1


def test_a_lake_has_stricter_limits_for_phosphorus_and_its_nitrogen_decides_nothing() -> None:
    assert told(hour(phosphorus=50))["water-quality.class"]["value"] == 2
    assert told(hour(phosphorus=50, lake=1, nitrogen=9_000))["water-quality.class"]["value"] == 3


def test_an_hour_with_an_item_missing_can_only_be_worse_and_says_so() -> None:
    rows = told(hour(ammonia=None, phosphorus=None, permanganate=7_000))

    for name in ("class", "exceeding_items", "exceedance_multiple"):
        row = rows[f"water-quality.{name}"]
        assert row["validity"] == "insufficient"
        assert row["details"]["reason"] == "items_missing"
        assert row["details"]["missing"] == "ammonia_nitrogen, total_phosphorus"
    assert rows["water-quality.class"]["value"] == 4
    assert rows["water-quality.exceeding_items"]["value"] == 1


def test_a_section_without_a_class_to_keep_has_a_class_and_no_exceedance() -> None:
    rows = told(hour(target=None))

    assert said(rows["water-quality.class"]) == (1, "Ⅰ类", "valid")
    for name in ("exceeding_items", "exceedance_multiple"):
        assert said(rows[f"water-quality.{name}"]) == (None, None, "not_applicable")


def test_an_hour_in_which_only_turbidity_was_measured_has_no_class() -> None:
    rows = told(hour(**dict.fromkeys(CLEAN), turbidity=17_976))

    assert said(rows["water-quality.class"]) == (None, None, "no_data")
    assert said(rows["water-quality.exceeding_items"]) == (None, None, "no_data")
    assert said(rows["water-quality.exceedance_multiple"]) == (None, None, "no_data")
    assert said(rows["water-quality.turbidity_ntu"]) == (17.976, None, "valid")


@pytest.mark.parametrize(
    ("indicator", "item", "value"),
    [
        ("ph", "ph", 7_250),
        ("dissolved_oxygen_mgl", "oxygen", 6_500),
        ("permanganate_mgl", "permanganate", 3_100),
        ("ammonia_mgl", "ammonia", 420),
        ("phosphorus_mgl", "phosphorus", 80),
        ("nitrogen_mgl", "nitrogen", 1_250),
        ("turbidity_ntu", "turbidity", 12_345),
        ("conductivity_uscm", "conductivity", 415_500),
        ("temperature_c", "temperature", -250),
    ],
)
def test_what_was_measured_is_told_as_the_mean_of_the_hour(indicator: str, item: str, value: int) -> None:
    assert told(hour(**{item: value}))[f"water-quality.{indicator}"]["value"] == value / 1_000
    assert told(hour(**{item: None}))[f"water-quality.{indicator}"]["validity"] == "no_data"


ROSTER = [
    entity("water-quality", "station", "W1", "bj/cy"),
    entity("water-quality", "station", "W2", "bj/cy"),
    entity("water-quality", "station", "W3", "bj/hd"),
]


def shares(*hours: dict[str, Any]) -> dict[str, tuple[Any, Any, Any, Any]]:
    """What places say when the hour is over."""

    def clock(start: int) -> dict[str, Any]:
        return statistic(
            "water-quality.sample", "clock", "clock", start, HOUR_MS, step=1, observations=0, area_id=None
        )

    rows = newest(judged(judge_of(ROSTER), [clock(EIGHT), *hours, clock(EIGHT + HOUR_MS)]))
    return {
        place: (row["value"], row["validity"], row["observations"], row["expected"])
        for (name, place, start), row in rows.items()
        if name == "water-quality.meeting_target_ratio" and start == EIGHT
    }


def test_the_share_of_stations_that_keep_their_class_is_told_of_districts_and_city() -> None:
    found = shares(
        hour("W1", target=3, ammonia=900),
        hour("W2", target=2, ammonia=900),
        hour("W3", target=3, ammonia=1_000, area="bj/hd"),
    )

    assert found == {
        "bj": (0.666667, "valid", 3, 3),
        "bj/cy": (0.5, "valid", 2, 2),
        "bj/hd": (1.0, "valid", 1, 1),
    }


def test_a_station_with_an_item_missing_counts_only_where_it_fails_already() -> None:
    found = shares(
        hour("W1", phosphorus=None, ammonia=1_500), hour("W2"), hour("W3", phosphorus=None, area="bj/hd")
    )

    assert found == {
        "bj": (0.5, "valid", 2, 3),
        "bj/cy": (0.5, "valid", 2, 2),
        "bj/hd": (None, "no_data", 0, 1),
    }


def test_places_whose_stations_are_silent_have_no_share() -> None:
    assert set(shares().values()) == {
        (None, "no_data", 0, 3),
        (None, "no_data", 0, 2),
        (None, "no_data", 0, 1),
    }


def test_a_station_told_again_counts_once() -> None:
    again = hour("W1", ammonia=1_500)

    assert shares(hour("W1"), again, again)["bj/cy"] == (0.0, "valid", 1, 2)
