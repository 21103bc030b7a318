"""What stands in a reference table? One model a row, read from CSV with the line of every row."""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Annotated, Any, ClassVar, Generic, TypeAlias, TypeVar

from pydantic import BaseModel, ConfigDict, Field, PlainValidator

from citybrain.reference.values import (
    AreaId,
    CreditCodeHash,
    Day,
    Id,
    Industry,
    OptionalAreaId,
    OptionalDay,
    OptionalId,
    OptionalName,
    Speed,
    Word,
    degrees,
    one_of,
    optional,
    span,
    whole,
)
from feeds.quantities import MS_PER_HOUR_OVER_M_PER_KM
from indicators.arterial_efficiency import Travel
from indicators.beijing_traffic import SCALES_BY_ROAD_CLASS
from indicators.workdays import YEARS
from streams.baselines import KINDS_OF_DAYS, Class, class_of
from streams.catalog import SYSTEMS
from streams.problems import Problems, checked, names_of, shown

Period: TypeAlias = tuple[date | None, date | None]

ROWS_MAX = 1_000_000
STANDARD_BASIS = "GB/T 33171"
SHORT_HISTORY = "short_history"
# `limit`: the speed limit stands in; `provider`: a map or traffic data provider says so.
FREE_FLOW_BASES = (STANDARD_BASIS, SHORT_HISTORY, "limit", "provider", "simulated")
NETWORKS = ("corridor", "subnetwork")
"""What else than its area a link may belong to, each a column that a file need not have."""
ROAD_CLASSES = ("freeway", *SCALES_BY_ROAD_CLASS)
# Words of the line itself, or of files of their own.
_NO_SITES = frozenset({"link", "area", "city", "clock", "enterprise"})


class Row(BaseModel):
    """A row of a table; `key` names the columns that tell its rows apart."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)
    KEY: ClassVar[tuple[str, ...]]
    MAY_LACK: ClassVar[frozenset[str]] = frozenset()
    """Columns that a file need not have."""
    PREFIXED: ClassVar[frozenset[str]] = frozenset()
    """Fields that are columns of their own: `attributes` are `attributes.<name>`."""

    def wrong(self) -> Iterator[tuple[str, str]]:
        """Fields that do not go together, and why."""
        return iter(())

    @property
    def key(self) -> tuple[Any, ...]:
        """What tells it apart."""
        return tuple(getattr(self, name) for name in self.KEY)

    @property
    def period(self) -> Period:
        """From which civil day, included, to which, excluded, it holds; None is without end."""
        return None, None


RowT = TypeVar("RowT", bound=Row)


@dataclass(frozen=True, slots=True)
class Line(Generic[RowT]):
    """A row and the line of the file on which it begins."""

    number: int
    row: RowT


class LinkRow(Row):
    """A road link and how fast it is when nothing is in the way."""

    KEY = ("link_id",)
    MAY_LACK = frozenset(NETWORKS)

    link_id: Id
    area_id: AreaId
    length_m: Annotated[int, PlainValidator(whole(1, 200_000, "250"))]
    road_class: Annotated[str, PlainValidator(one_of(*ROAD_CLASSES))] = Field(alias="class")
    limit_kmh: Annotated[int | None, PlainValidator(optional(whole(5, 150, "60")))]
    free_flow_kmh: Speed
    free_flow_basis: Annotated[str, PlainValidator(one_of(*FREE_FLOW_BASES))]
    valid_from: Day
    valid_to: OptionalDay
    corridor: OptionalId = None
    subnetwork: OptionalId = None

    @property
    def period(self) -> Period:
        return self.valid_from, self.valid_to

    @property
    def networks(self) -> dict[str, str]:
        """What else than its area it is a part of, by the kind of it."""
        return {kind: name for kind in NETWORKS if (name := getattr(self, kind)) is not None}

    def wrong(self) -> Iterator[tuple[str, str]]:
        yield from _never(self.period)
        if self.limit_kmh is not None and self.free_flow_kmh > self.limit_kmh:
            speeds = f"{decimal(self.free_flow_kmh)}, above limit_kmh {self.limit_kmh}"
            what = f"is {speeds}: free flow is at most the limit (GB/T 33171 §7.2.1.2); write the limit, or correct it"
            yield "free_flow_kmh", what


class CorridorRow(Row):
    """What was driven on a corridor in its base year, on days of one kind and in one span of hours.

    length_m: metres of all vehicles together, the weight of this class; speed_kmh: over distance, not of speeds.
    """

    KEY = ("corridor_id", "days", "hours")

    corridor_id: Id
    base_year: Annotated[int, PlainValidator(whole(*YEARS, "2025"))]
    days: Annotated[str, PlainValidator(one_of(*KINDS_OF_DAYS))]
    hours: Annotated[str, PlainValidator(span)]
    length_m: Annotated[int, PlainValidator(whole(1, 10**15, "250000000"))]
    speed_kmh: Speed

    @property
    def baseline(self) -> tuple[Class, Travel]:
        """Its class, and what was driven in it."""
        time_ms = round(self.length_m * MS_PER_HOUR_OVER_M_PER_KM / self.speed_kmh)
        return class_of(self.days, self.hours), Travel(self.length_m, time_ms)


class SiteRow(Row):
    """A site of a system: a station, a gauge, a car park."""

    KEY = ("system", "entity_type", "entity_id")
    MAY_LACK = frozenset({"valid_from", "valid_to"})
    PREFIXED = frozenset({"attributes", "labels"})

    system: Annotated[str, PlainValidator(one_of(*SYSTEMS))]
    entity_type: Word
    entity_id: Id
    area_id: OptionalAreaId
    name: OptionalName
    longitude: Annotated[float | None, PlainValidator(optional(degrees(180)))]
    latitude: Annotated[float | None, PlainValidator(optional(degrees(90)))]
    attributes: dict[Word, Annotated[int, PlainValidator(whole(-(10**15), 10**15, "2"))]]
    labels: dict[Word, str]
    valid_from: OptionalDay = None
    valid_to: OptionalDay = None

    @property
    def period(self) -> Period:
        return self.valid_from, self.valid_to

    @property
    def position(self) -> tuple[float, float] | None:
        """Longitude and latitude, where both are known."""
        return None if self.longitude is None or self.latitude is None else (self.longitude, self.latitude)

    def wrong(self) -> Iterator[tuple[str, str]]:
        yield from _never(self.period)
        if self.entity_type in _NO_SITES:
            yield "entity_type", f"is {self.entity_type}, which is no site: it has a file of its own, or none"
        if (self.longitude is None) != (self.latitude is None):
            empty = "longitude" if self.longitude is None else "latitude"
            yield empty, "is empty beside the other coordinate: write both, or neither"
        elif self.area_id is None and self.position is None:
            yield "area_id", "is empty and so is the position: write one of them"


class PopulationRow(Row):
    """How many people live in an area, by a year's count."""

    KEY = ("area_id", "year")

    area_id: AreaId
    year: Annotated[int, PlainValidator(whole(1900, 2200, "2025"))]
    residents: Annotated[int, PlainValidator(whole(0, 100_000_000, "412000"))]


class EnterpriseRow(Row):
    """An enterprise, by the hash of its credit code; its name stays out of the line."""

    KEY = ("credit_code_hash",)

    credit_code_hash: CreditCodeHash
    area_id: AreaId
    industry: Industry


class GridRow(Row):
    """A cell of the address grid: the area that its addresses belong to, and its corners in degrees."""

    KEY = ("cell_id",)

    cell_id: Id
    area_id: AreaId
    west: Annotated[float, PlainValidator(degrees(180))]
    south: Annotated[float, PlainValidator(degrees(90))]
    east: Annotated[float, PlainValidator(degrees(180))]
    north: Annotated[float, PlainValidator(degrees(90))]

    def wrong(self) -> Iterator[tuple[str, str]]:
        for low, high in (("west", "east"), ("south", "north")):
            if getattr(self, low) >= getattr(self, high):
                yield (
                    high,
                    f"is {getattr(self, high)}, not beyond {low} {getattr(self, low)}: correct the corners",
                )


def read_table(model: type[RowT], file: str, data: bytes, problems: Problems) -> tuple[Line[RowT], ...]:
    """The rows of a CSV file that are right; everything that is wrong is told."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        problems.add(file, line, "file", "is not UTF-8 here: save the file as UTF-8")
        return ()
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    lines: list[Line[RowT]] = []
    header: list[str] | None = None
    begins = 1
    try:
        for cells in reader:
            number, begins = begins, reader.line_num + 1
            if not cells:
                continue
            if header is None:
                header = [cell.strip() for cell in cells]
                if not _header_fits(model, file, header, problems):
                    return ()
            elif len(lines) == ROWS_MAX:
                problems.add(
                    file, number, "row", f"is beyond the {ROWS_MAX:,} rows that a file may have: split it"
                )
                break
            elif len(cells) != len(header):
                counts = f"{len(cells)} cells and the header {len(header)}"
                problems.add(file, number, "row", f"has {counts}: add or remove commas")
            else:
                row = _row(model, file, number, _values(model, header, cells), problems)
                lines += [] if row is None else [Line(number, row)]
    except csv.Error as error:
        problems.add(file, reader.line_num, "row", f"cannot be read as CSV ({error}): correct its quotes")
    if header is None:
        problems.add(file, 1, "header", f"is missing: write {','.join(columns_of(model))}")
    _no_repeats(file, lines, problems)
    return tuple(lines)


def columns_of(model: type[Row]) -> list[str]:
    """The columns that a file of this model has to have, in order."""
    return [name for name in names_of(model) if name not in model.MAY_LACK | model.PREFIXED]


def decimal(value: Fraction) -> str:
    """A speed as the file writes it. The fraction has at most six decimals."""
    whole_part, rest = divmod(round(value * 10**6), 10**6)
    return f"{whole_part}.{rest:06d}".rstrip("0").rstrip(".")


def _header_fits(model: type[Row], file: str, header: list[str], problems: Problems) -> bool:
    needed = columns_of(model)
    prefixes = tuple(f"{name}." for name in model.PREFIXED)
    known = {*needed, *model.MAY_LACK}
    wrong = [f"{name} is missing: add the column" for name in needed if name not in header]
    wrong += [
        f"{shown(name)} is no column of {file.partition('.')[0]}: remove it; there are {', '.join(known_columns(model))}"
        for name in header
        if name not in known and not name.startswith(prefixes or ("\0",))
    ]
    wrong += [
        f"{name} is there twice: keep one of them" for name in sorted(set(header)) if header.count(name) > 1
    ]
    for text in wrong:
        problems.add(file, 1, "header", text)
    return not wrong


def known_columns(model: type[Row]) -> list[str]:
    """Every column that a file of this model may have."""
    optional_ones = [name for name in names_of(model) if name in model.MAY_LACK]
    return [*columns_of(model), *optional_ones, *(f"{name}.<name>" for name in sorted(model.PREFIXED))]


def _row(
    model: type[RowT], file: str, number: int, values: Mapping[str, Any], problems: Problems
) -> RowT | None:
    row = checked(model, values, file, number, problems)
    if row is None:
        return None
    wrong = list(row.wrong())
    for field, text in wrong:
        problems.add(file, number, field, text)
    return None if wrong else row


def _values(model: type[Row], header: list[str], cells: list[str]) -> Mapping[str, Any]:
    values: dict[str, Any] = {name: {} for name in model.PREFIXED}
    for column, cell in zip(header, cells, strict=True):
        prefix, dot, name = column.partition(".")
        if dot and prefix in model.PREFIXED:
            if cell.strip():
                values[prefix][name] = cell.strip()
        else:
            values[column] = cell.strip()
    return values


def _no_repeats(file: str, lines: list[Line[RowT]], problems: Problems) -> None:
    """Of rows with one key no two may hold on the same day."""
    before: dict[tuple[Any, ...], list[Line[RowT]]] = {}
    for line in lines:
        for other in before.setdefault(line.row.key, []):
            if _overlap(line.row, other.row):
                what = " ".join(str(part) for part in line.row.key)
                problems.add(
                    file,
                    line.number,
                    line.row.KEY[-1],
                    f"{_masked(line.row, what)} is on line {other.number} already"
                    + (", for some of the same days" if "valid_to" in type(line.row).model_fields else "")
                    + ": keep one of them, or correct its key",
                )
                break
        before[line.row.key].append(line)


def _masked(row: Row, what: str) -> str:
    return f"{what[:8]}…" if isinstance(row, EnterpriseRow) else what


def _overlap(one: Row, other: Row) -> bool:
    (first_from, first_to), (second_from, second_to) = one.period, other.period
    return not (
        (first_to and second_from and first_to <= second_from)
        or (second_to and first_from and second_to <= first_from)
    )


def _never(period: Period) -> Iterator[tuple[str, str]]:
    begin, end = period
    if begin and end and end <= begin:
        yield "valid_to", f"is {end}, not after valid_from {begin}: write a later day, or none"
