"""What do the judged indicators of buses, metro, rivers and the hotline say of the sums of a window?"""

from typing import Any

import pytest
from judge_stories import HOUR_MS, at, entity, judge_of, judged, newest, statistic

EIGHT = at("2026-04-01 08:00")
QUARTER_MS = 900_000
RIVER = {
    "level_count": 1,
    "discharge_count": 0,
    "discharge_ls_sum": 0,
    "guard_count": 1,
    "guard_mm_max": 3_000,
    "warning_count": 1,
    "warning_mm_max": 4_000,
    "guarantee_count": 0,
    "guarantee_mm_max": 0,
}
HOTLINE = dict.fromkeys(
    (
        *("answered_in_time", "answered_late", "given_up_early", "given_up_late", "opened", "closed"),
        *("handling_s_sum", "due", "closed_on_time", "sent_back", "rated", "satisfied"),
    ),
    0,
)


def gauge(start: int, level_mm: int, **sums: int) -> dict[str, Any]:
    level = {"level_mm_sum": level_mm, "level_mm_max": level_mm, "level_mm_min": level_mm}
    return statistic("river.level", "station", "G1", start, HOUR_MS, sums={**RIVER, **level, **sums})


def value_of(rows: list[dict[str, Any]], indicator: str, start: int = EIGHT) -> tuple[Any, Any, Any]:
    """Value, grade and validity of the newest row of an indicator in a window."""
    (row,) = [
        row
        for (name, _, begins), row in newest(rows).items()
        if name == indicator and begins == start and row["entity_type"] != "area"
    ]
    return row["value"], row["grade"], row["validity"]


@pytest.mark.parametrize(
    ("level_mm", "grade"),
    [
        (2_999, "正常水位"),
        (3_000, "超设防水位"),
        (3_999, "超设防水位"),
        (4_000, "超警戒水位"),
        (-200, "正常水位"),
    ],
)
def test_a_level_is_graded_by_the_stations_own_levels(level_mm: int, grade: str) -> None:
    rows = judged(judge_of(), [gauge(EIGHT, level_mm)])

    assert value_of(rows, "river.level_m") == (level_mm / 1_000, grade, "valid")


def test_a_station_without_levels_of_its_own_has_no_grade_and_says_so() -> None:
    rows = judged(judge_of(), [gauge(EIGHT, 5_000, guard_count=0, warning_count=0)])

    (row,) = [row for row in rows if row["indicator_id"] == "river.level_m"]
    assert (row["grade"], row["details"]) == (None, {"reason": "station_has_no_levels"})


def test_the_water_rises_by_what_an_hour_is_above_the_one_before() -> None:
    rows = judged(
        judge_of(), [gauge(EIGHT, 1_000), gauge(EIGHT + HOUR_MS, 1_250), gauge(EIGHT + 2 * HOUR_MS, 1_200)]
    )

    rises = {row["window_start"]: row["value"] for row in rows if row["indicator_id"] == "river.rise_mmh"}
    assert rises == {EIGHT + HOUR_MS: 250.0, EIGHT + 2 * HOUR_MS: -50.0}


def test_after_an_hour_without_a_level_there_is_no_rise() -> None:
    unmeasured = gauge(EIGHT + HOUR_MS, 0, level_count=0)
    rows = judged(judge_of(), [gauge(EIGHT, 1_000), unmeasured, gauge(EIGHT + 2 * HOUR_MS, 1_200)])

    assert not [row for row in rows if row["indicator_id"] == "river.rise_mmh"]
    assert value_of(rows, "river.level_m", EIGHT + HOUR_MS) == (None, None, "no_data")


@pytest.mark.parametrize(
    ("on_time", "early", "late", "no_data", "told"),
    [
        (8, 1, 1, 0, (0.8, None, "valid")),
        (7, 0, 0, 3, (1.0, None, "valid")),
        (6, 0, 0, 4, (1.0, None, "insufficient")),
        (0, 0, 0, 5, (None, None, "no_data")),
    ],
)
def test_punctuality_is_a_share_of_what_is_known_and_enough_of_it_must_be(
    on_time: int, early: int, late: int, no_data: int, told: tuple[Any, Any, Any]
) -> None:
    sums = {"on_time": on_time, "early": early, "late": late, "no_data": no_data, "delay_s_sum": 0}
    rows = judged(judge_of(), [statistic("bus.punctuality", "route", "R1", EIGHT, QUARTER_MS, sums=sums)])

    assert value_of(rows, "bus.on_time_ratio") == told


def passages(headways_s: list[int], planned_s: int) -> list[dict[str, Any]]:
    sums = {
        "headways": len(headways_s),
        "headway_s_sum": sum(headways_s),
        "headway_s2_sum": sum(headway**2 for headway in headways_s),
        "planned_s_sum": planned_s * len(headways_s),
        "planned_s2_sum": planned_s**2 * len(headways_s),
        "bunched": sum(4 * headway < planned_s for headway in headways_s),
    }
    return judged(judge_of(), [statistic("bus.punctuality", "route", "R1", EIGHT, QUARTER_MS, sums=sums)])


def test_one_waits_longer_where_two_buses_come_as_a_pair_than_where_all_come_evenly() -> None:
    pair, even = passages([60, 1_140, 600], 600), passages([600, 600, 600], 600)

    # Evenly: 300 s. As a pair: (60^2 + 1140^2 + 600^2) / (2 x 1800) = 462 s.
    assert value_of(pair, "bus.excess_wait_s") == (162.0, None, "valid")
    assert value_of(even, "bus.excess_wait_s") == (0.0, None, "valid")
    assert value_of(pair, "bus.bunching_ratio") == (round(1 / 3, 6), None, "valid")
    # The root of 291,600 / 600^2: a standard deviation of 540 s x sqrt(2/3) over a mean of 600 s.
    assert value_of(pair, "bus.headway_cv") == (0.734847, None, "valid")
    assert value_of(even, "bus.headway_cv") == (0.0, None, "valid")


def test_a_route_every_thirteen_minutes_is_not_frequent() -> None:
    rows = passages([780, 780], 780)

    assert value_of(rows, "bus.excess_wait_s") == (None, None, "no_data")
    assert value_of(rows, "bus.bunching_ratio") == (0.0, None, "valid")


def test_sums_of_an_older_release_are_judged_by_what_they_have() -> None:
    told = {row["indicator_id"] for row in passages([600, 600], 600)}

    assert "bus.excess_wait_s" in told
    assert "bus.on_time_ratio" not in told


def test_a_silent_station_of_the_metro_has_no_data() -> None:
    judge = judge_of([entity("metro", "station", "M1"), entity("metro", "station", "M2")])
    said = statistic("metro.passengers", "station", "M1", EIGHT, QUARTER_MS, sums={"entries": 3, "exits": 0})
    over = statistic(
        "metro.passengers", "clock", "clock", EIGHT + QUARTER_MS, QUARTER_MS, step=1, observations=0
    )

    begun = statistic("metro.passengers", "clock", "clock", EIGHT, QUARTER_MS, step=1, observations=0)
    rows = judged(judge, [begun, said, over])

    told = {
        (row["entity_id"], row["indicator_id"]): (row["value"], row["validity"])
        for row in rows
        if row["indicator_id"] in ("metro.entries", "metro.exits")
    }
    assert told["M1", "metro.entries"] == (3.0, "valid")
    assert told["M1", "metro.exits"] == (0.0, "valid")
    assert told["M2", "metro.entries"] == (None, "no_data")


def test_where_nobody_counts_who_comes_out_of_a_station_nothing_is_said_of_it() -> None:
    sums = {"entries": 3, "exits": 0, "exit_counts": 0}
    said = statistic("metro.passengers", "station", "M1", EIGHT, QUARTER_MS, sums=sums)

    rows = judged(judge_of(), [said])

    assert value_of(rows, "metro.entries") == (3.0, None, "valid")
    assert value_of(rows, "metro.exits") == (None, None, "no_data")


def test_the_hotline_is_judged_by_calls_cases_and_ratings() -> None:
    sums = {
        **HOTLINE,
        "answered_in_time": 8,
        "answered_late": 1,
        "given_up_early": 5,
        "given_up_late": 1,
        "opened": 4,
        "closed": 4,
        "handling_s_sum": 36_000,
        "due": 3,
        "closed_on_time": 2,
        "sent_back": 1,
        "rated": 2,
        "satisfied": 1,
    }
    rows = judged(judge_of(), [statistic("hotline.handling", "city", "bj", EIGHT, HOUR_MS, sums=sums)])

    assert {row["indicator_id"]: row["value"] for row in rows} == {
        "hotline.answer_ratio": 0.8,
        "hotline.connection_ratio": 0.6,
        "hotline.cases_opened": 4.0,
        "hotline.cases_closed": 4.0,
        "hotline.handling_hours": 2.5,
        "hotline.on_time_ratio": 0.666667,
        "hotline.sent_back_ratio": 0.25,
        "hotline.satisfaction_ratio": 0.5,
    }


def test_an_hour_without_calls_and_cases_has_counts_and_no_shares() -> None:
    rows = judged(judge_of(), [statistic("hotline.handling", "city", "bj", EIGHT, HOUR_MS, sums=HOTLINE)])

    told = {row["indicator_id"]: (row["value"], row["validity"]) for row in rows}
    assert told.pop("hotline.cases_opened") == (0.0, "valid")
    assert told.pop("hotline.cases_closed") == (0.0, "valid")
    assert set(told.values()) == {(None, "no_data")}


@pytest.mark.parametrize(
    ("occupied", "grade"),
    [(69, "车位充足"), (70, "车位紧张"), (90, "车位近满"), (99, "车位近满"), (100, "车位已满")],
)
def test_a_car_park_is_graded_by_its_share_of_spaces_taken(occupied: int, grade: str) -> None:
    sums = {"occupied": occupied, "capacity": 100, "full_permille_max": 10 * occupied}
    rows = judged(judge_of(), [statistic("parking.occupancy", "parking", "P1", EIGHT, HOUR_MS, sums=sums)])

    assert value_of(rows, "parking.occupancy_ratio") == (occupied / 100, grade, "valid")
    assert value_of(rows, "parking.fullest_ratio") == (occupied / 100, None, "valid")
