"""What is played when speed is measured."""

from itertools import islice

import pytest

from load_tests.bench import STAGES, chosen_stages
from load_tests.workload import START, WINDOW_MS, Workload, observations
from streams.catalog import ROAD

SMALL = Workload(events=1_000, links_per_district=2, interval_seconds=4)


def test_the_usual_workload_gives_windows_many_readings_of_each_link():
    usual = Workload()
    a_minute = usual.per_second * 60

    # Every minute brings a row for each link, so this is how far windows compress.
    assert a_minute / usual.links >= 10
    assert usual.windows >= 3


def test_the_last_reading_lies_in_the_last_window():
    last = list(islice(SMALL.city.road_load(SMALL.per_second), SMALL.events))[-1]

    assert last.at == SMALL.last_at
    assert SMALL.end - WINDOW_MS <= last.at < SMALL.end


@pytest.mark.parametrize(("events", "windows"), [(900, 1), (901, 2)])
def test_a_reading_at_the_end_of_a_window_opens_the_next(events, windows):
    # Three readings a second: 900 in five minutes.
    assert SMALL.per_second == 3

    assert Workload(events, links_per_district=2).windows == windows
    assert Workload(events, links_per_district=2).end == START + windows * WINDOW_MS


def test_the_prepared_events_are_whole_and_each_is_another():
    events = list(observations(SMALL, 200))

    assert len({event["event_id"] for event in events}) == 200
    assert all(event["travel_time_ms"] > 0 and event["length_m"] > 0 for event in events)
    assert {event["ingest_time"] - event["event_time"] for event in events} == {0}


def test_a_clock_is_demanded_that_only_the_window_after_the_last_can_give():
    window_of_row = SMALL.demanded_clock - int(ROAD.source.window.total_seconds() * 1000)

    assert window_of_row == SMALL.end + WINDOW_MS


def test_a_stage_brings_those_that_it_needs_in_order():
    assert chosen_stages(["sink"]) == ["normalize", "windows", "judge", "sink"]
    assert chosen_stages(["normalize"]) == ["encode", "normalize"]
    assert chosen_stages(["line"]) == ["line"]
    assert chosen_stages([]) == list(STAGES)
