"""What does a telegram by HJ 212-2017 say? Stations of water and air, and pollution sources, all write it alike.

`##`, the length of the data segment in four digits, the segment, its CRC16 in four hexadecimal digits, CR LF. The segment is
`QN=…;ST=…;CN=…;PW=…;MN=…;Flag=…;CP=&&…&&`: which kind of site (ST), which kind of message (CN), which device (MN), and
between the ampersands `key=value`, those of a pollutant as `<code>-<what>`. Times are civil, of China.

The password (PW) stays in the bytes: nothing that is read here holds it, and no message shows a value of the segment's head.
Each telegram is read by itself, also one of several that a long message was divided into (PNO).

The text of the standard could not be read. The frame, the CRC with its published example (1C80), the commands and
the flags are as several public readers of it agree. Unverified is that a mean's time is its start; what a flag is
worth as a measurement is our decision.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from feeds.civil_time import instant_of_civil
from feeds.decoding import Rejected, RejectReason, UnfitError, shown

ZONE = "Asia/Shanghai"
BEGIN, END = b"##", b"\r\n"
_FRAME_BYTES = len(BEGIN) + 4 + 4
_LENGTH = re.compile(rb"[0-9]{4}")
_CHECK = re.compile(rb"[0-9A-Fa-f]{4}")
_DATA_TIME = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})", re.ASCII)

VALUE_OF_COMMAND: Mapping[str, str] = {"2011": "Rtd", "2051": "Avg", "2061": "Avg"}
"""Kind of message to which of a pollutant's values it carries: live, the mean of minutes, the mean of an hour."""

QUALITY_OF_FLAG: Mapping[str, str] = {"N": "good", "S": "estimated", "T": "suspect"}
"""In order; set by hand; above what the instrument can measure."""
NOT_MEASURED = frozenset("FMDCB")
"""Out of use, in maintenance, faulty, calibrating, not heard: what stands there was not measured of what flows by."""
_FROM_BEST = ("good", "estimated", "suspect")


@dataclass(frozen=True, slots=True)
class Telegram:
    """One telegram whose length and CRC are right.

    site_kind: ST. command: CN. device: MN, empty where there is none. part: PNO of a divided message, else empty.
    fields: what CP says beside pollutants. readings: pollutant's code to its values and its flag, by their names.
    """

    site_kind: str
    command: str
    device: str
    part: str
    fields: Mapping[str, str]
    readings: Mapping[str, Mapping[str, str]]


class Measured(NamedTuple):
    """A value as written, and how good it is."""

    text: str
    quality: str


def telegrams(payload: bytes) -> list[Telegram | Rejected]:
    """Every telegram of a payload in order, or why it is none; one rejection where there is none at all."""
    *lines, rest = payload.split(END)
    found: list[Telegram | Rejected] = []
    for line in lines:
        try:
            found.append(_telegram(line))
        except UnfitError as error:
            found.append(error.rejected)
    if rest:
        found.append(_unreadable(f"the telegram is cut off: no CR LF ends its {len(rest)} bytes").rejected)
    return found or [_unreadable("the payload is empty").rejected]


def crc16(segment: bytes) -> int:
    """The check of a data segment. Of the register only the high byte goes on, unlike the CRC of Modbus."""
    register = 0xFFFF
    for byte in segment:
        register = (register >> 8) ^ byte
        for _ in range(8):
            register = (register >> 1) ^ (0xA001 if register & 1 else 0)
    return register


def data_time(telegram: Telegram, zone: str = ZONE) -> int:
    """When it was measured, epoch milliseconds; of a mean the start. Raises UnfitError(MISSING_TIME or BAD_TIME)."""
    written = telegram.fields.get("DataTime", "")
    what = f"{telegram.device}: DataTime"
    if not written:
        raise UnfitError(RejectReason.MISSING_TIME, f"{what} is missing")
    found = _DATA_TIME.fullmatch(written)
    if found is None:
        raise UnfitError(RejectReason.BAD_TIME, f"{what} is not YYYYMMDDhhmmss: {shown(written)}")
    year, month, day, hour, minute, second = found.groups()
    return instant_of_civil(f"{year}-{month}-{day} {hour}:{minute}:{second}", zone, what)


def measured(telegram: Telegram, code: str) -> Measured | None:
    """What it says of a pollutant; None where that was not measured.

    A flag that nobody knows makes a value suspect; one without a flag is taken as good. Raises UnfitError
    (MISSING_VALUE) for a message that carries no readings.
    """
    which = VALUE_OF_COMMAND.get(telegram.command)
    if which is None:
        raise UnfitError(
            RejectReason.MISSING_VALUE, f"{telegram.device}: CN={telegram.command} carries no readings"
        )
    reading = telegram.readings.get(code, {})
    text, flag = reading.get(which, ""), reading.get("Flag", "N")
    if not text or flag in NOT_MEASURED:
        return None
    return Measured(text, QUALITY_OF_FLAG.get(flag, "suspect"))


def worst(qualities: Iterable[str]) -> str:
    """The quality of what was measured together."""
    return max(qualities, key=_FROM_BEST.index, default="good")


def _unreadable(message: str) -> UnfitError:
    return UnfitError(RejectReason.UNREADABLE, message)


def _telegram(line: bytes) -> Telegram:
    if len(line) < _FRAME_BYTES:
        raise _unreadable(f"the telegram is cut off: {len(line)} bytes are less than its frame")
    if not line.startswith(BEGIN):
        raise _unreadable(f"a telegram begins with ##, not with {shown(line[:2])}")
    length, segment, check = line[2:6], line[6:-4], line[-4:]
    if not _LENGTH.fullmatch(length):
        raise _unreadable(f"its length is not four digits: {shown(length)}")
    if len(segment) != int(length):
        raise _unreadable(f"it announces {int(length)} bytes and has {len(segment)}")
    if not _CHECK.fullmatch(check):
        raise _unreadable(f"its CRC16 is not four hexadecimal digits: {shown(check)}")
    if crc16(segment) != int(check, 16):
        raise _unreadable(f"its CRC16 is {crc16(segment):04X}, and it says {check.decode()}")
    return _of_segment(segment)


def _of_segment(segment: bytes) -> Telegram:
    if not segment.isascii():
        raise _unreadable("its data segment is not ASCII")
    head, opened, rest = segment.decode("ascii").partition("CP=&&")
    body, closed, after = rest.rpartition("&&")
    if not (opened and closed) or after:
        raise _unreadable("its CP does not stand between && and && at the end of the data segment")
    named = _pairs(head.split(";"), "the head")
    fields: dict[str, str] = {}
    readings: dict[str, dict[str, str]] = {}
    for key, value in _pairs(re.split("[;,]", body), "CP").items():
        code, of_pollutant, which = key.partition("-")
        if of_pollutant:
            readings.setdefault(code, {})[which] = value
        else:
            fields[key] = value
    return Telegram(
        site_kind=named.get("ST", ""),
        command=named.get("CN", ""),
        device=named.get("MN", ""),
        part=named.get("PNO", ""),
        fields=fields,
        readings=readings,
    )


def _pairs(parts: Iterable[str], where: str) -> dict[str, str]:
    """Keys and values. A message names no part by its text: that may be the password."""
    found: dict[str, str] = {}
    for number, part in enumerate(parts, 1):
        key, given, value = part.partition("=")
        if not part:
            continue
        if not given or not key.isprintable() or not key:
            raise _unreadable(f"part {number} of {where} is not key=value")
        if key in found:
            raise _unreadable(f"part {number} of {where} has a key that stood there before")
        found[key] = value
    return found
