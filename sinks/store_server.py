"""How do other processes use the embedded store? ClickHouse's HTTP way, on this machine only.

`GET` or `POST /` with `?query=` or the query as the body reads, `POST /insert?table=` with an Arrow IPC stream writes,
`/ping` says that it is there. `python -m sinks.store_server --data FOLDER --port PORT`.
"""

import argparse
import signal
import sys
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlsplit

import structlog

from sinks.migrate import TableDriftError
from sinks.store import Engine, EngineError, StoreLockedError

HOST = "127.0.0.1"
REQUEST_BYTES_MAX = 128 * 1024 * 1024
QUERY_BYTES_MAX = 1024 * 1024
IDLE_SECONDS = 60
CONNECTIONS_MAX = 64
STOP_SECONDS = 60.0

_STATUS_BY_CODE: Mapping[int, int] = {
    **dict.fromkeys(
        (6, 27, 36, 38, 41, 43, 44, 46, 47, 50, 53, 62, 69, 70, 72, 117, 124, 131, 321, 349, 386, 407), 400
    ),
    **dict.fromkeys((16, 60, 73, 81), 404),
    164: 403,
    **dict.fromkeys((158, 307, 396), 413),
    **dict.fromkeys((159, 202, 241, 243, 252), 503),
}
"""HTTP status for the numbers of ClickHouse's errors: what the asker did wrong, and what to try again. Else 500."""

log = structlog.get_logger("store")


class Requests:
    """How many requests are being answered, so that a stop can wait for them."""

    def __init__(self) -> None:
        self._running = 0
        self._changed = threading.Condition()

    def __enter__(self) -> None:
        with self._changed:
            self._running += 1

    def __exit__(self, *_: object) -> None:
        with self._changed:
            self._running -= 1
            self._changed.notify_all()

    def wait_for_all(self, timeout_seconds: float) -> bool:
        """Whether all were answered in time."""
        with self._changed:
            return self._changed.wait_for(lambda: self._running == 0, timeout_seconds)


class StoreServer(ThreadingHTTPServer):
    """The store behind one port of this machine. Threads of clients only wait; the engine's own threads work."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, engine: Engine, port: int) -> None:
        self.engine = engine
        self.requests = Requests()
        self.stopping = False
        self._free = threading.BoundedSemaphore(CONNECTIONS_MAX)
        super().__init__((HOST, port), Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Give a connection its thread, or close it when there are too many."""
        if self._free.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            log.warning("too many connections", most=CONNECTIONS_MAX)
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Serve one connection to its end."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._free.release()

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002 -- as the library calls it
        """Note that a client went away in the middle; its request has its answer or needs none."""
        log.info("a connection broke", reason=repr(sys.exc_info()[1]))

    def stop(self) -> None:
        """Take no more requests and finish those that run."""
        # Clients keep their connections: what comes over one from now on is sent away.
        self.stopping = True
        self.shutdown()
        self.server_close()
        if not self.requests.wait_for_all(STOP_SECONDS):
            log.warning("requests were still running when the store stopped")


class Handler(BaseHTTPRequestHandler):
    """One connection of one client."""

    server: StoreServer
    protocol_version = "HTTP/1.1"
    timeout: ClassVar[float] = IDLE_SECONDS

    def do_GET(self) -> None:
        """Read."""
        with self.server.requests:
            self._answer()

    def do_POST(self) -> None:
        """Read, or insert."""
        with self.server.requests:
            self._answer()

    def _answer(self) -> None:
        url = urlsplit(self.path)
        given = dict(parse_qsl(url.query, keep_blank_values=True))
        body = self._body(REQUEST_BYTES_MAX if url.path == "/insert" else QUERY_BYTES_MAX)
        if body is None:
            return
        try:
            if self.server.stopping:
                self.close_connection = True
                self._send(503, b"The store is stopping.\n")
            elif url.path == "/ping":
                self._send(200, b"Ok.\n")
            elif url.path == "/insert" and self.command == "POST":
                rows = self.server.engine.insert(given.get("table", ""), body)
                self._send(200, b"", {"X-ClickHouse-Summary": f'{{"written_rows":"{rows}"}}'})
            elif url.path == "/":
                self._query(given, body)
            else:
                self._send(404, f"There is nothing at {url.path}.\n".encode())
        except EngineError as error:
            status = _STATUS_BY_CODE.get(error.code, 500)
            self._send(status, f"{error}\n".encode(), {"X-ClickHouse-Exception-Code": str(error.code)})
        except Exception as error:  # the client must hear of it, whatever it is
            log.exception("a request failed", path=url.path)
            self._send(500, f"{type(error).__name__}: {error}\n".encode())

    def _query(self, given: Mapping[str, str], body: bytes) -> None:
        sql = "\n".join(part for part in (given.get("query", ""), body.decode(errors="replace")) if part)
        if not sql.strip():
            self._send(200, b"Ok.\n")
            return
        parameters = {
            name.removeprefix("param_"): value for name, value in given.items() if name.startswith("param_")
        }
        default_format = self.headers.get("X-ClickHouse-Format") or given.get(
            "default_format", "TabSeparated"
        )
        answer = self.server.engine.query(sql, default_format, parameters)
        self._send(200, answer, {"X-ClickHouse-Summary": "{}"})

    def _body(self, bytes_max: int) -> bytes | None:
        """The body of the request; None when it was refused."""
        if self.headers.get("Transfer-Encoding"):
            self.close_connection = True
            self._send(411, b"Send the body with a Content-Length.\n")
            return None
        given = self.headers.get("Content-Length") or "0"
        if not given.isdecimal():
            self.close_connection = True
            self._send(400, b"Content-Length is not a number.\n")
            return None
        length = int(given)
        if length > bytes_max:
            self.close_connection = True
            self._send(413, f"The request has {length} bytes; {bytes_max} are allowed.\n".encode())
            return None
        return self.rfile.read(length)

    def _send(self, status: int, body: bytes, headers: Mapping[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "text/plain; charset=UTF-8", **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002 -- the library's own name
        """Say nothing of single requests."""


def main() -> None:
    """Serve until SIGTERM or SIGINT."""
    parser = argparse.ArgumentParser(
        description="The store process: owns a data folder, serves it on this machine."
    )
    parser.add_argument("--data", type=Path, required=True, help="the data folder; created when missing")
    parser.add_argument("--port", type=int, required=True, help="0 for any free one")
    parser.add_argument("--zone", default="UTC", help="the city's time zone, by which days are counted")
    given = parser.parse_args()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    try:
        engine = Engine(given.data, given.zone)
    except (StoreLockedError, TableDriftError) as error:
        sys.exit(f"store: {error}")
    with engine:
        server = StoreServer(engine, given.port)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, name="accept")
        thread.start()
        print(f"store: {given.data} at http://{HOST}:{server.server_port}", flush=True)
        stop.wait()
        server.stop()
        thread.join()
    log.info("store stopped")


if __name__ == "__main__":
    main()
