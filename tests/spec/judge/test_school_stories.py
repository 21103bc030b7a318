"""What do the judged indicators of schools say of the sums of a window?"""

from typing import Any

import pytest
from judge_stories import HOUR_MS, at, entity, judge_of, judged, newest, statistic

from indicators.catalog import INDICATORS
from streams.catalog import SCHOOL

EIGHT = at("2026-04-01 08:00")
EMPTY = dict.fromkeys(SCHOOL.source.counted.sums, 0)
DECLARED = {name: found for name, found in INDICATORS.items() if found.system == "school" and found.judged}
OF_A_SCHOOL = {name for name, found in DECLARED.items() if "school" in found.entity_types}
COUNTS = {"school.safety_cases_opened", "school.safety_cases_closed"}


def rows_of(entity_type: str, **sums: int) -> dict[str, dict[str, Any]]:
    row = statistic("school.campus", entity_type, "S1", EIGHT, HOUR_MS, sums={**EMPTY, **sums})
    return {name: row for (name, _, _), row in newest(judged(judge_of(), [row])).items()}


def told(entity_type: str = "school", **sums: int) -> dict[str, tuple[Any, Any]]:
    return {name: (row["value"], row["validity"]) for name, row in rows_of(entity_type, **sums).items()}


def test_an_hour_of_a_school_is_judged_by_cases_readings_people_and_courses() -> None:
    rows = told(
        cases_opened=4,
        # Closed after 1 h of 2, 2 h of 2, and 3 h without a deadline.
        cases_closed=3,
        handled_s=21_600,
        cases_with_limit=2,
        cases_on_time=2,
        pm25_readings=8,
        pm25_exceeding=1,
        co2_readings=8,
        co2_exceeding=6,
        noise_readings=5,
        noise_exceeding=2,
        people=630,
        capacity=600,
        offered_minutes=200,
        attended_minutes=150,
    )

    assert {name: value for name, (value, validity) in rows.items() if validity == "valid"} == {
        "school.safety_cases_opened": 4.0,
        "school.safety_cases_closed": 3.0,
        "school.safety_handling_hours": 2.0,
        "school.safety_on_time_ratio": 1.0,
        "school.pm25_exceeding_ratio": 0.125,
        "school.co2_exceeding_ratio": 0.75,
        "school.noise_exceeding_ratio": 0.4,
        "school.occupancy_ratio": 1.05,
        "school.shared_course_use_ratio": 0.75,
    }


def test_an_hour_in_which_nothing_was_counted_has_counts_of_none_and_no_shares() -> None:
    rows = told()

    assert {name: rows.pop(name) for name in COUNTS} == dict.fromkeys(COUNTS, (0.0, "valid"))
    assert rows == dict.fromkeys(OF_A_SCHOOL - COUNTS, (None, "no_data"))


@pytest.mark.parametrize("place", ["area", "city"])
def test_town_and_country_are_compared_by_the_sums_of_each_class(place: str) -> None:
    # 270 of 300 minutes in town, 60 of 100 in the country: 0.9 to 0.6; 50 more of a school of unknown class.
    sums = {"urban_attended_minutes": 270, "urban_offered_minutes": 300}
    sums |= {"rural_attended_minutes": 60, "rural_offered_minutes": 100}
    rows = told(place, **sums, offered_minutes=450, attended_minutes=380)

    assert rows["school.urban_rural_use_ratio"] == (1.5, "valid")
    assert rows["school.shared_course_use_ratio"] == (0.844444, "valid")


@pytest.mark.parametrize(
    ("rural_offered", "reason"), [(0, "nothing_counted"), (40, "nothing_attended_in_the_country")]
)
def test_without_use_in_the_country_there_is_no_ratio_and_it_is_said_why(
    rural_offered: int, reason: str
) -> None:
    sums = {"urban_attended_minutes": 40, "urban_offered_minutes": 40, "rural_offered_minutes": rural_offered}
    row = rows_of("city", **sums)["school.urban_rural_use_ratio"]

    assert (row["value"], row["validity"], row["details"]) == (None, "no_data", {"reason": reason})


def test_one_school_has_no_ratio_of_town_to_country() -> None:
    assert "school.urban_rural_use_ratio" not in told()


def test_a_silent_school_has_no_data() -> None:
    def clock(start: int) -> dict[str, Any]:
        return statistic("school.campus", "clock", "clock", start, HOUR_MS, step=1, observations=0)

    rows = judged(judge_of([entity("school", "school", "S9")]), [clock(EIGHT), clock(EIGHT + HOUR_MS)])

    silent = {row["indicator_id"]: row["validity"] for row in rows if row["entity_id"] == "S9"}
    assert silent == dict.fromkeys(OF_A_SCHOOL, "no_data")


def test_what_may_endanger_somebody_is_not_public() -> None:
    safety = {name for name in DECLARED if name.startswith("school.safety_")} | {"school.occupancy_ratio"}

    assert {name for name, found in DECLARED.items() if not found.public} == safety


def test_more_readings_above_the_limit_than_readings_cannot_be() -> None:
    with pytest.raises(ValueError, match="2 of 1"):
        told(pm25_readings=1, pm25_exceeding=2)
