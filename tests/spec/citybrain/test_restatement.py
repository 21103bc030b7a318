"""Which windows are told again, what is new in them, and how late was what came late?"""

from typing import Any

import pytest

from citybrain import touched as module
from citybrain.commands.restate import system_of
from citybrain.lateness import more_needed, nearest_rank
from citybrain.restatement import _restated, joined
from citybrain.settings import Settings
from citybrain.touched import Window, roll_up_ends, touched, windows_between
from feeds.recording import RecordingError
from streams.catalog import AIR, ROAD
from streams.judge.rows import Civil

MINUTE = 60_000


def row(**said: Any) -> dict[str, Any]:
    return {
        "value": 1.25,
        "grade": "畅通",
        "validity": "valid",
        "observations": 10,
        "expected": None,
        "inputs": {"weight": 3},
        "details": {},
        "finality": "final",
        "revision": 999,
        "run_id": "judged-again",
    } | said


def test_a_row_that_comes_out_otherwise_is_restated_with_the_next_thousand() -> None:
    again = _restated(row(value=1.5, observations=12), row(run_id="live"), "late_events")

    assert again is not None
    assert (again["finality"], again["revision"], again["value"]) == ("restated", 1_999, 1.5)
    assert (again["run_id"], again["details"]) == ("live", {"restated_because": "late_events"})


def test_what_was_restated_before_gets_the_thousand_after_that() -> None:
    again = _restated(row(value=1.5), row(revision=2_999, finality="restated"), "by_hand")

    assert again is not None
    assert again["revision"] == 3_999


def test_no_data_that_becomes_data_and_data_that_is_withdrawn_are_both_told() -> None:
    silent = {"value": None, "validity": "no_data", "observations": 0, "inputs": {}}
    found = _restated(row(), row(revision=900, **silent), "late_events")
    withdrawn = _restated(row(**silent), row(), "late_events")

    assert found is not None
    assert withdrawn is not None
    assert (found["revision"], withdrawn["revision"]) == (1_999, 1_900)


def test_what_was_published_like_that_is_not_told_again() -> None:
    assert _restated(row(details={"reason": "x"}), row(), "late_events") is None


def test_what_was_never_final_is_left_to_the_line() -> None:
    assert _restated(row(value=2), row(finality="provisional", revision=3), "late_events") is None
    assert _restated(row(value=2), None, "late_events") is None


class Kept:
    """What the store would answer, by what is asked for."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.late: list[dict[str, Any]] = []
        self.corrected: list[dict[str, Any]] = []
        self.restated: list[dict[str, Any]] = []
        self.counted: list[dict[str, Any]] = []
        self.closed_until = 0
        monkeypatch.setattr(module, "query", self._query)

    def _query(self, _: Settings, sql: str) -> list[dict[str, Any]]:
        if "FROM restatements" in sql:
            return self.restated
        if "FROM late_events" in sql:
            return self.late
        if "source_version" in sql:
            return self.corrected
        if "GROUP BY run_id" in sql and "'clock'" in sql and "AS closed" in sql:
            until = str(self.closed_until * MINUTE)
            return [{"run_id": run, "closed": until} for run in ("live", "other")]
        return self.counted


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> Kept:
    return Kept(monkeypatch)


def at(minute: int, run_id: str = "live", **counts: int) -> dict[str, Any]:
    numbers = {name: str(count) for name, count in counts.items()}
    return {"start": str(minute * MINUTE), "run_id": run_id, **numbers}


def ledger(
    minute: int,
    *,
    recovered: int = 0,
    corrections: int = 0,
    why: str = "late_events",
    closed: int | None = None,
) -> dict[str, Any]:
    """What the ledger says of a window; `closed` is the minute up to which windows were over then."""
    known = None if closed is None else str(closed * MINUTE)
    return {**at(minute, recovered=recovered, corrections=corrections), "why": why, "closed": known}


def test_windows_by_hand_are_those_that_were_measured_with_what_was_late_in_them(kept: Kept) -> None:
    kept.counted = [at(10)]
    kept.late = [at(10, late=3), at(10, "other", late=9)]

    found = windows_between(Settings(), ROAD, 7 * MINUTE, 20 * MINUTE)

    assert found == [Window(10 * MINUTE, 15 * MINUTE, "live", late=3)]


def test_windows_are_touched_until_every_late_event_of_theirs_is_recovered(kept: Kept) -> None:
    kept.late = [at(0, late=3), at(5, late=4), at(5, "other", late=3)]
    kept.restated = [ledger(minute, recovered=3) for minute in (0, 5)]

    found = touched(Settings(), ROAD)

    assert [(window.start, window.run_id) for window in found["late_events"]] == [
        (5 * MINUTE, "live"),
        (5 * MINUTE, "other"),
    ]


def test_a_corrected_window_is_touched_until_its_newest_versions_are_counted(kept: Kept) -> None:
    kept.corrected = [at(0, corrections=2), at(5, corrections=2)]
    kept.restated = [ledger(0, corrections=2), ledger(5, corrections=1)]

    found = touched(Settings(), ROAD)

    assert list(found) == ["corrected_events"]
    assert [window.start for window in found["corrected_events"]] == [5 * MINUTE]


def test_a_window_with_both_is_counted_once_for_its_late_events(kept: Kept) -> None:
    kept.late, kept.corrected = [at(0, late=1)], [at(0, corrections=1)]

    assert touched(Settings(), ROAD) == {
        "late_events": [Window(0, 5 * MINUTE, "live", late=1, corrections=1)]
    }


@pytest.mark.parametrize(
    ("closed_then", "closed_now", "again"),
    [
        # The hour ends at minute 60, the day in Shanghai at 16:00 UTC, minute 960.
        (30, 55, False),
        (30, 60, False),
        (30, 65, True),
        (65, 900, False),
        (65, 965, True),
        (965, 2_000, False),
    ],
)
def test_a_window_is_counted_once_more_when_the_hour_or_day_is_over_that_was_open_then(
    kept: Kept, closed_then: int, closed_now: int, *, again: bool
) -> None:
    kept.late = [at(5, late=3)]
    kept.restated = [ledger(5, recovered=3, closed=closed_then)]
    kept.closed_until = closed_now

    expected = {"late_events": [Window(5 * MINUTE, 10 * MINUTE, "live", late=3)]} if again else {}
    assert touched(Settings(zone="Asia/Shanghai"), ROAD) == expected


def test_so_is_one_that_was_counted_again_by_hand(kept: Kept) -> None:
    kept.restated = [ledger(5, why="by_hand", closed=30)]
    kept.closed_until = 65

    assert touched(Settings(), ROAD) == {"by_hand": [Window(5 * MINUTE, 10 * MINUTE, "live")]}


def test_a_window_that_is_an_hour_itself_is_part_of_its_civil_day_alone() -> None:
    civil, hour = Civil("America/Los_Angeles"), 60 * MINUTE
    start = 1_772_406_000_000

    assert roll_up_ends(civil, Window(start, start + hour, "live")) == (1_772_438_400_000,)
    last = 1_772_438_400_000 - hour
    assert roll_up_ends(civil, Window(last, last + hour, "live")) == ()


def test_neighbouring_windows_of_a_run_are_read_at_once_and_gaps_are_left_out() -> None:
    windows = [Window(at * MINUTE, (at + 5) * MINUTE, "live", 1) for at in (30, 0, 5)]
    other = Window(10 * MINUTE, 15 * MINUTE, "older", 1)

    assert list(joined([*windows, other])) == [
        ("live", 0, 10 * MINUTE),
        ("live", 30 * MINUTE, 35 * MINUTE),
        ("older", 10 * MINUTE, 15 * MINUTE),
    ]
    assert list(joined([])) == []


@pytest.mark.parametrize("name", ["road", "road.travel_time"])
def test_a_measure_is_known_by_its_system_too(name: str) -> None:
    assert system_of(name) is ROAD


def test_an_unknown_measure_is_told_with_those_that_there_are() -> None:
    with pytest.raises(RecordingError, match=f"noise.leq.*{AIR.source.measure}"):
        system_of("noise.leq")


def test_lateness_is_told_by_nearest_rank() -> None:
    assert [nearest_rank([10, 20, 30, 40], percent) for percent in (50, 95, 99)] == [20, 40, 40]
    assert nearest_rank([], 99) == 0


@pytest.mark.parametrize(
    ("late_by", "events", "more"),
    [([], 100, 0), ([5_000], 100, 0), ([5_000, 9_000], 100, 5_001), ([5_000], 99, 5_001)],
)
def test_the_setting_that_would_have_kept_99_percent_lets_one_in_a_hundred_be_late(
    late_by: list[int], events: int, more: int
) -> None:
    assert more_needed(late_by, events) == more
