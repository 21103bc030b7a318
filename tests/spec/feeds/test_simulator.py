"""Is the simulated city as lively, and as faulty, as it says?"""

from collections import Counter
from datetime import UTC, datetime
from itertools import islice, takewhile
from typing import Any

import fastavro
import pytest

from feeds.decoding import Raw, Rejected
from feeds.directory import decode
from feeds.simulated_emergency import emergency_sources
from feeds.simulated_order import in_order
from feeds.simulated_truth import truth_of
from feeds.simulator import GATEWAYS, SimulatedCity, SystemRaw, Truth
from schemas.records import schema
from streams.catalog import SYSTEMS

START = int(datetime(2026, 3, 2, 0, 40, tzinfo=UTC).timestamp() * 1000)
MINUTES = 150


@pytest.fixture(scope="module")
def city() -> SimulatedCity:
    return SimulatedCity(seed=7, start=START)


@pytest.fixture(scope="module")
def records(city: SimulatedCity) -> list[SystemRaw]:
    return list(city.records(MINUTES))


@pytest.fixture(scope="module")
def truth(city: SimulatedCity) -> Truth:
    return city.truth(MINUTES)


@pytest.fixture(scope="module")
def truth_of_an_hour(city: SimulatedCity) -> Truth:
    return city.truth(60)


Decoded = list[tuple[SystemRaw, list[Any]]]


@pytest.fixture(scope="module")
def decoded(records: list[SystemRaw]) -> Decoded:
    """Each record with its items."""
    return [(record, items_of(record)) for record in records]


def items_of(record: SystemRaw) -> list[Any]:
    raw = record.raw
    return list(decode(Raw(record.feed, raw.payload, raw.context, raw.at, "simulator", "run", 0)))


Outcomes = tuple[dict[str, list[Any]], dict[str, Counter[str]]]


@pytest.fixture(scope="module")
def events(outcomes: Outcomes) -> dict[str, list[Any]]:
    return outcomes[0]


@pytest.fixture(scope="module")
def outcomes(decoded: Decoded) -> Outcomes:
    """What a normalizer that knows the registry would make of the records: events, and counts by fate."""
    seen: set[str] = set()
    events: dict[str, list[Any]] = {system: [] for system in GATEWAYS}
    fates: dict[str, Counter[str]] = {system: Counter() for system in events}
    for record, items in decoded:
        for item in items:
            if isinstance(item, Rejected):
                fate = item.reason.value
            elif item["event_time"] > record.raw.at + 60_000:
                fate = "future_event_time"
            elif any(str(name).endswith("-nowhere") for name in (item["entity_id"], item.get("route_id"))):
                fate = "unknown_entity"
            elif item["event_id"] in seen:
                fate = "repeat"
            else:
                seen.add(item["event_id"])
                events[record.system].append(item)
                fate = "event"
            fates[record.system][fate] += 1
    return events, fates


def test_decoding_gives_the_counts_that_the_city_knows(truth: Truth, outcomes: Outcomes) -> None:
    _, fates = outcomes

    for system, counts in truth.counts.items():
        expected = Counter(counts.rejected, event=counts.events, repeat=counts.repeats)
        assert fates[system] == +expected
        assert counts.items == counts.events + counts.repeats + counts.rejected.total()


def test_decoded_speeds_sum_up_to_the_truth(
    city: SimulatedCity, truth: Truth, events: dict[str, list[Any]]
) -> None:
    links = {known["entity_id"]: known for known in city.entities() if known["entity_type"] == "link"}
    sums: dict[tuple[str, str, int], Counter[str]] = {}
    for event in events["road"]:
        link = links[event["entity_id"]]
        window = event["event_time"] - event["event_time"] % 300_000
        for key in (("link", event["entity_id"]), ("area", link["area_id"]), ("city", "simcity")):
            row = sums.setdefault((*key, window), Counter())
            length_m, weight = link["attributes"]["length_m"], event["weight"]
            row["observations"] += 1
            row["weight"] += weight
            row["vehicles"] += event["vehicles"]
            row["vehicle_counts"] += 1
            row["length_m"] += weight * length_m
            row["travel_time_ms"] += weight * round(length_m * 3600 / event["speed_kmh"])
            row["free_flow_time_ms"] += weight * link["attributes"]["free_flow_time_ms"]

    assert sums == {key: Counter(row.sums, observations=row.observations) for key, row in truth.road.items()}


def test_decoded_concentrations_are_the_truth(truth: Truth, events: dict[str, list[Any]]) -> None:
    found = {(event["entity_id"], event["event_time"]): event for event in events["air"]}

    assert set(found) == {(station, hour) for _, station, hour in truth.air}
    for (_, station, hour), row in truth.air.items():
        event = found[station, hour]
        for name in ("so2", "no2", "co", "o3", "pm10", "pm25"):
            measured = event[f"{name}_ngm3"]
            assert row.sums[f"{name}_sum_ngm3"] == (measured or 0)
            assert row.sums[f"{name}_count"] == (measured is not None)


def test_decoded_stages_give_the_response_times_of_the_truth(
    truth: Truth, events: dict[str, list[Any]]
) -> None:
    received: dict[str, int] = {}
    arrived: dict[str, int] = {}
    for event in events["emergency"]:
        times = {"received": received, "arrived": arrived}.get(event["stage"], {})
        times[event["entity_id"]] = min(event["event_time"], times.get(event["entity_id"], 1 << 60))
    incidents = truth.incidents

    assert {key: incident.received for key, incident in incidents.items()} == received
    assert {
        key: incident.arrived_seconds
        for key, incident in incidents.items()
        if incident.arrived_seconds is not None
    } == {key: (instant - received[key]) // 1000 for key, instant in arrived.items()}


def test_a_day_has_slow_and_missing_arrivals_and_calls_that_nobody_follows_up(city: SimulatedCity) -> None:
    end = START + 24 * 3_600_000
    sent = takewhile(lambda sent: sent.at < end, in_order(emergency_sources(city.plan)))
    incidents = truth_of(sent).incidents.values()

    assert len(incidents) > 300
    assert any((incident.arrived_seconds or 0) > 900 for incident in incidents)
    assert any(incident.closed_without_arrival for incident in incidents)
    assert any(incident.dispatched_seconds is None for incident in incidents)


def test_every_kind_of_fault_happens(truth: Truth) -> None:
    counts = truth.counts

    assert set(counts["road"].rejected) == {
        "unreadable",
        "missing_time",
        "bad_time",
        "missing_value",
        "bad_value",
        "out_of_range",
        "missing_entity",
        "unknown_entity",
        "future_event_time",
    }
    assert counts["road"].repeats > 0
    assert counts["emergency"].rejected.total() > 0
    assert counts["air"].rejected.total() > 0


def test_records_come_in_order_of_arrival_and_events_do_not(
    records: list[SystemRaw], events: dict[str, list[Any]]
) -> None:
    arrivals = [record.raw.at for record in records]
    happened = [event["event_time"] for event in events["road"]]

    assert arrivals == sorted(arrivals)
    assert happened != sorted(happened)


def test_disorder_stays_within_what_the_line_declares(decoded: Decoded) -> None:
    """An event may trail the city clock by the declared bound; an hour's mean starts an hour before its end."""
    seen: set[str] = set()
    for record, items in decoded:
        for item in items:
            if isinstance(item, Rejected) or item["event_id"] in seen:
                continue
            seen.add(item["event_id"])
            over = 3_600_000 if record.system == "air" else 0
            assert (
                record.raw.at - item["event_time"] - over
                < SYSTEMS[record.system].source.out_of_orderness.total_seconds() * 1000
            )


def test_an_incident_slows_one_district_far_below_its_usual_speed(truth_of_an_hour: Truth) -> None:
    road = truth_of_an_hour.road

    def index(area: str, minute: int) -> float:
        sums = road["area", area, START + minute * 60_000].sums
        return sums["travel_time_ms"] / sums["free_flow_time_ms"]

    slowed = [area for kind, area, _ in road if kind == "area" and index(area, 20) > 2 * index(area, 5)]
    assert len(set(slowed)) == 1
    assert index(slowed[0], 50) < index(slowed[0], 20) / 2


def test_one_link_is_silent_for_twenty_minutes(truth_of_an_hour: Truth) -> None:
    road = truth_of_an_hour.road
    windows = [START + minute * 60_000 for minute in (15, 20, 25, 30)]
    links = {name for kind, name, _ in road if kind == "link"}

    silent = [link for link in links if not any(("link", link, window) in road for window in windows)]
    assert len(silent) == 1
    assert ("link", silent[0], START + 40 * 60_000) in road


def test_air_quality_is_there_within_two_minutes_of_the_start(records: list[SystemRaw]) -> None:
    first = [record.raw.at for record in records if record.system == "air"][:8]

    assert max(first) < START + 120_000


def test_entities_fit_their_schema_and_cover_every_reporting_link(
    city: SimulatedCity, events: dict[str, list[Any]]
) -> None:
    entities = city.entities()
    known = {(entity["system"], entity["entity_id"]) for entity in entities}

    avro = fastavro.parse_schema(dict(schema("entity")))
    for entity in entities:
        assert fastavro.validate({**entity, "run_id": "run"}, avro)
    reporting = {event["entity_id"] for event in events["road"]}
    assert {("road", link) for link in reporting} <= known
    assert len(known) == len(entities)


def test_records_without_end_are_given_as_they_are_asked_for(city: SimulatedCity) -> None:
    assert list(islice(city.records(), 500)) == list(islice(city.records(MINUTES), 500))


def test_load_records_are_all_different_events_in_time_order(city: SimulatedCity) -> None:
    load = list(islice(city.road_load(per_second=100_000), 5_000))
    items = [
        item
        for raw in load
        for item in decode(Raw("city-gateway-road", raw.payload, {}, raw.at, "s", "r", 0))
    ]

    assert len({item["event_id"] for item in items}) == 5_000
    assert [raw.at for raw in load] == sorted(raw.at for raw in load)
