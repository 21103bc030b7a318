"""How did a corridor do in its base year? What an entity says of it, written by the loader and read by the judge."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from indicators.arterial_efficiency import Travel
from indicators.workdays import hours

CORRIDOR = "corridor"
BASE_YEAR = "base_year"
WORKDAY, DAY_OFF = "workday", "day_off"
KINDS_OF_DAYS = (WORKDAY, DAY_OFF)
_LENGTH, _TIME = "length_m", "travel_time_ms"


class Class(NamedTuple):
    """What has to be alike on both sides: the kind of day, and the minutes of the civil day, the last one excluded."""

    days: str
    begin: int
    end: int

    def __str__(self) -> str:
        return f"{self.days}, {_clock(self.begin)}-{_clock(self.end)}"


def class_of(days: str, span: str) -> Class:
    """The class of a kind of day and hours such as "07:00-09:00". Raises ValueError for other hours."""
    ((begin, end),) = hours(span)
    return Class(days, begin, end)


def attributes_of(classes: Iterable[tuple[Class, Travel]]) -> dict[str, int]:
    """What an entity says of its classes."""
    return {
        f"{one}, {name}": int(value)
        for one, travel in classes
        for name, value in ((_LENGTH, travel.length_m), (_TIME, travel.travel_time_ms))
    }


def baseline_of(corridor: Mapping[str, Any]) -> dict[Class, Travel]:
    """The classes of a corridor's base year; empty where its entity says none."""
    attributes: Mapping[str, int] = corridor.get("attributes") or {}
    found = {}
    for name, length_m in attributes.items():
        words, _, field = name.rpartition(", ")
        if field == _LENGTH:
            days, _, span = words.partition(", ")
            found[class_of(days, span)] = Travel(length_m, attributes[f"{words}, {_TIME}"])
    return found


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
