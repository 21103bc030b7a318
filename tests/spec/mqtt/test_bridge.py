"""What does the bridge do that no broker shows in a test? Without a connection, its callbacks called by hand."""

from types import SimpleNamespace
from typing import Any

import pytest
from paho.mqtt.client import MQTTMessage

from streams.mqtt.bridge import Bridge
from streams.mqtt.rules import Broker, Rule, Rules
from streams.raw_writer import Receipt

RULES = Rules((Rule("city/#", "city-gateway-noise"), Rule("secret/#", "city-gateway-noise")))


class Code:
    def __init__(self, *, is_failure: bool) -> None:
        self.is_failure = is_failure

    def __str__(self) -> str:
        return "Not authorized" if self.is_failure else "Granted QoS 1"


class FakeWriter:
    def __init__(self) -> None:
        self.records: list[Any] = []
        self.held: list[Any] | None = None
        self.error: Exception | None = None

    def write(self, _system: Any, raw: Any, done: Any) -> None:
        if self.error is not None:
            raise self.error
        self.records.append(raw)
        if self.held is None:
            done(Receipt("t"))
        else:
            self.held.append(done)

    def write_dead_letter(self, _system: Any, letter: Any, done: Any) -> None:
        self.records.append(letter)
        done(Receipt("t"))


@pytest.fixture
def writer() -> FakeWriter:
    return FakeWriter()


@pytest.fixture
def bridge(writer: FakeWriter, monkeypatch: pytest.MonkeyPatch) -> Any:
    made: Any = Bridge(Broker("nowhere", 1, False, "", ""), RULES, writer, lambda: 0)
    made.acknowledged = []
    monkeypatch.setattr(made._client, "ack", lambda mid, qos: made.acknowledged.append((mid, qos)))
    return made


def message(topic: bytes, *, mid: int = 1, qos: int = 1) -> MQTTMessage:
    made = MQTTMessage(mid, topic)
    made.qos = qos
    made.payload = b"{}"
    return made


def receive(bridge: Any, one: MQTTMessage) -> None:
    bridge._client.on_message(bridge._client, None, one)


def test_a_refused_filter_is_said_and_the_others_go_on(bridge, capsys):
    codes = [Code(is_failure=False), Code(is_failure=True)]
    bridge._client.on_subscribe(bridge._client, None, 1, codes, None)

    said = capsys.readouterr().out
    assert "the broker refuses a filter" in said
    assert "secret/#" in said
    assert "city/#" not in said
    assert bridge.failure == ""


def test_a_message_that_the_broker_has_forgotten_is_taken_and_not_acknowledged(bridge, writer):
    receive(bridge, message(b"city/x", qos=0, mid=0))

    assert len(writer.records) == 1
    assert bridge.acknowledged == []


def test_after_a_fault_of_our_own_nothing_is_taken_and_nothing_acknowledged(bridge, writer):
    receive(bridge, message(b"city/x", mid=1))
    writer.error = RuntimeError("a fault")
    receive(bridge, message(b"city/x", mid=2))
    writer.error = None
    receive(bridge, message(b"city/x", mid=3))

    assert bridge.failure == "RuntimeError: a fault"
    assert bridge.acknowledged == [(1, 1)]
    assert len(writer.records) == 1


def test_a_topic_that_is_no_text_is_dropped_and_said_and_stops_nothing(bridge, writer, capsys):
    receive(bridge, message(b"city/\xff", mid=1))
    receive(bridge, message(b"city/x", mid=2))

    assert bridge.failure == ""
    assert len(writer.records) == 1
    assert bridge.acknowledged == [(1, 1), (2, 1)]
    assert "not UTF-8" in capsys.readouterr().out


def test_a_long_topic_is_part_of_the_size_of_its_record(bridge, writer):
    long = message(b"city/" + b"x" * 60_000)
    long.payload = b"y" * 850_000
    receive(bridge, long)

    (letter,) = writer.records
    assert letter["reason"] == "too_large"
    assert len(letter["context"]["mqtt-topic"]) == 1_024
    assert bridge.acknowledged == [(1, 1)]


def test_what_is_written_after_its_connection_is_gone_is_acknowledged_on_no_other(
    bridge, writer, monkeypatch
):
    client = bridge._client
    subscribed = []
    monkeypatch.setattr(client, "subscribe", subscribed.append)
    writer.held = []
    receive(bridge, message(b"city/x", mid=1))

    client.on_disconnect(client, None, None, Code(is_failure=True), None)
    writer.held[0](Receipt("t"))
    assert bridge.acknowledged == []

    kept = SimpleNamespace(session_present=True)
    client.on_connect(client, None, kept, Code(is_failure=False), None)
    assert subscribed == [[("city/#", 1), ("secret/#", 1)]]
    receive(bridge, message(b"city/x", mid=1))
    writer.held[1](Receipt("t"))
    assert bridge.acknowledged == [(1, 1)]
