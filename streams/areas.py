"""In which area lies a place, at a moment? By the boundaries that the entity registry knows of its areas.

Coordinates are degrees, longitude first, CGCS2000. A place in several areas is in the innermost; one on the edge of
two is in the one whose id comes first.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import TypeAlias

import shapely
import structlog

from streams.entities import OF_THE_CITY, Entities

AreaAt: TypeAlias = Callable[[float, float, int], str | None]
"""(longitude, latitude, at in milliseconds) to the innermost area that a place lies in then, or None."""

KINDS = ("city", "area")
BOUNDARIES_MAX = 10_000
"""How many boundaries stay read, so that a version that moves one district reads one."""
INDEXES_MAX = 8
"""Hierarchies that stay indexed: a replay asks for the one or two of its days."""

log = structlog.get_logger("areas")


def nowhere(_longitude: float, _latitude: float, _at_ms: int) -> str | None:
    """Where no areas are known, no place lies in one."""
    return None


class Places:
    """The areas of one moment, by id and boundary (WKT). An area whose boundary cannot be read is left out and told."""

    def __init__(self, boundaries: Iterable[tuple[str, str]]) -> None:
        # The innermost first, then by id: of those that have a place the first counts.
        ordered = sorted(boundaries, key=lambda named: (-named[0].count("/"), named[0]))
        read = [(area_id, shape) for area_id, wkt in ordered if (shape := _shape(area_id, wkt)) is not None]
        self._ids: list[str] = [area_id for area_id, _ in read]
        self._shapes = [shape for _, shape in read]
        self._boxes = shapely.STRtree(self._shapes)

    def area_of(self, longitude: float, latitude: float) -> str | None:
        """The innermost area that a place lies in, or None."""
        # The tree finds boxes alone: with a predicate it would prepare the point, and the polygons are prepared here.
        for number in sorted(self._boxes.query(shapely.points(longitude, latitude)).tolist()):
            if shapely.intersects_xy(self._shapes[number], longitude, latitude):
                found: str = self._ids[number]
                return found
        return None


class AreasOverTime:
    """The areas of a registry at any moment. Each hierarchy is indexed once, when it is first asked for."""

    def __init__(self, entities: Entities) -> None:
        self._entities = entities
        self._changes = -1
        self._turns: list[int] = []
        self._indexed: dict[int, Places] = {}

    def area_of(self, longitude: float, latitude: float, at_ms: int) -> str | None:
        """The innermost area that a place lies in at a moment (epoch milliseconds), or None."""
        changes = sum(self._entities.changes[OF_THE_CITY, kind] for kind in KINDS)
        if changes != self._changes:
            self._changes = changes
            self._turns = self._turns_known()
            self._indexed.clear()
        since = bisect_right(self._turns, at_ms) - 1
        if since < 0:
            return None
        places = self._indexed.get(since)
        if places is None:
            if len(self._indexed) >= INDEXES_MAX:
                del self._indexed[next(iter(self._indexed))]
            places = self._indexed[since] = self._places_at(self._turns[since])
        return places.area_of(longitude, latitude)

    def _turns_known(self) -> list[int]:
        """Every moment at which some area begins or ends to hold."""
        return sorted(
            {
                moment
                for kind in KINDS
                for version in self._entities.versions(OF_THE_CITY, kind)
                for moment in (version["valid_from"], version["valid_to"])
                if moment is not None
            }
        )

    def _places_at(self, at_ms: int) -> Places:
        return Places(
            (area["entity_id"], area["boundary_wkt"])
            for kind in KINDS
            for area in self._entities.expected(OF_THE_CITY, kind, at_ms)
            if area.get("boundary_wkt") is not None
        )


@lru_cache(maxsize=BOUNDARIES_MAX)
def _shape(area_id: str, wkt: str) -> shapely.Geometry | None:
    try:
        shape = shapely.from_wkt(wkt)
    except shapely.errors.ShapelyError as error:
        log.warning(
            "an area has no boundary that can be read, no place lies in it",
            area=area_id,
            error=str(error),
            remedy="announce it again with a POLYGON or MULTIPOLYGON in WKT; `citybrain reference load` does",
        )
        return None
    shapely.prepare(shape)
    return shape
