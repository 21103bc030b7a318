"""Two jobs tell of the same windows for a while: which of them counts?"""

from typing import Any

from judge_stories import at, entity, judge_of, judged, newest, road, road_clock

from streams.keyed_state import KeyedState

EIGHT = at("2026-04-01 08:00")
WINDOW_MS = 300_000
ROSTER = [entity("road", "link", "L1")]


def told_by(generation: int, statistic: dict[str, Any]) -> dict[str, Any]:
    return {**statistic, "generation": generation}


def indices(rows: list[dict[str, Any]]) -> dict[int, tuple[float | None, int]]:
    """The newest travel time index of the link, by window from eight o'clock, with its revision."""
    return {
        (start - EIGHT) // WINDOW_MS: (row["value"], row["revision"])
        for (indicator, entity_id, start), row in newest(rows).items()
        if (indicator, entity_id) == ("road.tti", "L1")
    }


def test_what_a_later_generation_tells_wins_over_everything_of_an_earlier_one() -> None:
    before = [road("link", "L1", EIGHT, 200, 100), road_clock(EIGHT + WINDOW_MS, 1)]
    after = [
        told_by(1, road_clock(EIGHT, 1)),
        told_by(1, road("link", "L1", EIGHT, 150, 100, step=1)),
        told_by(1, road("link", "L1", EIGHT, 300, 100)),
    ]

    judge = judge_of(ROSTER)
    rows = judged(judge, before)
    assert indices(rows) == {0: (2.0, 999)}
    rows += judged(judge, after[:2])
    assert indices(rows) == {0: (1.5, 1_000_001)}
    rows += judged(judge, after[2:])
    assert indices(rows) == {0: (3.0, 1_000_999)}


def test_a_window_in_which_a_later_run_heard_nothing_has_no_data() -> None:
    first = [road("link", "L1", EIGHT, 200, 100), road_clock(EIGHT + WINDOW_MS, 1)]
    again = [
        {**told_by(1, clock), "run_id": "run-2"}
        for clock in (road_clock(EIGHT, 1), road_clock(EIGHT + WINDOW_MS, 1))
    ]

    rows = judged(judge_of(ROSTER), [*first, *again])

    assert indices(rows)[0] == (None, 1_000_900)


def test_a_replaced_job_is_not_heard_about_what_its_successor_has_told() -> None:
    state = KeyedState()
    judged(judge_of(ROSTER, state), [told_by(1, road_clock(EIGHT + WINDOW_MS, 1))])
    successor_of_a_killed_judge = judge_of(ROSTER, KeyedState(dict(state.items(""))))

    rows = judged(
        successor_of_a_killed_judge,
        [
            road("link", "L1", EIGHT, 200, 100),
            road_clock(EIGHT + WINDOW_MS, 1),
            road("link", "L1", EIGHT + WINDOW_MS, 200, 100, step=2),
        ],
    )

    # Of the window after, its successor has told only up to the first step.
    assert indices(rows) == {1: (2.0, 2)}


def test_an_hour_takes_each_window_from_the_job_that_told_it_last() -> None:
    rows = judged(
        judge_of(ROSTER),
        [
            road("city", "bj", EIGHT, 200, 100),
            road_clock(EIGHT + WINDOW_MS, 1),
            told_by(1, road("city", "bj", EIGHT, 400, 100)),
        ],
    )

    (hour,) = [row for key, row in newest(rows).items() if key[0] == "road.tti_hourly"]
    assert (hour["value"], hour["observations"]) == (4.0, 1)
