"""What is answered at `POST /ingest/<feed>` and `GET /healthz`? The endpoint through which live feeds come in.

A request is looked at from its head to its body, so that nothing is read of one that is refused: who sends, which
feed, how often, how large; then what the body holds. What holds a good item goes to the raw topic and is answered
with 202; what holds none goes there, too, for the dead letters to have it, and is answered with 422. Both are answers
of a record that Kafka has acknowledged: where it has not, the answer is 503, and the sender sends again.
"""

import asyncio
import math
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from http import HTTPStatus

import structlog
from aiohttp import web

from feeds.decoding import Feed, Raw, shown
from feeds.directory import FEEDS
from streams.catalog import SYSTEMS
from streams.ingest import cloud_events
from streams.ingest.acceptance import Verdict, verdict_on
from streams.ingest.answers import RefusedError, answer
from streams.ingest.batch import KAFKA_AWAY_SECONDS, Batch, batch_of, no_cloud_event, not_written, taken
from streams.ingest.body import BODY_SECONDS, demand_acceptable, read_body, too_large
from streams.ingest.rate import Buckets
from streams.ingest.senders import Sender, Senders
from streams.raw_writer import PAYLOAD_BYTES_MAX, Receipt, Writer, live_record

REQUESTS_MAX = 200
"""Requests in work at once: with the size of a body, what they hold of memory."""
DELIVERY_SECONDS = 8.0
"""How long Kafka has to acknowledge a record before the sender is told to send again."""
BUSY_SECONDS = 1
LONG_BYTES = 32_768
"""A longer payload is decoded in a thread, so that it does not hold up the others."""

log = structlog.get_logger("ingest")


def wall_clock() -> int:
    """Epoch milliseconds."""
    return time.time_ns() // 1_000_000


@dataclass
class Tally:
    """What was answered since it was last told: requests by status, and items."""

    by_status: dict[int, int] = field(default_factory=dict)
    accepted: int = 0
    rejected: int = 0


@dataclass
class Endpoint:
    """Everything that a request meets. `now` is the wall clock in milliseconds, `clock` only goes forward."""

    senders: Senders
    writer: Writer
    now: Callable[[], int] = wall_clock
    clock: Callable[[], float] = time.monotonic
    body_seconds: float = BODY_SECONDS
    delivery_seconds: float = DELIVERY_SECONDS
    requests_max: int = REQUESTS_MAX
    tally: Tally = field(default_factory=Tally)
    _buckets: Buckets = field(default_factory=Buckets)
    _in_work: int = 0
    _kafka_failure: str = ""

    def application(self) -> web.Application:
        """As aiohttp runs it."""
        app = web.Application(middlewares=[self._in_json])
        app.router.add_post("/ingest/{feed}", self.ingest)
        app.router.add_get("/healthz", self.health)
        return app

    async def health(self, _request: web.Request) -> web.Response:
        """200 while this process lives, because starting it again brings no Kafka back; the body tells of Kafka."""
        return answer(HTTPStatus.OK, {"status": "ok", "kafka": self._kafka_failure or "ok"})

    async def ingest(self, request: web.Request) -> web.Response:
        """One record, or a batch of them."""
        sender = self._sender_of(request)
        feed = _feed_of(request.match_info["feed"], sender)
        self._demand_pace(sender)
        demand_acceptable(request)
        if self._in_work >= self.requests_max:
            raise RefusedError(
                HTTPStatus.SERVICE_UNAVAILABLE,
                "busy",
                f"{self._in_work} requests are in work already",
                "Send it again after the time in Retry-After.",
                {"Retry-After": str(BUSY_SECONDS)},
            )
        self._in_work += 1
        try:
            body = await read_body(request, self.body_seconds)
            if request.content_type.lower() == cloud_events.BATCH:
                return await self._take_batch(body, sender, feed)
            payload, context = _unwrapped(request, body)
            raw = live_record(feed.name, payload, {**context, "sender": sender.name}, self.now())
            return await self._take(raw, feed)
        finally:
            self._in_work -= 1

    async def _take(self, raw: Raw, feed: Feed) -> web.Response:
        if len(raw.payload) > LONG_BYTES:
            verdict = await asyncio.to_thread(verdict_on, raw, feed)
        else:
            verdict = verdict_on(raw, feed)
        receipt = await self._written(raw, feed)
        if receipt.failure:
            raise not_written(receipt)
        self._count([verdict])
        status, told = taken(verdict, receipt)
        return answer(status, {"feed": feed.name, **told})

    async def _take_batch(self, body: bytes, sender: Sender, feed: Feed) -> web.Response:
        """Each event of a batch is a record of its own; they are written in their order and waited for together."""
        now = self.now()

        def read() -> Batch:
            return batch_of(
                body,
                feed,
                lambda one: live_record(feed.name, one.payload, {**one.context, "sender": sender.name}, now),
            )

        batch = await asyncio.to_thread(read) if len(body) > LONG_BYTES else read()
        receipts = await asyncio.gather(*(self._written(raw, feed) for raw, _ in batch.good))
        written = zip(batch.good, receipts, strict=True)
        self._count(verdict for (_, verdict), receipt in written if not receipt.failure)
        status, events = batch.told(receipts)
        headers = {"Retry-After": str(KAFKA_AWAY_SECONDS)} if status == HTTPStatus.SERVICE_UNAVAILABLE else {}
        return answer(status, {"feed": feed.name, "events": events}, headers)

    def _count(self, verdicts: Iterable[Verdict]) -> None:
        for verdict in verdicts:
            self.tally.accepted += verdict.accepted
            self.tally.rejected += len(verdict.rejected)

    async def _written(self, raw: Raw, feed: Feed) -> Receipt:
        """What Kafka says, or that it says nothing in time."""
        loop = asyncio.get_running_loop()
        said: asyncio.Future[Receipt] = loop.create_future()

        def settle(receipt: Receipt) -> None:
            if not said.done():
                said.set_result(receipt)

        system = SYSTEMS[feed.system]
        self.writer.write(system, raw, lambda receipt: _from_any_thread(loop, settle, receipt))
        try:
            # A little longer than the client itself waits, so that its reason is heard.
            async with asyncio.timeout(self.delivery_seconds + 1.0):
                receipt = await said
        except TimeoutError:
            receipt = Receipt(system.raw.name, failure=f"no answer within {self.delivery_seconds:g} s")
        self._kafka_failure = receipt.failure
        return receipt

    def _sender_of(self, request: web.Request) -> Sender:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        sender = self.senders.find(token.strip()) if scheme.lower() == "bearer" else None
        if sender is None:
            raise RefusedError(
                HTTPStatus.UNAUTHORIZED,
                "unknown_sender",
                "the request has no token that is known here",
                "Send the header `Authorization: Bearer <token>` with the token that you were given.",
                {"WWW-Authenticate": 'Bearer realm="ingest"'},
            )
        return sender

    def _demand_pace(self, sender: Sender) -> None:
        wait = self._buckets.wait_seconds(sender.name, sender.limit, self.clock())
        if wait > 0:
            raise RefusedError(
                HTTPStatus.TOO_MANY_REQUESTS,
                "too_often",
                f"{sender.name} may send {sender.limit.requests_per_second:g} requests a second, "
                f"{sender.limit.burst} at once",
                "Wait for the time in Retry-After; put several readings into one record.",
                {"Retry-After": str(math.ceil(wait))},
            )

    @web.middleware
    async def _in_json(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        """Turns whatever happens into an answer for people; what nobody foresaw is in this part's log."""
        try:
            response = await handler(request)
        except RefusedError as refused:
            response = answer(refused.status, refused.body, refused.headers)
            # An upload that is not read to its end would stand before the next request.
            if not request.content.is_eof():
                response.force_close()
        except web.HTTPException as error:
            response = _of_the_router(request, error)
        except ConnectionError:
            raise
        except Exception:  # the sender must hear of it, whatever it is
            log.exception("a request failed", path=shown(request.path))
            response = answer(
                HTTPStatus.INTERNAL_SERVER_ERROR,
                {
                    "reason": "internal_error",
                    "message": "the request met a fault of this service; the record was not taken",
                    "remedy": "Send it again later; the operator finds the fault in the log of `ingest`.",
                },
            )
        self.tally.by_status[response.status] = self.tally.by_status.get(response.status, 0) + 1
        return response


def _from_any_thread(
    loop: asyncio.AbstractEventLoop, settle: Callable[[Receipt], None], receipt: Receipt
) -> None:
    if not loop.is_closed():
        loop.call_soon_threadsafe(settle, receipt)


def _feed_of(name: str, sender: Sender) -> Feed:
    """The feed, if there is one and the sender may send it. Raises RefusedError."""
    feed = FEEDS.get(name)
    if feed is None:
        raise RefusedError(
            HTTPStatus.NOT_FOUND,
            "unknown_feed",
            f"there is no feed {shown(name)}",
            f"{sender.name} may send to /ingest/<feed> with one of the feeds listed here.",
            feeds=list(sender.feeds),
        )
    if name not in sender.feeds:
        raise RefusedError(
            HTTPStatus.FORBIDDEN,
            "not_your_feed",
            f"{sender.name} may not send {name}",
            "Send one of the feeds listed here, or ask the operator for this one.",
            feeds=list(sender.feeds),
        )
    return feed


def _unwrapped(request: web.Request, body: bytes) -> cloud_events.Unwrapped:
    """Payload and context of a request, whether it is a CloudEvent or not. Raises RefusedError."""
    kind = request.content_type.lower()
    try:
        if kind == cloud_events.STRUCTURED:
            unwrapped = cloud_events.of_structured(body)
        elif kind.startswith(cloud_events.FAMILY):
            raise RefusedError(
                HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
                "unknown_encoding",
                f"CloudEvents as {kind[:60]!r} are not known here",
                f"Send one event as {cloud_events.STRUCTURED}, several as {cloud_events.BATCH}, or one in binary mode with "
                "ce-* headers.",
            )
        elif cloud_events.is_binary(request.headers):
            unwrapped = cloud_events.of_binary(request.headers.items(), body)
        else:
            return cloud_events.Unwrapped(body, {})
    except cloud_events.CloudEventError as error:
        raise no_cloud_event(error) from error
    if len(unwrapped.payload) > PAYLOAD_BYTES_MAX:
        raise too_large(f"the payload has {len(unwrapped.payload):,} bytes")
    return unwrapped


def _of_the_router(request: web.Request, error: web.HTTPException) -> web.Response:
    """What aiohttp itself refuses, in the form of all answers."""
    headers = {"Allow": error.headers["Allow"]} if "Allow" in error.headers else {}
    return answer(
        error.status,
        {
            "reason": error.reason.lower().replace(" ", "_"),
            "message": f"{request.method[:16]} {shown(request.path)}: {error.reason}",
            "remedy": "Send a record with POST /ingest/<feed>; GET /healthz says whether this service is up.",
        },
        headers,
    )
