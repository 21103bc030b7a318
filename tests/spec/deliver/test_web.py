"""What is answered over HTTP, and what never is? The endpoint in this process, with channels and a book at hand."""

import asyncio
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer
from pydantic import SecretBytes
from test_public_data import figure
from told_alerts import MINUTE, NOW, alert

from streams.deliver import web as web_module
from streams.deliver.book import Book
from streams.deliver.hub import QUEUE_MAX, Channel
from streams.deliver.receivers import Receiver
from streams.deliver.sending import Sending
from streams.deliver.web import Site


async def nowhere(_record: dict[str, Any]) -> None:
    pass


def site(mode: str = "live", figures: int = 3) -> Site:
    book = Book()
    for number in range(figures):
        book.put(figure(window_start=NOW + number * MINUTE, window_end=NOW + (number + 1) * MINUTE))
    office = Receiver.model_validate(
        {"name": "office", "url": "https://office.example/hooks/a-token", "secret_env": "S"}
    )
    sendings = {"office": Sending(office, SecretBytes(b"a-secret-of-the-office"), nowhere)}
    channels = {"alerts": Channel("alert", ("alert_id",), 1)}
    channels["alerts"].is_current.set()
    return Site(mode, channels, book, sendings, clock=lambda: 0.0)


def asked(made: Site, story: Any) -> Any:
    async def run() -> Any:
        async with TestClient(TestServer(made.application())) as client:
            async with asyncio.timeout(20):
                return await story(client)

    return asyncio.run(run())


def got(made: Site, path: str, **headers: str) -> tuple[int, dict[str, str], str]:
    async def story(client: Any) -> Any:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        async with client.get(path, headers=named) as answer:
            return answer.status, dict(answer.headers), await answer.text()

    return asked(made, story)


@pytest.mark.parametrize("mode", ["replay", "simulated", "drill"])
@pytest.mark.parametrize("path", ["/public", "/public?format=csv", "/public/corrections"])
def test_a_line_that_is_not_live_has_nothing_public_and_says_why(mode, path):
    status, _, text = got(site(mode), path)

    assert status == 503
    assert f"this line is {mode}: only a live line feeds public data" in text
    assert "0.75" not in text


def test_public_figures_come_in_pages_as_json_and_as_csv():
    async def story(client):
        first = await (await client.get("/public?limit=2")).json()
        second = await (await client.get("/public", params={"limit": 2, "after": first["next"]})).json()
        table = await (await client.get("/public?format=csv")).text()
        return first, second, table

    first, second, table = asked(site(), story)

    assert [one["window_start"] for one in first["figures"]] == [
        "2026-06-21T00:02:00Z",
        "2026-06-21T00:01:00Z",
    ]
    assert (len(second["figures"]), second["next"]) == (1, None)
    assert len(table.splitlines()) == 4


def test_an_answer_that_is_known_is_not_sent_again_until_something_is_published():
    async def story(client):
        first = await client.get("/public")
        etag = first.headers["ETag"]
        again = await client.get("/public", headers={"If-None-Match": etag})
        made.book.put(figure(window_start=NOW + 99 * MINUTE, window_end=NOW + 100 * MINUTE))
        later = await client.get("/public", headers={"If-None-Match": etag})
        return first, again, later

    made = site()
    first, again, later = asked(made, story)

    assert (first.status, again.status, later.status) == (200, 304, 200)
    assert first.headers["Cache-Control"] == "public, max-age=30"


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=1001", "limit=²", "from=yesterday", "from=2026-06-21T00:00:00", "format=xml"]
)
def test_a_wrong_question_is_told_what_is_wrong(query):
    status, _, text = got(site(), f"/public?{query}")

    assert status == 400
    assert "remedy" in text


def test_figures_are_asked_for_by_indicator_area_and_time():
    made = site()

    for query, count in (
        ("indicator=hotline.on_time_ratio", 3),
        ("indicator=road.tti", 0),
        ("system=hotline&area=simcity", 3),
        ("area=simcity/nor", 0),
        ("from=2026-06-21T00:01:00Z", 2),
        ("to=2026-06-21T08:01:00%2B08:00", 1),
    ):
        assert got(made, f"/public?{query}")[2].count("window_start") == count


def test_who_asks_too_often_is_told_to_wait():
    async def story(client):
        return [(await client.get("/public")).status for _ in range(45)]

    assert asked(site(), story) == [200] * 40 + [429] * 5


def test_receivers_are_shown_without_secret_and_without_the_path_of_their_address():
    _, _, text = got(site(), "/receivers")

    assert '"host":"office.example"' in text
    assert "a-token" not in text
    assert "secret" not in text


@pytest.mark.parametrize("path", ["/receivers", "/events/alerts", "/alerts/x", "/healthz"])
def test_what_is_not_public_is_not_served_under_a_strange_name(path):
    assert got(site(), path, Host="attacker.example")[0] == 421
    assert got(site(), "/public", Host="data.city.example")[0] == 200


async def events(client, path, count, **headers):
    """The first events of a stream."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    async with client.get(path, headers=named) as answer:
        assert answer.headers["Content-Type"].startswith("text/event-stream")
        found = []
        while len(found) < count:
            found.append((await answer.content.readuntil(b"\n\n")).decode())
        return found


async def joined(channel, before):
    """Until somebody else follows."""
    for _ in range(100_000):
        if channel.clients - before:
            return
        await asyncio.sleep(0)
    raise AssertionError("nobody came")


def test_events_begin_with_a_snapshot_where_asked_and_go_on_with_what_is_new():
    made = site()
    made.channels["alerts"].put(0, 0, alert("s1"))

    async def story(client):
        waiting = asyncio.create_task(events(client, "/events/alerts?snapshot=1", 4))
        await joined(made.channels["alerts"], set())
        made.channels["alerts"].put(0, 1, alert("s2"))
        return await waiting

    retry, snapshot, end, new = asked(made, story)

    assert retry.startswith("retry: ")
    assert "event: alert-snapshot" in snapshot
    assert "event: snapshot-end" in end
    assert new.startswith("id: 2\nevent: alert\ndata: ")
    assert not made.channels["alerts"].clients


def test_events_are_filtered_and_resumed_by_the_last_id():
    made = site()
    for offset, level in enumerate((3, 1, 3, 2)):
        made.channels["alerts"].put(0, offset, alert(f"s{offset}", level=level))

    async def story(client):
        return await events(client, "/events/alerts?severity=I,orange", 2, Last_Event_ID="2")

    _, only = asked(made, story)
    assert '"entity_id":"s3"' in only
    assert got(made, "/events/alerts?severity=purple")[0] == 400
    assert got(made, "/events/nothing")[0] == 404


def test_a_silent_stream_has_a_heart_and_a_slow_client_is_told_why_it_is_cut_off():
    made = site()
    made.heartbeat_seconds = 0.01

    async def story(client):
        _, ready, beat = await events(client, "/events/alerts", 3)
        before = set(made.channels["alerts"].clients)
        made.heartbeat_seconds = 15.0
        waiting = asyncio.create_task(events(client, "/events/alerts", 1 + 1 + QUEUE_MAX + 1))
        await joined(made.channels["alerts"], before)
        for offset in range(QUEUE_MAX + 5):
            made.channels["alerts"].put(0, offset, alert(f"s{offset}"))
        return ready, beat, (await waiting)[-1]

    ready, beat, last = asked(made, story)

    assert "event: ready" in ready
    assert beat == ": still here\n\n"
    assert last.startswith(": too slow")


def test_more_clients_of_one_address_than_there_is_room_for_are_told_to_come_back(monkeypatch):
    monkeypatch.setattr(web_module, "CLIENTS_OF_ONE_MAX", 1)
    made = site()

    async def story(client):
        async with client.get("/events/alerts") as first:
            second = await client.get("/events/alerts")
            return first.status, second.status, second.headers["Retry-After"]

    assert asked(made, story) == (200, 503, "10")


def test_a_service_that_has_just_begun_lets_its_clients_wait_and_then_tells_them_to_come_back(monkeypatch):
    made = site()
    made.channels["alerts"].is_current.clear()

    async def story(client):
        waiting = asyncio.create_task(events(client, "/events/alerts", 2, Last_Event_ID="1"))
        await asyncio.sleep(0)
        for offset in range(2):
            made.channels["alerts"].put(0, offset, alert(f"s{offset}"))
        made.channels["alerts"].is_current.set()
        return await waiting

    assert '"entity_id":"s1"' in asked(made, story)[-1]
    monkeypatch.setattr(web_module, "CURRENT_SECONDS", 0.0)
    assert got(site_not_current(), "/events/alerts")[0] == 503


def site_not_current():
    made = site()
    made.channels["alerts"].is_current.clear()
    return made


def test_one_alert_that_is_open_is_shown_by_its_id():
    made = site()
    made.channels["alerts"].put(0, 0, alert())
    from urllib.parse import quote

    status, _, text = got(made, f"/alerts/{quote(alert()['alert_id'], safe='')}")

    assert (status, '"entity_id":"s1"' in text) == (200, True)
    assert got(made, "/alerts/none")[0] == 404
