"""What has the public? Figures as they were published, newest first, with the corrections among them; in memory.

It is read back from `city.public.v1`, and holds so many that an hour of everything fits; older figures are in the
view `public_figures`. A page goes by a position that a reader hands back, so that nothing is said twice between two
pages while more is published.
"""

import csv
import hashlib
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sortedcontainers import SortedDict

from indicators.public_data import public_key

FIGURES_MAX = 200_000
CORRECTIONS_MAX = 10_000
PAGE_MAX = 1_000
COLUMNS = (
    *("indicator_id", "entity_type", "entity_id", "area_id", "window_start", "window_end", "value", "unit"),
    *("grade", "validity", "observations", "standard", "edition", "finality", "revision", "change"),
    *("previous_value", "reason", "published_at"),
)
_TIMES = frozenset({"window_start", "window_end", "published_at"})
_FORMULA = ("=", "+", "-", "@", "\t", "\r")

Figure = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a reader asks for. Empty is everything; times are epoch milliseconds, `after` a position of before."""

    indicator_id: str = ""
    system: str = ""
    entity_id: str = ""
    area: str = ""
    from_ms: int | None = None
    to_ms: int | None = None
    after: str = ""
    limit: int = 100

    def fits(self, figure: Figure) -> bool:
        """Whether a figure is asked for."""
        area = figure["area_id"] or ""
        return (
            self.indicator_id in {"", figure["indicator_id"]}
            and self.system in {"", str(figure["indicator_id"]).partition(".")[0]}
            and self.entity_id in {"", figure["entity_id"]}
            and (not self.area or area == self.area or area.startswith(f"{self.area}/"))
            and (self.from_ms is None or figure["window_start"] >= self.from_ms)
            and (self.to_ms is None or figure["window_start"] < self.to_ms)
        )


@dataclass(frozen=True, slots=True)
class Page:
    """Some figures, and the position to ask on from; empty when there are no more."""

    figures: tuple[Figure, ...]
    next: str


@dataclass
class Book:
    """The newest of each figure, and what was corrected."""

    version: int = 0
    _figures: dict[str, Figure] = field(default_factory=dict)
    _ordered: Any = field(default_factory=SortedDict)
    _corrections: Any = field(default_factory=SortedDict)

    def put(self, figure: Figure) -> None:
        """Take in what was published. What is already so changes nothing."""
        key = public_key(figure)
        before = self._figures.get(key)
        if before is not None:
            if before["revision"] > figure["revision"] or before == figure:
                return
            del self._ordered[_position(before)]
        self._figures[key] = figure
        self._ordered[_position(figure)] = figure
        self.version += 1
        if figure["change"] != "published":
            self._corrections[f"{figure['published_at']:015d}|{key}"] = figure
            if len(self._corrections) > CORRECTIONS_MAX:
                self._corrections.popitem(0)
        if len(self._ordered) > FIGURES_MAX:
            _, oldest = self._ordered.popitem(0)
            del self._figures[public_key(oldest)]

    def newest(self, key: str) -> Figure | None:
        """What the public has under a key of `public_key`."""
        return self._figures.get(key)

    def figures(self, wanted: Wanted) -> Page:
        """Newest window first."""
        return _page(self._ordered, wanted)

    def corrections(self, wanted: Wanted) -> Page:
        """What was corrected or withdrawn, the latest first."""
        return _page(self._corrections, wanted)


def as_json(figures: Iterable[Figure]) -> list[dict[str, Any]]:
    """Rows with the columns that the public has; times as ISO 8601 in UTC."""
    return [
        {name: _time(figure[name]) if name in _TIMES else figure[name] for name in COLUMNS}
        for figure in figures
    ]


def as_csv(figures: Iterable[Figure]) -> str:
    """The same rows as RFC 4180; a text that a spreadsheet would run is led by an apostrophe."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for row in as_json(figures):
        writer.writerow(["" if cell is None else _tame(cell) for cell in row.values()])
    return text.getvalue()


def etag_of(*parts: object) -> str:
    """The same for the same answer, another one for another."""
    return '"' + hashlib.sha256("\n".join(map(str, parts)).encode()).hexdigest()[:24] + '"'


def _page(ordered: Any, wanted: Wanted) -> Page:
    found: list[Figure] = []
    position = ""
    for position, figure in _backwards(ordered, wanted.after):
        if wanted.fits(figure):
            found.append(figure)
            if len(found) == min(wanted.limit, PAGE_MAX):
                return Page(tuple(found), position)
    return Page(tuple(found), "")


def _backwards(ordered: Any, after: str) -> Iterator[tuple[str, Figure]]:
    for position in ordered.irange(None, after or None, (True, False), reverse=True):
        yield position, ordered[position]


def _position(figure: Figure) -> str:
    return f"{figure['window_end']:015d}|{public_key(figure)}"


def _tame(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


def _time(milliseconds: int) -> str:
    at = datetime.fromtimestamp(milliseconds / 1000, UTC)
    return at.isoformat(timespec="seconds").replace("+00:00", "Z")
