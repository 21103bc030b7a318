"""Do the public recordings come out as their independent figures say?

The figures are those published with the data sets or counted from the files by other means, not by our decoders.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from itertools import islice
from typing import Any

import fastavro
import pytest
from played import opened

from feeds.decoding import Raw, Rejected
from feeds.directory import decode
from feeds.recording import TimedRaw
from feeds.recordings import RECORDINGS
from indicators.traffic import free_flow_speed
from schemas.records import schema

pytestmark = pytest.mark.recordings


def items_of(name: str, records: list[TimedRaw]) -> Iterator[Any]:
    feed = RECORDINGS[name].feed
    for record in records:
        yield from decode(Raw(feed, record.payload, record.context, record.at, feed, "run", 0))


@cache
def events_of(name: str) -> list[dict[str, Any]]:
    """The events, each once, as the normalizer keeps them. Shared between tests: not to be changed."""
    events: dict[str, dict[str, Any]] = {}
    for item in items_of(name, list(opened(name).records())):
        if not isinstance(item, Rejected):
            events.setdefault(item["event_id"], item)
    return list(events.values())


def utc(*when: int) -> int:
    return int(datetime(*when, tzinfo=UTC).timestamp() * 1000)  # type: ignore[misc]


@pytest.mark.parametrize("name", RECORDINGS)
def test_records_are_counted_in_advance_and_come_in_order_between_start_and_end(name: str) -> None:
    played = opened(name)
    records = list(played.records())

    assert len(records) == played.count
    assert [record.at for record in records] == sorted(record.at for record in records)
    assert played.start <= records[0].at
    assert records[-1].at == played.end
    assert max(len(record.payload) for record in records) < 900_000


@pytest.mark.parametrize("name", RECORDINGS)
def test_announced_entities_fit_their_schema_and_are_valid_when_their_events_happen(name: str) -> None:
    played = opened(name)
    entities = played.entities()
    avro = fastavro.parse_schema(dict(schema("entity")))
    known = {
        entity["entity_id"]: entity
        for entity in entities
        if entity["entity_type"] in {"link", "station", "parking", "asset", "site"}
    }
    areas = {entity["entity_id"] for entity in entities if entity["entity_type"] in {"area", "city"}}

    for entity in entities:
        assert fastavro.validate({**entity, "run_id": "run"}, avro)
        assert entity["area_id"] is None or entity["area_id"] in areas
    for event in events_of(name):
        entity = known.get(event["entity_id"])
        if entity:
            assert entity["valid_from"] <= event["event_time"] < entity["valid_to"]
        else:
            assert event["area_id"] in areas


def test_no_event_of_a_recording_is_from_the_future_of_its_own_clock() -> None:
    # The poll of Aarhus has links ahead of the clock; tests/golden/test_aarhus_decoded.py tells what becomes of them.
    for name in RECORDINGS.keys() - {"aarhus-links"}:
        # Every seventh is enough: all records of a recording are timed by one rule.
        for record in islice(opened(name).records(), 0, None, 7):
            for item in items_of(name, [record]):
                assert isinstance(item, Rejected) or item["event_time"] <= record.at


def test_los_angeles_has_a_week_of_207_detectors() -> None:
    events = events_of("los-angeles-traffic")
    times = [event["event_time"] for event in events]

    assert len(events) == 2_016 * 207
    assert (min(times), max(times)) == (utc(2012, 3, 1, 8), utc(2012, 3, 8, 7, 55))
    assert max(event["speed_kmh"] for event in events) == pytest.approx(70 * 1.609344)
    assert min(event["speed_kmh"] for event in events) == pytest.approx(1 * 1.609344)


def test_los_angeles_free_flow_times_agree_with_the_indicators_own_formula() -> None:
    """Computed here a second time, from decoded events, with the function that the standard was written into."""
    played = opened("los-angeles-traffic")
    start = played.start
    speeds: dict[str, dict[int, list[float]]] = defaultdict(lambda: defaultdict(list))
    for event in events_of("los-angeles-traffic"):
        minute = (event["event_time"] - start) // 60_000 % 1440
        if minute >= 360:
            speeds[event["entity_id"]][minute // 15].append(event["speed_kmh"])
    links = [entity for entity in played.entities() if entity["entity_type"] == "link"]

    assert len(links) == 207
    for link in links:
        means = [sum(values) / len(values) for values in speeds[link["entity_id"]].values()]
        assert len(means) == 72
        free_flow_ms = 1_000 * 3_600 / float(free_flow_speed(means))
        assert link["attributes"]["free_flow_time_ms"] == pytest.approx(free_flow_ms, abs=1)
    assert Counter(link["area_id"] for link in links).most_common()[-1][1] >= 34


def test_beijing_has_twelve_stations_and_as_many_gaps_as_the_source_counts() -> None:
    played = opened("beijing-air")
    records = list(played.records())
    items = list(items_of("beijing-air", records))
    events = [item for item in items if not isinstance(item, Rejected)]
    rejected = Counter(item.reason.value for item in items if isinstance(item, Rejected))

    assert len(items) == 12 * 1_488
    assert rejected == {"missing_value": 70}
    # Cells that are NA in the files, less those of the 70 rows without anything.
    missing = {"pm25": 118, "pm10": 79, "so2": 105, "no2": 130, "co": 387, "o3": 150}
    assert {
        name: sum(event[f"{name}_ngm3"] is None for event in events) + rejected["missing_value"]
        for name in missing
    } == missing
    assert max(event["pm25_ngm3"] or 0 for event in events) == 835_000
    assert max(event["co_ngm3"] or 0 for event in events) == 10_000_000
    assert (played.start, records[-1].at) == (utc(2016, 11, 30, 16), utc(2017, 1, 31, 16, 25))


def test_the_national_network_has_1495_stations_in_367_cities() -> None:
    played = opened("cnemc-air")
    items = list(items_of("cnemc-air", list(played.records())))
    events = [item for item in items if not isinstance(item, Rejected)]
    entities = Counter(entity["entity_type"] for entity in played.entities())

    assert len(items) == 1_495
    assert len(events) == 1_477
    assert {event["event_time"] for event in events} == {utc(2018, 2, 19, 22)}
    assert sum(event["pm10_ngm3"] is None for event in events) == 273 - 18
    assert entities == {"station": 1_495, "city": 367}


def test_san_francisco_response_times_are_those_of_the_finished_file() -> None:
    """From events as a live line sees them, one stamp at a time, come the figures counted in the whole file."""
    events = events_of("san-francisco-fire")
    first: dict[str, dict[str, int]] = defaultdict(dict)
    for event in events:
        stages = first[event["entity_id"]]
        stages[event["stage"]] = min(event["event_time"], stages.get(event["stage"], event["event_time"]))

    def within_15_minutes(stage: str) -> tuple[int, int]:
        seconds = [
            (stages[stage] - stages["received"]) // 1000 for stages in first.values() if stage in stages
        ]
        return sum(second <= 900 for second in seconds), len(seconds)

    assert len(first) == 3_560
    assert within_15_minutes("arrived") == (2_986, 3_429)
    assert within_15_minutes("dispatched") == (3_542, 3_560)
    assert within_15_minutes("en_route") == (3_528, 3_552)


def test_san_francisco_has_every_stamp_of_its_7704_rows() -> None:
    events = events_of("san-francisco-fire")

    assert Counter(event["stage"] for event in events) == {
        "received": 3_560,
        "entered": 3_560,
        "dispatched": 7_704,
        "en_route": 7_704 - 214,
        "arrived": 7_704 - 1_554,
        "transport": 7_704 - 5_441,
        "hospital": 7_704 - 5_496,
        "available": 7_704 - 5,
    }
