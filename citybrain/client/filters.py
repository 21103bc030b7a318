"""Which records does a subscriber want? Conditions on what does not change in the life of a thing."""

from collections.abc import Callable, Collection
from typing import Any

from citybrain.client.kinds import Decoded

Wanted = Callable[[Decoded], bool]
Names = str | Collection[str] | None
"""One name, several, or None for any."""


def named(field: str, names: Names) -> Wanted:
    """The field is one of the names."""
    if names is None:
        return _any
    wanted = frozenset([names] if isinstance(names, str) else names)
    return lambda row: row[field] in wanted


def inside(area: str | None) -> Wanted:
    """The area or what lies in it: `city/district` is inside `city`. What names no area is in none."""
    if area is None:
        return _any
    prefix = area.rstrip("/") + "/"

    def is_inside(row: Decoded) -> bool:
        found = row["area_id"]
        if found is None and row.get("entity_type") in {"area", "district", "city"}:
            found = row["entity_id"]
        return found is not None and f"{found}/".startswith(prefix)

    return is_inside


def of_system(systems: Names) -> Wanted:
    """The indicator is one of these systems' own."""
    if systems is None:
        return _any
    wanted = frozenset([systems] if isinstance(systems, str) else systems)
    return lambda row: row["indicator_id"].partition(".")[0] in wanted


def at_least(severity: int | None) -> Wanted:
    """The alert is or was this grave, 1 to 4: who heard of it also hears that it went down. Raises ValueError."""
    if severity is None:
        return _any
    if severity not in range(1, 5):
        raise ValueError(f"severity is 1 (I, red) to 4 (IV, blue), not {severity!r}")
    return lambda row: row["worst_level"] <= severity


def of_department(departments: Names) -> Wanted:
    """The department leads or assists; that a case was handed on is told to every department."""
    if departments is None:
        return _any
    wanted = frozenset([departments] if isinstance(departments, str) else departments)
    return lambda row: (
        row["change"] == "transferred"
        or row["lead_department"] in wanted
        or not wanted.isdisjoint(row["assisting_departments"])
    )


def final_only(only: bool) -> Wanted:
    """No provisional rows."""
    return (lambda row: row["finality"] != "provisional") if only else _any


def every(*conditions: Wanted) -> Wanted:
    """All of them hold."""
    asked = [condition for condition in conditions if condition is not _any]
    return lambda row: all(condition(row) for condition in asked)


def _any(_: Any) -> bool:
    return True
