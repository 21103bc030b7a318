"""What is told of a case when something is said of it, and when time passes? One change after the other, without a gap.

A case is plain JSON data, so that it can be kept in a table:
facts: everything that was said. told: how it stood when it was told last, None before. sequence: how many changes were
told. named: facts that were told to be contradicted. fired: what the clock told already. as_of: up to when the clock had
gone when it was told last. is_closed: whether its newest close or reopening was a close. line: what was to be counted
of it, and from which minute on.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from streams.cases.facts import Fact, fact
from streams.cases.history import Standing, in_order, opening_of, standing_of
from streams.cases.kinds import SUPERVISION, Kind, Kinds

FACTS_MAX = 500
"""More is said of no case that somebody handles; what comes after is passed over, and that is told once. Ours."""
CLOCK = "clock"

Case = dict[str, Any]
Told = dict[str, Any]
"""A change, before it knows its run: the fields of `case_change.avsc` that follow from the case."""

NEW: Mapping[str, Any] = {
    "facts": [],
    "told": None,
    "sequence": 0,
    "named": [],
    "fired": [],
    "as_of": 0,
    "is_closed": False,
    "line": [],
}


class Files:
    """Takes facts and time into cases of any kind. The case that is given is never changed."""

    def __init__(self, kinds: Kinds) -> None:
        self.kinds = kinds

    def taken(
        self, kind: Kind, case: Case | None, facts: Sequence[Fact], as_of: int
    ) -> tuple[Case, list[Told]]:
        """The case with further facts, and what is told of it; what was said before changes nothing.

        What a source corrects or takes back stands in the place of what it said. `as_of` is up to when the clock has
        gone, epoch milliseconds.
        """
        known = dict(case or NEW)
        seen = {said["id"]: said.get("version", 0) for said in known["facts"]}
        further = [said for said in facts if said.get("version", 0) > seen.get(said["id"], -1)]
        if not further:
            return known, []
        work = _Work(self.kinds, kind, known, as_of)
        if len(seen.keys() | {said["id"] for said in further}) > FACTS_MAX:
            work.too_many()
        elif known["told"] is None or _is_unopened(known):
            work.all_of(further)
        else:
            for said in in_order(kind, further):
                work.one(said)
        return work.case, work.told

    def elapsed(self, kind: Kind, case: Case, now: int, slack_ms: int) -> tuple[Case, list[Told]]:
        """The case when the clock has gone up to `now`, and what is told of it; `slack_ms` is how late a status may be."""
        work = _Work(self.kinds, kind, dict(case), max(now, case["as_of"]))
        if case["told"] is None:
            if case["facts"] and _first(case) + slack_ms <= now:
                work.never_opened()
            return work.case, work.told
        work.fire()
        told = work.case["told"]
        if told["status"] == "open" and (due := _expiry(kind, told)) <= now:
            reason = f"nothing was heard of it for {_in_words(kind.expires)}"
            work.one(fact(f"expire@{due}", due, "expire", CLOCK, reason=reason))
        return work.case, work.told

    def next_moment(self, kind: Kind, case: Case, slack_ms: int) -> int:
        """When the clock has something to do with the case, epoch milliseconds."""
        told = case["told"]
        if told is None:
            return _first(case) + slack_ms
        if _is_unopened(case) or told["status"] != "open":
            return self.forgotten_at(kind, case)
        moments = [moment + (what == "overdue") for moment, what, _ in _unfired(case)]
        return min([_expiry(kind, told), *moments])

    def forgotten_at(self, kind: Kind, case: Case) -> int:
        """When a case that is closed, or was never opened, is forgotten."""
        told = case["told"]
        ended = _first(case) if told is None or told["closed"] is None else max(told["closed"], told["last"])
        return int(ended) + kind.kept // timedelta(milliseconds=1)


def risk_of(standing: Standing, now: int) -> str:
    """How a case stands against its deadlines at a moment. Closed at the very deadline is in time."""
    if standing["status"] != "open" or not standing["clocks"]:
        return "none"
    if any(due < now for _, due in standing["clocks"].values()):
        return "overdue"
    return "at_risk" if any(at_risk <= now for at_risk, _ in standing["clocks"].values()) else "in_time"


class _Work:
    def __init__(self, kinds: Kinds, kind: Kind, case: Case, as_of: int) -> None:
        self._kinds = kinds
        self._kind = kind
        self.case = case
        self.case["as_of"] = max(case["as_of"], as_of)
        self.told: list[Told] = []

    def one(self, said: Fact) -> None:
        """A further fact of an opened case."""
        self.case["facts"] = _with(self.case["facts"], [said])
        standing, contradicted = standing_of(self._kinds, self._kind, self.case["facts"])
        if standing is None:
            # Its opening was taken back.
            ended = {
                "status": "excluded",
                "closed": said["at"],
                "paused": False,
                "supervised": False,
                "clocks": {},
            }
            standing = {**self.case["told"], **ended}
        # A correction that cannot be true either has still taken its first version away.
        if said["id"] not in contradicted or "version" in said:
            self._tell_difference(standing, said)
        self._name(contradicted)
        self.fire()

    def all_of(self, further: Sequence[Fact]) -> None:
        """Facts of a case that was not opened yet: once it is, its whole history is told."""
        self.case["facts"] = _with(self.case["facts"], further)
        ordered = in_order(self._kind, self.case["facts"])
        opening = opening_of(ordered)
        if opening is None:
            for said in further:
                if said["do"] == "refused":
                    self._unopened(said, said["reason"])
            return
        _, contradicted = standing_of(self._kinds, self._kind, ordered)
        self.case["told"] = None
        holding = [opening]
        self._opened(holding, opening)
        for said in ordered:
            if said is not opening and said["id"] not in contradicted and not said.get("opens"):
                holding.append(said)
                standing, _ = standing_of(self._kinds, self._kind, holding)
                if standing is not None:
                    self._tell_difference(standing, said)
        self._name(contradicted)
        self.fire()

    def _opened(self, holding: Sequence[Fact], opening: Fact) -> None:
        standing, _ = standing_of(self._kinds, self._kind, holding)
        if standing is not None:
            self.case["told"] = standing
            without = "; ".join(standing["without"].values()) or None
            self._change("opened", standing["opened"], opening, opening.get("reason") or without)

    def fire(self) -> None:
        """What the clock tells, in the order of its moments."""
        for moment, what, clock in _unfired(self.case):
            if moment + (what == "overdue") > self.case["as_of"]:
                continue
            self.case["fired"] = [*self.case["fired"], _mark(moment, what, clock)]
            change, reason = what, f"the clock `{clock}` has run out"
            if what == "at_risk":
                due = self.case["told"]["clocks"][clock][1]
                reason = f"the clock `{clock}` runs out in {(due - moment) // 1000} s"
            elif clock == SUPERVISION:
                change = "supervision_overdue"
            self._change(change, moment, {"source": CLOCK}, reason, moment + (what == "overdue"))

    def never_opened(self) -> None:
        """A case of which something is told, but not that it was opened."""
        said = in_order(self._kind, self.case["facts"])[0]
        what = said.get("state") or said.get("mark") or said["do"]
        self._unopened(said, f"`{what}` is told, but not that it was opened")

    def too_many(self) -> None:
        """More than a case can hold."""
        if "too many" not in self.case["named"] and self.case["told"] is not None:
            self.case["named"] = [*self.case["named"], "too many"]
            reason = f"more than {FACTS_MAX} things were said of it; further ones are passed over"
            self._change("contradicted", self.case["told"]["last"], {"source": CLOCK}, reason)

    def _unopened(self, said: Fact, reason: str) -> None:
        answering = self._kind.departments_of(None, None)
        about = said.get("about", {})
        self.case["told"] = {
            **dict.fromkeys(("outcome", "type", "level", "entity", "longitude", "latitude", "alert")),
            **about,
            "area": about.get("area"),
            "state": self._kind.states[0],
            "status": "excluded",
            "opened": said["at"],
            "closed": said["at"],
            "paused": False,
            "supervised": False,
            "lead": about.get("lead") or answering.lead,
            "assisting": list(about.get("assisting") or answering.assisting),
            "clocks": {},
            "ended": {},
            "without": {},
            "last": said["at"],
            "unopened": True,
        }
        self._change("contradicted", said["at"], said, reason)

    def _name(self, contradicted: Mapping[str, str]) -> None:
        for said in in_order(self._kind, self.case["facts"]):
            if said["id"] in contradicted and said["id"] not in self.case["named"]:
                self.case["named"] = [*self.case["named"], said["id"]]
                reason = contradicted[said["id"]]
                refused = "command" in said and said["do"] != "refused"
                self._change("contradicted", said["at"], said, f"refused: {reason}" if refused else reason)

    def _tell_difference(self, standing: Standing, said: Fact) -> None:
        before = self.case["told"]
        if {**before, "last": 0} == {**standing, "last": 0} and said["do"] not in ("update", "supervise"):
            self.case["told"] = standing
            return
        change, reason = _difference(before, standing, said), said.get("reason") or _corrected(said)
        if change in ("closed", "excluded") and self.case["is_closed"]:
            change = "noted"
        if change == "noted" and said["do"] in ("step", "mark") and "version" not in said:
            reason = "told after its end, and before it by its time"
        if change in ("closed", "reopened", "excluded"):
            self.case["is_closed"] = change != "reopened"
        self.case["told"] = standing
        self._change(change, said["at"], said, reason)

    def _change(
        self, change: str, at: int, said: Mapping[str, Any], reason: str | None, now: int | None = None
    ) -> None:
        standing = self.case["told"]
        self.case["sequence"] += 1
        clocks = standing["clocks"]
        self.told.append(
            {
                "sequence": self.case["sequence"],
                "change": change,
                "event_time": at,
                "kind": self._kind.id,
                "state": standing["state"],
                "status": standing["status"],
                "risk": risk_of(standing, self._now(at, now)),
                "outcome": standing["outcome"],
                "running": {name: due for name, (_, due) in clocks.items()},
                "ended": standing["ended"],
                "next_due_at": min((due for _, due in clocks.values()), default=None),
                "entity_id": standing["entity"],
                "area_id": standing["area"],
                **{name: standing[name] for name in ("type", "level", "longitude", "latitude")},
                "lead_department": standing["lead"],
                "assisting_departments": standing["assisting"],
                "supervised": standing["supervised"],
                "opened_at": standing["opened"],
                "closed_at": standing["closed"],
                "alert_id": standing["alert"],
                "source": said["source"],
                "by": said.get("by"),
                "reason": reason,
                "command_id": said.get("command"),
            }
        )

    def _now(self, at: int, now: int | None) -> int:
        return max(at, self.case["as_of"]) if now is None else max(now, self._fired_until())

    def _fired_until(self) -> int:
        marks = (mark.split("|", 2) for mark in self.case["fired"])
        return max((int(moment) + (what == "overdue") for moment, what, _ in marks), default=0)


def _difference(before: Standing, after: Standing, said: Fact) -> str:
    """The word for what a fact changed."""
    if before["status"] != after["status"]:
        return "reopened" if after["status"] == "open" else str(after["status"])
    if after["status"] != "open":
        return "noted"
    if before["state"] != after["state"]:
        return "moved"
    if said["do"] in ("supervise", "pause", "resume"):
        return {"supervise": "supervised", "pause": "paused", "resume": "resumed"}[said["do"]]
    if before["lead"] != after["lead"]:
        return "transferred"
    return "moved" if said["do"] in ("step", "mark") and "version" not in said else "noted"


def _corrected(said: Fact) -> str | None:
    if "version" not in said:
        return None
    return "taken back by its source" if said["do"] == "withdrawn" else "corrected by its source"


def _with(facts: Sequence[Fact], further: Sequence[Fact]) -> list[Fact]:
    """Facts with further ones; one with the same id takes the place of the other."""
    said_anew = {said["id"] for said in further}
    return [*(said for said in facts if said["id"] not in said_anew), *further]


def _unfired(case: Case) -> Iterator[tuple[int, str, str]]:
    """What the clock has to tell of an open case, in the order of its moments: moment, what, clock."""
    if case["told"]["status"] != "open":
        return iter(())
    found = []
    for clock, (at_risk, due) in case["told"]["clocks"].items():
        for moment, what in ((at_risk, "at_risk"), (due, "overdue")):
            if _mark(moment, what, clock) not in case["fired"]:
                found.append((moment, what, clock))
    return iter(sorted(found))


def is_passed(case: Case, now: int) -> bool:
    """Whether a deadline of an open case, or the lead before it, has passed and was not told."""
    return case["told"] is not None and any(
        moment + (what == "overdue") <= now for moment, what, _ in _unfired(case)
    )


def _mark(moment: int, what: str, clock: str) -> str:
    return f"{moment}|{what}|{clock}"


def _is_unopened(case: Case) -> bool:
    return bool(case["told"].get("unopened"))


def _first(case: Case) -> int:
    return min(int(said["at"]) for said in case["facts"])


def _expiry(kind: Kind, told: Standing) -> int:
    return int(told["last"]) + kind.expires // timedelta(milliseconds=1)


def _in_words(span: timedelta) -> str:
    days = span.days
    return f"{days} days" if days > 1 else f"{round(span.total_seconds() / 3600)} h"
