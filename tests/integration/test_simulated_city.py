"""The simulated city's truth is known from its own state; the line must find it through disorder and faults."""

import json
import re
from collections import Counter
from datetime import datetime
from fractions import Fraction

import pytest
from lines import start_line, stop_line, until

from citybrain.line import jobs_are_running
from feeds.simulator import GATEWAYS, SimulatedCity
from indicators.targets import TARGETS
from indicators.vital_signs import VITAL_SIGNS, Sign, vital_signs
from streams.catalog import SYSTEMS

pytestmark = pytest.mark.stack

START = "2026-03-02T07:00:00+08:00"
MINUTES = 180
HOUR_MS = 3_600_000


@pytest.fixture(scope="module")
def line():
    """A line of its own with every system, which only counts: the shared one has those of the recordings."""
    started = start_line("citybrain-city-", without="cases,situations,alerts,deliver")
    try:
        # Planning every job and windowing the city at once takes longer than one after the other.
        until(lambda: jobs_are_running(started.settings), 300, "a job of every system")
        yield started
    finally:
        stop_line(started)


@pytest.fixture(scope="module")
def truth():
    start = int(datetime.fromisoformat(START).timestamp() * 1000)
    return SimulatedCity(seed=7, start=start).truth(MINUTES)


@pytest.fixture(scope="module")
def simulated(line):
    line.run(
        "simulate", "--seed", "7", "--start", START, "--minutes", str(MINUTES), "--speed", "max", "--wait"
    )
    (row,) = line.rows(
        "SELECT max(run_id) AS run FROM normalize_counts WHERE startsWith(run_id, 'simulator')"
    )
    return row["run"]


def test_every_sum_of_the_line_is_the_citys_own(line, simulated, truth):
    rows = line.rows(
        "SELECT measure, entity_type, entity_id, toUnixTimestamp64Milli(window_start) AS start, observations, sums "
        f"FROM statistics WHERE run_id = '{simulated}' AND step = 0 AND entity_type != 'clock'"
    )

    counted = {SYSTEMS[slug].source.measure: windows for slug, windows in truth.counted.items()}
    assert set(truth.counted) == set(SYSTEMS) - {"road", "air", "emergency"}
    for measure, known in {"road.travel_time": truth.road, "air.concentration": truth.air, **counted}.items():
        found = {
            (row["entity_type"], row["entity_id"], row["start"]): (row["observations"], Counter(row["sums"]))
            for row in rows
            if row["measure"] == measure
        }
        # A least of nothing is 0 in a row, and unknown to the city.
        expected = {place: (item.observations, Counter(item.sums)) for place, item in known.items()}
        assert len(found) == len(expected)
        assert [place for place in expected if found.get(place) != expected[place]][:5] == [], measure


def test_every_incident_ends_in_the_line_as_it_did_in_the_city(line, simulated, truth):
    rows = line.rows(
        "SELECT milestone, entity_id, outcome, response_seconds FROM emergency_responses "
        f"WHERE run_id = '{simulated}' AND NOT startsWith(outcome, 'overdue')"
    )

    found = {(row["milestone"], row["entity_id"]): row["response_seconds"] for row in rows}
    for incident, known in truth.incidents.items():
        for milestone in ("dispatched", "en_route", "arrived"):
            assert found[milestone, incident] == getattr(known, f"{milestone}_seconds")


def test_who_waited_longer_than_15_minutes_was_overdue_once_and_until_the_end(line, simulated, truth):
    rows = line.rows(
        "SELECT milestone, entity_id, groupArray(outcome) AS told FROM emergency_responses "
        f"WHERE run_id = '{simulated}' AND startsWith(outcome, 'overdue') GROUP BY milestone, entity_id"
    )

    told = {(row["milestone"], row["entity_id"]): sorted(row["told"]) for row in rows}
    assert all(both == ["overdue", "overdue_ended"] for both in told.values())
    late = {
        (milestone, incident)
        for incident, known in truth.incidents.items()
        for milestone in ("dispatched", "en_route", "arrived")
        if (getattr(known, f"{milestone}_seconds") or 0) > 900
    }
    assert late
    # Beside them only incidents that nobody reached, as long as a unit was bound by them.
    beside = set(told) - late
    assert late <= set(told)
    assert all(getattr(truth.incidents[incident], f"{name}_seconds") is None for name, incident in beside)


def test_repeats_and_rejects_are_counted_and_nothing_else_is_lost(line, simulated, truth):
    rows = line.rows(
        f"SELECT topic, decoded, normalized, repeated, rejected FROM normalize_counts WHERE run_id = '{simulated}'"
    )

    for system, known in truth.counts.items():
        mine = [row for row in rows if row["topic"] == f"city.{system}.raw.v1"]
        rejected = {}
        for row in mine:
            for reason, count in row["rejected"].items():
                rejected[reason] = rejected.get(reason, 0) + count
        assert sum(row["normalized"] for row in mine) == known.events
        assert sum(row["repeated"] for row in mine) == known.repeats
        assert rejected == dict(known.rejected)
        assert sum(row["decoded"] for row in mine) == known.items


def test_rejected_records_are_in_the_store_with_bytes_and_reason(line, simulated, truth):
    rows = line.rows(
        f"SELECT reason, count() AS found FROM dead_letters WHERE run_id = '{simulated}' AND payload != '' "
        "GROUP BY reason"
    )

    known = {}
    for counts in truth.counts.values():
        for reason, count in counts.rejected.items():
            known[reason] = known.get(reason, 0) + count
    assert {row["reason"]: row["found"] for row in rows} == {
        str(reason): count for reason, count in known.items()
    }


def test_every_normalized_event_is_in_a_closed_window_or_late(line, simulated):
    (events,) = line.rows(f"SELECT count() AS found FROM events_road WHERE run_id = '{simulated}'")
    (windows,) = line.rows(
        f"SELECT sum(observations) AS found FROM statistics WHERE run_id = '{simulated}' "
        "AND measure = 'road.travel_time' AND entity_type = 'link' AND step = 0"
    )
    (late,) = line.rows(
        f"SELECT count() AS found FROM late_events WHERE run_id = '{simulated}' AND measure = 'road.travel_time'"
    )

    assert events["found"] == windows["found"] + late["found"]
    assert events["found"] > 10_000


def test_the_line_itself_finds_every_event_of_every_closed_window(line, simulated):
    told = line.run("check").stdout
    accounts = json.loads(line.run("check", "--format", "json").stdout)

    assert "Every event is accounted for." in told
    mine = [account for account in accounts if account["run_id"] == simulated]
    assert {account["measure"] for account in mine} == {system.source.measure for system in SYSTEMS.values()}
    assert all(account["unaccounted"] == 0 for account in accounts)
    assert sum(account["archived"] for account in mine) > 10_000


def test_a_silent_link_is_said_to_have_no_data(line, simulated):
    rows = line.rows(
        "SELECT entity_id, value, validity FROM indicators WHERE indicator_id = 'road.tti' AND entity_type = 'link' "
        f"AND run_id = '{simulated}' AND validity = 'no_data'"
    )

    assert rows
    assert all(row["value"] is None for row in rows)


def test_the_hour_on_the_road_is_the_citys_own_sums(line, simulated, truth):
    rows = line.rows(
        "SELECT entity_id, toUnixTimestamp64Milli(window_start) AS start, inputs['travel_time_ms'] AS travel, "
        "inputs['free_flow_time_ms'] AS free, value FROM indicators WHERE indicator_id = 'road.tti_hourly' "
        f"AND entity_type = 'city' AND finality = 'final' AND validity = 'valid' AND run_id = '{simulated}'"
    )

    hours = {}
    for (entity_type, entity_id, start), item in truth.road.items():
        if entity_type == "city":
            travel, free = hours.get((entity_id, start // HOUR_MS * HOUR_MS), (0, 0))
            key = (entity_id, start // HOUR_MS * HOUR_MS)
            hours[key] = (travel + item.sums["travel_time_ms"], free + item.sums["free_flow_time_ms"])
    assert {(row["entity_id"], row["start"]): (row["travel"], row["free"]) for row in rows} == hours
    for row in rows:
        assert row["value"] == round(max(1, row["travel"] / row["free"]), 6)


def test_the_vital_signs_of_each_hour_are_made_of_what_was_published_for_it(line, simulated):
    indices = line.rows(
        "SELECT entity_id, window_start, value, inputs FROM indicators WHERE indicator_id = 'city.vital_signs_index' "
        f"AND finality = 'final' AND value IS NOT NULL AND run_id = '{simulated}'"
    )
    parts = line.rows(
        "SELECT indicator_id, entity_id, window_start, value FROM indicators WHERE finality = 'final' "
        f"AND validity = 'valid' AND run_id = '{simulated}'"
    )

    published = {(row["indicator_id"], row["entity_id"], row["window_start"]): row["value"] for row in parts}
    assert len({row["window_start"] for row in indices}) >= MINUTES // 60 - 1
    for row in indices:
        own = {
            part.indicator: published[part.indicator, row["entity_id"], row["window_start"]]
            for part in VITAL_SIGNS.parts
            if (part.indicator, row["entity_id"], row["window_start"]) in published
        }
        assert row["inputs"] == {f"{name}_millionths": round(value * 10**6) for name, value in own.items()}
        signs = {name: Sign(Fraction(round(value * 10**6), 10**6)) for name, value in own.items()}
        assert row["value"] == vital_signs(signs).value_float


def test_the_share_of_links_heard_is_that_of_the_citys_own_reports(line, simulated, truth):
    rows = line.rows(
        "SELECT toUnixTimestamp64Milli(window_start) AS start, inputs['heard'] AS heard FROM indicators "
        f"WHERE indicator_id = 'road.coverage_ratio' AND entity_type = 'city' AND run_id = '{simulated}'"
    )

    heard = {}
    for entity_type, _, start in truth.road:
        heard[start] = heard.get(start, 0) + (entity_type == "link")
    assert heard
    assert {row["start"]: row["heard"] for row in rows if row["heard"]} == heard


@pytest.fixture(scope="module")
def counted_again(line, simulated):
    """What a restatement of all windows of every system says, by system."""
    told = line.run("restate", "--from", "2026-03-02T07:00", "--to", "2026-03-04T00:00").stdout
    # A line of the console may be folded.
    return {said.partition(":")[0]: said for said in re.split(r"\n(?=[a-z-]+: )", told)}


@pytest.mark.parametrize("slug", SYSTEMS)
def test_every_number_comes_out_the_same_from_its_raw_events(counted_again, slug):
    """Hours, days, districts, city, coverage and composite: all are judged again, and none differs."""
    told = counted_again[slug].replace("\n", " ")

    windows, events = (
        int(number.replace(",", "")) for number in re.findall(r"([\d,]+) (?:windows|events)", told)
    )
    assert windows >= 2
    assert events >= windows
    assert ", 0 rows restated" in told


def test_every_feed_is_told_by_the_hour_what_it_delivered(line, simulated, truth):
    line.run("feeds", "--tell")
    line.run("feeds", "--tell")
    rows = line.rows(
        "SELECT entity_id, toUnixTimestamp64Milli(window_start) AS start, sums FROM statistics "
        f"WHERE measure = 'feed.delivery' AND run_id = '{simulated}'"
    )

    start = int(datetime.fromisoformat(START).timestamp() * 1000)
    city = SimulatedCity(seed=7, start=start)
    first, second = city.truth(60).counts, city.truth(120).counts
    found = {row["entity_id"]: row["sums"] for row in rows if row["start"] == start + HOUR_MS}
    assert {row["start"] for row in rows} == {start + HOUR_MS}
    assert len(rows) == len(found) == len(SYSTEMS)
    for system, gateway in GATEWAYS.items():
        assert found[gateway]["accepted"] == second[system].events - first[system].events
        rejected = second[system].rejected.total() - first[system].rejected.total()
        assert found[gateway]["rejected"] == rejected
    parking = found["city-gateway-parking"]
    assert parking["promised"] == 12 * 12
    assert parking["delivered"] >= parking["kept"] >= 12 * 11


def test_a_number_is_explained_down_to_its_events_and_computed_again(line, simulated, truth):
    (row,) = line.rows(
        "SELECT toString(max(window_start)) AS start FROM indicators WHERE indicator_id = 'road.tti' "
        f"AND entity_type = 'city' AND validity = 'valid' AND run_id = '{simulated}'"
    )
    start = row["start"].replace(" ", "T")[:19] + "+00:00"

    found = json.loads(line.run("explain", "road.tti", "simcity", start, "--format", "json").stdout)

    assert found["equal"] is True
    assert sum(place["events"] for place in found["events"]) == found["row"]["observations"]
    assert found["row"]["inputs"].items() <= found["statistics"][0]["sums"].items()
    assert found["revisions"][-1]["finality"] == "final"


def test_every_target_is_declared_and_the_measured_one_says_how_it_stands(line, simulated):
    declared = line.rows("SELECT target_id FROM target_catalog")
    rows = line.rows(
        "SELECT value, details['target_status.emergency.within_15min'] AS status FROM indicators "
        "WHERE indicator_id = 'emergency.within_15min_ratio_daily' AND entity_type = 'city' "
        f"AND finality = 'final' AND value IS NOT NULL AND run_id = '{simulated}'"
    )

    assert {row["target_id"] for row in declared} == set(TARGETS)
    assert rows
    assert all(row["status"] == ("met" if row["value"] >= 0.9 else "behind") for row in rows)
