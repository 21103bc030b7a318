"""What a subscriber is told of a current topic and its history, whichever of the two is ahead."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citybrain.client import Position
from citybrain.client.filters import at_least, every, inside, named, of_department, of_system
from citybrain.client.kinds import ALERT, INDICATOR
from citybrain.client.snapshot import Told, standing


def row(entity, window, revision, run="run"):
    return {
        "indicator_id": "road.tti",
        "entity_type": "link",
        "entity_id": entity,
        "window_start": window,
        "revision": revision,
        "run_id": run,
    }


def alert(name, sequence, state="raised"):
    return {"alert_id": name, "sequence": sequence, "state": state, "run_id": "run"}


def test_a_snapshot_has_the_newest_row_of_each_thing_on_whichever_partition_it_stands():
    current = [(b"a", row("a", 1, 1)), (b"b", row("b", 1, 1)), (b"a", row("a", 2, 1)), (b"c", row("a", 1, 9))]

    assert list(standing(INDICATOR, current, [])) == [row("b", 1, 1), row("a", 2, 1)]


def test_where_the_history_is_ahead_of_the_current_topic_nothing_is_missing():
    assert list(standing(INDICATOR, [(b"a", row("a", 1, 1))], [row("a", 1, 1), row("a", 2, 1)])) == [
        row("a", 2, 1)
    ]
    assert list(standing(ALERT, [], [alert("new", 1), alert("new", 2)])) == [alert("new", 2)]


def test_a_restated_row_of_an_older_window_does_not_stand():
    assert list(standing(INDICATOR, [(b"a", row("a", 2, 1))], [row("a", 1, 1_001)])) == [row("a", 2, 1)]


def test_what_is_closed_or_deleted_does_not_stand():
    closed = [alert("gone", 3), alert("gone", 4, "closed")]

    assert list(standing(ALERT, [(b"gone", alert("gone", 3)), (b"gone", None)], closed)) == []
    assert list(standing(ALERT, [(b"gone", alert("gone", 3))], closed)) == []


def test_nothing_is_told_twice_and_a_restated_row_is_told():
    told = Told(INDICATOR)

    assert [told.is_news(given_row) for given_row in (row("a", 1, 1), row("a", 2, 1), row("a", 1, 1))] == [
        True,
        True,
        False,
    ]
    assert told.is_news(row("a", 1, 1_001))
    assert told.is_news(row("a", 1, 1, run="another"))


def test_what_was_told_longest_ago_is_forgotten_first():
    told = Told(ALERT, limit=2)
    for name in ("a", "b", "c"):
        told.is_news(alert(name, 1))

    assert not told.is_news(alert("c", 1))
    assert told.is_news(alert("a", 1))


@given(st.data())
def test_whenever_it_begins_and_however_far_the_current_topic_is_behind_every_last_state_is_told_once(data):
    """History of some alerts, a reader that begins anywhere; the current topic shows a state of up to then or later."""
    names = data.draw(st.lists(st.sampled_from("abc"), min_size=1, max_size=30))
    history = [alert(name, names[: place + 1].count(name)) for place, name in enumerate(names)]
    begin = data.draw(st.integers(0, len(history)))
    copied = data.draw(st.integers(0, len(history)))
    recent_from = min(copied, begin)
    current = [(of["alert_id"].encode(), of) for of in history[:copied]]

    told = Told(ALERT)
    recent = history[recent_from:begin]
    first = list(standing(ALERT, current, recent))
    for of in (*first, *recent):
        told.is_news(of)
    heard = [*first, *(of for of in history[begin:] if told.is_news(of))]

    said = [(of["alert_id"], of["sequence"]) for of in heard]
    assert len(set(said)) == len(said)
    for name in set(names):
        mine = [sequence for of, sequence in said if of == name]
        assert mine == list(range(mine[0], names.count(name) + 1))


def test_a_position_is_the_same_after_it_was_kept_as_text():
    position = Position("city.alerts.v1", {0: 7, 3: 9}, in_snapshot=True)

    assert Position.parse(str(position)) == position
    with pytest.raises(ValueError, match="not a position"):
        Position.parse("7")


@pytest.mark.parametrize(
    ("area", "found", "is_in"),
    [
        ("city", "city/north", True),
        ("city", "city", True),
        ("city/north", "city", False),
        ("city/nor", "city/north", False),
        ("city/north/", "city/north/a", True),
        ("city", None, False),
    ],
)
def test_an_area_holds_itself_and_what_lies_in_it(area, found, is_in):
    assert inside(area)({"area_id": found}) is is_in


def test_a_severity_is_that_of_the_worst_so_that_who_heard_of_it_hears_the_end():
    assert at_least(2)({"worst_level": 1, "level": 4})
    assert not at_least(2)({"worst_level": 3})
    with pytest.raises(ValueError, match="severity is 1"):
        at_least(5)


def test_a_department_hears_of_its_cases_and_of_every_case_that_is_handed_on():
    wanted = of_department("water")
    case = {"change": "opened", "lead_department": "roads", "assisting_departments": ["water"]}

    assert wanted(case)
    assert not wanted({**case, "assisting_departments": []})
    assert wanted({**case, "assisting_departments": [], "change": "transferred"})


def test_every_condition_has_to_hold():
    wanted = every(named("entity_id", ["a", "b"]), of_system("road"), named("entity_type", None))

    assert wanted({"entity_id": "a", "indicator_id": "road.tti"})
    assert not wanted({"entity_id": "a", "indicator_id": "air.aqi"})
