"""What has the public, when, and what does it never get? The rule and the book, without servers."""

import csv
import io
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from told_alerts import MINUTE, NOW

from indicators.catalog import INDICATORS
from indicators.public_data import RULES, figure_of, release_of, rule_of, withdrawn
from streams.deliver import book as book_module
from streams.deliver.book import COLUMNS, Book, Wanted, as_csv, as_json


def row(**told):
    made = {
        "indicator_id": "hotline.on_time_ratio",
        "entity_type": "area",
        "entity_id": "simcity/north",
        "area_id": "simcity/north",
        "window_start": NOW - 60 * MINUTE,
        "window_end": NOW,
        "value": 0.75,
        "unit": "1",
        "grade": None,
        "validity": "valid",
        "observations": 12,
        "standard": "project",
        "edition": "v1",
        "finality": "final",
        "revision": 10,
        "computed_at": NOW + MINUTE,
        "details": {},
        "mode": "live",
        "run_id": "live",
    }
    return made | told


def figure(before=None, **told):
    made = row(**told)
    return figure_of(made, release_of(made, "live"), before, NOW + 61 * MINUTE)


def test_a_public_final_figure_of_a_live_line_is_published_after_its_delay():
    release = release_of(row(), "live")

    assert release.at_ms == NOW + 60 * MINUTE
    assert figure()["value"] == 0.75
    assert figure()["change"] == "published"


@pytest.mark.parametrize(("line", "record"), product(["live", "drill", "replay", "simulated"], repeat=2))
def test_only_what_is_live_all_the_way_is_public(line, record):
    assert (release_of(row(mode=record), line) is not None) == (line == record == "live")


def test_what_the_catalog_does_not_call_public_or_does_not_know_never_is():
    for indicator in INDICATORS.values():
        if not indicator.public:
            assert release_of(row(indicator_id=indicator.id), "live") is None
    assert release_of(row(indicator_id="no.such"), "live") is None


def test_a_small_count_is_suppressed_with_everything_that_would_tell_it():
    made = figure(observations=4)

    assert (made["value"], made["observations"], made["validity"]) == (None, None, "suppressed")
    assert figure(observations=5)["value"] == 0.75


COUNTED = {"indicator_id": "hotline.cases_opened", "unit": "cases"}


def counts_behind(published):
    """Which counts would be published as this one."""
    return [
        n
        for n in range(5, int(published) + 6)
        if figure(**COUNTED, value=n, observations=n)["value"] == published
    ]


@given(st.integers(1, 4), st.lists(st.integers(5, 400), min_size=1, max_size=19))
@settings(max_examples=30)
def test_what_a_total_and_its_other_parts_leave_for_a_suppressed_one_does_not_tell_it(small, others):
    def published(count):
        return figure(**COUNTED, value=count, observations=count)["value"]

    parts = [counts_behind(published(count)) for count in others]
    least, most = sum(map(min, parts)), sum(map(max, parts))
    totals = counts_behind(published(sum(others) + small))
    possible = [n for n in range(1, 5) if any(least <= total - n <= most for total in totals)]

    assert published(small) is None
    assert small in possible
    assert len(possible) >= 2


def test_counts_of_persons_are_multiples_of_five_and_shares_whole_percent():
    counted = figure(**COUNTED, value=7.0, observations=7)
    assert (counted["value"], counted["observations"]) == (5.0, 5)
    share = figure(value=0.857142, observations=21)
    assert (share["value"], share["observations"]) == (0.86, 20)
    wait = figure(indicator_id="gov.queue_wait_minutes", unit="min", value=12.34, observations=8)
    assert (wait["value"], wait["observations"]) == (12.34, 10)
    sensor = figure(indicator_id="air.aqi_hourly", entity_type="station", value=57.0, observations=7)
    assert (sensor["value"], sensor["observations"]) == (57.0, 7)


def test_of_a_sensor_one_reading_counts_and_a_provisional_value_is_published_and_marked():
    made = figure(
        indicator_id="air.aqi_hourly", entity_type="station", observations=1, finality="provisional"
    )

    assert (made["value"], made["finality"]) == (0.75, "provisional")
    assert release_of(row(finality="provisional"), "live") is None


def test_links_and_junctions_are_not_public_one_by_one():
    assert release_of(row(indicator_id="road.tti_hourly", entity_type="link"), "live") is None
    assert release_of(row(indicator_id="road.tti_hourly", entity_type="city"), "live") is not None


def test_another_final_value_is_a_correction_and_the_same_one_is_nothing():
    first = figure()

    assert figure(first, revision=11) is None
    assert figure(first, revision=9, value=0.1) is None
    corrected = figure(first, revision=11, value=0.5, finality="restated")
    assert (corrected["change"], corrected["previous_value"], corrected["value"]) == ("corrected", 0.75, 0.5)
    assert corrected["reason"]


def test_a_correction_of_a_suppressed_figure_does_not_tell_what_it_was():
    corrected = figure(figure(observations=3), revision=11, value=0.5, observations=30)

    assert (corrected["change"], corrected["previous_value"]) == ("corrected", None)


def test_what_was_provisional_becomes_final_without_a_correction():
    air = {"indicator_id": "air.aqi_hourly", "entity_type": "station"}
    first = figure(**air, finality="provisional", revision=1, value=50.0)

    assert figure(first, **air, revision=2, value=60.0)["change"] == "published"


def test_what_was_withdrawn_stays_so():
    taken = withdrawn(figure(), "a wrong meter", NOW)

    assert (taken["value"], taken["previous_value"], taken["validity"]) == (None, 0.75, "withdrawn")
    assert figure(taken, revision=99, value=0.9) is None


def test_every_rule_is_of_a_system_that_has_public_indicators():
    public = {indicator.system for indicator in INDICATORS.values() if indicator.public}

    assert set(RULES) <= public
    assert rule_of("gov.on_time_ratio").minimum == 5


def full(count):
    book = Book()
    for number in range(count):
        book.put(figure(window_start=NOW + number * MINUTE, window_end=NOW + (number + 1) * MINUTE))
    return book


def test_pages_follow_each_other_without_a_gap_while_more_is_published():
    book, seen, after = full(10), [], ""
    while True:
        page = book.figures(Wanted(limit=3, after=after))
        seen += [one["window_start"] for one in page.figures]
        book.put(figure(window_start=NOW + (100 + len(seen)) * MINUTE, window_end=NOW + 200 * MINUTE))
        after = page.next
        if not after:
            break

    assert seen == [NOW + number * MINUTE for number in reversed(range(10))]


def test_corrections_are_listed_and_the_newest_value_counts():
    book = full(3)
    book.put(figure(figure(), revision=11, value=0.5) | {"window_start": NOW, "window_end": NOW + MINUTE})

    (correction,) = book.corrections(Wanted()).figures
    assert correction["previous_value"] == 0.75
    assert [one["value"] for one in book.figures(Wanted()).figures] == [0.75, 0.75, 0.5]


def test_the_book_forgets_the_oldest_and_reads_an_old_record_twice_without_harm(monkeypatch):
    monkeypatch.setattr(book_module, "FIGURES_MAX", 3)
    book = full(5)

    assert len(book.figures(Wanted()).figures) == 3
    version = book.version
    for one in book.figures(Wanted()).figures:
        book.put(one)
    assert book.version == version


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=30))
def test_csv_is_read_back_as_it_was_and_runs_nowhere(text):
    made = figure(entity_id=text.replace("\0", ""))

    header, cells = csv.reader(io.StringIO(as_csv([made]), newline=""))

    assert tuple(header) == COLUMNS
    cell = cells[COLUMNS.index("entity_id")]
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert cell.removeprefix("'") == made["entity_id"].removeprefix("'")
    assert set(as_json([made])[0]) == set(COLUMNS)
    assert not {"mode", "run_id", "expected", "inputs", "details"} & set(COLUMNS)
