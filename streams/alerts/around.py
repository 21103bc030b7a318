"""What do cases and joint events do to alerts? The outcome comes back; what belongs together is told once."""

from collections.abc import Iterator, Mapping
from typing import Any

from streams.alerts.alert import Alert, entity_key_of, keeping
from streams.alerts.entity import Entity
from streams.alerts.life import Life
from streams.alerts.outcomes import Outcomes
from streams.alerts.world import World

_ALERT = "alert:"
LED, LEADS = "member", "leader"


class Around:
    """Records of other services. Each method gives the entities that it changed."""

    def __init__(self, world: World, life: Life, outcomes: Outcomes) -> None:
        self._world, self._life, self._outcomes = world, life, outcomes

    def on_case(self, case: Mapping[str, Any]) -> Iterator[Entity]:
        """A case that an alert opened begins or ends."""
        entity, alert = self._find(case["alert_id"] or "")
        if entity is None or alert is None:
            return
        case_id, outcome = case["case_id"], case["outcome"]
        is_over = case["status"] != "open"
        if is_over and outcome is not None:
            self._outcomes.on_outcome(alert, outcome, case["event_time"])
        known = alert["kept"]["cases"].get(case_id)
        if known is not None and case["sequence"] <= known[0]:
            return
        alert = keeping(alert, cases={**alert["kept"]["cases"], case_id: [case["sequence"], is_over]})
        at, about = case["event_time"], {"by": case["by"], "reason": case["reason"]}
        if case_id not in alert["case_ids"]:
            cases = [*alert["case_ids"], case_id]
            alert = self._life.emit(entity, alert, "case_opened", at, case_ids=cases, **about)
        elif not is_over and known is not None and known[1]:
            alert = self._life.emit(entity, alert, "case_opened", at, outcome=None, **about)
        if is_over and not (known is not None and known[1]):
            alert = self._life.emit(entity, alert, "case_ended", at, outcome=outcome, **about)
        entity.put(alert)
        yield entity

    def on_joint(self, joint: Mapping[str, Any]) -> Iterator[Entity]:
        """Who belongs to a joint event: its first member is told, the others with it."""
        if joint["change"] == "refused":
            return
        joint_id, sequence = joint["joint_id"], joint["sequence"]
        names = [] if joint["ended_at"] is not None else list(joint["members"])
        members = {name.removeprefix(_ALERT): number for number, name in enumerate(names)}
        for alert_id, number in members.items():
            entity, alert = self._find(alert_id)
            if entity is not None and alert is not None and alert["state"] != "closed":
                self._join(entity, alert, joint, LED if number else LEADS)
                yield entity
        for key in self._world.open_entities():
            entity = self._world.entity(key)
            for alert in entity.open_alerts:
                known = alert["kept"]["joints"].get(joint_id)
                if known is not None and alert["alert_id"] not in members and known[0] < sequence:
                    self._part(entity, alert, joint)
                    yield entity

    def _join(self, entity: Entity, alert: Alert, joint: Mapping[str, Any], part: str) -> None:
        joint_id, sequence = joint["joint_id"], joint["sequence"]
        known = alert["kept"]["joints"].get(joint_id)
        if known is not None and sequence <= known[0]:
            return
        alert = keeping(alert, joints={**alert["kept"]["joints"], joint_id: [sequence, part]})
        entity.put(alert)
        about = {"by": joint["by"], "reason": joint["reason"]}
        if known is None or known[1] == "":
            self._life.emit(entity, alert, "joined", joint["event_time"], parent_id=joint_id, **about)
        else:
            self._life.refresh(entity, alert, joint["event_time"], **about)

    def _part(self, entity: Entity, alert: Alert, joint: Mapping[str, Any]) -> None:
        joint_id = joint["joint_id"]
        was_in = alert["kept"]["joints"][joint_id][1] != ""
        alert = keeping(alert, joints={**alert["kept"]["joints"], joint_id: [joint["sequence"], ""]})
        entity.put(alert)
        if was_in:
            others = [name for name, (_, part) in alert["kept"]["joints"].items() if part]
            about = {"by": joint["by"], "reason": joint["reason"]}
            parent = others[-1] if others else None
            self._life.emit(entity, alert, "parted", joint["event_time"], parent_id=parent, **about)

    def _find(self, alert_id: str) -> tuple[Entity | None, Alert | None]:
        key = entity_key_of(alert_id)
        if key is None or self._world.state.get(key) is None:
            return None, None
        entity = self._world.entity(key)
        return entity, entity.alert(alert_id)
