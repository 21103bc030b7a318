"""From the gateways to normalized events: the limit of reading, the limit of writing, and the normalizer between."""

import time
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import cycle, islice

from load_tests.machine import Meter
from load_tests.parts import Bench, some_parts, start
from load_tests.positions import after_last_records, decoded, first_append, record_count, wait_committed
from load_tests.report import Against, Aim, Figure, demand_equal, rate
from load_tests.workload import Workload, observations, recorded, scratch_topic, send
from schemas.codec import Encoder
from schemas.registry import Registry
from streams.catalog import COUNTS, ENTITIES, ROAD
from streams.kafka import TopicPartition, create_topics, make_consumer, make_producer

BATCH = 20_000
PREPARED_EVENTS = 50_000


@dataclass
class Facts:
    """What a stage leaves for those after it."""

    workload: Workload
    raw_records: int = 0
    encode_per_second: float = 0.0
    statistics: int = 0
    indicators: int = 0


def preload(bench: Bench, facts: Facts) -> None:
    """Not measured: put the entities and every raw and clock record where the normalizer will find them."""
    records = recorded(facts.workload, bench.settings)
    send(bench.settings.kafka, records.entities)
    send(bench.settings.kafka, records.raw)
    demand_equal("entities", len(records.entities), record_count(bench.settings.kafka, ENTITIES))
    demand_equal("raw records", len(records.raw), record_count(bench.settings.kafka, ROAD.raw))
    facts.raw_records = len(records.raw)


def raw_consumer(bench: Bench, facts: Facts) -> list[Figure]:
    """How fast can anything here read? One consumer over the raw topic that touches no value.

    Leaves out decoding, and all work of others: nothing else runs. It is the limit of every reader below.
    """
    topic = ROAD.raw
    consumer = make_consumer(bench.settings.kafka, "bench-raw")
    try:
        consumer.assign([TopicPartition(topic.name, partition, 0) for partition in range(topic.partitions)])
        found = len(consumer.consume(1, 30.0))  # From the first record on: connecting is left out.
        wall, cpu = time.monotonic(), time.process_time()
        while found < facts.raw_records and time.monotonic() - wall < 120:
            found += sum(message.error() is None for message in consumer.consume(BATCH, 1.0))
        seconds, cpu_seconds = time.monotonic() - wall, time.process_time() - cpu
    finally:
        consumer.close()
    demand_equal("raw records read", facts.raw_records, found)
    return [rate("raw-consumer", "raw records read, not decoded", found, seconds, cpu_seconds=cpu_seconds)]


def encode_and_produce(bench: Bench, facts: Facts) -> list[Figure]:
    """How fast can one Python process write events? Encodes road observations and produces them: idempotent, lz4.

    Leaves out making the events (prepared beforehand, sent round and round), reading, and transactions. What the
    normalizer cannot exceed.
    """
    topic = scratch_topic("encode", ROAD.normalized.record)
    create_topics(bench.settings.kafka, [topic])
    registry = Registry(bench.settings.registry)
    encoder = Encoder(topic.record, registry.register(topic.name, topic.record))
    prepared = list(observations(facts.workload, min(PREPARED_EVENTS, facts.workload.events)))
    producer = make_producer(bench.settings.kafka)
    wall, cpu = time.monotonic(), time.process_time()
    for event in islice(cycle(prepared), facts.workload.events):
        value = encoder.encode(event)
        while True:
            try:
                producer.produce(topic.name, value=value, key=event["entity_id"])
                break
            except BufferError:
                producer.poll(0.05)
    left = producer.flush(120.0)
    seconds, cpu_seconds = time.monotonic() - wall, time.process_time() - cpu
    demand_equal("records not taken", 0, left)
    demand_equal("events on the topic", facts.workload.events, record_count(bench.settings.kafka, topic))
    figure = rate(
        "encode", "events encoded and produced", facts.workload.events, seconds, cpu_seconds=cpu_seconds
    )
    facts.encode_per_second = figure.value
    return [figure]


def normalize(bench: Bench, facts: Facts) -> list[Figure]:
    """How fast does the normalizer catch up? All raw records are there before it starts.

    From its first event on the normalized topic to its last commit; its start (Python, schemas, joining the group)
    is left out. The broker works on the same cores, its CPU time is not the normalizer's.
    """
    return [_normalized(bench, facts, 1)]


def normalize_shared(workload: Workload) -> list[Figure]:
    """The same with two normalizers that share the partitions, on a stack of their own."""
    facts = Facts(workload)
    with some_parts() as bench:
        preload(bench, facts)
        encode_and_produce(bench, facts)
        return [_normalized(bench, facts, 2)]


def _normalized(bench: Bench, facts: Facts, processes: int) -> Figure:
    kafka = bench.settings.kafka
    targets = after_last_records(kafka, [ROAD.raw])
    with ExitStack() as running:
        started = [
            running.enter_context(
                start(bench, "normalize", module=("streams.normalize", "--instance", str(number)))
            )
            for number in range(processes)
        ]
        pids = {f"normalize-{number}": process.pid for number, process in enumerate(started)}
        meter = running.enter_context(Meter(lambda: pids))
        done = wait_committed(
            kafka, "normalize", targets, lambda: all(process.is_alive() for process in started)
        )
    seconds = done - first_append(kafka, ROAD.normalized)
    registry = Registry(bench.settings.registry)
    totals = {"records": 0, "normalized": 0, "repeated": 0, "rejected": 0}
    for _, row in decoded(kafka, registry, COUNTS):
        for name in ("records", "normalized", "repeated"):
            totals[name] += row[name]
        totals["rejected"] += sum(row["rejected"].values())
    demand_equal("raw records normalized", facts.workload.events, totals["normalized"])
    demand_equal("readings rejected or called repeats", 0, totals["rejected"] + totals["repeated"])
    against = (
        Against("encode and produce alone", facts.encode_per_second) if facts.encode_per_second else None
    )
    return rate(
        "normalize" if processes == 1 else "normalize-shared",
        "raw records to normalized events" if processes == 1 else f"the same by {processes} processes",
        facts.workload.events,
        seconds,
        cpu_seconds=meter.spent.total,
        peak_bytes=meter.peak_bytes,
        against=against,
        aim=Aim("at least", 0.4) if against else None,
    )
