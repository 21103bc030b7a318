"""How does an alert stand, and how would it stand if every value had come as it is known now? Emits the difference."""

from collections.abc import Mapping
from typing import Any

from streams.alerts.alert import Alert, Kind, new_alert, value_of
from streams.alerts.course import Occurrence, milliseconds
from streams.alerts.entity import Entity
from streams.alerts.flood import Flood
from streams.alerts.life import Life
from streams.alerts.rule import Rule
from streams.alerts.world import World


def fresh_alert(
    world: World,
    entity: Entity,
    rule: Rule,
    kind: Kind,
    *,
    began_ms: int,
    level: int,
    row: Mapping[str, Any],
) -> Alert:
    """An alert before its first record, with an id that no other alert of the entity has."""
    place = world.place_of(rule.system, row["entity_type"], row["entity_id"], began_ms)
    version = world.rules[rule.id].version
    alert = new_alert(rule, version, kind, row, place, began_ms=began_ms, level=level)
    while entity.alert(alert["alert_id"]) is not None:
        # Told of, and taken back: what begins at the same moment again is another one.
        began_ms += 1
        alert = new_alert(rule, version, kind, row, place, began_ms=began_ms, level=level)
    return alert


class Bringing:
    """Brings the alert of an entity to where its course is."""

    def __init__(self, world: World, life: Life, flood: Flood, entity: Entity, rule: Rule) -> None:
        self._world, self._life, self._flood = world, life, flood
        self._entity, self._rule = entity, rule
        self._row: Mapping[str, Any] = {}
        self._now = 0
        self._oldest: int | None = None
        self._is_news = True

    def to(
        self, course: list[Occurrence], row: Mapping[str, Any], moment_ms: int, told_ms: int | None
    ) -> None:
        """Emit what is different. `told_ms`: up to when everything of the measure was told."""
        self._row, self._now = row, self._entity.points[-1].moment
        self._is_news = moment_ms == self._now and row["finality"] != "restated"
        self._oldest = None if told_ms is None else told_ms - milliseconds(self._rule.late)
        raised = [found for found in course if found.raised_at is not None]
        present = course[-1] if course and course[-1].cleared_at is None else None
        if (live := self._entity.live) is not None:
            mine = [found for found in course if found.overlaps(live["began_at"], None)]
            self._bring(live, mine, [found for found in raised if found in mine])
        self._correct_closed(raised)
        if self._entity.live is None:
            for found in course:
                if (found.raised_at is not None or found is present) and not self._is_told(found, present):
                    self._begin(found)
        self._flood.on_entity(self._entity, self._rule, self._now, wants=present is not None)

    def _bring(self, live: Alert, mine: list[Occurrence], raised: list[Occurrence]) -> None:
        last = raised[-1] if raised else None
        if live["state"] == "pending":
            if last is not None:
                self._raise(live, last)
            elif not mine:
                reason = None if self._is_news else self._because("does not raise it")
                self._emit(live, "dropped", state="closed", cleared_at=self._now, reason=reason)
            return
        if last is None:
            if not mine:
                self._corrected(live)
        elif live["state"] == "cleared":
            if last.cleared_at is None:
                self._raise(live, last)
        elif last.cleared_at is not None:
            self._clear(live)
        elif last.level != live["level"]:
            word = "escalated" if last.level < live["level"] else "de-escalated"
            self._emit(live, word, level=last.level, **self._ack_again(word))

    def _begin(self, found: Occurrence) -> None:
        """An alert that was not told of yet."""
        raised_at = found.raised_at
        if raised_at is not None and self._oldest is not None and raised_at < self._oldest:
            return
        if not self._flood.has_room(self._entity, self._rule, self._now):
            return
        began = found.began if not self._continues(found) else self._now
        alert = fresh_alert(
            self._world, self._entity, self._rule, "state", began_ms=began, level=found.level, row=self._row
        )
        if raised_at is None:
            self._emit(alert, "pending")
        else:
            self._raise(alert, found)

    def _raise(self, alert: Alert, found: Occurrence) -> None:
        raised_at = self._now if found.raised_at is None else found.raised_at
        is_late = not self._is_news or raised_at < self._now
        again = alert["state"] == "cleared"
        told = self._emit(
            alert,
            "raised",
            state="raised",
            level=found.worst if found.cleared_at is not None else found.level,
            raised_at=raised_at if not again else alert["raised_at"],
            cleared_at=None,
            reason=self._because("shows late that it should be raised") if is_late else None,
        )
        if found.cleared_at is not None:
            self._clear(told)

    def _clear(self, alert: Alert) -> None:
        reason = None if self._is_news else self._because("shows that it is over")
        told = self._emit(alert, "cleared", state="cleared", cleared_at=self._now, reason=reason)
        self._life.close_where_done(self._entity, told, self._now)

    def _corrected(self, alert: Alert) -> None:
        reason = self._because("shows that it should not have been")
        cleared = alert["cleared_at"] or self._now
        self._emit(alert, "corrected", state="closed", cleared_at=cleared, reason=reason)

    def _correct_closed(self, raised: list[Occurrence]) -> None:
        if self._is_news and self._row["finality"] == "provisional":
            return
        first = self._entity.points[0].moment
        for alert in self._entity.recent:
            was = alert["kind"] == "state" and alert["raised_at"] is not None
            if (
                not was
                or alert["change"] == "corrected"
                or alert["began_at"] < first
                or alert["kept"].get("corrected")
            ):
                continue
            if not any(found.overlaps(alert["began_at"], alert["cleared_at"]) for found in raised):
                self._corrected({**alert, "kept": {**alert["kept"], "corrected": True}})

    def _is_told(self, found: Occurrence, present: Occurrence | None) -> bool:
        """Whether a closed alert stands for it. One that people ended stands for all that follows, unless it is graver."""
        for alert in self._entity.recent:
            end = alert["cleared_at"] or alert["kept"]["closed_at"]
            if (
                alert["kind"] != "state"
                or alert["raised_at"] is None
                or not found.overlaps(alert["began_at"], end)
            ):
                continue
            if alert["kept"]["by_hand"]:
                return found.level >= alert["level"] or found is not present
            if found.cleared_at is not None:
                return True
        return False

    def _continues(self, found: Occurrence) -> bool:
        return any(
            alert["raised_at"] is not None and found.overlaps(alert["began_at"], alert["cleared_at"])
            for alert in self._entity.recent
        )

    def _ack_again(self, word: str) -> dict[str, Any]:
        if word == "escalated" and self._rule.acknowledge_again:
            return {"acknowledged": False, "acknowledged_by": None}
        return {}

    def _because(self, what: str) -> str:
        words = {
            "final": "the final value",
            "restated": "a restated value",
            "provisional": "an earlier value",
        }
        return f"{words[self._row['finality']]} of the window {what}"

    def _emit(self, alert: Alert, change: str, **fields: Any) -> Alert:
        level: int = fields["level"] if "level" in fields else alert["level"]
        said = value_of(self._rule, level, self._row)
        version = self._world.rules[self._rule.id].version
        return self._life.emit(
            self._entity, alert, change, self._now, **{**said, "rule_version": version, **fields}
        )
