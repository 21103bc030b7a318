"""What do stations of surface water say, by telegram, by gateway and in the file of a treatment works?"""

from pathlib import Path
from typing import Any

import pytest

from feeds.decoding import Item, Raw, Rejected, RejectReason
from feeds.directory import decode
from feeds.hj212 import crc16
from feeds.recordings import RECORDINGS
from streams.catalog import WATER_QUALITY
from streams.normalize.normalizer import Normalizer, Origin, Tally, dead_letter
from streams.normalize.repeats import RepeatFilter

VALUES = "w01001-Rtd=7.2,w01001-Flag=N;w01009-Rtd=8.05,w01009-Flag=N;w21003-Rtd=0.31,w21003-Flag=N"


def telegram(
    values: str = VALUES, cn: str = "2011", st: str = "21", mn: str = "888021", time: str = "20261101080000"
) -> bytes:
    body = f"QN=20261101080100000;ST={st};CN={cn};PW=pa55w0rd;MN={mn};Flag=5;CP=&&DataTime={time};{values}&&"
    return f"##{len(body):04d}{body}{crc16(body.encode()):04X}\r\n".encode()


def items(feed: str, payload: bytes, **context: str) -> list[Item]:
    return list(decode(Raw(feed, payload, context, 4_000_000_000_000, "test", "run", 0)))


def only(feed: str, payload: bytes, **context: str) -> Any:
    (item,) = items(feed, payload, **context)
    return item


def test_a_telegram_becomes_a_sample_in_exact_units() -> None:
    event = only("hj212-water", telegram())

    assert event == {
        "event_id": "hj212:888021:2011:1793491200000:",
        "entity_id": "888021",
        "area_id": None,
        "event_time": 1_793_491_200_000,
        "quality": "good",
        "ph_milli": 7_200,
        "dissolved_oxygen_ugl": 8_050,
        "ammonia_ugl": 310,
    }


def test_the_mean_of_an_hour_and_the_live_value_of_its_start_are_two_samples() -> None:
    mean = only("hj212-water", telegram("w01001-Avg=7.4,w01001-Min=7.1,w01001-Flag=N", cn="2061"))

    assert mean["ph_milli"] == 7_400
    assert mean["event_id"] != only("hj212-water", telegram())["event_id"]


def test_what_was_measured_while_calibrating_is_left_out_and_the_rest_stays() -> None:
    event = only("hj212-water", telegram(VALUES.replace("w01001-Flag=N", "w01001-Flag=C")))

    assert "ph_milli" not in event
    assert (event["ammonia_ugl"], event["quality"]) == (310, "good")


def test_a_sample_is_as_good_as_the_worst_of_what_is_kept() -> None:
    assert only("hj212-water", telegram(VALUES.replace("w21003-Flag=N", "w21003-Flag=S")))["quality"] == (
        "estimated"
    )
    assert only("hj212-water", telegram(VALUES.replace("w21003-Flag=N", "w21003-Flag=T")))["quality"] == (
        "suspect"
    )


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (telegram(VALUES.replace("=N", "=M")), RejectReason.MISSING_VALUE),
        (telegram("w99999-Rtd=1,w99999-Flag=N"), RejectReason.MISSING_VALUE),
        (telegram(cn="2031"), RejectReason.MISSING_VALUE),
        (telegram(st="32"), RejectReason.BAD_VALUE),
        (telegram(mn=""), RejectReason.MISSING_ENTITY),
        (telegram(time=""), RejectReason.MISSING_TIME),
        (telegram("w01001-Rtd=clear,w01001-Flag=N"), RejectReason.BAD_VALUE),
        (telegram("w01001-Rtd=14.1,w01001-Flag=N"), RejectReason.OUT_OF_RANGE),
        (telegram()[:-1], RejectReason.UNREADABLE),
    ],
)
def test_a_telegram_that_is_no_sample_is_a_dead_letter_with_its_reason(
    payload: bytes, reason: RejectReason
) -> None:
    item = only("hj212-water", payload)

    assert isinstance(item, Rejected)
    assert item.reason is reason
    assert "pa55w0rd" not in item.message


def test_the_password_is_in_no_event_and_in_no_message_of_a_dead_letter() -> None:
    normalizer = Normalizer(WATER_QUALITY, lambda *_: {"area_id": "c/d", "attributes": {"target_class": 3}})
    raw = Raw(
        "hj212-water", telegram() + telegram(time="x") + telegram()[:-9], {}, 1_793_491_200_000, "t", "r", 0
    )

    outcome = normalizer.normalize(
        Origin("t", 0, 0, 0), raw, RepeatFilter(WATER_QUALITY.repeat_span), Tally()
    )

    assert len(outcome.events) == 1
    assert len(outcome.dead_letters) == 2
    assert "pa55w0rd" not in repr(outcome.events)
    assert all("pa55w0rd" not in letter["message"] for letter in outcome.dead_letters)


def test_the_registry_says_which_class_the_section_is_to_keep() -> None:
    known = {"area_id": "c/d", "attributes": {"target_class": 3, "is_lake": 1}}
    normalizer = Normalizer(WATER_QUALITY, lambda *_: known)
    raw = Raw("hj212-water", telegram(), {}, 1_793_491_200_000, "t", "r", 0)

    (event,) = normalizer.normalize(
        Origin("t", 0, 0, 0), raw, RepeatFilter(WATER_QUALITY.repeat_span), Tally()
    ).events

    assert (event["area_id"], event["target_class"], event["is_lake"]) == ("c/d", 3, 1)


@pytest.mark.parametrize(
    ("reading", "reason"),
    [
        (b'{"station":"W1","at":"2026-03-02T08:00:00+08:00"}', RejectReason.MISSING_VALUE),
        (b'{"station":"W1","at":"2026-03-02T08:00:00+08:00","ph":"acid"}', RejectReason.BAD_VALUE),
        (b'{"station":"W1","at":"2026-03-02T08:00:00+08:00","ph":-0.1}', RejectReason.OUT_OF_RANGE),
        (b'{"station":"W1","ph":7}', RejectReason.MISSING_TIME),
        (b'{"at":"2026-03-02T08:00:00+08:00","ph":7}', RejectReason.MISSING_ENTITY),
    ],
)
def test_a_reading_of_the_gateway_that_is_no_sample_says_why(reading: bytes, reason: RejectReason) -> None:
    assert only("city-gateway-water-quality", reading).reason is reason


def test_a_slow_analyser_is_absent_and_the_others_are_read() -> None:
    event = only(
        "city-gateway-water-quality",
        b'{"station":"W1","at":"2026-03-02T08:00:00+08:00","ph":7.25,"temperature_c":-0.5,"ammonia_mgl":null}',
    )

    assert (event["ph_milli"], event["temperature_mdegc"], event["ammonia_ugl"]) == (7_250, -500, None)


NYERI = "time,turbidity,pH\r\n"
FIRST = "2020-12-22 12:46:28.879695+00:00,17.97599715,7.35\r\n"
SECOND = "2020-12-22 13:16:44.939901+00:00,17.61150574,7.35\r\n"
BACK = "2020-12-22 09:25:03.825666+00:00,17.61150574,7.34\r\n"


def test_a_row_of_the_treatment_works_is_read_to_a_thousandth() -> None:
    event = only("nyeri-raw-water", (NYERI + FIRST).encode(), station="intake")

    assert (event["turbidity_mntu"], event["ph_milli"]) == (17_976, 7_350)
    assert event["event_time"] == 1_608_641_188_879
    assert event["event_id"] == "nyeri:intake:1608641188879"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",17.9,7.35\r\n", RejectReason.MISSING_TIME),
        ("2020-12-22 12:46:28,17.9,7.35\r\n", RejectReason.BAD_TIME),
        ("2020-12-22 12:46:28+00:00,,\r\n", RejectReason.MISSING_VALUE),
        ("2020-12-22 12:46:28+00:00,clear,7.35\r\n", RejectReason.BAD_VALUE),
        ("2020-12-22 12:46:28+00:00,-1,7.35\r\n", RejectReason.OUT_OF_RANGE),
        ("2020-12-22 12:46:28+00:00,17.9\r\n", RejectReason.UNREADABLE),
    ],
)
def test_a_row_that_is_no_reading_says_why(row: str, reason: RejectReason) -> None:
    assert only("nyeri-raw-water", (NYERI + row).encode(), station="intake").reason is reason


def test_a_row_without_its_sensors_name_belongs_to_nobody() -> None:
    assert only("nyeri-raw-water", (NYERI + FIRST).encode()).reason is RejectReason.MISSING_ENTITY


def test_readings_that_stand_back_in_time_are_sent_after_the_ones_before_them(tmp_path: Path) -> None:
    path = tmp_path / "raw.csv"
    path.write_text(NYERI + FIRST + SECOND + BACK, newline="")

    played = RECORDINGS["nyeri-raw-water"].open([path])

    sent = [record.at for record in played.records()]
    assert sent == sorted(sent)
    assert [record.payload for record in played.records()] == [
        (NYERI + row).encode() for row in (FIRST, SECOND, BACK)
    ]
    assert played.start <= 1_608_629_103_825
    assert sent[2] - 1_608_629_103_825 == 13_901_114


def test_a_dead_letter_keeps_the_bytes_as_they_came() -> None:
    raw = Raw("hj212-water", telegram()[:-1], {}, 0, "t", "r", 0)
    (item,) = decode(raw)

    assert isinstance(item, Rejected)
    assert dead_letter(Origin("t", 0, 0, 0), 0, item, raw, raw.payload)["payload"] == telegram()[:-1]
