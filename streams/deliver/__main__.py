"""`python -m streams.deliver`: delivery to those without Kafka, as a process of its own.

It listens before it reads, so that a second one on this machine ends before it has sent anything.
"""

import argparse
import asyncio
import logging
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from aiohttp import web

from schemas.registry import Registry
from streams.catalog import ALERTS, CAP, CASES, COMMANDS, DELIVERIES, INDICATORS, PUBLIC, Topic
from streams.deliver.alerting import Alerting
from streams.deliver.book import FIGURES_MAX, Book
from streams.deliver.hub import REMEMBERED_MAX, Channel
from streams.deliver.outbox import Outbox
from streams.deliver.publishing import Publishing
from streams.deliver.reading import Follower, Read, read_stretch
from streams.deliver.receivers import ReceiversFileError
from streams.deliver.shapes import ShapesFileError, read_shapes
from streams.deliver.watched import WatchedReceivers
from streams.deliver.web import Site
from streams.ingest.limits import http_limits
from streams.service_settings import ServiceSettings

GROUP, PUBLIC_GROUP = "deliver", "deliver-public"
COMMIT_SECONDS = 0.5
STOP_SECONDS = 2.0
CASES_REMEMBERED = 100_000
"""Changes of cases from which a snapshot is made; an open case that has not changed in so many is not in it."""
CAP_READ = 50_000
"""Newest records of CAP messages that a start reads; with a test alert each minute these are more than two weeks."""
SILENT_BATCHES = 30
"""After so many looks without a record a topic counts as read to its end."""
_ALERTS, _COMMANDS, _PUBLIC = (ALERTS.name, 0), (COMMANDS.name, 0), (PUBLIC.name, 0)

log = structlog.get_logger("deliver")


class Deliver:
    """The parts of this process, and how they begin."""

    def __init__(
        self, settings: ServiceSettings, receivers: WatchedReceivers, reference: Path | None
    ) -> None:
        outside = receivers.outside
        self._settings = settings
        self._registry = Registry(settings.registry_url)
        self._outbox = Outbox(settings.bootstrap, self._registry, (DELIVERIES, CAP, PUBLIC))
        shapes = read_shapes(reference) if reference else {}
        line = (settings.mode, ZoneInfo(settings.zone))
        self.alerting = Alerting(outside, line, shapes, self._outbox, time.time)
        self._book = Book()
        self._publishing = Publishing(settings.mode, self._book, self._outbox)
        self._channels = {
            "alerts": (Channel("alert", ("alert_id",), ALERTS.partitions), ALERTS),
            "indicators": (
                Channel("indicator", ("indicator_id", "entity_type", "entity_id"), INDICATORS.partitions),
                INDICATORS,
            ),
            "cases": (Channel("case", ("case_id",), CASES.partitions), CASES),
        }
        channels = {name: channel for name, (channel, _) in self._channels.items()}
        self.site = Site(
            settings.mode,
            channels,
            self._book,
            self.alerting.sendings,
            outside.external_url,
            file_error=lambda: receivers.error,
        )

    async def run(self) -> None:
        """Until cancelled. Whatever cannot be named ends the process before anything after it is committed."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._alerts())
            tasks.create_task(self.alerting.run())
            tasks.create_task(self._publish())
            for channel, topic in self._channels.values():
                tasks.create_task(self._follow(channel, topic))

    async def _alerts(self) -> None:
        follower = self._follower(GROUP, ALERTS, COMMANDS, DELIVERIES, CAP)
        ends, committed = follower.ends(), follower.committed()
        # Whoever begins on a line with a past tells of what stands, not of what was.
        begin = {
            place: committed[place] if committed[place] >= 0 else ends[place][1]
            for place in (_ALERTS, _COMMANDS)
        }
        await self._learn(DELIVERIES, ends[DELIVERIES.name, 0], self.alerting.learn_delivery)
        low, high = ends[CAP.name, 0]
        await self._learn(CAP, (max(low, high - CAP_READ), high), self.alerting.learn_cap)
        await self._learn(ALERTS, (ends[_ALERTS][0], begin[_ALERTS]), self.alerting.learn_alert)
        await self.alerting.catch_up()
        follower.begin(begin)
        await follower.commit(begin)
        log.info("following", alerts=begin[_ALERTS], commands=begin[_COMMANDS])
        done, at = dict(begin), time.monotonic()
        while True:
            for read in await follower.batch():
                if read.topic == ALERTS.name:
                    await self.alerting.on_alert(read.record, read.offset)
                else:
                    await self.alerting.on_command(read.record)
                    await self._publishing.on_command(read.record, _now_ms())
            self.alerting.flush()
            safe = {**follower.next, _ALERTS: self.alerting.safe_offset(follower.next[_ALERTS])}
            if safe != done and time.monotonic() - at >= COMMIT_SECONDS:
                await follower.commit(safe)
                done, at = safe, time.monotonic()

    async def _publish(self) -> None:
        """Only a live line feeds public data; on every other nothing is even read for it."""
        if self._settings.mode != "live":
            return
        follower = self._follower(PUBLIC_GROUP, INDICATORS, PUBLIC)
        ends, committed = follower.ends(), follower.committed()
        low, high = ends.pop(_PUBLIC)
        await self._learn(PUBLIC, (max(low, high - FIGURES_MAX), high), self._book.put)
        follower.begin({place: max(committed[place], low) for place, (low, _) in ends.items()})
        done, at = dict(follower.next), time.monotonic()
        while True:
            if self._publishing.is_full:
                await asyncio.sleep(COMMIT_SECONDS)
            else:
                for read in await follower.batch():
                    self._publishing.take(read)
            await self._publishing.publish_due(_now_ms())
            safe = self._publishing.safe_offsets(follower.next)
            if safe != done and time.monotonic() - at >= COMMIT_SECONDS:
                await follower.commit(safe)
                done, at = safe, time.monotonic()

    async def _follow(self, channel: Channel, topic: Topic) -> None:
        """Keep a channel at the end of its topic, with its last events."""
        follower = self._follower(f"{GROUP}-events", topic)
        back = {ALERTS: 1 << 62, CASES: CASES_REMEMBERED}.get(topic, REMEMBERED_MAX // topic.partitions)
        ends = follower.ends()
        begin = {place: max(low, high - back) for place, (low, high) in ends.items()}
        follower.begin(begin)
        channel.begin_at({partition: offset for (_, partition), offset in begin.items()})
        silent = 0
        while True:
            found = await follower.batch()
            for read in found:
                channel.put(read.partition, read.offset, read.record)
            if not channel.is_current.is_set():
                silent = 0 if found else silent + 1
                # Markers of transactions at the very end are offsets without a record.
                if silent > SILENT_BATCHES or all(follower.next[at] >= ends[at][1] for at in ends):
                    channel.is_current.set()

    async def _learn(
        self, topic: Topic, span: tuple[int, int], take: Callable[[dict[str, Any]], None]
    ) -> None:
        def put(read: Read) -> None:
            take(read.record)

        await asyncio.to_thread(read_stretch, self._settings.bootstrap, self._registry, topic, span, put)

    def _follower(self, group: str, *topics: Topic) -> Follower:
        return Follower(self._settings.bootstrap, self._registry, group, topics)


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


async def serve(deliver: Deliver, receivers: WatchedReceivers, host: str, port: int) -> bool:
    """Serve and deliver until SIGTERM, SIGINT, or other receivers; whether it is to begin again with those."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    runner = web.AppRunner(deliver.site.application(), shutdown_timeout=STOP_SECONDS, **http_limits())
    await runner.setup()
    await web.TCPSite(runner, host, port).start()
    log.info("listening", host=host, port=port)
    working = asyncio.create_task(deliver.run())
    asked, changed = asyncio.create_task(stop.wait()), asyncio.create_task(receivers.changed())
    await asyncio.wait({working, asked, changed}, return_when=asyncio.FIRST_COMPLETED)
    begins_again = changed.done() and not asked.done()
    asked.cancel()
    changed.cancel()
    await runner.cleanup()
    if working.done():
        working.result()
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)
    return begins_again


def main() -> None:
    """Run until SIGTERM or SIGINT."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--receivers", default=os.environ.get("CITYBRAIN_RECEIVERS", ""))
    parser.add_argument("--reference", default=os.environ.get("CITYBRAIN_REFERENCE", ""))
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    given = parser.parse_args()
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(message)s")
    settings = ServiceSettings.from_environment()
    try:
        named, reference = [
            Path(text).expanduser() if text else None for text in (given.receivers, given.reference)
        ]
        receivers = WatchedReceivers(named)
        # Everything that it knows is written down: with other receivers it begins as after a kill.
        while asyncio.run(serve(Deliver(settings, receivers, reference), receivers, given.host, given.port)):
            log.info("beginning again with other receivers")
    except (ReceiversFileError, ShapesFileError) as error:
        sys.exit(f"deliver: {error}")


if __name__ == "__main__":
    main()
