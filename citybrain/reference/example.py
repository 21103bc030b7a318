"""What is the reference data of the simulated city that `up` starts? Written from its plan, so that both say the same.

`make docs` writes it again; places on the map are invented, because the simulated city has none.
"""

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from citybrain.reference.manifest import MANIFEST, sha256_of
from citybrain.reference.tables import (
    NETWORKS,
    CorridorRow,
    EnterpriseRow,
    GridRow,
    LinkRow,
    PopulationRow,
    SiteRow,
    columns_of,
)
from citybrain.reference.writing import entry_text
from feeds.simulated_plan import CITY
from feeds.simulated_road import networks_of
from feeds.simulated_size import DISTRICTS, LARGE, ROUND
from feeds.simulated_systems import SIMULATED
from feeds.simulator import SimulatedCity
from indicators.catalog import INDICATORS
from indicators.workdays_china import CHINA_YEARS
from streams.catalog import SYSTEMS

FOLDER = Path(__file__).resolve().parents[2] / "reference" / "simcity"
SEED = 1
IN_FORCE = date(2026, 1, 1)
SOURCE = f"the simulated city, seed {SEED}"
SITE_SYSTEMS = ("air", "noise", "river")
# Four rows of five districts; degrees in thousandths, so that sums are exact.
_WEST, _SOUTH, _WIDE, _HIGH = 118_000, 30_000, 100, 80
_COLUMNS = 5
_CODE = 990100
_CELLS = 2
_RESIDENTS = 180_000
_INDUSTRIES = ("C39", "F52", "G54", "I65", "M73", "Q84")
_RING = (
    ("workday", "07:00-09:00", 240_000_000, 24),
    ("workday", "09:00-17:00", 560_000_000, 36),
    ("workday", "17:00-19:00", 250_000_000, 23),
    ("workday", "19:00-24:00", 170_000_000, 44),
    ("day_off", "08:00-20:00", 520_000_000, 38),
)
"""Kind of day, hours, metres driven, km/h."""
_NOTE = "# The simulated city of seed 1, written by `make docs`: its speeds are those of its plan, its places invented.\n"


def files() -> Mapping[str, bytes]:
    """Every file of the folder by name."""
    city = SimulatedCity(SEED, 0, size=LARGE)
    found = {
        "areas.geojson": _geojson(),
        "links.csv": _csv([*columns_of(LinkRow), *NETWORKS], _links(city)),
        "corridors.csv": _csv(columns_of(CorridorRow), _corridors()),
        "sites.csv": _sites(city),
        "population.csv": _csv(columns_of(PopulationRow), _population()),
        "enterprises.csv": _csv(columns_of(EnterpriseRow), _enterprises()),
        "grid.csv": _csv(columns_of(GridRow), _grid()),
        "departments.yaml": _departments(),
        "calendar.yaml": _calendar(),
    }
    return {**found, MANIFEST: _manifest(found)}


def stale(folder: Path = FOLDER) -> list[str]:
    """Names of the files of a folder that are absent, differ, or are none of the example."""
    wanted = files()
    there = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
    differ = {
        name for name, data in wanted.items() if name not in there or (folder / name).read_bytes() != data
    }
    return sorted(differ | (there - set(wanted)))


def write(folder: Path = FOLDER) -> None:
    """Write the files of the example into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in files().items():
        (folder / name).write_bytes(data)


def _links(city: SimulatedCity) -> Iterator[Sequence[object]]:
    for link in city.plan.links:
        tenths = link.free_tenths_kmh
        road_class, limit = ("arterial", 80) if tenths > 600 else ("secondary", 60)
        speed = f"{tenths // 10}" if tenths % 10 == 0 else f"{tenths / 10}"
        held = (
            link.link_id,
            link.area_id,
            link.length_m,
            road_class,
            limit,
            speed,
            "simulated",
            IN_FORCE,
            "",
        )
        networks = networks_of(link)
        yield *held, *(networks.get(kind, "") for kind in NETWORKS)


def _corridors() -> Iterator[Sequence[object]]:
    """The ring road in a base year of its own, a little slower than its plan; invented."""
    for days, hours, length_m, speed_kmh in _RING:
        yield "ring", IN_FORCE.year - 1, days, hours, length_m, speed_kmh


def _sites(city: SimulatedCity) -> bytes:
    entities = [known for system in SITE_SYSTEMS for known in SIMULATED[system].entities(city.plan)]
    attributes = sorted({name for known in entities for name in known["attributes"]})
    seen: Counter[str] = Counter()
    rows = []
    for known in entities:
        area_id = known["area_id"]
        longitude, latitude = _place(area_id, seen[area_id])
        seen[area_id] += 1
        rows.append(
            (
                known["system"],
                known["entity_type"],
                known["entity_id"],
                # The position says it already, as a map would.
                "" if "/" in area_id else area_id,
                known["name"],
                longitude,
                latitude,
                *(known["attributes"].get(name, "") for name in attributes),
            )
        )
    return _csv([*columns_of(SiteRow), *(f"attributes.{name}" for name in attributes)], rows)


def _place(area_id: str, number: int) -> tuple[str, str]:
    """A place in a district, another one for each of sixty sites."""
    west, south, _, _ = _corners(area_id.partition("/")[2] or DISTRICTS[0])
    return _degrees(west + 10 + 7 * (number % 12)), _degrees(south + 10 + 11 * number % 60)


def _corners(district: str) -> tuple[int, int, int, int]:
    """West, south, east, north, thousandths of a degree."""
    row, column = divmod(DISTRICTS.index(district), _COLUMNS)
    west, south = _WEST + column * _WIDE, _SOUTH + row * _HIGH
    return west, south, west + _WIDE, south + _HIGH


def _geojson() -> bytes:
    rows = -(-len(DISTRICTS) // _COLUMNS)
    city = (_WEST, _SOUTH, _WEST + _COLUMNS * _WIDE, _SOUTH + rows * _HIGH)
    features = [_feature(CITY, _CODE, "Simulated city", city)]
    features += [
        _feature(f"{CITY}/{district}", _CODE + number, district.capitalize(), _corners(district))
        for number, district in enumerate(DISTRICTS, start=1)
    ]
    lines = ",\n".join(json.dumps(feature, ensure_ascii=False) for feature in features)
    return f'{{"type": "FeatureCollection", "features": [\n{lines}\n]}}\n'.encode()


def _feature(area_id: str, code: int, name: str, corners: tuple[int, int, int, int]) -> dict[str, Any]:
    west, south, east, north = (float(_degrees(corner)) for corner in corners)
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {
        "type": "Feature",
        "properties": {"id": area_id, "code": str(code), "name": name},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


def _population() -> Iterator[Sequence[object]]:
    for year in (2025, 2026):
        of_district = [_RESIDENTS + 20_000 * place + 1_500 * (year - 2025) for place in range(len(DISTRICTS))]
        yield CITY, year, sum(of_district)
        for district, residents in zip(DISTRICTS, of_district, strict=True):
            yield f"{CITY}/{district}", year, residents


def _enterprises() -> Iterator[Sequence[object]]:
    for number, district in enumerate(DISTRICTS):
        known_by = sha256(f"simulated enterprise {number + 1}".encode()).hexdigest()
        yield known_by, f"{CITY}/{district}", _INDUSTRIES[number % ROUND]


def _grid() -> Iterator[Sequence[object]]:
    for district in DISTRICTS:
        west, south, _, _ = _corners(district)
        for number in range(_CELLS * _CELLS):
            row, column = divmod(number, _CELLS)
            left, low = west + column * _WIDE // _CELLS, south + row * _HIGH // _CELLS
            corners = (left, low, left + _WIDE // _CELLS, low + _HIGH // _CELLS)
            yield f"cell-{district}-{number + 1}", f"{CITY}/{district}", *map(_degrees, corners)


def _departments() -> bytes:
    """Departments as the indicators name them; a system belongs to the owner of most of its indicators."""
    owners: dict[str, list[str]] = {indicator.owner_department: [] for indicator in INDICATORS.values()}
    for slug in SYSTEMS:
        own = Counter(one.owner_department for one in INDICATORS.values() if one.system == slug)
        if own:
            owners[own.most_common(1)[0][0]].append(slug)
    lines = [_NOTE, "departments:\n"]
    for name, systems in owners.items():
        english = name.partition(" (")[0]
        lines.append(f"  - id: {english.lower().replace(' ', '-')}\n    name: {name}\n")
        lines += [f"    systems: [{', '.join(systems)}]\n"] if systems else []
    return "".join(lines).encode()


def _calendar() -> bytes:
    lines = [_NOTE, "years:\n"]
    for year in CHINA_YEARS:
        lines.append(f"  - year: {year.year}\n    source: {year.source}\n")
        lines.append(f"    holidays: [{', '.join(_spans(year.holidays))}]\n")
        lines.append(f"    makeup_days: [{', '.join(_spans(year.makeup_days))}]\n")
    return "".join(lines).encode()


def _spans(days: Iterable[date]) -> Iterator[str]:
    ordered = sorted(days)
    while ordered:
        length = next(
            (n for n, day in enumerate(ordered) if (day - ordered[0]).days != n),
            len(ordered),
        )
        first, last = ordered[0], ordered[length - 1]
        yield f"{first}" if first == last else f"{first}..{last}"
        ordered = ordered[length:]


def _manifest(found: Mapping[str, bytes]) -> bytes:
    entries = (
        {"file": name, "version": "1", "in_force": f"{IN_FORCE}", "source": SOURCE, "sha256": sha256_of(data)}
        for name, data in found.items()
    )
    return f"{_NOTE}files:\n{''.join(map(entry_text, entries))}".encode()


def _csv(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return out.getvalue().encode()


def _degrees(thousandths: int) -> str:
    return f"{thousandths / 1000:.3f}"
