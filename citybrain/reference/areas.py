"""Which areas has the city, and in which of them does a place lie? The hierarchy, read from GeoJSON."""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import combinations
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, PlainValidator

from citybrain.reference.shapes import Point, Ring, Shape, crosses_itself, overlap_ratio, ring_size
from citybrain.reference.values import AdministrativeCode, AreaId, Name
from streams.areas import Places
from streams.catalog import SYSTEMS
from streams.problems import Problems, checked, shown

AREAS_MAX = 5_000
POINTS_MAX = 50_000
"""Of one ring."""
BOUNDARY_BYTES_MAX = 900_000
"""Of one area, as text: it is one record of the registry's topic, and that is as large as a record may be."""
BOX_SLACK_DEG = 1e-6
_NUMBER_MAX = 1e9
_FEATURES = re.compile(r'"features"\s*:\s*\[')


def _systems(value: object) -> tuple[str, ...]:
    if isinstance(value, list) and value and all(isinstance(slug, str) and slug in SYSTEMS for slug in value):
        return tuple(value)
    raise ValueError(f"is {shown(value)}: write the systems that it reports in, of {', '.join(SYSTEMS)}")


class AreaProperties(BaseModel):
    """What the properties of a feature say; further ones, as maps have them, are not read.

    systems: those that have this area, all of them by default.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: AreaId
    code: AdministrativeCode
    name: Name
    systems: Annotated[tuple[str, ...], PlainValidator(_systems)] = tuple(SYSTEMS)


@dataclass(frozen=True)
class Area:
    """A city or a district of it; `line` is where its feature begins."""

    line: int
    id: str
    code: str
    name: str
    systems: tuple[str, ...]
    shape: Shape

    @property
    def parent(self) -> str | None:
        """The area that it is a part of; None for a city."""
        return self.id.rpartition("/")[0] or None


class AreaMap:
    """Areas by id, and the area of a place."""

    def __init__(self, areas: Iterable[Area]) -> None:
        self.by_id: Mapping[str, Area] = {area.id: area for area in areas}

    @cached_property
    def _places(self) -> Places:
        return Places((area.id, area.shape.wkt) for area in self.by_id.values())

    def area_of(self, longitude: float, latitude: float) -> str | None:
        """The innermost area that a place (degrees) lies in, or None."""
        return self._places.area_of(longitude, latitude)


def read_areas(file: str, data: bytes, overlap_allowed: Fraction, problems: Problems) -> tuple[Area, ...]:
    """The areas of a GeoJSON file that are right; everything that is wrong is told."""
    features = _features(file, data, problems)
    if len(features) > AREAS_MAX:
        problems.add(
            file, 1, "features", f"are more than {AREAS_MAX:,}: a line knows cities and districts alone"
        )
        return ()
    areas = [area for line, feature in features if (area := _area(file, line, feature, problems)) is not None]
    unique: dict[str, Area] = {}
    codes: dict[str, Area] = {}
    for area in areas:
        for name, known, value in (("id", unique, area.id), ("code", codes, area.code)):
            before = known.setdefault(value, area)
            if before is not area:
                problems.add(
                    file,
                    area.line,
                    f"properties.{name}",
                    f"{value} is on line {before.line} already: correct one",
                )
    _check_hierarchy(file, unique, problems)
    _check_overlaps(file, list(unique.values()), overlap_allowed, problems)
    return tuple(unique.values())


def _features(file: str, data: bytes, problems: Problems) -> list[tuple[int, Any]]:
    """Features and the lines on which they begin."""
    try:
        text = data.decode("utf-8-sig")
        content = json.loads(text)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        problems.add(file, line, "file", "is not UTF-8 here: save the file as UTF-8")
        return []
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", 1)
        problems.add(
            file,
            line,
            "file",
            f"is no JSON ({getattr(error, 'msg', 'too deep, or a number too long')}): correct the line",
        )
        return []
    features = content.get("features") if isinstance(content, dict) else None
    if not isinstance(features, list) or content.get("type") != "FeatureCollection":
        problems.add(
            file, 1, "features", "are missing: write a GeoJSON FeatureCollection, one feature an area"
        )
        return []
    if not features:
        problems.add(
            file, 1, "features", "are none: write one feature for the city and one for each district"
        )
    return list(zip(_lines(text, len(features)), features, strict=True))


def _lines(text: str, count: int) -> list[int]:
    """On which line each feature begins; 1 for all where the text is laid out as no one does."""
    decoder, lines = json.JSONDecoder(), []
    match = _FEATURES.search(text)
    place, line, counted = (match.end() if match else 0), 1, 0
    try:
        for _ in range(count):
            while text[place] in " \t\r\n,":
                place += 1
            line += text.count("\n", counted, place)
            counted = place
            lines.append(line)
            _, place = decoder.raw_decode(text, place)
    except (ValueError, IndexError):
        return [1] * count
    return lines


def _area(file: str, line: int, feature: Any, problems: Problems) -> Area | None:
    if not isinstance(feature, dict) or not isinstance(feature.get("properties"), dict):
        problems.add(
            file, line, "properties", "are missing: write a feature with id, code and name as properties"
        )
        return None
    inner = Problems()
    properties = checked(AreaProperties, feature["properties"], file, line, inner)
    for wrong in inner.found:
        problems.add(file, line, f"properties.{wrong.field}", wrong.text)
    wrong_shape = list(_wrong_geometry(feature.get("geometry")))
    for field, text in wrong_shape:
        problems.add(file, line, field, text)
    if properties is None or wrong_shape:
        return None
    shape = Shape(tuple(_polygons(feature["geometry"])))
    if len(shape.wkt) > BOUNDARY_BYTES_MAX:
        what = f"of {properties.id} has {len(shape.wkt):,} bytes as text, and {BOUNDARY_BYTES_MAX:,} are allowed: "
        problems.add(file, line, "geometry", f"{what}leave out points, a metre apart is enough")
        return None
    return Area(line, properties.id, properties.code, properties.name, properties.systems, shape)


def _wrong_geometry(geometry: Any) -> Iterator[tuple[str, str]]:
    if not isinstance(geometry, dict) or geometry.get("type") not in {"Polygon", "MultiPolygon"}:
        found = geometry.get("type") if isinstance(geometry, dict) else None
        yield "geometry.type", f"is {shown(found)}: write a Polygon or a MultiPolygon"
        return
    coordinates = geometry.get("coordinates")
    polygons = [coordinates] if geometry["type"] == "Polygon" else coordinates
    if not isinstance(polygons, list) or not polygons:
        yield "geometry.coordinates", "are missing: write the rings of the area"
        return
    for place, polygon in enumerate(polygons):
        if not isinstance(polygon, list) or not polygon:
            yield "geometry.coordinates", f"of polygon {place + 1} are no rings: write its outer ring"
            continue
        for number, ring in enumerate(polygon):
            where = f"geometry.coordinates.{place}.{number}"
            wrong = _wrong_ring(ring)
            if wrong is not None:
                yield where, wrong


def _wrong_ring(ring: Any) -> str | None:
    if not isinstance(ring, list) or not 4 <= len(ring) <= POINTS_MAX:
        return f"is no ring of 4 to {POINTS_MAX:,} points: write each as [longitude, latitude]"
    for number, point in enumerate(ring):
        if not isinstance(point, list) or len(point) < 2 or not all(_is_number(part) for part in point[:2]):
            return f"has {shown(point)} as point {number + 1}: write [longitude, latitude]"
        longitude, latitude = point[:2]
        if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
            return (
                f"has {longitude}, {latitude} as point {number + 1}, which is no place on earth: write WGS84 degrees, "
                "longitude first"
            )
    if ring[0][:2] != ring[-1][:2]:
        return f"is not closed: repeat its first point {ring[0][:2]} at the end"
    points = _ring(ring)
    if ring_size(points) == 0:
        return "has no area: its points lie on one line"
    crossing = crosses_itself(points)
    return None if crossing is None else f"crosses itself after {list(crossing)}: put its points in order"


def _is_number(part: object) -> bool:
    # Not a number is within nothing, and an integer may be too large for a float.
    return isinstance(part, int | float) and not isinstance(part, bool) and abs(part) <= _NUMBER_MAX


def _polygons(geometry: Mapping[str, Any]) -> Iterator[tuple[Ring, ...]]:
    parts = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    return (tuple(_ring(ring) for ring in polygon) for polygon in parts)


def _ring(points: Sequence[Sequence[float]]) -> tuple[Point, ...]:
    return tuple((float(point[0]), float(point[1])) for point in points)


def _check_hierarchy(file: str, areas: Mapping[str, Area], problems: Problems) -> None:
    for area in areas.values():
        if area.parent is None:
            continue
        parent = areas.get(area.parent)
        if parent is None:
            problems.add(
                file,
                area.line,
                "properties.id",
                f"{area.id} is in {area.parent}, which is no area here: add that one",
            )
            continue
        begins = _significant(parent.code)
        if not area.code.startswith(begins):
            problems.add(
                file,
                area.line,
                "properties.code",
                f"is {area.code}, and codes in {parent.id} begin with {begins}: correct it",
            )
        if not _within(area.shape, parent.shape):
            problems.add(
                file,
                area.line,
                "geometry",
                f"of {area.id} leaves the bounding box of {parent.id}: correct one of them",
            )


def _significant(code: str) -> str:
    """What the codes of its parts begin with: 330100 is 3301, 110000 is 11."""
    while code.endswith("00"):
        code = code[:-2]
    return code


def _within(inner: Shape, outer: Shape) -> bool:
    west, south, east, north = inner.bounds
    low_x, low_y, high_x, high_y = outer.bounds
    return (
        low_x - BOX_SLACK_DEG <= west
        and low_y - BOX_SLACK_DEG <= south
        and east <= high_x + BOX_SLACK_DEG
        and north <= high_y + BOX_SLACK_DEG
    )


def _check_overlaps(file: str, areas: Sequence[Area], allowed: Fraction, problems: Problems) -> None:
    siblings: defaultdict[str | None, list[Area]] = defaultdict(list)
    for area in areas:
        siblings[area.parent].append(area)
    for family in siblings.values():
        for one, other in combinations(family, 2):
            shared = overlap_ratio(one.shape, other.shape)
            if shared > allowed:
                problems.add(
                    file,
                    other.line,
                    "geometry",
                    f"of {other.id} overlaps {one.id} (line {one.line}) by {shared:.2%} of the smaller one, and "
                    f"{float(allowed):.2%} is allowed: correct one, or area_overlap_ratio in reference.yaml",
                )
