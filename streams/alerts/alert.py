"""What is an alert, and how does one change become its next record? Plain JSON data, replaced and never changed in place.

An alert is its newest record (`schemas/avro/alert.avsc`) and beside it, under `kept`, what only the service needs.
"""

from collections.abc import Mapping
from typing import Any, Literal

from streams.alerts.levels import LEVELS
from streams.alerts.rule import Rule
from streams.alerts.verdict import measured, threshold_of

Alert = dict[str, Any]
Kind = Literal["state", "no_data", "test", "flood"]

COMMANDS_KEPT = 32
"""How many commands an alert remembers, so that one that comes again does nothing."""


def alert_id_of(rule_id: str, kind: Kind, row: Mapping[str, Any], began_ms: int) -> str:
    """The id of an alert. One that is not of a value's level has its kind behind the rule's name."""
    rule = rule_id if kind in ("state", "test") else f"{rule_id}~{kind}"
    return f"{rule}|{row['entity_type']}|{row['entity_id']}|{began_ms}|{row['run_id']}"


def entity_key_of(alert_id: str) -> str | None:
    """Under which key the alert's entity is kept; None for what is no alert's id."""
    parts = alert_id.split("|", 2)
    rest = parts[-1].rsplit("|", 2)
    if len(parts) != 3 or len(rest) != 3:
        return None
    return entity_key(parts[0].partition("~")[0], rest[2], parts[1], rest[0])


def entity_key(rule_id: str, run_id: str, entity_type: str, entity_id: str) -> str:
    """Under which key all is kept that a rule knows of an entity in a run."""
    return f"e|{rule_id}|{run_id}|{entity_type}|{entity_id}"


class Place:
    """Where an entity is and how people call it, as the registry knows it."""

    def __init__(
        self, name: str | None = None, longitude: float | None = None, latitude: float | None = None
    ) -> None:
        self.name, self.longitude, self.latitude = name, longitude, latitude


NOWHERE = Place()


def new_alert(
    rule: Rule, version: int, kind: Kind, row: Mapping[str, Any], place: Place, *, began_ms: int, level: int
) -> Alert:
    """An alert before its first record. `row` says of which entity, run and value it is."""
    record = {
        "alert_id": alert_id_of(rule.id, kind, row, began_ms),
        "sequence": 0,
        "change": "",
        "event_time": began_ms,
        "state": "pending",
        "level": level,
        "worst_level": level,
        "acknowledged": False,
        "acknowledged_by": None,
        "muted_by": [],
        "shelved_until": None,
        "rule_id": rule.id,
        "rule_version": version,
        "kind": kind,
        "title": "",
        "system": rule.system,
        "indicator_id": rule.indicator,
        "entity_type": row["entity_type"],
        "entity_id": row["entity_id"],
        "area_id": row["area_id"],
        "longitude": place.longitude,
        "latitude": place.latitude,
        "began_at": began_ms,
        "raised_at": None,
        "cleared_at": None,
        "cap_category": rule.cap_category,
        "runbook": rule.runbook,
        "department": rule.department,
        "duty_level": 0,
        "group": _group(rule, row),
        "case_ids": [],
        "parent_id": None,
        "outcome": None,
        "by": None,
        "reason": None,
        "command_id": None,
        "labels": dict(rule.labels),
        "mode": row["mode"],
        "run_id": row["run_id"],
        **value_of(rule, level, row),
    }
    kept: dict[str, Any] = {
        "name": place.name or row["entity_id"],
        "shelf": None,
        "told_since": None,
        "commands": [],
        "cases": {},
        "joints": {},
        "plans": [],
        "closed_at": None,
        "by_hand": False,
        "forgotten": False,
    }
    return {**record, "kept": kept}


def value_of(rule: Rule, level: int, row: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that name the value that led to a change."""
    return {
        "value": measured(rule, row),
        "unit": row["unit"],
        "threshold": threshold_of(rule, level),
        "validity": row["validity"],
        "finality": row["finality"],
        "revision": row["revision"],
        "window_start": row["window_start"],
        "window_end": row["window_end"],
        "standard": f"{row['standard']} {row['edition']}".strip() or None,
    }


def changed(alert: Alert, change: str, at_ms: int, **fields: Any) -> Alert:
    """The alert after one more change. What a change says of itself (by, reason, command) does not stay."""
    told: Alert = {**alert, "by": None, "reason": None, "command_id": None, **fields}
    told |= {"change": change, "event_time": at_ms, "sequence": alert["sequence"] + 1}
    told["worst_level"] = min(alert["worst_level"], told["level"])
    return told


def keeping(alert: Alert, **kept: Any) -> Alert:
    """The alert with other values under `kept`."""
    return {**alert, "kept": {**alert["kept"], **kept}}


def record_of(alert: Alert) -> dict[str, Any]:
    """The record of `city.alerts.v1`."""
    return {name: value for name, value in alert.items() if name != "kept"}


def title_of(rule: Rule, alert: Alert) -> str:
    """What the alert says, in Chinese and English, with entity, value and level."""
    level = LEVELS[alert["level"]]
    name = alert["kept"]["name"]
    if alert["kind"] == "no_data":
        return (
            f"{name}：{rule.name_zh} 无数据（{level.roman}级{level.colour_zh}） / "
            f"{rule.name_en}: no data from {name} ({level.roman}, {level.colour_en})"
        )
    if alert["kind"] == "flood":
        return f"{rule.name_zh}：告警过多，合并告知 / {rule.name_en}: too many alerts at once, told as one"
    if alert["kind"] == "test":
        return f"{rule.name_zh} / {rule.name_en}"
    unit = "" if alert["unit"] == "1" else f" {alert['unit']}"
    value = "" if alert["value"] is None else f" {alert['value']:.6g}{unit}"
    limit = (
        ""
        if alert["threshold"] is None
        else f" ({'≥' if rule.bad_side == 'above' else '≤'} {alert['threshold']:.6g})"
    )
    return (
        f"{name}：{rule.name_zh}{value}（{level.roman}级{level.colour_zh}） / "
        f"{rule.name_en} at {name}:{value}{limit} ({level.roman}, {level.colour_en})"
    )


def _group(rule: Rule, row: Mapping[str, Any]) -> str | None:
    of = {
        "rule": rule.id,
        "area": f"{rule.system}:{row['area_id'] or row['entity_id']}",
        "system": rule.system,
        "entity": f"{row['entity_type']}:{row['entity_id']}",
    }
    return None if rule.group is None else of[rule.group]
