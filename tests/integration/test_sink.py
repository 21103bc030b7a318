"""Does everything that is on the topics end in the tables, once, whatever breaks in between? On both kinds of store."""

import itertools
import json
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.codec import Encoder
from schemas.records import record_names, schema
from schemas.registry import UnknownSchemaError
from sinks.loop import Limits, SinkLoop
from sinks.stores import EmbeddedStore, Store, StoreRefusedError, StoreUnavailableError
from sinks.writer import BatchWriter, Received
from streams.catalog import ENTITIES, INDICATORS, ROAD, STATISTICS

PACKAGED = Path("/etc/clickhouse-server/users.xml")
START_SECONDS = 60.0
IDS = {record: number for number, record in enumerate(record_names(), start=1)}
ENCODERS = {record: Encoder(record, number) for record, number in IDS.items()}
names = (f"s{number}" for number in itertools.count())

CONFIG = """
<yandex>
    <logger><level>warning</level><console>1</console></logger>
    <listen_host>127.0.0.1</listen_host>
    <tcp_port>{port}</tcp_port>
    <path>{folder}/data/</path>
    <tmp_path>{folder}/tmp/</tmp_path>
    <user_files_path>{folder}/user_files/</user_files_path>
    <users_config>users.xml</users_config>
    <default_profile>default</default_profile>
    <default_database>default</default_database>
    <timezone>UTC</timezone>
    <mark_cache_size>33554432</mark_cache_size>
</yandex>
"""


def until(condition: Callable[[], bool], what: str, seconds: float = START_SECONDS) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail(f"not within {seconds:.0f} s: {what}")
        time.sleep(0.02)


def answers(store: Store) -> bool:
    try:
        store.prepare()
    except StoreUnavailableError:
        return False
    return True


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "sinks.store_server",
            "--data",
            str(tmp_path_factory.mktemp("store")),
            "--port",
            "0",
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    store = EmbeddedStore(next(line for line in process.stdout if line.startswith("store: ")).split()[-1])
    yield store
    process.terminate()
    process.wait(START_SECONDS)
    process.stdout.close()


@pytest.fixture(scope="module")
def server() -> Iterator[Store]:
    binary = shutil.which("clickhouse-server", path="/usr/sbin:/usr/bin:/usr/local/bin")
    if binary is None or not PACKAGED.exists():
        pytest.skip(reason="no ClickHouse server here: install Debian's package clickhouse-server")
    from sinks.server import ServerStore

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = Path(tempfile.mkdtemp(prefix="citybrain-clickhouse-"))
    (folder / "config.xml").write_text(CONFIG.format(port=port, folder=folder))
    shutil.copy(PACKAGED, folder / "users.xml")
    with (folder / "server.log").open("w") as log:
        process = subprocess.Popen(
            [binary, f"--config-file={folder}/config.xml"], cwd=folder, stdout=log, stderr=log
        )
    store = ServerStore(f"clickhouse://default@127.0.0.1:{port}/default")
    try:
        until(lambda: answers(store), f"ClickHouse server answers; see {folder}/server.log")
        yield store
    finally:
        store.close()
        process.kill()  # Its own orderly stop takes 20 s, and its data goes anyway.
        process.wait(START_SECONDS)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["embedded", pytest.param("server", marks=pytest.mark.server)])
def store(request: pytest.FixtureRequest) -> Store:
    found: Store = request.getfixturevalue(request.param)
    return found


def ask(store: Store, sql: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in store.query(sql).splitlines()]


def schema_of(schema_id: int) -> Mapping[str, Any]:
    for record, number in IDS.items():
        if number == schema_id:
            return schema(record)
    raise UnknownSchemaError(f"schema id {schema_id} is not in the registry")


def filled(record: str, **given: Any) -> bytes:
    def one(kind: Any) -> Any:
        if isinstance(kind, list):
            return None
        if isinstance(kind, dict):
            return {} if kind["type"] == "map" else one(kind["type"])
        return {"string": "x", "bytes": b"x", "long": 0, "int": 0, "double": 0.0}[kind]

    return ENCODERS[record].encode(
        {**{field["name"]: one(field["type"]) for field in schema(record)["fields"]}, **given}
    )


class MemoryLog:
    """Topics in memory with one group's offsets; what was read and not committed is read again by the next one."""

    def __init__(self, records: Sequence[Received]) -> None:
        self.epoch = 0
        self.records = list(records)
        self.committed: dict[tuple[str, int], int] = {}
        self.letters: dict[str, Mapping[str, Any]] = {}
        self.waited = 0
        self.revoke_at_poll: set[int] = set()
        self.polls = 0
        self.restart()

    def restart(self) -> None:
        self.queue = [r for r in self.records if r.offset >= self.committed.get((r.topic, r.partition), 0)]

    def poll(self, records_max: int, timeout_seconds: float) -> list[Received]:
        self.polls += 1
        if self.polls in self.revoke_at_poll:
            self.epoch += 1
            self.restart()
        taken, self.queue = self.queue[: min(records_max, 7)], self.queue[min(records_max, 7) :]
        return taken

    def commit(self, offsets: Mapping[tuple[str, int], int]) -> None:
        self.committed |= offsets

    def wait(self, seconds: float) -> None:
        self.waited += 1

    def reject(self, letters: Sequence[Mapping[str, Any]]) -> None:
        self.letters |= {str(letter["dead_letter_id"]): letter for letter in letters}

    def lag(self) -> int:
        return len(self.queue)

    def close(self) -> None:
        pass

    def all_committed(self) -> bool:
        ends = {(r.topic, r.partition): r.offset + 1 for r in self.records}
        return self.committed == ends


class Crash(BaseException):
    pass


class BrittleStore:
    """A real store in front of which things go wrong at counted inserts."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.inserts = 0
        self.crash_before: set[int] = set()
        self.crash_after: set[int] = set()
        self.down: set[int] = set()
        self.refused_offset: int | None = None

    def prepare(self) -> None:
        self.store.prepare()

    def insert(self, table: str, columns: pa.Table) -> None:
        self.inserts += 1
        if self.inserts in self.down:
            raise StoreUnavailableError("down")
        if self.inserts in self.crash_before:
            raise Crash
        if self.refused_offset in columns.column("_offset").to_pylist():
            raise StoreRefusedError("does not fit")
        self.store.insert(table, columns)
        if self.inserts in self.crash_after:
            raise Crash

    def query(self, sql: str, format: str = "JSONEachRow") -> bytes:  # noqa: A002
        return self.store.query(sql, format)

    def close(self) -> None:
        pass


def drain(log: MemoryLog, store: Store, limits: Limits | None = None) -> int:
    """Run sinks one after the other, as a supervisor would, until all is committed; returns the crashes."""
    crashes = 0
    while True:
        log.restart()
        loop = SinkLoop(
            log,
            BatchWriter(store, schema_of),
            store.prepare,
            limits or Limits(rows=20, age_seconds=0, poll_seconds=0, retry_seconds=0),
        )
        try:
            loop.run(log.all_committed)
        except Crash:
            crashes += 1
            assert crashes < 100
        else:
            return crashes


def a_day(name: str) -> list[Received]:
    """Records of several topics: repeats, revisions, ticks, a tombstone, and one that nobody can read."""
    values: list[tuple[str, bytes | None]] = []
    for number in range(40):
        entity = f"{name}-{number % 10}"
        values.append(
            (
                ROAD.normalized.name,
                filled(
                    "road_observation",
                    event_id=f"{name}-{number}",
                    entity_id=None if number % 5 == 4 else entity,
                    event_time=1_700_000_000_123 + number,
                    travel_time_ms=number,
                ),
            )
        )
        values.append(
            (
                STATISTICS.name,
                filled(
                    "statistic", measure=name, entity_id=entity, observations=number, sums={"weight": number}
                ),
            )
        )
        # The newest revision comes before an older one.
        revision = number if number % 20 < 10 else number - 15
        values.append(
            (
                INDICATORS.name,
                filled(
                    "indicator", indicator_id=name, entity_id=entity, revision=revision, value=float(revision)
                ),
            )
        )
    values.insert(17, (STATISTICS.name, b"\x00\x00\x00\x00\x00"))
    values.insert(50, (ENTITIES.name, None))
    offsets: dict[str, int] = {}
    records = []
    for number, (topic, value) in enumerate(values):
        offset = offsets.get(topic, 0)
        offsets[topic] = offset + 1
        records.append(Received(topic, 0, offset, 1_800_000_000_000 + number, value))
    return records


def check(store: Store, name: str) -> None:
    """Every view holds what an undisturbed run leaves there, and nothing twice."""
    events = ask(
        store,
        f"SELECT count() AS n, uniqExact(event_id) AS u, sum(travel_time_ms) AS s FROM events_road WHERE event_id LIKE '{name}-%'",
    )
    kept = [number for number in range(40) if number % 5 != 4]
    assert events == [{"n": len(kept), "u": len(kept), "s": sum(kept)}]

    statistics = ask(
        store, f"SELECT entity_id, observations FROM statistics WHERE measure = '{name}' ORDER BY entity_id"
    )
    assert statistics == [{"entity_id": f"{name}-{n}", "observations": 30 + n} for n in range(10)]

    history = ask(store, f"SELECT count() AS n FROM indicator_history WHERE indicator_id = '{name}'")
    revisions = {(n % 10, n if n % 20 < 10 else n - 15) for n in range(40)}
    assert history == [{"n": len(revisions)}]

    newest = ask(
        store,
        f"SELECT entity_id, revision, value FROM indicators WHERE indicator_id = '{name}' ORDER BY entity_id",
    )
    highest = {f"{name}-{n}": max(r for entity, r in revisions if entity == n) for n in range(10)}
    assert newest == [{"entity_id": e, "revision": r, "value": float(r)} for e, r in highest.items()]


def test_what_is_on_the_topics_ends_in_the_tables_once(store: Store) -> None:
    name = next(names)
    log = MemoryLog(a_day(name))

    drain(log, store)

    check(store, name)
    assert [letter["reason"] for letter in log.letters.values()] == ["unreadable"]


def test_writing_everything_twice_changes_nothing(store: Store) -> None:
    name = next(names)
    for _ in range(2):
        drain(MemoryLog(a_day(name)), store, Limits(rows=33, age_seconds=0, poll_seconds=0))

    check(store, name)


@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    before=st.sets(st.integers(1, 40), max_size=4),
    after=st.sets(st.integers(1, 40), max_size=4),
    rows=st.integers(1, 60),
)
def test_crashes_before_and_after_any_insert_lose_and_double_nothing(
    store: Store, before: set[int], after: set[int], rows: int
) -> None:
    name = next(names)
    brittle = BrittleStore(store)
    brittle.crash_before, brittle.crash_after = before, after
    log = MemoryLog(a_day(name))

    drain(log, brittle, Limits(rows=rows, age_seconds=0, poll_seconds=0, retry_seconds=0))

    check(store, name)
    assert len(log.letters) == 1


def test_partitions_that_are_taken_away_take_what_was_not_stored_with_them(store: Store) -> None:
    name = next(names)
    log = MemoryLog(a_day(name))
    log.revoke_at_poll = {2, 5, 9}

    drain(log, store)

    check(store, name)


def test_a_store_that_is_down_is_waited_for_and_nothing_is_committed_before(store: Store) -> None:
    name = next(names)
    brittle = BrittleStore(store)
    brittle.down = {1, 2, 3, 7, 8}
    log = MemoryLog(a_day(name))

    drain(log, brittle)

    assert log.waited == 5
    check(store, name)


def test_a_batch_is_not_inserted_after_its_partitions_were_taken_away(embedded: Store) -> None:
    class Revoked(MemoryLog):
        def wait(self, seconds: float) -> None:
            super().wait(seconds)
            self.epoch += 1
            self.restart()

    name = next(names)
    brittle = BrittleStore(embedded)
    brittle.down = {1}
    log = Revoked(a_day(name))

    drain(log, brittle)

    check(embedded, name)


def test_a_refused_row_becomes_a_dead_letter_and_the_others_go_in(embedded: Store) -> None:
    name = next(names)
    brittle = BrittleStore(embedded)
    brittle.refused_offset = 3
    records = [record for record in a_day(name) if record.topic == INDICATORS.name]
    log = MemoryLog(records)

    drain(log, brittle)

    (letter,) = log.letters.values()
    assert (letter["reason"], letter["offset"], letter["payload"]) == ("refused", 3, records[3].value)
    assert ask(embedded, f"SELECT count() AS n FROM indicator_history WHERE indicator_id = '{name}'") == [
        {"n": 39}
    ]


def test_when_every_row_is_refused_they_wait_instead_of_becoming_dead_letters(embedded: Store) -> None:
    class Refusing(BrittleStore):
        def insert(self, table: str, columns: pa.Table) -> None:
            raise StoreRefusedError("nothing fits")

    records = [record for record in a_day(next(names)) if record.topic == ROAD.normalized.name]

    with pytest.raises(StoreUnavailableError, match="refuses row after row"):
        BatchWriter(Refusing(embedded), schema_of).write(records)


def test_times_and_maps_come_back_as_they_went_in(embedded: Store) -> None:
    name = next(names)
    drain(MemoryLog(a_day(name)), embedded)

    (event,) = ask(embedded, f"SELECT event_time, area_id FROM events_road WHERE event_id = '{name}-7'")
    assert event == {"event_time": "2023-11-14 22:13:20.130", "area_id": None}
    (row,) = ask(embedded, f"SELECT sums FROM statistics WHERE entity_id = '{name}-3'")
    assert row == {"sums": {"weight": 33}}


@pytest.mark.server
def test_an_old_server_keeps_milliseconds_and_shows_seconds(server: Store) -> None:
    name = next(names)
    drain(MemoryLog(a_day(name)), server)

    (event,) = ask(
        server, f"SELECT event_time, event_time_ms, area_id FROM events_road WHERE event_id = '{name}-7'"
    )
    assert event == {"event_time": "2023-11-14 22:13:20", "event_time_ms": 1_700_000_000_130, "area_id": None}
    (row,) = ask(
        server,
        f"SELECT visitParamExtractInt(sums, 'weight') AS w FROM statistics WHERE entity_id = '{name}-3'",
    )
    assert row == {"w": 33}


@pytest.mark.server
def test_readers_of_a_server_cannot_write(server: Store) -> None:
    with pytest.raises(StoreRefusedError):
        server.query("DROP TABLE statistics_data")


@pytest.mark.server
def test_rows_that_do_not_fit_a_server_are_refused_and_the_next_ones_go_in(server: Store) -> None:
    with pytest.raises(StoreRefusedError):
        server.insert("runs_data", pa.table({"run_id": pa.array([1])}))
    with pytest.raises(StoreUnavailableError):
        server.insert("nowhere", pa.table({"run_id": pa.array(["r"])}))
    name = next(names)
    drain(MemoryLog(a_day(name)), server)

    check(server, name)


@pytest.mark.server
def test_a_server_is_prepared_again_without_harm(server: Store) -> None:
    name = next(names)
    drain(MemoryLog(a_day(name)), server)
    server.prepare()

    check(server, name)


@pytest.mark.server
def test_a_server_that_is_not_there_is_worth_waiting_for() -> None:
    from sinks.server import ServerStore

    with pytest.raises(StoreUnavailableError, match="does not answer"):
        ServerStore("clickhouse://default@127.0.0.1:1/default").prepare()
