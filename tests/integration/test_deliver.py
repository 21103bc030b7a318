"""Do those without Kafka hear of every change of an alert, in order, though the service is killed on the way?"""

import hashlib
import json
import subprocess
import sys
import threading
import time
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from services import PROJECT, ServiceProcess, committed, read_all, running, wait_for
from told_alerts import alert, checked, cleared, command

from schemas.codec import Encoder
from schemas.registry import Registry
from stack.ports import free_base
from streams.catalog import ALERTS, CAP, COMMANDS, DELIVERIES
from streams.commands import send_command
from streams.deliver.signature import HEADER, is_signed
from streams.kafka import make_producer
from streams.offsets import committed_of, ends_of

pytestmark = pytest.mark.stack
SECRET = "a-secret-of-the-office"
ALERTS_COUNT = 20


class DeliverProcess(ServiceProcess):
    """`python -m streams.deliver` on a port of its own, on a live line."""

    def __init__(self, stack: Any, home: Path, receivers: Path) -> None:
        super().__init__("deliver", stack.kafka_bootstrap, stack.registry_url, home)
        self.port = free_base()
        self._environment |= {
            "CITYBRAIN_MODE": "live",
            "CITYBRAIN_RECEIVERS": str(receivers),
            "OFFICE_SECRET": SECRET,
        }

    def start(self) -> int:
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "streams.deliver", "--port", str(self.port)],
                cwd=PROJECT,
                env=self._environment,
                stdout=log,
                stderr=log,
            )
        return self._process.pid

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/healthz", timeout=1.0).is_success
        except httpx.HTTPError:
            return False


class Office(ThreadingHTTPServer):
    """A receiver that fails every fifth time."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Hook)
        self.heard: list[tuple[str, bytes]] = []
        self.requests = 0
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Hook(BaseHTTPRequestHandler):
    server: Office

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.requests += 1
        is_well = self.server.requests % 5 != 0
        if is_well:
            assert is_signed(SECRET.encode(), self.headers[HEADER], body, time.time())
            self.server.heard.append((self.headers["X-Citybrain-Delivery"], body))
        self.send_response(200 if is_well else 503)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        pass


class Follower(threading.Thread):
    """A client of the events that comes back with the last id that it has heard."""

    def __init__(self, url: str) -> None:
        super().__init__(daemon=True)
        self.url = url
        self.heard: list[dict[str, Any]] = []
        self.is_ready = threading.Event()
        self.leaves = threading.Event()
        self._last_id = ""

    def run(self) -> None:
        while not self.leaves.is_set():
            try:
                self._follow()
            except httpx.HTTPError:
                self.leaves.wait(0.05)

    def _follow(self) -> None:
        headers = {"Last-Event-ID": self._last_id} if self._last_id else {}
        with httpx.stream("GET", f"{self.url}/events/alerts", headers=headers, timeout=30.0) as answer:
            fields: dict[str, str] = {}
            for line in answer.iter_lines():
                if line:
                    name, _, value = line.partition(": ")
                    fields[name] = value
                    continue
                if fields.get("event") == "alert":
                    self.heard.append(json.loads(fields["data"]))
                self._last_id = fields.get("id", self._last_id)
                if self._last_id:
                    self.is_ready.set()
                fields = {}
                if self.leaves.is_set():
                    return


def life() -> list[dict[str, Any]]:
    """Each alert is raised, becomes graver and ends, all among each other."""
    return [
        make(f"s{number}", sequence)
        for sequence, make in (
            (1, alert),
            (2, lambda entity, n: alert(entity, n, change="escalated", level=1, worst_level=1)),
            (3, lambda entity, n: cleared(entity, n, level=1, worst_level=1)),
        )
        for number in range(ALERTS_COUNT)
    ]


def test_killed_twice_every_change_reaches_a_webhook_and_events_go_on_without_a_gap(
    line_stack: Any, tmp_path: Path
) -> None:
    bootstrap, registry = line_stack.kafka_bootstrap, Registry(line_stack.registry_url)
    run_id = f"run-{uuid.uuid4()}"
    office = Office()
    receivers = tmp_path / "receivers.yaml"
    receivers.write_text(
        "cap: {sender: ops.city.example}\nreceivers:\n"
        f"  - {{name: office, url: 'http://127.0.0.1:{office.server_port}/hook', secret_env: OFFICE_SECRET,\n"
        "     private: true, group_by: [alert], group_wait: 0s, group_interval: 0s, requests_per_minute: 6000}\n"
    )
    told = [one | {"run_id": run_id, "alert_id": f"{one['alert_id']}|{run_id}"} for one in life()]
    producer = make_producer(bootstrap, linger_ms=0)
    encoder = Encoder(ALERTS.record, registry.register(ALERTS.name, ALERTS.record))

    def publish(some: list[dict[str, Any]]) -> None:
        for one in some:
            producer.produce(ALERTS.name, encoder.encode(one), one["alert_id"])
        assert producer.flush(20) == 0

    with running(DeliverProcess(line_stack, tmp_path, receivers)) as service:
        wait_for(service.answers, 60, "an answer", service)
        wait_for(lambda: has_begun(bootstrap), 60, "the first commit", service)
        follower = Follower(service.url)
        follower.start()
        assert follower.is_ready.wait(30)
        third = len(told) // 3
        for count in range(3):
            publish(told[count * third : (count + 1) * third])
            if count < 2:
                # In the middle of its work, with a part delivered and the rest waiting.
                wait_for(lambda n=count: len(office.heard) >= n * third + 5, 30, "some deliveries", service)
                service.kill()
                service.start()
                wait_for(service.answers, 60, "an answer again", service)
        wait_for(lambda: keys(office) >= wanted(told), 60, "every change delivered", service)
        wait_for(lambda: len(follower.heard) >= len(told), 30, "every event heard", service)
        end = read_end(bootstrap)
        wait_for(
            lambda: committed(bootstrap, "deliver", ALERTS)[0] == end, 30, "everything committed", service
        )
        release(bootstrap, registry, run_id)
        wait_for(lambda: bool(actual(bootstrap, registry, run_id)), 30, "an Actual message", service)
        states = httpx.get(f"{service.url}/receivers").json()["receivers"]
        follower.leaves.set()
        service.stop(15)
    office.shutdown()

    assert states[0]["backlog"] == 0
    assert [(one["alert_id"], one["sequence"]) for one in follower.heard[: len(told)]] == [
        (one["alert_id"], one["sequence"]) for one in told
    ]
    first = list(dict.fromkeys(key_of(json.loads(body)) for _, body in office.heard))
    assert first[: len(told)] == [key(one) for one in told]
    # A repeat has the same id, so that the receiver knows it.
    ids = {}
    for delivery_id, body in office.heard:
        assert ids.setdefault(key_of(json.loads(body)), delivery_id) == delivery_id
    print(f"{len(office.heard) - len(first)} of {len(office.heard)} deliveries were repeats")
    records = [one for _, one in read_all(bootstrap, registry, DELIVERIES) if one["run_id"] == run_id]
    assert {one["outcome"] for one in records} == {"delivered"}
    drafts = [one for _, one in read_all(bootstrap, registry, CAP) if one["run_id"] == run_id]
    for one in drafts:
        checked(one["xml"])
    drafted = [(d["alert_id"], d["alert_sequence"]) for d in drafts if d["change"] == "drafted"]
    assert drafted[: len(told)] == [(one["alert_id"], one["sequence"]) for one in told]


def test_other_receivers_are_told_without_a_restart_and_a_wrong_file_harms_nobody(
    line_stack: Any, tmp_path: Path
) -> None:
    office, receivers = "  - {name: %s, url: 'https://%s.example/hook', secret_env: OFFICE_SECRET}\n", []
    path = tmp_path / "receivers.yaml"

    def write(*names: str) -> None:
        path.write_text("receivers:\n" + "".join(office % (name, name) for name in names))

    def shown() -> dict[str, Any]:
        try:
            return dict(httpx.get(f"{service.url}/receivers", timeout=1.0).json())
        except httpx.HTTPError:
            return {"receivers": [], "file_error": ""}

    write("flood")
    with running(DeliverProcess(line_stack, tmp_path, path)) as service:
        wait_for(lambda: shown()["receivers"], 60, "the receivers", service)
        path.write_text("receivers: [")
        wait_for(lambda: shown()["file_error"], 20, "what is wrong with the file", service)
        receivers = [one["name"] for one in shown()["receivers"]]
        write("flood", "pager")
        wait_for(lambda: len(shown()["receivers"]) == 2, 20, "the other receivers", service)
        assert shown()["file_error"] == ""
        service.stop(15)

    assert receivers == ["flood"]


def has_begun(bootstrap: str) -> bool:
    return committed_of(bootstrap, "deliver", [COMMANDS])[COMMANDS.name][0] >= 0


def read_end(bootstrap: str) -> int:
    return ends_of(bootstrap, [ALERTS])[ALERTS.name][0]


def fingerprint(alert_id: str) -> str:
    return hashlib.sha256(alert_id.encode()).hexdigest()[:16]


def key(one: dict[str, Any]) -> tuple[str, str]:
    return fingerprint(one["alert_id"]), str(one["sequence"])


def key_of(body: dict[str, Any]) -> tuple[str, str]:
    (one,) = body["alerts"]
    return one["fingerprint"], one["annotations"]["sequence"]


def wanted(told: list[dict[str, Any]]) -> set[tuple[str, str]]:
    return {key(one) for one in told}


def keys(office: Office) -> set[tuple[str, str]]:
    return {key_of(json.loads(body)) for _, body in list(office.heard)}


def release(bootstrap: str, registry: Registry, run_id: str) -> None:
    """A further alert of level III, whose draft one role releases."""
    one = alert("released", run_id=run_id)
    one["alert_id"] += f"|{run_id}"
    producer = make_producer(bootstrap, linger_ms=0)
    encoder = Encoder(ALERTS.record, registry.register(ALERTS.name, ALERTS.record))
    producer.produce(ALERTS.name, encoder.encode(one), one["alert_id"])
    assert producer.flush(20) == 0
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        found = [d for _, d in read_all(bootstrap, registry, CAP) if d["alert_id"] == one["alert_id"]]
        if found:
            send_command(bootstrap, registry, command("cap.release", found[0]["identifier"], run_id=run_id))
            return
        time.sleep(0.1)
    raise AssertionError("no draft within 30 s")


def actual(bootstrap: str, registry: Registry, run_id: str) -> list[dict[str, Any]]:
    found = [one for _, one in read_all(bootstrap, registry, CAP) if one["run_id"] == run_id]
    return [one for one in found if one["status"] == "Actual"]
