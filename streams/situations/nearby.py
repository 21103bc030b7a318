"""What is near a place? A grid of hexagons (H3), so that nobody has to measure against everybody.

A cell is chosen so large that all that is within the asked distance lies in the place's own cell or in one beside
it; among those the distance is measured on the sphere. Positions are CGCS2000, which is WGS-84 to some decimetres.
"""

from collections.abc import Iterator

import h3

_EDGES = 1.3
"""Edges of a cell are this many times the distance at least: cells differ in size over the globe by up to a quarter,
and a ring of cells around one is as wide as an edge and a half."""
_FINEST, _COARSEST = 12, 4

Place = tuple[float, float]
"""Longitude and latitude in degrees."""


def resolution_for(metres: float) -> int:
    """The finest resolution whose cells and their neighbours hold all within a distance. ValueError beyond it."""
    for resolution in range(_FINEST, _COARSEST - 1, -1):
        if h3.average_hexagon_edge_length(resolution, unit="m") >= _EDGES * metres:
            return resolution
    raise ValueError(f"{metres} m is farther than a neighbourhood: at most some kilometres")


def metres_between(one: Place, other: Place) -> float:
    """Great-circle distance in metres."""
    return float(h3.great_circle_distance(one[::-1], other[::-1], unit="m"))


class Neighbourhood:
    """Named places, found again by nearness."""

    def __init__(self, metres: float) -> None:
        self._metres = metres
        self._resolution = resolution_for(metres)
        self._cells: dict[str, dict[str, Place]] = {}
        self._cell_of: dict[str, str] = {}

    def put(self, name: str, place: Place) -> None:
        """Note where something is; it is there only."""
        self.remove(name)
        cell = self._cell(place)
        self._cells.setdefault(cell, {})[name] = place
        self._cell_of[name] = cell

    def remove(self, name: str) -> None:
        """Forget where something is."""
        cell = self._cell_of.pop(name, None)
        if cell is not None:
            self._cells[cell].pop(name)
            if not self._cells[cell]:
                del self._cells[cell]

    def near(self, place: Place) -> Iterator[str]:
        """What lies within the distance, in the order of the names."""
        around = h3.grid_disk(self._cell(place), 1)
        found = {name: at for cell in around for name, at in self._cells.get(cell, {}).items()}
        for name in sorted(found):
            if metres_between(place, found[name]) <= self._metres:
                yield name

    def _cell(self, place: Place) -> str:
        return str(h3.latlng_to_cell(place[1], place[0], self._resolution))
