"""Stories of incidents: what was said, what the clock did, what is told."""

import re
from datetime import UTC, datetime
from typing import Any

from streams.keyed_state import KeyedState
from streams.responses.desk import Desk

DAY = "2026-04-01"


def at(clock: str, day: str = DAY) -> int:
    """Epoch milliseconds of a UTC clock time, or of `+1 09:00` on the next day."""
    days, _, time = clock.rpartition(" ")
    start = int(datetime.fromisoformat(f"{day}T00:00:00+00:00").timestamp()) + int(days or 0) * 86_400
    hours, minutes, *seconds = time.split(":")
    return (start + int(hours) * 3600 + int(minutes) * 60 + int(seconds[0] if seconds else 0)) * 1000


def clock(ms: int) -> str:
    moment = datetime.fromtimestamp(ms / 1000, UTC)
    days = (moment.date() - datetime.fromisoformat(DAY).date()).days
    return (f"+{days} " if days else "") + moment.strftime("%H:%M:%S")


def status(line: str, run_id: str = "run-1") -> dict[str, Any]:
    """`09:00 received F1` or `09:02 dispatched F1 E01`; `09:00 tick`."""
    found = re.fullmatch(r"((?:\+\d )?[\d:]+) (\w+)(?: (\w+))?(?: (\w+))?", line.strip())
    assert found, line
    time, stage, incident, unit = found.groups()
    return {
        "event_id": "" if stage == "tick" else f"sf:{incident}:{unit or ''}:{stage}",
        "entity_id": incident,
        "area_id": "sf/b01" if incident else None,
        "event_time": at(time),
        "ingest_time": at(time),
        "source": "sf",
        "quality": "good",
        "run_id": run_id,
        "unit_id": unit,
        "stage": "" if stage == "tick" else stage,
        "incident_type": None,
        "priority": None,
    }


def lines(text: str) -> list[str]:
    return [line.strip() for line in text.strip().splitlines()]


def told(responses: list[dict[str, Any]]) -> list[str]:
    return [
        f"{clock(response['event_time'])} tick"
        if response["entity_id"] is None
        else f"{clock(response['event_time'])} {response['event_id']} {response['outcome']} {response['response_seconds']}"
        for response in responses
    ]


def story(text: str, desk: Desk | None = None) -> list[str]:
    desk = desk or Desk(KeyedState())
    return told([response for line in lines(text) for response in desk.on_status(status(line))])


def test_the_first_unit_at_each_milestone_decides() -> None:
    assert story("""
        09:00:00 received F1
        09:01:10 dispatched F1 E01
        09:01:30 dispatched F1 E02
        09:03:00 en_route F1 E02
        09:09:59 arrived F1 E02
        09:10:00 arrived F1 E01
        09:12 tick
    """) == [
        "09:01:10 F1:dispatched responded 70",
        "09:03:00 F1:en_route responded 180",
        "09:09:59 F1:arrived responded 599",
        "09:12:00 tick",
    ]


def test_a_milestone_is_told_when_the_clock_is_past_it_by_the_allowed_disorder() -> None:
    assert story("""
        09:00:00 received F1
        09:01:10 dispatched F1 E01
        09:03 tick
        09:04 tick
    """) == ["09:03:00 tick", "09:01:10 F1:dispatched responded 70", "09:04:00 tick"]


def test_a_unit_that_was_first_and_is_heard_of_second_decides() -> None:
    assert story("""
        09:00:00 received F1
        09:02:10 en_route F1 E02
        09:02:08 en_route F1 E01
        09:05 tick
    """) == ["09:02:08 F1:en_route responded 128", "09:05:00 tick"]


def test_what_is_told_is_never_behind_the_watermark_of_the_tick_before() -> None:
    desk = Desk(KeyedState())
    tick_before, newest = at("09:00"), at("09:00")
    for line in lines("""
        09:00:00 received F1
        09:00:30 dispatched F1 E01
        09:01 tick
        09:01:40 en_route F1 E01
        09:02 tick
        09:03 tick
        09:02:59 arrived F1 E01
        09:04 tick
        09:05 tick
        09:06 tick
    """):
        for response in desk.on_status(status(line)):
            if response["entity_id"] is None:
                tick_before = response["event_time"]
            newest = max(newest, response["event_time"])
            assert response["event_time"] > tick_before - 120_000 or response["entity_id"] is None
            assert response["event_time"] >= newest - 120_000


def test_a_milestone_waits_for_the_call_it_is_counted_from() -> None:
    assert story("""
        09:01:10 dispatched F1 E01
        09:00:50 dispatched F1 E02
        09:04 tick
        09:00:00 received F1
        09:05 tick
    """) == ["09:04:00 tick", "09:00:50 F1:dispatched responded 50", "09:05:00 tick"]


def test_the_same_status_twice_is_told_once() -> None:
    assert story("""
        09:00:00 received F1
        09:01:00 dispatched F1 E01
        09:00:00 received F1
        09:01:00 dispatched F1 E01
        09:03 tick
        09:01:00 dispatched F1 E01
        09:04 tick
    """) == ["09:01:00 F1:dispatched responded 60", "09:03:00 tick", "09:04:00 tick"]


def test_a_stamp_before_the_call_is_passed_over_for_the_next_one() -> None:
    desk = Desk(KeyedState())
    responses = [
        response
        for line in ("09:00 received F1", "08:59:50 arrived F1 E01", "09:05 arrived F1 E02", "09:07 tick")
        for response in desk.on_status(status(line))
    ]

    assert told(responses) == ["09:05:00 F1:arrived responded 300", "09:07:00 tick"]
    assert responses[0]["quality"] == "suspect"


def test_a_milestone_that_is_not_reached_in_15_minutes_is_overdue_at_once_and_until_it_is_reached() -> None:
    assert story("""
        09:00:00 received F1
        09:01:00 dispatched F1 E01
        09:02:00 en_route F1 E01
        09:16 tick
        09:17 tick
        09:20:30 arrived F1 E01
        09:22 tick
        09:23 tick
    """) == [
        "09:01:00 F1:dispatched responded 60",
        "09:02:00 F1:en_route responded 120",
        "09:16:00 tick",
        "09:15:00 F1:arrived:overdue overdue None",
        "09:17:00 tick",
        "09:22:00 tick",
        "09:20:30 F1:arrived responded 1230",
        "09:20:30 F1:arrived:overdue_ended overdue_ended None",
        "09:23:00 tick",
    ]


def test_exactly_15_minutes_are_not_overdue() -> None:
    assert not any(
        "overdue" in line
        for line in story("""
            09:00:00 received F1
            09:15:00 dispatched F1 E01
            09:15:00 en_route F1 E01
            09:15:00 arrived F1 E01
            09:17 tick
            09:40 tick
        """)
    )


def test_a_case_whose_units_are_all_free_again_is_not_overdue() -> None:
    assert not any(
        "overdue" in line
        for line in story("""
            09:00:00 received F1
            09:01:00 dispatched F1 E01
            09:04:30 available F1 E01
            09:30 tick
            10:05 tick
        """)
    )


def test_what_is_heard_of_late_is_overdue_from_then_on() -> None:
    """A count of open cases has two ends, and neither may be late for its window."""
    desk = Desk(KeyedState())
    story("10:29 tick", desk)
    desk.on_status({**status("09:00:00 received F1"), "ingest_time": at("10:29:30")})
    begun = story("10:30 tick", desk)
    desk.on_status({**status("09:40:00 arrived F1 E01"), "ingest_time": at("10:30:10")})

    assert begun == [
        "10:27:30 F1:dispatched:overdue overdue None",
        "10:27:30 F1:en_route:overdue overdue None",
        "10:27:30 F1:arrived:overdue overdue None",
        "10:30:00 tick",
    ]
    assert story("10:31 tick", desk) == [
        "09:40:00 F1:arrived responded 2400",
        "10:28:10 F1:arrived:overdue_ended overdue_ended None",
        "10:31:00 tick",
    ]


def test_a_case_closes_an_hour_after_its_last_unit_became_available() -> None:
    assert story("""
        09:00:00 received F1
        09:01:00 dispatched F1 E01
        09:04:30 available F1 E01
        10:04 tick
        10:05 tick
    """) == [
        "09:01:00 F1:dispatched responded 60",
        "10:04:00 tick",
        "10:05:00 F1:en_route closed_without_arrival None",
        "10:05:00 F1:arrived closed_without_arrival None",
        "10:05:00 tick",
    ]


def test_a_unit_that_is_sent_again_keeps_the_case_open() -> None:
    assert story("""
        09:00:00 received F1
        09:01:00 dispatched F1 E01
        09:04:00 available F1 E01
        09:30:00 dispatched F1 E02
        10:10 tick
        11:00:00 arrived F1 E02
        11:02 tick
    """) == [
        "09:01:00 F1:dispatched responded 60",
        "09:28:00 F1:en_route:overdue overdue None",
        "09:28:00 F1:arrived:overdue overdue None",
        "10:10:00 tick",
        "11:00:00 F1:arrived responded 7200",
        "11:00:00 F1:arrived:overdue_ended overdue_ended None",
        "11:02:00 tick",
    ]


def test_a_case_without_a_word_for_a_day_expires() -> None:
    assert story("""
        09:00:00 received F1
        09:01:00 dispatched F1 E01
        +1 09:00 tick
        +1 09:01 tick
    """) == [
        "09:01:00 F1:dispatched responded 60",
        "09:15:00 F1:en_route:overdue overdue None",
        "09:15:00 F1:arrived:overdue overdue None",
        "+1 09:00:00 tick",
        "+1 09:01:00 F1:en_route expired_without_closure None",
        "+1 09:01:00 F1:en_route:overdue_ended overdue_ended None",
        "+1 09:01:00 F1:arrived expired_without_closure None",
        "+1 09:01:00 F1:arrived:overdue_ended overdue_ended None",
        "+1 09:01:00 tick",
    ]


def test_when_it_closed_does_not_hang_on_which_tick_showed_it() -> None:
    until = "09:00 received F1\n09:01 dispatched F1 E01\n09:04:30 available F1 E01\n"

    assert [line for line in story(until + "10:05 tick") if "closed" in line] == [
        line for line in story(until + "23:00 tick") if "closed" in line
    ]


def test_what_fell_due_first_is_told_first() -> None:
    assert story("""
        09:00 received F1
        09:01 available F1 E01
        12:00 received F2
        12:01 arrived F2 E01
        12:03 tick
    """)[-3:] == [
        "10:01:00 F1:arrived closed_without_arrival None",
        "12:01:00 F2:arrived responded 60",
        "12:03:00 tick",
    ]


def test_without_a_call_nothing_is_invented() -> None:
    assert story("09:01 dispatched F1 E01\n09:02 available F1 E01\n12:00 tick") == ["12:00:00 tick"]


def test_a_closed_case_is_forgotten_after_two_days_and_not_before() -> None:
    state = KeyedState()
    desk = Desk(state)
    story("09:00 received F1\n09:01 available F1 E01\n+2 10:00 tick", desk)
    assert len(state) == 1
    assert story("09:02 arrived F1 E02", desk) == []

    story("+2 10:01 tick", desk)
    assert len(state) == 0


def test_a_new_run_drops_the_open_cases_of_the_old_one() -> None:
    state = KeyedState()
    desk = Desk(state)
    story("09:00 received F1\n09:01 dispatched F1 E01", desk)

    responses = desk.on_status(status("08:00 tick", "run-2"))

    assert told(responses) == ["08:00:00 tick"]
    assert len(state) == 0
    assert [
        line
        for text in ("08:10 received F1", "08:11 dispatched F1 E01", "08:13 tick")
        for line in told(desk.on_status(status(text, "run-2")))
    ] == ["08:11:00 F1:dispatched responded 60", "08:13:00 tick"]
