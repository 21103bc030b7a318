"""What does each record lead to? The alerts of a city: a fold without clock, network or disk.

Values raise, clear and correct (`rows.py`); time passes by the marks that the judge writes between them; commands,
cases, joint events, modes and shifts act when they arrive (`around.py`, `people.py`).
"""

import heapq
from collections.abc import Mapping
from typing import Any

from streams.alerts.alert import entity_key_of
from streams.alerts.around import Around
from streams.alerts.entity import Entity
from streams.alerts.heartbeat import Heartbeat
from streams.alerts.life import Life
from streams.alerts.load_counts import LoadCounts
from streams.alerts.outcomes import Outcomes
from streams.alerts.people import People
from streams.alerts.rows import Rows
from streams.alerts.world import PlaceOf, Told, World, nowhere, rule_in
from streams.catalog import ALERTS, INDICATORS
from streams.keyed_state import KeyedState
from streams.told import Told as Mark

_RUN, _MARK = "u|", "t|"


class Alerts:
    """The alerts of a line. Every method answers with the records to write, in their order.

    `partitions` is that of the topic of indicators: a moment has passed for a measure when it has in all of them.
    """

    def __init__(
        self,
        state: KeyedState,
        *,
        zone: str,
        mode: str,
        place_of: PlaceOf = nowhere,
        partitions: int = INDICATORS.partitions,
    ) -> None:
        self._state = state
        self._partitions = partitions
        self._world = World(state, zone=zone, place_of=place_of)
        self._life = Life(self._world)
        self._outcomes = Outcomes(self._world)
        self._load = LoadCounts(self._world)
        self._rows = Rows(self._world, self._life, partitions)
        self._people = People(self._world, self._life, self._outcomes, mode)
        self._around = Around(self._world, self._life, self._outcomes)
        self._heartbeat = Heartbeat(self._world, mode)
        self._runs: dict[str, str] = dict(state.items(_RUN))
        self._marks: dict[str, list[int | None]] = dict(state.items(_MARK))
        # By measure and run: (due, entity); an entry that is not the entity's present due time is void.
        self._due: dict[tuple[str, str], list[tuple[int, str]]] = {}
        self._waits: dict[str, int] = {}
        for key, kept in state.items("e|"):
            self._wait(Entity(key, kept))

    def has_rule(self, indicator_id: str) -> bool:
        """Whether any rule looks at an indicator."""
        return indicator_id in self._world.by_indicator

    def know_rule(self, record: Mapping[str, Any]) -> None:
        """Know a rule before its record comes in turn. Raises ValidationError."""
        self._world.know_rule(record)

    def on_row(self, row: Mapping[str, Any], moment_ms: int, partition: int) -> list[Told]:
        """A row of `city.indicators.v1`, of a moment of the city, from a partition."""
        for rule_id in self._world.by_indicator.get(row["indicator_id"], ()):
            held = self._world.rules[rule_id]
            if not held.rule.is_about(row["entity_type"], row["entity_id"], row["area_id"]):
                continue
            run = self._runs.get(f"{_RUN}{held.rule.declared.measure}|{partition}")
            if run is not None and run != row["run_id"]:
                # History that is written beside the line, or what is left of a run that another one ended.
                continue
            entity = self._rows.entity_of(rule_id, row, partition)
            if entity is not None:
                self._pass_time(entity, moment_ms)
                told = self._clock(held.rule.declared.measure, row["run_id"])
                self._rows.on_row(entity, row, moment_ms, told)
                self._save(entity)
        return self._done()

    def on_mark(self, mark: Mark, partition: int) -> list[Told]:
        """Everything of a measure before a moment has been told in a partition."""
        self._follow_run(mark, partition)
        key = f"{_MARK}{mark.measure}|{mark.run_id}"
        known = self._marks.get(key) or [None] * self._partitions
        # Read again after a kill it may be behind what is known: then it speaks for itself alone.
        asked = [mark.before_ms if n == partition else at for n, at in enumerate(known)]
        now = None if None in asked else min(at for at in asked if at is not None)
        if now is not None:
            waiting = self._due.get((mark.measure, mark.run_id), [])
            while waiting and waiting[0][0] < now:
                due, name = heapq.heappop(waiting)
                if self._waits.get(name) == due:
                    del self._waits[name]
                entity = self._world.entity(name)
                if self._life.next_due(entity) == due:
                    self._pass_time(entity, now)
                    self._save(entity)
            self._heartbeat.on_time(mark.run_id, now)
            self._outcomes.on_time(mark.run_id, now)
            self._load.on_time(mark.run_id, now)
        told = self._done()
        # Behind what it stands for, so that it is never written without it.
        newest = [max(at or 0, mark.before_ms) if n == partition else at for n, at in enumerate(known)]
        self._marks[key] = newest
        self._state.put(key, newest)
        return told

    def on_rule(self, record: Mapping[str, Any]) -> list[Told]:
        """A version of a rule. One that is no longer in force leaves no alert open. Raises ValidationError."""
        if self._world.put_rule(record):
            held = self._world.rules[record["rule_id"]]
            for key in self._world.open_entities(record["rule_id"]):
                entity = self._world.entity(key)
                if not held.active:
                    self._close_all(entity, "the rule is no longer in force")
                self._save(entity)
        return self._done()

    def on_command(self, command: Mapping[str, Any]) -> list[Told]:
        """What somebody on duty wants."""
        for entity in self._people.on_command(command):
            self._save(entity)
        return self._done()

    def on_case(self, case: Mapping[str, Any]) -> list[Told]:
        """A change of a case."""
        for entity in self._around.on_case(case):
            self._save(entity)
        return self._done()

    def on_joint(self, joint: Mapping[str, Any]) -> list[Told]:
        """A change of a joint event."""
        for entity in self._around.on_joint(joint):
            self._save(entity)
        return self._done()

    def on_mode(self, mode: Mapping[str, Any]) -> list[Told]:
        """A change of a mode of the city: the rules that it changes follow from the next value on."""
        self._world.put_mode(mode)
        for key in self._world.open_entities():
            self._wait(self._world.entity(key))
        return self._done()

    def on_shift(self, shift: Mapping[str, Any]) -> list[Told]:
        """A change of a shift: who is on duty, and holds what was acknowledged."""
        self._world.put_roster(shift)
        if shift["change"] == "taken_over":
            for entity in self._people.on_taken_over(shift):
                self._save(entity)
        return self._done()

    def _done(self) -> list[Told]:
        self._life.settle_inhibited()
        out = self._world.take_out()
        self._load.on_told(out)
        # Whom the record touched has other due times now.
        for alert_id in {told.key: None for told in out if told.topic == ALERTS.name}:
            key = entity_key_of(alert_id)
            if key is not None and self._state.get(key) is not None:
                self._wait(self._world.entity(key))
        return out

    def _pass_time(self, entity: Entity, until_ms: int) -> None:
        """What was due for an entity before a moment, in its order."""
        while True:
            due = self._life.next_due(entity)
            if due is None or due >= until_ms:
                return
            if self._life.silence_due(entity) == due:
                self._rows.on_silence(entity, due)
                continue
            alert = next(alert for at, alert in self._life.due_alerts(entity) if at == due)
            self._life.on_due(entity, alert, due)

    def _clock(self, measure: str, run_id: str) -> int | None:
        known = self._marks.get(f"{_MARK}{measure}|{run_id}")
        return None if known is None or None in known else min(at for at in known if at is not None)

    def _save(self, entity: Entity) -> None:
        self._world.save(entity)
        self._wait(entity)

    def _wait(self, entity: Entity) -> None:
        due, held = self._life.next_due(entity), self._world.rules.get(rule_in(entity.key))
        is_new = due is not None and self._waits.get(entity.key) != due
        if due is not None and is_new and held is not None and held.rule.kind == "state":
            self._waits[entity.key] = due
            of = (held.rule.declared.measure, entity.key.split("|", 3)[2])
            heapq.heappush(self._due.setdefault(of, []), (due, entity.key))

    def _follow_run(self, mark: Mark, partition: int) -> None:
        """Where another run of a measure begins, the alerts of the one before are over."""
        key = f"{_RUN}{mark.measure}|{partition}"
        known = self._runs.get(key)
        if known == mark.run_id:
            return
        if known is not None:
            for rule_id, held in self._world.rules.items():
                if held.rule.kind == "test" or held.rule.declared.measure != mark.measure:
                    continue
                for name, kept in list(self._state.items(f"e|{rule_id}|{known}|")):
                    entity = Entity(name, kept)
                    if entity.partition == partition:
                        self._end(entity)
            # The last marks of the ended run are of no use to anybody.
            self._marks.pop(f"{_MARK}{mark.measure}|{known}", None)
            self._state.remove(f"{_MARK}{mark.measure}|{known}")
        self._runs[key] = mark.run_id
        self._state.put(key, mark.run_id)

    def _end(self, entity: Entity) -> None:
        self._close_all(entity, "another run of the line began")
        entity.points, entity.base, entity.heard = [], None, None
        self._save(entity)

    def _close_all(self, entity: Entity, reason: str) -> None:
        for alert in entity.open_alerts:
            self._life.emit(entity, alert, "closed", alert["event_time"], state="closed", reason=reason)
