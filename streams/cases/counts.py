"""How many cases stand how, each minute of the city? Counts open cases, those at risk, overdue, due soon and supervised.

What is counted at a minute hangs on what was known then by the ticks alone, and never on how far another partition was
read: a case carries a line of what is to be counted of it and from which minute on.
"""

import heapq
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

MINUTE_MS = 60_000
SOON_MS = 30 * MINUTE_MS
MINUTES_MAX = 60
"""After a pause of the whole line no more minutes are told than these, the newest. Ours."""
MEASURE = "case.now"
SUMS = ("open", "at_risk", "overdue", "due_30min", "supervised")
UNPLACED = "unplaced"
"""The area and the city of a case of which nobody said where it is."""

View = Mapping[str, Any]
Group = tuple[str, str, str | None]
"""Entity type, entity and its area."""
Line = Sequence[tuple[int, View]]
"""From which minute on, epoch milliseconds, and what is counted then; in the order of the minutes."""


def view_of(kind: str, told: Mapping[str, Any]) -> View:
    """What is to be counted of a case that stands so."""
    return {
        "kind": kind,
        "open": told["status"] == "open",
        "area": told["area"],
        "lead": told["lead"],
        "supervised": told["supervised"],
        "clocks": sorted(told["clocks"].values()),
    }


def of_kind(view: View) -> tuple[Group, ...]:
    """A case counts for its kind."""
    return (("case_kind", view["kind"], None),)


def of_everything(view: View) -> tuple[Group, ...]:
    """A case counts for its area, its department and its city."""
    area = view["area"] or UNPLACED
    city = area.partition("/")[0]
    groups: list[Group] = [("city", city, None), ("department", view["lead"], None)]
    return tuple([*groups, ("area", area, area)] if "/" in area else groups)


class Counts:
    """The counts of one clock. `told_until` is the last minute that was told, None before the first."""

    def __init__(
        self,
        groups_of: Callable[[View], tuple[Group, ...]],
        told_until: int | None,
        always: Iterable[Group] = (),
    ) -> None:
        self._groups_of = groups_of
        self.told_until = told_until
        self._always = tuple(always)
        self._lines: dict[str, Line] = {}
        self._counted: dict[str, tuple[tuple[Group, ...], tuple[int, ...]]] = {}
        self._sums: defaultdict[Group, list[int]] = defaultdict(lambda: [0] * len(SUMS))
        self._waiting: list[tuple[int, str]] = []

    def touch(self, key: str, line: Line) -> None:
        """Learn the line of a case."""
        self._lines[key] = line
        heapq.heappush(self._waiting, (line[-1][0], key))
        if self.told_until is not None and line[0][0] <= self.told_until and key not in self._counted:
            self._count(key, self.told_until)

    def forget(self, key: str) -> None:
        """A case that is closed for long."""
        if self._lines.pop(key, None) is not None:
            self._take_away(key)

    def advance(self, until: int, run_id: str) -> Iterator[dict[str, Any]]:
        """Statistics of every minute up to one that is over; the first call tells that minute alone."""
        told = until - MINUTE_MS if self.told_until is None else self.told_until
        first = max(told + MINUTE_MS, until - (MINUTES_MAX - 1) * MINUTE_MS)
        for minute in range(first, until + 1, MINUTE_MS):
            before = {group for group, sums in self._sums.items() if any(sums)}
            while self._waiting and self._waiting[0][0] <= minute:
                self._count(heapq.heappop(self._waiting)[1], minute)
            self.told_until = minute
            now = {group for group, sums in self._sums.items() if any(sums)}
            for group in sorted(before | now | set(self._always), key=lambda group: group[:2]):
                yield statistic_of(group, minute, dict(zip(SUMS, self._sums[group], strict=True)), run_id)
            for group in before - now:
                del self._sums[group]

    def _count(self, key: str, minute: int) -> None:
        line = self._lines.get(key)
        if line is None:
            return
        self._take_away(key)
        place = bisect_right([since for since, _ in line], minute)
        moments = [since for since, _ in line[place:]]
        if place and line[place - 1][1]["open"]:
            view = line[place - 1][1]
            groups, counted = self._groups_of(view), _counted(view, minute)
            self._counted[key] = (groups, counted)
            self._add(groups, counted, 1)
            moments += _changes_of(view)
        further = [moment for moment in moments if moment > minute]
        if further:
            heapq.heappush(self._waiting, (min(further), key))

    def _take_away(self, key: str) -> None:
        groups, counted = self._counted.pop(key, ((), ()))
        self._add(groups, counted, -1)

    def _add(self, groups: Iterable[Group], counted: Sequence[int], times: int) -> None:
        for group in groups:
            sums = self._sums[group]
            for place, count in enumerate(counted):
                sums[place] += times * count


def _counted(view: View, minute: int) -> tuple[int, ...]:
    """What an open case adds at a minute, in the order of `SUMS`; overdue is no longer at risk."""
    clocks = view["clocks"]
    overdue = any(due < minute for _, due in clocks)
    at_risk = not overdue and any(at_risk <= minute for at_risk, _ in clocks)
    soon = any(minute <= due <= minute + SOON_MS for _, due in clocks)
    return 1, int(at_risk), int(overdue), int(soon), int(view["supervised"])


def _changes_of(view: View) -> Iterator[int]:
    """The moments at which an open case counts otherwise by time alone."""
    for at_risk, due in view["clocks"]:
        yield from (at_risk, due - SOON_MS, due + 1)


def statistic_of(group: Group, minute: int, sums: Mapping[str, int], run_id: str) -> dict[str, Any]:
    """The statistic of one minute; its window ends with it."""
    entity_type, entity_id, area_id = group
    return {
        "measure": MEASURE,
        "entity_type": entity_type,
        "entity_id": entity_id,
        "area_id": area_id,
        "window_start": minute - MINUTE_MS,
        "window_end": minute,
        "step": 0,
        "observations": sums.get("open", 0),
        "sums": sums,
        "histogram": {},
        "ingest_time_max": None,
        "run_id": run_id,
        "generation": 0,
    }


def clock_of(minute: int, run_id: str) -> dict[str, Any]:
    """The row that says that everything of a minute has been told."""
    return statistic_of(("clock", "clock", None), minute, {}, run_id)
