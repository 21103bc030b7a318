"""What is answered over HTTP? Events as they happen, public data, and how the receivers are.

Everything is read-only: whatever somebody wants is a command on its topic. Events and receivers are for this machine
and what an operator puts before it; public data is for everybody.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import structlog
from aiohttp import web

from indicators.catalog import INDICATORS
from indicators.public_data import LIVE, rule_of
from streams.alerts.levels import level_named
from streams.deliver.book import PAGE_MAX, Book, Page, Wanted, as_csv, as_json, etag_of
from streams.deliver.hub import (
    CLIENTS_MAX,
    CLIENTS_OF_ONE_MAX,
    HEARTBEAT,
    SLOW,
    Channel,
    Client,
    Filter,
    text_of,
)
from streams.deliver.sending import Sending
from streams.ingest.answers import RefusedError, answer
from streams.ingest.rate import Bucket, Limit

HEARTBEAT_SECONDS = 15.0
WRITE_SECONDS = 10.0
"""A client that takes nothing for so long is gone."""
RETRY_MS = 3_000
CURRENT_SECONDS = 20.0
"""For how long a client waits for a service that has just begun."""
PUBLIC_LIMIT = Limit(requests_per_second=10.0, burst=40)
ADDRESSES_MAX = 10_000
PUBLIC_SECONDS = 30
"""For how long whoever stands between may keep an answer."""
VALUES_MAX = 50
VALUE_CHARACTERS = 200
_LOCAL = frozenset({"127.0.0.1", "localhost", "::1"})

log = structlog.get_logger("deliver")


@dataclass
class Site:
    """What there is to answer with."""

    mode: str
    channels: Mapping[str, Channel]
    book: Book
    sendings: Mapping[str, Sending]
    external_url: str = ""
    clock: Callable[[], float] = time.monotonic
    heartbeat_seconds: float = HEARTBEAT_SECONDS
    file_error: Callable[[], str] = str
    _buckets: OrderedDict[str, Bucket] = field(default_factory=OrderedDict)

    def application(self) -> web.Application:
        """As aiohttp runs it."""
        app = web.Application(middlewares=[self._in_json])
        app.router.add_get("/healthz", self.health)
        app.router.add_get("/events/{channel}", self.events, allow_head=False)
        app.router.add_get("/alerts/{alert_id}", self.alert)
        app.router.add_get("/receivers", self.receivers)
        app.router.add_get("/public", self.public)
        app.router.add_get("/public/corrections", self.corrections)
        app.router.add_get("/public/catalog", self.catalog)
        return app

    async def health(self, _request: web.Request) -> web.Response:
        """200 while this process works."""
        return answer(HTTPStatus.OK, {"status": "ok", "mode": self.mode})

    async def alert(self, request: web.Request) -> web.Response:
        """How one alert that is not closed stands."""
        found = self.channels["alerts"].standing(request.match_info["alert_id"])
        if found is None:
            raise RefusedError(
                HTTPStatus.NOT_FOUND,
                "unknown_alert",
                "no open alert has this id",
                "Closed ones are in the view `alert_history`.",
            )
        return web.Response(body=found, content_type="application/json")

    async def receivers(self, _request: web.Request) -> web.Response:
        """Each receiver: its state, backlog and last error; never its secret or its whole address."""
        shown = [
            {
                "name": name,
                "host": urlsplit(sending.receiver.url).hostname,
                "format": sending.receiver.format,
                "state": _state(sending),
                "backlog": sending.backlog,
                "kept": len(sending.kept),
                "delivered": sending.state.delivered,
                "failures_in_a_row": sending.state.failures_in_a_row,
                "last_error": sending.state.last_error,
                "last_error_at": sending.state.last_error_at,
                "last_delivered_at": sending.state.last_delivered_at,
            }
            for name, sending in self.sendings.items()
        ]
        told = {"mode": self.mode, "file_error": self.file_error(), "receivers": shown}
        return answer(HTTPStatus.OK, told)

    async def events(self, request: web.Request) -> web.StreamResponse:
        """One channel as server-sent events, until the client leaves or is too slow."""
        channel = self.channels.get(request.match_info["channel"])
        if channel is None:
            raise RefusedError(
                HTTPStatus.NOT_FOUND,
                "unknown_channel",
                "there are no such events",
                "Follow one of those listed here.",
                channels=[f"/events/{name}" for name in self.channels],
            )
        client = Client(_filter_of(request), request.remote or "")
        self._demand_room(client)
        last_id = request.headers.get("Last-Event-ID") or request.query.get("last_event_id")
        await _demand_current(channel)
        # No await between the two: what comes now is in the one or in the other.
        beginning = channel.beginning(client.wanted, last_id, snapshot=request.query.get("snapshot") == "1")
        channel.clients.add(client)
        response = web.StreamResponse(
            headers={
                "Content-Type": "text/event-stream; charset=utf-8",
                "Cache-Control": "no-store",
                "X-Accel-Buffering": "no",
                "X-Content-Type-Options": "nosniff",
            }
        )
        try:
            await response.prepare(request)
            await _write(response, b"retry: %d\n\n" % RETRY_MS)
            for text in beginning:
                await _write(response, text)
            await self._follow(channel, client, response)
        except (ConnectionError, TimeoutError):
            if request.transport is not None:
                request.transport.abort()
        finally:
            channel.clients.discard(client)
        return response

    async def public(self, request: web.Request) -> web.Response:
        """Public figures, newest window first."""
        return self._figures(request, self.book.figures)

    async def corrections(self, request: web.Request) -> web.Response:
        """What was corrected or withdrawn, the latest first."""
        return self._figures(request, self.book.corrections)

    async def catalog(self, request: web.Request) -> web.Response:
        """Which figures are public, with what delay and from how many observations on."""
        self._demand_pace(request)
        shown = [
            {
                "indicator_id": declared.id,
                "name_zh": declared.name_zh,
                "name_en": declared.name_en,
                "unit": declared.unit,
                "window": declared.window,
                "standard": declared.standard,
                "owner_department": declared.owner_department,
                "delay_seconds": int(rule_of(declared.id).delay.total_seconds()),
                "minimum_observations": rule_of(declared.id).minimum,
                "grains": list(rule_of(declared.id).grains or declared.entity_types),
                "provisional": rule_of(declared.id).provisional,
            }
            for declared in INDICATORS.values()
            if declared.public
        ]
        return answer(HTTPStatus.OK, {"indicators": shown}, _PUBLIC_HEADERS)

    def _figures(self, request: web.Request, page_of: Callable[[Wanted], Page]) -> web.Response:
        self._demand_pace(request)
        if self.mode != LIVE:
            raise RefusedError(
                HTTPStatus.SERVICE_UNAVAILABLE,
                "not_live",
                f"this line is {self.mode}: only a live line feeds public data",
                "Ask the live line of the city; `citybrain sql` shows what this line has.",
            )
        wanted, as_table = _wanted(request), request.query.get("format", "json")
        if as_table not in {"json", "csv"}:
            raise _bad("format", as_table, "json or csv")
        etag = etag_of(self.book.version, request.path, sorted(request.query.items()))
        headers = {**_PUBLIC_HEADERS, "ETag": etag}
        if etag in request.headers.get("If-None-Match", ""):
            return web.Response(status=HTTPStatus.NOT_MODIFIED, headers=headers)
        page = page_of(wanted)
        if as_table == "csv":
            headers |= {"X-Next": page.next} if page.next else {}
            return web.Response(
                text=as_csv(page.figures), content_type="text/csv", charset="utf-8", headers=headers
            )
        return answer(HTTPStatus.OK, {"figures": as_json(page.figures), "next": page.next or None}, headers)

    def _demand_room(self, client: Client) -> None:
        everybody = [one for channel in self.channels.values() for one in channel.clients]
        of_one = sum(one.address == client.address for one in everybody)
        if len(everybody) >= CLIENTS_MAX or of_one >= CLIENTS_OF_ONE_MAX:
            raise RefusedError(
                HTTPStatus.SERVICE_UNAVAILABLE,
                "too_many",
                f"{len(everybody)} clients follow already, {of_one} of them from your address",
                "Close one of yours, or come back after the time in Retry-After.",
                {"Retry-After": "10"},
            )

    def _demand_pace(self, request: web.Request) -> None:
        address = request.remote or ""
        bucket = self._buckets.pop(address, None) or Bucket(PUBLIC_LIMIT, self.clock())
        self._buckets[address] = bucket
        if len(self._buckets) > ADDRESSES_MAX:
            self._buckets.popitem(last=False)
        if (wait := bucket.wait_seconds(self.clock())) > 0:
            raise RefusedError(
                HTTPStatus.TOO_MANY_REQUESTS,
                "too_often",
                f"at most {PUBLIC_LIMIT.requests_per_second:g} requests a second are answered",
                "Wait for the time in Retry-After; ask for larger pages, and send If-None-Match.",
                {"Retry-After": str(int(wait) + 1)},
            )

    async def _follow(self, channel: Channel, client: Client, response: web.StreamResponse) -> None:
        while True:
            try:
                event = await asyncio.wait_for(client.queue.get(), self.heartbeat_seconds)
            except TimeoutError:
                await _write(response, HEARTBEAT)
                continue
            await _write(response, text_of(event, channel.name))
            if client.cut and client.queue.empty():
                await _write(response, SLOW)
                return

    @web.middleware
    async def _in_json(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        """Turns whatever happens into an answer for people; what nobody foresaw is in this part's log."""
        try:
            self._demand_known_host(request)
            return await handler(request)
        except RefusedError as refused:
            return answer(refused.status, refused.body, refused.headers)
        except web.HTTPException as error:
            said = {"reason": error.reason.lower().replace(" ", "_"), "message": error.reason}
            remedy = "Read /events/alerts, /events/indicators, /events/cases, /receivers or /public."
            return answer(error.status, {**said, "remedy": remedy})
        except ConnectionError:
            raise
        except Exception:  # whoever asked must hear of it, whatever it is
            log.exception("a request failed", path=request.path[:200])
            failed = {"reason": "internal_error", "message": "the request met a fault of this service"}
            remedy = "Ask again later; the operator finds the fault in the log of `deliver`."
            return answer(HTTPStatus.INTERNAL_SERVER_ERROR, {**failed, "remedy": remedy})

    def _demand_known_host(self, request: web.Request) -> None:
        """What is not public is asked for by a name of this machine: a page elsewhere cannot take another name for it."""
        if request.path.startswith("/public"):
            return
        try:
            host = urlsplit(f"//{request.host}").hostname
        except ValueError:
            host = None
        if host not in _LOCAL | {urlsplit(self.external_url).hostname}:
            raise RefusedError(
                HTTPStatus.MISDIRECTED_REQUEST,
                "unknown_host",
                "this service is not known under that name",
                "Ask for 127.0.0.1, or declare `external_url` in the file of receivers.",
            )


_PUBLIC_HEADERS = {
    "Cache-Control": f"public, max-age={PUBLIC_SECONDS}",
    "Access-Control-Allow-Origin": "*",
    "X-Content-Type-Options": "nosniff",
}


async def _demand_current(channel: Channel) -> None:
    """Wait until a channel has read what there was. Raises RefusedError."""
    try:
        await asyncio.wait_for(channel.is_current.wait(), CURRENT_SECONDS)
    except TimeoutError as error:
        raise RefusedError(
            HTTPStatus.SERVICE_UNAVAILABLE,
            "not_ready",
            "this service has just begun and still reads what was before",
            "Come back after the time in Retry-After.",
            {"Retry-After": "5"},
        ) from error


async def _write(response: web.StreamResponse, text: bytes) -> None:
    async with asyncio.timeout(WRITE_SECONDS):
        await response.write(text)


def _state(sending: Sending) -> str:
    if sending.state.failures_in_a_row:
        return "failing"
    return "well" if sending.state.last_delivered_at else "waiting"


def _filter_of(request: web.Request) -> Filter:
    """`area`, `severity` and `system`, each as often as wanted, or with commas between. Raises RefusedError."""
    levels = set()
    for word in _values(request, "severity"):
        try:
            levels.add(level_named(word).number)
        except LookupError as error:
            raise _bad("severity", word, str(error)) from error
    return Filter(_values(request, "area"), frozenset(levels), frozenset(_values(request, "system")))


def _values(request: web.Request, name: str) -> tuple[str, ...]:
    written = [value.strip() for text in request.query.getall(name, []) for value in text.split(",")]
    found = tuple(value for value in written if value)
    if len(found) > VALUES_MAX or any(len(value) > VALUE_CHARACTERS for value in found):
        raise _bad(name, "", f"at most {VALUES_MAX} values of {VALUE_CHARACTERS} characters")
    return found


def _wanted(request: web.Request) -> Wanted:
    query = request.query
    texts = {
        name: query.get(key, "")
        for name, key in (
            ("indicator_id", "indicator"),
            ("system", "system"),
            ("entity_id", "entity"),
            ("area", "area"),
            ("after", "after"),
        )
    }
    limit = query.get("limit", "100")
    if not limit.isascii() or not limit.isdigit() or not 1 <= int(limit[:9]) <= PAGE_MAX:
        raise _bad("limit", limit, f"a number from 1 to {PAGE_MAX}")
    return Wanted(
        **texts, from_ms=_moment(query.get("from")), to_ms=_moment(query.get("to")), limit=int(limit)
    )


def _moment(text: str | None) -> int | None:
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise _bad("from, to", text, "a time with its zone, as 2026-06-21T08:00:00Z")
    return int(at.timestamp() * 1000)


def _bad(name: str, value: Any, wanted: str) -> RefusedError:
    return RefusedError(
        HTTPStatus.BAD_REQUEST,
        "bad_parameter",
        f"{name} is {str(value)[:80]!r}",
        f"Write {name} as {wanted}.",
    )
