"""From statistics to what people read: the judge, and the sink with the store."""

import socket
from collections import Counter
from dataclasses import dataclass

from citybrain.line import STORE
from citybrain.waiting import query
from indicators.catalog import INDICATORS as CATALOG_OF_INDICATORS
from load_tests.machine import Meter
from load_tests.parts import Bench, start
from load_tests.positions import after_last_records, decoded, first_append, wait_committed
from load_tests.report import Against, Aim, Figure, demand_equal, rate
from load_tests.stages_ingest import Facts
from schemas.registry import Registry
from sinks.tables import tables_of_topics
from streams.catalog import CATALOG, INDICATORS, ROAD, STATISTICS

OF_A_WINDOW = {
    indicator.id: indicator.entity_types
    for indicator in CATALOG_OF_INDICATORS.values()
    if indicator.system == ROAD.slug and indicator.judged and indicator.window == "PT5M"
}
INDICATORS_OF = Counter(entity_type for types in OF_A_WINDOW.values() for entity_type in types)
"""How many indicators a road statistic leads to by itself, by entity type; hours and coverage come on top."""

KEY = ("indicator_id", "entity_type", "entity_id", "window_start", "revision")
"""What makes two rows the same result."""


def judge(bench: Bench, facts: Facts) -> list[Figure]:
    """How fast does the judge catch up? All statistics of the windows stage are there before it starts.

    From its first indicator on the topic to its last commit; its start is left out. Its state is nearly empty, as
    always for roads: air and emergency remember more.
    """
    kafka, registry = bench.settings.kafka, Registry(bench.settings.registry)
    targets = after_last_records(kafka, [STATISTICS])
    with start(bench, "judge") as process, Meter(lambda: {"judge": process.pid}) as meter:
        done = wait_committed(kafka, "judge", targets, process.is_alive)
    seconds = done - first_append(kafka, INDICATORS)
    measured = [row for _, row in decoded(kafka, registry, STATISTICS)]
    statistics = [row for row in measured if row["measure"] == ROAD.source.measure]
    # The parts of the city's composite, which the judge hands on to itself.
    facts.statistics += len(measured) - len(statistics)
    expected = sum(INDICATORS_OF.get(row["entity_type"], 0) for row in statistics)
    written = [row for _, row in decoded(kafka, registry, INDICATORS)]
    results = {
        tuple(row[name] for name in KEY): row["validity"]
        for row in written
        if row["indicator_id"] in OF_A_WINDOW
    }
    silent = sum(validity == "no_data" for validity in results.values())
    demand_equal("indicators", expected, len(results) - silent)
    facts.indicators = len({tuple(row[name] for name in KEY) for row in written})
    return [
        rate(
            "judge",
            "statistics to indicators",
            len(statistics),
            seconds,
            unit="statistics/s",
            cpu_seconds=meter.spent.total,
            peak_bytes=meter.peak_bytes,
            remark=f"{silent:,} rows say no_data although every link had readings" if silent else "",
            details={
                "indicators": expected,
                "no_data": silent,
                "written_again": len(written) - facts.indicators,
            },
        )
    ]


@dataclass(frozen=True)
class _Into:
    module: str
    store: str
    store_pid: int


@dataclass(frozen=True)
class _Stored:
    rows: int
    seconds: float
    cpu_seconds: dict[str, float]
    peak_bytes: int


def sink(bench: Bench, facts: Facts) -> list[Figure]:
    """How fast are topics stored, and what does reading whole columns gain over message by message?

    Every topic with a table, as the stages before left them. First the sink as it is, then the same sink with each
    value decoded by itself, into a fresh store of its own; same batches. From when it has its partitions to the
    last commit. CPU is that of sink and store together; the broker's is left out.
    """
    columns = _stored(bench, facts, _Into("sinks.main", bench.settings.store, bench.pid_of(STORE)))
    port = _free_port()
    data = bench.settings.home / "store-per-message"
    arguments = ("sinks.store_server", "--data", str(data), "--port", str(port))
    with start(bench, STORE, module=arguments) as store:
        store.wait_for_words("store: ")
        into = _Into("load_tests.per_message_sink", f"http://127.0.0.1:{port}", store.pid)
        messages = _stored(bench, facts, into)
    demand_equal("rows stored message by message", columns.rows, messages.rows)
    limit = rate(
        "sink",
        "the same, message by message",
        messages.rows,
        messages.seconds,
        unit="rows/s",
        cpu_seconds=sum(messages.cpu_seconds.values()),
    )
    return [
        limit,
        rate(
            "sink",
            "topics to the store",
            columns.rows,
            columns.seconds,
            unit="rows/s",
            cpu_seconds=sum(columns.cpu_seconds.values()),
            peak_bytes=columns.peak_bytes,
            against=Against("message by message", limit.value),
            aim=Aim("at least", 2.0),
            details={"cpu_seconds": columns.cpu_seconds, "cpu_seconds_per_message": messages.cpu_seconds},
        ),
    ]


def _stored(bench: Bench, facts: Facts, into: _Into) -> _Stored:
    """Run one sink until it has committed everything, and count what the store then holds."""
    kafka = bench.settings.kafka
    group = f"bench-{into.module}"
    targets = after_last_records(kafka, [CATALOG[name] for name in tables_of_topics()])
    with start(bench, "sink", module=(into.module, "--store", into.store, "--group", group)) as process:
        began = process.wait_for_words("partitions assigned")
        with Meter(lambda: {"sink": process.pid, "store": into.store_pid}) as meter:
            done = wait_committed(kafka, group, targets, process.is_alive)
    settings = bench.settings.model_copy(update={"store_url": into.store})
    found = {
        base: int(query(settings, f"SELECT count() AS found FROM {base}")[0]["found"])
        for base in ("events_road", "statistics", "indicator_history")
    }
    demand_equal("events in the store", facts.workload.events, found["events_road"])
    demand_equal("statistics in the store", facts.statistics, found["statistics"])
    demand_equal("indicators in the store", facts.indicators, found["indicator_history"])
    return _Stored(sum(found.values()), done - began, meter.spent.by_part(), meter.peak_bytes)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
