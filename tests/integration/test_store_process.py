"""The store process as others meet it: over HTTP, killed, stopped and started again."""

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pyarrow as pa
import pytest

from schemas.columns import TIME, table_of
from schemas.records import schema
from sinks.query import QueryError, run
from sinks.stores import EmbeddedStore, StoreRefusedError, StoreUnavailableError

START_SECONDS = 60.0


class StoreProcess:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.process: subprocess.Popen[str] | None = None
        self.url = ""

    def start(self) -> EmbeddedStore:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "sinks.store_server", "--data", str(self.folder), "--port", "0"],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        said = next(line for line in self.process.stdout if line.startswith("store: "))
        self.url = said.split()[-1]
        return EmbeddedStore(self.url)

    def end(self, number: signal.Signals) -> int:
        assert self.process is not None
        assert self.process.stdout is not None
        self.process.send_signal(number)
        try:
            return self.process.wait(START_SECONDS)
        finally:
            self.process.kill()
            self.process.stdout.close()


@pytest.fixture
def store_process(tmp_path: Path) -> Iterator[StoreProcess]:
    process = StoreProcess(tmp_path / "store")
    yield process
    if process.process is not None and process.process.poll() is None:
        process.end(signal.SIGKILL)


def statistics(first: int, count: int, observations: int = 1) -> pa.Table:
    """Rows of as many windows, each appended one millisecond after the other."""
    rows = [
        {
            **{field["name"]: None for field in schema("statistic")["fields"]},
            **dict.fromkeys(("measure", "entity_type", "entity_id", "run_id"), "x"),
            "window_start": number * 1000,
            "window_end": number * 1000 + 1000,
            "step": 0,
            "generation": 0,
            "observations": observations,
            "sums": {"travel_time_ms": number},
            "histogram": {},
        }
        for number in range(first, first + count)
    ]
    table = table_of("statistic", rows)
    numbers = pa.array(range(first, first + count), pa.int64())
    for name, column in {
        "_topic": pa.array(["t"] * count),
        "_partition": pa.array([0] * count, pa.int32()),
        "_offset": numbers,
        "_appended_at": numbers.cast(TIME),
    }.items():
        table = table.append_column(name, column)
    return table


def answer(store: EmbeddedStore, sql: str) -> str:
    return store.query(sql, "TabSeparated").decode().strip()


def test_rows_inserted_twice_are_seen_once(store_process: StoreProcess) -> None:
    store = store_process.start()

    store.insert("statistics_data", statistics(0, 1000))
    store.insert("statistics_data", statistics(0, 1000))

    assert answer(
        store, "SELECT count(), sum(observations), sum(sums['travel_time_ms']) FROM statistics"
    ) == ("1000\t1000\t499500")


def test_of_two_versions_of_a_row_the_later_one_counts_in_any_order(store_process: StoreProcess) -> None:
    store = store_process.start()
    later = statistics(0, 1, observations=2)
    later = later.set_column(
        later.schema.get_field_index("_appended_at"), "_appended_at", pa.array([9]).cast(TIME)
    )

    store.insert("statistics_data", later)
    store.insert("statistics_data", statistics(0, 1, observations=1))

    assert answer(store, "SELECT observations FROM statistics") == "2"


def test_a_row_of_a_later_generation_counts_whenever_it_was_written(store_process: StoreProcess) -> None:
    store = store_process.start()
    earlier, later = statistics(0, 1, observations=1), statistics(0, 1, observations=2)
    later = later.set_column(
        later.schema.get_field_index("generation"), "generation", pa.array([1], pa.int32())
    )
    earlier = earlier.set_column(
        earlier.schema.get_field_index("_appended_at"), "_appended_at", pa.array([9]).cast(TIME)
    )

    store.insert("statistics_data", later)
    store.insert("statistics_data", earlier)

    assert answer(store, "SELECT observations FROM statistics") == "2"


def test_what_was_acknowledged_survives_kills_and_nothing_is_doubled(store_process: StoreProcess) -> None:
    acknowledged = 0
    for _ in range(3):
        store = store_process.start()
        assert int(answer(store, "SELECT count() FROM statistics")) >= acknowledged
        killer = threading.Timer(0.5, lambda: store_process.process and store_process.process.kill())
        killer.start()
        try:
            for _ in range(2000):
                store.insert("statistics_data", statistics(acknowledged, 200))
                acknowledged += 200
        except StoreUnavailableError:
            killer.join()
        store_process.end(signal.SIGKILL)

    store = store_process.start()
    # The batch whose answer was cut off may be there; a sink writes it again.
    store.insert("statistics_data", statistics(acknowledged, 200))
    rows = acknowledged + 200
    found = answer(store, "SELECT count(), uniqExact(window_start), sum(observations) FROM statistics")
    assert acknowledged > 0
    assert found == f"{rows}\t{rows}\t{rows}"


def test_readers_cannot_write(store_process: StoreProcess) -> None:
    store = store_process.start()
    store.insert("statistics_data", statistics(0, 1))

    for sql in (
        "DROP TABLE statistics_data",
        "INSERT INTO statistics_data SELECT * FROM statistics_data",
        "SET readonly = 0",
        "SELECT * FROM file('/etc/hostname', 'LineAsString')",
    ):
        with pytest.raises(StoreRefusedError):
            store.query(sql)
    assert answer(store, "SELECT count() FROM statistics") == "1"


def test_a_second_store_process_on_the_same_folder_says_who_has_it(store_process: StoreProcess) -> None:
    store_process.start()
    assert store_process.process is not None

    second = subprocess.run(
        [sys.executable, "-m", "sinks.store_server", "--data", str(store_process.folder), "--port", "0"],
        capture_output=True,
        text=True,
        timeout=START_SECONDS,
        check=False,
    )

    assert second.returncode != 0
    assert f"runs already (process {store_process.process.pid})" in second.stderr


def test_a_stop_finishes_the_inserts_that_run(store_process: StoreProcess) -> None:
    store = store_process.start()
    done: list[int] = []

    def insert() -> None:
        for number in range(50):
            try:
                store.insert("statistics_data", statistics(number * 100, 100))
            except StoreUnavailableError:
                return
            done.append(number)

    worker = threading.Thread(target=insert)
    worker.start()
    deadline = time.monotonic() + START_SECONDS
    while len(done) < 3 and time.monotonic() < deadline:
        worker.join(0.01)
    exit_code = store_process.end(signal.SIGTERM)
    worker.join()

    store = store_process.start()
    rows = int(answer(store, "SELECT count() FROM statistics"))
    assert exit_code == 0
    assert rows == len(done) * 100


def test_errors_are_told_as_clickhouse_tells_them(store_process: StoreProcess) -> None:
    store_process.start()
    with httpx.Client(base_url=store_process.url) as client:
        assert client.get("/ping").text == "Ok.\n"
        assert client.get("/").text == "Ok.\n"
        assert client.post("/", content=b"SELEC 1").status_code == 400
        missing = client.get("/", params={"query": "SELECT * FROM nowhere"})
        assert (missing.status_code, missing.headers["X-ClickHouse-Exception-Code"]) == (404, "60")
        assert client.get("/elsewhere").status_code == 404
        too_long = client.post("/", content=b"SELECT '" + b"x" * (1024 * 1024) + b"'")
        assert too_long.status_code == 413
        too_many = client.post("/", content=b"SELECT number FROM numbers(10000000)")
        assert too_many.status_code == 413


def test_a_query_takes_its_format_and_its_parameters_from_the_address(store_process: StoreProcess) -> None:
    store_process.start()
    with httpx.Client(base_url=store_process.url) as client:
        given = {"param_wanted": "7", "default_format": "JSONEachRow"}
        body = b"SELECT {wanted:Int64} AS found"
        assert client.post("/", params=given, content=body).text == '{"found":7}\n'
        named = client.get("/", params={**given, "query": body.decode() + " FORMAT CSV"})
        assert (named.text, named.headers["X-ClickHouse-Summary"]) == ("7\n", "{}")


def test_rows_that_fit_no_column_are_refused_and_a_missing_table_waits(store_process: StoreProcess) -> None:
    store = store_process.start()
    wrong = pa.table({"window_start": pa.array(["not a time"])})

    # More often than there are writers: each of them must be as good as new afterwards.
    for _ in range(4):
        with pytest.raises(StoreRefusedError):
            store.insert("statistics_data", wrong)
    with pytest.raises(StoreUnavailableError, match="no table 'nowhere' is declared"):
        store.insert("nowhere", wrong)
    for number in range(4):
        store.insert("statistics_data", statistics(number, 1))
    assert answer(store, "SELECT count() FROM statistics") == "4"


def test_a_store_that_is_not_there_is_worth_waiting_for(store_process: StoreProcess) -> None:
    store = store_process.start()
    store_process.end(signal.SIGTERM)

    with pytest.raises(StoreUnavailableError, match="does not answer"):
        store.insert("statistics_data", statistics(0, 1))


def test_people_get_tables_csv_and_json(store_process: StoreProcess) -> None:
    store_process.start()
    sql = "SELECT 1 AS one, 'a' AS letter;"

    assert run(store_process.url, sql, "json") == b'[{"one":1,"letter":"a"}]\n'
    assert run(store_process.url, sql, "csv") == b'"one","letter"\n1,"a"\n'
    assert "letter" in run(store_process.url, sql).decode()
    assert b"\x1b" not in run(store_process.url, sql)


def test_people_are_told_what_there_is_when_they_ask_for_what_is_not(store_process: StoreProcess) -> None:
    store_process.start()

    with pytest.raises(QueryError, match=r"There are: .*indicators.*statistics"):
        run(store_process.url, "SELECT * FROM indicator")
    with pytest.raises(QueryError, match="Only reading is possible"):
        run(store_process.url, "DROP TABLE statistics_data")
