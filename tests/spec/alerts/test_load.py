"""How much do the alerts ask of those on duty? Changes in, counts out."""

from typing import Any

from judge_stories import judge_of, judged

from streams.alerts.load import HOUR_MS, load_of
from streams.alerts.load_counts import LoadCounts
from streams.alerts.world import Told, World
from streams.catalog import ALERTS
from streams.keyed_state import KeyedState

MINUTE = 60_000


def change(minute: int, alert: str, name: str, **said: Any) -> dict[str, Any]:
    state = {"raised": "raised", "cleared": "cleared", "closed": "closed"}.get(name, "raised")
    return {
        "alert_id": alert,
        "rule_id": "road.congestion",
        "entity_id": alert.partition("#")[0],
        "kind": "state",
        "change": name,
        "state": state,
        "level": 3,
        "muted_by": [],
        "group": None,
        "raised_at": minute * MINUTE,
        "event_time": minute * MINUTE,
        **said,
    }


def test_only_what_is_told_is_an_alarm() -> None:
    load = load_of(
        [
            change(0, "a", "pending", state="pending"),
            change(1, "a", "raised"),
            change(2, "a", "escalated"),
            change(3, "a", "de-escalated"),
            change(4, "b", "raised", muted_by=["off_schedule"]),
            change(5, "b", "unmuted"),
            change(6, "c", "raised", kind="test"),
        ],
        0,
        HOUR_MS,
    )

    # That it becomes graver a minute later is told with it.
    assert (load.alarms, load.calls, load.standing) == (3, 2, 2)
    assert load.per_operator_hour(1, operators=2) == 1


def test_a_group_is_one_call_in_five_minutes_and_another_in_the_next() -> None:
    told = [change(minute, f"e{minute}", "raised", group="road") for minute in (0, 1, 4, 5)]

    load = load_of(told, 0, HOUR_MS)

    assert (load.alarms, load.calls) == (4, 2)
    assert load.by_hour == {0: 2}


def test_who_is_acknowledged_before_the_next_duty_is_asked_was_in_time() -> None:
    load = load_of(
        [
            change(0, "a", "raised"),
            change(2, "a", "acknowledged"),
            change(3, "b", "raised"),
            change(13, "b", "duty_escalated"),
            change(14, "b", "acknowledged"),
            change(20, "c", "raised"),
            change(21, "c", "cleared"),
        ],
        0,
        HOUR_MS,
    )

    assert (load.asked, load.in_time, load.in_time_ratio) == (2, 1, 0.5)


def test_three_alarms_of_one_source_within_an_hour_chatter_and_two_do_not() -> None:
    told = [
        change(minute, f"{name}#{minute}", "raised")
        for name, minute in (("a", 0), ("a", 20), ("a", 59), ("b", 0), ("b", 1), ("b", 61))
    ]

    load = load_of(sorted(told, key=lambda one: one["event_time"]), 0, 2 * HOUR_MS)

    assert load.chattering == {("road.congestion", "a"): 3}
    assert load.sources["road.congestion", "b"] == 3


def test_what_was_raised_before_the_span_stands_in_it_and_is_stale_after_a_day() -> None:
    load = load_of(
        [change(0, "a", "raised"), change(30, "b", "raised")], 24 * HOUR_MS, 24 * HOUR_MS + 10 * MINUTE
    )

    assert (load.alarms, load.standing, load.stale) == (0, 2, 1)


def test_each_hour_is_told_once_when_it_is_over_and_what_comes_again_counts_once() -> None:
    world = World(KeyedState(), zone="Asia/Shanghai")
    counts = LoadCounts(world)
    told = [
        Told(ALERTS.name, "a", {**change(1, "a", "raised"), "sequence": 1, "run_id": "r", "duty_level": 0}),
        Told(
            ALERTS.name,
            "a",
            {**change(2, "a", "acknowledged"), "sequence": 2, "run_id": "r", "duty_level": 0},
        ),
        Told(ALERTS.name, "b", {**change(3, "b", "raised"), "sequence": 1, "run_id": "r", "duty_level": 0}),
    ]
    counts.on_told([*told, *told])

    counts.on_time("r", 2 * HOUR_MS)
    assert world.take_out() == []

    # After a kill it goes on from what is kept.
    LoadCounts(world).on_time("r", 2 * HOUR_MS + 1)
    (statistic,) = (one.record for one in world.take_out())
    assert statistic is not None
    assert statistic["sums"] == {
        "alarms": 2,
        "calls": 2,
        "in_time": 1,
        "too_late": 0,
        "asked": 1,
        "standing": 2,
        "stale": 0,
        "chattering": 0,
    }
    rows = judged(judge_of(), [statistic])
    assert {row["indicator_id"]: row["value"] for row in rows} == {
        "alert.calls_per_hour": 2.0,
        "alert.acknowledged_in_time_ratio": 1.0,
        "alert.standing_count": 2.0,
        "alert.chattering_count": 0.0,
    }


def hours_told(changes: list[dict[str, Any]], until_hour: int) -> dict[int, dict[str, int]]:
    """The sums of each hour that is told when the city's clock comes to one, minute by minute and killed in between."""
    world, told = World(KeyedState(), zone="Asia/Shanghai"), {}
    for minute in range(until_hour * 60):
        counts = LoadCounts(world)
        of_minute = [one for one in changes if one["event_time"] == minute * MINUTE]
        counts.on_told(
            Told(ALERTS.name, one["alert_id"], {"sequence": minute, "run_id": "r", "duty_level": 0, **one})
            for one in of_minute
        )
        counts.on_time("r", minute * MINUTE)
        for one in world.take_out():
            assert one.record is not None
            told[one.record["window_start"] // HOUR_MS] = dict(one.record["sums"])
    return told


def test_an_hour_is_told_as_long_as_an_alert_stands_at_its_end() -> None:
    told = hours_told([change(10, "a", "raised"), change(130, "a", "cleared")], 8)

    assert {hour: (sums["alarms"], sums["standing"]) for hour, sums in told.items()} == {
        0: (1, 1),
        1: (0, 1),
        2: (0, 0),
    }


def test_what_is_raised_again_stands_again_and_a_day_later_it_is_stale() -> None:
    changes = [change(10, "a", "raised"), change(20, "a", "cleared"), change(70, "a", "raised")]

    told = hours_told(changes, 28)

    assert [told[hour]["standing"] for hour in (0, 1, 25)] == [0, 1, 1]
    assert [told[hour]["stale"] for hour in (1, 24, 25)] == [0, 0, 1]


def test_three_alarms_of_a_source_in_one_hour_are_counted_as_one_that_chatters() -> None:
    again = [change(minute, f"a#{minute}", "raised") for minute in (0, 20, 59, 61, 62)]

    told = hours_told([*again, change(5, "b", "raised")], 4)

    assert [told[hour]["chattering"] for hour in (0, 1)] == [1, 0]
