"""What is sent for a change of an alert, and from where on is it read again after a kill? Groups, CAP desk and queues together."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import structlog

from streams.catalog import CAP, DELIVERIES, Topic
from streams.cloud_events import headers_of
from streams.deliver.cap_desk import CapDesk
from streams.deliver.groups import Groups, Notification
from streams.deliver.outbox import Outbox
from streams.deliver.payload import alertmanager_body
from streams.deliver.receivers import Outside
from streams.deliver.sending import Outgoing, Sending
from streams.deliver.shapes import Shape
from streams.deliver.telling import Alert, is_over

ISSUED_AGAIN_SECONDS = 3_600.0
"""A CAP message that was issued no longer ago and of which no delivery is known is sent after a restart."""

Record = dict[str, Any]
log = structlog.get_logger("deliver")


class Alerting:
    """All receivers and the CAP desk of one line. `now` is the wall clock in seconds since 1970."""

    def __init__(
        self,
        outside: Outside,
        line: tuple[str, ZoneInfo],
        shapes: Mapping[str, Shape],
        outbox: Outbox,
        now: Callable[[], float],
    ) -> None:
        self._mode, zone = line
        self._outbox, self._now = outbox, now
        self._external_url = outside.external_url
        self._desk = CapDesk(outside.sender, self._mode, zone, shapes)
        self._groups = {r.name: Groups(r, self._mode) for r in outside.receivers if r.format != "cap"}
        self.sendings = {r.name: Sending(r, r.secret(), self._write_delivery, now) for r in outside.receivers}
        self._standing: dict[str, Alert] = {}
        self._issued: dict[str, Record] = {}
        self._cap_sent: dict[str, set[str]] = {r.name: set() for r in outside.receivers if r.format == "cap"}

    def learn_delivery(self, record: Record) -> None:
        """A record of `city.deliveries.v1`, written by a process before."""
        if (sending := self.sendings.get(record["receiver"])) is None:
            return
        sending.remember(record)
        if record["receiver"] in self._groups:
            self._groups[record["receiver"]].restore(record)
        else:
            self._cap_sent[record["receiver"]].add(record["group_key"])

    def learn_cap(self, record: Record) -> None:
        """A record of `city.cap.v1`, written by a process before."""
        self._desk.learn(record)
        if record["change"] == "issued":
            self._issued[record["identifier"]] = record

    def learn_alert(self, alert: Alert) -> None:
        """A change of an alert before the last commit."""
        self._note(alert)
        for groups in self._groups.values():
            groups.learn(alert)

    async def catch_up(self) -> None:
        """After the last of them: what stands is told to those who do not know it yet."""
        now = self._now()
        for groups in self._groups.values():
            groups.catch_up(now)
        for alert in list(self._standing.values()):
            await self._draft(alert, ())
        for record in self._issued.values():
            if now - record["event_time"] / 1000 <= ISSUED_AGAIN_SECONDS:
                self._send_cap(record, ())
        self._issued.clear()
        self._standing.clear()
        self.flush()

    async def on_alert(self, alert: Alert, offset: int) -> None:
        """The next change of an alert; what is to be sent at once is handed over, in order."""
        for groups in self._groups.values():
            groups.on_change(alert, offset, self._now())
        await self._draft(alert, (offset,))
        self.flush()

    async def on_command(self, command: Record) -> None:
        """A `cap.release` or a `delivery.retry`; others are for others."""
        for record in self._desk.on_command(command):
            await self._write_cap(record)
            if record["change"] == "issued":
                self._send_cap(record, ())
        if command["command"] == "delivery.retry":
            self._retry(command)

    def flush(self) -> None:
        """Hand over what is due."""
        now = self._now()
        for name, groups in self._groups.items():
            for notification in groups.take_due(now):
                self.sendings[name].put(self._outgoing(name, notification))

    def safe_offset(self, read: int) -> int:
        """From where alerts are to be read again after a kill now; `read` is the offset after the last one read."""
        oldest = [groups.oldest_offset() for groups in self._groups.values()]
        oldest += [sending.oldest_offset() for sending in self.sendings.values()]
        return min([read, *(offset for offset in oldest if offset is not None)])

    async def run(self) -> None:
        """Deliver to all until cancelled; the first that cannot write an outcome ends them all."""
        async with asyncio.TaskGroup() as tasks:
            for sending in self.sendings.values():
                tasks.create_task(sending.run())

    def _outgoing(self, name: str, told: Notification) -> Outgoing:
        body = alertmanager_body(
            name,
            told.group_key,
            told.group_labels,
            told.alerts,
            truncated=told.truncated,
            external_url=self._external_url,
        )
        first = told.alerts[0]
        return Outgoing(
            told.delivery_id,
            told.group_key,
            told.why,
            body,
            told.sequences,
            told.levels,
            first["mode"],
            first["run_id"],
            told.offsets,
        )

    async def _draft(self, alert: Alert, offsets: tuple[int, ...]) -> None:
        for record in self._desk.on_alert(alert):
            await self._write_cap(record)
            if record["change"] == "issued":
                self._send_cap(record, offsets)

    def _send_cap(self, record: Record, offsets: tuple[int, ...]) -> None:
        alert = orjson.loads(record["alert"])
        for name, sent in self._cap_sent.items():
            receiver = self.sendings[name].receiver
            if record["identifier"] in sent or not receiver.wants(alert, self._mode):
                continue
            sent.add(record["identifier"])
            firing = {} if record["msg_type"] == "Cancel" else {record["alert_id"]: record["level"]}
            self.sendings[name].put(
                Outgoing(
                    f"{name}:{record['identifier']}",
                    record["identifier"],
                    "changed",
                    record["xml"].encode(),
                    {record["alert_id"]: record["alert_sequence"]},
                    firing,
                    "drill" if record["status"] == "Exercise" else record["mode"],
                    record["run_id"],
                    offsets,
                )
            )

    def _retry(self, command: Record) -> None:
        name, delivery_id = command["target"], command["parameters"].get("delivery_id")
        sending = self.sendings.get(name)
        if sending is None:
            known = ", ".join(self.sendings) or "none is declared"
            log.warning("no such receiver", receiver=name, known=known, command_id=command["command_id"])
            return
        log.info(
            "sent again by command", receiver=name, by=command["by"], messages=sending.retry(delivery_id)
        )

    def _note(self, alert: Alert) -> None:
        self._standing.pop(alert["alert_id"], None)
        if not is_over(alert):
            self._standing[alert["alert_id"]] = alert

    async def _write_delivery(self, record: Record) -> None:
        key = f"{record['receiver']}|{record['group_key']}"
        await self._write(DELIVERIES, key, record, f"{record['delivery_id']}|{record['event_time']}")

    async def _write_cap(self, record: Record) -> None:
        event_id = f"{record['identifier']}|{record['sequence']}"
        await self._write(CAP, record["alert_id"] or record["identifier"], record, event_id)

    async def _write(self, topic: Topic, key: str, record: Record, event_id: str) -> None:
        headers = headers_of(topic.name, event_id, key, record["event_time"], record["mode"])
        await self._outbox.write(topic, key, record, headers)
