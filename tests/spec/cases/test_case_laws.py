"""Laws of cases, for any story: order of arrival, repetition, sequence, closes, counts, restarts and clock arithmetic."""

import copy
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent))
import itertools

from told_cases import KINDS, City, at, command, event, stamp, tick

from indicators.service_deadlines import Limit
from indicators.workdays import add_workdays, is_workday
from streams.cases.clocks import due_of, ran_for
from streams.keyed_state import KeyedState

MINUTE = 60_000
START = at("01:00")
STAGES = ("received", "dispatched", "en_route", "arrived", "available")
OFFICE = KINDS.calendars["office"]
Record = tuple[str, int, dict[str, Any]]
"""System, partition and event."""


def clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


@st.composite
def statuses(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Statuses of up to three incidents within two hours, contradictory ones among them."""
    found = []
    for _ in range(draw(st.integers(1, 14))):
        stage = draw(st.sampled_from(STAGES))
        unit = None if stage == "received" else draw(st.sampled_from(("E1", "E2")))
        incident = draw(st.sampled_from(("F1", "F2", "F3")))
        found.append(stamp(clock(draw(st.integers(60, 180))), incident, stage, unit))
    return found


@st.composite
def streams(draw: st.DrawFn) -> list[Record]:
    """What two partitions bring, each in its order: statuses no later than two minutes, commands and ticks."""
    partitions = {"F1": 0, "F2": 1, "F3": 1}
    found: list[tuple[int, int, Record]] = []
    for number, status in enumerate(draw(statuses())):
        arrives = status["event_time"] + draw(st.integers(0, 119)) * 1_000
        found.append((arrives, number + 1, ("emergency", partitions[status["entity_id"]], status)))
    for minute in range(60, 190):
        found += [
            (at(clock(minute)), 0, ("emergency", number, tick("emergency", at(clock(minute)))))
            for number in (0, 1)
        ]
    return [record for _, _, record in sorted(found, key=lambda item: item[:2])]


def standing(city: City) -> dict[str, Any]:
    """How every case stands in the end, without how it came there."""
    cases = {key: case["told"] for key, case in city.state.items("case|")}
    return {key: None if told is None or told.get("unopened") else told for key, told in cases.items()}


def played(records: list[Record], state: KeyedState | None = None) -> City:
    city = City(state, partitions=2)
    for slug, partition, one in records:
        city.comes(slug, one, partition=partition)
    return city


def by_case(city: City) -> dict[str, list[dict[str, Any]]]:
    told: dict[str, list[dict[str, Any]]] = {}
    for change in city.changes:
        told.setdefault(change["case_id"], []).append(change)
    return told


@given(statuses(), st.randoms(use_true_random=False))
@settings(max_examples=150, deadline=None)
def test_in_any_order_of_arrival_the_same_statuses_lead_to_the_same_state(
    told: list[dict[str, Any]], chance: Any
) -> None:
    shuffled = [*told, *told[: len(told) // 2]]
    chance.shuffle(shuffled)
    one, other = City(), City()
    one.comes("emergency", *told, tick("emergency", at("05:00")))
    other.comes("emergency", *shuffled, tick("emergency", at("05:00")))

    assert standing(one) == standing(other)


@given(streams())
@settings(max_examples=60, deadline=None)
def test_sequences_have_no_gap_no_case_closes_twice_and_each_deadline_is_told_once(
    records: list[Record],
) -> None:
    for changes in by_case(played(records)).values():
        assert [change["sequence"] for change in changes] == list(range(1, len(changes) + 1))
        is_closed = False
        for change in changes:
            assert not (change["change"] == "closed" and is_closed)
            is_closed = change["change"] == "closed" or (is_closed and change["change"] != "reopened")
            assert (change["closed_at"] is None) == (change["status"] == "open")
            assert change["status"] == "open" or not change["running"]
        fired = [
            (change["change"], change["event_time"], change["reason"])
            for change in changes
            if change["change"] in ("at_risk", "overdue")
        ]
        assert len(fired) == len(set(fired))


@given(streams(), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_whichever_partition_is_read_first_the_same_is_told_of_each_case_and_the_same_is_counted(
    records: list[Record], chance: Any
) -> None:
    lanes = [[record for record in records if record[1] == number] for number in (0, 1)]
    mixed: list[Record] = []
    while any(lanes):
        mixed.append(chance.choice([lane for lane in lanes if lane]).pop(0))

    one, other = played(records), played(mixed)
    assert by_case(one) == by_case(other)
    assert one.counted == other.counted


@given(streams(), st.data())
@settings(max_examples=60, deadline=None)
def test_killed_anywhere_the_same_is_told_and_counted(records: list[Record], data: st.DataObject) -> None:
    undisturbed = played(records)
    committed = data.draw(st.integers(0, len(records)))
    kept = data.draw(st.integers(committed, len(records)))
    # Told up to `kept` and kept so, committed up to `committed`: what lies between comes twice.
    first = played(records[:kept])
    durable = KeyedState(copy.deepcopy(dict(first.state.items(""))))
    second = played(records[committed:], durable)

    told = {(found["case_id"], found["sequence"]): found for found in (*first.changes, *second.changes)}
    assert told == {(found["case_id"], found["sequence"]): found for found in undisturbed.changes}
    for change in (*first.changes, *second.changes):
        assert told[change["case_id"], change["sequence"]] == change
    counted = [row for row in (*first.counted, *second.counted) if row["entity_type"] != "clock"]
    of_minute = {(row["entity_type"], row["entity_id"], row["window_end"]): row for row in counted}
    assert sorted(of_minute.values(), key=str) == sorted(
        (row for row in undisturbed.counted if row["entity_type"] != "clock"), key=str
    )


@given(streams())
@settings(max_examples=40, deadline=None)
def test_what_is_counted_open_is_what_the_changes_leave_open(records: list[Record]) -> None:
    city = played(records)
    newest = {change["case_id"]: change for change in city.changes}
    standing_open = [change for change in newest.values() if change["status"] == "open"]

    # Every status came before the last minute.
    expected = (len(standing_open), sum(change["risk"] == "overdue" for change in standing_open))
    assert city.count_of("emergency", "03:09")[::2][:2] == expected


_MOMENTS = st.integers(0, 30 * 24 * 60).map(lambda minute: START + minute * MINUTE)
_LIMITS = st.one_of(
    st.integers(1, 5_000).map(lambda minutes: Limit(minutes * 60, "seconds")),
    st.integers(1, 12).map(lambda days: Limit(days, "workdays")),
    st.integers(1, 3_000).map(lambda minutes: Limit(minutes * 60, "working_seconds")),
)


@given(_MOMENTS, _LIMITS, st.integers(1, 99))
@settings(max_examples=150, deadline=None)
def test_a_case_is_at_risk_before_it_is_due_and_after_it_began(
    start: int, limit: Limit, percent: int
) -> None:
    found = due_of(start, limit, percent, (), OFFICE)

    assert found.due is not None
    assert found.at_risk is not None
    assert start <= found.at_risk <= found.due


@given(
    _MOMENTS, st.integers(1, 5_000), st.lists(st.tuples(st.integers(0, 900), st.integers(0, 900)), max_size=4)
)
@settings(max_examples=150, deadline=None)
def test_a_clock_round_the_clock_has_run_for_its_limit_when_it_is_due(
    start: int, minutes: int, spans: list[tuple[int, int]]
) -> None:
    pauses, moment = [], start
    for after, lasting in spans:
        begun = moment + after * MINUTE
        moment = begun + lasting * MINUTE
        pauses.append((begun, moment))
    found = due_of(start, Limit(minutes * 60, "seconds"), 80, tuple(pauses), OFFICE)

    assert found.due is not None
    assert ran_for(start, found.due, tuple(pauses)) == minutes * 60


@given(_MOMENTS, _LIMITS, st.integers(0, 5_000), st.integers(0, 5_000))
@settings(max_examples=150, deadline=None)
def test_a_pause_never_brings_a_deadline_nearer_and_an_open_one_has_none(
    start: int, limit: Limit, after: int, lasting: int
) -> None:
    begun = start + after * MINUTE
    without = due_of(start, limit, 80, (), OFFICE).due
    paused = due_of(start, limit, 80, ((begun, begun + lasting * MINUTE),), OFFICE).due
    standing_still = due_of(start, limit, 80, ((begun, None),), OFFICE).due

    assert without is not None
    assert paused is not None
    assert without <= paused <= without + lasting * MINUTE + 20 * 24 * 60 * MINUTE
    assert standing_still == (without if begun >= without else None) or begun <= without


@given(st.integers(0, 365), st.integers(1, 15))
@settings(max_examples=150, deadline=None)
def test_working_days_end_when_the_office_closes_on_a_working_day_over_month_ends_and_make_up_days(
    day: int, days: int
) -> None:
    begun = datetime(2025, 11, 20, 10, tzinfo=OFFICE.zone).timestamp() * 1000 + day * 24 * 60 * MINUTE
    start = round(begun)
    if datetime.fromtimestamp(start / 1000, OFFICE.zone).year > 2026:
        return
    found = due_of(start, Limit(days, "workdays"), 80, (), OFFICE)
    if found.why_not is not None:
        assert "2027" in found.why_not
        return

    assert found.due is not None
    due = datetime.fromtimestamp(found.due / 1000, OFFICE.zone)
    opened = datetime.fromtimestamp(start / 1000, OFFICE.zone).date()
    assert (due.hour, due.minute) == (18, 0)
    assert is_workday(OFFICE, due.date())
    assert due.date() == add_workdays(OFFICE, opened, days)


def test_a_make_up_day_counts_and_a_holiday_does_not() -> None:
    # Friday, 13 February 2026: the 14th is a make-up Saturday, the Spring Festival lasts until the 23rd.
    start = round(datetime(2026, 2, 13, 10, tzinfo=OFFICE.zone).timestamp() * 1000)
    found = [due_of(start, Limit(days, "workdays"), 80, (), OFFICE).due or 0 for days in (1, 2)]

    assert [datetime.fromtimestamp(due / 1000, OFFICE.zone).isoformat() for due in found] == [
        "2026-02-14T18:00:00+08:00",
        "2026-02-24T18:00:00+08:00",
    ]


@given(
    st.lists(
        st.sampled_from(("pause", "resume", "accept", "close", "supervise", "note", "reopen")), max_size=12
    )
)
@settings(max_examples=100, deadline=None)
def test_whatever_is_commanded_each_command_is_answered_once_and_no_sequence_has_a_gap(
    wanted: list[str],
) -> None:
    names: dict[str, tuple[str, dict[str, str]]] = {
        "pause": ("case.update", {"pause": "begin"}),
        "resume": ("case.update", {"pause": "end"}),
        "accept": ("case.update", {"state": "accepted"}),
        "reopen": ("case.update", {"state": "in_progress"}),
        "close": ("case.close", {"outcome": "handled"}),
        "supervise": ("case.supervise", {}),
        "note": ("case.update", {}),
    }
    city = City()
    city.told("case.open", "task:t1", "09:00", area_id="simcity/east")
    for number, word in enumerate(wanted):
        name, parameters = names[word]
        given_at = at("09:01") + number * MINUTE
        answers = city.desk.on_command(command(name, "task:t1", given_at, **parameters))
        city.results += answers
        assert len(answers) == 1
    assert [change["sequence"] for change in city.changes] == list(range(1, len(wanted) + 2))
    closes = [change["change"] for change in city.changes if change["change"] in ("closed", "reopened")]
    assert all(one != other for one, other in itertools.pairwise(closes))


def test_a_thousand_statuses_of_one_case_are_held_to_a_limit_and_that_is_told_once() -> None:
    city = City()
    city.comes("emergency", stamp("01:00", "F1", "received"))
    for number in range(600):
        moment = at("01:01") + number * 1_000
        city.comes("emergency", event("emergency", moment, "F1", stage="dispatched", unit_id=f"E{number}"))

    named = [change for change in city.changes if change["change"] == "contradicted"]
    assert len(named) == 1
    assert "more than 500 things" in named[0]["reason"]
