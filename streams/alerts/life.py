"""How does an alert change? Every change, whatever asks for it, goes through here: one record, gapless.

Whether it is muted is worked out anew with each change, from what holds at its moment.
"""

from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

from streams.alerts.alert import Alert, changed, keeping, record_of, title_of
from streams.alerts.course import milliseconds
from streams.alerts.entity import Entity
from streams.alerts.muting import (
    FLAPPING,
    OFF_SCHEDULE,
    SHELVED,
    TEST,
    change_of,
    quiet_changes,
    quiet_reasons,
)
from streams.alerts.plans import case_command
from streams.alerts.rule import Rule, is_within
from streams.alerts.schedule import is_on, next_change
from streams.alerts.world import Told, World
from streams.catalog import ALERTS, ALERTS_CURRENT, COMMANDS

CURRENT_KEPT_MS = 86_400_000
"""How long a closed alert stays on the topic of current alerts."""
KEPT_MS = 30 * 86_400_000
"""How long a closed alert is remembered, for the outcome of its case."""
CHANGES_MAX = 50


class Life:
    """Changes of alerts in their world."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._touched: list[tuple[str, int]] = []

    def emit(self, entity: Entity, alert: Alert, change: str, at_ms: int, **fields: Any) -> Alert:
        """Write one change and keep the alert as it stands after it."""
        told = changed(alert, change, at_ms, **fields)
        rule = self.rule_of(told, at_ms)
        self._damp(entity, told, change, at_ms, rule)
        told["muted_by"], told["shelved_until"] = self._mutes(entity, told, at_ms, rule)
        if change in ("pending", "raised", "escalated", "de-escalated"):
            told["title"] = title_of(rule, told)
        since = told["kept"]["told_since"]
        is_told = told["state"] == "raised" and not told["muted_by"] and not told["acknowledged"]
        told = keeping(told, told_since=(at_ms if since is None else since) if is_told else None)
        if told["state"] == "closed" and told["kept"]["closed_at"] is None:
            told = keeping(told, closed_at=at_ms)
        self._tell(told)
        told = self._open_case(told, rule, at_ms)
        entity.put(told)
        if change in ("raised", "cleared", "closed", "corrected"):
            self._touched.append((told["rule_id"], at_ms))
        return told

    def refresh(self, entity: Entity, alert: Alert, at_ms: int, **fields: Any) -> Alert:
        """Write whether it is muted otherwise than before; nothing where it is not."""
        after, _ = self._mutes(entity, alert, at_ms, self.rule_of(alert, at_ms))
        change = change_of(alert["muted_by"], after)
        return alert if change is None else self.emit(entity, alert, change, at_ms, **fields)

    def close_where_done(self, entity: Entity, alert: Alert, at_ms: int) -> Alert:
        """A cleared alert that is acknowledged is over, at once where its rule gives it no time."""
        due = self._close_due(alert)
        if alert["state"] == "cleared" and alert["acknowledged"] and due is not None and due <= at_ms:
            return self.emit(entity, alert, "closed", at_ms, state="closed")
        return alert

    def settle_inhibited(self) -> None:
        """Mute and unmute what hangs on the alerts that were raised or went since the last call."""
        while self._touched:
            touched, self._touched = self._touched, []
            for rule_id, at_ms in touched:
                for held in self._world.rules.values():
                    if any(inhibitor.rule == rule_id for inhibitor in held.rule.inhibited_by):
                        self.refresh_all(at_ms, held.rule.id)

    def refresh_all(self, at_ms: int, rule_id: str | None = None, **fields: Any) -> int:
        """Refresh every open alert, of a rule or of all; returns how many changed."""
        count = 0
        for key in self._world.open_entities(rule_id):
            entity = self._world.entity(key)
            before = len(self._world.out)
            for alert in entity.open_alerts:
                self.refresh(entity, alert, at_ms, **fields)
            if len(self._world.out) > before:
                self._world.save(entity)
                count += 1
        return count

    # Time.

    def next_due(self, entity: Entity) -> int | None:
        """When time alone changes something of an entity, epoch milliseconds; None for never."""
        found = [due for alert in entity.alerts if (due := self._due(entity, alert)) is not None]
        if (silent := self.silence_due(entity)) is not None:
            found.append(silent)
        return min(found, default=None)

    def silence_due(self, entity: Entity) -> int | None:
        """After when an entity that says nothing is silent; None where no rule asks or it was told."""
        if entity.heard is None or entity.silent is not None:
            return None
        rule_id = entity.key.split("|", 2)[1]
        held = self._world.rules.get(rule_id)
        if held is None or not held.active:
            return None
        rule = self._world.effective(rule_id, entity.about.get("area_id"), entity.heard)
        return None if rule.no_data is None else entity.heard + milliseconds(rule.no_data.after)

    def on_due(self, entity: Entity, alert: Alert, at_ms: int) -> None:
        """What is due for an alert at a moment."""
        if alert["state"] == "closed":
            if alert["kept"]["forgotten"]:
                entity.remove(alert["alert_id"])
                if not entity.recent and not entity.open_alerts:
                    entity.points, entity.base = [], None
            else:
                self._world.out.append(Told(ALERTS_CURRENT.name, alert["alert_id"], None))
                entity.put(keeping(alert, forgotten=True))
        elif alert["state"] == "cleared" and self._close_due(alert) == at_ms:
            self.emit(entity, alert, "closed", at_ms, state="closed")
        elif alert["acknowledged"] and alert["kept"].get("seen_until") == at_ms:
            reason = "the time for which it was acknowledged is over"
            fields = {"acknowledged": False, "acknowledged_by": None, "reason": reason}
            self.emit(entity, alert, "unacknowledged", at_ms, **fields)
        elif (step := self._duty_due(alert)) is not None and step[0] == at_ms:
            self._escalate(entity, alert, at_ms, step[1])
        else:
            refreshed = self.refresh(entity, alert, at_ms)
            # A boundary that changes nothing is behind it, too.
            entity.put(keeping(refreshed, looked_at=at_ms))

    def due_alerts(self, entity: Entity) -> Iterator[tuple[int, Alert]]:
        """Alerts that wait for time, each with when."""
        for alert in entity.alerts:
            if (due := self._due(entity, alert)) is not None:
                yield due, alert

    def _due(self, entity: Entity, alert: Alert) -> int | None:
        kept = alert["kept"]
        if alert["state"] == "closed":
            return int(kept["closed_at"]) + (KEPT_MS if kept["forgotten"] else CURRENT_KEPT_MS)
        if alert["kind"] == "test" or alert["rule_id"] not in self._world.rules:
            return None
        now = max(alert["event_time"], kept.get("looked_at", 0))
        found = self._boundaries(entity, alert, now)
        if (close := self._close_due(alert)) is not None:
            found.append(close)
        if (step := self._duty_due(alert)) is not None:
            found.append(step[0])
        if alert["acknowledged"] and alert["kept"].get("seen_until"):
            found.append(alert["kept"]["seen_until"])
        return min(found, default=None)

    def _boundaries(self, entity: Entity, alert: Alert, now: int) -> list[int]:
        rule = self.rule_of(alert, now)
        found = quiet_changes(self._world.quiets.values(), alert, now)
        shelf = alert["kept"]["shelf"]
        found += [
            moment for moment in (shelf["until"] if shelf else 0, entity.flapping_until) if moment > now
        ]
        turn = next_change(rule.schedule, self._world.calendar, now)
        return found if turn is None else [*found, turn]

    def _close_due(self, alert: Alert) -> int | None:
        if alert["state"] != "cleared":
            return None
        rule = self.rule_of(alert, alert["cleared_at"])
        if not alert["acknowledged"]:
            return int(alert["cleared_at"]) + milliseconds(rule.close_unacknowledged_after)
        return max(
            int(alert["cleared_at"]) + milliseconds(rule.close_after), int(alert["kept"].get("seen_at", 0))
        )

    def _duty_due(self, alert: Alert) -> tuple[int, int] | None:
        """When the next level of duty is told, and its place among the rule's steps."""
        since = alert["kept"]["told_since"]
        if since is None:
            return None
        rule = self.rule_of(alert, since)
        for number, step in enumerate(rule.escalation):
            if step.duty > alert["duty_level"]:
                return since + milliseconds(step.after), number
        return None

    def _escalate(self, entity: Entity, alert: Alert, at_ms: int, number: int) -> None:
        step = self.rule_of(alert, alert["kept"]["told_since"]).escalation[number]
        desk = None if step.role is None else self._world.desk_of(step.role)
        whom = "" if step.role is None else f"; now for {step.role}" + (f" ({desk})" if desk else "")
        minutes = milliseconds(step.after) // 60_000
        reason = f"nobody acknowledged it in {minutes} minutes{whom}"
        self.emit(entity, alert, "duty_escalated", at_ms, duty_level=step.duty, reason=reason)

    # Muting.

    def rule_of(self, alert: Alert, at_ms: int) -> Rule:
        """The rule of an alert as it holds at a moment."""
        return self._world.effective(alert["rule_id"], alert["area_id"], at_ms)

    def _mutes(self, entity: Entity, alert: Alert, at_ms: int, rule: Rule) -> tuple[list[str], int | None]:
        if alert["kind"] == "test":
            return [TEST], None
        quiet = quiet_reasons(self._world.quiets.values(), alert, at_ms)
        shelf = alert["kept"]["shelf"]
        if shelf is not None and at_ms < shelf["until"]:
            quiet[SHELVED] = max(quiet.get(SHELVED, 0), shelf["until"])
        reasons = {*quiet, *self._inhibitors(alert, rule)}
        reasons |= {f"joint:{name}" for name, led in alert["kept"]["joints"].items() if led[1] == "member"}
        if at_ms < entity.flapping_until:
            reasons.add(FLAPPING)
        if not is_on(rule.schedule, self._world.calendar, at_ms):
            reasons.add(OFF_SCHEDULE)
        return sorted(reasons), quiet.get(SHELVED)

    def _inhibitors(self, alert: Alert, rule: Rule) -> Iterator[str]:
        mine = f"inhibited:{alert['alert_id']}"
        for inhibitor in rule.inhibited_by:
            for key in self._world.open_entities(inhibitor.rule):
                for other in self._world.entity(key).open_alerts:
                    if (
                        other["state"] == "raised"
                        and other["run_id"] == alert["run_id"]
                        and mine not in other["muted_by"]
                        and _is_named(inhibitor.entities, other["entity_id"])
                        and _reaches(inhibitor.where, other, alert)
                    ):
                        yield f"inhibited:{other['alert_id']}"

    def _damp(self, entity: Entity, alert: Alert, change: str, at_ms: int, rule: Rule) -> None:
        if change not in ("raised", "cleared") or alert["kind"] == "test":
            return
        damping = rule.flapping
        since = at_ms - milliseconds(damping.within)
        entity.changes = [*[moment for moment in entity.changes if moment > since][-CHANGES_MAX:], at_ms]
        if len(entity.changes) >= damping.changes:
            entity.flapping_until = at_ms + milliseconds(damping.quiet)

    # Telling.

    def _tell(self, alert: Alert) -> None:
        record = record_of(alert)
        self._world.out.append(Told(ALERTS.name, alert["alert_id"], record))
        self._world.out.append(Told(ALERTS_CURRENT.name, alert["alert_id"], record))

    def _open_case(self, alert: Alert, rule: Rule, at_ms: int) -> Alert:
        """Where a told alert has a response plan that was not asked for yet, ask for its case."""
        if alert["state"] != "raised" or alert["muted_by"]:
            return alert
        plan = next((rule.plans[n] for n in range(alert["level"], 5) if n in rule.plans), None)
        if plan is None or plan.kind in alert["kept"]["plans"]:
            return alert
        command = case_command(plan, record_of(alert), at_ms)
        self._world.out.append(Told(COMMANDS.name, command["target"], command))
        return keeping(alert, plans=[*alert["kept"]["plans"], plan.kind])


def _is_named(patterns: Sequence[str], entity_id: str) -> bool:
    return not patterns or any(fnmatchcase(entity_id, pattern) for pattern in patterns)


def _reaches(where: str, inhibitor: Mapping[str, Any], alert: Mapping[str, Any]) -> bool:
    if where == "any":
        return True
    same = (inhibitor["entity_type"], inhibitor["entity_id"]) == (alert["entity_type"], alert["entity_id"])
    if where == "same_entity" or same:
        return same
    area = inhibitor["area_id"] or (inhibitor["entity_id"] if inhibitor["entity_type"] == "area" else None)
    return area is not None and (alert["area_id"] == area or is_within(alert["area_id"], area))
