"""How many cases stand how, minute by minute, by kind, area, department and city?"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from told_cases import City, at, event, stamp, tick

from streams.cases.counts import MINUTES_MAX


def test_each_minute_says_what_is_open_at_risk_overdue_and_due_soon() -> None:
    city = City()
    city.ticks("emergency", "09:00")
    city.comes("emergency", stamp("09:00:30", "F1", "received"))
    for minute in (*range(1, 17), 20):
        city.ticks("emergency", f"09:{minute:02}")

    assert city.count_of("emergency", "09:00") == (0, 0, 0, 0, 0)
    assert city.count_of("emergency", "09:01") == (1, 0, 0, 1, 0)
    assert city.count_of("emergency", "09:12") == (1, 0, 0, 1, 0)
    assert city.count_of("emergency", "09:13") == (1, 1, 0, 1, 0)
    assert city.count_of("emergency", "09:15") == (1, 1, 0, 1, 0)
    assert city.count_of("emergency", "09:16") == (1, 0, 1, 0, 0)
    # No minute is left out when a tick is.
    assert city.count_of("emergency", "09:18") == (1, 0, 1, 0, 0)


def test_a_deadline_hours_ahead_counts_as_due_soon_from_half_an_hour_before_it() -> None:
    city = City()
    city.ticks("hotline", "09:00")
    said = {"step": "handed_over", "kind": "供水"}
    city.comes(
        "hotline",
        event("hotline", at("09:00"), "c1", step="opened", kind="供水", due_time=at("11:00")),
        event("hotline", at("09:00:01"), "c1", **said),
    )
    for minute in range(at("09:01"), at("11:02"), 60_000):
        city.comes("hotline", event("hotline", minute, None))

    assert city.count_of("hotline", "10:29")[3] == 0
    assert city.count_of("hotline", "10:30")[3] == 1
    assert city.count_of("hotline", "11:00") == (1, 1, 0, 1, 0)
    assert city.count_of("hotline", "11:01") == (1, 0, 1, 0, 0)


def test_areas_departments_and_the_city_add_up_over_kinds() -> None:
    city = City()
    for slug in ("emergency", "hotline"):
        city.ticks(slug, "09:00")
    city.comes("emergency", stamp("09:00", "F1", "received"))
    city.comes("emergency", stamp("09:00", "F2", "received", area_id="simcity/west"))
    city.comes("hotline", event("hotline", at("09:00"), "c1", step="opened", kind="噪声"))
    city.told("case.supervise", "hotline:c1", "09:00")
    city.ticks("emergency", "09:01")
    assert city.count_of("emergency", "09:01") == (2, 0, 0, 2, 0)
    assert not [
        row for row in city.counted if row["entity_type"] == "city" and row["window_end"] == at("09:01")
    ]

    city.ticks("hotline", "09:01")
    assert city.count_of("simcity", "09:01") == (3, 0, 0, 3, 1)
    assert city.count_of("simcity/east", "09:01") == (2, 0, 0, 2, 1)
    assert city.count_of("simcity/west", "09:01") == (1, 0, 0, 1, 0)
    assert city.count_of("急救中心", "09:01") == (2, 0, 0, 2, 0)
    assert city.count_of("生态环境局", "09:01") == (1, 0, 0, 1, 1)


def test_behind_the_counts_of_a_minute_a_row_of_the_clock_says_that_they_are_all_there() -> None:
    city = City()
    city.ticks("emergency", "09:00")

    last = city.counted[-1]
    assert (last["entity_type"], last["window_end"], last["sums"]) == ("clock", at("09:00"), {})


def test_an_area_without_cases_is_told_once_more_and_then_no_longer() -> None:
    city = City()
    city.ticks("emergency", "09:00")
    city.comes("emergency", stamp("09:00", "F1", "received"))
    city.ticks("emergency", "09:01")
    city.comes("emergency", stamp("09:01", "F1", "available"))
    city.ticks("emergency", "09:02")
    city.ticks("emergency", "09:03")

    of_area = [row["sums"]["open"] for row in city.counted if row["entity_id"] == "simcity/east"]
    assert of_area == [1, 0]


def test_after_a_long_silence_the_newest_minutes_are_told_alone() -> None:
    city = City()
    city.ticks("emergency", "09:00")
    city.ticks("emergency", "+1 09:00")

    assert len([row for row in city.counted if row["entity_id"] == "emergency"]) == 1 + MINUTES_MAX


def test_a_partition_that_is_read_ahead_changes_no_count_before_its_time() -> None:
    lagging, even = City(partitions=2), City(partitions=2)
    early = stamp("09:05:10", "F1", "received")
    minutes = [f"09:{minute:02}" for minute in range(8)]

    for minute in minutes:
        lagging.ticks("emergency", minute, partition=1)
        if minute == "09:05":
            lagging.comes("emergency", early, partition=1)
    for minute in minutes:
        lagging.ticks("emergency", minute, partition=0)
    for minute in minutes:
        even.ticks("emergency", minute, partition=0)
        even.ticks("emergency", minute, partition=1)
        if minute == "09:05":
            even.comes("emergency", early, partition=1)

    assert lagging.counted == even.counted
    assert lagging.count_of("emergency", "09:05") == (0, 0, 0, 0, 0)
    assert lagging.count_of("emergency", "09:06") == (1, 0, 0, 1, 0)


def test_in_a_run_of_the_whole_line_the_city_waits_for_every_system_that_has_cases() -> None:
    city = City(line=("emergency", "hotline", "road"))
    run = "simulator-1"
    for slug in ("emergency", "hotline"):
        city.comes(slug, tick(slug, at("09:00"), run), tick(slug, at("09:01"), run))
        if slug == "emergency":
            assert not [row for row in city.counted if row["entity_type"] == "clock"]

    assert [row["window_end"] for row in city.counted if row["entity_type"] == "clock"] == [
        at("09:00"),
        at("09:01"),
    ]
