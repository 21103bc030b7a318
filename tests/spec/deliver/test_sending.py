"""Does a message reach its receiver, whatever that one does? Against a small HTTP server that is told what to do."""

import asyncio
import json
import logging
from types import SimpleNamespace

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from pydantic import SecretBytes
from told_alerts import alert, cleared

from streams.deliver import sending
from streams.deliver.payload import NEVER, alertmanager_body, fingerprint_of
from streams.deliver.receivers import Receiver
from streams.deliver.sending import OpenInternet, Outgoing, Sending
from streams.deliver.signature import HEADER, is_signed

FIRST = {"return_when": asyncio.FIRST_COMPLETED}
SECRET = b"a-secret-of-the-office"


class Office:
    """A receiver. `answers` are given one after the other, the last one again and again."""

    def __init__(self, *answers):
        self.answers = list(answers) or [200]
        self.heard = []

    async def hook(self, request):
        body = await request.read()
        self.heard.append((dict(request.headers), body))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if answer == "hang":
            await asyncio.sleep(30)
        if answer == "cut":
            request.transport.close()
        status, headers = answer if isinstance(answer, tuple) else (answer, {})
        return web.Response(
            status=status if isinstance(status, int) else 200, headers=headers, text="said\x07"
        )

    async def serve(self):
        app = web.Application()
        app.router.add_post("/hook", self.hook)
        app.router.add_get("/hook", self.hook)
        server = TestServer(app)
        await server.start_server(shutdown_timeout=0.01)
        return server


def outgoing(number=1, **told):
    made = {
        "delivery_id": f"d{number}",
        "group_key": "{}:{}",
        "why": "changed",
        "body": b'{"n":%d}' % number,
        "sequences": {"a": number},
        "levels": {"a": 2},
        "mode": "live",
        "run_id": "live",
        "offsets": (number,),
    }
    return Outgoing(**made | told)


class Story:
    """One receiver's sending: what was written down, and how long it waited for."""

    def __init__(self, url, **told):
        given = {"name": "office", "url": url, "secret_env": "S", "private": True, "timeout": "1s"}
        given["requests_per_minute"] = 6_000
        self.written, self.waits, self.news = [], [], asyncio.Event()
        self.sending = Sending(
            Receiver.model_validate(given | told),
            SecretBytes(SECRET),
            self.write,
            chance=lambda: 0.0,
            pause=self.pause,
        )

    async def write(self, record):
        self.written.append(record)
        self.news.set()

    async def pause(self, seconds):
        self.waits.append(seconds)
        await asyncio.sleep(0)

    async def until_written(self, count):
        task = asyncio.create_task(self.sending.run())
        try:
            async with asyncio.timeout(20):
                while len(self.written) < count and not task.done():
                    self.news.clear()
                    await asyncio.wait({task, news := asyncio.create_task(self.news.wait())}, **FIRST)
                    news.cancel()
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


def told(office, *messages, count=None, **receiver):
    """Let the messages go and return the story when all have an outcome."""

    async def run():
        server = await office.serve()
        story = Story(str(server.make_url("/hook")), **receiver)
        for message in messages:
            story.sending.put(message)
        await story.until_written(len(messages) if count is None else count)
        await server.close()
        return story

    return asyncio.run(run())


def test_a_message_is_signed_with_its_moment_and_body_and_its_delivery_is_written():
    office = Office()

    story = told(office, outgoing())

    headers, body = office.heard[0]
    moment = int(headers[HEADER].split(",")[0].removeprefix("t="))
    assert is_signed(SECRET, headers[HEADER], body, moment)
    assert not is_signed(SECRET, headers[HEADER], body + b" ", moment)
    assert not is_signed(b"another-secret-altogether", headers[HEADER], body, moment)
    assert not is_signed(SECRET, headers[HEADER], body, moment + 301)
    assert not is_signed(SECRET, "t=1,v1=zz", body, 1)
    assert headers["X-Citybrain-Delivery"] == "d1"
    (record,) = story.written
    assert (record["outcome"], record["attempts"], record["http_status"], record["body"]) == (
        "delivered",
        1,
        200,
        None,
    )
    assert story.sending.oldest_offset() is None


@pytest.mark.parametrize("answer", [500, 503, 429, 408, "cut"])
def test_what_may_do_another_time_is_sent_again_with_longer_and_longer_waits(answer):
    office = Office(answer, answer, answer, 204)

    story = told(office, outgoing())

    assert story.written[0]["outcome"] == "delivered"
    assert story.written[0]["attempts"] == 4
    assert story.waits == [0.5, 1.0, 2.0]
    assert [headers["X-Citybrain-Attempt"] for headers, _ in office.heard] == ["1", "2", "3", "4"]
    assert len({headers["X-Citybrain-Delivery"] for headers, _ in office.heard}) == 1


def test_a_receiver_that_hangs_is_given_up_after_its_time_and_tried_again():
    story = told(Office("hang", 200), outgoing())

    assert (story.written[0]["outcome"], story.written[0]["attempts"]) == ("delivered", 2)
    assert story.sending.state.last_error == "no answer within 1 s"


@pytest.mark.parametrize(
    ("retry_after", "waited"),
    [("7", 7.0), ("999999", 3_600.0), ("soon", 0.5), ("-5", 0.5), ("Thu, 01 Jan 1970 00:00:00 GMT", 0.5)],
)
def test_retry_after_is_heeded_within_bounds(retry_after, waited):
    story = told(Office((429, {"Retry-After": retry_after}), 200), outgoing())

    assert story.waits == [waited]


@pytest.mark.parametrize("answer", [400, 401, 404, 410, (302, {"Location": "http://169.254.169.254/"})])
def test_a_refusal_and_a_redirect_are_kept_at_once_and_shown(answer):
    office = Office(answer)

    story = told(office, outgoing())

    (record,) = story.written
    assert (record["outcome"], record["attempts"], len(office.heard)) == ("kept", 1, 1)
    assert record["body"] == '{"n":1}'
    assert str(answer if isinstance(answer, int) else 302) in record["reason"]
    assert "\x07" not in record["reason"]


def test_after_its_last_attempt_a_message_is_kept_and_the_next_has_its_turn_in_order():
    office = Office(500, 500, 200)

    story = told(office, outgoing(1), outgoing(2), attempts=2)

    assert [(one["delivery_id"], one["outcome"]) for one in story.written] == [
        ("d1", "kept"),
        ("d2", "delivered"),
    ]


def test_what_is_kept_is_sent_again_on_demand_and_once_delivered_no_more():
    async def run():
        office = Office(500, 500, 200)
        server = await office.serve()
        story = Story(str(server.make_url("/hook")), attempts=1)
        for number in (1, 2):
            story.sending.put(outgoing(number))
        await story.until_written(2)
        assert list(story.sending.kept) == ["d1", "d2"]
        assert story.sending.retry() == 2
        assert story.sending.retry() == 0
        await story.until_written(4)
        await server.close()
        return story, office

    story, office = asyncio.run(run())

    assert [one["outcome"] for one in story.written] == ["kept", "kept", "delivered", "delivered"]
    assert [one["why"] for one in story.written[2:]] == ["retried", "retried"]
    assert office.heard[2][1] == b'{"n":1}'
    assert story.sending.kept == {}


def test_a_dead_receiver_holds_up_no_other():
    async def run():
        office = Office()
        server = await office.serve()
        dead = Story("http://127.0.0.1:9/hook", attempts=20)
        well = Story(str(server.make_url("/hook")))

        async def for_ever(_seconds):
            await asyncio.Event().wait()

        dead.sending.pause = for_ever
        dead.sending.put(outgoing(1))
        task = asyncio.create_task(dead.sending.run())
        for number in range(1, 21):
            well.sending.put(outgoing(number))
        await well.until_written(20)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await server.close()
        return dead, well

    dead, well = asyncio.run(run())

    assert [one["delivery_id"] for one in well.written] == [f"d{number}" for number in range(1, 21)]
    assert (dead.written, dead.sending.backlog, dead.sending.oldest_offset()) == ([], 1, 1)


def test_what_is_too_much_for_a_backlog_is_kept_and_not_lost(monkeypatch):
    monkeypatch.setattr(sending, "BACKLOG_MAX", 3)

    story = told(Office(), *(outgoing(number) for number in range(1, 7)), count=6)

    assert sorted((one["delivery_id"], one["outcome"]) for one in story.written) == [
        ("d1", "delivered"),
        ("d2", "delivered"),
        ("d3", "delivered"),
        ("d4", "kept"),
        ("d5", "kept"),
        ("d6", "kept"),
    ]


def test_what_cannot_be_written_down_ends_the_sending_and_is_not_settled():
    async def run():
        office = Office()
        server = await office.serve()
        story = Story(str(server.make_url("/hook")))

        async def fails(_record):
            raise RuntimeError("Kafka is away")

        story.sending.write = fails
        story.sending.put(outgoing())
        with pytest.raises(RuntimeError, match="Kafka is away"):
            await asyncio.wait_for(story.sending.run(), 10)
        await server.close()
        return story

    assert asyncio.run(run()).sending.oldest_offset() == 1


@pytest.mark.parametrize(
    "inside", ["127.0.0.1", "10.1.2.3", "169.254.169.254", "::1", "fd00::1", "::ffff:127.0.0.1"]
)
def test_a_name_that_leads_into_this_network_is_not_followed(inside):
    class Names:
        async def resolve(self, host, port=0, family=0):
            return [{"host": "93.184.216.34"}, {"host": inside}]

    with pytest.raises(OSError, match="inside this network"):
        asyncio.run(OpenInternet(Names()).resolve("office.example"))


def test_a_receiver_that_is_not_declared_private_is_not_reached_inside_and_says_why():
    async def run():
        story = Story("https://localhost:9/hook", attempts=1)
        story.sending.receiver = story.sending.receiver.model_copy(update={"private": False})
        story.sending.put(outgoing())
        await story.until_written(1)
        return story

    story = asyncio.run(run())

    assert story.written[0]["outcome"] == "kept"
    assert "private: true" in story.written[0]["reason"]


def test_a_certificate_that_nobody_knows_is_no_receiver(tmp_path):
    import ssl
    import subprocess

    made = subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1"),
            *("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"),
            *("-keyout", str(tmp_path / "key.pem"), "-out", str(tmp_path / "cert.pem")),
        ],
        capture_output=True,
        check=False,
    )
    if made.returncode:
        pytest.skip("no openssl on this machine")

    async def run():
        office = Office()
        app = web.Application()
        app.router.add_post("/hook", office.hook)
        server = TestServer(app, scheme="https")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
        await server.start_server(ssl=context)
        url = f"https://localhost:{server.port}/hook"
        strange = Story(url, attempts=1)
        known = Story(url, attempts=1, ca_file=str(tmp_path / "cert.pem"))
        for story in (strange, known):
            story.sending.put(outgoing())
            await story.until_written(1)
        await server.close()
        return office, strange, known

    office, strange, known = asyncio.run(run())

    assert strange.written[0]["outcome"] == "kept"
    assert "certificate" in strange.written[0]["reason"].lower()
    assert known.written[0]["outcome"] == "delivered"
    assert len(office.heard) == 1


def test_neither_secret_nor_path_of_an_address_is_in_any_log_or_record(caplog, capsys):
    caplog.set_level(logging.DEBUG)
    story = told(Office(500), outgoing(), attempts=2)
    token = "/hook"

    shown = caplog.text + capsys.readouterr().out + repr(story.sending) + str(story.sending.state)
    assert SECRET.decode() not in shown + str(story.written)
    assert token not in str(story.written) + story.sending.state.last_error


def test_the_body_is_alertmanagers_version_four():
    alerts = [alert("s1", labels={"team": "blue", "severity": "mine"}), cleared("s2")]

    body = json.loads(
        alertmanager_body(
            "office", "{}:{}", {"rule": "r"}, alerts, truncated=3, external_url="https://ops.example"
        )
    )

    assert set(body) == {
        *("version", "groupKey", "truncatedAlerts", "status", "receiver", "groupLabels", "commonLabels"),
        *("commonAnnotations", "externalURL", "alerts"),
    }
    assert (body["version"], body["status"], body["truncatedAlerts"]) == ("4", "firing", 3)
    firing, resolved = body["alerts"]
    assert set(firing) == {
        "status",
        "labels",
        "annotations",
        "startsAt",
        "endsAt",
        "generatorURL",
        "fingerprint",
    }
    assert (firing["status"], firing["endsAt"], firing["startsAt"]) == (
        "firing",
        NEVER,
        "2026-06-21T00:00:00.000Z",
    )
    assert (resolved["status"], resolved["endsAt"]) == ("resolved", "2026-06-21T00:02:00.000Z")
    assert (firing["labels"]["severity"], firing["labels"]["level"], firing["labels"]["team"]) == (
        "moderate",
        "III",
        "blue",
    )
    assert firing["annotations"]["sequence"] == "1"
    assert "%7C" in firing["generatorURL"]
    assert body["commonLabels"]["alertname"] == "air.pm25_exceeds"
    assert "entity" not in body["commonLabels"]


def test_a_fingerprint_stays_while_the_level_changes_and_a_drill_says_so():
    assert fingerprint_of(alert()) == fingerprint_of(alert(sequence=2, level=1))
    assert fingerprint_of(alert("s1")) != fingerprint_of(alert("s2"))
    body = json.loads(
        alertmanager_body("office", "{}", {}, [alert(mode="drill")], truncated=0, external_url="")
    )
    assert body["alerts"][0]["labels"]["exercise"] == "true"
    assert body["alerts"][0]["annotations"]["summary"].startswith("演练 Exercise")


def test_an_answer_of_any_length_is_read_to_a_few_words():
    async def run():
        app = web.Application()

        async def long(_request):
            return web.Response(status=500, body=b"x" * 5_000_000)

        app.router.add_post("/hook", long)
        server = TestServer(app)
        await server.start_server()
        story = Story(str(server.make_url("/hook")), attempts=1)
        story.sending.put(outgoing())
        await story.until_written(1)
        await server.close()
        return story

    assert len(asyncio.run(run()).written[0]["reason"]) < 250


def test_who_sends_too_often_waits_for_its_turn():
    moment = SimpleNamespace(now=0.0)

    async def run():
        office = Office()
        server = await office.serve()
        story = Story(str(server.make_url("/hook")), requests_per_minute=6)

        async def pause(seconds):
            story.waits.append(seconds)
            moment.now += seconds

        story.sending.pause = pause
        for number in range(3):
            story.sending.put(outgoing(number))
        await story.until_written(3)
        await server.close()
        return story

    real = sending.time.monotonic
    sending.time = SimpleNamespace(monotonic=lambda: moment.now, time=sending.time.time)
    try:
        story = asyncio.run(run())
    finally:
        import time

        sending.time = time
        assert time.monotonic is real

    assert [round(seconds) for seconds in story.waits] == [10, 10]
