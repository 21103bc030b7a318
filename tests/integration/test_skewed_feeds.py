"""A feed that stops and sends a burst, clocks that are wrong, partitions without data. Who is affected, and who is not?"""

import json

import pytest
from small_town import SmallTown

pytestmark = pytest.mark.stack

TOWN = SmallTown("skewed", "2026-05-07T08:00:00+08:00", "goodstbxy")
GOOD, STOPS, BEHIND, AHEAD, SLIGHTLY, ANCIENT = "g", "s", "b", "x", "y", "d"
MINUTES = 30
READINGS = [
    *(TOWN.reading(GOOD, minute, 60.0, minute) for minute in range(MINUTES)),
    # It stops after four minutes, and sends all that it kept in one burst.
    *(TOWN.reading(STOPS, minute, 30.0, minute if minute < 4 else MINUTES) for minute in range(MINUTES - 5)),
    *(TOWN.reading(BEHIND, minute - 10, 60.0, minute) for minute in range(10, MINUTES)),
    *(TOWN.reading(AHEAD, minute + 10, 60.0, minute) for minute in range(MINUTES)),
    *(TOWN.reading(SLIGHTLY, minute + 50 / 60, 60.0, minute) for minute in range(MINUTES)),
    TOWN.reading(ANCIENT, -36 * 24 * 60, 60.0, 20),
]
WINDOWS = range(0, MINUTES - 5, 5)


@pytest.fixture(scope="module")
def skewed(line):
    TOWN.play(line, READINGS, until=50)
    before = TOWN.indices(line)
    done = line.run("restate", "--measure", "road").stdout
    return before, done, TOWN.indices(line)


@pytest.mark.parametrize("link", [GOOD, SLIGHTLY])
def test_windows_close_by_the_city_s_clock_and_others_are_not_affected(skewed, link):
    before, _, after = skewed

    # All records are on one partition: three have nothing but the clock.
    for window in WINDOWS:
        row = before[link, window]
        assert (row["value"], row["finality"], row["revision"]) == (1.0, "final", 999)
        assert after[link, window] == row


def test_a_feed_that_stopped_is_no_data_and_its_burst_restates_it(skewed):
    before, _, after = skewed

    assert before[STOPS, 0]["value"] == 2.0
    for window in WINDOWS[1:]:
        assert (before[STOPS, window]["validity"], before[STOPS, window]["finality"]) == ("no_data", "final")
        assert (after[STOPS, window]["value"], after[STOPS, window]["why"]) == (2.0, "late_events")
        assert after["fixtown", window]["value"] > before["fixtown", window]["value"]


def test_a_clock_that_is_ten_minutes_behind_is_late_and_is_recovered(skewed):
    before, _, after = skewed

    for window in WINDOWS[:4]:
        assert before[BEHIND, window]["validity"] == "no_data"
        assert (after[BEHIND, window]["value"], after[BEHIND, window]["finality"]) == (1.0, "restated")


def test_a_clock_that_is_ten_minutes_ahead_is_rejected_by_name(line, skewed):
    letters = line.rows(
        f"SELECT reason, count() AS found FROM dead_letters WHERE run_id = '{TOWN.run_id}' GROUP BY reason"
    )

    assert [(row["reason"], int(row["found"])) for row in letters] == [("future_event_time", MINUTES)]
    assert skewed[2][AHEAD, 0]["validity"] == "no_data"


def test_what_is_older_than_the_horizon_is_counted_and_restates_nothing(line, skewed):
    ledger = line.rows(
        "SELECT entity_id, late_by_ms FROM late_events WHERE measure = 'road.travel_time' "
        f"AND run_id = '{TOWN.run_id}' AND entity_id = '{ANCIENT}'"
    )
    restated = line.rows(
        "SELECT count() AS found FROM restatements WHERE window_start < toDateTime64('2026-04-15 00:00:00', 3, 'UTC') "
        f"AND run_id = '{TOWN.run_id}'"
    )

    assert len(ledger) == 1
    assert int(ledger[0]["late_by_ms"]) > 35 * 24 * 3_600_000
    assert int(restated[0]["found"]) == 0
    assert "no window has late" in line.run("restate", "--measure", "road").stdout


def test_every_event_is_in_a_window_or_was_late(line, skewed):
    accounts = json.loads(line.run("check", "--format", "json").stdout)

    mine = [account for account in accounts if account["run_id"] == TOWN.run_id]
    assert len(mine) >= len(WINDOWS)
    assert all(account["unaccounted"] == 0 for account in mine)
