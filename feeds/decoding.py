"""What may come out of a feed's bytes? Events, or a rejection that says why.

A decoder is pure: the same bytes give the same items, whenever and wherever it runs. Its events have the fields of
the normalized record except those that the normalizer adds (ingest time, source, run, the recording's time shift)
and those that the registry adds (length, free-flow time, area where the feed has none). An event may say where it was
(`POSITION`), so that the registry can tell its area; where its record has no such fields, the normalizer drops them.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple, Self, TypeVar

MAX_NAME_CHARACTERS = 128
WITHDRAWN = "withdrawn"
"""The quality of an event that its source has taken back."""
POSITION = ("longitude_deg", "latitude_deg")
"""Where an event was: degrees, CGCS2000. WGS 84 is within a few centimetres of it and is taken as it is."""

_Source = TypeVar("_Source")


class RejectReason(StrEnum):
    """Why a record or an item of it cannot become an event. The value is what dead letters carry."""

    meaning: str
    remedy: str

    def __new__(cls, value: str, meaning: str, remedy: str) -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.meaning = meaning
        member.remedy = remedy
        return member

    UNKNOWN_RECORD = (
        "unknown_record",
        "The bytes on the raw topic are not a raw record of this line.",
        "Find who else writes to the raw topic; only feeds may.",
    )
    UNKNOWN_FEED = (
        "unknown_feed",
        "The raw record names a feed that this release has no decoder for.",
        "Correct the feed's name at the sender, or add the decoder and replay the dead letters.",
    )
    UNREADABLE = (
        "unreadable",
        "The bytes are not in the feed's format: cut off, empty, or of another layout.",
        "Compare the payload with the feed's format; ask the sender whether it changed.",
    )
    MISSING_TIME = (
        "missing_time",
        "The measurement says nowhere when it was made, and a time is never invented.",
        "Ask the sender for the time; without one the item stays out.",
    )
    BAD_TIME = (
        "bad_time",
        "What stands in the place of the time is not a time.",
        "Correct the time format at the sender, then replay the dead letters.",
    )
    FUTURE_EVENT_TIME = (
        "future_event_time",
        "The measurement claims to be from later than the city clock allows.",
        "Set the clock of the device; one bad clock may not close windows for all.",
    )
    MISSING_ENTITY = (
        "missing_entity",
        "The item does not say which link, station or incident it belongs to.",
        "Ask the sender for the identifier.",
    )
    UNKNOWN_ENTITY = (
        "unknown_entity",
        "The registry has no such entity, so its length and free-flow time are unknown.",
        "Announce the entity in the registry, then replay the dead letters.",
    )
    MISSING_VALUE = (
        "missing_value",
        "The item has a time and an entity but nothing was measured.",
        "Nothing, when it is rare; otherwise look after the sensor.",
    )
    BAD_VALUE = (
        "bad_value",
        "What stands in the place of a value is not a value of that kind.",
        "Correct the value's format at the sender, then replay the dead letters.",
    )
    OUT_OF_RANGE = (
        "out_of_range",
        "The value is outside what can physically be measured.",
        "Look after the sensor, or correct the unit at the sender.",
    )
    UNKNOWN_UNIT = (
        "unknown_unit",
        "The value has no unit, or one that this feed cannot convert, and a unit is never guessed.",
        "Give one of the units that the message names.",
    )
    TOO_LARGE = (
        "too_large",
        "The record is larger than a record on the line may be.",
        "Send it in several smaller ones.",
    )


class Raw(NamedTuple):
    """Bytes as a feed sent them, with what the transport knew. Times are epoch milliseconds."""

    feed: str
    payload: bytes
    context: Mapping[str, str]
    ingest_time: int
    source: str
    run_id: str
    time_shift_ms: int


@dataclass(frozen=True, slots=True)
class Rejected:
    """An item, or a whole record, that cannot become an event; `message` is for people and names the item."""

    reason: RejectReason
    message: str


Event = dict[str, Any]
Item = Event | Rejected
Decoder = Callable[[Raw], Iterable[Item]]


class UnfitError(Exception):
    """Raised inside a decoder by what reads one field; the decoder turns it into a Rejected."""

    def __init__(self, reason: RejectReason, message: str) -> None:
        super().__init__(message)
        self.rejected = Rejected(reason, message)


@dataclass(frozen=True, slots=True)
class Feed:
    """One source of bytes: the system that it belongs to and how its bytes are read.

    zone: civil time of times without an offset; empty where every time carries its offset.
    reference_system: of the feed's coordinates; empty where it has none.
    """

    name: str
    system: str
    title: str
    decode: Decoder
    zone: str = ""
    reference_system: str = ""


def each(sources: Iterable[_Source], event_of: Callable[[_Source], Event]) -> list[Item]:
    """One item for each source: its event, or its rejection. One bad item does not take the others with it."""
    items: list[Item] = []
    for source in sources:
        try:
            items.append(event_of(source))
        except UnfitError as error:
            items.append(error.rejected)
    return items


def name_of(value: object, what: str) -> str:
    """An identifier as it came, without spaces around it. Raises UnfitError(MISSING_ENTITY)."""
    name = value.strip() if isinstance(value, str) else ""
    if not name:
        raise UnfitError(RejectReason.MISSING_ENTITY, f"{what} is missing: {shown(value)}")
    if len(name) > MAX_NAME_CHARACTERS or not name.isprintable():
        raise UnfitError(RejectReason.MISSING_ENTITY, f"{what} is not a name: {shown(value)}")
    return name


def shown(value: object) -> str:
    """A value for a message: quoted, and short enough for a line."""
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
