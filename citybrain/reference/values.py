"""Can this text be a length, a speed, a date, a name? How the cells of reference files are read.

A reader takes the text of a cell and gives its value, or raises ValueError with what stands there and what to write
instead.
"""

import re
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Annotated, Any, TypeAlias

from pydantic import PlainValidator

from indicators.traffic_inputs import SPEED_KMH_MAX
from indicators.workdays import YEARS, hours
from streams.problems import shown

Reader: TypeAlias = Callable[[object], Any]

NAME_LENGTH_MAX = 200
SPEED_DECIMALS = 6
_ID = re.compile(r"[\w./:-]{1,200}")
_AREA = re.compile(r"[\w-]{1,80}(/[\w-]{1,80})?")
_WORD = re.compile(r"[a-z][a-z0-9_]{0,60}")
_WHOLE = re.compile(r"-?[0-9]{1,18}")
_DECIMAL = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,15})?")
_SPEED = re.compile(rf"[0-9]{{1,3}}(\.[0-9]{{1,{SPEED_DECIMALS}}})?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_HASH = re.compile(r"[0-9a-f]{64}")
_INDUSTRY = re.compile(r"[A-T][0-9]{0,4}")
_CODE = re.compile(r"[0-9]{6}([0-9]{3}){0,2}")


def whole(low: int, high: int, example: str) -> Reader:
    """Reads a whole number from `low` to `high`."""

    def read(text: object) -> int:
        if isinstance(text, str) and _WHOLE.fullmatch(text) and low <= int(text) <= high:
            return int(text)
        raise ValueError(f"is {shown(text)}: write a whole number from {low:,} to {high:,}, as {example}")

    return read


def degrees(most: int) -> Reader:
    """Reads degrees from -`most` to `most`."""

    def read(text: object) -> float:
        if isinstance(text, str) and _DECIMAL.fullmatch(text) and abs(Fraction(text)) <= most:
            return float(text)
        raise ValueError(f"is {shown(text)}: write degrees from -{most} to {most}, as 30.25")

    return read


def fitting(pattern: re.Pattern[str], wanted: str) -> Reader:
    """Reads a text of a given form."""

    def read(text: object) -> str:
        if isinstance(text, str) and pattern.fullmatch(text):
            return text
        raise ValueError(f"is {shown(text)}: write {wanted}")

    return read


def one_of(*words: str) -> Reader:
    """Reads one of a few words."""

    def read(text: object) -> str:
        if text in words:
            return str(text)
        raise ValueError(f"is {shown(text)}: write one of {', '.join(words)}")

    return read


def optional(reader: Reader) -> Reader:
    """Reads what `reader` reads, and an empty cell as None."""
    return lambda text: None if text in ("", None) else reader(text)


area_path = fitting(_AREA, "a path city or city/district, of letters, digits, - and _")


def speed(text: object) -> Fraction:
    """Reads a speed of a road, exactly."""
    if isinstance(text, str) and _SPEED.fullmatch(text) and 1 <= Fraction(text) <= SPEED_KMH_MAX:
        return Fraction(text)
    raise ValueError(
        f"is {shown(text)}: write km/h from 1 to {SPEED_KMH_MAX} with at most {SPEED_DECIMALS} decimals, as 52.5"
    )


def day(text: object) -> date:
    """Reads a civil day."""
    if not (isinstance(text, str) and _DAY.fullmatch(text)):
        raise ValueError(f"is {shown(text)}: write a day as 2026-01-31")
    try:
        found = date.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"is {shown(text)}, which is no day of the calendar: correct it") from error
    if not YEARS[0] <= found.year <= YEARS[1]:
        raise ValueError(f"is {text}: write a day of the years {YEARS[0]} to {YEARS[1]}")
    return found


def span(text: object) -> str:
    """Reads hours of a civil day."""
    try:
        hours(str(text))
    except ValueError as error:
        raise ValueError(f"is {shown(text)}: write hours of one day, as 07:00-09:00") from error
    return str(text)


def name(text: object) -> str:
    """Reads a name for people."""
    if isinstance(text, str) and 0 < len(text.strip()) <= NAME_LENGTH_MAX:
        return text.strip()
    raise ValueError(f"is {shown(text)}: write a name of 1 to {NAME_LENGTH_MAX} letters")


def credit_code_hash(text: object) -> str:
    """Reads the hash of a credit code. What is none may be the plain code, and is not repeated."""
    if isinstance(text, str) and _HASH.fullmatch(text):
        return text
    length = len(text) if isinstance(text, str) else 0
    raise ValueError(
        f"is no hash but {length} other characters: plain credit codes must not be in the line; write the 64 small "
        "hexadecimal digits of its keyed SHA-256"
    )


Id = Annotated[str, PlainValidator(fitting(_ID, "1 to 200 letters, digits, and . / : - _"))]
AreaId = Annotated[str, PlainValidator(area_path)]
OptionalId = Annotated[
    str | None, PlainValidator(optional(fitting(_ID, "1 to 200 letters, digits, and . / : - _")))
]
OptionalAreaId = Annotated[str | None, PlainValidator(optional(area_path))]
Word = Annotated[str, PlainValidator(fitting(_WORD, "a small word of a-z, 0-9 and _, as station"))]
Name = Annotated[str, PlainValidator(name)]
Day = Annotated[date, PlainValidator(day)]
Speed = Annotated[Fraction, PlainValidator(speed)]
Sha256 = Annotated[str, PlainValidator(fitting(_HASH, "the 64 small hexadecimal digits of a SHA-256"))]
CreditCodeHash = Annotated[str, PlainValidator(credit_code_hash)]
Industry = Annotated[
    str,
    PlainValidator(fitting(_INDUSTRY, "a section of GB/T 4754, A to T, with up to four digits, as C39")),
]
AdministrativeCode = Annotated[
    str, PlainValidator(fitting(_CODE, "the 6, 9 or 12 digits of an administrative code, as 330106"))
]
OptionalDay = Annotated[date | None, PlainValidator(optional(day))]
OptionalName = Annotated[str | None, PlainValidator(optional(name))]
