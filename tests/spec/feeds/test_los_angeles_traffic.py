"""What does a poll of the Los Angeles detectors become?"""

from datetime import UTC, datetime
from typing import Any

import pytest

from feeds.decoding import Raw, Rejected, RejectReason
from feeds.los_angeles_traffic import decode

Items = list[Any]

OBSERVED_AT = "2012-03-01T00:05:00-08:00"
OBSERVED_MS = int(datetime(2012, 3, 1, 8, 5, tzinfo=UTC).timestamp() * 1000)


def poll(payload: bytes, observed_at: str | None = OBSERVED_AT) -> Items:
    context = {} if observed_at is None else {"observed_at": observed_at}
    return list(decode(Raw("los-angeles-traffic", payload, context, 0, "los-angeles-traffic", "run", 0)))


def reasons(items: Items) -> list[str]:
    return [item.reason if isinstance(item, Rejected) else "event" for item in items]


def test_every_detector_of_a_row_becomes_one_event() -> None:
    items = poll(b"773869,767541\n64.375,50\n")

    assert [item["entity_id"] for item in items] == ["773869", "767541"]
    assert items[0]["event_id"] == "la:773869:1330589100"
    assert items[0]["event_time"] == OBSERVED_MS
    assert items[1]["speed_kmh"] == pytest.approx(80.4672)
    assert items[0]["area_id"] is None


def test_windows_line_ends_and_a_byte_order_mark_do_no_harm() -> None:
    assert reasons(poll(b"\xef\xbb\xbf1,2\r\n60,61\r\n")) == ["event", "event"]


@pytest.mark.parametrize(
    ("speed", "reason"),
    [
        ("0", RejectReason.OUT_OF_RANGE),
        ("-3", RejectReason.OUT_OF_RANGE),
        ("inf", RejectReason.OUT_OF_RANGE),
        ("400", RejectReason.OUT_OF_RANGE),
        ("", RejectReason.MISSING_VALUE),
        ("nan", RejectReason.MISSING_VALUE),
        ("fast", RejectReason.BAD_VALUE),
    ],
)
def test_one_bad_speed_does_not_take_its_neighbours_with_it(speed: str, reason: RejectReason) -> None:
    assert reasons(poll(f"1,2,3\n60,{speed},61\n".encode())) == ["event", reason, "event"]


def test_a_poll_without_a_time_is_rejected_not_invented() -> None:
    assert reasons(poll(b"1\n60\n", observed_at=None)) == [RejectReason.MISSING_TIME]


@pytest.mark.parametrize("observed_at", ["2012-03-01T00:05:00", "noon", "1969-03-01T00:05:00+00:00"])
def test_a_time_without_offset_or_sense_is_a_bad_time(observed_at: str) -> None:
    assert reasons(poll(b"1\n60\n", observed_at)) == [RejectReason.BAD_TIME]


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"  \n",
        b"1,2\n",
        b"1,2\n60\n",
        b"1,2\n60,61,62\n",
        b"1,2\n60,61\n60,61\n",
        b"1,1\n60,61\n",
        b"a,b\n60,61\n",
        b"1,2\n60,6_0\n",
        b"\xff\xfe1,2\n60,61\n",
        b'{"speed": 60}',
    ],
)
def test_what_is_not_a_header_and_one_row_is_unreadable_as_a_whole(payload: Any) -> None:
    assert reasons(poll(payload)) == [RejectReason.UNREADABLE]
