import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from typing import Any

import pyarrow as pa
import pytest

from schemas.codec import Encoder
from schemas.records import schema
from sinks.loop import Limits, SinkLoop, next_offsets
from sinks.stores import StoreRefusedError, StoreUnavailableError
from sinks.tables import base_table
from sinks.writer import BatchWriter, Received, RegistryUnavailableError, dead_letter, with_provenance
from streams.catalog import RUNS

ENCODER = Encoder(RUNS.record, 1)


def run_record(offset: int, size: int = 1, partition: int = 0) -> Received:
    value = ENCODER.encode(
        {
            "run_id": "r" * size,
            "system": "road",
            "mode": "replay",
            "source": "x",
            "clock_start": 0,
            "started_at": 0,
            "start_offsets": {"0": offset},
        }
    )
    return Received(RUNS.name, partition, offset, 1000 + offset, value)


class AtOnce(Executor):
    """Writes while it is asked to, so that the story has one order."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001  (whatever it was, it belongs to whoever asked)
            future.set_exception(error)
        return future


class City:
    """A clock, a log and a store in one hand. Every poll takes as long as it may, unless there is something."""

    def __init__(self, *polls: Sequence[Received]) -> None:
        self.now = 0.0
        self.epoch = 0
        self.polls = list(polls)
        self.inserts: list[list[int]] = []
        self.inserted_at: list[float] = []
        self.committed: list[Mapping[tuple[str, int], int]] = []
        self.rejected: list[Mapping[str, Any]] = []
        self.fail_with: list[Exception] = []
        self.waits: list[float] = []
        self.prepared = 0
        self.pool: Executor = AtOnce()

    def poll(self, records_max: int, timeout_seconds: float) -> list[Received]:
        if self.polls:
            return list(self.polls.pop(0))
        self.now += timeout_seconds
        return []

    def commit(self, offsets: Mapping[tuple[str, int], int]) -> None:
        self.committed.append(offsets)

    def wait(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds

    def reject(self, letters: Sequence[Mapping[str, Any]]) -> None:
        self.rejected += letters

    def lag(self) -> int:
        return 0

    def close(self) -> None:
        pass

    def prepare(self) -> None:
        self.prepared += 1

    def insert(self, table: str, columns: pa.Table) -> None:
        if self.fail_with:
            raise self.fail_with.pop(0)
        self.inserts.append(columns.column("_offset").to_pylist())
        self.inserted_at.append(self.now)

    def query(self, sql: str, format: str = "") -> bytes:  # noqa: A002
        raise NotImplementedError

    def run(self, limits: Limits, schema_of: Callable[[int], Any] | None = None, until: float = 1.0) -> None:
        writer = BatchWriter(self, schema_of or (lambda _: schema(RUNS.record)))
        SinkLoop(self, writer, self.prepare, limits, clock=lambda: self.now, pool=self.pool).run(
            lambda: self.now >= until
        )


def test_a_lone_record_is_stored_when_it_is_as_old_as_a_batch_may_be() -> None:
    city = City([], [run_record(0)])

    city.run(Limits(age_seconds=0.4, poll_seconds=0.1))

    assert city.inserts == [[0]]
    assert city.inserted_at == [pytest.approx(0.4)]
    assert city.committed == [{(RUNS.name, 0): 1}]


def test_a_batch_is_stored_at_once_when_it_has_its_rows() -> None:
    city = City([run_record(0), run_record(1)], [run_record(2)], [run_record(3)])

    city.run(Limits(rows=3, age_seconds=0.4))

    assert city.inserts == [[0, 1, 2], [3]]
    assert city.inserted_at[0] == 0


def test_a_batch_is_stored_at_once_when_it_has_its_bytes() -> None:
    city = City([run_record(0, size=600)], [run_record(1, size=600)], [run_record(2)])

    city.run(Limits(bytes=1000, age_seconds=0.4))

    assert city.inserts == [[0, 1], [2]]


def test_the_next_batch_is_read_while_a_full_one_is_written_and_a_third_one_waits() -> None:
    read_more = threading.Event()

    class Slow(City):
        def poll(self, records_max: int, timeout_seconds: float) -> list[Received]:
            if len(self.polls) == 2:
                read_more.set()
            return super().poll(records_max, timeout_seconds)

        def insert(self, table: str, columns: pa.Table) -> None:
            assert read_more.wait(10), "nothing was read while the first batch was written"
            if not self.inserts:
                assert city.polls[-1:] == [[run_record(4)]], (
                    "a third batch was read before the first was stored"
                )
            super().insert(table, columns)

    city = Slow([run_record(0), run_record(1)], [run_record(2), run_record(3)], [run_record(4)])
    city.pool = ThreadPoolExecutor(1)

    city.run(Limits(rows=2, age_seconds=0.4))

    assert city.inserts == [[0, 1], [2, 3], [4]]
    assert [offsets[RUNS.name, 0] for offsets in city.committed] == [2, 4, 5]


def test_nothing_behind_a_batch_that_could_not_be_stored_is_committed() -> None:
    city = City([run_record(0), run_record(1)], [run_record(2), run_record(3)], [run_record(4)])
    city.fail_with = [StoreUnavailableError("down")] * 3

    city.run(Limits(rows=2, age_seconds=0.4, retry_seconds=2), until=1.5)

    assert (city.inserts, city.committed) == ([], [])


def test_a_full_batch_that_failed_is_tried_again_before_the_next() -> None:
    city = City([run_record(0), run_record(1)], [run_record(2), run_record(3)])
    city.fail_with = [StoreUnavailableError("down")]

    city.run(Limits(rows=2, age_seconds=0.4), until=3)

    assert city.inserts == [[0, 1], [2, 3]]
    assert [offsets[RUNS.name, 0] for offsets in city.committed] == [2, 4]


def test_waiting_for_the_store_doubles_up_to_its_limit_and_commits_only_after_it() -> None:
    city = City([run_record(0)])
    city.fail_with = [StoreUnavailableError("down")] * 5

    city.run(Limits(age_seconds=0, retry_seconds=0.5, retry_seconds_max=3), until=100)

    assert city.waits == [0.5, 1, 2, 3, 3]
    assert city.prepared == 5
    assert (city.inserts, len(city.committed)) == ([[0]], 1)


def test_a_registry_that_is_down_is_waited_for_and_rejects_nothing() -> None:
    answers: list[Any] = [ConnectionError("refused"), ConnectionError("refused"), schema(RUNS.record)]

    def schema_of(_: int) -> Any:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    city = City([run_record(0)])

    city.run(Limits(age_seconds=0), schema_of, until=50)

    assert city.inserts == [[0]]
    assert (len(city.waits), city.rejected) == (2, [])


def test_what_was_read_before_partitions_were_taken_away_is_not_stored() -> None:
    city = City([run_record(0)])
    poll = city.poll

    def revoked(records_max: int, timeout_seconds: float) -> list[Received]:
        if city.now > 0.1:
            city.epoch = 1
        return poll(records_max, timeout_seconds)

    city.poll = revoked  # type: ignore[method-assign]
    city.run(Limits(age_seconds=0.4, poll_seconds=0.2))

    assert (city.inserts, city.committed) == ([], [])


def test_a_stop_stores_what_was_read_but_does_not_wait_for_a_store_that_is_down() -> None:
    stopped_well, stopped_badly = City([run_record(0)]), City([run_record(0)])
    stopped_badly.fail_with = [StoreUnavailableError("down")]

    for city in (stopped_well, stopped_badly):
        city.run(Limits(age_seconds=10, poll_seconds=2))

    assert (stopped_well.inserts, len(stopped_well.committed)) == ([[0]], 1)
    assert (stopped_badly.inserts, stopped_badly.committed, stopped_badly.waits) == ([], [], [])


def test_a_refused_row_is_found_and_its_neighbours_are_stored() -> None:
    class Picky(City):
        def insert(self, table: str, columns: pa.Table) -> None:
            if 5 in columns.column("_offset").to_pylist():
                raise StoreRefusedError("five does not fit")
            super().insert(table, columns)

    city = Picky([run_record(number) for number in range(9)])

    city.run(Limits(age_seconds=0))

    assert sorted(offset for insert in city.inserts for offset in insert) == [0, 1, 2, 3, 4, 6, 7, 8]
    assert [(letter["offset"], letter["reason"]) for letter in city.rejected] == [(5, "refused")]
    assert "five does not fit" in city.rejected[0]["message"]
    assert city.committed == [{(RUNS.name, 0): 9}]


def test_a_value_that_nobody_can_read_is_rejected_with_its_bytes_and_place() -> None:
    city = City([run_record(0), Received(RUNS.name, 2, 7, 1234, b"junk"), run_record(1)])

    city.run(Limits(age_seconds=0))

    (letter,) = city.rejected
    assert letter["dead_letter_id"] == f"{RUNS.name}-2-7--1"
    assert (letter["payload"], letter["ingest_time"], letter["stage"]) == (b"junk", 1234, "sink")
    assert city.inserts == [[0, 1]]


def test_a_dead_letter_of_the_sink_fits_its_schema_also_when_the_value_is_huge() -> None:
    letter = dead_letter(Received("t", 0, 1, 2, b"x" * 1_000_000), "unreadable", "why")

    assert len(Encoder("dead_letter", 1).encode(letter)) < 300_000
    assert "cut from 1000000 bytes" in letter["message"]


def test_a_tombstone_is_passed_over_and_committed() -> None:
    city = City([Received(RUNS.name, 0, 3, 0, None)])

    city.run(Limits(age_seconds=0))

    assert (city.inserts, city.committed) == ([], [{(RUNS.name, 0): 4}])


def test_offsets_to_commit_are_one_after_the_last_of_each_partition() -> None:
    batch = [run_record(4), run_record(9, partition=1), run_record(5)]

    assert next_offsets(batch) == {(RUNS.name, 0): 6, (RUNS.name, 1): 10}


def test_rows_have_exactly_the_columns_of_their_table() -> None:
    city = City([run_record(0)])
    seen: list[list[str]] = []
    city.insert = lambda _, columns: seen.append(columns.column_names)  # type: ignore[method-assign]

    city.run(Limits(age_seconds=0))

    assert seen == [[column.name for column in base_table("runs_data").columns]]
    assert with_provenance(pa.table({}), []).num_rows == 0


def test_a_registry_error_is_told_apart_from_an_unknown_schema() -> None:
    def down(_: int) -> Any:
        raise TimeoutError

    with pytest.raises(RegistryUnavailableError, match="TimeoutError"):
        BatchWriter(City(), down).write([run_record(0)])
