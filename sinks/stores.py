"""What can a store do? One interface; the embedded engine behind its process, and a ClickHouse server."""

import io
from typing import Protocol

import httpx
import pyarrow as pa

INSERT_SECONDS = 120.0
"""Well below Kafka's max.poll.interval: a sink that waits for an insert keeps its partitions."""
QUERY_SECONDS = 90.0
CONNECT_SECONDS = 2.0

_BAD_ROWS_STATUS = frozenset({400, 413})
"""What says that the rows are at fault. A missing table is not: it can be mended, and the rows then go in."""


class StoreUnavailableError(RuntimeError):
    """The store cannot answer now: wait, and try the same again."""


class StoreRefusedError(RuntimeError):
    """The store will never take this, however often it is tried."""


class Store(Protocol):
    """Where rows rest. All methods may be used from any thread.

    They raise StoreUnavailableError for what is worth trying again and StoreRefusedError for what is not: rows
    that will never fit, a query that is wrong.
    """

    def prepare(self) -> None:
        """Make the tables and views what their declarations say."""

    def insert(self, table: str, columns: pa.Table) -> None:
        """Write rows into a base table; returns when they are kept. May leave them in it when it raises."""

    def query(self, sql: str, format: str = "JSONEachRow") -> bytes:  # noqa: A002 -- ClickHouse's own word
        """The answer to a read, in one of ClickHouse's formats. Nothing can be written this way."""

    def close(self) -> None:
        """Let go of connections."""


class EmbeddedStore:
    """The store process at an address such as http://127.0.0.1:17006. It prepares its tables itself."""

    def __init__(self, url: str) -> None:
        self.url = url
        timeout = httpx.Timeout(INSERT_SECONDS, connect=CONNECT_SECONDS)
        # Only ever this machine: a proxy of the environment has no business here. Certificates take a tenth of a second
        # to be read, and a command asks the store hundreds of times.
        self._client = httpx.Client(
            base_url=url, timeout=timeout, trust_env=False, verify=url.startswith("https://")
        )

    def prepare(self) -> None:
        """Make sure that it answers: the process has prepared its tables before it listens."""
        self._demand_success(self._ask("GET", "/ping", {}, b"", CONNECT_SECONDS))

    def insert(self, table: str, columns: pa.Table) -> None:
        """As Store says: all rows, or none of them."""
        given = {"table": table}
        answer = self._ask("POST", "/insert", given, _arrow_stream(columns), INSERT_SECONDS)
        if answer.status_code in _BAD_ROWS_STATUS:
            raise StoreRefusedError(answer.text.strip())
        self._demand_success(answer)

    def query(self, sql: str, format: str = "JSONEachRow") -> bytes:  # noqa: A002
        """As Store says."""
        answer = self._ask("POST", "/", {"default_format": format}, sql.encode(), QUERY_SECONDS)
        if answer.is_client_error:
            raise StoreRefusedError(answer.text.strip())
        self._demand_success(answer)
        return answer.content

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _ask(
        self, method: str, path: str, given: dict[str, str], body: bytes, seconds: float
    ) -> httpx.Response:
        timeout = httpx.Timeout(seconds, connect=CONNECT_SECONDS)
        try:
            return self._client.request(method, path, params=given, content=body, timeout=timeout)
        except httpx.HTTPError as error:
            raise StoreUnavailableError(f"the store at {self.url} does not answer: {error!r}") from error

    def _demand_success(self, answer: httpx.Response) -> None:
        if not answer.is_success:
            raise StoreUnavailableError(f"the store at {self.url} failed: {answer.text.strip()}")


def _arrow_stream(columns: pa.Table) -> bytes:
    buffer = io.BytesIO()
    with pa.ipc.new_stream(buffer, columns.schema) as writer:
        writer.write_table(columns)
    return buffer.getvalue()


def open_store(address: str, zone: str = "UTC") -> Store:
    """The store at an address: http://… is the store process, clickhouse://… a server. Raises ValueError.

    zone: of the city, for whoever prepares a server.
    """
    if address.startswith(("http://", "https://")):
        return EmbeddedStore(address)
    if address.startswith(("clickhouse://", "clickhouses://")):
        from sinks.server import ServerStore

        return ServerStore(address, zone)
    raise ValueError(f"{address!r} is no store: give http://… or clickhouse://…")
