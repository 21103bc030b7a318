"""The simulated city's truth is known from its own state; the line must find it through disorder and faults."""

from datetime import datetime

import pytest

from feeds.simulator import SimulatedCity

pytestmark = pytest.mark.stack

START = "2026-03-02T07:00:00+08:00"
MINUTES = 180


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

    for measure, known in (("road.travel_time", truth.road), ("air.concentration", truth.air)):
        found = {
            (row["entity_type"], row["entity_id"], row["start"]): (row["observations"], row["sums"])
            for row in rows
            if row["measure"] == measure
        }
        assert found == {place: (item.observations, dict(item.sums)) for place, item in known.items()}


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


def test_a_silent_link_is_said_to_have_no_data(line, simulated):
    rows = line.rows(
        "SELECT entity_id, value, validity FROM indicators WHERE indicator_id = 'road.tti' AND entity_type = 'link' "
        f"AND run_id = '{simulated}' AND validity = 'no_data'"
    )

    assert rows
    assert all(row["value"] is None for row in rows)
