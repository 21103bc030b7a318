"""What do the sums of an hour say, and how much of what should report has reported?"""

from typing import Any

from judge_stories import HOUR_MS, air, air_clock, at, entity, judge_of, judged, road, road_clock, short

from feeds.simulator import SimulatedCity
from indicators.catalog import INDICATORS
from indicators.traffic import congestion
from streams.judge.judge import Judge
from streams.keyed_state import KeyedState

EIGHT = at("2026-04-01 08:00")
NINE = EIGHT + HOUR_MS
WINDOW_MS = 300_000
CITY = [entity("road", "city", "bj", "bj"), entity("road", "area", "bj/cy", "bj/cy")]


def of(rows: list[dict[str, Any]], indicator_id: str) -> list[str]:
    return [short(row) for row in rows if row["indicator_id"] == indicator_id]


def test_an_hour_is_judged_from_the_sums_of_its_windows_not_from_the_mean_of_their_indices() -> None:
    windows = [road("city", "bj", EIGHT, 100, 100), road("city", "bj", EIGHT + WINDOW_MS, 900, 300)]

    rows = judged(judge_of(CITY[:1]), [road_clock(EIGHT, 1), *windows, road_clock(NINE, 1)])

    tti = congestion(1_000_000, 400_000).tti_value
    assert tti == 2.5 != (1 + 3) / 2
    assert of(rows, "road.tti_hourly") == [
        "04-01 08:00 road.tti_hourly bj 1.0 valid 1",
        "04-01 08:00 road.tti_hourly bj 2.5 valid 2",
        "04-01 08:00 road.tti_hourly bj 2.5 valid 999",
    ]
    (whole,) = [row for row in rows if row["indicator_id"] == "road.tti_hourly" and row["revision"] == 999]
    assert (whole["observations"], whole["expected"]) == (2, 12)
    assert whole["inputs"]["travel_time_ms"] == 1_000_000


def test_a_place_silent_for_the_whole_hour_has_no_data() -> None:
    rows = judged(
        judge_of(CITY), [road_clock(EIGHT, 1), road("city", "bj", EIGHT, 100, 100), road_clock(NINE, 1)]
    )

    assert of(rows, "road.speed_kmh_hourly") == [
        "04-01 08:00 road.speed_kmh_hourly bj 32.4 valid 1",
        "04-01 08:00 road.speed_kmh_hourly bj 32.4 valid 999",
        "04-01 08:00 road.speed_kmh_hourly bj/cy None no_data 900",
    ]


def test_an_hour_goes_on_where_a_killed_judge_left_it() -> None:
    state = KeyedState()
    judged(judge_of(CITY[:1], state), [road_clock(EIGHT, 1), road("city", "bj", EIGHT, 100, 100)])

    rows = judged(
        judge_of(CITY[:1], state), [road("city", "bj", EIGHT + WINDOW_MS, 900, 300), road_clock(NINE, 1)]
    )

    assert of(rows, "road.tti_hourly")[-1] == "04-01 08:00 road.tti_hourly bj 2.5 valid 999"


def test_a_link_has_no_hour_of_its_own() -> None:
    rows = judged(judge_of(), [road("link", "L1", EIGHT, 100, 100)])

    assert not [row for row in rows if row["indicator_id"].endswith("_hourly")]


def test_coverage_counts_who_was_expected_by_district_and_city() -> None:
    roster = [
        entity("road", "link", "L1", "bj/cy"),
        entity("road", "link", "L2", "bj/cy"),
        entity("road", "link", "L3", "bj/hd"),
    ]
    given = [road("link", "L1", EIGHT, 100, 100), road("link", "L9", EIGHT, 100, 100)]

    rows = judged(judge_of(roster), [road_clock(EIGHT, 1), *given, *given, road_clock(EIGHT + WINDOW_MS, 1)])

    covered = [row for row in rows if row["indicator_id"] == "road.coverage_ratio"]
    assert {(row["entity_id"], row["value"], row["observations"], row["expected"]) for row in covered} == {
        ("bj", 0.333333, 1, 3),
        ("bj/cy", 0.5, 1, 2),
        ("bj/hd", 0.0, 0, 1),
    }


def test_coverage_remembers_over_a_restart_who_was_heard() -> None:
    roster = [entity("air", "station", "A"), entity("air", "station", "B")]
    state = KeyedState()
    judged(judge_of(roster, state), [air_clock(EIGHT, 1), air("A", EIGHT, 30)])

    rows = judged(judge_of(roster, state), [air("B", EIGHT, 40), air_clock(NINE, 1)])

    assert of(rows, "air.coverage_ratio") == [
        "04-01 08:00 air.coverage_ratio bj/cy 1.0 valid 999",
        "04-01 08:00 air.coverage_ratio bj 1.0 valid 999",
    ]


def test_the_health_of_a_station_is_the_share_of_its_days_hours_also_over_a_restart() -> None:
    roster = [entity("air", "station", name) for name in ("A", "B", "C")]
    state = KeyedState()
    midnight = at("2026-04-01 00:00")
    rows: list[dict[str, Any]] = []
    for hour in range(6, 25):
        start = midnight + hour * HOUR_MS
        heard = [air("A", start, 30)] + ([air("B", start, 30)] if hour < 12 else [])
        rows += judged(judge_of(roster, state), [air_clock(start, 1), *heard])

    # The run began at 06:00; of the 18 hours since B was heard in 6.
    assert of(rows, "air.uptime_ratio") == [
        "04-01 00:00 air.uptime_ratio A 1.0 valid 999",
        "04-01 00:00 air.uptime_ratio B 0.333333 valid 999",
        "04-01 00:00 air.uptime_ratio C 0.0 valid 999",
    ]


def test_what_is_remembered_of_past_hours_is_forgotten_in_time() -> None:
    state = KeyedState()
    judge = judge_of([entity("road", "link", "L1"), *CITY], state)
    for number in range(60 * 12):
        start = EIGHT + number * WINDOW_MS
        run(judge, start)

    assert len([key for key, _ in state.items("road.travel_time|run-1|hour|")]) <= 26
    assert len([key for key, _ in state.items("road.travel_time|run-1|heard|")]) <= 26


def run(judge: Judge, start: int) -> None:
    judged(
        judge,
        [road("link", "L1", start, 100, 100), road("city", "bj", start, 100, 100), road_clock(start, 1)],
    )


def test_every_measured_system_with_reporters_declares_its_coverage() -> None:
    city = SimulatedCity(seed=1, start=EIGHT)
    reporters = {
        one["system"]: one["entity_type"]
        for one in city.entities()
        if one["entity_type"] not in ("area", "city")
    }

    assert {i.id: i.coverage_of for i in INDICATORS.values() if i.coverage_of} == {
        f"{system}.{name}": entity_type
        for system, entity_type in reporters.items()
        for name in ("coverage_ratio", "uptime_ratio")
    }
