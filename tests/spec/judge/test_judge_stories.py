"""Stories of the judge: statistics and clock rows come in, indicators go out."""

import sys
from pathlib import Path

import pytest

from streams.judge.judge import UnjudgeableError
from streams.keyed_state import KeyedState

sys.path.insert(0, str(Path(__file__).parent))
from judge_stories import (
    HOUR_MS,
    air,
    air_clock,
    at,
    emergency,
    emergency_clock,
    entity,
    judge_of,
    judged,
    newest,
    road,
    road_clock,
    short,
    statistic,
)

MIDNIGHT = at("2026-04-01 00:00")


def test_a_link_is_judged_at_once_with_its_grade_and_its_inputs() -> None:
    rows = judged(judge_of(), [road("link", "L1", "2026-04-01 08:00", 150, 100)])

    assert [short(row) for row in rows] == [
        "04-01 08:00 road.tti L1 1.5 valid 999",
        "04-01 08:00 road.dtp L1 0.333333 valid 999",
        "04-01 08:00 road.speed_kmh L1 21.6 valid 999",
        "04-01 08:00 road.delay_s_per_km L1 55.555556 valid 999",
        "04-01 08:00 road.flow_veh_h L1 36.0 valid 999",
    ]
    assert rows[0]["grade"] == "基本畅通"
    assert rows[0]["inputs"] == {
        "travel_time_ms": 150_000,
        "free_flow_time_ms": 100_000,
        "length_m": 900,
        "weight": 3,
    }
    assert (rows[0]["mode"], rows[0]["finality"], rows[0]["standard"]) == ("replay", "final", "GB/T 33171")


def test_a_city_has_an_index_graded_as_a_network() -> None:
    rows = judged(judge_of(), [road("city", "sz", "2026-04-01 08:00", 200, 100, step=3)])

    assert [short(row) for row in rows] == [
        "04-01 08:00 road.tti sz 2.0 valid 3",
        "04-01 08:00 road.dtp sz 0.5 valid 3",
        "04-01 08:00 road.tpi sz 4.0 valid 3",
        "04-01 08:00 road.speed_kmh sz 16.2 valid 3",
        "04-01 08:00 road.delay_s_per_km sz 111.111111 valid 3",
    ]
    assert rows[2]["grade"] is not None
    assert {row["finality"] for row in rows} == {"provisional"}
    assert rows[2]["details"]["tpi_conversion"] == "C"


def test_an_expected_link_that_was_silent_is_told_when_a_later_clock_row_comes() -> None:
    judge = judge_of([entity("road", "link", "L1"), entity("road", "link", "L2")])
    first = judged(
        judge,
        [road_clock("2026-04-01 08:00"), road("link", "L1", "2026-04-01 08:00", 150, 100)],
    )
    later = judged(judge, [road_clock("2026-04-01 08:05", step=1)])

    assert not [row for row in first if row["entity_id"] == "L2"]
    assert [short(row) for row in later] == [
        "04-01 08:00 road.tti L2 None no_data 900",
        "04-01 08:00 road.dtp L2 None no_data 900",
        "04-01 08:00 road.speed_kmh L2 None no_data 900",
        "04-01 08:00 road.delay_s_per_km L2 None no_data 900",
        "04-01 08:00 road.flow_veh_h L2 None no_data 900",
        "04-01 08:00 road.congested_length_ratio bj/cy 0.0 insufficient 999",
        "04-01 08:00 road.congested_length_ratio bj 0.0 insufficient 999",
        "04-01 08:00 road.coverage_ratio bj/cy 0.5 valid 999",
        "04-01 08:00 road.coverage_ratio bj 0.5 valid 999",
    ]
    assert judged(judge, [road_clock("2026-04-01 08:05", step=2)]) == []


def test_after_a_restart_data_still_wins_over_no_data() -> None:
    roster = [entity("road", "link", "L1")]
    state = KeyedState()
    before = [road_clock("2026-04-01 08:00", 4), road("link", "L1", "2026-04-01 08:00", 150, 100)]
    rows = judged(judge_of(roster, state), before)
    rows += judged(judge_of(roster, state), [road_clock("2026-04-01 08:05", step=1)])

    assert "no_data" in {row["validity"] for row in rows}
    assert {row["validity"] for row in newest(rows).values()} == {"valid"}


def test_a_run_says_nothing_about_windows_before_its_first() -> None:
    judge = judge_of([entity("road", "link", "L1")])

    assert judged(judge, [road_clock("2026-04-01 08:05", 1), road_clock("2026-04-01 08:05")]) == []


def test_windows_without_any_row_are_closed_too_after_a_pause_of_the_line() -> None:
    judge = judge_of([entity("road", "link", "L1")])
    judged(judge, [road_clock("2026-04-01 08:00"), road_clock("2026-04-01 08:05")])

    rows = judged(judge, [road_clock("2026-04-01 08:20", step=1)])

    assert [short(row) for row in rows if row["indicator_id"] == "road.tti"] == [
        "04-01 08:05 road.tti L1 None no_data 900",
        "04-01 08:10 road.tti L1 None no_data 900",
        "04-01 08:15 road.tti L1 None no_data 900",
    ]


def test_a_station_hour_has_an_index_and_its_day_grows_hour_by_hour() -> None:
    judge = judge_of()
    rows = judged(judge, [air("A", MIDNIGHT, 80), air("A", MIDNIGHT + HOUR_MS, 80)])

    assert [short(row) for row in rows if row["indicator_id"] == "air.aqi_hourly"] == [
        "04-01 00:00 air.aqi_hourly A 119 valid 999",
        "04-01 01:00 air.aqi_hourly A 119 valid 999",
    ]
    days = [row for row in rows if row["indicator_id"] == "air.aqi_daily"]
    assert [(row["revision"], row["observations"], row["expected"]) for row in days] == [
        (1, 1, 24),
        (2, 2, 24),
    ]
    assert {row["finality"] for row in days} == {"provisional"}


def test_a_station_day_is_final_when_the_civil_day_is_over() -> None:
    judge = judge_of([entity("air", "station", "A"), entity("air", "station", "B")])
    hours = [MIDNIGHT + hour * HOUR_MS for hour in range(24)]
    before = judged(judge, [row for hour in hours for row in (air("A", hour, 80), air_clock(hour))])
    after = judged(judge, [air_clock(MIDNIGHT + 24 * HOUR_MS, step=1)])

    assert not [
        row for row in before if row["indicator_id"] == "air.aqi_daily" and row["finality"] == "final"
    ]
    days = {row["entity_id"]: row for row in after if row["indicator_id"] == "air.aqi_daily"}
    assert short(days["A"]) == "04-01 00:00 air.aqi_daily A 119 valid 999"
    assert days["A"]["window_end"] == MIDNIGHT + 24 * HOUR_MS
    assert short(days["B"]) == "04-01 00:00 air.aqi_daily B None no_data 900"


def test_a_city_is_the_mean_of_its_stations_and_waits_until_the_hour_is_over_for_all() -> None:
    judge = judge_of([entity("air", "station", name) for name in ("A", "B", "C")])
    at_once = judged(judge, [air("A", MIDNIGHT, 40), air_clock(MIDNIGHT), air("B", MIDNIGHT, 120)])
    over = judged(judge, [air_clock(MIDNIGHT + HOUR_MS, step=1)])

    assert not [row for row in at_once if row["entity_type"] == "city"]
    city = next(row for row in over if row["entity_id"] == "bj" and row["indicator_id"] == "air.aqi_hourly")
    alone = judged(judge_of(), [air("M", MIDNIGHT, 80)])[0]
    assert (city["value"], city["grade"], city["revision"]) == (alone["value"], alone["grade"], 999)
    assert (city["observations"], city["expected"]) == (2, 3)
    district = next(
        row for row in over if row["entity_id"] == "bj/cy" and row["indicator_id"] == "air.pm25_ugm3"
    )
    assert (district["entity_type"], district["value"]) == ("area", 80.0)


def test_a_city_so_far_is_told_one_step_later_when_every_station_of_the_step_has_come() -> None:
    judge = judge_of()
    rows = judged(
        judge,
        [
            air_clock(MIDNIGHT, 1),
            air_clock(MIDNIGHT, 2),
            air("A", MIDNIGHT, 40, step=2),
            air("B", MIDNIGHT, 120, step=2),
            air_clock(MIDNIGHT, 3),
        ],
    )

    city = [row for row in rows if row["entity_type"] == "city" and row["indicator_id"] == "air.pm25_ugm3"]
    assert [(row["value"], row["revision"], row["finality"]) for row in city] == [(80.0, 2, "provisional")]


def test_a_city_without_any_station_has_no_data() -> None:
    judge = judge_of([entity("air", "station", "A")])
    rows = judged(judge, [air_clock(MIDNIGHT), air_clock(MIDNIGHT + HOUR_MS, 1)])

    city = [row for row in rows if row["entity_id"] == "bj" and row["indicator_id"] == "air.aqi_hourly"]
    assert [(row["value"], row["validity"], row["revision"]) for row in city] == [(None, "no_data", 900)]


def test_the_edition_is_that_of_the_day_of_the_measurement() -> None:
    old, new = (
        judged(judge_of(), [air("A", at(f"{day} 08:00"), 80)])[0] for day in ("2026-02-28", "2026-03-01")
    )

    assert (old["edition"], new["edition"]) == ("2012/cnemc-practice", "2026")


def test_an_hour_of_arrivals_gives_the_share_and_the_percentiles() -> None:
    rows = judged(judge_of(), [emergency("arrived", "sf", MIDNIGHT, {300: 6, 900: 2, 901: 2}, closed=3)])

    assert [short(row) for row in rows if not row["indicator_id"].endswith("_daily")] == [
        "04-01 00:00 emergency.within_15min_ratio sf 0.8 valid 999",
        "04-01 00:00 emergency.response_seconds_p50 sf 300 valid 999",
        "04-01 00:00 emergency.response_seconds_p90 sf 901 valid 999",
        "04-01 00:00 emergency.closed_without_arrival sf 3 valid 999",
        "04-01 00:00 emergency.overdue_open sf 0 valid 999",
    ]
    assert rows[0]["inputs"] == {
        "within_15min": 8,
        "responded": 10,
        "overdue_open": 0,
        "closed_without_arrival": 3,
        "expired_without_closure": 0,
    }


def test_without_an_arrival_there_is_no_ratio_but_the_closed_ones_are_counted() -> None:
    rows = judged(judge_of(), [emergency("arrived", "sf", MIDNIGHT, {}, closed=2)])

    assert [short(row) for row in rows if not row["indicator_id"].endswith("_daily")] == [
        "04-01 00:00 emergency.within_15min_ratio sf None not_applicable 999",
        "04-01 00:00 emergency.response_seconds_p50 sf None not_applicable 999",
        "04-01 00:00 emergency.response_seconds_p90 sf None not_applicable 999",
        "04-01 00:00 emergency.closed_without_arrival sf 2 valid 999",
        "04-01 00:00 emergency.overdue_open sf 0 valid 999",
    ]


def test_who_still_waits_after_15_minutes_counts_as_failed_at_once_and_as_late_once_help_came() -> None:
    judge = judge_of()
    partial = emergency("arrived", "sf", MIDNIGHT, {300: 3}, step=20, overdue=(1, 0))
    hours = [
        emergency("arrived", "sf", MIDNIGHT, {300: 3}, overdue=(2, 0)),
        emergency("arrived", "sf", MIDNIGHT + HOUR_MS, {300: 1, 4000: 1}, overdue=(0, 1)),
    ]

    ratios = [
        (row["value"], row["inputs"]["overdue_open"], row["revision"])
        for row in judged(judge, [partial, *hours, hours[0]])
        if row["indicator_id"] == "emergency.within_15min_ratio"
    ]

    # 3 of 3 + 1; 3 of 3 + 2; then one of the two is reached: 1 of 2 + 1; and the first hour again, unchanged.
    assert ratios == [(0.75, 1, 20), (0.6, 2, 999), (0.333333, 1, 999), (0.6, 2, 999)]


def test_an_hour_without_news_still_says_who_waits_and_the_day_who_waits_at_its_end() -> None:
    judge = judge_of([entity("emergency", "city", "sf", "sf")])
    rows = judged(
        judge,
        [
            emergency_clock("arrived", MIDNIGHT, step=1),
            emergency("arrived", "sf", MIDNIGHT, {300: 3}, overdue=(1, 0)),
            *(emergency_clock("arrived", MIDNIGHT + hour * HOUR_MS, step=1) for hour in range(1, 25)),
        ],
    )
    seen = newest(rows)

    assert [
        (
            seen["emergency.within_15min_ratio", "sf", at]["value"],
            seen["emergency.overdue_open", "sf", at]["value"],
        )
        for at in (MIDNIGHT, MIDNIGHT + HOUR_MS, MIDNIGHT + 23 * HOUR_MS)
    ] == [(0.75, 1), (0.0, 1), (0.0, 1)]
    assert seen["emergency.within_15min_ratio_daily", "sf", MIDNIGHT]["value"] == 0.75
    assert seen["emergency.overdue_open_daily", "sf", MIDNIGHT]["value"] == 1


def test_the_other_milestones_have_a_ratio_each() -> None:
    rows = judged(
        judge_of(),
        [emergency("dispatched", "sf", MIDNIGHT, {60: 1}), emergency("en_route", "sf", MIDNIGHT, {1000: 1})],
    )

    assert {row["indicator_id"]: row["value"] for row in rows} == {
        "emergency.dispatched_within_15min_ratio": 1.0,
        "emergency.dispatched_within_15min_ratio_daily": 1.0,
        "emergency.en_route_within_15min_ratio": 0.0,
        "emergency.en_route_within_15min_ratio_daily": 0.0,
    }


def test_a_day_of_responses_merges_its_hours_and_closes_with_the_civil_day() -> None:
    judge = judge_of([entity("emergency", "city", "sf", "sf"), entity("emergency", "area", "sf/b9", "sf/b9")])
    rows = judged(
        judge,
        [
            emergency("arrived", "sf", MIDNIGHT, {300: 1}),
            emergency("arrived", "sf", MIDNIGHT + 5 * HOUR_MS, {1000: 3}),
            emergency_clock("arrived", MIDNIGHT + 23 * HOUR_MS),
            emergency_clock("arrived", MIDNIGHT + 24 * HOUR_MS, step=1),
        ],
    )

    daily = {
        (row["entity_id"], row["revision"]): (row["value"], row["validity"])
        for row in rows
        if row["indicator_id"] == "emergency.within_15min_ratio_daily"
    }
    assert daily == {
        ("sf", 1): (1.0, "valid"),
        ("sf", 2): (0.25, "valid"),
        ("sf", 999): (0.25, "valid"),
        ("sf/b9", 900): (None, "no_data"),
    }


def test_a_new_run_forgets_the_open_days_of_the_old_one() -> None:
    state = KeyedState()
    judge = judge_of(state=state)
    judged(judge, [air("A", MIDNIGHT, 80), emergency("arrived", "sf", MIDNIGHT, {300: 1})])

    judged(judge, [{**air("A", MIDNIGHT, 80), "run_id": "run-2"}])

    assert [key for key, _ in state.items("") if "|day|" in key] == [
        "air.concentration|run-2|day|2026-04-01|station|A",
        "emergency.arrived|run-1|day|2026-04-01|city|sf",
    ]


@pytest.mark.parametrize(
    "given",
    [
        statistic("noise.level", "station", "N1", MIDNIGHT, HOUR_MS),
        road("link", "L1", "2026-04-01 08:00", 0, 100),
        statistic("road.travel_time", "link", "L1", MIDNIGHT, 300_000),
        air("A", MIDNIGHT, -5),
        emergency("arrived", "sf", MIDNIGHT, {-5: 1}),
        air("A", MIDNIGHT, 5, step=900),
    ],
)
def test_a_statistic_that_cannot_be_judged_says_so(given: dict[str, object]) -> None:
    with pytest.raises(UnjudgeableError):
        judge_of().on_statistic(given)


def test_a_link_whose_sums_cannot_be_judged_counts_as_silent() -> None:
    judge = judge_of([entity("road", "link", "L1")])
    judged(judge, [road_clock("2026-04-01 08:00", 1)])
    with pytest.raises(UnjudgeableError):
        judge.on_statistic(road("link", "L1", "2026-04-01 08:00", 0, 100))

    rows = judged(judge, [road_clock("2026-04-01 08:05", 1)])

    assert {row["validity"] for row in rows if row["entity_id"] == "L1"} == {"no_data"}
    assert [row["value"] for row in rows if row["indicator_id"] == "road.coverage_ratio"] == [0.0, 0.0]


def test_a_day_of_the_city_is_judged_from_the_mean_of_its_stations_days() -> None:
    roster = [
        entity("air", "station", "A", "bj/cy"),
        entity("air", "station", "B", "bj/cy"),
        entity("air", "station", "C", "bj/hd"),
    ]
    hours = [
        statistic
        for hour in range(24)
        for statistic in (
            air_clock(MIDNIGHT + hour * HOUR_MS, 1),
            air("A", MIDNIGHT + hour * HOUR_MS, 30),
            air("B", MIDNIGHT + hour * HOUR_MS, 50),
        )
    ]

    rows = judged(judge_of(roster), [*hours, air_clock(MIDNIGHT + 24 * HOUR_MS, 1)])

    # 40 µg/m³ of PM2.5 is 60 under HJ 633-2026.
    days = [row for row in rows if row["indicator_id"] == "air.aqi_daily" and row["finality"] == "final"]
    assert {(row["entity_id"], row["value"], row["observations"], row["expected"]) for row in days} == {
        ("A", 43, 24, 24),
        ("B", 80, 24, 24),
        ("C", None, 0, 24),
        ("bj", 60, 2, 3),
        ("bj/cy", 60, 2, 2),
        ("bj/hd", None, 0, 1),
    }
