"""What does the registry learn from reference data? Entities, each from the day on which its version is in force.

Of one kind the versions follow each other: a row holds while its version is in force and its own days last.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from citybrain.reference.areas import Area
from citybrain.reference.calendars import work_years
from citybrain.reference.folder import Reference
from citybrain.reference.manifest import Held
from citybrain.reference.tables import (
    CorridorRow,
    EnterpriseRow,
    GridRow,
    LinkRow,
    PopulationRow,
    RowT,
    SiteRow,
)
from feeds.quantities import free_flow_time_ms
from feeds.recording import Entity, entity
from streams.baselines import BASE_YEAR, CORRIDOR, attributes_of
from streams.entities import OF_THE_CITY
from streams.normalize.enrich import CELL
from streams.workdays import CALENDAR
from streams.workdays import labels_of as calendar_labels

SOURCE = "reference"
"""What entities of reference data say of where they come from."""
VERSION_LABEL, HASH_LABEL = "reference_version", "reference_sha256"
HASH_LENGTH = 12
ANNOUNCED = ("links", "corridors", "sites", "areas", "population", "enterprises", "grid", "calendar")
"""Kinds that the registry learns of."""

Days = tuple[date, date | None]
"""From a civil day, included, to another, excluded; None is without end."""


def entities(reference: Reference, zone: ZoneInfo) -> list[Entity]:
    """Every entity of the reference data as it is announced: records of `entity.avsc` without `run_id`."""
    return [
        *_links(reference.held.get("links", ()), zone),
        *_corridors(reference.held.get("corridors", ()), zone),
        *_sites(reference, zone),
        *_areas(reference, zone),
        *_enterprises(reference.held.get("enterprises", ()), zone),
        *_cells(reference.held.get("grid", ()), zone),
        *_calendars(reference.held.get("calendar", ()), zone),
    ]


def labels_of(*held: Held) -> dict[str, str]:
    """The labels by which an entity names the versions that it was made from."""
    return {
        VERSION_LABEL: ", ".join(f"{one.entry.kind} {one.entry.version}" for one in held),
        HASH_LABEL: ", ".join(one.entry.sha256[:HASH_LENGTH] for one in held),
    }


def _links(versions: Iterable[Held], zone: ZoneInfo) -> Iterator[Entity]:
    for held, row, days in _holding(versions, LinkRow):
        limit = {} if row.limit_kmh is None else {"limit_kmh": row.limit_kmh}
        yield entity(
            "road",
            "link",
            row.link_id,
            area_id=row.area_id,
            source=SOURCE,
            valid=_valid(days, zone),
            attributes={
                "length_m": row.length_m,
                "free_flow_time_ms": free_flow_time_ms(row.length_m, row.free_flow_kmh),
                "weight": 1,
                **limit,
            },
            labels={
                "road_class": row.road_class,
                "free_flow_basis": row.free_flow_basis,
                "length_basis": SOURCE,
                **row.networks,
                **labels_of(held),
            },
        )


def _corridors(versions: Iterable[Held], zone: ZoneInfo) -> Iterator[Entity]:
    """Each corridor with all the classes of its base year."""
    for held in versions:
        rows: dict[str, list[CorridorRow]] = {}
        for line in held.content:
            rows.setdefault(line.row.corridor_id, []).append(line.row)
        for corridor_id, own in rows.items():
            yield entity(
                "road",
                CORRIDOR,
                corridor_id,
                source=SOURCE,
                valid=_valid((held.begin, held.end), zone),
                attributes=attributes_of(row.baseline for row in own),
                labels={BASE_YEAR: str(own[0].base_year), **labels_of(held)},
            )


def _calendars(versions: Iterable[Held], zone: ZoneInfo) -> Iterator[Entity]:
    """Each declared year: the city's own, and those that are shipped beside them."""
    for held in versions:
        for year in work_years(held.content):
            yield entity(
                OF_THE_CITY,
                CALENDAR,
                str(year.year),
                source=SOURCE,
                valid=_valid((held.begin, held.end), zone),
                labels={**calendar_labels(year, zone), **labels_of(held)},
            )


def _sites(reference: Reference, zone: ZoneInfo) -> Iterator[Entity]:
    for held, row, days in _holding(reference.held.get("sites", ()), SiteRow):
        for area_id, piece in _placed(row, days, reference.held.get("areas", ())):
            yield entity(
                row.system,
                row.entity_type,
                row.entity_id,
                name=row.name or "",
                area_id=area_id,
                position=row.position,
                source=SOURCE,
                valid=_valid(piece, zone),
                attributes=row.attributes,
                labels={**row.labels, **labels_of(held)},
            )


def _placed(row: SiteRow, days: Days, areas: Sequence[Held]) -> Iterator[tuple[str, Days]]:
    """The area of a site: as it says itself, else that of its position under each version of the areas."""
    if row.area_id is not None:
        yield row.area_id, days
        return
    found: list[tuple[str, Days]] = []
    for held in areas:
        piece = _common(days, (held.begin, held.end))
        if piece is None or row.position is None:
            continue
        area_id = held.content.area_of(*row.position)
        if found and found[-1][0] == area_id:
            found[-1] = (area_id, (found[-1][1][0], piece[1]))
        else:
            found.append((area_id, piece))
    yield from found


def _areas(reference: Reference, zone: ZoneInfo) -> Iterator[Entity]:
    population = reference.held.get("population", ())
    counts = [(held, _by_area(held)) for held in population]
    for held in reference.held.get("areas", ()):
        pieces = list(_pieces((held.begin, held.end), _turns(population)))
        for area in held.content.by_id.values():
            told: list[tuple[Days, dict[str, int], dict[str, str]]] = []
            for piece in pieces:
                attributes, labels = _inhabited(area, held, piece[0], counts)
                if told and told[-1][1:] == (attributes, labels):
                    told[-1] = ((told[-1][0][0], piece[1]), attributes, labels)
                else:
                    told.append((piece, attributes, labels))
            for days, attributes, labels in told:
                for system in (OF_THE_CITY, *area.systems):
                    yield entity(
                        system,
                        "area" if area.parent else "city",
                        area.id,
                        name=area.name,
                        area_id=area.parent,
                        source=SOURCE,
                        valid=_valid(days, zone),
                        attributes=attributes,
                        labels=labels,
                        # Once for all systems: the normalizers find places by it.
                        boundary_wkt=area.shape.wkt if system == OF_THE_CITY else None,
                    )


def _inhabited(
    area: Area, held: Held, day: date, counts: Sequence[tuple[Held, Mapping[str, Mapping[int, int]]]]
) -> tuple[dict[str, int], dict[str, str]]:
    """Attributes and labels of an area on a day: the residents are those of the newest year that has begun."""
    labels = {"administrative_code": area.code}
    for counted, by_area in counts:
        years = [year for year in by_area.get(area.id, {}) if year <= day.year]
        if years and counted.begin <= day and (counted.end is None or day < counted.end):
            year = max(years)
            residents = {"residents": by_area[area.id][year]}
            return residents, {**labels, "population_year": str(year), **labels_of(held, counted)}
    return {}, {**labels, **labels_of(held)}


def _by_area(held: Held) -> Mapping[str, Mapping[int, int]]:
    found: dict[str, dict[int, int]] = {}
    for line in held.content:
        row: PopulationRow = line.row
        found.setdefault(row.area_id, {})[row.year] = row.residents
    return found


def _turns(population: Sequence[Held]) -> list[date]:
    """The days on which the residents of some area may change."""
    return sorted(
        {held.begin for held in population}
        | {date(line.row.year, 1, 1) for held in population for line in held.content}
    )


def _pieces(days: Days, turns: Iterable[date]) -> Iterator[Days]:
    begin, end = days
    for turn in turns:
        if begin < turn and (end is None or turn < end):
            yield begin, turn
            begin = turn
    yield begin, end


def _enterprises(versions: Iterable[Held], zone: ZoneInfo) -> Iterator[Entity]:
    for held, row, days in _holding(versions, EnterpriseRow):
        yield entity(
            OF_THE_CITY,
            "enterprise",
            row.credit_code_hash,
            area_id=row.area_id,
            source=SOURCE,
            valid=_valid(days, zone),
            labels={"industry": row.industry, **labels_of(held)},
        )


def _cells(versions: Iterable[Held], zone: ZoneInfo) -> Iterator[Entity]:
    """Cells of the address grid, each where its middle is."""
    for held, row, days in _holding(versions, GridRow):
        yield entity(
            OF_THE_CITY,
            CELL,
            row.cell_id,
            area_id=row.area_id,
            position=((row.west + row.east) / 2, (row.south + row.north) / 2),
            source=SOURCE,
            valid=_valid(days, zone),
            labels=labels_of(held),
        )


def _holding(versions: Iterable[Held], _: type[RowT]) -> Iterator[tuple[Held, RowT, Days]]:
    """Rows with the days on which they hold; a row without such a day is left out."""
    for held in versions:
        for line in held.content:
            row = line.row
            days = _common((held.begin, held.end), (row.period[0] or held.begin, row.period[1]))
            if days is not None:
                yield held, row, days


def _common(one: Days, other: Days) -> Days | None:
    begin = max(one[0], other[0])
    ends = [end for end in (one[1], other[1]) if end is not None]
    end = min(ends) if ends else None
    return (begin, end) if end is None or begin < end else None


def _valid(days: Days, zone: ZoneInfo) -> tuple[int, int | None]:
    begin, end = days
    return midnight_ms(begin, zone), None if end is None else midnight_ms(end, zone)


def midnight_ms(day: date, zone: ZoneInfo) -> int:
    """When a civil day begins, epoch milliseconds."""
    return int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp()) * 1000
