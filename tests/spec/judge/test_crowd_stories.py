"""What do the judged indicators of crowded places say of the sums of a window?"""

from typing import Any

import pytest
from judge_stories import at, entity, judge_of, judged, newest, statistic

EIGHT = at("2026-04-01 08:00")
WINDOW_MS = 300_000
EMPTY = dict.fromkeys(
    (
        *("present", "present_count", "present_on_area", "area_m2", "present_of_capacity", "capacity"),
        *("full_permille_max", "entries", "entries_s", "exits", "exits_s"),
    ),
    0,
)


def told(entity_type: str = "site", **sums: int) -> dict[str, tuple[Any, Any, Any]]:
    row = statistic("crowd.presence", entity_type, "S1", EIGHT, WINDOW_MS, sums={**EMPTY, **sums})
    return {
        name: (row["value"], row["grade"], row["validity"])
        for (name, _, _), row in newest(judged(judge_of(), [row])).items()
    }


def test_two_readings_of_a_square_are_told_as_persons_a_square_metre_a_place_and_a_minute() -> None:
    # 300 and 500 persons on 1,000 m2 that may hold 800; counted for 60 s and for 45 s.
    rows = told(
        present=800,
        present_count=2,
        present_on_area=800,
        area_m2=2_000,
        present_of_capacity=800,
        capacity=1_600,
        full_permille_max=625,
        entries=42,
        entries_s=105,
        exits=7,
        exits_s=105,
    )

    assert rows == {
        "crowd.present": (400.0, None, "valid"),
        "crowd.density_per_m2": (0.4, None, "valid"),
        "crowd.capacity_ratio": (0.5, "客流平稳", "valid"),
        "crowd.fullest_ratio": (0.625, None, "valid"),
        "crowd.inflow_per_min": (24.0, None, "valid"),
        "crowd.outflow_per_min": (4.0, None, "valid"),
    }


@pytest.mark.parametrize(
    ("present", "grade"),
    [
        (599, "客流平稳"),
        (600, "客流较多"),
        (799, "客流较多"),
        (800, "客流拥挤"),
        (999, "客流拥挤"),
        (1_000, "客流饱和"),
        (1_300, "客流饱和"),
    ],
)
def test_exactly_at_a_cut_of_the_operator_the_graver_grade_holds(present: int, grade: str) -> None:
    rows = told(present_of_capacity=present, capacity=1_000)

    assert rows["crowd.capacity_ratio"] == (present / 1_000, grade, "valid")


def test_where_the_registry_names_no_capacity_the_density_is_told_alone() -> None:
    rows = told(present=90, present_count=1, present_on_area=90, area_m2=600)

    assert rows["crowd.density_per_m2"] == (0.15, None, "valid")
    assert rows["crowd.capacity_ratio"] == (None, None, "no_data")
    assert rows["crowd.fullest_ratio"] == (None, None, "no_data")


def test_an_empty_square_is_empty_and_a_square_that_nobody_counted_has_no_data() -> None:
    assert told(present_count=5, area_m2=500)["crowd.density_per_m2"] == (0.0, None, "valid")
    assert set(told().values()) == {(None, None, "no_data")}


def test_a_city_has_the_density_of_all_its_sites_and_no_inflow_of_its_own() -> None:
    rows = told("city", present_on_area=900, area_m2=3_000, present_of_capacity=900, capacity=1_000)

    assert set(rows) == {"crowd.density_per_m2", "crowd.capacity_ratio"}
    assert rows["crowd.density_per_m2"] == (0.3, None, "valid")


def test_a_silent_site_is_missing_in_the_coverage_of_its_city() -> None:
    judge = judge_of([entity("crowd", "site", "S1"), entity("crowd", "site", "S2")])
    clocks = [
        statistic("crowd.presence", "clock", "clock", start, WINDOW_MS, step=1, observations=0, area_id=None)
        for start in (EIGHT, EIGHT + WINDOW_MS)
    ]
    heard = statistic("crowd.presence", "site", "S1", EIGHT, WINDOW_MS, sums=EMPTY)

    rows = newest(judged(judge, [clocks[0], heard, clocks[1]]))

    assert rows["crowd.coverage_ratio", "bj", EIGHT]["value"] == 0.5
    assert rows["crowd.present", "S2", EIGHT]["details"] == {"reason": "nothing_came"}
