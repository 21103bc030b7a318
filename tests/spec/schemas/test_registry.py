"""What does a registry's answer mean while it is still reading back what it had stored?"""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from schemas.registry import IncompatibleSchemaError, Registry, RegistryNotReadyError, UnknownSchemaError


class _Forgetful(BaseHTTPRequestHandler):
    """Knows no schema, and refuses every new one."""

    health = 503

    def do_GET(self) -> None:
        if self.path == "/health/ready":
            self._answer(type(self).health, {})
        elif self.path.endswith("/subjects"):
            self._answer(200, [])
        else:
            self._answer(404, {"error_code": 40403, "message": "not found"})

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self._answer(409, {"error_code": 409, "message": "it is there already"})

    def _answer(self, status: int, value: object) -> None:
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None: ...


@pytest.fixture(params=[503, 404], ids=["reading back", "without a health address"])
def registry(request: pytest.FixtureRequest) -> Iterator[tuple[Registry, bool]]:
    """A registry, and whether it is to be believed."""
    handler = type("Handler", (_Forgetful,), {"health": request.param})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield Registry(f"http://127.0.0.1:{server.server_port}/apis/ccompat/v7"), request.param != 503
    finally:
        server.shutdown()
        server.server_close()


def test_an_unknown_schema_is_unknown_only_to_a_registry_that_is_ready(
    registry: tuple[Registry, bool],
) -> None:
    asked, ready = registry
    with pytest.raises(UnknownSchemaError if ready else RegistryNotReadyError):
        asked.schema_of(7)


def test_a_refusal_counts_only_from_a_registry_that_is_ready(registry: tuple[Registry, bool]) -> None:
    asked, ready = registry
    with pytest.raises(IncompatibleSchemaError if ready else RegistryNotReadyError):
        asked.register_text("city.road.speed.v1", '"string"')


def test_a_topic_has_no_versions_only_in_a_registry_that_is_ready(registry: tuple[Registry, bool]) -> None:
    asked, ready = registry
    if ready:
        assert asked.versions("city.road.speed.v1") == []
    else:
        with pytest.raises(RegistryNotReadyError):
            asked.versions("city.road.speed.v1")


def test_a_registry_that_reads_back_does_not_answer_yet(registry: tuple[Registry, bool]) -> None:
    asked, ready = registry
    assert asked.answers() is ready
