"""How do we talk to a ClickHouse server? The one owner of clickhouse-driver: native protocol, whole columns."""

import json
import threading
from collections.abc import Callable
from typing import Any

import pyarrow as pa
from clickhouse_driver import Client
from clickhouse_driver import errors as driver_errors

from sinks.ddl import Dialect, dialect_of, milliseconds
from sinks.migrate import migrate
from sinks.rendering import render
from sinks.stores import INSERT_SECONDS, StoreRefusedError, StoreUnavailableError

CONNECT_SECONDS = 5
READONLY = 164
RETRIABLE_CODES = frozenset({107, 159, 164, 202, 203, 209, 210, 241, 242, 243, 252, 285, 319, 425, 999})
"""Worth trying again, of ClickHouse's own numbers: time, memory, disk, too many parts, replicas, Keeper, network."""

BAD_ROWS_CODES = frozenset({6, 27, 38, 41, 53, 69, 70, 72, 117, 131, 321, 349, 407})
"""What says that the rows are at fault; anything else about an insert can be mended while the rows wait."""

_READ_ONLY = {"readonly": 1, "max_execution_time": 60, "max_result_rows": 2_000_000}


def never(_: int) -> bool:
    """Statements of our own are not refused for good: whatever stands against them can be mended."""
    return False


def is_wrong_query(code: int) -> bool:
    """Whether asking again is in vain. Writing (164) is refused here, whatever replicas mean by that number."""
    return code == READONLY or code not in RETRIABLE_CODES


class ServerStore:
    """A ClickHouse server at an address such as clickhouse://user:password@host:9000/database.

    A client holds one connection and is not safe to share: each thread has its own, and drops it after any error,
    because what is left on the wire then is unknown.
    """

    def __init__(self, dsn: str, zone: str = "UTC") -> None:
        self._dsn = dsn
        self._zone = zone
        self._own = threading.local()
        self._dialect: Dialect | None = None

    def prepare(self) -> None:
        """As Store says, in the dialect of the server's version."""
        dialect = self._speaks()

        def columns_of(base: str) -> dict[str, str]:
            rows = self._run(
                "SELECT name, type FROM system.columns WHERE database = currentDatabase() AND table = "
                f"'{base}'"
            )
            return {str(name): str(kind) for name, kind in rows}

        migrate(self._run, columns_of, dialect, self._zone)

    def insert(self, table: str, columns: pa.Table) -> None:
        """As Store says. A server may keep a part of the rows when the connection breaks; writing again heals it."""
        if columns.num_rows == 0:
            return
        dialect = self._speaks()
        names = [_stored_name(field, dialect) for field in columns.schema]
        data = [_items(column, dialect) for column in columns.columns]
        quoted = ", ".join(f"`{name}`" for name in names)
        self._run(
            f"INSERT INTO {table} ({quoted}) VALUES",
            data,
            is_refused=BAD_ROWS_CODES.__contains__,
            columnar=True,
        )

    def query(self, sql: str, format: str = "JSONEachRow") -> bytes:  # noqa: A002
        """As Store says. The formats that `sinks.rendering` knows."""
        rows, columns = self._run(sql, is_refused=is_wrong_query, with_column_types=True, settings=_READ_ONLY)
        return render([str(name) for name, _ in columns], rows, format)

    def close(self) -> None:
        """Close this thread's connection."""
        self._drop()

    def _speaks(self) -> Dialect:
        if self._dialect is None:
            self._dialect = dialect_of(str(self._run("SELECT version()")[0][0]))
        return self._dialect

    def _run(self, *arguments: Any, is_refused: Callable[[int], bool] = never, **more: Any) -> Any:
        try:
            return self._client().execute(*arguments, **more)
        except driver_errors.ServerException as error:
            self._drop()
            text = str(error).split("Stack trace:")[0].strip()
            if is_refused(error.code):
                raise StoreRefusedError(text) from error
            raise StoreUnavailableError(text) from error
        except (driver_errors.TypeMismatchError, driver_errors.TooLargeStringSize) as error:
            self._drop()
            raise StoreRefusedError(f"the rows do not fit their table: {error}") from error
        except (driver_errors.Error, OSError, EOFError) as error:
            self._drop()
            raise StoreUnavailableError(f"the ClickHouse server does not answer: {error}") from error
        except Exception as error:
            # The driver meets a value that does not fit its column with whatever its C code raises.
            self._drop()
            raise StoreRefusedError(f"the rows do not fit their table: {error!r}") from error

    def _client(self) -> Client:
        client = getattr(self._own, "client", None)
        if client is None:
            client = Client.from_url(self._dsn)
            client.connection.connect_timeout = CONNECT_SECONDS
            client.connection.send_receive_timeout = INSERT_SECONDS
            self._own.client = client
        return client

    def _drop(self) -> None:
        client = getattr(self._own, "client", None)
        self._own.client = None
        if client is not None:
            client.disconnect()


def _stored_name(field: pa.Field, dialect: Dialect) -> str:
    is_number = pa.types.is_timestamp(field.type) and dialect is Dialect.OLD
    return milliseconds(field.name) if is_number else str(field.name)


def _items(column: pa.ChunkedArray, dialect: Dialect) -> list[Any]:
    """The items of a column as the driver wants them. Times are epoch milliseconds in both dialects."""
    if pa.types.is_timestamp(column.type):
        return list(column.cast(pa.int64()).to_pylist())
    if pa.types.is_map(column.type):
        maps = (dict(item) for item in column.to_pylist())
        if dialect is Dialect.MODERN:
            return list(maps)
        return [_json(item) for item in maps]
    if pa.types.is_list(column.type) and dialect is Dialect.OLD:
        return [_json(item) for item in column.to_pylist()]
    return list(column.to_pylist())


def _json(item: Any) -> str:
    return json.dumps(item, ensure_ascii=False, separators=(",", ":"))
