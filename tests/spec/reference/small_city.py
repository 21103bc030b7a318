"""A city small enough to be written out: two districts, side by side, and one file of each kind about them."""

import json
from pathlib import Path
from typing import Any

from citybrain.reference.example import files as example_files
from citybrain.reference.folder import reference_of
from citybrain.reference.manifest import sha256_of
from streams.problems import Problem, ReferenceDataError

HASH = "ab" * 32
LINKS = """\
link_id,area_id,length_m,class,limit_kmh,free_flow_kmh,free_flow_basis,valid_from,valid_to
L1,town/west,500,arterial,60,50,provider,2026-01-01,
L2,town/east,250,branch,,37.5,provider,2026-01-01,
"""
SITES = """\
system,entity_type,entity_id,area_id,name,longitude,latitude,attributes.area_class
noise,station,N1,town/west,Park,0.5,0.5,1
noise,station,N2,,,1.5,0.5,2
"""
POPULATION = """\
area_id,year,residents
town,2025,300
town/west,2025,100
town/east,2025,200
"""
ENTERPRISES = f"""\
credit_code_hash,area_id,industry
{HASH},town/west,C39
"""
GRID = """\
cell_id,area_id,west,south,east,north
A1,town/west,0,0,0.5,0.5
A2,town/west,0.5,0,1,0.5
"""


def box(west: float, south: float, east: float, north: float) -> list[list[float]]:
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def feature(id_: str, code: str, *rings: Any, **properties: Any) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": {"id": id_, "code": code, "name": id_, **properties},
        "geometry": {"type": "Polygon", "coordinates": list(rings)},
    }


def collection(*features: Any) -> str:
    """One feature a line: the first is on line 2."""
    lines = ",\n".join(json.dumps(one) for one in features)
    return f'{{"type": "FeatureCollection", "features": [\n{lines}\n]}}\n'


TOWN = feature("town", "330100", box(0, 0, 2, 1))
WEST = feature("town/west", "330101", box(0, 0, 1, 1))
EAST = feature("town/east", "330102", box(1, 0, 2, 1))
AREAS = collection(TOWN, WEST, EAST)
EVERY_FILE = {
    "areas.geojson": AREAS,
    "links.csv": LINKS,
    "sites.csv": SITES,
    "population.csv": POPULATION,
    "enterprises.csv": ENTERPRISES,
    "grid.csv": GRID,
    "departments.yaml": example_files()["departments.yaml"].decode(),
    "calendar.yaml": example_files()["calendar.yaml"].decode(),
}


def manifest_of(files: dict[str, str], in_force: dict[str, str]) -> str:
    lines = ["files:"]
    for name, text in files.items():
        version = name.split(".")[1].removeprefix("v") if name.count(".") == 2 else "1"
        lines += [
            f"  - file: {name}",
            f"    version: {version}",
            f"    in_force: {in_force.get(name, '2026-01-01')}",
            "    source: a test",
            f"    sha256: {sha256_of(text.encode())}",
        ]
    return "\n".join(lines) + "\n"


def city(
    folder: Path,
    changed: dict[str, str | None] | None = None,
    in_force: dict[str, str] | None = None,
    manifest: str | None = None,
) -> Path:
    """The small city in a folder: files by name, those that are None left out, and a manifest that fits."""
    files = {name: text for name, text in {**EVERY_FILE, **(changed or {})}.items() if text is not None}
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "reference.yaml").write_text(manifest or manifest_of(files, in_force or {}), encoding="utf-8")
    return folder


def problems_in(folder: Path) -> list[Problem]:
    """Everything that is wrong with a folder."""
    try:
        reference_of(folder)
    except ReferenceDataError as error:
        return list(error.problems)
    return []


def wrong(folder: Path) -> list[str]:
    """The same in words."""
    return [str(problem) for problem in problems_in(folder)]
