"""Which shape has an area on a map? Reads the newest areas file of the reference data, for CAP to name places."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

FILE_BYTES_MAX = 64 * 1024 * 1024
POINTS_MAX = 1_000
"""A ring with more points is left out of a message: receivers have small machines, and the geocode stays."""
_FILE = re.compile(r"areas(?:\.v(?P<version>[1-9][0-9]{0,3}))?\.geojson")

Ring = tuple[tuple[float, float], ...]
"""Points as longitude and latitude, CGCS2000, degrees; closed."""


@dataclass(frozen=True, slots=True)
class Shape:
    """One area: its name for people, its administrative code where it has one, and the outer rings of its parts."""

    name: str
    code: str
    rings: tuple[Ring, ...]


class ShapesFileError(ValueError):
    """The file of areas cannot be used; says why."""


def read_shapes(folder: Path) -> Mapping[str, Shape]:
    """The areas by their ids; none where the folder has no file of them. Raises ShapesFileError."""
    versions = {
        int(match["version"] or 1): path
        for path in (folder.iterdir() if folder.is_dir() else ())
        if (match := _FILE.fullmatch(path.name))
    }
    if not versions:
        return {}
    path = versions[max(versions)]
    try:
        if path.stat().st_size > FILE_BYTES_MAX:
            raise ShapesFileError(f"{path} is larger than {FILE_BYTES_MAX:,} bytes")
        return dict(_shapes(orjson.loads(path.read_bytes())))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ShapesFileError(
            f"the areas in {path} cannot be read: {error}; `citybrain reference check` says what is wrong"
        ) from error


def _shapes(collection: Mapping[str, Any]) -> Iterator[tuple[str, Shape]]:
    for feature in collection["features"]:
        known, geometry = feature["properties"], feature["geometry"]
        polygons = (
            [geometry["coordinates"]] if geometry["type"] == "Polygon" else list(geometry["coordinates"])
        )
        rings = [tuple((float(point[0]), float(point[1])) for point in polygon[0]) for polygon in polygons]
        usable = tuple(ring for ring in rings if 4 <= len(ring) <= POINTS_MAX and ring[0] == ring[-1])
        yield str(known["id"]), Shape(str(known.get("name", "")), str(known.get("code", "")), usable)
