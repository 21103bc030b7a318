"""Does anything of a drill get out as if it were real? Everything that leaves, fed with a drill; Kafka is a list."""

import asyncio
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from test_public_data import row
from told_alerts import NOW, alert, checked, cleared, command, said

from indicators.public_data import release_of
from streams.catalog import CAP, DELIVERIES, PUBLIC
from streams.deliver.alerting import Alerting
from streams.deliver.book import Book
from streams.deliver.publishing import Publishing
from streams.deliver.reading import Read
from streams.deliver.receivers import Outside


class List:
    """Takes what would go to Kafka."""

    def __init__(self) -> None:
        self.written: list[tuple[str, dict[str, Any]]] = []

    async def write(self, topic: Any, _key: str, record: dict[str, Any], headers: Any) -> None:
        assert dict(headers)["ce_source"].decode() == f"/citybrain/{record['mode']}"
        self.written.append((topic.name, dict(record)))

    def on(self, topic: Any) -> list[dict[str, Any]]:
        return [record for name, record in self.written if name == topic.name]


def receiver(name: str, **told: Any) -> dict[str, Any]:
    waits = {"group_wait": "0s", "group_interval": "0s"}
    return {"name": name, "url": "https://r.example/", "secret_env": "R", **waits, **told}


RECEIVERS = {
    "receivers": [
        receiver("office"),
        receiver("cap-office", format="cap"),
        receiver("school", drills=True),
        receiver("cap-school", format="cap", drills=True),
    ],
    "cap": {"sender": "ops.example"},
}


@pytest.fixture
def lists(monkeypatch):
    monkeypatch.setenv("R", "a-secret-of-the-office")
    return List()


def alerting(lists: List, mode: str) -> Alerting:
    return Alerting(
        Outside.model_validate(RECEIVERS), (mode, ZoneInfo("Asia/Shanghai")), {}, lists, lambda: NOW / 1000
    )


def fed(made: Alerting, mode: str) -> dict[str, list[Any]]:
    """What lies in each receiver's queue after a life of an alert with a release."""

    async def story() -> None:
        await made.on_alert(alert(mode=mode, level=3), 0)
        (draft,) = [r for r in made._outbox.on(CAP) if r["change"] in {"drafted", "issued"}]
        await made.on_command(command("cap.release", draft["identifier"], mode=mode))
        await made.on_alert(cleared(mode=mode), 1)

    asyncio.run(story())
    return {name: list(sending._queue) for name, sending in made.sendings.items()}


@pytest.mark.parametrize(("line", "record"), [("drill", "drill"), ("live", "drill"), ("drill", "live")])
def test_a_drill_reaches_only_those_who_asked_and_says_everywhere_that_it_is_one(lists, line, record):
    queues = fed(alerting(lists, line), record)

    assert queues["office"] == []
    assert queues["cap-office"] == []
    assert len(queues["school"]) == 2
    for message in queues["school"]:
        assert message.mode == "drill"
        assert b'"exercise":"true"' in message.body
        assert "演练 Exercise".encode() in message.body
    assert len(queues["cap-school"]) == 2
    for message in queues["cap-school"]:
        assert said(checked(message.body.decode()), "status") == "Exercise"
    assert {one["status"] for one in lists.on(CAP)} == {"Exercise"}
    assert lists.on(DELIVERIES) == []


@pytest.mark.parametrize("mode", ["replay", "simulated"])
def test_a_replay_and_a_simulation_reach_nobody_at_all(lists, mode):
    queues = fed(alerting(lists, mode), mode)

    assert all(messages == [] for messages in queues.values())
    assert {one["status"] for one in lists.on(CAP)} == {"Draft"}


def test_what_is_live_reaches_all_and_its_release_is_sent_as_actual(lists):
    queues = fed(alerting(lists, "live"), "live")

    assert [len(queues[name]) for name in ("office", "school")] == [2, 2]
    (message,) = queues["cap-office"]
    assert said(checked(message.body.decode()), "status") == "Actual"


@pytest.mark.parametrize("line", ["live", "drill", "replay", "simulated"])
@pytest.mark.parametrize("record", ["drill", "replay", "simulated"])
def test_nothing_of_a_drill_becomes_public(lists, line, record):
    async def story() -> None:
        publishing = Publishing(line, Book(), lists)
        publishing.take(Read("city.indicators.v1", 0, 0, row(mode=record)))
        assert await publishing.publish_due(NOW + 10**9) == 0
        await publishing.on_command(command("public.correct", "a|b|c|1", mode=record, reason="x"), NOW)

    asyncio.run(story())

    assert lists.on(PUBLIC) == []
    assert release_of(row(mode=record), line) is None


def test_a_live_figure_is_published_corrected_and_withdrawn_and_what_is_read_again_adds_nothing(lists):
    book = Book()

    async def story() -> Publishing:
        publishing = Publishing("live", book, lists)
        first = Read("city.indicators.v1", 2, 7, row())
        publishing.take(first)
        assert await publishing.publish_due(NOW) == 0
        assert publishing.safe_offsets({("city.indicators.v1", 2): 8}) == {("city.indicators.v1", 2): 7}
        assert await publishing.publish_due(NOW + 3_600_000) == 1
        assert publishing.safe_offsets({("city.indicators.v1", 2): 8}) == {("city.indicators.v1", 2): 8}
        publishing.take(first)
        assert await publishing.publish_due(NOW + 3_600_001) == 0
        publishing.take(Read("city.indicators.v1", 2, 8, row(revision=11, value=0.5, finality="restated")))
        assert await publishing.publish_due(NOW + 3_600_002) == 1
        target = f"hotline.on_time_ratio|area|simcity/north|{row()['window_start']}"
        correct = command("public.correct", target, reason="a wrong meter")
        await publishing.on_command(correct, NOW + 3_600_003)
        await publishing.on_command(correct, NOW + 3_600_004)
        return publishing

    asyncio.run(story())

    assert [one["change"] for one in lists.on(PUBLIC)] == ["published", "corrected", "withdrawn"]
    assert lists.on(PUBLIC)[-1]["value"] is None


def test_what_a_predecessor_has_delivered_is_not_sent_again_and_an_issued_message_without_delivery_is(lists):
    first = alerting(lists, "live")
    queues = fed(first, "live")
    actual = queues["cap-office"][0]

    successor = alerting(List(), "live")
    for message in queues["office"]:
        successor.learn_delivery(
            {
                "receiver": "office",
                "delivery_id": message.delivery_id,
                "outcome": "delivered",
                "body": None,
                "group_key": message.group_key,
                "sequences": message.sequences,
                "levels": message.levels,
                "event_time": NOW,
            }
        )
    for record in lists.on(CAP):
        successor.learn_cap(record)
    asyncio.run(replayed(successor))

    again = {name: list(sending._queue) for name, sending in successor.sendings.items()}
    assert again["office"] == []
    assert [one.delivery_id for one in again["cap-office"]] == [actual.delivery_id]


async def replayed(made: Alerting) -> None:
    await made.catch_up()
    await made.on_alert(alert(), 0)
    await made.on_alert(cleared(), 1)
