"""How does a message reach its receiver? One queue and one task for each, so that a dead one holds up nobody else.

A message is sent until it is delivered, refused for good, or has used up its attempts; then its outcome is written,
with the message itself where it could not be delivered. Only then is it settled. Requests are signed, certificates
are checked, redirects are not followed, and unless the operator has said otherwise no connection is made to an
address inside this network, whatever a name resolves to.
"""

import asyncio
import errno
import ipaddress
import random
import socket
import ssl
import time
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import structlog
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver
from pydantic import SecretBytes

from streams.deliver.backoff import Verdict, retry_after_seconds, verdict_of, wait_seconds
from streams.deliver.receivers import Receiver
from streams.deliver.signature import ATTEMPT_HEADER, DELIVERY_HEADER, HEADER, signature
from streams.deliver.telling import readable
from streams.ingest.rate import Bucket, Limit

BACKLOG_MAX = 1_000
"""Messages that wait for one receiver; what comes beyond is kept at once."""
KEPT_MAX = 1_000
"""Kept messages of one receiver that can be sent again; older ones are in the view `deliveries` alone."""
WAITING_BYTES_MAX = 16_000_000
"""What the messages that wait, or the kept ones, may hold of memory for one receiver."""
ANSWER_BYTES = 512

log = structlog.get_logger("deliver")
Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message as it will be sent. `offsets` lie on the topic of alerts; they are settled with it."""

    delivery_id: str
    group_key: str
    why: str
    body: bytes
    sequences: Mapping[str, int]
    levels: Mapping[str, int]
    mode: str
    run_id: str
    offsets: tuple[int, ...] = ()


@dataclass(slots=True)
class _Try:
    attempts: int = 0
    status: int | None = None
    reason: str = ""
    verdict: Verdict = Verdict.AGAIN
    retry_after: float | None = None


@dataclass(slots=True)
class State:
    """What people are shown of a receiver. Times are seconds since 1970."""

    delivered: int = 0
    kept: int = 0
    failures_in_a_row: int = 0
    last_error: str = ""
    last_error_at: float | None = None
    last_delivered_at: float | None = None


@dataclass
class Sending:
    """Everything of one receiver. `write` makes an outcome durable; `chance` and the clocks are given by tests."""

    receiver: Receiver
    secret: SecretBytes
    write: Callable[[Record], Awaitable[None]]
    now: Callable[[], float] = time.time
    chance: Callable[[], float] = random.random
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep
    state: State = field(default_factory=State)
    kept: OrderedDict[str, Record] = field(default_factory=OrderedDict)
    _queue: deque[Outgoing] = field(default_factory=deque)
    _overflow: deque[Outgoing] = field(default_factory=deque)
    _arrived: asyncio.Event = field(default_factory=asyncio.Event)

    def put(self, message: Outgoing) -> None:
        """Hand a message over; it never waits."""
        waiting = sum(len(one.body) for one in self._queue)
        has_room = len(self._queue) < BACKLOG_MAX and waiting + len(message.body) <= WAITING_BYTES_MAX
        (self._queue if has_room else self._overflow).append(message)
        self._arrived.set()

    def remember(self, record: Record) -> None:
        """Learn a record of `city.deliveries.v1` that a process before wrote."""
        self.kept.pop(record["delivery_id"], None)
        if record["outcome"] == "kept" and record["body"] is not None:
            self.kept[record["delivery_id"]] = record
            held = sum(len(one["body"]) for one in self.kept.values())
            while len(self.kept) > KEPT_MAX or held > WAITING_BYTES_MAX:
                _, oldest = self.kept.popitem(last=False)
                held -= len(oldest["body"])

    def retry(self, delivery_id: str | None = None) -> int:
        """Send kept messages again, all or the one; returns how many. They stay kept until they are delivered."""
        waiting = {message.delivery_id for message in self._queue}
        chosen = [
            record
            for known, record in self.kept.items()
            if delivery_id in {None, known} and known not in waiting
        ]
        chosen = chosen[: BACKLOG_MAX - len(self._queue)]
        for record in chosen:
            self.put(_again(record))
        return len(chosen)

    @property
    def backlog(self) -> int:
        """How many messages wait."""
        return len(self._queue) + len(self._overflow)

    def oldest_offset(self) -> int | None:
        """The first offset of an alert that is not settled."""
        waiting = [offset for message in (*self._queue, *self._overflow) for offset in message.offsets]
        return min(waiting, default=None)

    async def run(self) -> None:
        """Deliver until cancelled. What cannot be written ends it with an error."""
        limit = Limit(self.receiver.requests_per_minute / 60, max(1, self.receiver.requests_per_minute // 6))
        bucket = Bucket(limit, time.monotonic())
        async with self._session() as session:
            while True:
                while self._overflow:
                    await self._settle(
                        self._overflow,
                        _Try(reason=f"more waits than {BACKLOG_MAX} messages or {WAITING_BYTES_MAX:,} bytes"),
                    )
                if not self._queue:
                    self._arrived.clear()
                    await self._arrived.wait()
                    continue
                await self._settle(self._queue, await self._deliver(session, self._queue[0], bucket))

    async def _deliver(self, session: aiohttp.ClientSession, message: Outgoing, bucket: Bucket) -> _Try:
        tried = _Try()
        while True:
            while (wait := bucket.wait_seconds(time.monotonic())) > 0:
                await self.pause(wait)
            tried.attempts += 1
            await self._attempt(session, message, tried)
            self._note(tried)
            if tried.verdict is not Verdict.AGAIN or tried.attempts >= self.receiver.attempts:
                return tried
            while self._overflow:
                await self._settle(
                    self._overflow,
                    _Try(reason=f"more waits than {BACKLOG_MAX} messages or {WAITING_BYTES_MAX:,} bytes"),
                )
            await self.pause(wait_seconds(tried.attempts, tried.retry_after, self.chance()))

    async def _attempt(self, session: aiohttp.ClientSession, message: Outgoing, tried: _Try) -> None:
        seconds = int(self.now())
        headers = {
            "Content-Type": "application/cap+xml" if self.receiver.format == "cap" else "application/json",
            "User-Agent": "citybrain-deliver",
            HEADER: signature(self.secret.get_secret_value(), seconds, message.body),
            DELIVERY_HEADER: message.delivery_id,
            ATTEMPT_HEADER: str(tried.attempts),
        }
        tried.status, tried.retry_after = None, None
        try:
            async with session.post(
                self.receiver.url, data=message.body, headers=headers, allow_redirects=False
            ) as answer:
                tried.status, tried.verdict = answer.status, verdict_of(answer.status)
                tried.retry_after = retry_after_seconds(answer.headers.get("Retry-After"), self.now())
                text = await answer.content.read(ANSWER_BYTES)
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
            if tried.status is None:
                tried.verdict, tried.reason = Verdict.AGAIN, self._said(error)
            return
        tried.reason = "" if tried.verdict is Verdict.DELIVERED else _answered(answer.status, text)

    def _said(self, error: Exception) -> str:
        if isinstance(error, TimeoutError):
            return f"no answer within {self.receiver.timeout:g} s"
        # An address may hold a token of the receiver's own.
        words = str(error).replace(self.receiver.url, "its address")
        path = urlsplit(self.receiver.url).path
        return readable(
            f"{type(error).__name__}: {words.replace(path, '/…') if len(path) > 1 else words}", 300
        )

    def _note(self, tried: _Try) -> None:
        if tried.verdict is Verdict.DELIVERED:
            self.state.failures_in_a_row, self.state.last_delivered_at = 0, self.now()
            return
        self.state.failures_in_a_row += 1
        self.state.last_error, self.state.last_error_at = tried.reason, self.now()
        if self.state.failures_in_a_row == 1:
            log.warning("a receiver fails", receiver=self.receiver.name, reason=tried.reason)

    async def _settle(self, queue: deque[Outgoing], tried: _Try) -> None:
        """Write what became of the first message of a queue, then forget it there."""
        message, is_delivered = queue[0], tried.verdict is Verdict.DELIVERED
        record = {
            "delivery_id": message.delivery_id,
            "receiver": self.receiver.name,
            "format": self.receiver.format,
            "outcome": "delivered" if is_delivered else "kept",
            "reason": None if is_delivered else tried.reason,
            "why": message.why,
            "group_key": message.group_key,
            "sequences": dict(message.sequences),
            "levels": dict(message.levels),
            "attempts": tried.attempts,
            "http_status": tried.status,
            "body": None if is_delivered else message.body.decode(),
            "event_time": int(self.now() * 1000),
            "mode": message.mode,
            "run_id": message.run_id,
        }
        await self.write(record)
        self.remember(record)
        self.state.delivered += is_delivered
        self.state.kept += not is_delivered
        queue.popleft()

    def _session(self) -> aiohttp.ClientSession:
        trusted = ssl.create_default_context(cafile=self.receiver.ca_file)
        connector = aiohttp.TCPConnector(
            limit=1, ssl=trusted, resolver=None if self.receiver.private else OpenInternet()
        )
        return aiohttp.ClientSession(
            connector=connector,
            timeout=aiohttp.ClientTimeout(total=self.receiver.timeout),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            trust_env=False,
        )


class OpenInternet(AbstractResolver):
    """Names to addresses, but to none inside this network: asked at each connection, so that a name cannot move there."""

    def __init__(self, inner: AbstractResolver | None = None) -> None:
        self._inner = inner or ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """As aiohttp asks. Raises OSError where an address is not of the open internet."""
        found = await self._inner.resolve(host, port, family)
        inside = [one["host"] for one in found if not ipaddress.ip_address(one["host"]).is_global]
        if inside:
            raise OSError(
                errno.EACCES,
                f"{host} is {', '.join(inside)}, inside this network: `private: true` where that is meant",
            )
        return found

    async def close(self) -> None:
        """Give back what the inner one holds."""
        await self._inner.close()


def _again(record: Record) -> Outgoing:
    return Outgoing(
        delivery_id=record["delivery_id"],
        group_key=record["group_key"],
        why="retried",
        body=record["body"].encode(),
        sequences=record["sequences"],
        levels=record["levels"],
        mode=record["mode"],
        run_id=record["run_id"],
    )


def _answered(status: int, text: bytes) -> str:
    if 300 <= status < 400:
        return f"answered {status}: redirects are not followed, write the address that it leads to"
    words = readable(text.decode("utf-8", "replace").strip(), 200)
    return f"answered {status}: {words}" if words else f"answered {status}"
