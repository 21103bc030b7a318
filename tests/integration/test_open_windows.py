"""Where does a changed job begin?"""

import random

import pytest

from jobs.open_windows import OpenWindows
from schemas.codec import Decoder, Encoder
from schemas.registry import Registry
from streams.catalog import ROAD, STATISTICS, key_of
from streams.kafka import end_offsets, make_producer
from streams.normalize.normalizer import tick
from streams.publishing import publish
from streams.reading import open_reader, read_to_ends

pytestmark = pytest.mark.stack

MINUTE = 60_000
BEGIN = 1_772_406_000_000
OPEN = BEGIN + 90 * MINUTE
RUN = "amid"


@pytest.fixture(scope="module")
def an_hour_and_a_half(line_stack):
    """Ticks each ten seconds on every partition, and events from ten minutes behind to as far ahead as is allowed."""
    registry, chance = Registry(line_stack.registry_url), random.Random(5)
    reader = open_reader(line_stack.kafka_bootstrap, "test-open-windows")
    run_start = end_offsets(reader, ROAD.source.topic)
    record = ROAD.source.topic.record
    encoder = Encoder(record, registry.register(ROAD.source.topic.name, record))
    producer = make_producer(line_stack.kafka_bootstrap)
    for now in range(BEGIN, OPEN + 3 * MINUTE, 10_000):
        for partition in range(ROAD.source.topic.partitions):
            producer.produce(
                ROAD.source.topic.name, encoder.encode(tick(record, now, RUN)), partition=partition
            )
            for _ in range(chance.randrange(4)):
                at = now + chance.randrange(-10 * MINUTE, MINUTE)
                event = {**tick(record, at, RUN), "entity_id": "L1", "event_id": str(at)}
                producer.produce(ROAD.source.topic.name, encoder.encode(event), partition=partition)
        producer.poll(0)
    assert producer.flush(60) == 0
    yield run_start
    reader.close()


def clock_row(start, run_id):
    return {
        "measure": ROAD.source.measure,
        "entity_type": "clock",
        "entity_id": "clock",
        "area_id": None,
        "window_start": start,
        "window_end": start + 5 * MINUTE,
        "step": 1,
        "observations": 0,
        "sums": {},
        "histogram": {},
        "ingest_time_max": None,
        "run_id": run_id,
        "generation": 0,
    }


def test_a_changed_job_begins_where_no_event_of_an_open_window_lies_before(line_stack, an_hour_and_a_half):
    registry, run_start = Registry(line_stack.registry_url), an_hour_and_a_half
    rows = [clock_row(start, RUN) for start in range(BEGIN, OPEN + 1, 5 * MINUTE)]
    rows.append(clock_row(OPEN + 60 * MINUTE, "another"))
    publish(line_stack.kafka_bootstrap, registry, STATISTICS, ((key_of(row["measure"]), row) for row in rows))

    found = OpenWindows(line_stack.kafka_bootstrap, registry).of(ROAD, RUN, run_start)

    assert found.since == OPEN
    decoder = Decoder(ROAD.source.topic.record, registry.schema_of)
    reader = open_reader(line_stack.kafka_bootstrap, "test-open-windows")
    places = {(ROAD.source.topic.name, partition): offset for partition, offset in run_start.items()}
    before = [
        decoder.decode(message.value())
        for message in read_to_ends(reader, places)
        if message.offset() < found.offsets[message.partition()]
    ]
    reader.close()
    assert max(event["event_time"] for event in before if event["entity_id"]) < OPEN
    # And it does not read much more than it has to.
    assert max(event["event_time"] for event in before if not event["entity_id"]) >= OPEN - 2 * MINUTE


def test_before_any_window_is_over_a_changed_job_begins_with_its_run(line_stack, an_hour_and_a_half):
    registry = Registry(line_stack.registry_url)

    assert OpenWindows(line_stack.kafka_bootstrap, registry).of(ROAD, "unheard of", {}) is None
