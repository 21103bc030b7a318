"""Is a telegram of JT/T 808 read as the standard writes it, and is none read that arrived broken?"""

from datetime import UTC, datetime
from functools import reduce
from operator import xor
from struct import pack
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.decoding import Raw, Rejected, RejectReason
from feeds.jt808 import Position, events_of
from feeds.jt808_probe import CELL_UDEG, cell_of
from feeds.jt808_probe import FEED as PROBE
from feeds.jt808_school_bus import FEED as SCHOOL_BUS
from streams.catalog import SYSTEMS
from streams.normalize.normalizer import Normalizer, Origin, Tally
from streams.normalize.repeats import RepeatFilter

# Telegrams published with three other implementations of the standard, and what these say that they mean.
OF_2013 = bytes.fromhex(
    "7e02000026123456789012007d02000000010000000200ba7f0e07e4f11c0028003c0000181015101010"
    "0104000000640202007d01137e"
)
OF_2019 = bytes.fromhex(
    "7e0200402d01000000000139123443210000003000000040000101cd41c2072901b00929029a005a230428213141"
    "01040000029b0202004303020309300163897e"
)
OF_2019_WITHOUT_ENGINE = bytes.fromhex(
    "7e02004026010000000001391234432900000000006f0000001601dc9a0707456246007b0042000325012922334402020064"
    "01040000000c417e"
)
ENGINE_ON, FIX, SOUTH, WEST, OFF_DUTY, HIDDEN = 1, 2, 4, 8, 16, 32
FULL, RESERVED = 0b11 << 8, 0b10 << 8
NOON = "260302120000"
DEGREES = {"longitude_deg": 116.391234, "latitude_deg": 39.907512}
"""Where a telegram's car is; the normalizer drops it."""


def framed(telegram: bytes) -> bytes:
    checked = telegram + bytes([reduce(xor, telegram)])
    escaped = b"".join({0x7D: b"\x7d\x01", 0x7E: b"\x7d\x02"}.get(byte, bytes([byte])) for byte in checked)
    return b"\x7e" + escaped + b"\x7e"


def telegram(
    status: int = ENGINE_ON | FIX,
    place: tuple[int, int] = (39_907_512, 116_391_234),
    speed_dkmh: int = 305,
    time: str = NOON,
    *,
    number: str = "013800138000",
    serial: int = 7,
    message: int = 0x0200,
    attributes: int = 0,
) -> bytes:
    body = pack(">IIIIHHH", 0, status, *place, 44, speed_dkmh, 90) + bytes.fromhex(time)
    edition = b"\x01" if attributes & 0x4000 else b""
    header = pack(">HH", message, attributes | len(body)) + edition + bytes.fromhex(number)
    return framed(header + pack(">H", serial) + body)


def positions(payload: bytes) -> list[Any]:
    return events_of(payload, lambda position: {"position": position})


def position(payload: bytes) -> Position:
    (item,) = positions(payload)
    assert isinstance(item, dict), item
    found: Position = item["position"]
    return found


def reason(payload: bytes) -> RejectReason:
    (item,) = positions(payload)
    assert isinstance(item, Rejected), item
    return item.reason


def probe(payload: bytes, **context: str) -> list[Any]:
    return list(PROBE.decode(Raw(PROBE.name, payload, context, 0, "test", "run", 0)))


def utc(*when: int) -> int:
    return int(datetime(*when, tzinfo=UTC).timestamp() * 1000)  # type: ignore[misc]


def test_a_telegram_of_2013_says_what_its_publisher_says() -> None:
    found = position(OF_2013)

    assert (found.latitude_udeg, found.longitude_udeg) == (12_222_222, 132_444_444)
    assert found.speed_dkmh == 60
    assert found.at == utc(2018, 10, 15, 2, 10, 10)
    assert not found.engine_on


def test_telegrams_of_2019_say_what_their_publishers_say() -> None:
    parked = position(OF_2019_WITHOUT_ENGINE)

    # Status 22: a fix, south of the equator, off duty.
    assert (parked.latitude_udeg, parked.longitude_udeg) == (-31_234_567, 121_987_654)
    assert (parked.speed_dkmh, parked.in_service, parked.engine_on) == (66, False, False)
    assert parked.at == utc(2025, 1, 29, 14, 33, 44)
    # The other one has a speed and no fix, so it is not believed.
    assert reason(OF_2019) is RejectReason.MISSING_VALUE


@pytest.mark.parametrize("whole", [OF_2013, OF_2019_WITHOUT_ENGINE, telegram()])
def test_a_telegram_that_is_cut_off_anywhere_is_unreadable(whole: bytes) -> None:
    for length in range(len(whole)):
        assert reason(whole[:length]) is RejectReason.UNREADABLE
        assert reason(whole[length + 1 :]) is RejectReason.UNREADABLE


@pytest.mark.parametrize("whole", [OF_2013, OF_2019_WITHOUT_ENGINE, telegram()])
def test_no_bit_can_flip_unnoticed(whole: bytes) -> None:
    for place in range(len(whole)):
        for bit in range(8):
            broken = bytearray(whole)
            broken[place] ^= 1 << bit
            items = positions(bytes(broken))

            assert items
            assert {item.reason for item in items} == {RejectReason.UNREADABLE}


def test_a_wrong_checksum_is_named() -> None:
    whole = bytearray(telegram())
    whole[-2] ^= 0x0F
    (item,) = positions(bytes(whole))

    assert (item.reason, item.message) == (
        RejectReason.UNREADABLE,
        "the checksum does not fit the telegram",
    )


@given(
    st.integers(0, 90_000_000),
    st.integers(1, 180_000_000),
    st.integers(0, 2_500),
    st.integers(0, 65_535),
    st.booleans(),
)
def test_what_is_written_is_read_whatever_has_to_be_escaped(
    latitude: int, longitude: int, speed_dkmh: int, serial: int, newer: bool
) -> None:
    edition = {"attributes": 0x4000, "number": "0" * 9 + "13800138000"} if newer else {}
    found = position(telegram(FIX, (latitude, longitude), speed_dkmh, serial=serial, **edition))  # type: ignore[arg-type]

    assert (found.latitude_udeg, found.longitude_udeg, found.speed_dkmh) == (latitude, longitude, speed_dkmh)


@pytest.mark.parametrize("between", [b"", b"\x7e"])
def test_telegrams_that_come_together_are_one_item_each(between: bytes) -> None:
    # The delimiter between two may stand for both.
    first, second = telegram(speed_dkmh=100), telegram(speed_dkmh=200)
    payload = first + second if between else first[:-1] + second

    assert [item["position"].speed_dkmh for item in positions(payload)] == [100, 200]


def test_a_broken_telegram_does_not_take_the_next_one_with_it() -> None:
    first, second = telegram()[:-9], telegram(speed_dkmh=200)
    cut, whole = positions(first + second)

    assert cut.reason is RejectReason.UNREADABLE
    assert whole["position"].speed_dkmh == 200


@pytest.mark.parametrize(
    ("payload", "why"),
    [
        (b"", RejectReason.UNREADABLE),
        (b"\x7e\x7e", RejectReason.UNREADABLE),
        (b"\x7e\x00\x7e", RejectReason.UNREADABLE),
        (framed(b"\x02\x00\x00\x05" + bytes(6 + 2 + 5)), RejectReason.UNREADABLE),
        (telegram(message=0x0002), RejectReason.UNREADABLE),
        (telegram(attributes=0x0400), RejectReason.UNREADABLE),
        (telegram(attributes=0x2000), RejectReason.UNREADABLE),
        (telegram(ENGINE_ON), RejectReason.MISSING_VALUE),
        (telegram(place=(0, 0)), RejectReason.MISSING_VALUE),
        (telegram(ENGINE_ON | FIX | HIDDEN), RejectReason.BAD_VALUE),
        (telegram(place=(90_000_001, 1)), RejectReason.OUT_OF_RANGE),
        (telegram(place=(1, 180_000_001)), RejectReason.OUT_OF_RANGE),
        (telegram(speed_dkmh=2_501), RejectReason.OUT_OF_RANGE),
        (telegram(time="000000000000"), RejectReason.MISSING_TIME),
        (telegram(time="260230120000"), RejectReason.BAD_TIME),
        (telegram(time="26030212000f"), RejectReason.BAD_TIME),
        (telegram(time="260302240000"), RejectReason.BAD_TIME),
    ],
)
def test_what_cannot_be_an_event_says_why(payload: bytes, why: RejectReason) -> None:
    assert reason(payload) is why


def test_hemispheres_load_duty_and_doors_are_bits_of_the_status() -> None:
    far = position(telegram(FIX | SOUTH | WEST | OFF_DUTY | FULL))

    assert (far.latitude_udeg, far.longitude_udeg) == (-39_907_512, -116_391_234)
    assert (far.loaded, far.in_service, far.engine_on, far.door_open) == (True, False, False, False)
    assert position(telegram(FIX)).loaded is False
    assert position(telegram(FIX | RESERVED)).loaded is None
    assert [position(telegram(FIX | 1 << bit)).door_open for bit in (12, 13, 17, 18)] == [
        False,
        True,
        True,
        False,
    ]


def test_civil_time_is_gmt_plus_eight() -> None:
    assert position(telegram()).at == utc(2026, 3, 2, 4)


def test_nothing_of_a_terminals_number_is_left() -> None:
    mine, other = (probe(telegram(number=number), link="L1") for number in ("013800138000", "013911112222"))

    assert mine == other
    for broken in (telegram(ENGINE_ON), telegram()[:-4], telegram(message=0x0102)):
        (item,) = probe(broken, link="L1")
        assert "13800138000" not in item.message


def test_a_point_belongs_to_the_link_that_the_gateway_has_matched() -> None:
    (event,) = probe(telegram(ENGINE_ON | FIX | FULL), link="L1")

    assert {name: value for name, value in event.items() if name != "event_id"} == {
        "entity_id": "L1",
        "area_id": None,
        "event_time": utc(2026, 3, 2, 4),
        "quality": "good",
        "speed_dkmh": 305,
        "vacant": 0,
        "boarded": None,
        **DEGREES,
    }
    assert event["event_id"].startswith(f"jt808:L1:{utc(2026, 3, 2, 4) // 1000}:")


def test_the_same_report_is_a_repeat_and_another_car_beside_it_is_not() -> None:
    ids = [
        probe(telegram(place=(39_907_512, longitude)), link="L1")[0]["event_id"]
        for longitude in (116_391_234, 116_391_234, 116_391_235)
    ]

    assert len(set(ids)) == 2


def test_without_a_link_a_point_belongs_to_the_grid_cell_that_it_lies_in() -> None:
    # WGS 84, as the terminal gives it: nothing is shifted.
    (event,) = probe(telegram(), area="bj/dongcheng")

    assert PROBE.reference_system == "WGS84"
    assert (event["entity_id"], event["area_id"]) == ("grid:3990:11639", "bj/dongcheng")
    assert cell_of(CELL_UDEG - 1, CELL_UDEG) == "grid:0:1"
    assert cell_of(-1, -CELL_UDEG) == "grid:-1:-1"


@pytest.mark.parametrize(
    ("context", "area"), [({"area": "bj/dongcheng"}, "bj/dongcheng"), ({}, "bj/by-place")]
)
def test_a_position_tells_the_area_at_most_and_no_event_has_it(context: dict[str, str], area: str) -> None:
    system = SYSTEMS["probe"]
    normalizer = Normalizer(system, lambda *_: None, lambda *_: "bj/by-place")
    raw = Raw(PROBE.name, telegram(), context, utc(2026, 3, 2, 4), "test", "run", 0)
    outcome = normalizer.normalize(Origin("t", 0, 0, 0), raw, RepeatFilter(system.repeat_span), Tally())
    (event,) = outcome.events

    assert event["area_id"] == area
    assert not {"39.907512", "116.391234"} & {str(value) for value in event.values()}
    assert not {name for name in event if "deg" in name}


@pytest.mark.parametrize(
    ("status", "speed_dkmh", "vacant"),
    [
        (ENGINE_ON | FIX, 305, 1),
        (ENGINE_ON | FIX | FULL, 305, 0),
        (ENGINE_ON | FIX | OFF_DUTY, 305, None),
        (ENGINE_ON | FIX | RESERVED, 305, None),
        (FIX, None, 1),
    ],
)
def test_a_parked_car_has_no_speed_and_one_off_duty_is_not_vacant(
    status: int, speed_dkmh: int | None, vacant: int | None
) -> None:
    (event,) = probe(telegram(status), link="L1")

    assert (event["speed_dkmh"], event["vacant"]) == (speed_dkmh, vacant)


def test_a_car_that_is_parked_and_off_duty_says_nothing() -> None:
    (item,) = probe(telegram(FIX | OFF_DUTY), link="L1")

    assert item.reason is RejectReason.MISSING_VALUE


@pytest.mark.parametrize("context", [{"link": ""}, {"link": "L1", "area": " "}])
def test_a_context_without_a_name_is_no_place(context: dict[str, str]) -> None:
    (item,) = probe(telegram(), **context)

    assert item.reason is RejectReason.MISSING_ENTITY


@pytest.mark.parametrize(
    ("context", "area"),
    [
        ({"link": "L1"}, "bj/of-the-registry"),
        ({"link": "L1", "area": "bj/of-the-gateway"}, "bj/of-the-registry"),
        ({"area": "bj/of-the-gateway"}, "bj/of-the-gateway"),
        ({"link": "L9"}, None),
        ({}, None),
    ],
)
def test_the_registry_knows_a_links_area_better_than_the_gateway_and_without_either_there_is_no_event(
    context: dict[str, str], area: str | None
) -> None:
    known = {"entity_id": "L1", "area_id": "bj/of-the-registry", "attributes": {}}
    system, tally = SYSTEMS["probe"], Tally()
    normalizer = Normalizer(system, lambda _system, _type, name, _at: known if name == "L1" else None)
    raw = Raw(PROBE.name, telegram(), context, utc(2026, 3, 2, 4), "test", "run", 0)
    outcome = normalizer.normalize(Origin("t", 0, 0, 0), raw, RepeatFilter(system.repeat_span), tally)

    assert [event["area_id"] for event in outcome.events] == ([] if area is None else [area])
    assert tally.rejected == ({"unknown_entity": 1} if area is None else {})


def bus(payload: bytes, **context: str) -> list[Any]:
    return list(SCHOOL_BUS.decode(Raw(SCHOOL_BUS.name, payload, context, 0, "test", "run", 0)))


def test_a_school_bus_is_known_by_its_fleet_number_and_says_speed_and_doors() -> None:
    front_door = 1 << 13
    (event,) = bus(telegram(ENGINE_ON | FIX | front_door), vehicle="school-bus-01")

    assert event == {
        "event_id": f"jt808:school-bus-01:{utc(2026, 3, 2, 4) // 1000}",
        "entity_id": "school-bus-01",
        "area_id": None,
        "event_time": utc(2026, 3, 2, 4),
        "quality": "good",
        "step": "under_way",
        "speed_dkmh": 305,
        "off_line_m": None,
        "door_open": 1,
        "on_board": None,
        "delay_s": None,
        **DEGREES,
    }


def test_a_bus_that_the_gateway_does_not_name_is_none() -> None:
    (item,) = bus(telegram())

    assert item.reason is RejectReason.MISSING_ENTITY
    assert "13800138000" not in item.message


def test_what_a_bus_has_kept_and_sends_again_is_a_repeat() -> None:
    first, again = (bus(telegram(serial=serial), vehicle="B1")[0]["event_id"] for serial in (7, 99))

    assert first == again


@pytest.mark.parametrize(("vehicle", "events"), [("B1", 1), ("B2", 0)])
def test_a_bus_must_be_registered_and_has_the_limit_that_the_registry_knows(
    vehicle: str, events: int
) -> None:
    known = {"entity_id": "B1", "area_id": "bj/cy", "attributes": {"speed_limit_kmh": 60}}
    system, tally = SYSTEMS["school-bus"], Tally()
    normalizer = Normalizer(system, lambda _system, _type, name, _at: known if name == "B1" else None)
    raw = Raw(SCHOOL_BUS.name, telegram(), {"vehicle": vehicle}, utc(2026, 3, 2, 4), "test", "run", 0)
    outcome = normalizer.normalize(Origin("t", 0, 0, 0), raw, RepeatFilter(system.repeat_span), tally)

    assert [event["speed_limit_kmh"] for event in outcome.events] == [60] * events
    assert tally.rejected.total() == 1 - events
