"""A feed falls silent and sends what it kept an hour later. Do the windows become what they would have been?"""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from citybrain.player import Envelope, Pace, Player
from citybrain.runs import begin_run
from citybrain.waiting import Patience, wait_until_stored
from feeds.recordings import RECORDINGS
from schemas.registry import Registry
from streams.catalog import ROAD

pytestmark = [pytest.mark.stack, pytest.mark.recordings]

MINUTE = 60_000
# Later than what other tests play of it: where city time does not go back, no job has to be started anew.
UNDISTURBED_DAYS, OUTAGE_DAYS = 140, 210
SAID = "indicator_id, entity_id, toString(window_start - INTERVAL {days} DAY) AS start, value, grade, validity, observations, expected, inputs"


@pytest.fixture(scope="module")
def los_angeles(recordings):
    known = RECORDINGS["los-angeles-traffic"]
    return known.open(known.default_files(recordings))


def play(line, opened, run_id, *, outage):
    """Two hours; with an outage, weeks later, the readings of 20 minutes come 50 minutes late, in one burst."""
    days = OUTAGE_DAYS if outage else UNDISTURBED_DAYS
    settings, first, shift = line.settings, opened.start, days * 24 * 60 * MINUTE
    records = []
    for record in opened.records():
        if record.at > first + 120 * MINUTE:
            break
        if outage and first + 40 * MINUTE <= record.at < first + 60 * MINUTE:
            records.append(replace(record, at=first + 110 * MINUTE))
        else:
            records.append(record)
    begin_run(settings, [ROAD], run_id, first + shift, source="los-angeles-traffic", note=print)
    envelope = Envelope(run_id, "los-angeles-traffic", shift)
    player = Player(settings.kafka, Registry(settings.registry), envelope, Pace(None))
    player.announce(opened.entities())
    player.set_clock(ROAD, first + shift)
    sent = player.play(
        (ROAD, "los-angeles-traffic", record) for record in sorted(records, key=lambda r: r.at)
    )
    player.close(ROAD, sent.clocks["road"], settings.civil_zone)
    wait_until_stored(settings, run_id, {ROAD: sent.clocks["road"]}, Patience(90.0))


def told(line, run_id, days_later):
    """The newest final or restated row of a run, by what it is about, as if it had begun so many days earlier."""
    rows = line.rows(
        f"SELECT {SAID.format(days=days_later)}, revision FROM indicator_history WHERE finality != 'provisional' "
        f"AND run_id = '{run_id}' AND startsWith(indicator_id, 'road.') ORDER BY revision"
    )
    return {(row["indicator_id"], row["entity_id"], row["start"]): said(row) for row in rows}


def said(row):
    return {name: value for name, value in row.items() if name != "revision"}


def test_after_an_outage_restated_rows_are_those_of_an_undisturbed_run(line, los_angeles):
    play(line, los_angeles, "undisturbed", outage=False)
    expected = told(line, "undisturbed", UNDISTURBED_DAYS)
    play(line, los_angeles, "outage", outage=True)

    before = told(line, "outage", OUTAGE_DAYS)
    done = line.run("restate", "--measure", "road").stdout
    after = told(line, "outage", OUTAGE_DAYS)

    assert before != expected
    assert "4 windows counted again from 828 events" in done
    assert after == expected


def test_the_ledger_says_what_was_late_and_that_all_of_it_was_recovered(line, los_angeles):
    (source,) = [
        found
        for found in json.loads(line.run("late", "--format", "json").stdout)
        if found["source"] == "los-angeles-traffic"
    ]
    ledger = line.rows(
        "SELECT reason, late_events, observations_before, observations_after FROM restatements "
        "WHERE run_id = 'outage' AND reason = 'late_events' ORDER BY window_start"
    )

    assert (source["late"], source["recovered"], source["restated_windows"]) == (828, 828, 4)
    # How many events other tests sent from there decides whether 828 are more than one in a hundred.
    kept_by_waiting = source["out_of_orderness_ms"] > 40 * MINUTE
    assert kept_by_waiting is (source["events"] < 100 * 828)
    assert [tuple(row.values()) for row in ledger] == [("late_events", 207, 0, 207)] * 4


def test_a_restated_row_says_why_and_keeps_its_run_and_its_elder(line, los_angeles):
    rows = line.rows(
        "SELECT finality, revision % 1000000 AS revision, details['restated_because'] AS why FROM indicator_history WHERE run_id = 'outage' "
        "AND indicator_id = 'road.tpi' AND entity_type = 'city' AND finality != 'provisional' AND window_start IN "
        "(SELECT window_start FROM restatements WHERE run_id = 'outage') ORDER BY window_start, revision"
    )

    # A silent window had no data; the hour of the late readings has.
    assert [tuple(row.values()) for row in rows] == [
        ("final", 900, ""),
        ("restated", 1_999, "late_events"),
    ] * 4


def test_restating_again_tells_nothing_new(line, los_angeles):
    by_late_events = line.run("restate", "--measure", "road").stdout
    (newest,) = line.rows(
        "SELECT toString(max(window_start)) AS start FROM restatements WHERE run_id = 'outage'"
    )
    start = datetime.fromisoformat(newest["start"]).replace(tzinfo=UTC)
    span = ("--from", start.isoformat(), "--to", (start + timedelta(minutes=5)).isoformat())
    by_hand = line.run("restate", "--measure", "road.travel_time", *span).stdout

    assert "no window has late or corrected events" in by_late_events
    assert "1 windows counted again from 207 events, 0 rows restated" in by_hand
