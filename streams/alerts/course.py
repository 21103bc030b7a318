"""When was a level raised, graver, milder, over? The course of one entity's verdicts under the holds of a rule.

Pure, and worked out anew from what is kept whenever a value comes, so a value that was restated or that is final
after all needs no rule of its own: what it changes shows in the course.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise
from typing import Any, NamedTuple

from streams.alerts.rule import Rule
from streams.alerts.verdict import NO_LEVEL


class Point(NamedTuple):
    """The verdict of one row. Times are epoch milliseconds; `final` is 0 for a provisional row."""

    moment: int
    window_start: int
    revision: int
    final: int
    raises: int
    over: int


@dataclass
class Occurrence:
    """One time at which the condition held. `level` is the one at its end, `worst` the gravest."""

    began: int
    raised_at: int | None = None
    cleared_at: int | None = None
    level: int = NO_LEVEL
    worst: int = NO_LEVEL

    def overlaps(self, begin: int, end: int | None) -> bool:
        """Whether it has a moment in common with a span; None is without end."""
        return (end is None or self.began <= end) and (self.cleared_at is None or begin <= self.cleared_at)


@dataclass
class Progress:
    """How far the course of an entity is: since when each level is raised and over, and which one is in force.

    `level` is 0 where none is; `began` is then without meaning.
    """

    raised: dict[int, int] = field(default_factory=dict)
    over: dict[int, int] = field(default_factory=dict)
    level: int = 0
    began: int = 0
    last: int | None = None

    def as_json(self) -> dict[str, Any]:
        """Plain data for the state."""
        return {
            "raised": [[*item] for item in self.raised.items()],
            "over": [[*item] for item in self.over.items()],
            "level": self.level,
            "began": self.began,
            "last": self.last,
        }

    @classmethod
    def of_json(cls, kept: Mapping[str, Any] | None) -> "Progress":
        """From `as_json`."""
        if kept is None:
            return cls()
        raised, over = (dict(kept[name]) for name in ("raised", "over"))
        return cls(raised, over, kept["level"], kept["began"], kept["last"])


class Holds:
    """The hold times of a rule, in milliseconds."""

    def __init__(self, rule: Rule) -> None:
        self.levels = sorted(rule.levels)
        self.raise_ms = {n: milliseconds(step.hold or rule.hold) for n, step in rule.levels.items()}
        self.up_ms = {
            n: self.raise_ms[n] if rule.step_up_hold is None else milliseconds(rule.step_up_hold)
            for n in self.levels
        }
        self.clear_ms = milliseconds(rule.clear_hold)
        self.down_ms = self.clear_ms if rule.step_down_hold is None else milliseconds(rule.step_down_hold)
        self.gap_ms = milliseconds(rule.gap)
        self.latched = rule.latched


def course_of(holds: Holds, base: Progress, points: Iterable[Point]) -> list[Occurrence]:
    """Every time at which the condition held, oldest first; the last one may still hold, or be pending.

    `base` is the progress before the points and is changed to that behind them. A time that began before the points
    is there with its own begin.
    """
    found: list[Occurrence] = []
    now = None
    if base.level:
        now = Occurrence(base.began, base.began, None, base.level, base.level)
        found.append(now)
    for point in points:
        was = base.level
        _step(holds, base, point)
        if base.level and not was:
            now = Occurrence(base.began, point.moment, None, base.level, base.level)
            found.append(now)
        elif was and not base.level and now is not None:
            now.cleared_at = point.moment
        elif base.level and now is not None:
            now.level, now.worst = base.level, min(now.worst, base.level)
    if not base.level and base.raised:
        # Pending: so far as is known it holds, and not long enough.
        level = min(base.raised)
        found.append(Occurrence(min(base.raised.values()), None, None, level, level))
    return found


def _step(holds: Holds, at: Progress, point: Point) -> None:
    moment = point.moment
    if at.last is not None and moment - at.last > holds.gap_ms:
        at.raised, at.over = {}, {}
    at.raised = {n: at.raised.get(n, moment) for n in holds.levels if n >= point.raises}
    at.over = {n: at.over.get(n, moment) for n in holds.levels if n <= point.over}
    at.last = moment
    if not at.level:
        ripe = [n for n, since in at.raised.items() if moment - since >= holds.raise_ms[n]]
        if ripe:
            at.level, at.began = min(ripe), min(at.raised.values())
        return
    ripe = [n for n, since in at.raised.items() if n < at.level and moment - since >= holds.up_ms[n]]
    if ripe:
        at.level = min(ripe)
    elif len(at.over) == len(holds.levels):
        if not holds.latched and moment - max(at.over.values()) >= holds.clear_ms:
            at.level = 0
    else:
        left = [n for n in holds.levels if n not in at.over or moment - at.over[n] < holds.down_ms]
        # A level that a changed rule has no more goes on as the nearest one.
        at.level = max(at.level, min(left)) if at.level in holds.levels else min(left)


def with_point(points: Sequence[Point], point: Point, begin: int | None) -> list[Point] | None:
    """The points with one more; None where it is known, outdated by a higher revision, or older than `begin`."""
    if begin is not None and point.moment <= begin:
        return None
    kept = []
    for known in points:
        same_row = known.moment == point.moment and known.final == point.final
        if known.window_start == point.window_start:
            outdated = known.final >= point.final and known.revision >= point.revision
            if outdated and (same_row or known.final):
                return None
            if same_row or (known.final and point.final):
                continue
        kept.append(known)
    kept.append(point)
    kept.sort()
    return kept


def confirmed(points: Sequence[Point]) -> list[Point]:
    """The points as they count: a provisional one says only what the later final one of its window says, too."""
    final = {point.window_start: point for point in points if point.final}
    found = []
    for point in points:
        later = final.get(point.window_start)
        if later is not None and not point.final and later.revision > point.revision:
            raises, over = max(point.raises, later.raises), min(point.over, later.over)
            found.append(point._replace(raises=raises, over=over))
        else:
            found.append(point)
    return found


def thinned(points: Sequence[Point]) -> list[Point]:
    """Without provisional points of windows that are over and that say the same as both their neighbours."""
    final = {point.window_start for point in points if point.final}
    kept = list(points[:1])
    for point, following in pairwise(points[1:]):
        same = all(
            other.window_start == point.window_start and other[4:] == point[4:]
            for other in (kept[-1], following)
        )
        if point.final or point.window_start not in final or not same:
            kept.append(point)
    return [*kept, *points[-1:]] if len(points) > 1 else kept


def milliseconds(span: timedelta) -> int:
    """A span in whole milliseconds."""
    return round(span.total_seconds() * 1000)
