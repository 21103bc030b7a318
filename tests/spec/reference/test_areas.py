"""Are the areas of the city a hierarchy of places on earth, and in which of them does a place lie?"""

import json
from itertools import product
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_city import TOWN, WEST, box, city, collection, feature, problems_in, wrong

from citybrain.reference.areas import Area, AreaMap
from citybrain.reference.entities import entities
from citybrain.reference.folder import reference_of
from citybrain.reference.shapes import Shape, crosses_itself, overlap_ratio, overlapping_boxes
from streams.areas import AreasOverTime
from streams.entities import Entities

ALONE = dict.fromkeys(("links.csv", "sites.csv", "population.csv", "enterprises.csv", "grid.csv"))


def with_areas(tmp_path: Path, *features: object) -> Path:
    return city(tmp_path / "city", {**ALONE, "areas.geojson": collection(*features)})


def shape(*rings: list[list[float]]) -> Shape:
    return Shape((tuple(tuple((x, y) for x, y in ring) for ring in rings),))


def test_a_place_is_in_its_innermost_area(tmp_path: Path) -> None:
    (held,) = reference_of(city(tmp_path / "city")).held["areas"]

    places = [(0.5, 0.5), (1.5, 0.5), (3, 0.5)]

    assert [held.content.area_of(*place) for place in places] == ["town/west", "town/east", None]


def test_a_place_in_no_district_is_in_the_city() -> None:
    areas = [Area(1, "town", "330100", "Town", (), shape(box(0, 0, 2, 1)))]
    areas.append(Area(2, "town/west", "330101", "West", (), shape(box(0, 0, 1, 1))))

    assert AreaMap(areas).area_of(1.5, 0.5) == "town"


@given(st.integers(0, 8), st.integers(0, 8))
def test_of_areas_that_share_edges_one_alone_has_each_place(x: int, y: int) -> None:
    corners = list(product(range(2), range(2)))
    cells = [
        Area(n, f"town/{n}", "330100", "", (), shape(box(column, row, column + 1, row + 1)))
        for n, (row, column) in enumerate(corners)
    ]
    around = [
        number
        for number, (row, column) in enumerate(corners)
        if column <= x / 4 <= column + 1 and row <= y / 4 <= row + 1
    ]

    found = {AreaMap(order).area_of(x / 4, y / 4) for order in (cells, cells[::-1])}

    assert found == {f"town/{around[0]}"}


def test_a_hole_is_not_inside() -> None:
    ring = shape(box(0, 0, 3, 3), box(1, 1, 2, 2))
    areas = AreaMap([Area(1, "town", "330100", "Town", (), ring)])

    assert (areas.area_of(0.5, 1.5), areas.area_of(1.5, 1.5), ring.size) == ("town", None, 8)


def test_a_boundary_that_fits_into_no_record_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("citybrain.reference.areas.BOUNDARY_BYTES_MAX", 60)

    says = wrong(with_areas(tmp_path, feature("town", "330100", box(0, 0, 2, 1))))

    assert any(
        "geometry: of town has 62 bytes as text, and 60 are allowed: leave out points" in one for one in says
    )


def test_a_second_island_is_inside(tmp_path: Path) -> None:
    islands = feature("town", "330100")
    islands["geometry"] = {"type": "MultiPolygon", "coordinates": [[box(0, 0, 1, 1)], [box(2, 0, 3, 1)]]}

    (held,) = reference_of(with_areas(tmp_path, islands)).held["areas"]

    assert [held.content.area_of(x, 0.5) for x in (0.5, 1.5, 2.5)] == ["town", None, "town"]


@pytest.mark.parametrize(
    ("ring", "says"),
    [
        (box(0, 0, 1, 1)[:-1], "is not closed: repeat its first point [0, 0] at the end"),
        (box(0, 0, 1, 1)[:3], "is no ring of 4 to 50,000 points"),
        ([[0, 0], [1, 0], [0, 0], [0, 0]], "has no area"),
        ([[0, 0], [1, 1], [1, 0], [0, 2], [0, 0]], "crosses itself"),
        (box(30, 118, 31, 119), "has 30, 118 as point 1, which is no place on earth: write WGS84 degrees, longitude first"),
        ([[0, 0], [1, "0"], [1, 1], [0, 0]], "as point 2: write [longitude, latitude]"),
        ([[0, 0], [1], [1, 1], [0, 0]], "as point 2: write [longitude, latitude]"),
        ([[0, 0], [10**400, 0], [1, 1], [0, 0]], "as point 2: write [longitude, latitude]"),
        ([[0, 0], [float("nan"), 0], [1, 1], [0, 0]], "as point 2: write [longitude, latitude]"),
        ("box", "is no ring"),
    ],
)  # fmt: skip
def test_a_ring_that_is_wrong_is_told(tmp_path: Path, ring: object, says: str) -> None:
    (found,) = problems_in(with_areas(tmp_path, feature("town", "330100", ring)))

    assert (found.file, found.line, found.field) == ("areas.geojson", 2, "geometry.coordinates.0.0")
    assert says in found.text


@pytest.mark.parametrize(
    ("geometry", "field"),
    [
        (None, "geometry.type"),
        ({"type": "Point", "coordinates": [0, 0]}, "geometry.type"),
        ({"type": "Polygon"}, "geometry.coordinates"),
        ({"type": "MultiPolygon", "coordinates": [[]]}, "geometry.coordinates"),
    ],
)
def test_a_geometry_that_is_no_area_is_told(tmp_path: Path, geometry: object, field: str) -> None:
    (found,) = problems_in(with_areas(tmp_path, {**TOWN, "geometry": geometry}))

    assert (found.line, found.field) == (2, field)


@pytest.mark.parametrize(
    ("changed", "field", "says"),
    [
        ({"id": "town/a/b"}, "properties.id", "a path city or city/district"),
        ({"code": "33"}, "properties.code", "6, 9 or 12 digits"),
        ({"code": 330101}, "properties.code", "6, 9 or 12 digits"),
        ({"name": " "}, "properties.name", "write a name"),
        ({"systems": ["moon"]}, "properties.systems", "write the systems that it reports in"),
        ({"systems": [["road"]]}, "properties.systems", "write the systems that it reports in"),
    ],
)
def test_properties_that_are_wrong_are_told(
    tmp_path: Path, changed: dict[str, object], field: str, says: str
) -> None:
    other = {**WEST, "properties": {**WEST["properties"], **changed}}

    (found,) = problems_in(with_areas(tmp_path, TOWN, other))

    assert (found.file, found.line, found.field) == ("areas.geojson", 3, field)
    assert says in found.text


def test_what_is_missing_of_a_feature_is_told(tmp_path: Path) -> None:
    without_id = {**WEST, "properties": {"code": "330101", "name": "West", "colour": "green"}}

    found = wrong(with_areas(tmp_path, TOWN, {"type": "Feature"}, without_id))

    assert found == [
        "areas.geojson:3 properties: are missing: write a feature with id, code and name as properties",
        "areas.geojson:4 properties.id: is missing: add it",
    ]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "areas.geojson:1 file: is no JSON"),
        (
            '{"type": "FeatureCollection",\n"features": [\n{"type" "Feature"}]}',
            "areas.geojson:3 file: is no JSON",
        ),
        (json.dumps(TOWN), "areas.geojson:1 features: are missing"),
        ('{"type": "FeatureCollection", "features": []}', "areas.geojson:1 features: are none"),
    ],
)
def test_a_file_that_is_no_collection_of_areas_is_told(tmp_path: Path, text: str, says: str) -> None:
    found = wrong(city(tmp_path / "city", {**ALONE, "areas.geojson": text}))

    assert says in found[0]


def test_features_have_their_lines_however_the_file_is_laid_out(tmp_path: Path) -> None:
    other = {**WEST, "properties": {**WEST["properties"], "code": "x"}}
    spread = json.dumps({"type": "FeatureCollection", "features": [TOWN, other]}, indent=1)
    narrow = json.dumps({"features": [TOWN, other], "type": "FeatureCollection"})

    lines = [
        problems_in(city(tmp_path / "city", {**ALONE, "areas.geojson": text}))[0].line
        for text in (spread, narrow)
    ]

    # The first feature begins on line 4, and the second one where it has ended.
    assert lines == [4 + len(json.dumps(TOWN, indent=1).splitlines()), 1]


def test_a_district_needs_its_city_its_code_and_its_place_in_it(tmp_path: Path) -> None:
    found = wrong(
        with_areas(
            tmp_path,
            TOWN,
            feature("village/west", "330101", box(0, 0, 1, 1)),
            feature("town/north", "330201", box(0, 0.5, 1, 1)),
            feature("town/east", "330103", box(1, 0, 3, 1)),
        )
    )

    assert found == [
        "areas.geojson:3 properties.id: village/west is in village, which is no area here: add that one",
        "areas.geojson:4 properties.code: is 330201, and codes in town begin with 3301: correct it",
        "areas.geojson:5 geometry: of town/east leaves the bounding box of town: correct one of them",
    ]


def test_an_id_or_a_code_that_is_there_twice_is_told(tmp_path: Path) -> None:
    same = feature("town/west", "330101", box(1, 0, 2, 1))

    assert wrong(with_areas(tmp_path, TOWN, WEST, same)) == [
        "areas.geojson:4 properties.code: 330101 is on line 3 already: correct one",
        "areas.geojson:4 properties.id: town/west is on line 3 already: correct one",
    ]


def test_districts_that_overlap_are_told_with_how_much(tmp_path: Path) -> None:
    wide = feature("town/east", "330102", box(0.75, 0, 2, 1))

    (found,) = wrong(with_areas(tmp_path, TOWN, WEST, wide))

    assert found.startswith(
        "areas.geojson:4 geometry: of town/east overlaps town/west (line 3) by 25.00% of the smaller"
    )


def test_an_overlap_within_what_is_declared_is_let_pass(tmp_path: Path) -> None:
    wide = feature("town/east", "330102", box(0.9995, 0, 2, 1))
    folder = with_areas(tmp_path, TOWN, WEST, wide)
    assert wrong(folder) == []

    manifest = folder / "reference.yaml"
    manifest.write_text(manifest.read_text() + "area_overlap_ratio: 0.0001\n")
    assert "0.01% is allowed" in wrong(folder)[0]


@pytest.mark.parametrize(
    ("other", "ratio"),
    [(box(1, 0, 2, 1), 0), (box(5, 5, 6, 6), 0), (box(0, 0, 1, 1), 1), (box(0.5, 0.5, 0.75, 0.75), 1), (box(0.5, -3, 4, 4), 0.5)],
)  # fmt: skip
def test_the_overlap_is_the_share_of_the_smaller_one(other: list[list[float]], ratio: float) -> None:
    assert overlap_ratio(shape(box(0, 0, 1, 1)), shape(other)) == pytest.approx(ratio)


def test_an_overlap_of_slanted_areas_is_measured_along_parallels() -> None:
    triangle = shape([[0, 0], [2, 0], [0, 2], [0, 0]])

    # The unit square is cut off by the line from (2, 0) to (0, 2) in its corner alone.
    assert overlap_ratio(triangle, shape(box(0, 0, 1, 1))) == pytest.approx(1)
    # Half of it.
    assert overlap_ratio(triangle, shape(box(0.5, 0.5, 1.5, 1.5))) == pytest.approx(0.5, abs=0.01)


def test_a_ring_that_touches_itself_does_not_cross_itself() -> None:
    eight = tuple((float(x), float(y)) for x, y in [(0, 0), (1, 1), (2, 0), (2, 2), (1, 1), (0, 2), (0, 0)])

    assert crosses_itself(eight) is None


corners = st.tuples(st.integers(0, 6), st.integers(0, 6), st.integers(1, 3), st.integers(1, 3))


@given(st.lists(corners, max_size=8))
def test_boxes_overlap_when_two_of_them_do(found: list[tuple[int, int, int, int]]) -> None:
    boxes = [((float(x), float(y), float(x + w), float(y + h)), n) for n, (x, y, w, h) in enumerate(found)]

    def meet(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
        return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]

    pairs = {(a, b) for one, a in boxes for other, b in boxes if a != b and meet(one, other)}
    told = list(overlapping_boxes(boxes))

    assert bool(told) == bool(pairs)
    assert set(told) <= pairs


def test_the_registry_finds_a_place_in_the_hierarchy_of_its_day(tmp_path: Path) -> None:
    merged = collection(TOWN, feature("town/whole", "330103", box(0, 0, 2, 1)))
    folder = city(
        tmp_path / "city",
        {**ALONE, "areas.v2.geojson": merged},
        {"areas.v2.geojson": "2027-01-01"},
    )
    known = Entities()
    for one in entities(reference_of(folder), ZoneInfo("Asia/Shanghai")):
        known.put(one)
    areas = AreasOverTime(known)
    # The last moment of 2026 in the city, and the first of 2027.
    turn = 1_798_732_800_000

    assert [areas.area_of(1.5, 0.5, moment) for moment in (turn - 1, turn)] == ["town/east", "town/whole"]
    assert areas.area_of(1.5, 0.5, 0) is None
