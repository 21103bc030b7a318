"""What does each event, tick and command lead to? The cases of the whole city, with their clocks.

A status acts when it comes: before it, its case is told what its own partition's clock had passed by then. So what is
told of a case is the same whichever partition is read first. What only time can tell comes with the city clock.
"""

import heapq
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from streams.cases.adapters import statuses_of
from streams.cases.case import Case, Files, Told, is_passed
from streams.cases.city_clock import CityClock
from streams.cases.commands import NAMES, RefusedError, case_of, fact_of, refusal_of
from streams.cases.counts import MINUTE_MS, Counts, View, clock_of, of_everything, of_kind, view_of
from streams.cases.facts import Fact, fact, facts_of
from streams.cases.kinds import Kind, Kinds
from streams.catalog import SYSTEMS
from streams.keyed_state import KeyedState
from streams.runs import is_of_every_system

_CASE, _COUNTED = "case|", "counted|"
_EVERYTHING = "*"
LINE_MS = 6 * 60 * MINUTE_MS
"""For how long what was to be counted of a case is kept: more than the partitions of a topic are apart, and more than
a batch that is read again holds. Ours."""

AHEAD_MS = 90_000
"""How far the clock on the wall may be ahead of a system's ticks, which come each minute and a little late: a line that
is further behind has not heard yet what was in time. Ours."""


@dataclass(frozen=True, slots=True)
class Changed:
    """A record of `city.cases.v1`; `current` is False for an answer that is about no case."""

    record: dict[str, Any]
    current: bool = True


@dataclass(frozen=True, slots=True)
class Gone:
    """A case that is forgotten."""

    case_id: str


@dataclass(frozen=True, slots=True)
class Counted:
    """A record of `city.statistics.v1`."""

    record: dict[str, Any]


Result = Changed | Gone | Counted


class CaseDesk:
    """The cases of the city: one fold over all systems that tell of cases, and over commands."""

    def __init__(
        self,
        state: KeyedState,
        kinds: Kinds,
        mode: str,
        partitions: Mapping[str, int] | None = None,
        line: Collection[str] = (),
    ) -> None:
        """`partitions` of the systems' topics, as the catalog has them; `line` are the systems of this line."""
        self._state = state
        self._kinds = kinds
        self._files = Files(kinds)
        self._mode = mode
        self._line = frozenset(line).intersection(kinds.systems)
        of_catalog = {slug: SYSTEMS[slug].normalized.partitions for slug in kinds.systems}
        self._clock = CityClock(state, of_catalog if partitions is None else partitions)
        # (moment, key of the case) by run and system; an entry that is past its case does nothing.
        self._waiting: dict[tuple[str, str], list[tuple[int, str]]] = {}
        self._counts: dict[tuple[str, str], Counts] = {}
        for key, case in state.items(_CASE):
            if (kind := kinds.get(_names(key)[1])) is not None:
                self._watch(key, kind, case)

    def on_event(self, slug: str, partition: int, event: Mapping[str, Any]) -> list[Result]:
        """What a normalized event, or a tick, of a system leads to."""
        run_id = event["run_id"]
        if event["entity_id"] is None:
            left = self._clock.move(slug, partition, run_id, event["event_time"])
            return [*self._over(slug, left, run_id), *self._elapsed(slug, run_id)]
        left = self._clock.move(slug, partition, run_id, 0)
        as_of = self._clock.of_partition(slug, partition, run_id)
        return [*self._over(slug, left, run_id), *self._statuses(slug, event, as_of)]

    def on_late(self, slug: str, event: Mapping[str, Any]) -> list[Result]:
        """What an event leads to that came too late for its window: a case takes it in as long as it is known."""
        run_id = event["run_id"]
        if event["entity_id"] is None or self._clock.run_of(slug) != run_id:
            return []
        return self._statuses(slug, event, self._clock.of_system(slug, run_id) or 0)

    def _statuses(self, slug: str, event: Mapping[str, Any], as_of: int) -> list[Result]:
        results: list[Result] = []
        by_case: dict[str, list[Fact]] = {}
        for status in statuses_of(slug, event):
            kind = self._kinds.get(status.kind)
            if kind is not None and kind.slug == slug:
                by_case.setdefault(f"{kind.id}:{status.key}", []).extend(facts_of(kind, status, event))
        for case_id, facts in by_case.items():
            if facts:
                results += self._take(event["run_id"], case_id, facts, as_of)
        return results

    def on_command(self, command: Mapping[str, Any]) -> list[Result]:
        """What a command leads to: it acts when it comes, and a refusal is told, too."""
        if command["command"] not in NAMES:
            return []
        kind_id, case_id = case_of(command)
        kind = self._kinds.get(kind_id)
        if kind is None:
            there = ", ".join(found.id for found in self._kinds)
            return [self._no_case(command, f"there is no kind {kind_id!r}: there are {there}")]
        run_id = self._run_for(kind, case_id, command["run_id"])
        key = f"{_CASE}{run_id}|{case_id}"
        known = self._state.get(key)
        if known is None and command["command"] != "case.open":
            return [self._no_case(command, f"no case {case_id} is known; `citybrain case list` shows them")]
        if known is not None and any(said["id"] == command["command_id"] for said in known["facts"]):
            return []
        try:
            said = _fact_for(kind, case_id, known, command)
        except RefusedError as error:
            said = refusal_of(command, str(error))
        return self._take(run_id, case_id, [said], self._now(kind.slug, run_id) or 0)

    def _run_for(self, kind: Kind, case_id: str, given: str) -> str:
        """The run in which a command acts: that of its case, of its system, its own, or the newest."""
        for run_id in (given, *self._clock.runs):
            if self._state.get(f"{_CASE}{run_id}|{case_id}") is not None:
                return run_id
        if kind.slug:
            return self._clock.run_of(kind.slug) or given
        runs = self._clock.runs
        return given if given in runs or not runs else runs[0]

    def _now(self, slug: str, run_id: str) -> int | None:
        return self._clock.of_system(slug, run_id) if slug else self._clock.fastest(run_id)

    def _take(self, run_id: str, case_id: str, facts: list[Fact], as_of: int) -> list[Result]:
        key = f"{_CASE}{run_id}|{case_id}"
        kind = self._kinds.get(case_id.partition(":")[0])
        if kind is None:
            return []
        known = self._state.get(key)
        told: list[Told] = []
        if known is not None:
            known, told = self._files.elapsed(kind, known, as_of, _slack_ms(kind))
        case, further = self._files.taken(kind, known, facts, as_of)
        return self._keep(key, kind, case, [*told, *further], as_of)

    def _keep(self, key: str, kind: Kind, case: Case, told: list[Told], as_of: int) -> list[Result]:
        if case["told"] is not None:
            view = view_of(kind.id, case["told"])
            # By the next minute every partition has been read up to here.
            since = as_of - as_of % MINUTE_MS + MINUTE_MS if as_of else 0
            if not case["line"] or case["line"][-1][1] != view:
                case = {**case, "line": _with_view(case["line"], since, view)}
        self._state.put(key, case)
        self._watch(key, kind, case)
        run_id, _, case_id = _parts(key)
        return [self._changed(run_id, case_id, change) for change in told]

    def _watch(self, key: str, kind: Kind, case: Case) -> None:
        run_id = _parts(key)[0]
        moment = self._files.next_moment(kind, case, _slack_ms(kind))
        heapq.heappush(self._waiting.setdefault((run_id, kind.slug), []), (moment, key))
        if case["line"]:
            for clock in (kind.slug, _EVERYTHING):
                self._counts_of(run_id, clock).touch(key, case["line"])

    def _counts_of(self, run_id: str, clock: str) -> Counts:
        found = self._counts.get((run_id, clock))
        if found is None:
            until = self._state.get(f"{_COUNTED}{run_id}|{clock}")
            if clock == _EVERYTHING:
                found = Counts(of_everything, until)
            else:
                always = [("case_kind", kind.id, None) for kind in self._kinds if kind.slug == clock]
                found = Counts(of_kind, until, always)
            self._counts[run_id, clock] = found
        return found

    def _elapsed(self, slug: str, run_id: str) -> Iterator[Result]:
        """What the city clock tells when a tick may have moved it."""
        own = self._clock.of_system(slug, run_id)
        if own is None:
            return
        yield from self._due(run_id, slug, own)
        fastest = self._clock.fastest(run_id)
        if fastest is not None:
            yield from self._due(run_id, "", fastest)
        # What adds up over systems waits for all of them, or it would hang on which one is read first.
        slowest = self._clock.slowest(run_id, self._line if is_of_every_system(run_id) else ())
        for clock, now in ((slug, own), ("", fastest), (_EVERYTHING, slowest)):
            if now is not None:
                yield from self._count(run_id, clock, now - now % MINUTE_MS)

    def on_second(self, wall: int) -> Iterator[Result]:
        """The deadlines that have passed by the clock on the wall (epoch milliseconds) and that no tick has told yet.

        For runs whose city time is the time of day. The tick of the next minute would tell the same, of the same moment;
        everything else that time does waits for it.
        """
        for run_id, slug in list(self._waiting):
            own = self._now(slug, run_id)
            if own is not None and is_of_every_system(run_id):
                yield from self._deadlines(run_id, slug, min(wall, own + AHEAD_MS))

    def _deadlines(self, run_id: str, slug: str, now: int) -> Iterator[Result]:
        others = []
        for moment, key, kind, known in self._past(run_id, slug, now):
            if not is_passed(known, now):
                others.append((moment, key))
                continue
            case, told = self._files.elapsed(kind, known, now, _slack_ms(kind))
            yield from self._keep(key, kind, case, told, case["told"]["closed"] or moment)
        for entry in others:
            heapq.heappush(self._waiting[run_id, slug], entry)

    def _past(self, run_id: str, slug: str, now: int) -> Iterator[tuple[int, str, Kind, Case]]:
        """What waited for a moment up to `now`, taken from the waiting: moment, key, kind and case."""
        waiting = self._waiting.get((run_id, slug), [])
        while waiting and waiting[0][0] <= now:
            moment, key = heapq.heappop(waiting)
            known, kind = self._state.get(key), self._kinds.get(_names(key)[1])
            if known is not None and kind is not None:
                yield moment, key, kind, known

    def _due(self, run_id: str, slug: str, now: int) -> Iterator[Result]:
        for moment, key, kind, known in self._past(run_id, slug, now):
            case, told = self._files.elapsed(kind, known, now, _slack_ms(kind))
            if _is_over(case) and self._files.forgotten_at(kind, case) <= now:
                yield from (self._changed(run_id, _names(key)[0], change) for change in told)
                yield self._forget(key)
            elif told:
                yield from self._keep(key, kind, case, told, case["told"]["closed"] or moment)
            elif (later := self._files.next_moment(kind, case, _slack_ms(kind))) > now:
                heapq.heappush(self._waiting[run_id, slug], (later, key))

    def _count(self, run_id: str, clock: str, minute: int) -> Iterator[Result]:
        counts = self._counts_of(run_id, clock)
        if counts.told_until is not None and minute <= counts.told_until:
            return
        for record in counts.advance(minute, run_id):
            yield Counted(record)
        if clock == _EVERYTHING:
            yield Counted(clock_of(minute, run_id))
        self._state.put(f"{_COUNTED}{run_id}|{clock}", minute)

    def _over(self, slug: str, left: str | None, run_id: str) -> Iterator[Result]:
        """End what a run has left open that a system has left; what follows no system ends with the last of them."""
        if left is None:
            return
        ends = {slug} if left in self._clock.runs else {slug, ""}
        for key, case in list(self._state.items(f"{_CASE}{left}|")):
            kind = self._kinds.get(_names(key)[1])
            if kind is None or kind.slug not in ends:
                continue
            if case["told"] is not None and case["told"]["status"] == "open":
                at = max(case["as_of"], case["told"]["last"])
                ended = fact(
                    f"over@{run_id}", at, "exclude", "clock", reason=f"another run has begun: {run_id}"
                )
                _, told = self._files.taken(kind, case, [ended], case["as_of"])
                yield from (self._changed(left, _names(key)[0], change) for change in told)
            yield self._forget(key)
        for clock in ends if left in self._clock.runs else {*ends, _EVERYTHING}:
            self._counts.pop((left, clock), None)
            self._waiting.pop((left, clock), None)
            self._state.remove(f"{_COUNTED}{left}|{clock}")

    def _forget(self, key: str) -> Gone:
        run_id, _, case_id = _parts(key)
        self._state.remove(key)
        for clock in (self._kinds_slug(case_id), _EVERYTHING):
            self._counts_of(run_id, clock).forget(key)
        return Gone(case_id)

    def _kinds_slug(self, case_id: str) -> str:
        kind = self._kinds.get(case_id.partition(":")[0])
        return kind.slug if kind is not None else ""

    def _changed(self, run_id: str, case_id: str, told: Told) -> Changed:
        return Changed({"case_id": case_id, **told, "mode": self._mode, "run_id": run_id})

    def _no_case(self, command: Mapping[str, Any], reason: str) -> Changed:
        """The answer to a command that is about no case that there is: a change of nothing, under its own number."""
        at, kind = command["event_time"], command["target"].partition(":")[0]
        record = {
            "case_id": f"refused:{command['command_id']}",
            **dict.fromkeys(("type", "level", "outcome", "next_due_at", "entity_id", "area_id")),
            **dict.fromkeys(("longitude", "latitude", "closed_at", "alert_id")),
            "sequence": 1,
            "change": "contradicted",
            "event_time": at,
            "kind": kind,
            "state": "refused",
            "status": "excluded",
            "risk": "none",
            "running": {},
            "ended": {},
            "lead_department": "",
            "assisting_departments": [],
            "supervised": False,
            "opened_at": at,
            "source": command["source"],
            "by": command["by"],
            "reason": f"{command['command']} of {command['target']} is refused: {reason}",
            "command_id": command["command_id"],
            "mode": self._mode,
            "run_id": command["run_id"],
        }
        return Changed(record, current=False)


def _fact_for(kind: Kind, case_id: str, known: Case | None, command: Mapping[str, Any]) -> Fact:
    """The fact that a command is about a case as it is known. Raises RefusedError."""
    told = None if known is None else known["told"]
    is_there = told is not None and not told.get("unopened")
    if command["command"] == "case.open" and told is not None and is_there:
        raise RefusedError(f"{case_id} is there already, and is {told['status']}")
    if command["command"] != "case.open" and not is_there:
        raise RefusedError(f"of {case_id} it was never told that it was opened")
    return fact_of(kind, command)


def _parts(key: str) -> tuple[str, str, str]:
    """Run, kind and case of a key."""
    _, run_id, case_id = key.split("|", 2)
    return run_id, case_id.partition(":")[0], case_id


def _names(key: str) -> tuple[str, str]:
    """Case and kind of a key."""
    _, kind, case_id = _parts(key)
    return case_id, kind


def _with_view(line: list[Any], since: int, view: View) -> list[Any]:
    """The line with what is to be counted from a minute on; what is long past is dropped."""
    since = max(since, line[-1][0]) if line else since
    earlier = [entry for entry in line if entry[0] < since]
    old = sum(entry[0] <= since - LINE_MS for entry in earlier)
    return [*earlier[max(0, old - 1) :], [since, view]]


def _is_over(case: Case) -> bool:
    return case["told"] is not None and case["told"]["status"] != "open"


def _slack_ms(kind: Kind) -> int:
    """How much later than the city clock a status of a kind may come."""
    slack = SYSTEMS[kind.system].source.out_of_orderness if kind.system else timedelta(0)
    return slack // timedelta(milliseconds=1)
