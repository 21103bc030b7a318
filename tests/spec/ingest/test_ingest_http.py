"""What does a sender get to hear? The endpoint in this process, with a writer in place of Kafka and a clock in the hand."""

import asyncio
import base64
import gzip
import json
import logging
import tracemalloc
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient, TestServer

from feeds.decoding import RejectReason
from feeds.directory import FEEDS
from streams.ingest import server
from streams.ingest.answers import RefusedError
from streams.ingest.body import _unpacked
from streams.ingest.limits import http_limits
from streams.ingest.senders import Senders, hash_of
from streams.ingest.server import Endpoint
from streams.raw_writer import PAYLOAD_BYTES_MAX, Receipt

NOW = 1_772_445_600_000  # 2026-03-02T10:00:00Z
TOKEN = "a-token-of-the-city"
AUTHORIZED = {"Authorization": f"Bearer {TOKEN}"}
READING = {"station": "s1", "at": "2026-03-02T10:00:00Z", "laeq_db": 54.25}
FEED = "city-gateway-noise"


class FakeWriter:
    """Takes everything, or what the test says; `said` is told at once."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, Any]] = []
        self.failure = ""
        self.silent = False

    def write(self, system: Any, raw: Any, done: Callable[[Receipt], None]) -> None:
        if self.silent:
            return
        if not self.failure:
            self.taken.append((system.raw.name, raw))
        done(Receipt(system.raw.name, 2, len(self.taken) - 1, self.failure))


class Desk:
    """What a test has at hand: the client, what was written, and the clock."""

    def __init__(self, endpoint: Endpoint, writer: FakeWriter) -> None:
        self.endpoint = endpoint
        self.writer = writer
        self.seconds = 0.0
        self.client: TestClient[Any, Any]

    async def post(self, body: Any, feed: str = FEED, **headers: str) -> tuple[int, dict[str, Any]]:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        async with self.client.post(
            f"/ingest/{feed}", data=data, headers={**AUTHORIZED, **named}
        ) as response:
            return response.status, await response.json()

    async def raw(self, request: bytes) -> bytes:
        """Everything that is answered to these very bytes."""
        assert self.client.server.port is not None
        reader, writer = await asyncio.open_connection("127.0.0.1", self.client.server.port)
        try:
            writer.write(request)
            await writer.drain()
            return await asyncio.wait_for(reader.read(), 10)
        finally:
            writer.close()


@pytest.fixture
def senders_file(tmp_path):
    path = tmp_path / "senders.toml"
    path.write_text(
        f'[[sender]]\nname = "city"\ntoken_sha256 = "{hash_of(TOKEN)}"\n'
        f'feeds = ["{FEED}", "noisemonitor", "ngsi-ld-air"]\nrequests_per_second = 2\nburst = 1000\n'
        f'[[sender]]\nname = "slow"\ntoken_sha256 = "{hash_of("slow")}"\nfeeds = ["{FEED}"]\n'
        "requests_per_second = 0.5\nburst = 2\n"
    )
    return path


@pytest.fixture
def desk(senders_file):
    writer = FakeWriter()

    def clock() -> float:
        return made.seconds

    made = Desk.__new__(Desk)
    made.seconds = 0.0
    Desk.__init__(made, Endpoint(Senders(senders_file, clock), writer, lambda: NOW, clock), writer)
    return made


def told(desk: Desk, story: Callable[[Desk], Awaitable[None]]) -> None:
    """Run a story against the endpoint."""

    async def run() -> None:
        test_server = TestServer(desk.endpoint.application())
        # Nobody here reads slowly, so that no refused body is waited for.
        await test_server.start_server(debug=False, **http_limits() | {"lingering_time": 0.05})
        async with TestClient(test_server) as desk.client:
            await story(desk)

    asyncio.run(run())


async def json_of(response: ClientResponse) -> dict[str, Any]:
    body: dict[str, Any] = await response.json()
    return body


def test_a_good_record_is_on_the_raw_topic_of_its_system_before_it_is_acknowledged(desk):
    async def story(desk):
        status, told = await desk.post(READING)

        assert status == 202
        assert told == {
            "feed": FEED,
            "accepted": 1,
            "rejected": 0,
            "reasons": [],
            "record": {"topic": "city.noise.raw.v1", "partition": 2, "offset": 0},
        }
        ((topic, raw),) = desk.writer.taken
        assert topic == "city.noise.raw.v1"
        assert json.loads(raw.payload) == READING
        assert (raw.feed, raw.source, raw.run_id, raw.ingest_time) == (FEED, FEED, "live", NOW)
        assert raw.context == {"sender": "city"}

    told(desk, story)


def test_of_several_items_the_bad_ones_are_explained_and_the_record_is_taken_for_the_good_ones(desk):
    async def story(desk):
        later = {**READING, "at": "2026-03-02T10:01:01Z"}
        just_so = {**READING, "at": "2026-03-02T10:01:00Z"}
        undated = {**READING, "at": None}

        status, told = await desk.post({"readings": [READING, later, undated, just_so]})

        assert (status, told["accepted"], told["rejected"]) == (202, 2, 2)
        assert [(reason["item"], reason["reason"]) for reason in told["reasons"]] == [
            (1, "future_event_time"),
            (2, "missing_time"),
        ]
        assert told["reasons"][1]["remedy"] == RejectReason.MISSING_TIME.remedy
        assert len(desk.writer.taken) == 1

    told(desk, story)


def test_a_record_without_a_good_item_is_422_and_goes_to_the_raw_topic_for_the_dead_letters(desk):
    async def story(desk):
        for body in (b"", b"no JSON", b"\xff\x00", b'{"readings": []}', b"[" * 5_000):
            status, told = await desk.post(body)

            assert (status, told["accepted"]) == (422, 0)
            assert told["reasons"][0]["reason"] == "unreadable"
        assert len(desk.writer.taken) == 5

    told(desk, story)


def test_an_answer_explains_a_hundred_items_and_counts_the_others(desk):
    async def story(desk):
        _, told = await desk.post({"readings": [{}] * 150})

        assert (told["rejected"], len(told["reasons"])) == (150, 100)

    told(desk, story)


@pytest.mark.parametrize(
    "authorization", ["", "Bearer", "Bearer ", "Bearer wrong", f"Basic {TOKEN}", TOKEN, "Bearer \udcff"]
)
def test_without_a_known_token_nothing_is_read_and_nothing_told(desk, authorization):
    async def story(desk):
        head = (
            f"POST /ingest/{FEED} HTTP/1.1\r\nHost: x\r\nContent-Length: 800000\r\nAuthorization: ".encode()
        )

        answered = await desk.raw(head + authorization.encode("utf-8", "surrogateescape") + b"\r\n\r\n{")

        assert answered.startswith(b"HTTP/1.1 401 ")
        assert b'WWW-Authenticate: Bearer realm="ingest"' in answered
        assert b"unknown_sender" in answered
        assert TOKEN.encode() not in answered
        assert desk.writer.taken == []

    told(desk, story)


def test_a_sender_may_send_its_feeds_and_is_told_them_when_it_tries_others(desk):
    async def story(desk):
        status, answered = await desk.post(READING, feed="city-gateway-road")
        assert (status, answered["reason"]) == (403, "not_your_feed")
        assert answered["feeds"] == [FEED, "noisemonitor", "ngsi-ld-air"]

        status, answered = await desk.post(READING, feed="no-such-feed")
        assert (status, answered["reason"]) == (404, "unknown_feed")
        assert answered["feeds"] == [FEED, "noisemonitor", "ngsi-ld-air"]
        assert desk.writer.taken == []

    told(desk, story)


@pytest.mark.parametrize(
    "path",
    [
        "/ingest/..%2f..%2fetc%2fpasswd",
        "/ingest/%00",
        "/ingest/%0d%0aX:%20y",
        "/ingest/%ff%fe",
        "/ingest/%E2%80%AE",
        "/ingest/" + "a" * 4_000,
        "/ingest/city-gateway-noise%00",
        "/ingest/{feed}",
        "/ingest/",
        "/ingest/../ingest/x",
        "/ingest/a/b",
        "/",
        "//",
        "/ingest/<script>",
    ],
)
def test_a_hostile_feed_name_is_not_found(desk, path):
    async def story(desk):
        head = f"POST {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{_authorized()}Content-Length: 2\r\n\r\n{{}}"

        answered = await desk.raw(head.encode())

        assert answered.startswith(b"HTTP/1.1 404 ")
        body = json.loads(answered.partition(b"\r\n\r\n")[2])
        assert {"reason", "message", "remedy"} <= set(body)
        assert len(answered) < 2_000
        assert desk.writer.taken == []

    told(desk, story)


def _authorized() -> str:
    return f"Authorization: Bearer {TOKEN}\r\n"


def test_another_method_is_told_the_right_one(desk):
    async def story(desk):
        async with desk.client.get(f"/ingest/{FEED}") as response:
            assert response.status == 405
            assert response.headers["Allow"] == "POST"
            assert "POST /ingest/<feed>" in (await json_of(response))["remedy"]

    told(desk, story)


def test_a_body_may_be_as_long_as_a_record_and_no_longer(desk):
    async def story(desk):
        longest = json.dumps(READING).encode().ljust(PAYLOAD_BYTES_MAX)
        status, _ = await desk.post(longest)
        assert status == 202

        status, answered = await desk.post(longest + b" ")
        assert (status, answered["reason"]) == (413, "too_large")

        async def piecemeal():
            for _ in range(PAYLOAD_BYTES_MAX // 50_000 + 1):
                yield b" " * 50_000

        async with desk.client.post(f"/ingest/{FEED}", data=piecemeal(), headers=AUTHORIZED) as response:
            assert response.status == 413
        assert len(desk.writer.taken) == 1

    told(desk, story)


def test_a_length_that_is_announced_too_large_is_refused_before_the_body_is_sent(desk):
    async def story(desk):
        head = f"POST /ingest/{FEED} HTTP/1.1\r\nHost: x\r\n{_authorized()}Content-Length: 900001\r\n\r\n"

        answered = await desk.raw(head.encode())

        assert answered.startswith(b"HTTP/1.1 413 ")

    told(desk, story)


def test_a_packed_body_is_unpacked_and_a_bomb_is_not(desk):
    async def story(desk):
        status, _ = await desk.post(gzip.compress(json.dumps(READING).encode()), Content_Encoding="gzip")
        assert status == 202
        assert json.loads(desk.writer.taken[0][1].payload) == READING

        bomb = gzip.compress(b" " * 20_000_000, mtime=0)
        assert len(bomb) < PAYLOAD_BYTES_MAX
        status, answered = await desk.post(bomb, Content_Encoding="gzip")
        assert (status, answered["reason"]) == (413, "too_large")

    told(desk, story)


def test_a_bomb_is_never_held_in_memory():
    bomb = gzip.compress(b" " * 20_000_000, mtime=0)
    tracemalloc.start()
    try:
        with pytest.raises(RefusedError, match="unpacked, the body has more"):
            _unpacked(bomb)
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    "packed", [b"{}", gzip.compress(b"{}", mtime=0)[:-3], gzip.compress(b"{}", mtime=0) + b"x", b""]
)
def test_what_is_not_packed_as_it_says_is_told_so(desk, packed):
    async def story(desk):
        status, answered = await desk.post(packed, Content_Encoding="gzip")

        assert (status, answered["reason"]) == (400, "broken_body")
        assert desk.writer.taken == []

    told(desk, story)


@pytest.mark.parametrize("encoding", ["br", "deflate", "gzip, gzip", "x" * 2_000])
def test_an_unknown_content_encoding_is_told_the_known_ones(desk, encoding):
    async def story(desk):
        headers = {**AUTHORIZED, "Content-Encoding": encoding}
        async with desk.client.post(f"/ingest/{FEED}", data=b"x", headers=headers) as response:
            assert response.status == 415
            assert response.headers["Accept-Encoding"] == "identity, gzip"
            assert (await json_of(response))["reason"] == "unknown_encoding"

    told(desk, story)


def test_a_slow_body_is_cut_off(desk):
    desk.endpoint.body_seconds = 0.05

    async def story(desk):
        head = f"POST /ingest/{FEED} HTTP/1.1\r\nHost: x\r\n{_authorized()}Content-Length: 100\r\n\r\n{{"

        answered = await desk.raw(head.encode())

        assert answered.startswith(b"HTTP/1.1 408 ")
        assert b"slow_body" in answered
        assert desk.writer.taken == []

    told(desk, story)


def test_a_sender_that_goes_away_in_the_middle_leaves_nothing_behind(desk, caplog):
    async def story(desk):
        reader, writer = await asyncio.open_connection("127.0.0.1", desk.client.server.port)
        head = f"POST /ingest/{FEED} HTTP/1.1\r\nHost: x\r\n{_authorized()}Content-Length: 100\r\n\r\n{{"
        writer.write(head.encode())
        await writer.drain()
        writer.close()
        assert await reader.read() == b""

        assert (await desk.post(READING))[0] == 202
        assert desk.endpoint._in_work == 0

    told(desk, story)
    assert not [record for record in caplog.records if record.exc_info]


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"POST /ingest/x HTTP/1.1\r\nHost: x\r\nX-Big: " + b"a" * 20_000 + b"\r\n\r\n",
        b"POST /ingest/" + b"a" * 20_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"POST /ingest/x HTTP/1.1\r\nHost: x\r\n" + b"X-Many: y\r\n" * 500 + b"\r\n",
        b"POST /ingest/x HTTP/1.1\r\nHost: x\r\nContent-Length: many\r\n\r\n",
        b"POST /ingest/x HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"nonsense\r\n\r\n",
    ],
)
def test_what_is_no_request_is_400_with_a_sentence_and_no_traceback(desk, caplog, request_bytes):
    async def story(desk):
        answered = await desk.raw(request_bytes)

        assert answered.startswith(b"HTTP/1.0 400 Bad Request")
        assert b"Traceback" not in answered
        assert len(answered) < 1_000
        assert (await desk.post(READING))[0] == 202

    with caplog.at_level(logging.DEBUG):
        told(desk, story)
    assert not [record for record in caplog.records if record.exc_info]


def test_a_broken_chunk_is_400(desk):
    async def story(desk):
        head = f"POST /ingest/{FEED} HTTP/1.1\r\nHost: x\r\n{_authorized()}Transfer-Encoding: chunked\r\n\r\n"

        answered = await desk.raw(head.encode() + b"zz\r\n{}\r\n0\r\n\r\n")

        assert answered.split(b" ")[1] == b"400"
        assert desk.writer.taken == []

    told(desk, story)


def test_more_requests_than_a_sender_may_are_429_until_its_clock_has_gone_on(desk):
    async def story(desk):
        slow = {"Authorization": "Bearer slow"}

        async def status() -> tuple[int, str]:
            async with desk.client.post(f"/ingest/{FEED}", json=READING, headers=slow) as response:
                return response.status, response.headers.get("Retry-After", "")

        assert [await status() for _ in range(3)] == [(202, ""), (202, ""), (429, "2")]
        desk.seconds = 1.9
        assert await status() == (429, "1")
        desk.seconds = 2.0
        assert await status() == (202, "")
        assert (await desk.post(READING))[0] == 202

    told(desk, story)


def test_a_record_that_kafka_refuses_is_503_and_the_sender_sends_again(desk):
    async def story(desk):
        desk.writer.failure = "broker transport failure"
        async with desk.client.post(f"/ingest/{FEED}", json=READING, headers=AUTHORIZED) as response:
            assert response.status == 503
            assert int(response.headers["Retry-After"]) > 0
            answered = await json_of(response)
        assert answered["reason"] == "not_written"
        assert "broker transport failure" in answered["message"]
        async with desk.client.get("/healthz") as response:
            assert response.status == 200
            assert await json_of(response) == {"status": "ok", "kafka": "broker transport failure"}

        desk.writer.failure = ""
        assert (await desk.post(READING))[0] == 202
        async with desk.client.get("/healthz") as response:
            assert await json_of(response) == {"status": "ok", "kafka": "ok"}

    told(desk, story)


def test_a_record_of_which_kafka_says_nothing_is_503_after_a_bounded_time(desk):
    desk.endpoint.delivery_seconds = -0.95
    desk.writer.silent = True

    async def story(desk):
        status, answered = await desk.post(READING)

        assert (status, answered["reason"]) == (503, "not_written")

    told(desk, story)


def test_more_requests_than_there_is_room_for_are_told_to_come_back(desk):
    async def story(desk):
        desk.endpoint.requests_max = 0
        async with desk.client.post(f"/ingest/{FEED}", json=READING, headers=AUTHORIZED) as response:
            assert response.status == 503
            assert response.headers["Retry-After"] == "1"
            assert (await json_of(response))["reason"] == "busy"

        desk.endpoint.requests_max = 1
        assert (await desk.post(READING))[0] == 202
        assert (await desk.post(READING))[0] == 202

    told(desk, story)


def test_a_long_payload_is_decoded_beside_the_others(desk):
    async def story(desk):
        many = {"readings": [{**READING, "station": f"s{number}"} for number in range(2_000)]}
        assert len(json.dumps(many)) > server.LONG_BYTES

        status, told = await desk.post(many)

        assert (status, told["accepted"]) == (202, 2_000)

    told(desk, story)


def test_a_fault_of_our_own_is_500_without_its_traceback_and_nothing_is_written(desk, monkeypatch, capsys):
    def fault(_raw, _feed):
        raise RuntimeError("a secret of the code")

    monkeypatch.setattr(server, "verdict_on", fault)

    async def story(desk):
        status, answered = await desk.post(READING)

        assert (status, answered["reason"]) == (500, "internal_error")
        assert "secret" not in json.dumps(answered)
        assert desk.writer.taken == []

    told(desk, story)
    assert "a secret of the code" in capsys.readouterr().out


CLOUD_EVENT = {"specversion": "1.0", "id": "7", "source": "/monitors", "type": "city.noise"}


def test_a_cloud_event_in_binary_mode_is_its_body_and_its_headers_are_context(desk):
    async def story(desk):
        headers = {f"ce-{name}": value for name, value in CLOUD_EVENT.items()}
        headers |= {"ce-time": "2026-03-02T10:00:00Z", "ce-subject": "%E5%A3%B0", "CE-Station": '"monitor-1"'}
        csv = b"datetime,LEQ dB -A\n2026-03-02 10:00:00,47.3\n"

        status, _ = await desk.post(csv, feed="noisemonitor", **headers)

        assert status == 202
        ((_, raw),) = desk.writer.taken
        assert raw.payload == csv
        assert raw.context == {
            "ce-id": "7",
            "ce-source": "/monitors",
            "ce-type": "city.noise",
            "ce-time": "2026-03-02T10:00:00Z",
            "ce-subject": "声",
            "station": "monitor-1",
            "sender": "city",
        }

    told(desk, story)


@pytest.mark.parametrize(
    ("data", "payload"),
    [
        ({"data": READING}, json.dumps(READING, separators=(",", ":")).encode()),
        (
            {"data_base64": base64.b64encode(json.dumps(READING).encode()).decode()},
            json.dumps(READING).encode(),
        ),
        (
            {"data": json.dumps(READING), "datacontenttype": "text/plain"},
            json.dumps(READING).encode(),
        ),
    ],
)
def test_a_cloud_event_in_structured_mode_has_its_payload_under_data(desk, data, payload):
    async def story(desk):
        status, _ = await desk.post(
            {**CLOUD_EVENT, **data, "line": 4, "test": True},
            Content_Type="application/cloudevents+json; charset=utf-8",
        )

        assert status == 202
        ((_, raw),) = desk.writer.taken
        assert raw.payload == payload
        assert raw.context["ce-type"] == "city.noise"
        assert (raw.context["line"], raw.context["test"]) == ("4", "true")

    told(desk, story)


def test_a_sender_cannot_name_itself_in_a_cloud_event(desk):
    async def story(desk):
        await desk.post({**CLOUD_EVENT, "data": READING, "sender": "other"}, Content_Type=_STRUCTURED)

        assert desk.writer.taken[0][1].context["sender"] == "city"

    told(desk, story)


_STRUCTURED = "application/cloudevents+json"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"no JSON",
        b"[]",
        {},
        {**CLOUD_EVENT, "specversion": "0.3"},
        {**CLOUD_EVENT, "id": ""},
        {**CLOUD_EVENT, "type": 7},
        {**CLOUD_EVENT, "time": "yesterday"},
        {**CLOUD_EVENT, "time": "2026-03-02T10:00:00"},
        {**CLOUD_EVENT, "data": 1, "data_base64": "MQ=="},
        {**CLOUD_EVENT, "data_base64": "not base64!"},
        {**CLOUD_EVENT, "data_base64": 7},
        {**CLOUD_EVENT, "with_underscore": "x"},
        {**CLOUD_EVENT, "nested": {"a": 1}},
        {**CLOUD_EVENT, "long": "x" * 1_025},
        {**CLOUD_EVENT, **{f"a{number}": "x" for number in range(40)}},
    ],
)
def test_what_is_no_cloud_event_is_400_and_says_why(desk, body):
    async def story(desk):
        status, answered = await desk.post(body, Content_Type=_STRUCTURED)

        assert (status, answered["reason"]) == (400, "no_cloud_event")
        assert desk.writer.taken == []

    told(desk, story)


@pytest.mark.parametrize(
    "headers",
    [
        {"ce-id": "7"},
        {"ce-id": "7", "ce-source": "x", "ce-type": "y", "ce-specversion": "2.0"},
        {"ce-id": "%ff", "ce-source": "x", "ce-type": "y", "ce-specversion": "1.0"},
        {"ce-id": "7", "ce-source": "x", "ce-type": "y", "ce-specversion": "1.0", "ce-a_b": "z"},
    ],
)
def test_headers_that_make_no_cloud_event_are_400(desk, headers):
    async def story(desk):
        async with desk.client.post(
            f"/ingest/{FEED}", json=READING, headers={**AUTHORIZED, **headers}
        ) as response:
            assert response.status == 400
            assert (await json_of(response))["reason"] == "no_cloud_event"

    told(desk, story)


def test_an_attribute_that_is_there_twice_is_no_guess(desk):
    async def story(desk):
        twice = "ce-specversion: 1.0\r\nce-id: 1\r\nce-id: 2\r\nce-source: x\r\nce-type: y\r\n"
        head = f"POST /ingest/{FEED} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{_authorized()}{twice}"

        answered = await desk.raw(f"{head}Content-Length: 2\r\n\r\n{{}}".encode())

        assert answered.startswith(b"HTTP/1.1 400 ")
        assert b"ce-id is there twice" in answered

    told(desk, story)


@pytest.mark.parametrize("kind", ["application/cloudevents-batch+avro", "application/cloudevents+avro"])
def test_other_forms_of_cloud_events_are_told_the_known_one(desk, kind):
    async def story(desk):
        status, answered = await desk.post([CLOUD_EVENT], Content_Type=kind)

        assert status == 415
        assert "application/cloudevents+json" in answered["remedy"]

    told(desk, story)


def test_a_payload_that_grows_when_it_is_written_out_is_still_limited(desk):
    async def story(desk):
        data = [1e15] * 60_000
        body = json.dumps({**CLOUD_EVENT, "data": data}).replace("1000000000000000.0", "1e15").encode()
        assert len(body) < PAYLOAD_BYTES_MAX

        status, answered = await desk.post(body, Content_Type=_STRUCTURED)

        assert (status, answered["reason"]) == (413, "too_large")

    told(desk, story)


def test_a_token_that_is_taken_away_is_refused_and_a_broken_file_changes_nothing(desk, senders_file):
    async def story(desk):
        good = senders_file.read_text()
        assert (await desk.post(READING))[0] == 202

        senders_file.write_text("[[sender]]\nname = 7\n")
        desk.seconds = 2.0
        assert (await desk.post(READING))[0] == 202

        senders_file.write_text(good.replace(hash_of(TOKEN), hash_of("another")))
        desk.seconds = 4.0
        async with desk.client.post(f"/ingest/{FEED}", json=READING, headers=AUTHORIZED) as response:
            assert response.status == 401

    told(desk, story)


def test_every_feed_can_be_named_in_a_path():
    assert all(name.isascii() and name.replace("-", "").isalnum() for name in FEEDS)


_BATCH = "application/cloudevents-batch+json"


def one_of_a_batch(id_: str, data: Any = READING, **more: Any) -> dict[str, Any]:
    return {"specversion": "1.0", "id": id_, "source": "/lab", "type": "reading", "data": data, **more}


GOOD = one_of_a_batch("good")
HOPELESS = one_of_a_batch("hopeless", {**READING, "laeq_db": 999})
NO_EVENT = {"data": READING}


def test_each_event_of_a_batch_is_a_record_with_an_answer_of_its_own(desk):
    async def story(desk):
        station = one_of_a_batch("2", station="s2")

        status, answered = await desk.post([GOOD, HOPELESS, NO_EVENT, station], Content_Type=_BATCH)

        assert (status, answered["feed"]) == (202, FEED)
        assert [one["status"] for one in answered["events"]] == [202, 422, 400, 202]
        assert [one["event"] for one in answered["events"]] == [0, 1, 2, 3]
        good, hopeless, none, _ = answered["events"]
        assert (good["id"], good["accepted"], good["record"]["offset"]) == ("good", 1, 0)
        assert hopeless["reasons"][0]["reason"] == "out_of_range"
        assert (none["reason"], "specversion is None" in none["message"]) == ("no_cloud_event", True)
        assert [raw.context["ce-id"] for _, raw in desk.writer.taken] == ["good", "hopeless", "2"]
        assert desk.writer.taken[2][1].context["station"] == "s2"
        assert (desk.endpoint.tally.accepted, desk.endpoint.tally.rejected) == (2, 1)

    told(desk, story)


@pytest.mark.parametrize(
    ("events", "status"),
    [([], 202), ([HOPELESS], 422), ([HOPELESS, NO_EVENT], 422), ([NO_EVENT, 7], 400)],
)
def test_a_batch_of_which_nothing_can_be_used_says_so(desk, events, status):
    async def story(desk):
        found, answered = await desk.post(events, Content_Type=_BATCH)

        assert (found, len(answered["events"])) == (status, len(events))

    told(desk, story)


def test_a_batch_of_which_kafka_misses_an_event_is_to_be_sent_again(desk):
    async def story(desk):
        desk.writer.failure = "no broker"

        status, answered = await desk.post([GOOD, NO_EVENT], Content_Type=_BATCH)

        assert status == 503
        assert [one["status"] for one in answered["events"]] == [503, 400]
        assert "it counts once" in answered["events"][0]["remedy"]
        assert desk.endpoint.tally.accepted == 0

    told(desk, story)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"{}", "is not a JSON array"),
        (b"[", "is not JSON"),
        (json.dumps([{}] * 1_001).encode(), "1,001 events; 1,000 are allowed"),
    ],
)
def test_what_is_no_batch_is_400_and_nothing_is_taken(desk, body, said):
    async def story(desk):
        status, answered = await desk.post(body, Content_Type=_BATCH)

        assert (status, answered["reason"]) == (400, "no_cloud_event")
        assert said in answered["message"]
        assert desk.writer.taken == []

    told(desk, story)


def test_the_limits_of_a_record_hold_for_a_batch_as_a_whole(desk):
    async def story(desk):
        too_long = json.dumps([one_of_a_batch("1", "x" * (PAYLOAD_BYTES_MAX // 2))] * 2).encode()
        status, answered = await desk.post(too_long, Content_Type=_BATCH)
        assert (status, answered["reason"]) == (413, "too_large")

        slow = {"Authorization": "Bearer slow", "Content-Type": _BATCH}
        statuses = []
        for _ in range(3):
            async with desk.client.post(
                f"/ingest/{FEED}", data=json.dumps([GOOD] * 50), headers=slow
            ) as response:
                statuses.append(response.status)
        assert statuses == [202, 202, 429]

    told(desk, story)


def test_a_batch_explains_a_hundred_items_over_all_its_events(desk):
    async def story(desk):
        bad = {"readings": [{**READING, "laeq_db": 999}] * 40}

        _, answered = await desk.post([one_of_a_batch(f"{n}", bad) for n in range(4)], Content_Type=_BATCH)

        assert [one["rejected"] for one in answered["events"]] == [40, 40, 40, 40]
        assert [len(one["reasons"]) for one in answered["events"]] == [40, 40, 20, 0]

    told(desk, story)


def test_a_long_batch_is_read_beside_the_others_and_stays_in_order(desk):
    async def story(desk):
        events = [one_of_a_batch(f"{n}", {**READING, "note": "x" * 200}) for n in range(500)]

        status, _ = await desk.post(events, Content_Type=_BATCH)

        assert status == 202
        assert [raw.context["ce-id"] for _, raw in desk.writer.taken] == [f"{n}" for n in range(500)]

    told(desk, story)
