"""The bridge and a real broker, with a writer in place of Kafka that takes a record when the test says so."""

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from lines import until
from mosquitto import Mosquitto, free_port

from streams.mqtt.bridge import Bridge
from streams.mqtt.rules import Rule, Rules, broker_of
from streams.raw_writer import PAYLOAD_BYTES_MAX, Receipt

pytestmark = [pytest.mark.broker, pytest.mark.timeout(120)]

SECONDS = 15.0
RULES = Rules(
    (
        Rule("city/+/noise/#", "noisemonitor", {"station": 2}),
        Rule("city/readings", "city-gateway-noise"),
    ),
    client_id="line-of-the-test",
)


class FakeWriter:
    """Holds what it is given until it is told to take it."""

    def __init__(self) -> None:
        self.records: list[Any] = []
        self.letters: list[dict[str, Any]] = []
        self.held: list[Callable[[Receipt], None]] = []
        self.holds = False
        self.failure = ""

    def write(self, system: Any, raw: Any, done: Callable[[Receipt], None]) -> None:
        self.records.append(raw)
        self._answer(system.raw.name, done)

    def write_dead_letter(self, system: Any, letter: dict[str, Any], done: Callable[[Receipt], None]) -> None:
        self.letters.append(letter)
        self._answer(system.dead_letters.name, done)

    def _answer(self, topic: str, done: Callable[[Receipt], None]) -> None:
        if self.holds:
            self.held.append(done)
        else:
            done(Receipt(topic, failure=self.failure))

    def take_held(self, *numbers: int) -> None:
        for number in numbers:
            self.held[number](Receipt("t"))

    def payloads(self) -> list[bytes]:
        return [raw.payload for raw in self.records]


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Mosquitto]:
    mosquitto = Mosquitto(tmp_path / "broker")
    mosquitto.start()
    yield mosquitto
    mosquitto.stop()


class Bridges:
    """Bridges of one line, one after the other: each has the client id of the one before."""

    def __init__(self, address: str, version: str = "3.1.1") -> None:
        self.address = address
        self.version = version
        self.running: list[Bridge] = []

    def start(self, writer: FakeWriter, rules: Rules = RULES) -> Bridge:
        rules = replace(rules, version=self.version)
        bridge = Bridge(broker_of(self.address), rules, writer, lambda: 1_772_445_600_000)
        bridge.start()
        self.running.append(bridge)
        return bridge

    def close(self, bridge: Bridge) -> None:
        self.running.remove(bridge)
        bridge.pause()
        bridge.close()

    def cut(self, bridge: Bridge) -> None:
        """As a killed process leaves: no word to the broker."""
        self.running.remove(bridge)
        # What is acknowledged from here on reaches nobody.
        bridge._in_order.close()
        bridge._client._thread_terminate = True
        socket = bridge._client.socket()
        assert socket is not None
        socket.close()

    def end(self) -> None:
        for bridge in list(self.running):
            self.close(bridge)


@pytest.fixture(params=["3.1.1", "5"])
def bridges(broker: Mosquitto, request: pytest.FixtureRequest) -> Iterator[Bridges]:
    started = Bridges(broker.address, request.param)
    yield started
    started.end()


def connected(bridges: Bridges, broker: Mosquitto, writer: FakeWriter, rules: Rules = RULES) -> Bridge:
    """A bridge whose subscriptions the broker has."""
    before = broker.log.read_text().count("Sending SUBACK")
    bridge = bridges.start(writer, rules)
    until(
        lambda: broker.log.read_text().count("Sending SUBACK") > before or bridge.failure,
        SECONDS,
        "the broker has taken the subscriptions",
    )
    return bridge


def test_a_message_is_a_record_of_its_feed_with_what_its_topic_says(
    broker: Mosquitto, bridges: Bridges
) -> None:
    writer = FakeWriter()
    connected(bridges, broker, writer)

    broker.publish([("city/m1/noise/roof", b"first"), ("city/readings", b"second"), ("other", b"third")])
    until(lambda: len(writer.records) == 2, SECONDS, "two records")

    first, second = writer.records
    assert (first.feed, first.payload, first.source, first.run_id) == (
        "noisemonitor",
        b"first",
        "noisemonitor",
        "live",
    )
    assert first.context == {"station": "m1", "mqtt-topic": "city/m1/noise/roof"}
    assert first.ingest_time == 1_772_445_600_000
    assert (second.feed, second.context) == ("city-gateway-noise", {"mqtt-topic": "city/readings"})


def test_what_is_sent_while_the_bridge_is_away_comes_when_it_is_back(
    broker: Mosquitto, bridges: Bridges
) -> None:
    writer = FakeWriter()
    bridges.close(connected(bridges, broker, writer))

    sent = [(f"city/m{number}/noise", str(number).encode()) for number in range(100)]
    broker.publish(sent)
    assert writer.records == []
    connected(bridges, broker, writer)
    until(lambda: len(writer.records) == 100, SECONDS, "what the broker kept")

    assert writer.payloads() == [payload for _, payload in sent]


def test_a_message_whose_record_was_not_acknowledged_is_sent_again_after_a_kill(
    broker: Mosquitto, bridges: Bridges
) -> None:
    writer = FakeWriter()
    writer.holds = True
    bridge = connected(bridges, broker, writer)
    broker.publish([("city/readings", payload) for payload in (b"1", b"2", b"3")])
    until(lambda: len(writer.held) == 3, SECONDS, "three records on their way to Kafka")
    writer.take_held(0, 2)  # The third is written before the second: it may not be acknowledged yet.
    until(lambda: "Received PUBACK from line-of-the-test" in broker.log.read_text(), SECONDS, "a PUBACK")
    bridges.cut(bridge)

    successor = FakeWriter()
    second = connected(bridges, broker, successor)
    until(lambda: len(successor.records) == 2, SECONDS, "the two that were not acknowledged")
    assert successor.payloads() == [b"2", b"3"]
    bridges.close(second)

    last = FakeWriter()
    third = connected(bridges, broker, last)
    broker.publish([("city/readings", b"4")])
    until(lambda: last.records, SECONDS, "what came afterwards")
    assert last.payloads() == [b"4"]
    assert third.failure == ""


def test_over_a_restart_of_the_broker_nothing_is_lost(broker: Mosquitto, bridges: Bridges) -> None:
    writer = FakeWriter()
    writer.holds = True
    connected(bridges, broker, writer)
    broker.publish([("city/readings", b"before")])
    until(lambda: len(writer.held) == 1, SECONDS, "a record on its way to Kafka")

    broker.stop()
    until(lambda: "Saving in-memory database" in broker.log.read_text(), SECONDS, "the broker is down")
    # It is written while the broker is away: the acknowledgement reaches nobody, and must not reach its successor.
    writer.take_held(0)
    writer.holds = False
    broker.start()
    until(lambda: len(writer.records) == 2, SECONDS, "the message comes again")
    broker.publish([("city/readings", b"after")])
    until(lambda: len(writer.records) == 3, SECONDS, "what comes afterwards")

    assert writer.payloads() == [b"before", b"before", b"after"]


def test_when_kafka_refuses_a_record_the_bridge_ends_and_acknowledges_nothing_more(
    broker: Mosquitto, bridges: Bridges
) -> None:
    writer = FakeWriter()
    writer.failure = "a message too large"
    bridge = connected(bridges, broker, writer)

    broker.publish([("city/readings", b"1"), ("city/readings", b"2")])
    until(lambda: bridge.failure, SECONDS, "the failure is known")
    assert "a message too large" in bridge.failure
    bridges.close(bridge)

    successor = FakeWriter()
    connected(bridges, broker, successor)
    until(lambda: len(successor.records) == 2, SECONDS, "both again")


def test_a_retained_message_says_so_and_comes_with_each_connection(
    broker: Mosquitto, bridges: Bridges
) -> None:
    broker.publish([("city/readings", b"kept")], retain=True)

    for _ in range(2):
        writer = FakeWriter()
        bridge = connected(bridges, broker, writer)
        until(lambda found=writer: found.records, SECONDS, "the retained message")
        assert writer.payloads() == [b"kept"]
        assert writer.records[0].context["mqtt-retained"] == "true"
        bridges.close(bridge)


def test_a_message_that_is_too_large_for_a_record_is_a_dead_letter_and_stops_nothing(
    broker: Mosquitto, bridges: Bridges
) -> None:
    writer = FakeWriter()
    connected(bridges, broker, writer)

    broker.publish([("city/readings", b"x" * (PAYLOAD_BYTES_MAX + 1)), ("city/readings", b"small")])
    until(lambda: writer.records, SECONDS, "the message after it")

    (letter,) = writer.letters
    assert (letter["stage"], letter["reason"], letter["feed"]) == ("mqtt", "too_large", "city-gateway-noise")
    assert letter["dead_letter_id"].startswith("city.noise.raw.v1-mqtt-")
    assert letter["context"] == {"mqtt-topic": "city/readings"}
    assert len(letter["payload"]) == PAYLOAD_BYTES_MAX
    assert writer.payloads() == [b"small"]


def test_messages_of_a_filter_that_is_no_longer_wanted_are_dropped_and_said_once(
    broker: Mosquitto, bridges: Bridges, capsys: pytest.CaptureFixture[str]
) -> None:
    writer = FakeWriter()
    bridges.close(connected(bridges, broker, writer))
    fewer = Rules(RULES.rules[1:], client_id=RULES.client_id)

    broker.publish([("city/m1/noise", b"1"), ("city/m1/noise", b"2"), ("city/readings", b"3")])
    connected(bridges, broker, writer, fewer)
    until(lambda: writer.records, SECONDS, "what is still wanted")

    assert writer.payloads() == [b"3"]
    assert capsys.readouterr().out.count("no rule fits a topic") == 1


def test_a_bridge_that_is_not_let_in_says_so_and_comes_in_when_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tool = shutil.which("mosquitto_passwd", path="/usr/bin:/usr/sbin:/usr/local/bin")
    passwords = tmp_path / "passwords"
    broker = Mosquitto(tmp_path / "guarded", "allow_anonymous false", f"password_file {passwords}")
    assert tool is not None
    subprocess.run([tool, "-b", "-c", passwords, "line", "line"], check=True)
    broker.start()
    writer, said = FakeWriter(), ""
    stranger = Bridges(broker.address)
    stranger.start(writer)

    def is_refused() -> bool:
        nonlocal said
        said += capsys.readouterr().out
        return "refused by the broker" in said

    try:
        until(is_refused, SECONDS, "the refusal is said")
        assert "CITYBRAIN_MQTT" in said
        stranger.end()
        known = Bridges(broker.address.replace("//", "//line:line@"))
        connected(known, broker, writer)
        broker.publish([("city/readings", json.dumps({}).encode())], as_whom="line")
        until(lambda: writer.records, SECONDS, "the message")
        known.end()
    finally:
        stranger.end()
        broker.stop()


def test_a_broker_that_is_not_there_is_waited_for(
    broker: Mosquitto, bridges: Bridges, capsys: pytest.CaptureFixture[str]
) -> None:
    broker.stop()
    writer = FakeWriter()
    bridge = bridges.start(writer)
    until(lambda: bridge._is_away, SECONDS, "it is noticed")

    broker.start()
    until(lambda: "Sending SUBACK" in broker.log.read_text(), SECONDS, "it is connected")
    broker.publish([("city/readings", b"1")])
    until(lambda: writer.records, SECONDS, "the message")

    assert capsys.readouterr().out.count("tried again until it answers") == 1
    assert bridge.failure == ""


def test_a_stopping_bridge_acknowledges_what_is_written_and_leaves_the_rest(
    broker: Mosquitto, bridges: Bridges
) -> None:
    writer = FakeWriter()
    writer.holds = True
    bridge = connected(bridges, broker, writer)
    broker.publish([("city/readings", b"1")])
    until(lambda: writer.held, SECONDS, "a record on its way to Kafka")

    bridge.pause()
    broker.publish([("city/readings", b"2")])
    writer.take_held(0)
    bridges.close(bridge)

    successor = FakeWriter()
    connected(bridges, broker, successor)
    until(lambda: successor.records, SECONDS, "what was left")
    assert successor.payloads() == [b"2"]


def test_a_line_that_goes_over_to_mqtt_5_gets_what_the_broker_kept(broker: Mosquitto) -> None:
    writer = FakeWriter()
    line = Bridges(broker.address)
    line.close(connected(line, broker, writer))
    broker.publish([("city/readings", b"kept")])

    line.version = "5"
    connected(line, broker, writer)
    until(lambda: writer.records, SECONDS, "what was kept for the version before")
    line.end()

    assert "as line-of-the-test (p5, c0" in broker.log.read_text()


@pytest.mark.parametrize("version", ["3.1.1", "5"])
def test_a_broker_with_a_certificate_of_the_citys_own_is_read_over_tls(tmp_path: Path, version: str) -> None:
    certificate, key, port = tmp_path / "ca.pem", tmp_path / "ca.key", free_port()
    subprocess.run(
        [
            *(
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:prime256v1",
                "-nodes",
            ),
            *("-days", "2", "-subj", "/CN=broker", "-addext", "subjectAltName=IP:127.0.0.1"),
            *("-keyout", str(key), "-out", str(certificate)),
        ],
        check=True,
        capture_output=True,
    )
    over_tls = (f"listener {port} 127.0.0.1", f"certfile {certificate}", f"keyfile {key}")
    broker = Mosquitto(tmp_path / "broker", "allow_anonymous true", *over_tls)
    broker.start()
    trusting, stranger = (Bridges(f"mqtts://127.0.0.1:{port}", version) for _ in range(2))
    writer = FakeWriter()
    try:
        connected(trusting, broker, writer, replace(RULES, ca_file=str(certificate)))
        broker.publish([("city/readings", b"1")])
        until(lambda: writer.records, SECONDS, "the message")
        trusting.end()
        untrusting = stranger.start(FakeWriter())
        until(lambda: untrusting._is_away, SECONDS, "a broker that is not trusted is none")
    finally:
        trusting.end()
        stranger.end()
        broker.stop()
