"""Where was a vehicle, and how fast? Position reports (0x0200) of JT/T 808, in its editions of 2013 and 2019.

A telegram stands between two bytes 0x7e; inside, 0x7d 0x02 stands for 0x7e and 0x7d 0x01 for 0x7d. Its last byte is
the exclusive or of all before it. Positions are WGS 84. Civil time is GMT+8 everywhere. The terminal's number is a
telephone number: it is stepped over, and no decoder gets to see it. So are the additional items after the position.
"""

import re
from collections.abc import Callable
from functools import reduce
from hashlib import blake2b
from operator import xor
from struct import Struct
from typing import NamedTuple

from feeds.civil_time import instant_of_civil
from feeds.decoding import POSITION, Event, Item, Rejected, RejectReason, UnfitError, each

ZONE = "Asia/Shanghai"
REFERENCE_SYSTEM = "WGS84"
POSITION_REPORT = 0x0200
SPEED_MAX_DKMH = 2_500
"""250 km/h, in tenths: above it the receiver has lost its way."""

_DELIMITER = b"\x7e"
_BAD_ESCAPE = re.compile(rb"\x7d(?![\x01\x02])")
_HEADER = Struct(">HH")
_BODY_BYTES, _ENCRYPTED, _SPLIT, _OF_2019 = 0x03FF, 0x1C00, 0x2000, 0x4000
_NUMBER_ENDS_2013, _NUMBER_ENDS_2019 = 10, 15
"""Where the terminal's number ends: six bytes after the header's four, or ten after them and the edition's own."""
_SERIAL_BYTES = 2
_POSITION = Struct(">IIIIHHH6s")
"""Alarms, status, latitude and longitude (1e-6 degree), height, speed (0.1 km/h), heading, BCD time."""

_ENGINE_ON, _FIX, _SOUTH, _WEST, _OUT_OF_SERVICE, _HIDDEN = (1 << bit for bit in range(6))
_LOAD_BIT, _LOAD_RESERVED = 8, 0b10
_DOORS = 0b11111 << 13
_QUARTER_UDEG = 90_000_000


class Position(NamedTuple):
    """What a vehicle reports of itself. `at` is epoch milliseconds, coordinates are millionths of a degree, WGS 84.

    loaded: whether somebody or something is carried, None where the terminal does not say. mark: tells two reports
    apart that are alike in place and time; made of the report without the terminal's number, so it follows nobody.
    """

    at: int
    latitude_udeg: int
    longitude_udeg: int
    speed_dkmh: int
    engine_on: bool
    in_service: bool
    loaded: bool | None
    door_open: bool
    mark: str

    @property
    def degrees(self) -> dict[str, float]:
        """Where it was, as an event says it."""
        return dict(zip(POSITION, (self.longitude_udeg / 1e6, self.latitude_udeg / 1e6), strict=True))


class _Telegram(NamedTuple):
    """The bytes between two delimiters; not whole where one of the two is missing."""

    content: bytes
    whole: bool


def events_of(payload: bytes, event_of: Callable[[Position], Event]) -> list[Item]:
    """One item for each telegram of a payload: its event, or why it has none."""
    parts = payload.split(_DELIMITER)
    last = len(parts) - 1
    telegrams = [_Telegram(part, 0 < number < last) for number, part in enumerate(parts) if part]
    if not telegrams:
        return [Rejected(RejectReason.UNREADABLE, "the payload holds no telegram")]
    return each(telegrams, lambda telegram: event_of(_position_of(telegram)))


def _position_of(telegram: _Telegram) -> Position:
    """Raises UnfitError."""
    if not telegram.whole:
        raise UnfitError(RejectReason.UNREADABLE, "the telegram is cut off: a delimiter 0x7e is missing")
    report, numbered_to = _report_of(_unescaped(telegram.content))
    body = report[numbered_to + _SERIAL_BYTES :]
    if len(body) < _POSITION.size:
        raise UnfitError(RejectReason.UNREADABLE, f"the position has {len(body)} bytes of {_POSITION.size}")
    _, status, latitude, longitude, _, speed, _, stamp = _POSITION.unpack_from(body)
    if not status & _FIX or not (latitude or longitude):
        raise UnfitError(RejectReason.MISSING_VALUE, "the receiver has no fix, so neither place nor speed")
    if status & _HIDDEN:
        raise UnfitError(RejectReason.BAD_VALUE, "the coordinates are encrypted")
    if latitude > _QUARTER_UDEG or longitude > 2 * _QUARTER_UDEG:
        raise UnfitError(
            RejectReason.OUT_OF_RANGE, f"no place on Earth: {latitude}, {longitude} (1e-6 degree)"
        )
    if speed > SPEED_MAX_DKMH:
        raise UnfitError(RejectReason.OUT_OF_RANGE, f"speed cannot be {speed} (0.1 km/h)")
    load = status >> _LOAD_BIT & 0b11
    return Position(
        at=_instant_of(stamp.hex()),
        latitude_udeg=-latitude if status & _SOUTH else latitude,
        longitude_udeg=-longitude if status & _WEST else longitude,
        speed_dkmh=speed,
        engine_on=bool(status & _ENGINE_ON),
        in_service=not status & _OUT_OF_SERVICE,
        loaded=None if load == _LOAD_RESERVED else load > 0,
        door_open=bool(status & _DOORS),
        mark=blake2b(report[numbered_to:], digest_size=4).hexdigest(),
    )


def _unescaped(content: bytes) -> bytes:
    """The telegram's own bytes without its checksum. Raises UnfitError(UNREADABLE)."""
    if _BAD_ESCAPE.search(content):
        raise UnfitError(RejectReason.UNREADABLE, "0x7d is followed by neither 0x01 nor 0x02")
    # In this order: an escaped 0x7d before a 0x02 would otherwise be taken for a delimiter.
    telegram = content.replace(b"\x7d\x02", b"\x7e").replace(b"\x7d\x01", b"\x7d")
    if reduce(xor, telegram):
        raise UnfitError(RejectReason.UNREADABLE, "the checksum does not fit the telegram")
    return telegram[:-1]


def _report_of(telegram: bytes) -> tuple[bytes, int]:
    """A telegram that is a whole position report, and where its terminal's number ends. Raises UnfitError(UNREADABLE)."""
    if len(telegram) < _NUMBER_ENDS_2013 + _SERIAL_BYTES:
        raise UnfitError(RejectReason.UNREADABLE, f"the telegram has only {len(telegram)} bytes")
    message, attributes = _HEADER.unpack_from(telegram)
    if message != POSITION_REPORT:
        raise UnfitError(RejectReason.UNREADABLE, f"message 0x{message:04x} is no position report")
    if attributes & (_ENCRYPTED | _SPLIT):
        raise UnfitError(RejectReason.UNREADABLE, "the telegram is encrypted or one part of several")
    numbered_to = _NUMBER_ENDS_2019 if attributes & _OF_2019 else _NUMBER_ENDS_2013
    has, announced = len(telegram) - numbered_to - _SERIAL_BYTES, attributes & _BODY_BYTES
    if has != announced:
        raise UnfitError(RejectReason.UNREADABLE, f"the body has {has} bytes and announces {announced}")
    return telegram, numbered_to


def _instant_of(digits: str) -> int:
    """When YYMMDDhhmmss was. Raises UnfitError(MISSING_TIME or BAD_TIME)."""
    if not digits.strip("0"):
        raise UnfitError(RejectReason.MISSING_TIME, "the terminal does not know the time")
    pairs = [digits[place : place + 2] for place in range(0, 12, 2)]
    return instant_of_civil(f"20{'-'.join(pairs[:3])} {':'.join(pairs[3:])}", ZONE, "time of the position")
