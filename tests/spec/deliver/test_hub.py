"""What hears a client that filters, comes back or is slow? Stories of one channel."""

import json

import pytest
from told_alerts import alert, cleared

from streams.deliver import hub
from streams.deliver.hub import Channel, Client, Filter, positions_of

EVERYTHING = Filter()


def parsed(texts):
    found = []
    for text in texts:
        fields = dict(line.split(": ", 1) for line in text.decode().strip().splitlines())
        found.append((fields.get("id"), fields["event"], json.loads(fields["data"])))
    return found


def channel(count=0, partitions=1):
    made = Channel("alert", ("alert_id",), partitions)
    for offset in range(count):
        made.put(0, offset, alert(f"s{offset}"))
    return made


def follow(made, wanted=EVERYTHING):
    client = Client(wanted, "a")
    made.clients.add(client)
    return client


def heard(client):
    return parsed(hub.text_of(client.queue.get_nowait(), "alert") for _ in range(client.queue.qsize()))


def test_a_client_hears_what_is_new_in_order_with_the_position_behind_it():
    made = channel(2)
    client = follow(made)
    made.put(0, 2, alert("s2"))
    made.put(0, 3, cleared("s2"))

    assert [(place, one["change"]) for place, _, one in heard(client)] == [("3", "raised"), ("4", "cleared")]


def test_who_comes_back_goes_on_where_it_was():
    texts = parsed(channel(5).beginning(EVERYTHING, "3", snapshot=False))

    assert [(place, one["entity_id"]) for place, _, one in texts] == [("4", "s3"), ("5", "s4")]


def test_a_position_holds_for_every_partition():
    made = Channel("indicator", ("entity_id",), 2)
    for partition, offset in ((0, 0), (1, 0), (1, 1), (0, 1)):
        made.put(partition, offset, alert(f"{partition}.{offset}"))

    texts = parsed(made.beginning(EVERYTHING, "1-1", snapshot=False))

    assert [one["entity_id"] for _, _, one in texts] == ["1.1", "0.1"]


def test_a_position_that_is_not_remembered_is_a_gap_and_a_snapshot(monkeypatch):
    monkeypatch.setattr(hub, "REMEMBERED_MAX", 3)
    made = channel(6)

    for place in ("1", "99", "nonsense", "1-1"):
        names = [name for _, name, _ in parsed(made.beginning(EVERYTHING, place, snapshot=False))]
        assert names[0] == "gap"
        assert names[-1] == "snapshot-end"


def test_a_snapshot_has_what_stands_once_and_not_what_is_closed():
    made = channel(2)
    made.put(0, 2, alert("s0", 2, level=1))
    made.put(0, 3, cleared("s1", 2, state="closed", change="closed"))

    texts = parsed(made.beginning(EVERYTHING, None, snapshot=True))

    assert [(name, one.get("level")) for _, name, one in texts] == [
        ("alert-snapshot", 1),
        ("snapshot-end", None),
    ]
    assert {place for place, _, _ in texts} == {"4"}


def test_without_a_snapshot_a_client_is_told_where_it_begins():
    assert parsed(channel(2).beginning(EVERYTHING, None, snapshot=False)) == [("2", "ready", {})]


@pytest.mark.parametrize(
    ("wanted", "fits"),
    [
        (Filter(areas=("simcity",)), True),
        (Filter(areas=("simcity/nor",)), False),
        (Filter(levels=frozenset({3})), True),
        (Filter(levels=frozenset({1, 2})), False),
        (Filter(systems=frozenset({"air"})), True),
        (Filter(systems=frozenset({"road"})), False),
    ],
)
def test_a_client_hears_what_its_filter_lets_pass(wanted, fits):
    made = channel()
    client = follow(made, wanted)
    made.put(0, 0, alert())

    assert bool(heard(client)) == fits
    assert (
        bool([1 for _, name, _ in parsed(made.beginning(wanted, "0", snapshot=False)) if name == "alert"])
        == fits
    )


def test_a_slow_client_is_cut_off_and_holds_up_no_other():
    made = channel()
    slow, fast = follow(made), follow(made)
    for offset in range(hub.QUEUE_MAX + 1):
        made.put(0, offset, alert())
        heard(fast)

    assert (slow.cut, fast.cut) == (True, False)
    assert slow.queue.qsize() == hub.QUEUE_MAX


def test_no_text_of_an_alert_can_end_its_event():
    made = channel()
    client = follow(made)
    made.put(0, 0, alert(title="x\n\nevent: alert\ndata: {}\r\n\r\n\u2028"))

    text = hub.text_of(client.queue.get_nowait(), "alert")
    assert text.count(b"\n") == 4
    assert b"\r" not in text


@pytest.mark.parametrize("text", ["", "-1", "1.5", "²", "9" * 30, "1-"])
def test_what_is_no_position_is_none(text):
    assert positions_of(text, 1) is None
