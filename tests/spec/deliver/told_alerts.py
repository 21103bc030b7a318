"""Alerts and commands for stories of what leaves the centre."""

from pathlib import Path
from typing import Any

from lxml import etree

from streams.commands import command_of

NOW = 1_782_000_000_000  # 2026-06-21T00:00:00Z
MINUTE = 60_000
CAP_SCHEMA = etree.XMLSchema(
    etree.parse(Path(__file__).resolve().parents[3] / "schemas" / "cap" / "CAP-v1.2.xsd")
)
CAP = "{urn:oasis:names:tc:emergency:cap:1.2}"


def alert(entity: str = "s1", sequence: int = 1, **told: Any) -> dict[str, Any]:
    """A raised alert of level III on a live line, with what the story says otherwise."""
    rule = told.pop("rule_id", "air.pm25_exceeds")
    made = {
        "alert_id": f"{rule}|station|{entity}|{NOW}|live",
        "sequence": sequence,
        "change": "raised",
        "event_time": NOW + sequence * MINUTE,
        "state": "raised",
        "level": 3,
        "worst_level": 3,
        "acknowledged": False,
        "acknowledged_by": None,
        "muted_by": [],
        "shelved_until": None,
        "rule_id": rule,
        "rule_version": 2,
        "kind": "state",
        "title": f"细颗粒物超标 PM2.5 exceeds at {entity}",
        "system": "air",
        "indicator_id": "air.pm25_ugm3",
        "entity_type": "station",
        "entity_id": entity,
        "area_id": "simcity/north",
        "longitude": 118.05,
        "latitude": 30.04,
        "value": 92.5,
        "unit": "ug/m3",
        "threshold": 75.0,
        "validity": "valid",
        "finality": "final",
        "revision": 3,
        "window_start": NOW - 60 * MINUTE,
        "window_end": NOW,
        "began_at": NOW,
        "raised_at": NOW,
        "cleared_at": None,
        "cap_category": "Env",
        "runbook": "https://city.example/runbooks/pm25",
        "department": "ecology",
        "duty_level": 0,
        "group": None,
        "case_ids": [],
        "parent_id": None,
        "outcome": None,
        "by": None,
        "reason": None,
        "command_id": None,
        "labels": {},
        "standard": "GB 3095-2012",
        "mode": "live",
        "run_id": "live",
    }
    return made | told


def cleared(entity: str = "s1", sequence: int = 2, **told: Any) -> dict[str, Any]:
    """The same alert when it is over."""
    over = {"change": "cleared", "state": "cleared", "cleared_at": NOW + sequence * MINUTE}
    return alert(entity, sequence, **over | told)


def command(name: str, target: str, by: str = "duty-officer", **told: Any) -> dict[str, Any]:
    given = {"event_time": NOW + 10 * MINUTE, "mode": "live"} | told
    return command_of(name, target, by=by, **given)


def checked(xml: str) -> Any:
    """The root of a CAP document that OASIS' own schema takes."""
    root = etree.fromstring(xml.encode())
    CAP_SCHEMA.assertValid(root)
    return root


def said(root: Any, name: str) -> str | None:
    """The text of the first element of a name."""
    return root.findtext(f".//{CAP}{name}")
