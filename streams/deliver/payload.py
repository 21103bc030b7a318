"""How does a group of alerts read for Alertmanager's receivers? Version 4 of its webhook payload, pure."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlsplit

import orjson

from streams.alerts.levels import LEVELS
from streams.deliver.telling import Alert, is_firing, readable

NEVER = "0001-01-01T00:00:00Z"
"""How Alertmanager writes the end of what has not ended."""
TEXT_CHARACTERS, TEXT_CHARACTERS_MIN = 1_000, 31
LABELS_MAX = 16
"""Labels of a rule that are told."""
BODY_BYTES_MAX = 900_000
"""With the rest of its record a kept body stays below the megabyte that Kafka's clients take by default."""


def alertmanager_body(
    receiver: str,
    group_key: str,
    group_labels: Mapping[str, str],
    alerts: Sequence[Alert],
    *,
    truncated: int,
    external_url: str,
) -> bytes:
    """The request's body; `truncated` is how many alerts of the group are not among `alerts`.

    Where it would be too large, its texts are cut shorter; no alert is left out for it.
    """
    characters = TEXT_CHARACTERS
    while True:
        body = _body(receiver, group_key, group_labels, [_told(a, external_url, characters) for a in alerts])
        data = orjson.dumps(body | {"truncatedAlerts": truncated, "externalURL": external_url})
        if len(data) <= BODY_BYTES_MAX or characters <= TEXT_CHARACTERS_MIN:
            return data
        characters //= 2


def _body(
    receiver: str, group_key: str, group_labels: Mapping[str, str], told: Sequence[dict[str, Any]]
) -> dict[str, Any]:
    return {
        "version": "4",
        "groupKey": readable(group_key, TEXT_CHARACTERS),
        "status": "firing" if any(one["status"] == "firing" for one in told) else "resolved",
        "receiver": receiver,
        "groupLabels": {name: readable(value, TEXT_CHARACTERS) for name, value in group_labels.items()},
        "commonLabels": _common([one["labels"] for one in told]),
        "commonAnnotations": _common([one["annotations"] for one in told]),
        "alerts": list(told),
    }


def fingerprint_of(alert: Alert) -> str:
    """What tells an alert from every other, however its level changes: 16 hexadecimal digits."""
    return hashlib.sha256(str(alert["alert_id"]).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _told(alert: Alert, external_url: str, characters: int) -> dict[str, Any]:
    firing = is_firing(alert)
    ended = alert["event_time"] if alert["cleared_at"] is None else alert["cleared_at"]
    return {
        "status": "firing" if firing else "resolved",
        "labels": _labels(alert, characters),
        "annotations": _annotations(alert, characters),
        "startsAt": _time(alert["began_at"] if alert["raised_at"] is None else alert["raised_at"]),
        "endsAt": NEVER if firing else _time(ended),
        "generatorURL": f"{external_url}/alerts/{quote(str(alert['alert_id']), safe='', errors='replace')}",
        "fingerprint": fingerprint_of(alert),
    }


def _labels(alert: Alert, characters: int) -> dict[str, str]:
    level = LEVELS[alert["level"]]
    own = {
        "alertname": alert["rule_id"],
        "severity": level.cap_severity.lower(),
        "level": level.roman,
        "colour": level.colour_en,
        "system": alert["system"],
        "kind": alert["kind"],
        "entity_type": alert["entity_type"],
        "entity": alert["entity_id"],
        "area": alert["area_id"] or "",
        "department": alert["department"],
        "mode": alert["mode"],
    }
    if alert["mode"] == "drill":
        own["exercise"] = "true"
    # What the line says of an alert cannot be said otherwise by its rule.
    of_rule = dict(list(alert["labels"].items())[:LABELS_MAX])
    return {readable(name, 100): readable(str(text), characters) for name, text in (of_rule | own).items()}


def _annotations(alert: Alert, characters: int) -> dict[str, str]:
    drill = "演练 Exercise: " if alert["mode"] == "drill" else ""
    runbook = alert["runbook"] or ""
    said = {
        "summary": drill + alert["title"],
        "alert_id": alert["alert_id"],
        "sequence": str(alert["sequence"]),
        "change": alert["change"],
        "at": _time(alert["event_time"]),
        "value": "" if alert["value"] is None else f"{alert['value']:g}",
        "threshold": "" if alert["threshold"] is None else f"{alert['threshold']:g}",
        "unit": alert["unit"],
        "indicator": alert["indicator_id"],
        "standard": alert["standard"] or "",
        "reason": alert["reason"] or "",
        "runbook_url" if _is_page(runbook) else "runbook": runbook,
    }
    return {name: readable(text, characters) for name, text in said.items() if text}


def _is_page(text: str) -> bool:
    try:
        return urlsplit(text).scheme in {"http", "https"}
    except ValueError:
        return False


def _common(maps: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """What all of them say alike."""
    first, *others = maps or ({},)
    return {name: text for name, text in first.items() if all(other.get(name) == text for other in others)}


def _time(milliseconds: int) -> str:
    at = datetime.fromtimestamp(milliseconds / 1000, UTC)
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
