"""How is ClickHouse's own engine embedded? The one owner of chDB: a data folder, its lock and its connections."""

import fcntl
import io
import os
import queue
import re
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import chdb
import pyarrow as pa

from sinks.ddl import Dialect
from sinks.migrate import migrate
from sinks.tables import base_table

READERS = 3
WRITERS = 2
WAITING_MAX = 32
"""Requests that may wait for a free connection, readers and writers each; more are turned away."""

RESULT_BYTES_MAX = 128 * 1024 * 1024
RESULT_ROWS_MAX = 2_000_000
QUERY_SECONDS_MAX = 60
QUERY_MEMORY_BYTES_MAX = 1024 * 1024 * 1024

NO_SUCH_COLUMN = 16
UNKNOWN_TABLE = 60
INCORRECT_DATA = 117
TOO_MANY_SIMULTANEOUS_QUERIES = 202

_LIMITS = (
    f"max_result_bytes = {RESULT_BYTES_MAX}, max_result_rows = {RESULT_ROWS_MAX}, result_overflow_mode = 'throw', "
    f"max_execution_time = {QUERY_SECONDS_MAX}, max_memory_usage = {QUERY_MEMORY_BYTES_MAX}, max_threads = 2"
)
_TEXT = (
    "output_format_pretty_color = 0, output_format_json_quote_64bit_integers = 0, "
    "output_format_json_escape_forward_slashes = 0"
)
# Read-only comes last, because nothing can be set after it.
_READER_SETTINGS = (f"SET {_LIMITS}", f"SET {_TEXT}", "SET readonly = 1")
_WRITER_SETTINGS = ("SET max_insert_threads = 1, max_threads = 2",)
_CODE = re.compile(r"Code: (\d+)\.")

T = TypeVar("T")


class StoreLockedError(RuntimeError):
    """Another process owns the data folder."""


class EngineError(RuntimeError):
    """The engine said no. `code` is ClickHouse's number of the error, 0 when it gave none."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


class Connections:
    """Threads that each own one connection: one connection is one lock, and belongs to one thread.

    Raises EngineError or chDB's own error when the folder does not open.
    """

    def __init__(self, name: str, folder: Path, settings: tuple[str, ...], count: int) -> None:
        self._folder = folder
        self._settings = settings
        self._jobs: queue.Queue[Callable[[Any], None] | None] = queue.Queue(maxsize=WAITING_MAX + count)
        opened: list[Future[None]] = [Future() for _ in range(count)]
        self._threads = [
            threading.Thread(target=self._work, args=(ready,), name=f"{name}-{number}", daemon=True)
            for number, ready in enumerate(opened)
        ]
        for thread in self._threads:
            thread.start()
        for ready in opened:
            ready.result()

    def run(self, job: Callable[[Any], T]) -> T:
        """What the job returns, given a connection. Raises EngineError, also when too many wait already."""
        result: Future[T] = Future()

        def work(connection: Any) -> None:
            try:
                result.set_result(job(connection))
            except BaseException as error:  # noqa: BLE001 -- it belongs to whoever asked
                result.set_exception(error)

        try:
            self._jobs.put_nowait(work)
        except queue.Full:
            raise EngineError(
                TOO_MANY_SIMULTANEOUS_QUERIES, "Too many requests wait for the store; try again later."
            ) from None
        return result.result()

    def close(self) -> None:
        """Finish what was accepted, then close the connections."""
        for _ in self._threads:
            self._jobs.put(None)
        for thread in self._threads:
            thread.join()

    def _work(self, ready: Future[None]) -> None:
        connect: Callable[[str], Any] = chdb.connect
        try:
            connection = connect(str(self._folder))
            for statement in self._settings:
                connection.query(statement)
        except BaseException as error:  # noqa: BLE001 -- it belongs to whoever asked
            ready.set_exception(error)
            return
        ready.set_result(None)
        while (job := self._jobs.get()) is not None:
            job(connection)
        connection.close()


class Engine:
    """A data folder with the declared tables, owned by this process alone, used from any thread.

    zone: the city's. Raises StoreLockedError when another process has the folder.
    """

    def __init__(self, folder: Path, zone: str = "UTC") -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._lock = _lock(folder)
        data = folder / "clickhouse"
        self._writers = Connections("writer", data, _WRITER_SETTINGS, WRITERS)
        self._writers.run(lambda connection: _prepare(connection, zone))
        self._readers = Connections("reader", data, _READER_SETTINGS, READERS)

    def query(
        self, sql: str, default_format: str = "TabSeparated", parameters: Mapping[str, str] | None = None
    ) -> bytes:
        """The answer in the format that the query names, or the default one. Nothing can be written this way."""
        return self._readers.run(
            lambda connection: _speaking(
                lambda: bytes(connection.query(sql, default_format, params=dict(parameters or {})).bytes())
            )
        )

    def insert(self, base: str, arrow_stream: bytes) -> int:
        """Write the rows of an Arrow IPC stream into a base table; returns how many. All of them, or none."""
        statement = _insert_statement(base, arrow_stream)

        def write(connection: Any) -> int:
            with connection.send_insert(statement, "ArrowStream") as rows:
                rows.append(arrow_stream)
                return int(rows.finish().rows_written)

        return self._writers.run(lambda connection: _speaking(lambda: write(connection)))

    def close(self) -> None:
        """Finish what runs, close every connection and give the folder back."""
        self._readers.close()
        self._writers.close()
        os.close(self._lock)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _lock(folder: Path) -> int:
    """Take the folder until this process ends, however it ends."""
    path = folder / "store.lock"
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        owner = path.read_text().strip() or "unknown"
        os.close(descriptor)
        raise StoreLockedError(
            f"{folder} belongs to a store process that runs already (process {owner}); "
            "use that one, or stop it first"
        ) from None
    os.ftruncate(descriptor, 0)
    os.write(descriptor, str(os.getpid()).encode())
    return descriptor


def _prepare(connection: Any, zone: str) -> None:
    def columns_of(base: str) -> dict[str, str]:
        rows = connection.query(f"DESCRIBE TABLE {base} FORMAT TSVRaw").bytes().decode().splitlines()
        return {row.split("\t")[0]: row.split("\t")[1] for row in rows}

    _speaking(lambda: migrate(connection.query, columns_of, Dialect.MODERN, zone))


def _insert_statement(base: str, arrow_stream: bytes) -> str:
    try:
        declared = {column.name for column in base_table(base).columns}
    except KeyError as error:
        raise EngineError(UNKNOWN_TABLE, str(error.args[0])) from None
    try:
        names = pa.ipc.open_stream(io.BytesIO(arrow_stream)).schema.names
    except (pa.ArrowInvalid, OSError) as error:
        raise EngineError(INCORRECT_DATA, f"The body is no Arrow IPC stream: {error}") from error
    unknown = [name for name in names if name not in declared]
    if unknown:
        raise EngineError(NO_SUCH_COLUMN, f"{base} has no column {', '.join(unknown)}")
    return f"INSERT INTO {base} ({', '.join(f'`{name}`' for name in names)})"


def _speaking(work: Callable[[], T]) -> T:
    """Run something on the engine; its errors come out with their number."""
    try:
        return work()
    except RuntimeError as error:  # chDB's own errors are one kind of it
        found = _CODE.search(str(error))
        raise EngineError(int(found[1]) if found else 0, str(error)) from error
