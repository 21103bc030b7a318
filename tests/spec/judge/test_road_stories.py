"""What do a corridor, a network and a district say of their links?"""

from typing import Any

from judge_stories import at, entity, judge_of, judged, newest, road, road_clock

EIGHT = at("2026-04-01 08:00")


def link(name: str, length_m: int, **labels: str) -> dict[str, Any]:
    return {**entity("road", "link", name), "attributes": {"length_m": length_m}, "labels": labels}


LINKS = [
    link("fast", 600, corridor="ring"),
    link("slow", 300, corridor="ring", subnetwork="core"),
    link("silent", 100, subnetwork="core"),
]


def told(*statistics: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    rows = judged(judge_of(LINKS), [*statistics, road_clock(EIGHT), road_clock(EIGHT + 300_000, step=1)])
    return {
        (name, entity_id): row for (name, entity_id, start), row in newest(rows).items() if start == EIGHT
    }


def test_the_congested_share_is_of_the_length_that_has_a_grade() -> None:
    rows = told(road("link", "fast", EIGHT, 100, 100), road("link", "slow", EIGHT, 500, 100))

    city = rows["road.congested_length_ratio", "bj"]
    # 300 m of 900 m, and 100 m without a grade.
    assert (city["value"], city["validity"], city["observations"], city["expected"]) == (
        0.333333,
        "valid",
        2,
        3,
    )
    assert city["inputs"] == {
        "level_1_m": 600,
        "level_2_m": 0,
        "level_3_m": 0,
        "level_4_m": 0,
        "level_5_m": 300,
        "ungraded_m": 100,
    }
    assert city["details"] == {"congested_grades": "moderate-and-severe"}
    assert rows["road.congested_length_ratio", "bj/cy"]["value"] == 0.333333


def test_a_corridor_adds_up_its_links_as_the_job_adds_up_a_district() -> None:
    rows = told(road("link", "fast", EIGHT, 100, 100), road("link", "slow", EIGHT, 500, 100))

    ring = rows["road.tti", "ring"]
    assert (ring["value"], ring["entity_type"], ring["finality"]) == (3.0, "corridor", "final")
    assert ring["inputs"]["travel_time_ms"] == 600_000
    # Twice 900 m in 600 s.
    assert rows["road.speed_kmh", "ring"]["value"] == 10.8
    # 400 s lost on 1,800 m.
    assert rows["road.delay_s_per_km", "ring"]["value"] == 222.222222
    assert rows["road.tpi", "core"]["entity_type"] == "subnetwork"
    assert rows["road.congested_length_ratio", "core"]["validity"] == "valid"
    assert rows["road.congested_length_ratio", "core"]["value"] == 1.0


def test_a_corridor_of_which_nothing_was_heard_has_no_data() -> None:
    rows = told(road("link", "silent", EIGHT, 100, 100))

    assert rows["road.tti", "ring"]["validity"] == "no_data"
    assert rows["road.congested_length_ratio", "ring"]["details"]["reason"] == "nothing_graded"
    assert rows["road.congested_length_ratio", "bj"]["validity"] == "insufficient"


def test_a_district_is_told_by_the_job_and_not_once_more_by_its_links() -> None:
    rows = told(road("link", "fast", EIGHT, 100, 100))

    assert ("road.tti", "bj") not in rows


def test_a_flow_is_what_was_counted_in_the_window_over_an_hour() -> None:
    assert told(road("link", "fast", EIGHT, 100, 100))["road.flow_veh_h", "fast"]["value"] == 36.0


def test_a_link_without_a_counter_has_no_flow() -> None:
    statistic = road("link", "fast", EIGHT, 100, 100)
    statistic["sums"] |= {"vehicles": 0, "vehicle_counts": 0}

    row = told(statistic)["road.flow_veh_h", "fast"]

    assert (row["value"], row["validity"]) == (None, "no_data")
