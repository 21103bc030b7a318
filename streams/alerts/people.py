"""What do people on duty do to alerts? Their commands, done or refused; both are told.

A command that comes again does nothing. What is about many alerts, or about none that is known, is answered by a
record of its own, whose id is that of the command.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from streams.alerts.alert import COMMANDS_KEPT, Alert, changed, entity_key_of, keeping, record_of
from streams.alerts.entity import Entity
from streams.alerts.heartbeat import RULE, beat_of
from streams.alerts.life import Life
from streams.alerts.muting import SHELVED, PatternError, Quiet, fits, pattern_of
from streams.alerts.outcomes import KNOWN, Outcomes
from streams.alerts.world import Told, World
from streams.catalog import ALERTS

SHELF_MAX_MS = 7 * 86_400_000
"""How long an alert may be shelved at once; whoever wants longer says so again."""
MAINTENANCE_MAX_MS = 35 * 86_400_000

Command = Mapping[str, Any]


class RefusedError(ValueError):
    """A command that cannot be done; says why."""


class People:
    """Commands on alerts. Others are passed over: they are for other services."""

    def __init__(self, world: World, life: Life, outcomes: Outcomes, mode: str) -> None:
        self._world, self._life, self._outcomes, self._mode = world, life, outcomes, mode
        self._of_alert: Mapping[str, Callable[[Entity, Alert, Command], None]] = {
            "alert.acknowledge": self._acknowledge,
            "alert.unacknowledge": self._unacknowledge,
            "alert.shelve": self._shelve,
            "alert.unshelve": self._unshelve,
            "alert.note": self._note,
            "alert.close": self._close,
        }
        self._of_many: Mapping[str, Callable[[Command], Quiet]] = {
            "alert.shelve": self._shelve_pattern,
            "alert.unshelve": self._unshelve_pattern,
            "maintenance.begin": self._begin_maintenance,
            "maintenance.end": self._end_maintenance,
        }

    def on_command(self, command: Command) -> Iterator[Entity]:
        """Do a command; gives the entities whose alerts or times changed."""
        name, target = command["command"], command["target"]
        key = entity_key_of(target)
        try:
            if name == "alert.test":
                self._test(command)
            elif name in self._of_alert and (key is not None or name not in self._of_many):
                yield from self._one(command, key)
            elif name in self._of_many:
                yield from self._many(command)
        except (RefusedError, PatternError) as refused:
            why = f"{command['command']} is refused: {refused}"
            self._answer(command, "refused", "命令未执行 / Refused", why)

    def _one(self, command: Command, key: str | None) -> Iterator[Entity]:
        kept = None if key is None else self._world.state.get(key)
        entity = self._world.entity(key or "")
        alert = None if kept is None else entity.alert(command["target"])
        if alert is None:
            raise RefusedError("no alert with this id is known; `citybrain alerts` shows those that are")
        if command["command_id"] in alert["kept"]["commands"]:
            return
        commands = [*alert["kept"]["commands"], command["command_id"]][-COMMANDS_KEPT:]
        alert = keeping(alert, commands=commands)
        try:
            self._of_alert[command["command"]](entity, alert, command)
        except RefusedError as refused:
            reason = f"{command['command']} is refused: {refused}"
            self._emit(entity, alert, "refused", command, reason=reason)
        yield entity

    def _many(self, command: Command) -> Iterator[Entity]:
        quiet = self._of_many[command["command"]](command)
        about = {name: command[name] or None for name in ("by", "reason", "command_id")}
        count = self._life.refresh_all(command["event_time"], **about)
        done = f"{command['command']} is done: {count} open alerts are told otherwise than before"
        self._answer(command, "noted", "命令已执行 / Done", done)
        for key in self._world.open_entities():
            entity = self._world.entity(key)
            if any(fits(quiet.pattern, alert) for alert in entity.open_alerts):
                yield entity

    def _emit(self, entity: Entity, alert: Alert, change: str, command: Command, **fields: Any) -> Alert:
        about = {name: command[name] or None for name in ("by", "reason", "command_id")}
        return self._life.emit(entity, alert, change, command["event_time"], **{**about, **fields})

    def on_taken_over(self, shift: Mapping[str, Any]) -> Iterator[Entity]:
        """What was acknowledged is held by whoever has taken over; gives the entities whose alerts changed."""
        for key in self._world.open_entities():
            entity = self._world.entity(key)
            held = [
                alert
                for alert in entity.open_alerts
                if alert["acknowledged"] and alert["acknowledged_by"] != shift["on_duty"]
            ]
            for alert in held:
                reason = f"{shift['on_duty']} has taken over what {alert['acknowledged_by']} had acknowledged"
                self._life.emit(
                    entity,
                    alert,
                    "noted",
                    shift["event_time"],
                    acknowledged_by=shift["on_duty"],
                    by=shift["by"],
                    reason=reason,
                )
            if held:
                yield entity

    # One alert.

    def _acknowledge(self, entity: Entity, alert: Alert, command: Command) -> None:
        _demand_open(alert)
        if alert["acknowledged"]:
            raise RefusedError(f"{alert['acknowledged_by']} has acknowledged it already")
        alert = keeping(alert, seen_at=command["event_time"], seen_until=command["until"])
        told = self._emit(
            entity, alert, "acknowledged", command, acknowledged=True, acknowledged_by=command["by"]
        )
        self._life.close_where_done(entity, told, command["event_time"])

    def _unacknowledge(self, entity: Entity, alert: Alert, command: Command) -> None:
        _demand_open(alert)
        if not alert["acknowledged"]:
            raise RefusedError("nobody has acknowledged it")
        alert = keeping(alert, seen_until=None)
        self._emit(entity, alert, "unacknowledged", command, acknowledged=False, acknowledged_by=None)

    def _shelve(self, entity: Entity, alert: Alert, command: Command) -> None:
        if alert["state"] == "closed":
            raise RefusedError("it is closed")
        _demand_span(command, SHELF_MAX_MS)
        shelf = {name: command[name] for name in ("until", "by", "reason")}
        self._emit(entity, keeping(alert, shelf=shelf), "shelved", command)

    def _unshelve(self, entity: Entity, alert: Alert, command: Command) -> None:
        if alert["kept"]["shelf"] is None:
            by_pattern = SHELVED in alert["muted_by"]
            raise RefusedError("a pattern shelves it: unshelve that" if by_pattern else "it is not shelved")
        self._emit(entity, keeping(alert, shelf=None), "unshelved", command)

    def _note(self, entity: Entity, alert: Alert, command: Command) -> None:
        self._emit(entity, alert, "noted", command)

    def _close(self, entity: Entity, alert: Alert, command: Command) -> None:
        if alert["state"] == "closed":
            raise RefusedError("it is closed already")
        outcome = command["parameters"].get("outcome")
        if outcome is not None and outcome not in KNOWN:
            raise RefusedError(f"there is no outcome {outcome!r}; there are {', '.join(KNOWN)}")
        alert = keeping(alert, by_hand=alert["state"] == "raised")
        fields = {"state": "closed", "outcome": outcome or alert["outcome"]}
        told = self._emit(entity, alert, "closed", command, **fields)
        if outcome is not None:
            self._outcomes.on_outcome(told, outcome, command["event_time"])

    # Many alerts.

    def _shelve_pattern(self, command: Command) -> Quiet:
        pattern = pattern_of(command["target"])
        _demand_span(command, SHELF_MAX_MS)
        quiet = Quiet(SHELVED, pattern, command["event_time"], command["until"])
        self._world.put_quiet(_name(pattern), quiet, command["event_time"])
        return quiet

    def _unshelve_pattern(self, command: Command) -> Quiet:
        pattern = pattern_of(command["target"])
        return self._end(_name(pattern), command, "no shelf has this pattern")

    def _begin_maintenance(self, command: Command) -> Quiet:
        pattern = pattern_of(command["target"])
        given = command["parameters"]
        begin = given.get("from", str(command["event_time"]))
        if not begin.isdigit() or int(begin) >= command["until"]:
            raise RefusedError("from is epoch milliseconds, before the end")
        _demand_span(command, MAINTENANCE_MAX_MS)
        name = given.get("id") or command["command_id"][:8]
        quiet = Quiet(f"maintenance:{name}", pattern, int(begin), command["until"])
        self._world.put_quiet(f"maintenance|{name}", quiet, command["event_time"])
        return quiet

    def _end_maintenance(self, command: Command) -> Quiet:
        return self._end(f"maintenance|{command['target']}", command, "no maintenance window has this id")

    def _end(self, name: str, command: Command, unknown: str) -> Quiet:
        known, at_ms = self._world.quiet(name), command["event_time"]
        if known is None or known.end < at_ms:
            raise RefusedError(unknown)
        ended = Quiet(known.reason, known.pattern, min(known.begin, at_ms), at_ms)
        self._world.put_quiet(name, ended, at_ms)
        return ended

    # Without an alert.

    def _test(self, command: Command) -> None:
        if RULE not in self._world.rules:
            raise RefusedError(f"the line has no rule {RULE}: load the folder that has it")
        about = {name: command[name] or None for name in ("by", "reason", "command_id")}
        at_ms = command["event_time"]
        alert = beat_of(
            self._world, command["run_id"], self._mode, at_ms, f"command-{command['command_id']}", **about
        )
        for told in (alert, changed(alert, "closed", at_ms, state="closed", cleared_at=at_ms)):
            self._world.out.append(Told(ALERTS.name, told["alert_id"], record_of(told)))

    def _answer(self, command: Command, change: str, word: str, reason: str) -> None:
        """The answer to a command that is about no single alert."""
        record = {
            **_NOTHING,
            "alert_id": f"command|{command['command_id']}",
            "event_time": command["event_time"],
            "began_at": command["event_time"],
            "title": f"{word}: {command['command']} {command['target']}"[:500],
            "entity_id": command["command_id"],
            "by": command["by"],
            "change": change,
            "reason": reason,
            "command_id": command["command_id"],
            "mode": command["mode"],
            "run_id": command["run_id"],
        }
        self._world.out.append(Told(ALERTS.name, record["alert_id"], record))


_NOTHING: Mapping[str, Any] = {
    "sequence": 1,
    "state": "closed",
    "level": 4,
    "worst_level": 4,
    "acknowledged": False,
    "muted_by": ["test"],
    "rule_id": "line.command",
    "rule_version": 0,
    "kind": "test",
    "system": "line",
    "indicator_id": "",
    "entity_type": "command",
    "unit": "1",
    "cap_category": "Other",
    "department": "",
    "duty_level": 0,
    "case_ids": [],
    "labels": {},
    **dict.fromkeys(
        (
            "acknowledged_by",
            "shelved_until",
            "area_id",
            "longitude",
            "latitude",
            "value",
            "threshold",
            "validity",
            "finality",
            "revision",
            "window_start",
            "window_end",
            "raised_at",
            "cleared_at",
            "runbook",
            "group",
            "parent_id",
            "outcome",
            "standard",
        )
    ),
}


def _name(pattern: Mapping[str, str]) -> str:
    return "shelf|" + ";".join(f"{part}={pattern[part]}" for part in sorted(pattern))


def _demand_open(alert: Alert) -> None:
    if alert["state"] not in ("raised", "cleared"):
        raise RefusedError(f"it is {alert['state']}")


def _demand_span(command: Command, most_ms: int) -> None:
    until = command["until"]
    if until is None or until <= command["event_time"]:
        raise RefusedError("say until when, later than now")
    if until - command["event_time"] > most_ms:
        raise RefusedError(f"at most {most_ms // 86_400_000} days at once; say so again then")
