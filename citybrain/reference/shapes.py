"""What is wrong with a polygon, and do two overlap? The few things that reference data asks of a shape.

Coordinates are degrees, longitude first. All of it is done in degrees: only ratios of areas are told.
"""

from bisect import bisect_left, insort
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from heapq import heappop, heappush
from itertools import pairwise
from typing import TypeAlias

Point: TypeAlias = tuple[float, float]
Ring: TypeAlias = tuple[Point, ...]
Bounds: TypeAlias = tuple[float, float, float, float]
"""West, south, east, north."""

LINES_ACROSS = 64
"""Parallels along which an overlap is measured."""


# Not slotted: what is asked of a shape is kept on it.
@dataclass(frozen=True)
class Shape:
    """One or more polygons: of each the outer ring and then its holes, every ring closed."""

    polygons: tuple[tuple[Ring, ...], ...]

    @cached_property
    def bounds(self) -> Bounds:
        """The box around it."""
        points = [point for polygon in self.polygons for point in polygon[0]]
        longitudes, latitudes = [point[0] for point in points], [point[1] for point in points]
        return min(longitudes), min(latitudes), max(longitudes), max(latitudes)

    @cached_property
    def size(self) -> float:
        """Its area without holes, square degrees."""
        return sum(
            abs(ring_size(polygon[0])) - sum(abs(ring_size(hole)) for hole in polygon[1:])
            for polygon in self.polygons
        )

    @cached_property
    def wkt(self) -> str:
        """The same as a MULTIPOLYGON in well-known text; its numbers are those of the file."""
        polygons = (", ".join(f"({_points(ring)})" for ring in polygon) for polygon in self.polygons)
        return f"MULTIPOLYGON ({', '.join(f'({rings})' for rings in polygons)})"

    def crossings(self, latitude: float) -> list[float]:
        """The longitudes at which its edges cross a parallel, from west to east."""
        found: list[float] = []
        for polygon in self.polygons:
            for ring in polygon:
                for (west, low), (east, high) in pairwise(ring):
                    # Half-open, so that a corner counts once.
                    if (low <= latitude) != (high <= latitude):
                        insort(found, west + (latitude - low) / (high - low) * (east - west))
        return found


def _points(ring: Ring) -> str:
    return ", ".join(f"{longitude!r} {latitude!r}" for longitude, latitude in ring)


def ring_size(ring: Ring) -> float:
    """The area within a closed ring, square degrees; negative where it runs clockwise."""
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairwise(ring)) / 2


def overlap_ratio(one: Shape, other: Shape) -> float:
    """Which share of the smaller one lies in the other as well, measured along `LINES_ACROSS` parallels."""
    west, south, east, north = _common(one.bounds, other.bounds)
    smaller = min(one.size, other.size)
    if west >= east or south >= north or smaller <= 0:
        return 0.0
    step = (north - south) / LINES_ACROSS
    parallels = (south + (number + 0.5) * step for number in range(LINES_ACROSS))
    shared = sum(
        _shared(_spans(one.crossings(parallel)), _spans(other.crossings(parallel))) for parallel in parallels
    )
    return shared * step / smaller


def crosses_itself(ring: Ring) -> Point | None:
    """Where a closed ring begins to cross itself: a point of the first such edge. Touching is not crossing."""
    edges = sorted((min(a[0], b[0]), number, a, b) for number, (a, b) in enumerate(pairwise(ring)))
    open_edges: list[tuple[int, Point, Point]] = []
    for west, number, begin, end in edges:
        open_edges = [edge for edge in open_edges if max(edge[1][0], edge[2][0]) >= west]
        for _, other_begin, other_end in open_edges:
            if _cross(begin, end, other_begin, other_end):
                return begin
        open_edges.append((number, begin, end))
    return None


def overlapping_boxes(boxes: Sequence[tuple[Bounds, int]]) -> Iterator[tuple[int, int]]:
    """Pairs of boxes, by their numbers, of which the second lies partly in the first; sharing an edge is none.

    Each box is told at most once. A box that overlaps is left out of what follows, so that the rest stay apart.
    """
    # A sweep from west to east. Boxes at one longitude lie above each other, so only two neighbours can overlap.
    standing: list[tuple[float, float, int]] = []
    ends: list[tuple[float, tuple[float, float, int]]] = []
    for (west, south, east, north), number in sorted(boxes):
        while ends and ends[0][0] <= west:
            _, over = heappop(ends)
            del standing[bisect_left(standing, over)]
        place = bisect_left(standing, (south,))
        hits = [box for box in standing[max(0, place - 1) : place + 1] if box[0] < north and south < box[1]]
        if hits:
            yield hits[0][2], number
        else:
            standing.insert(place, (south, north, number))
            heappush(ends, (east, (south, north, number)))


def _common(one: Bounds, other: Bounds) -> Bounds:
    return max(one[0], other[0]), max(one[1], other[1]), min(one[2], other[2]), min(one[3], other[3])


def _spans(crossings: Sequence[float]) -> list[tuple[float, float]]:
    return list(zip(crossings[::2], crossings[1::2], strict=False))


def _shared(one: Sequence[tuple[float, float]], other: Sequence[tuple[float, float]]) -> float:
    return sum(max(0.0, min(a[1], b[1]) - max(a[0], b[0])) for a in one for b in other)


def _cross(a: Point, b: Point, c: Point, d: Point) -> bool:
    return _side(a, b, c) * _side(a, b, d) < 0 and _side(c, d, a) * _side(c, d, b) < 0


def _side(a: Point, b: Point, c: Point) -> int:
    turn = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
    return (turn > 0) - (turn < 0)
