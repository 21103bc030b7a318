"""What is told more than once: days that are played twice, hours that were open when a part of them was restated."""

import pytest
from small_town import SmallTown

pytestmark = pytest.mark.stack


def test_a_second_run_over_the_same_days_has_the_last_word(line):
    begin = "2026-02-02T08:00:00+08:00"
    first, second = (SmallTown(f"played-{number}", begin, "AB") for number in (1, 2))
    first.play(line, [first.reading(link, minute, 60, minute) for link in "AB" for minute in (1, 6)], 30)
    line.run("restate", "--measure", "road", "--from", begin, "--to", "2026-02-02T08:05:00+08:00")
    assert first.indices(line)["B", 0]["value"] == 1.0

    # This time B says nothing at first, and A is slower.
    readings = [second.reading("A", 1, 30, 1), second.reading("A", 6, 30, 6), second.reading("B", 6, 30, 6)]
    second.play(line, readings, 30)

    told = second.indices(line)
    assert (told["A", 0]["value"], told["B", 0]["validity"], told["B", 5]["value"]) == (2.0, "no_data", 2.0)
    assert first.indices(line) == {}
    (counted,) = line.rows(
        "SELECT uniqExact(run_id) AS runs FROM statistics WHERE measure = 'road.travel_time' AND step = 0 "
        "AND entity_id = 'A' AND window_start >= '2026-02-02 00:00:00' AND window_start < '2026-02-02 00:10:00'"
    )
    assert counted["runs"] == 1


def test_an_hour_that_was_open_when_a_window_of_it_was_restated_is_restated_when_it_is_over(line):
    town = SmallTown("open-hour", "2026-02-03T08:00:00+08:00", "AB")
    late = town.reading("B", 1, 30, 20)
    town.play(line, [town.reading("A", 1, 60, 1), late], 30)
    while_open = line.run("restate", "--measure", "road").stdout
    assert hour_of(line, town) == ("provisional", 1.0)

    town.play(line, [town.reading("A", 31, 60, 31)], 75, after=30)
    assert hour_of(line, town) == ("final", 1.0)
    when_over = line.run("restate", "--measure", "road").stdout

    # A minute each in two windows, and two for B in the first of them, against three.
    assert hour_of(line, town) == ("restated", 1.333333)
    assert "1 windows counted again from 2 events" in while_open
    assert "1 windows counted again from 2 events" in when_over
    assert "no window has late" in line.run("restate", "--measure", "road").stdout


def hour_of(line, town):
    """Finality and value of the town's hour."""
    (row,) = line.rows(
        "SELECT finality, value FROM indicators WHERE indicator_id = 'road.tti_hourly' AND entity_type = 'city' "
        f"AND run_id = '{town.run_id}' AND window_start = '2026-02-03 00:00:00'"
    )
    return row["finality"], row["value"]
