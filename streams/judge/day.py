"""What has a civil day brought so far? Hours of a day by entity, kept until long after the day is over.

One value for each measure, run, day and entity. An hour is put in its place, so that a repeat changes nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from streams.judge.rows import Civil
from streams.keyed_state import KeyedState

KEPT = timedelta(days=10)
"""Days that are over are told once more after a restart, should nobody have been there to hear it."""


@dataclass(frozen=True, slots=True)
class EntityDay:
    """The hours of one entity in one civil day; `hours` is keyed by whatever the measure chose, as text."""

    day: date
    entity_type: str
    entity_id: str
    area_id: str | None
    hours: dict[str, Any]


class Days:
    """The days of one measure."""

    def __init__(self, state: KeyedState, civil: Civil, measure: str) -> None:
        self._state = state
        self._civil = civil
        self._measure = measure
        self._closed: set[tuple[str, date]] = set()

    def put(
        self,
        run_id: str,
        day: date,
        entity: tuple[str, str, str | None],
        hour: str,
        value: Any,
    ) -> EntityDay:
        """Put the value of one hour in its place, and answer the day as it is now."""
        entity_type, entity_id, area_id = entity
        key = f"{self._prefix(run_id)}{day.isoformat()}|{entity_type}|{entity_id}"
        known = self._state.get(key)
        hours = {**(known["hours"] if known else {}), hour: value}
        self._state.put(key, {"area": area_id, "hours": hours})
        return EntityDay(day, entity_type, entity_id, area_id, hours)

    def one(self, run_id: str, day: date, entity_type: str, entity_id: str) -> EntityDay | None:
        """One entity's day, None where nothing is known of it."""
        known = self._state.get(f"{self._prefix(run_id)}{day.isoformat()}|{entity_type}|{entity_id}")
        return (
            None if known is None else EntityDay(day, entity_type, entity_id, known["area"], known["hours"])
        )

    def of(self, run_id: str, day: date | None = None) -> Iterator[EntityDay]:
        """Every entity's day, or those of one day."""
        prefix = self._prefix(run_id)
        wanted = prefix if day is None else f"{prefix}{day.isoformat()}|"
        for key, value in self._state.items(wanted):
            text, entity_type, entity_id = key[len(prefix) :].split("|", 2)
            yield EntityDay(date.fromisoformat(text), entity_type, entity_id, value["area"], value["hours"])

    def take_over(self, run_id: str, until_ms: int) -> list[EntityDay]:
        """Days that are over at a moment, each once in a lifetime of this object; forgets very old ones."""
        over = []
        today = self._civil.date_of(until_ms)
        for found in list(self.of(run_id)):
            if found.day < today - KEPT:
                self._state.remove(
                    f"{self._prefix(run_id)}{found.day.isoformat()}|{found.entity_type}|{found.entity_id}"
                )
            elif found.day < today and (run_id, found.day) not in self._closed:
                over.append(found)
        self._closed |= {(run_id, found.day) for found in over}
        self._closed = {closed for closed in self._closed if closed[1] >= today - KEPT}
        return over

    def _prefix(self, run_id: str) -> str:
        return f"{self._measure}|{run_id}|day|"
