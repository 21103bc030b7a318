"""Laws of cases, for any story: nothing is told twice, nothing is late, and a restart changes nothing."""

import copy
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from laws import examples

from streams.keyed_state import KeyedState
from streams.responses.desk import Desk

SLACK_MS = 120_000
STAGES = ("received", "dispatched", "en_route", "arrived", "available")


def record(minute: int, incident: str | None, unit: str | None, stage: str) -> dict[str, Any]:
    return {
        "event_id": f"{incident}:{unit}:{stage}" if incident else "",
        "entity_id": incident,
        "area_id": "sf/b01",
        "event_time": minute * 60_000,
        "ingest_time": minute * 60_000,
        "source": "simulator",
        "quality": "good",
        "run_id": "run-1",
        "unit_id": unit,
        "stage": stage,
    }


@st.composite
def streams_in_order(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Statuses in event order with ticks between them, and long silences, all before a case is forgotten."""
    minute = 0
    records = []
    for _ in range(draw(st.integers(1, 25))):
        minute = min(minute + draw(st.sampled_from((0, 0, 1, 1, 2, 5, 61, 700, 1500))), 48 * 60 - 1)
        if draw(st.booleans()):
            unit = draw(st.sampled_from((None, "E1", "E2")))
            stage = draw(st.sampled_from(STAGES))
            records.append(record(minute, draw(st.sampled_from(("F1", "F2", "F3"))), unit, stage))
        else:
            records.append(record(minute, None, None, ""))
    return records


@given(streams_in_order())
@examples(120)
def test_no_milestone_is_told_twice_and_nothing_is_late(records: list[dict[str, Any]]) -> None:
    desk = Desk(KeyedState())
    newest = 0
    told: list[str] = []
    for incoming in records:
        for response in desk.on_status(incoming):
            if response["outcome"] in {"closed_without_arrival", "expired_without_closure"}:
                assert response["event_time"] > newest - SLACK_MS
            elif response["outcome"] in {"overdue", "overdue_ended"}:
                # At the watermark itself its window is still open.
                assert response["event_time"] >= newest - SLACK_MS
            newest = max(newest, response["event_time"])
            if response["event_id"]:
                told.append(response["event_id"])
    assert len(told) == len(set(told))


@given(streams_in_order())
@examples(120)
def test_what_is_overdue_begins_once_ends_once_and_is_over_when_the_milestone_is_told(
    records: list[dict[str, Any]],
) -> None:
    desk = Desk(KeyedState())
    open_now: set[str] = set()
    reached: set[str] = set()
    for incoming in records:
        for response in desk.on_status(incoming):
            milestone = response["event_id"].removesuffix(f":{response['outcome']}")
            if response["outcome"] == "overdue":
                assert milestone not in open_now
                open_now.add(milestone)
            elif response["outcome"] == "overdue_ended":
                open_now.remove(milestone)
            elif response["event_id"]:
                reached.add(response["event_id"])
        assert not open_now & reached


@given(streams_in_order(), st.data())
@examples(120)
def test_killed_anywhere_the_same_things_are_told(records: list[dict[str, Any]], data: st.DataObject) -> None:
    expected = first_of_each(Desk(KeyedState()), records)
    committed = data.draw(st.integers(0, len(records)))
    kept = data.draw(st.integers(committed, len(records)))
    read = data.draw(st.integers(kept, len(records)))
    # Told up to `read`, kept up to `kept`, committed up to `committed`: outputs first, then state, then offset.
    durable = KeyedState()
    desk = Desk(durable)
    outputs = [response for incoming in records[:kept] for response in desk.on_status(incoming)]
    snapshot = KeyedState(copy.deepcopy(dict(durable.items(""))))
    outputs += [response for incoming in records[kept:read] for response in desk.on_status(incoming)]

    again = Desk(snapshot)
    outputs += [response for incoming in records[committed:] for response in again.on_status(incoming)]

    seen: dict[str, dict[str, Any]] = {}
    for response in outputs:
        if response["event_id"]:
            earlier = seen.setdefault(response["event_id"], response)
            assert content(earlier) == content(response)
    assert {key: content(value) for key, value in seen.items()} == expected


def content(response: dict[str, Any]) -> tuple[Any, ...]:
    return (
        response["event_time"],
        response["outcome"],
        response["response_seconds"],
        response["received_time"],
    )


def first_of_each(desk: Desk, records: list[dict[str, Any]]) -> dict[str, tuple[Any, ...]]:
    found: dict[str, tuple[Any, ...]] = {}
    for incoming in records:
        for response in desk.on_status(incoming):
            if response["event_id"]:
                found.setdefault(response["event_id"], content(response))
    return found
