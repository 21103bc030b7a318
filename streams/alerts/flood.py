"""What when everything is bad at once? Beyond what a rule allows, one alert of the kind `flood` stands for the rest.

Counted for each partition of the indicators by itself, so that who stands alone does not hang on which partition was
read first. Who was left out is told when there is room again, as long as it is still bad.
"""

from typing import Any

from streams.alerts.alert import NOWHERE, entity_key, new_alert
from streams.alerts.entity import Entity
from streams.alerts.life import Life
from streams.alerts.rule import Rule
from streams.alerts.world import World

LEFT_OUT_MAX = 100_000
"""How many entities of a rule may be left out before it no longer matters how many."""


class Flood:
    """The limit of open alerts of each rule."""

    def __init__(self, world: World, life: Life, partitions: int) -> None:
        self._world, self._life, self._partitions = world, life, partitions

    def has_room(self, entity: Entity, rule: Rule, at_ms: int) -> bool:
        """Whether an entity may have an alert of its own; where not, it is noted as left out."""
        most = -(-rule.max_alerts // self._partitions)
        run_id, partition = entity.about["run_id"], entity.partition
        if self._open(rule, run_id, partition) < most:
            return True
        left_out = self._left_out(rule, run_id, partition)
        if len(left_out) < LEFT_OUT_MAX and entity.key not in left_out:
            self._world.state.put(_key(rule, run_id, partition), [*left_out, entity.key])
        flood = self._world.entity(self._place(entity, rule))
        if flood.live is None:
            about = {
                **entity.about,
                **_NO_VALUE,
                "entity_type": "rule",
                "entity_id": self._name(entity, rule),
            }
            flood.about, flood.partition = {**about, "area_id": None}, partition
            alert = new_alert(
                rule,
                self._world.rules[rule.id].version,
                "flood",
                flood.about,
                NOWHERE,
                began_ms=at_ms,
                level=min(rule.levels),
            )
            reason = f"more than {rule.max_alerts} alerts of the rule at once; look at the whole, not at each"
            self._life.emit(flood, alert, "raised", at_ms, state="raised", raised_at=at_ms, reason=reason)
            self._world.save(flood)
        return False

    def on_entity(self, entity: Entity, rule: Rule, at_ms: int, *, wants: bool) -> None:
        """An entity has its alert, or needs none: it is left out no more; the flood ends with the last."""
        run_id, partition = entity.about["run_id"], entity.partition
        left_out = self._left_out(rule, run_id, partition)
        if entity.key not in left_out or (wants and entity.live is None):
            return
        left = [key for key in left_out if key != entity.key]
        if left:
            self._world.state.put(_key(rule, run_id, partition), left)
            return
        self._world.state.remove(_key(rule, run_id, partition))
        flood = self._world.entity(self._place(entity, rule))
        if flood.live is not None:
            told = self._life.emit(flood, flood.live, "cleared", at_ms, state="cleared", cleared_at=at_ms)
            self._life.close_where_done(flood, told, at_ms)
            self._world.save(flood)

    def _open(self, rule: Rule, run_id: str, partition: int) -> int:
        prefix = f"e|{rule.id}|{run_id}|"
        count = 0
        for key in self._world.open.get(rule.id, ()):
            if key.startswith(prefix) and not key.startswith(f"{prefix}rule|"):
                kept: Any = self._world.state.get(key)
                count += kept is not None and kept["partition"] == partition
        return count

    def _left_out(self, rule: Rule, run_id: str, partition: int) -> list[str]:
        found: list[str] = self._world.state.get(_key(rule, run_id, partition)) or []
        return found

    def _name(self, entity: Entity, rule: Rule) -> str:
        return f"{rule.id}/{entity.partition}"

    def _place(self, entity: Entity, rule: Rule) -> str:
        return entity_key(rule.id, entity.about["run_id"], "rule", self._name(entity, rule))


_NO_VALUE = {
    "value": None,
    "validity": None,
    "finality": None,
    "revision": None,
    "window_start": None,
    "window_end": None,
    "standard": "",
    "edition": "",
}


def _key(rule: Rule, run_id: str, partition: int) -> str:
    return f"w|{rule.id}|{run_id}|{partition}"
