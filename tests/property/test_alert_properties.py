"""Do the laws of alerts hold for any values, marks and commands, in any order, with any kill in the middle?"""

import sys
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parents[1] / "spec" / "alerts"))
from town import START, Town, value_row

from streams.alerts.engine import Alerts
from streams.keyed_state import KeyedState
from streams.told import Told as Mark

MINUTE = 60_000
RULES = """
  - id: road.congestion
    name_zh: 拥堵
    name_en: Congestion
    indicator: road.tpi
    finality: provisional
    levels: {2: {raise: 8, clear: 7}, 3: {raise: 6, clear: 5}}
    hold: 2m
    clear_hold: 5m
    step_down_hold: 3m
    close_unacknowledged_after: 30m
    no_data: {after: 15m}
    escalation: [{after: 5m, duty: 1}, {after: 12m, duty: 2}]
    flapping: {changes: 3, within: 20m, quiet: 10m}
  - id: air.foul
    name_zh: 污染
    name_en: Foul air
    indicator: air.aqi_hourly
    levels: {3: {raise: 150, clear: 100}}
    close_unacknowledged_after: 30m
    escalation: [{after: 5m, duty: 1}]
"""
VALUES = st.sampled_from([4.0, 5.0, 5.5, 6.0, 7.0, 7.5, 8.0, 9.0, None])
Step = tuple[str, Any, int]


def road_steps(values: list[Any]) -> list[Step]:
    """Each minute a provisional value, each fifth the final one, and a mark behind; d01 has another one than d02."""
    steps: list[Step] = []
    for minute, (first, second, restated) in enumerate(values, 1):
        for entity, value in (("d01", first), ("d02", second)):
            step = minute % 5
            row = value_row(minute, value, entity, step=step, restated=0)
            steps.append(("row", row, minute))
        if restated is not None and minute > 10:
            back = (minute // 5 - 1) * 5
            steps.append(("row", value_row(back, restated, "d01", restated=minute), back))
        steps.append(("mark", "road.travel_time", minute))
    return steps


def air_steps(values: list[Any]) -> list[Step]:
    steps: list[Step] = []
    for minute, (value, _, _) in enumerate(values, 1):
        about = {"indicator_id": "air.aqi_hourly", "entity_type": "station"}
        number = None if value is None else value * 20
        steps.append(("row", value_row(minute, number, "s1", **about), minute))
        steps.append(("mark", "air.concentration", minute))
    return steps


TRIPLES = st.tuples(VALUES, VALUES, st.one_of(st.none(), st.sampled_from([4.0, 6.5, 9.0])))
COURSES = st.lists(TRIPLES, min_size=1, max_size=60)


def do(town: Town, step: Step) -> None:
    kind, what, minute = step
    if kind == "row":
        town.take(town.alerts.on_row(what, START + minute * MINUTE, 0))
    else:
        town.take(town.alerts.on_mark(Mark(what, "run-1", START + minute * MINUTE), 0))


def run(steps: list[Step]) -> Town:
    town = Town(RULES)
    for step in steps:
        do(town, step)
    return town


def by_alert(records: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    ordered = sorted(records, key=lambda record: record["alert_id"])
    return {name: list(found) for name, found in groupby(ordered, lambda record: record["alert_id"])}


@settings(max_examples=60, deadline=None)
@given(COURSES)
def test_sequences_have_no_gap_and_nothing_is_raised_twice_without_being_cleared(values):
    for records in by_alert(run(road_steps(values)).records).values():
        assert [record["sequence"] for record in records] == list(range(1, len(records) + 1))
        states = [record["change"] for record in records]
        turns = [
            change for change in states if change in {"raised", "cleared", "corrected", "closed", "dropped"}
        ]
        for before, after in pairwise(turns):
            assert (before, after) not in {("raised", "raised"), ("cleared", "cleared")}
            assert before not in {"closed", "corrected", "dropped"} or after == "corrected"
        assert all(record["worst_level"] <= record["level"] for record in records)
        assert all(record["state"] == "closed" for record in records if record["change"] == "corrected")


@settings(max_examples=60, deadline=None)
@given(COURSES)
def test_an_entity_has_one_open_alert_of_its_state_at_a_time(values):
    open_ones: dict[str, str] = {}
    for record in run(road_steps(values)).records:
        if record["kind"] != "state":
            continue
        if record["state"] == "closed":
            if open_ones.get(record["entity_id"]) == record["alert_id"]:
                del open_ones[record["entity_id"]]
        else:
            assert open_ones.setdefault(record["entity_id"], record["alert_id"]) == record["alert_id"]


@settings(max_examples=40, deadline=None)
@given(COURSES, COURSES, st.randoms(use_true_random=False))
def test_the_order_of_measures_changes_no_alert(first, second, random):
    road, air = road_steps(first), air_steps(second)
    mixed, left, right = [], list(road), list(air)
    while left or right:
        mixed.append((left if left and (not right or random.random() < 0.5) else right).pop(0))

    assert by_alert(run(mixed).records) == by_alert(run([*air, *road]).records)


@settings(max_examples=40, deadline=None)
@given(COURSES, st.data())
def test_a_kill_anywhere_changes_nothing_and_what_is_read_again_says_the_same_again(values, data):
    steps = road_steps(values)
    whole = run(steps)
    kill = data.draw(st.integers(0, len(steps)), label="kill")
    again = data.draw(st.integers(0, kill), label="again")
    town = Town(RULES)
    for step in steps[:kill]:
        do(town, step)
    kept = orjson.loads(orjson.dumps(dict(town.state.items(""))))

    town.state = KeyedState(kept)
    town.alerts = Alerts(town.state, zone="Asia/Shanghai", mode="simulated", partitions=1)
    for step in steps[kill:]:
        do(town, step)
    assert town.records == whole.records

    told = {(record["alert_id"], record["sequence"]): record for record in whole.records}
    town = Town(RULES, KeyedState(orjson.loads(orjson.dumps(kept))))
    for step in steps[again:]:
        do(town, step)
    assert all(told[record["alert_id"], record["sequence"]] == record for record in town.records)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from([0.0, 3.0, 5.0, 5.9]), max_size=80))
def test_good_values_are_silence(values):
    town = run(road_steps([(value, value, None) for value in values]))

    assert town.records == []


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from([4.0, 5.5, 6.0, 9.0]), max_size=80), st.integers(0, 4), st.integers(0, 4))
def test_hold_times_are_those_of_a_plain_count(values, hold, clear_hold):
    text = f"""
  - id: road.plain
    name_zh: 拥堵
    name_en: Congestion
    indicator: road.tpi
    levels: {{3: {{raise: 6, clear: 5}}}}
    hold: {hold * 5}m
    clear_hold: {clear_hold * 5}m
    close_unacknowledged_after: 30d
    flapping: {{changes: 50, within: 1m, quiet: 1m}}
"""
    town = Town(text)
    bad = good = 0
    is_raised, expected = False, []
    for number, value in enumerate(values):
        town.value((number + 1) * 5, value)
        bad, good = (bad + 1 if value >= 6 else 0), (good + 1 if value <= 5 else 0)
        if not is_raised and bad > hold:
            is_raised = True
            expected.append("raised")
        elif is_raised and good > clear_hold:
            is_raised = False
            expected.append("cleared")

    assert [change for change in town.changes if change in {"raised", "cleared"}] == expected
