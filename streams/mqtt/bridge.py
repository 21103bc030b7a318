"""How does a message reach its raw topic, so that none is lost? The one owner of the MQTT client.

The broker keeps what we have subscribed to (QoS 1, and a session that outlives its connection: not clean in MQTT 3.1.1,
without an end in MQTT 5) until we acknowledge it, and we do so when Kafka has acknowledged its record. Whatever breaks between, the broker sends the message again, and the
normalizer knows it by its event ids. Retained messages come again with each connection, and are known likewise.
"""

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec

import structlog
from paho.mqtt import client as paho
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from feeds.decoding import Rejected, RejectReason, shown
from feeds.directory import FEEDS
from streams.catalog import SYSTEMS
from streams.mqtt.in_order import InOrder
from streams.mqtt.rules import Broker, Rule, Rules
from streams.normalize.normalizer import Origin, dead_letter
from streams.raw_writer import PAYLOAD_BYTES_MAX, Receipt, Writer, live_record

KEEPALIVE_SECONDS = 30
RECONNECT_SECONDS = (1, 30)
NEVER_EXPIRES = 0xFFFFFFFF
"""MQTT 5, 3.1.2.11.2: without it the session ends with its connection, and what comes meanwhile is lost."""
QOS = 1
CONTEXT_TOPIC = "mqtt-topic"
CONTEXT_RETAINED = "mqtt-retained"
TOPIC_CHARACTERS_MAX = 1_024
TOLD_TOPICS_MAX = 100

_P = ParamSpec("_P")

log = structlog.get_logger("mqtt")


class Bridge:
    """From one broker to the raw topics. `now` is the wall clock in milliseconds.

    `failure` says why this process must end and begin anew; it is empty while all is well.
    """

    def __init__(self, broker: Broker, rules: Rules, writer: Writer, now: Callable[[], int]) -> None:
        self.failure = ""
        self.taken = 0
        self._broker = broker
        self._rules = rules
        self._writer = writer
        self._now = now
        self._paused = False
        self._is_away = False
        self._told: set[str] = set()
        self._in_order = InOrder(self._acknowledge)
        self._client = self._make_client()

    def start(self) -> None:
        """Connect, and stay connected, in a thread of its own."""
        broker = self._broker
        if self._is_5:
            kept = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
            kept.SessionExpiryInterval = NEVER_EXPIRES
            self._client.connect_async(
                broker.host, broker.port, KEEPALIVE_SECONDS, clean_start=False, properties=kept
            )
        else:
            self._client.connect_async(broker.host, broker.port, KEEPALIVE_SECONDS)
        self._client.loop_start()

    def pause(self) -> None:
        """Take nothing more; what was taken is still acknowledged as it is written."""
        self._paused = True

    def close(self) -> None:
        """Leave the broker, which keeps for us what comes from now on."""
        self._client.disconnect()
        self._client.loop_stop()
        left = self._in_order.close()
        if left:
            log.info("the broker will send again", messages=left)

    @property
    def _is_5(self) -> bool:
        return self._rules.version == "5"

    def _make_client(self) -> paho.Client:
        client = paho.Client(
            CallbackAPIVersion.VERSION2,
            client_id=self._rules.client_id,
            # In MQTT 5 that is said when connecting.
            clean_session=None if self._is_5 else False,
            protocol=MQTTProtocolVersion.MQTTv5 if self._is_5 else MQTTProtocolVersion.MQTTv311,
            manual_ack=True,
        )
        if self._broker.username:
            client.username_pw_set(self._broker.username, self._broker.password)
        if self._broker.tls:
            client.tls_set(ca_certs=self._rules.ca_file or None)
        client.reconnect_delay_set(*RECONNECT_SECONDS)
        client.on_connect = self._guarded(self._on_connect)
        client.on_connect_fail = self._guarded(self._on_connect_fail)
        client.on_disconnect = self._guarded(self._on_disconnect)
        client.on_subscribe = self._guarded(self._on_subscribe)
        client.on_message = self._guarded(self._on_message)
        return client

    def _guarded(self, callback: Callable[_P, None]) -> Callable[_P, None]:
        """The client's thread ends silently at an error; this process shall end with it."""

        @wraps(callback)
        def guarded(*arguments: _P.args, **named: _P.kwargs) -> None:
            try:
                callback(*arguments, **named)
            except Exception as error:  # nothing that was not foreseen may be acknowledged after it
                log.exception("a message could not be taken")
                self.failure = f"{type(error).__name__}: {error}"

        return guarded

    def _on_connect(
        self, client: paho.Client, _data: Any, flags: paho.ConnectFlags, code: Any, _properties: Any
    ) -> None:
        if code.is_failure:
            log.warning(
                "refused by the broker",
                broker=str(self._broker),
                reason=str(code),
                remedy="correct name and password in CITYBRAIN_MQTT, or let them in at the broker"
                + (', or write version = "3.1.1" where it does not speak MQTT 5' if self._is_5 else ""),
            )
            return
        self._is_away = False
        self._in_order = InOrder(self._acknowledge)
        log.info("connected", broker=str(self._broker), session_was_kept=flags.session_present)
        client.subscribe([(rule.filter, QOS) for rule in self._rules.rules])

    def _on_connect_fail(self, _client: paho.Client, _data: Any) -> None:
        self._tell_away("the broker does not answer")

    def _on_disconnect(
        self, _client: paho.Client, _data: Any, _flags: Any, code: Any, _properties: Any
    ) -> None:
        self._in_order.close()
        if code.is_failure:
            self._tell_away(f"the connection is gone: {code}")

    def _tell_away(self, why: str) -> None:
        if not self._is_away:
            self._is_away = True
            log.warning(why, broker=str(self._broker), remedy="it is tried again until it answers")

    def _on_subscribe(
        self, _client: paho.Client, _data: Any, _mid: int, codes: list[Any], _properties: Any
    ) -> None:
        for rule, code in zip(self._rules.rules, codes, strict=True):
            if code.is_failure:
                log.error(
                    "the broker refuses a filter",
                    filter=rule.filter,
                    reason=str(code),
                    remedy="allow this client to read it at the broker; the other filters go on",
                )

    def _on_message(self, _client: paho.Client, _data: Any, message: paho.MQTTMessage) -> None:
        # What is not taken any more stays at the broker. After a failure nothing may be acknowledged either.
        if self._paused or self.failure:
            return
        written = self._in_order.add(message.mid) if message.qos else _nothing
        try:
            topic = message.topic
        except UnicodeDecodeError as error:
            # No broker may pass this on (MQTT 3.1.1, 1.5.3); sent again for ever it would stop everything.
            topic = f"not UTF-8: {error.object!r}"
        rule = self._rules.rule_of(topic)
        if rule is None:
            self._tell_unknown(topic)
            written()
        else:
            self.taken += 1
            self._write(message, topic, rule, written)

    def _write(self, message: paho.MQTTMessage, topic: str, rule: Rule, written: Callable[[], None]) -> None:
        def done(receipt: Receipt) -> None:
            if receipt.failure:
                self.failure = f"Kafka does not take a record for {receipt.topic}: {receipt.failure}"
            else:
                written()

        payload, now = bytes(message.payload), self._now()
        context = {**rule.context_of(topic), CONTEXT_TOPIC: topic}
        if message.retain:
            context[CONTEXT_RETAINED] = "true"
        system = SYSTEMS[FEEDS[rule.feed].system]
        size = len(payload) + sum(len(value.encode()) for value in context.values())
        if size <= PAYLOAD_BYTES_MAX:
            self._writer.write(system, live_record(rule.feed, payload, context, now), done)
            return
        raw = live_record(rule.feed, payload, {CONTEXT_TOPIC: topic[:TOPIC_CHARACTERS_MAX]}, now)
        letter = dead_letter(
            Origin(system.raw.name, -1, -1, now),
            0,
            Rejected(
                RejectReason.TOO_LARGE,
                f"the message has {size:,} bytes with its topic; {PAYLOAD_BYTES_MAX:,} are allowed",
            ),
            raw,
            payload,
        )
        identity = hashlib.sha256(topic.encode() + b"\0" + payload).hexdigest()[:32]
        letter |= {"stage": "mqtt", "dead_letter_id": f"{system.raw.name}-mqtt-{identity}"}
        self._writer.write_dead_letter(system, letter, done)

    def _tell_unknown(self, topic: str) -> None:
        """A topic of a filter that was once subscribed to. It is dropped on purpose, and said once."""
        if topic not in self._told and len(self._told) < TOLD_TOPICS_MAX:
            self._told.add(topic)
            log.warning(
                "no rule fits a topic, its messages are dropped",
                topic=shown(topic),
                remedy="the broker remembers a filter of before: give another client_id, or a rule for it",
            )

    def _acknowledge(self, mid: int) -> None:
        self._client.ack(mid, QOS)


def _nothing() -> None:
    """For a message that the broker has forgotten already (QoS 0)."""
