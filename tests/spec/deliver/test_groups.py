"""When is a receiver told of what, and what leaves for whom? Stories with the clock in the hand."""

import pytest
from told_alerts import alert, cleared

from streams.deliver.groups import Groups
from streams.deliver.receivers import Receiver

BASE = {"name": "office", "url": "https://office.example/hook", "secret_env": "S"}


def receiver(**told):
    return Receiver.model_validate(BASE | told)


def groups(mode="live", **told):
    return Groups(receiver(**told), mode)


def at_once(mode="live", **told):
    return groups(mode, **{"group_wait": "0s", "group_interval": "0s"} | told)


def changes(told):
    return [(one["entity_id"], one["change"]) for notification in told for one in notification.alerts]


def test_the_first_alert_of_a_group_waits_for_others_and_all_are_told_together():
    at = groups()
    at.on_change(alert("s1"), 0, 100.0)
    at.on_change(alert("s2"), 1, 120.0)

    assert at.next_due() == 130.0
    assert at.take_due(129.9) == []
    (told,) = at.take_due(130.0)
    assert changes([told]) == [("s1", "raised"), ("s2", "raised")]
    assert (told.why, told.offsets, told.truncated) == ("changed", (0, 1), 0)
    assert at.oldest_offset() is None


def test_what_comes_and_goes_within_the_wait_is_told_nobody_and_holds_nothing_up():
    at = groups()
    at.on_change(alert(), 0, 100.0)
    assert at.oldest_offset() == 0
    at.on_change(cleared(), 1, 110.0)

    assert at.oldest_offset() is None
    assert at.take_due(1e9) == []


def test_a_later_change_waits_for_the_interval_unless_it_is_graver():
    at = groups()
    at.on_change(alert("s1"), 0, 0.0)
    at.take_due(30.0)
    at.on_change(alert("s2"), 1, 40.0)
    assert at.next_due() == 330.0
    at.on_change(alert("s3", level=1), 2, 50.0)

    assert at.next_due() == 70.0
    (told,) = at.take_due(70.0)
    assert [one["entity_id"] for one in told.alerts] == ["s2", "s3", "s1"]


def test_what_still_fires_is_repeated_until_somebody_acknowledges():
    at = groups(repeat_interval="1h")
    at.on_change(alert(), 0, 0.0)
    (first,) = at.take_due(30.0)
    (again,) = at.take_due(3_630.0)
    assert (again.why, again.offsets) == ("repeated", ())
    assert again.delivery_id != first.delivery_id

    at.on_change(alert(sequence=2, change="acknowledged", acknowledged=True), 1, 3_700.0)

    assert at.next_due() is None
    assert at.oldest_offset() is None


def test_the_end_is_told_to_those_who_were_told_of_the_beginning_and_want_it():
    for wants in (True, False):
        at = at_once(send_resolved=wants)
        at.on_change(alert(), 0, 0.0)
        at.take_due(0.0)
        at.on_change(cleared(), 1, 1.0)
        assert changes(at.take_due(1.0)) == ([("s1", "cleared")] if wants else [])
        assert at.next_due() is None
        assert at.oldest_offset() is None


def test_without_waits_every_change_is_told_by_itself_and_in_order():
    at, told = at_once(), []
    for offset, change in enumerate(
        [alert(), alert(sequence=2, level=2, change="escalated"), cleared(sequence=3, level=2)]
    ):
        at.on_change(change, offset, 5.0)
        told += at.take_due(5.0)

    assert changes(told) == [("s1", "raised"), ("s1", "escalated"), ("s1", "cleared")]
    assert [one.levels for one in told] == [
        {told[0].alerts[0]["alert_id"]: 3},
        {told[0].alerts[0]["alert_id"]: 2},
        {},
    ]
    assert len({one.delivery_id for one in told}) == 3


def test_what_is_muted_is_not_told_and_is_when_it_is_unmuted():
    at = at_once()
    at.on_change(alert(muted_by=["inhibited:x"]), 0, 0.0)
    assert at.take_due(0.0) == []
    assert at.oldest_offset() is None

    at.on_change(alert(sequence=2, change="uninhibited"), 1, 1.0)

    assert changes(at.take_due(1.0)) == [("s1", "uninhibited")]


def test_one_that_was_told_is_not_repeated_while_shelved_told_again_after_it_and_its_end_is_told_in_it():
    at = at_once(repeat_interval="1h")
    at.on_change(alert(), 0, 0.0)
    at.take_due(0.0)
    at.on_change(alert(sequence=2, change="shelved", muted_by=["shelved"]), 1, 10.0)
    assert at.take_due(10_000.0) == []
    at.on_change(alert(sequence=3, change="unshelved"), 2, 10_000.0)
    assert changes(at.take_due(10_000.0)) == [("s1", "unshelved")]

    at.on_change(alert(sequence=4, change="shelved", muted_by=["shelved"]), 3, 10_001.0)
    at.on_change(cleared(sequence=5, muted_by=["shelved"]), 4, 10_002.0)

    assert changes(at.take_due(10_002.0)) == [("s1", "cleared")]


def test_a_group_with_more_changes_than_fit_is_told_in_several_and_counts_what_it_leaves_out():
    at = groups(max_alerts=2)
    for number in range(5):
        at.on_change(alert(f"s{number}"), number, 0.0)

    told = at.take_due(30.0)

    assert [len(one.alerts) for one in told] == [2, 2, 1 + 0]
    assert sorted(offset for one in told for offset in one.offsets) == [0, 1, 2, 3, 4]
    at.on_change(alert("s9"), 9, 31.0)
    (later,) = at.take_due(330.0)
    assert (len(later.alerts), later.truncated) == (2, 4)


@pytest.mark.parametrize(
    ("filters", "fits"),
    [
        ({"areas": ["simcity"]}, True),
        ({"areas": ["simcity/north"]}, True),
        ({"areas": ["simcity/nor"]}, False),
        ({"levels": [1, 2]}, False),
        ({"levels": [3]}, True),
        ({"systems": ["road"]}, False),
        ({"departments": ["ecology"]}, True),
        ({"rules": ["air.*"]}, True),
        ({"rules": ["road.*", "noise.x"]}, False),
        ({"systems": ["air"], "areas": ["other"]}, False),
    ],
)
def test_a_receiver_hears_what_all_its_filters_let_pass(filters, fits):
    at = at_once(**filters)
    at.on_change(alert(), 0, 0.0)

    assert bool(at.take_due(0.0)) == fits


def test_who_wants_the_gravest_alone_hears_when_one_becomes_milder_and_ends():
    at = at_once(levels=[1])
    told = []
    for offset, change in enumerate(
        [
            alert(),
            alert(sequence=2, level=1, worst_level=1, change="escalated"),
            alert(sequence=3, level=2, worst_level=1, change="de-escalated"),
            cleared(sequence=4, level=2, worst_level=1),
        ]
    ):
        at.on_change(change, offset, 0.0)
        told += at.take_due(0.0)

    assert [change for _, change in changes(told)] == ["escalated", "de-escalated", "cleared"]


@pytest.mark.parametrize("line", ["live", "drill", "replay", "simulated"])
@pytest.mark.parametrize("record", ["live", "drill", "replay", "simulated"])
@pytest.mark.parametrize("drills", [False, True])
def test_only_what_is_live_all_the_way_leaves_and_drills_to_those_who_ask(line, record, drills):
    at = at_once(line, drills=drills)
    at.on_change(alert(mode=record), 0, 0.0)

    is_drill = "drill" in {line, record} and {line, record} <= {"live", "drill"}
    assert bool(at.take_due(0.0)) == ((line, record) == ("live", "live") or (is_drill and drills))


def test_test_alerts_reach_those_who_ask_for_them():
    for wants in (True, False):
        at = at_once(tests=wants)
        at.on_change(alert(kind="test"), 0, 0.0)
        assert bool(at.take_due(0.0)) == wants


def as_delivery(told, at):
    return {
        "group_key": told.group_key,
        "sequences": told.sequences,
        "levels": told.levels,
        "event_time": int(at * 1000),
    }


def test_a_successor_tells_what_was_not_and_nothing_that_was():
    first = at_once()
    first.on_change(alert("s1"), 0, 0.0)
    (told,) = first.take_due(0.0)
    first.on_change(alert("s2"), 1, 1.0)

    successor = at_once()
    successor.restore(as_delivery(told, 0.0))
    # The first was committed, the second is read again, and so is the first once more.
    successor.learn(alert("s1"))
    successor.catch_up(2.0)
    assert successor.take_due(2.0) == []
    successor.on_change(alert("s1"), 0, 2.0)
    assert successor.take_due(2.0) == []
    successor.on_change(alert("s2"), 1, 2.0)

    assert changes(successor.take_due(2.0))[0] == ("s2", "raised")


def test_a_successor_tells_the_end_of_what_its_predecessor_told():
    first = at_once()
    first.on_change(alert(), 0, 0.0)
    (told,) = first.take_due(0.0)
    successor = at_once()
    successor.restore(as_delivery(told, 0.0))
    successor.learn(alert())
    successor.catch_up(5.0)

    successor.on_change(cleared(), 1, 6.0)

    assert changes(successor.take_due(6.0)) == [("s1", "cleared")]


def test_a_new_receiver_hears_what_stands_and_nothing_of_what_is_over():
    at = at_once()
    at.learn(alert("s1"))
    at.learn(alert("s2"))
    at.learn(cleared("s2"))

    at.catch_up(0.0)

    assert changes(at.take_due(0.0)) == [("s1", "raised")]


def test_alerts_are_told_together_by_what_the_receiver_says():
    at = at_once(group_by=["area"])
    at.on_change(alert("s1"), 0, 0.0)
    at.on_change(alert("s2", rule_id="noise.exceeds"), 1, 0.0)
    at.on_change(alert("s3", area_id="simcity/east"), 2, 0.0)

    assert sorted(len(told.alerts) for told in at.take_due(0.0)) == [1, 2]
