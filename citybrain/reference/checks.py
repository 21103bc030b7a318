"""Do the files of the reference data agree with each other? What no file can say of itself alone."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from citybrain.reference.areas import Area, AreaMap
from citybrain.reference.manifest import MANIFEST, Held, Version
from citybrain.reference.shapes import overlapping_boxes
from citybrain.reference.tables import CorridorRow, GridRow, Line, PopulationRow, Row, SiteRow
from streams.problems import Problems

_OF_AREAS = ("links", "sites", "population", "enterprises", "grid")
"""Kinds whose rows name areas."""


def check_together(held: Mapping[str, Sequence[Held]], problems: Problems) -> None:
    """Tell everything in which the files of a folder do not agree."""
    areas = held.get("areas", ())
    for kind in _OF_AREAS:
        versions = held.get(kind, ())
        if versions and not areas:
            what = f"name no areas.geojson, whose areas {versions[0].entry.file} names: add it"
            problems.add(MANIFEST, versions[0].version.line, "files", what)
        elif versions and versions[0].begin < areas[0].begin:
            what = (
                f"of {versions[0].entry.file} is {versions[0].begin}, and no areas hold before {areas[0].begin}: "
                "let the areas hold from that day on, too"
            )
            problems.add(MANIFEST, versions[0].version.line, "in_force", what)
        for version in versions:
            _check_places(version, areas, problems)
    for version in held.get("grid", ()):
        _check_grid(version, problems)
    for version in held.get("corridors", ()):
        _check_corridors(version, held.get("links", ()), problems)
    _note_uncounted(areas, held.get("population", ()), problems)


def _check_places(held: Held, areas: Sequence[Held], problems: Problems) -> None:
    for line in held.content:
        for other in areas:
            # What was wrong with the areas themselves is told with them.
            if not other.content.by_id or not _meet(line.row, held.version, other.version):
                continue
            wrong = _wrong_place(line, other)
            if wrong is not None:
                problems.add(held.entry.file, line.number, *wrong)
                break
            _note_elsewhere(held.entry.file, line, other.content, problems)


def _wrong_place(line: Line[Row], areas: Held) -> tuple[str, str] | None:
    """The field that is wrong and why, or None."""
    row, named = line.row, getattr(line.row, "area_id", None)
    where = f"{areas.entry.file} (version {areas.entry.version})"
    if named is None:
        if isinstance(row, SiteRow) and row.position and areas.content.area_of(*row.position) is None:
            return "longitude", f"and latitude are in no area of {where}: correct them, or write area_id"
        return None
    area: Area | None = areas.content.by_id.get(named)
    if area is None:
        return "area_id", f"is {named}, which is no area of {where}: add it there, or correct it"
    if isinstance(row, GridRow):
        west, south, east, north = area.shape.bounds
        if row.east <= west or east <= row.west or row.north <= south or north <= row.south:
            return (
                "area_id",
                f"is {named}, and the cell lies beyond the bounding box of that: correct one of them",
            )
    return None


def _note_elsewhere(file: str, line: Line[Row], areas: AreaMap, problems: Problems) -> None:
    row = line.row
    if not isinstance(row, SiteRow) or row.position is None or row.area_id is None:
        return
    found = areas.area_of(*row.position)
    if found is None or not f"{found}/".startswith(f"{row.area_id}/"):
        lies = "in no area" if found is None else f"in {found}"
        problems.note(
            file, line.number, "area_id", f"is {row.area_id}, and the position lies {lies}: is it meant?"
        )


def _check_grid(held: Held, problems: Problems) -> None:
    rows: list[Line[GridRow]] = list(held.content)
    boxes = [
        ((line.row.west, line.row.south, line.row.east, line.row.north), n) for n, line in enumerate(rows)
    ]
    for first, second in overlapping_boxes(boxes):
        one, other = rows[first], rows[second]
        what = f"{other.row.cell_id} overlaps {one.row.cell_id} (line {one.number}): an address is in one cell alone"
        problems.add(held.entry.file, other.number, "west", what)


def _check_corridors(held: Held, links: Sequence[Held], problems: Problems) -> None:
    """One base year a corridor, hours that do not overlap, and links that are a part of it."""
    rows: list[Line[CorridorRow]] = list(held.content)
    named = {line.row.corridor for version in links for line in version.content}
    for number, line in enumerate(rows):
        row, (own, _) = line.row, line.row.baseline
        before = [other for other in rows[:number] if other.row.corridor_id == row.corridor_id]
        for other in before:
            earlier, _ = other.row.baseline
            if other.row.base_year != row.base_year:
                what = f"is {row.base_year}, and {other.row.base_year} on line {other.number}: a corridor has one base year"
                problems.add(held.entry.file, line.number, "base_year", what)
            elif earlier.days == own.days and own.begin < earlier.end and earlier.begin < own.end:
                what = f"{row.hours} overlap {other.row.hours} on line {other.number}: a moment is in one class alone"
                problems.add(held.entry.file, line.number, "hours", what)
        if not before and links and row.corridor_id not in named:
            what = (
                f"is {row.corridor_id}, which no link names as its corridor: nothing will be compared with it"
            )
            problems.note(held.entry.file, line.number, "corridor_id", what)


def _note_uncounted(areas: Sequence[Held], population: Sequence[Held], problems: Problems) -> None:
    if not areas or not population:
        return
    newest, last = areas[-1], population[-1]
    counted = {line.row.area_id for line in last.content if isinstance(line.row, PopulationRow)}
    for area in newest.content.by_id.values():
        if area.id not in counted:
            what = f"{area.id} has no residents in {last.entry.file}: figures per head will leave it out"
            problems.note(newest.entry.file, area.line, "properties.id", what)


def _meet(row: Row, own: Version, areas: Version) -> bool:
    """Whether a row holds on some day on which both versions are in force."""
    begins = [own.entry.in_force, areas.entry.in_force, row.period[0]]
    ends = [own.until, areas.until, row.period[1]]
    begin = max(day for day in begins if day is not None)
    return all(begin < end for end in _days(ends))


def _days(days: Sequence[date | None]) -> Iterator[date]:
    return (day for day in days if day is not None)
