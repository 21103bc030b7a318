"""What do alerts hang on beside their own values? Rules in force, modes, shelves, the roster, and what is raised now."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from streams.alerts.alert import NOWHERE, Place
from streams.alerts.entity import Entity
from streams.alerts.muting import Quiet
from streams.alerts.rule import Rule, is_within, rule_of
from streams.alerts.schedule import calendar_of
from streams.keyed_state import KeyedState

_RULE, _QUIET, _MODE, _ROSTER = "r|", "q|", "m|", "roster"
QUIET_KEPT_MS = 7 * 86_400_000
"""How long a shelf, a maintenance window or a mode is remembered after its end."""

PlaceOf = Callable[[str, str, str, int], Place]
"""Where the registry knows (system, entity type, entity, moment)."""


class Told(NamedTuple):
    """One record that the alerts lead to: to which topic, under which key; None is a tombstone."""

    topic: str
    key: str
    record: Mapping[str, Any] | None


@dataclass(frozen=True)
class Held:
    """A rule as it was loaded."""

    rule: Rule
    version: int
    active: bool


def nowhere(*_: Any) -> Place:
    """A registry that knows nobody."""
    return NOWHERE


class World:
    """The common part of all alerts, and what a record led to so far."""

    def __init__(self, state: KeyedState, *, zone: str, place_of: PlaceOf = nowhere) -> None:
        self.state = state
        self.calendar = calendar_of(ZoneInfo(zone))
        self.place_of = place_of
        self.out: list[Told] = []
        self.rules: dict[str, Held] = {}
        self.by_indicator: dict[str, list[str]] = {}
        self._under: dict[tuple[str, int, tuple[str, ...]], Rule] = {}
        for _, kept in state.items(_RULE):
            self._hold(kept)
        self.quiets = {key: Quiet(**kept) for key, kept in state.items(_QUIET)}
        self.modes: dict[str, dict[str, Any]] = {kept["mode_id"]: kept for _, kept in state.items(_MODE)}
        # Entities with an open alert, by rule: whom an inhibition, a shelf or a joint event may touch.
        self.open: defaultdict[str, set[str]] = defaultdict(set)
        for key, kept in state.items("e|"):
            if kept["live"] or kept["silent"]:
                self.open[rule_in(key)].add(key)

    def take_out(self) -> list[Told]:
        """What was told since the last call."""
        out, self.out = self.out, []
        return out

    def entity(self, key: str) -> Entity:
        """What is kept of an entity."""
        return Entity(key, self.state.get(key))

    def save(self, entity: Entity) -> None:
        """Keep an entity, or forget it where there is nothing to keep it for."""
        opened = self.open[rule_in(entity.key)]
        (opened.add if entity.open_alerts else opened.discard)(entity.key)
        if entity.is_idle:
            self.state.remove(entity.key)
        else:
            self.state.put(entity.key, entity.as_json())

    # Rules.

    def put_rule(self, record: Mapping[str, Any]) -> bool:
        """Take in a version of a rule; whether it is news. Raises pydantic's ValidationError."""
        known = self.state.get(_RULE + record["rule_id"])
        if known is not None and record["version"] <= known["version"]:
            return False
        kept = self.know_rule(record)
        self.state.put(_RULE + record["rule_id"], kept)
        return True

    def know_rule(self, record: Mapping[str, Any]) -> dict[str, Any]:
        """Follow a version of a rule, unless a higher one is known. Raises pydantic's ValidationError."""
        kept = {name: record[name] for name in ("rule_id", "version", "active", "declaration")}
        known = self.rules.get(record["rule_id"])
        if known is None or record["version"] > known.version:
            self._hold(kept)
        return kept

    def _hold(self, kept: Mapping[str, Any]) -> None:
        rule = rule_of(kept["declaration"])
        self.rules[rule.id] = Held(rule, kept["version"], kept["active"])
        self.by_indicator = {}
        for rule_id in sorted(self.rules):
            held = self.rules[rule_id]
            if held.active and held.rule.kind == "state":
                self.by_indicator.setdefault(held.rule.indicator, []).append(rule_id)

    def effective(self, rule_id: str, area_id: str | None, at_ms: int) -> Rule:
        """A rule with what the modes change that hold in an area at a moment."""
        held = self.rules[rule_id]
        names = tuple(sorted(self._modes_at(area_id, at_ms))) if held.rule.overlays else ()
        key = (rule_id, held.version, names)
        if key not in self._under:
            self._under[key] = held.rule.under(names)
        return self._under[key]

    # Modes and the roster.

    def put_mode(self, record: Mapping[str, Any]) -> None:
        """Take in a change of a mode; what is announced holds from its begin on."""
        if record["change"] == "refused":
            return
        ends = record["event_time"] if record["change"] == "ended" else record["ends_at"]
        kept = {
            "mode_id": record["mode_id"],
            "name": record["name"],
            "begins": record["begins_at"],
            "ends": ends,
            "areas": list(record["areas"]),
        }
        self.modes[record["mode_id"]] = kept
        self.state.put(_MODE + record["mode_id"], kept)
        for mode_id, other in list(self.modes.items()):
            if other["ends"] is not None and other["ends"] + QUIET_KEPT_MS < record["event_time"]:
                del self.modes[mode_id]
                self.state.remove(_MODE + mode_id)

    def _modes_at(self, area_id: str | None, at_ms: int) -> Iterator[str]:
        for mode in self.modes.values():
            holds = mode["begins"] <= at_ms and (mode["ends"] is None or at_ms < mode["ends"])
            if holds and (not mode["areas"] or any(is_within(area_id, area) for area in mode["areas"])):
                yield mode["name"]

    def put_roster(self, record: Mapping[str, Any]) -> None:
        """Take in who is on duty: the roles of a shift."""
        if record["change"] == "refused":
            return
        ended = record["change"] == "ended"
        self.state.put(_ROSTER, {"roles": {} if ended else dict(record["roles"])})

    def desk_of(self, role: str) -> str | None:
        """The desk or department that holds a role now; None where no roster says so."""
        roster = self.state.get(_ROSTER)
        return None if roster is None else roster["roles"].get(role)

    # Shelves and maintenance.

    def put_quiet(self, name: str, quiet: Quiet, at_ms: int) -> None:
        """Mute what a pattern names for a while, in the place of the one with the same name."""
        self.quiets[_QUIET + name] = quiet
        self.state.put(_QUIET + name, quiet.as_json())
        for key, other in list(self.quiets.items()):
            if other.end + QUIET_KEPT_MS < at_ms:
                del self.quiets[key]
                self.state.remove(key)

    def quiet(self, name: str) -> Quiet | None:
        """The span with a name."""
        return self.quiets.get(_QUIET + name)

    def open_entities(self, rule_id: str | None = None) -> list[str]:
        """Keys of entities with an open alert, of a rule or of all, in their order."""
        if rule_id is not None:
            return sorted(self.open.get(rule_id, ()))
        return sorted(key for keys in self.open.values() for key in keys)


def rule_in(key: str) -> str:
    """The rule of an entity's key."""
    return key.split("|", 2)[1]
