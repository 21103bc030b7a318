"""How does a case stand, by all that was said of it? Facts in the order of event time, through the states of its kind.

Pure, and the order of arrival changes nothing: what cannot be true beside the rest is named and passed over.
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from indicators.service_deadlines import Limit
from streams.cases.clocks import Due, due_at, due_of, ran_for
from streams.cases.facts import Fact
from streams.cases.kinds import SUPERVISION, Clock, Kind, Kinds

OPENING_TOLERANCE_MS = 60_000
"""Sources round the times that they count back: an opening told in passing may differ by so much. Ours."""
ABOUT = ("type", "level", "entity", "area", "longitude", "latitude", "lead", "assisting", "alert")

Standing = dict[str, Any]
"""state, status (`open`, `closed`, `excluded`), outcome, opened, closed, paused, supervised, what it is about,
clocks: name to [at risk, due] of those that run with a deadline, ended: name to whole seconds, without: clocks that run
without a deadline and why."""


def in_order(kind: Kind, facts: Iterable[Fact]) -> list[Fact]:
    """Facts by their moments; at the same one in the order of the states."""
    ranks = {state: rank for rank, state in enumerate(kind.states)}
    return sorted(facts, key=lambda said: (said["at"], ranks.get(said.get("state", ""), 99), said["id"]))


def opening_of(facts: Iterable[Fact]) -> Fact | None:
    """Which of the facts, in order, opened the case; one that says so only in passing where no other does."""
    openings = [said for said in facts if said.get("opens")]
    return next((said for said in openings if not said.get("derived")), next(iter(openings), None))


def standing_of(kinds: Kinds, kind: Kind, facts: Iterable[Fact]) -> tuple[Standing | None, dict[str, str]]:
    """How the case stands, None while nobody said that it was opened; and each fact that cannot be, with the reason."""
    ordered = in_order(kind, facts)
    opening = opening_of(ordered)
    if opening is None:
        return None, {}
    told = _Story(kinds, kind, opening)
    for said in ordered:
        if said is not opening:
            told.take(said)
    return told.standing(), told.contradicted


def _span_ms(span: timedelta) -> int:
    return span // timedelta(milliseconds=1)


class _Story:
    """One case, fact after fact."""

    def __init__(self, kinds: Kinds, kind: Kind, opening: Fact) -> None:
        self._kinds = kinds
        self._kind = kind
        self._opening = opening
        self.contradicted: dict[str, str] = {}
        self._state = kind.states[0]
        self._entered: dict[str, int] = {}
        self._status = "open"
        self._closed: int | None = None
        self._outcome: str | None = None
        self._expired = False
        self._last = opening["at"]
        self._about: dict[str, Any] = {}
        self._deadline: dict[str, Any] = {}
        self._busy: set[str] = set()
        self._started: dict[str, int] = {}
        self._ended: dict[str, int] = {}
        self._pauses: list[tuple[int, int | None]] = []
        self._supervised = False
        self._until: int | None = None
        self._learn(opening)
        self._enter(kind.states[0], opening["at"])

    def take(self, said: Fact) -> None:
        if said["do"] == "withdrawn":
            return
        if said["do"] == "refused":
            self.contradicted[said["id"]] = said["reason"]
            return
        if said.get("opens"):
            if (reason := self._against_opening(said)) is not None:
                self.contradicted[said["id"]] = reason
            return
        if said["do"] == "expire":
            self._expire(said)
            return
        if said["at"] < self._opening["at"]:
            reason = f"{_what(said)} is told of a moment before it was opened"
        else:
            found = getattr(self, f"_{said['do']}")(said)
            reason = found or ""
        if reason:
            self.contradicted[said["id"]] = reason
            return
        self._last = max(self._last, said["at"])
        self._learn(said)

    def _against_opening(self, said: Fact) -> str | None:
        apart = abs(said["at"] - self._opening["at"])
        if apart > (OPENING_TOLERANCE_MS if said.get("derived") else 0):
            return f"it is told to be opened at another moment, {apart // 1000} s apart; the first holds"
        return None

    def _learn(self, said: Fact) -> None:
        self._about.update(said.get("about", {}))
        for name in ("due", "limit"):
            if name in said:
                self._deadline = {name: said[name]}

    def _step(self, said: Fact) -> str | None:
        state, at, unit = said["state"], said["at"], said.get("unit")
        if self._status == "excluded" and not self._expired:
            return f"`{state}` is told after it was excluded"
        closes = state in self._kind.closing
        if self._somebody_is_busy(unit, closes):
            return None
        if self._is_passed(state):
            return None
        if state == self._state and not self._expired:
            usual = at == self._entered[state] or state in self._kind.repeats or (closes and self._kind.units)
            return None if usual else f"`{state}` is told of two moments; the first holds"
        allowed = self._kind.transitions.get(self._state, ())
        if state not in allowed and not (self._expired and state == self._state):
            return f"`{state}` cannot follow `{self._state}`"
        if self._expired:
            self._reopen(at)
        self._enter(state, at, said.get("outcome"))
        return None

    def _somebody_is_busy(self, unit: str | None, closes: bool) -> bool:
        """Follow a unit; whether its being free leaves others at work."""
        if unit is None or not self._kind.units:
            return False
        (self._busy.discard if closes else self._busy.add)(unit)
        return closes and bool(self._busy)

    def _is_passed(self, state: str) -> bool:
        """Whether it is a state that a second unit reaches when the first is further."""
        states = self._kind.states
        if state not in self._kind.repeats or self._state in self._kind.closing:
            return False
        return states.index(state) < states.index(self._state)

    def _reopen(self, at: int) -> None:
        self._status, self._closed, self._outcome, self._expired = "open", None, None, False
        self._start(self._state, at)

    def _enter(self, state: str, at: int, outcome: str | None = None) -> None:
        self._state = state
        self._entered[state] = at
        closes = state in self._kind.closing
        for name, clock in self._kind.clocks.items():
            if closes or state in clock.ends:
                self._end(name, at)
        if closes:
            self._close("closed", at, outcome or self._usual_outcome(state))
        else:
            self._status, self._closed, self._outcome = "open", None, None
            self._start(state, at)

    def _usual_outcome(self, state: str) -> str:
        for needed, outcome in self._kind.outcome_without.items():
            if needed not in self._entered:
                return outcome
        return self._kind.closing[state]

    def _close(self, status: str, at: int, outcome: str | None) -> None:
        self._status, self._closed, self._outcome = status, at, outcome
        for name in list(self._started):
            self._end(name, at)
        self._supervised, self._until = False, None
        self._resume_at(at)

    def _start(self, state: str, at: int) -> None:
        for name, clock in self._kind.clocks.items():
            if state in clock.starts:
                self._started.setdefault(name, at)

    def _end(self, name: str, at: int) -> None:
        started = self._started.pop(name, None)
        if started is not None:
            pauses = () if name == SUPERVISION else tuple(self._pauses)
            self._ended[name] = ran_for(started, at, pauses)

    def _mark(self, said: Fact) -> None:
        for name, clock in self._kind.clocks.items():
            if said["mark"] in clock.ends:
                self._end(name, said["at"])

    def _update(self, said: Fact) -> str | None:
        return self._step(said) if "state" in said else None

    def _pause(self, said: Fact) -> str | None:
        if self._status != "open" or self._paused:
            return "it is paused already" if self._paused else f"it is {self._status}, and no clock runs"
        self._pauses.append((said["at"], None))
        return None

    def _resume(self, said: Fact) -> str | None:
        if not self._paused:
            return "its clocks are not paused"
        self._resume_at(said["at"])
        return None

    def _resume_at(self, at: int) -> None:
        if self._paused:
            self._pauses[-1] = (self._pauses[-1][0], at)

    @property
    def _paused(self) -> bool:
        return bool(self._pauses) and self._pauses[-1][1] is None

    def _supervise(self, said: Fact) -> str | None:
        if self._status != "open":
            return f"it is {self._status}: only what is open is supervised"
        self._supervised, self._until = True, said.get("until")
        self._started[SUPERVISION] = said["at"]
        return None

    def _lift(self, said: Fact) -> str | None:
        if not self._supervised:
            return "it is not supervised"
        self._supervised = False
        self._end(SUPERVISION, said["at"])
        return None

    def _exclude(self, said: Fact) -> str | None:
        if self._status != "open":
            return f"it is {self._status}: only what is open is excluded"
        self._close("excluded", said["at"], None)
        return None

    def _expire(self, said: Fact) -> None:
        # Something may have been told since of the time between.
        if self._status == "open" and said["at"] - self._last >= _span_ms(self._kind.expires):
            self._close("excluded", said["at"], None)
            self._expired = True

    def standing(self) -> Standing:
        kind, about = self._kind, self._about
        answering = kind.departments_of(about.get("type"), about.get("level"))
        clocks: dict[str, list[int]] = {}
        without: dict[str, str] = {}
        for name, started in self._started.items():
            found = self._due(name, started)
            if found.due is not None and found.at_risk is not None:
                clocks[name] = [found.at_risk, found.due]
            elif found.why_not is not None:
                without[name] = found.why_not
        return {
            "state": self._state,
            "status": self._status,
            "outcome": self._outcome,
            "opened": self._opening["at"],
            "closed": self._closed,
            "paused": self._paused,
            "supervised": self._supervised,
            **{name: about.get(name) for name in ABOUT},
            "lead": about.get("lead") or answering.lead,
            "assisting": list(about.get("assisting") or answering.assisting),
            "clocks": clocks,
            "ended": dict(self._ended),
            "without": without,
            "last": self._last,
        }

    def _due(self, name: str, started: int) -> Due:
        if name == SUPERVISION:
            rule = self._kind.supervision
            if self._until is not None:
                return due_at(started, self._until, rule.at_risk_percent, ())
            if rule.limit is None:
                return Due(None, None)
            return due_of(started, rule.limit, rule.at_risk_percent, (), self._kinds.calendars[rule.calendar])
        clock = self._kind.clocks[name]
        pauses = tuple(self._pauses)
        if clock.from_source and "due" in self._deadline and self._deadline["due"] >= started:
            return due_at(started, self._deadline["due"], clock.at_risk_percent, pauses)
        limit = self._limit(clock, self._about)
        if limit is None:
            return Due(None, None)
        return due_of(started, limit, clock.at_risk_percent, pauses, self._kinds.calendars[clock.calendar])

    def _limit(self, clock: Clock, about: Mapping[str, Any]) -> Limit | None:
        if clock.from_source and "limit" in self._deadline:
            return Limit(*self._deadline["limit"])
        return clock.limit(about.get("type"), about.get("level"))


def _what(said: Fact) -> str:
    return f"`{said.get('state') or said.get('mark') or said['do']}`"
