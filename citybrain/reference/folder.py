"""What does the city know of itself, all files together? Reads a folder of reference data and checks it whole."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeAlias

from citybrain.reference.areas import AreaMap, read_areas
from citybrain.reference.calendars import read_calendar
from citybrain.reference.checks import check_together
from citybrain.reference.departments import Departments, read_departments
from citybrain.reference.manifest import KINDS, Held, read_manifest
from citybrain.reference.tables import (
    CorridorRow,
    EnterpriseRow,
    GridRow,
    LinkRow,
    PopulationRow,
    Row,
    SiteRow,
    read_table,
)
from streams.problems import Problem, Problems, ReferenceDataError

TABLES: Mapping[str, type[Row]] = {
    "links": LinkRow,
    "corridors": CorridorRow,
    "sites": SiteRow,
    "population": PopulationRow,
    "enterprises": EnterpriseRow,
    "grid": GridRow,
}
Read: TypeAlias = Callable[[str, bytes, Problems], Any]


@dataclass(frozen=True)
class Reference:
    """The reference data of a folder: the versions of each kind, oldest first. `notes` are worth knowing."""

    folder: Path
    held: Mapping[str, tuple[Held, ...]]
    notes: tuple[Problem, ...] = ()

    def newest(self, kind: str) -> Held | None:
        """The newest version of a kind, whether it is in force yet or not."""
        versions = self.held.get(kind, ())
        return versions[-1] if versions else None


def departments_of(folder: Path, day: date) -> Departments | None:
    """The departments that are in force on a civil day, None where none are; reads no other file's content.

    Raises ReferenceDataError where they, or the manifest, are wrong.
    """
    problems = Problems()
    manifest = read_manifest(folder, problems)
    found = None
    for version in manifest.versions if manifest is not None else ():
        if version.entry.kind == "departments" and version.entry.in_force <= day:
            found = read_departments(version.entry.file, version.data, problems)
    _demand_right(folder, problems)
    return found


def reference_of(folder: Path) -> Reference:
    """The reference data of a folder. Raises ReferenceDataError with everything that is wrong with it."""
    problems = Problems()
    if not folder.is_dir():
        raise ReferenceDataError(
            f"{folder} is no folder: name that of the reference data, or set CITYBRAIN_REFERENCE"
        )
    manifest = read_manifest(folder, problems)
    held: dict[str, tuple[Held, ...]] = {}
    if manifest is not None:
        readers = _readers(manifest.area_overlap_ratio)
        for kind in KINDS:
            own = [version for version in manifest.versions if version.entry.kind == kind]
            held[kind] = tuple(
                Held(version, readers[kind](version.entry.file, version.data, problems)) for version in own
            )
        check_together(held, problems)
    _demand_right(folder, problems)
    return Reference(folder, held, tuple(sorted(problems.notes)))


def _demand_right(folder: Path, problems: Problems) -> None:
    if problems.found:
        count = len(problems.found)
        what = "one thing is" if count == 1 else f"{count:,} things are"
        raise ReferenceDataError(f"{what} wrong with the reference data in {folder}:", sorted(problems.found))


def _readers(area_overlap_ratio: Fraction) -> Mapping[str, Read]:
    readers: dict[str, Read] = {kind: _table(model) for kind, model in TABLES.items()}
    readers["areas"] = lambda file, data, problems: AreaMap(
        read_areas(file, data, area_overlap_ratio, problems)
    )
    readers["departments"] = read_departments
    readers["calendar"] = read_calendar
    return readers


def _table(model: type[Row]) -> Read:
    return lambda file, data, problems: read_table(model, file, data, problems)
