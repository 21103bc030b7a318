"""How does an alert live? Raised, graver, milder, over; and silence where nothing is to be said."""

import pytest
from town import START, TPI, Town


def test_a_value_beyond_the_level_raises_and_a_good_one_clears():
    town = Town()
    assert town.value(5, 5.9) == []
    assert town.value(10, 6.4) == ["raised"]
    assert (town.last["level"], town.last["threshold"], town.last["value"]) == (3, 6.0, 6.4)
    assert town.last["alert_id"] == f"road.congestion|area|d01|{START + 600_000}|run-1"
    assert "拥堵 6.4（III级黄色）" in town.last["title"]
    assert town.value(15, 5.4) == []
    assert town.value(20, 5.0) == ["cleared"]
    assert town.command(21, "alert.acknowledge") == ["acknowledged", "closed"]
    assert [record["sequence"] for record in town.records] == [1, 2, 3, 4]


def test_good_values_are_silence_and_leave_nothing_behind():
    town = Town()
    before = len(town.state)
    for minute in range(5, 500, 5):
        assert town.value(minute, 5.9) == []
    assert len(town.state) == before


def test_values_between_clear_and_raise_change_nothing_either_way():
    town = Town()
    town.value(5, 6.4)
    for minute in range(10, 60, 5):
        assert town.value(minute, 5.5) == []
    assert town.value(60, 6.4) == []


def test_exactly_the_raise_value_raises_unless_the_limit_may_be_reached():
    assert Town().value(5, 6.0) == ["raised"]
    assert Town(TPI + "    inclusive: false\n").value(5, 6.0) == []


def test_a_hold_time_is_waited_for_and_what_does_not_last_is_dropped():
    town = Town(TPI + "    hold: 10m\n")
    assert town.value(5, 6.4) == ["pending"]
    assert town.value(10, 6.1) == []
    assert town.value(15, 6.2) == ["raised"]
    assert town.last["began_at"] == START + 5 * 60_000

    town = Town(TPI + "    hold: 10m\n")
    assert [*town.value(5, 6.4), *town.value(10, 5.8)] == ["pending", "dropped"]
    assert town.value(15, 6.2) == ["pending"]
    assert town.last["sequence"] == 1


def test_a_clear_hold_is_waited_for_and_begins_anew_with_each_bad_value():
    town = Town(TPI + "    clear_hold: 10m\n")
    town.value(5, 6.4)
    assert [town.value(10, 4), town.value(15, 5.5), town.value(20, 4), town.value(25, 4)] == [[], [], [], []]
    assert town.value(30, 4) == ["cleared"]


def test_a_gap_between_values_begins_the_hold_time_anew():
    town = Town(TPI + "    hold: 10m\n")
    town.value(5, 6.4)
    assert town.value(30, 6.4) == []
    assert town.value(40, 6.4) == ["raised"]


def test_severity_goes_up_and_down_with_holds_of_their_own():
    town = Town(TPI + "    step_up_hold: 5m\n    step_down_hold: 10m\n    clear_hold: 10m\n")
    assert town.value(5, 6.4) == ["raised"]
    assert town.value(10, 8.2) == []
    assert town.value(15, 8.4) == ["escalated"]
    assert (town.last["level"], town.last["worst_level"], town.last["threshold"]) == (2, 2, 8.0)
    assert [town.value(20, 6.5), town.value(25, 6.5)] == [[], []]
    assert town.value(30, 6.5) == ["de-escalated"]
    assert (town.last["level"], town.last["worst_level"]) == (3, 2)
    assert [town.value(35, 4), town.value(40, 4)] == [[], []]
    assert town.value(45, 4) == ["cleared"]


def test_the_gravest_level_is_raised_at_once_and_falls_to_none_without_a_step_between():
    town = Town(TPI + "    clear_hold: 5m\n")
    assert town.value(5, 9) == ["raised"]
    assert town.last["level"] == 2
    assert [town.value(10, 4), town.value(15, 4)] == [[], ["cleared"]]


@pytest.mark.parametrize("acknowledged", [False, True])
@pytest.mark.parametrize("cleared", [False, True])
def test_acknowledged_and_cleared_are_independent(acknowledged, cleared):
    town = Town(TPI + "    close_after: 1h\n")
    town.value(5, 6.4)
    if acknowledged:
        assert town.command(6, "alert.acknowledge") == ["acknowledged"]
    if cleared:
        assert town.value(10, 4) == ["cleared"]
    state = "cleared" if cleared else "raised"
    assert (town.last["state"], town.last["acknowledged"]) == (state, acknowledged)


def test_a_cleared_alert_waits_for_its_acknowledgement_and_not_for_ever():
    town = Town(TPI + "    close_unacknowledged_after: 1h\n")
    town.value(5, 6.4)
    town.value(10, 4)
    assert town.mark(70) == []
    assert town.mark(71) == ["closed"]
    assert town.minutes("closed") == [("closed", 70.0)]


def test_a_bad_value_raises_a_cleared_alert_again():
    town = Town()
    town.value(5, 6.4)
    town.value(10, 4)
    assert town.value(15, 6.4) == ["raised"]
    assert (town.last["sequence"], town.last["cleared_at"]) == (3, None)


def test_after_it_is_closed_the_next_bad_value_is_another_alert():
    town = Town()
    town.value(5, 6.4)
    first = town.last["alert_id"]
    town.command(6, "alert.acknowledge")
    assert town.value(10, 4) == ["cleared", "closed"]
    assert town.value(15, 6.4) == ["raised"]
    assert (town.last["sequence"], town.last["alert_id"] == first) == (1, False)


def test_a_latched_alert_ends_by_hand_alone():
    town = Town(TPI + "    latched: true\n")
    town.value(5, 6.4)
    assert [town.value(10, 4), town.value(15, 4)] == [[], []]
    assert town.command(16, "alert.close") == ["closed"]


def test_what_people_closed_stays_closed_as_long_as_it_lasts_unless_it_gets_graver():
    town = Town()
    town.value(5, 6.4)
    assert town.command(6, "alert.close", reason="known works") == ["closed"]
    assert town.last["reason"] == "known works"
    assert [town.value(10, 6.4), town.value(15, 6.5)] == [[], []]
    assert town.value(20, 8.5) == ["raised"]


def test_what_people_closed_is_told_anew_when_it_comes_back():
    town = Town()
    town.value(5, 6.4)
    town.command(6, "alert.close")
    assert town.value(10, 4) == []
    assert town.value(15, 6.4) == ["raised"]


def test_values_that_may_not_be_published_say_nothing():
    town = Town(TPI + "    hold: 10m\n")
    town.value(5, 6.4)
    assert town.value(10, None, validity="insufficient") == []
    assert town.value(15, 6.4) == ["raised"]
    assert town.value(20, None) == []
    assert town.last["state"] == "raised"


def test_where_there_is_nothing_to_be_judged_nothing_is_bad():
    town = Town()
    town.value(5, 6.4)
    assert town.value(10, None, validity="not_applicable") == ["cleared"]


def test_insufficient_values_count_where_the_rule_lets_them():
    assert Town().value(5, 9.0, validity="insufficient") == []
    assert Town(TPI + "    validity: insufficient\n").value(5, 9.0, validity="insufficient") == ["raised"]
    assert Town(TPI + "    validity: valid\n").value(5, 9.0, validity="valid_by_exceedance") == []


def test_entities_areas_and_types_are_chosen():
    town = Town(TPI + "    entities: [d0*]\n    areas: [town/d01]\n")
    assert town.value(5, 9, "d02") == []
    assert town.value(5, 9, "d01", entity_type="city") == ["raised"]
    assert town.value(5, 9, "d01") == ["raised"]
    assert Town(TPI + "    entity_types: [city]\n").value(5, 9) == []


def test_grades_raise_and_a_worse_grade_than_any_named_raises_too():
    town = Town(
        TPI[: TPI.index("    levels")] + "    levels: {3: {grades: [中度拥堵]}, 1: {grades: [严重拥堵]}}\n"
    )
    assert town.value(5, 5, grade="轻度拥堵") == []
    assert town.value(10, 7, grade="中度拥堵") == ["raised"]
    assert town.value(15, 9, grade="严重拥堵") == ["escalated"]
    assert town.value(20, 1, grade="畅通") == ["cleared"]


def test_values_below_are_bad_where_more_is_better():
    text = """
  - id: road.speed
    name_zh: 速度
    name_en: Speed
    indicator: road.speed_kmh
    levels: {3: {raise: 20, clear: 25}, 2: {raise: 10, clear: 12}}
"""
    town = Town(text)
    row = {"indicator_id": "road.speed_kmh", "unit": "km/h"}
    assert town.value(5, 21, **row) == []
    assert town.value(10, 20, **row) == ["raised"]
    assert town.value(15, 9, **row) == ["escalated"]
    assert town.value(20, 13, **row) == ["de-escalated"]
    assert town.value(25, 24, **row) == []
    assert town.value(30, 25, **row) == ["cleared"]


def test_a_missed_target_of_the_city_raises():
    text = """
  - id: emergency.late_help
    name_zh: 响应超时
    name_en: Help comes late
    indicator: emergency.within_15min_ratio
    levels: {3: {target: emergency.within_15min}}
"""
    town = Town(text)
    row = {"indicator_id": "emergency.within_15min_ratio"}
    status = "target_status.emergency.within_15min"
    assert town.value(60, 0.95, details={status: "met"}, **row) == []
    assert town.value(120, 0.95, details={status: "no_data"}, **row) == []
    assert town.value(180, 0.8, details={status: "behind"}, **row) == ["raised"]
    assert town.last["threshold"] == 0.9
    assert town.value(240, 0.9, details={status: "met"}, **row) == ["cleared"]


def test_a_rule_that_is_taken_away_leaves_no_alert_open_and_raises_none():
    town = Town()
    town.value(5, 6.4)
    gone = {**town.state.get("r|road.congestion"), "version": 2, "active": False}
    assert town.take(town.alerts.on_rule(gone)) == ["closed"]
    assert town.value(10, 9) == []


def test_a_changed_rule_is_followed_from_the_next_value_on():
    town = Town()
    town.value(5, 5.4)
    kept = town.state.get("r|road.congestion")
    changed = {
        **kept,
        "version": 2,
        "declaration": kept["declaration"].replace('"raise":6.0,"clear":5.0', '"raise":5.2'),
    }
    assert town.take(town.alerts.on_rule(changed)) == []
    assert town.value(10, 5.4) == ["raised"]
    assert town.last["rule_version"] == 2
    assert town.take(town.alerts.on_rule(kept)) == []


def test_a_mode_of_the_city_changes_a_rule_while_it_holds_and_where():
    town = Town(TPI + "    overlays: {major-event: {levels: {3: {raise: 4}}}}\n")
    mode = {
        "mode_id": "major-event|1",
        "name": "major-event",
        "change": "begun",
        "event_time": START,
        "begins_at": START + 600_000,
        "ends_at": START + 1_200_000,
        "areas": ["town/d01"],
    }
    assert town.value(5, 4.5) == []
    town.take(town.alerts.on_mode(mode))
    assert town.value(8, 4.5) == []
    assert town.value(10, 4.5, "d02") == []
    assert town.value(15, 4.5) == ["raised"]
    assert town.value(20, 4.5) == ["cleared"]


def test_a_mode_may_switch_a_rule_on_and_its_end_closes_what_is_left():
    town = Town(TPI + "    enabled: false\n    overlays: {flood-season: {enabled: true}}\n")
    mode = {
        "mode_id": "flood-season|1",
        "name": "flood-season",
        "change": "begun",
        "event_time": START,
        "begins_at": START,
        "ends_at": None,
        "areas": [],
    }
    assert town.value(5, 9) == []
    town.take(town.alerts.on_mode(mode))
    assert town.value(10, 9) == ["raised"]
    town.take(town.alerts.on_mode({**mode, "change": "ended", "event_time": START + 660_000}))
    assert town.value(15, 9) == ["closed"]
    assert town.value(20, 9) == []


def test_another_run_of_the_line_ends_the_alerts_of_the_one_before():
    town = Town()
    town.mark(1)
    town.value(5, 6.4)
    assert town.mark(-500, run="run-2") == ["closed"]
    assert town.value(10, 9) == []
    assert town.value(10, 9, run_id="run-2") == ["raised"]


def test_history_that_is_written_beside_the_line_raises_nothing():
    town = Town()
    town.mark(3_000)
    assert town.value(3_000, 9, run_id="backfill-1") == []
    assert town.value(5, 9, restated=1) == []
