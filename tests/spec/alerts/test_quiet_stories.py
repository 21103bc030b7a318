"""When is nobody told, and does the alert live on? Silence is as much of a promise as noise."""

import pytest
from town import MINUTE, START, TPI, Town

DUTY = TPI + "    escalation: [{after: 10m, duty: 1}, {after: 30m, duty: 2, role: shift-lead}]\n"


def test_who_is_not_acknowledged_goes_to_the_next_level_of_duty():
    town = Town(DUTY)
    town.value(5, 6.4)
    assert town.mark(15) == []
    assert town.mark(16) == ["duty_escalated"]
    assert (town.last["duty_level"], town.last["reason"]) == (1, "nobody acknowledged it in 10 minutes")
    assert town.mark(100) == ["duty_escalated"]
    assert town.minutes("duty_escalated") == [("duty_escalated", 15.0), ("duty_escalated", 35.0)]
    assert town.mark(500) == []


def test_the_roster_says_who_has_the_role():
    town = Town(DUTY)
    shift = {"change": "begun", "roles": {"shift-lead": "desk 1"}}
    town.take(town.alerts.on_shift(shift))
    town.value(5, 6.4)
    town.mark(36)
    assert town.last["reason"] == "nobody acknowledged it in 30 minutes; now for shift-lead (desk 1)"


def test_who_takes_over_holds_what_was_acknowledged():
    town = Town(DUTY)
    town.value(5, 6.4)
    town.command(6, "alert.acknowledge", by="day/duty-officer")
    shift = {"change": "taken_over", "roles": {}, "on_duty": "night/duty-officer", "by": "duty-officer"}
    shift["event_time"] = START + 60 * MINUTE

    assert town.take(town.alerts.on_shift(shift)) == ["noted"]
    assert (town.last["acknowledged"], town.last["acknowledged_by"]) == (True, "night/duty-officer")
    assert town.last["reason"] == "night/duty-officer has taken over what day/duty-officer had acknowledged"
    assert town.take(town.alerts.on_shift(shift)) == []
    assert town.mark(100) == []


def test_a_row_of_the_entity_shows_that_time_has_passed_as_a_mark_does():
    town = Town(DUTY)
    town.value(5, 6.4)
    assert town.value(20, 6.4) == ["duty_escalated"]
    assert town.minutes()[-1] == ("duty_escalated", 15.0)


def test_time_has_passed_only_when_it_has_in_all_partitions():
    town = Town(DUTY, partitions=2)
    town.value(5, 6.4)
    town.partitions = 1
    assert town.mark(60) == []
    town.partitions = 2
    assert town.mark(60) == ["duty_escalated", "duty_escalated"]


@pytest.mark.parametrize(
    "words",
    [
        ("alert.acknowledge", "", None),
        ("alert.shelve", "", 300),
        ("alert.shelve", "rule=road.*;area=town/d01", 300),
        ("maintenance.begin", "entity=d01", 300),
    ],
)
def test_who_is_seen_or_muted_is_not_escalated(words):
    name, target, until = words
    town = Town(DUTY)
    town.value(5, 6.4)
    assert town.command(6, name, target, until=until)[0] in {"acknowledged", "shelved", "muted"}
    assert town.mark(200) == []
    assert town.value(205, 6.4) == []


def test_a_shelf_ends_by_itself_and_escalation_begins_anew():
    town = Town(DUTY)
    town.value(5, 6.4)
    assert town.command(6, "alert.shelve", until=60) == ["shelved"]
    assert (town.last["muted_by"], town.last["shelved_until"]) == (["shelved"], START + 60 * MINUTE)
    assert town.value(10, 8.5) == ["escalated"]
    assert town.last["muted_by"] == ["shelved"]
    assert town.mark(71) == ["unshelved", "duty_escalated"]
    assert town.minutes()[-2:] == [("unshelved", 60.0), ("duty_escalated", 70.0)]


def test_an_alert_that_is_raised_under_a_pattern_is_born_muted():
    town = Town(DUTY)
    town.command(1, "alert.shelve", "entity=d0*", until=60)
    assert town.value(5, 6.4) == ["raised"]
    assert town.last["muted_by"] == ["shelved"]
    assert town.value(5, 6.4, "d11") == ["raised"]
    assert town.last["muted_by"] == []


def test_a_shelf_is_taken_off_by_hand():
    town = Town()
    town.value(5, 6.4)
    town.command(6, "alert.shelve", until=60)
    assert town.command(7, "alert.unshelve") == ["unshelved"]
    town.command(8, "alert.shelve", "rule=road.*", until=60)
    assert town.command(9, "alert.unshelve", town.records[0]["alert_id"]) == ["refused"]
    assert town.last["reason"] == "alert.unshelve is refused: a pattern shelves it: unshelve that"
    assert town.command(10, "alert.unshelve", "rule=road.*") == ["unshelved", "noted"]
    assert town.last["reason"] == "alert.unshelve is done: 1 open alerts are told otherwise than before"


def test_maintenance_may_be_planned_and_ends_early():
    town = Town()
    town.value(5, 6.4)
    given = {"from": str(START + 60 * MINUTE), "id": "works-7"}
    assert town.command(6, "maintenance.begin", "area=town", until=120, parameters=given) == ["noted"]
    assert town.mark(61) == ["muted"]
    assert town.last["muted_by"] == ["maintenance:works-7"]
    assert town.command(70, "maintenance.end", "works-7") == ["unmuted", "noted"]
    assert town.mark(200) == []


def test_outside_its_schedule_a_rule_is_not_told_of():
    town = Town(DUTY + '    schedule: {hours: ["09:00-10:00"]}\n')
    assert town.value(5, 6.4) == ["raised"]
    assert town.last["muted_by"] == ["off_schedule"]
    assert town.mark(60) == []
    assert town.mark(75) == ["unmuted", "duty_escalated"]
    assert town.mark(121) == ["duty_escalated", "muted"]
    assert town.minutes()[-1] == ("muted", 120.0)


def test_working_days_are_those_of_the_calendar():
    on_days_off = TPI + "    schedule: {days: days_off}\n"
    town = Town(on_days_off)
    town.value(5, 6.4)
    assert town.last["muted_by"] == ["off_schedule"]
    # 2026-04-05 is 清明.
    town.value(4 * 1440 + 5, 6.4, "d02")
    assert town.last["muted_by"] == []


def test_an_alert_that_flaps_is_muted_until_it_is_quiet():
    town = Town(DUTY + "    flapping: {changes: 4, within: 30m, quiet: 30m}\n")
    for minute, value in ((5, 6.4), (10, 4), (15, 6.4)):
        town.value(minute, value)
        assert town.last["muted_by"] == []
    assert town.value(20, 4) == ["cleared"]
    assert town.last["muted_by"] == ["flapping"]
    town.value(25, 6.4)
    assert town.last["muted_by"] == ["flapping"]
    assert town.mark(55) == []
    assert town.mark(56) == ["unmuted"]
    assert town.mark(66) == ["duty_escalated"]


OUTAGE = (
    TPI
    + "    inhibited_by: [{rule: road.outage, where: same_area}]\n"
    + TPI.replace("road.congestion", "road.outage")
    .replace("road.tpi", "road.speed_kmh")
    .replace("{raise: 8, clear: 7}", "{raise: 5}")
    .replace("{raise: 6, clear: 5}", "{raise: 9}")
)
SPEED = {"indicator_id": "road.speed_kmh", "unit": "km/h"}


def test_an_outage_mutes_what_hangs_on_it_and_its_end_unmutes():
    town = Town(OUTAGE)
    town.value(5, 6.4)
    town.value(5, 6.4, "d02")
    assert town.value(10, 4, "d01", **SPEED) == ["raised", "inhibited"]
    assert town.last["muted_by"] == [f"inhibited:{town.records[-2]['alert_id']}"]
    assert town.value(15, 8.5) == ["escalated"]
    assert town.value(20, 50, "d01", **SPEED) == ["cleared", "uninhibited"]
    assert town.last["muted_by"] == []


def test_what_is_raised_under_an_outage_is_born_muted():
    town = Town(OUTAGE)
    town.value(10, 4, "d01", **SPEED)
    assert town.value(15, 6.4) == ["raised"]
    assert town.last["muted_by"][0].startswith("inhibited:road.outage|")
    town.value(15, 6.4, "d02")
    assert town.last["muted_by"] == []


def joint(minute, sequence, members, ended=False):
    return {
        "joint_id": "joint|1",
        "sequence": sequence,
        "members": members,
        "change": "ended" if ended else "joined",
        "event_time": START + minute * MINUTE,
        "ended_at": START + minute * MINUTE if ended else None,
        "by": None,
        "reason": None,
    }


def test_a_joint_event_is_told_by_its_leader_alone():
    town = Town(DUTY)
    town.value(5, 6.4)
    town.value(5, 6.4, "d02")
    first, second = (f"alert:{record['alert_id']}" for record in town.records)
    assert town.take(town.alerts.on_joint(joint(6, 1, [first, second, "case:x"]))) == ["joined", "joined"]
    assert [record["muted_by"] for record in town.records[-2:]] == [[], ["joint:joint|1"]]
    assert town.last["parent_id"] == "joint|1"
    assert town.take(town.alerts.on_joint(joint(6, 1, [first, second]))) == []
    assert town.mark(16) == ["duty_escalated"]
    assert town.take(town.alerts.on_joint(joint(17, 2, [second, first]))) == ["unmuted", "muted"]
    assert town.take(town.alerts.on_joint(joint(18, 3, [second, first], ended=True))) == ["parted", "parted"]
    assert (town.last["parent_id"], town.last["muted_by"]) == (None, [])
    assert town.take(town.alerts.on_joint(joint(6, 1, [first, second]))) == []


def test_an_acknowledgement_may_be_for_a_while():
    town = Town(DUTY)
    town.value(5, 6.4)
    town.command(6, "alert.acknowledge", until=30)
    assert town.mark(41) == ["unacknowledged", "duty_escalated"]
    assert town.minutes()[-2:] == [("unacknowledged", 30.0), ("duty_escalated", 40.0)]


def test_a_graver_level_wants_a_new_acknowledgement_where_the_rule_says_so():
    town = Town(TPI)
    town.value(5, 6.4)
    town.command(6, "alert.acknowledge")
    town.value(10, 8.4)
    assert town.last["acknowledged"]
    town = Town(TPI + "    acknowledge_again: true\n")
    town.value(5, 6.4)
    town.command(6, "alert.acknowledge")
    town.value(10, 8.4)
    assert not town.last["acknowledged"]
