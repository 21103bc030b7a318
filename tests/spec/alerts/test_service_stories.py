"""What comes from outside of the values? Silence, commands, cases, floods, and the test alert of each minute."""

import pytest
from town import HEARTBEAT, MINUTE, START, TPI, Town, value_row

SILENCE = """
  - id: road.silent
    name_zh: 无数据
    name_en: Silent
    indicator: road.tpi
    no_data: {after: 20m, level: 4}
"""


def test_an_entity_that_falls_silent_is_told_apart_from_its_state():
    town = Town(TPI + "    no_data: {after: 20m, level: 4}\n")
    town.value(5, 6.4)
    assert town.mark(25) == []
    assert town.mark(26) == ["raised"]
    assert (town.last["kind"], town.last["level"], town.last["reason"]) == (
        "no_data",
        4,
        "nothing was heard for 20 minutes",
    )
    assert town.last["alert_id"] == f"road.congestion~no_data|area|d01|{START + 5 * MINUTE}|run-1"
    assert town.minutes()[-1] == ("raised", 25.0)
    assert town.value(30, 6.4) == ["cleared", "closed"]
    assert town.value(35, 4) == ["cleared"]
    assert town.last["kind"] == "state"


def test_rows_that_say_no_data_are_silence_too():
    town = Town(SILENCE)
    assert [town.value(5, None), town.value(10, None), town.value(15, None)] == [[], [], []]
    assert town.value(25, None) == ["raised"]
    assert town.last["began_at"] == START


def test_who_is_heard_in_time_is_not_silent():
    town = Town(SILENCE)
    for minute in range(5, 300, 20):
        assert town.value(minute, 5.0) == []
        assert town.mark(minute + 20) == []


def test_values_that_are_not_good_enough_are_heard_all_the_same():
    town = Town(SILENCE)
    for minute in range(5, 100, 5):
        assert town.value(minute, None, validity="insufficient") == []


def test_silence_is_told_once_until_something_is_heard():
    town = Town(SILENCE)
    town.value(5, 5.0)
    assert town.mark(500) == ["raised"]
    assert town.mark(1000) == []
    assert town.value(1005, 5.0) == ["cleared", "closed"]
    assert town.mark(1026) == ["raised"]


@pytest.mark.parametrize(
    ("name", "given", "said"),
    [
        ("alert.unacknowledge", {}, "nobody has acknowledged it"),
        ("alert.unshelve", {}, "it is not shelved"),
        ("alert.shelve", {"until": 60 * 24 * 8}, "at most 7 days at once"),
        ("alert.close", {"parameters": {"outcome": "maybe"}}, "there is no outcome 'maybe'"),
    ],
)
def test_what_cannot_be_is_refused_and_told(name, given, said):
    town = Town()
    town.value(5, 6.4)
    assert town.command(6, name, **given) == ["refused"]
    assert said in town.last["reason"]
    assert (town.last["sequence"], town.last["state"], town.last["acknowledged"]) == (2, "raised", False)
    assert town.value(10, 4) == ["cleared"]


def test_seen_twice_is_refused_and_the_same_command_again_is_nothing():
    town = Town()
    town.value(5, 6.4)
    assert town.command(6, "alert.acknowledge") == ["acknowledged"]
    assert town.command(6, "alert.acknowledge") == []
    assert town.command(7, "alert.acknowledge") == ["refused"]
    assert "duty-officer has acknowledged it already" in town.last["reason"]
    assert town.command(8, "alert.unacknowledge", reason="wrong one") == ["unacknowledged"]
    assert town.command(9, "alert.note", reason="crew is there") == ["noted"]
    assert (town.last["by"], town.last["reason"]) == ("duty-officer", "crew is there")


def test_a_pending_alert_cannot_be_acknowledged_and_a_closed_one_cannot_be_shelved():
    town = Town(TPI + "    hold: 10m\n")
    town.value(5, 6.4)
    assert town.command(6, "alert.acknowledge") == ["refused"]
    town.value(10, 4)
    assert town.command(11, "alert.shelve", until=60) == ["refused"]
    assert town.last["state"] == "closed"


@pytest.mark.parametrize("target", ["road.congestion|area|d09|1|run-1", "alert 17"])
def test_a_command_about_nothing_that_is_known_is_answered_by_itself(target):
    town = Town()
    assert town.command(6, "alert.acknowledge", target) == ["refused"]
    assert town.last["alert_id"] == f"command|{town.last['command_id']}"
    assert "no alert with this id is known" in town.last["reason"]


@pytest.mark.parametrize("pattern", ["colour=red", "rule", "rule=a;rule=b", ";="])
def test_a_pattern_that_is_none_is_refused(pattern):
    town = Town()
    assert town.command(6, "maintenance.begin", pattern, until=60) == ["refused"]
    assert "is no pattern" in town.last["reason"] or "is every alert" in town.last["reason"]


def test_commands_for_other_services_are_passed_over():
    assert Town().command(6, "case.close", "hotline:4711") == []


PLAN = (
    TPI
    + """    plans:
      3:
        kind: road
        type: 拥堵
        lead_department: Traffic police
        assisting_departments: [Bus company]
        tasks: [{name: 路口疏导, within: 15m}]
        deadlines: {arrive: 30m, clear: 2h}
"""
)


def commands(town):
    return [dict(told.record) for told in town.told if told.topic == "city.commands.v1"]


def case(alert_id, sequence=1, status="open", outcome=None, minute=10):
    return {
        "case_id": f"road:alert:{alert_id}",
        "alert_id": alert_id,
        "sequence": sequence,
        "status": status,
        "outcome": outcome,
        "event_time": START + minute * MINUTE,
        "by": None,
        "reason": None,
    }


def test_a_response_plan_asks_for_one_case_whatever_happens_after():
    town = Town(PLAN)
    town.value(5, 6.4)
    town.value(10, 8.4)
    town.value(15, 4)
    town.value(20, 6.4)
    (asked,) = commands(town)
    alert_id = town.records[0]["alert_id"]
    assert (asked["command"], asked["target"]) == ("case.open", f"road:alert:{alert_id}")
    assert asked["command_id"] == f"case.open|road:alert:{alert_id}"
    assert asked["parameters"] == {
        "alert_id": alert_id,
        "area_id": "town/d01",
        "assisting_departments": "Bus company",
        "entity_id": "d01",
        "lead_department": "Traffic police",
        "level": "3",
        "limit_s": "7200",
        "type": "拥堵",
    }
    assert "1) 路口疏导 15m; arrive: 30m; clear: 2h" in asked["reason"]


def test_a_muted_alert_opens_no_case_until_it_is_told():
    town = Town(PLAN)
    town.command(1, "maintenance.begin", "rule=road.*", until=60)
    town.value(5, 6.4)
    assert commands(town) == []
    town.mark(61)
    assert len(commands(town)) == 1


def test_what_the_case_found_comes_back_to_the_alert_and_counts_for_the_rule():
    town = Town(PLAN)
    town.value(5, 6.4)
    alert_id = town.last["alert_id"]
    assert town.take(town.alerts.on_case(case(alert_id))) == ["case_opened"]
    assert town.last["case_ids"] == [f"road:alert:{alert_id}"]
    assert town.take(town.alerts.on_case(case(alert_id))) == []
    closed = case(alert_id, 4, "closed", "false", 30)
    assert town.take(town.alerts.on_case(closed)) == ["case_ended"]
    assert town.last["outcome"] == "false"
    (statistic,) = [told.record for told in town.told if told.topic == "city.statistics.v1"]
    assert (statistic["measure"], statistic["entity_id"], statistic["step"]) == (
        "alert.outcome",
        "road.congestion",
        1,
    )
    assert statistic["sums"] == {"outcomes": 1, "false": 1, "handled": 0, "transferred": 0}


def test_the_outcome_comes_back_after_the_alert_is_closed_too():
    town = Town(PLAN)
    town.value(5, 6.4)
    alert_id = town.last["alert_id"]
    town.take(town.alerts.on_case(case(alert_id)))
    town.command(8, "alert.acknowledge", alert_id)
    town.value(10, 4)
    assert town.last["state"] == "closed"
    town.mark(3_000)
    assert town.take(town.alerts.on_case(case(alert_id, 2, "closed", "handled", 3_000))) == ["case_ended"]
    assert (town.last["state"], town.last["outcome"]) == ("closed", "handled")


def test_a_day_of_outcomes_is_told_as_final_when_it_is_over():
    town = Town(PLAN)
    for entity, outcome in (("d01", "false"), ("d02", "handled"), ("d02", "transferred")):
        town.value(5, 6.4, entity)
        alert_id = f"road.congestion|area|{entity}|{START + 5 * MINUTE}|run-1"
        town.take(town.alerts.on_case(case(alert_id, len(town.told), "closed", outcome)))
    town.mark(17 * 60 + 1)
    statistics = [told.record for told in town.told if told.topic == "city.statistics.v1"]
    statistics = [found for found in statistics if found["measure"] == "alert.outcome"]
    assert [found["step"] for found in statistics] == [1, 2, 2, 0]
    assert statistics[-1]["sums"] == {"outcomes": 2, "false": 1, "handled": 0, "transferred": 1}
    assert town.mark(18 * 60) == []


def test_what_people_close_as_false_counts_too():
    town = Town()
    town.value(5, 6.4)
    assert town.command(6, "alert.close", parameters={"outcome": "false"}) == ["closed"]
    assert town.told[-1].record["sums"]["false"] == 1


def test_too_many_alerts_of_a_rule_are_told_as_one():
    town = Town(TPI + "    max_alerts: 3\n")
    for number in range(6):
        town.value(5, 6.4, f"d{number}")
    kinds = [record["kind"] for record in town.records]
    assert kinds == ["state", "state", "state", "flood"]
    assert town.last["entity_id"] == "road.congestion/0"
    assert "more than 3 alerts" in town.last["reason"]


def test_a_flood_ends_when_everybody_left_has_an_alert_or_needs_none():
    town = Town(TPI + "    max_alerts: 1\n")
    for number in range(3):
        town.value(5, 6.4, f"d{number}")
    town.value(10, 4, "d1")
    assert town.changes == ["raised", "raised"]
    town.command(11, "alert.close", town.records[0]["alert_id"])
    assert town.value(15, 6.4, "d2") == ["raised", "cleared"]
    assert [record["kind"] for record in town.records[-2:]] == ["state", "flood"]


def test_a_test_alert_each_minute_proves_the_way_and_is_told_to_nobody_outside():
    town = Town(HEARTBEAT)
    assert town.mark(0) == ["raised"]
    assert town.mark(0.5) == []
    assert town.mark(2, "air.concentration") == ["closed", "raised", "closed", "raised"]
    assert town.mark(1) == []
    assert [record["sequence"] for record in town.records] == [1, 2, 1, 2, 1]
    assert {(record["kind"], *record["muted_by"]) for record in town.records} == {("test", "test")}


def test_after_a_leap_of_the_clock_only_the_last_minutes_are_told():
    town = Town(HEARTBEAT)
    town.mark(0)
    assert town.mark(600).count("raised") == 10


def test_a_test_alert_is_sent_by_hand_too():
    town = Town(HEARTBEAT)
    assert town.command(3, "alert.test", "line") == ["raised", "closed"]
    assert Town().command(3, "alert.test", "line") == ["refused"]


def current(town):
    found = {}
    for told in town.told:
        if told.topic == "city.alerts.current.v1":
            found[told.key] = told.record
    return found


def test_a_closed_alert_leaves_the_current_ones_after_a_day_and_is_remembered_for_a_month():
    town = Town()
    town.value(5, 6.4)
    alert_id = town.last["alert_id"]
    town.command(6, "alert.close")
    assert current(town)[alert_id]["state"] == "closed"
    town.mark(24 * 60 + 6)
    assert current(town)[alert_id] is not None
    town.mark(24 * 60 + 7)
    assert current(town)[alert_id] is None
    assert town.command(24 * 60 + 8, "alert.note", alert_id) == ["noted"]
    town.mark(31 * 24 * 60 + 7)
    assert town.command(31 * 24 * 60 + 8, "alert.note", alert_id) == ["refused"]
    assert [key for key, _ in town.state.items("e|")] == []


def test_the_state_of_the_line_is_plain_json():
    import orjson

    town = Town(PLAN)
    town.value(5, 6.4)
    town.command(6, "alert.shelve", "rule=road.*", until=60)
    kept = dict(town.state.items(""))
    assert orjson.loads(orjson.dumps(kept)) == kept
    assert value_row(5, 1.0)["entity_id"] == "d01"
