"""What does an event of a system say of a case? Normalized event to statuses; which state a step is, its kind declares.

An event may tell of two moments: a call that was answered says when it began to ring, a closing when the case was
opened. Such an opening is derived, and counts only where the opening itself was not heard of.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from indicators.service_deadlines import Limit

_SECOND_MS = 1_000

Event = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Status:
    """What an event says of one case at one moment. Times are epoch milliseconds.

    key: the source's own number. step: in the words of the source, empty where only the opening is derived from it.
    about: type, level, entity, area, lead and assisting departments, as far as it says. unit: who of several does
    it. verdict: how it ended, in the words of the source. due, limit: the deadline that the source gives.
    """

    kind: str
    key: str
    step: str
    at: int
    opened: int | None = None
    about: Mapping[str, Any] = field(default_factory=dict)
    unit: str | None = None
    verdict: str | None = None
    due: int | None = None
    limit: Limit | None = None


Adapter = Callable[[Event], list[Status]]


def _seconds(amount: int | None) -> Limit | None:
    return Limit(amount, "seconds") if amount else None


def _ago(event: Event, seconds: int | None) -> int | None:
    return None if seconds is None else int(event["event_time"]) - seconds * _SECOND_MS


def _emergency(event: Event) -> list[Status]:
    about = {"type": event["incident_type"], "area": event["area_id"]}
    return [
        Status(
            "emergency",
            event["entity_id"],
            event["stage"],
            event["event_time"],
            about=about,
            unit=event["unit_id"],
        )
    ]


def _incident(event: Event) -> list[Status]:
    about = {
        "type": event["incident_type"],
        "level": event["level"],
        "area": event["area_id"],
        "lead": event["lead_department"],
        "assisting": (event["assisting_departments"] or "").split("; ")
        if event["assisting_departments"]
        else [],
    }
    opened = _ago(event, event["since_report_s"])
    return [
        Status("incident", event["entity_id"], event["step"], event["event_time"], opened=opened, about=about)
    ]


def _hotline(event: Event) -> list[Status]:
    about = {"type": event["kind"], "area": event["area_id"]}
    key, step, at = event["entity_id"], event["step"], event["event_time"]
    if event["waited_s"] is not None:
        return [Status("hotline_call", key, step, at, opened=_ago(event, event["waited_s"]), about=about)]
    opened = _ago(event, event["handling_s"])
    return [Status("hotline", key, step, at, opened=opened, about=about, due=event["due_time"])]


def _gov(event: Event) -> list[Status]:
    if event["case_id"] is None:
        return []
    limit = Limit(event["limit_days"], "workdays") if event["limit_days"] else None
    about = {"area": event["area_id"], "entity": event["entity_id"]}
    key = f"{event['entity_id']}:{event['case_id']}"
    return [Status("approval", key, event["step"], event["event_time"], about=about, limit=limit)]


def _community(event: Event) -> list[Status]:
    if event["order_id"] is None:
        return []
    about = {"type": event["kind"], "area": event["area_id"], "entity": event["entity_id"]}
    return [
        Status(
            "community_order",
            f"{event['entity_id']}:{event['order_id']}",
            event["step"],
            event["event_time"],
            opened=_ago(event, event["taken_s"]),
            about=about,
            limit=_seconds(event["limit_s"]),
        )
    ]


def _facility(event: Event) -> list[Status]:
    if event["order_id"] is None:
        return []
    about = {"type": event["kind"], "area": event["area_id"], "entity": event["entity_id"]}
    return [
        Status(
            "facility_repair",
            f"{event['entity_id']}:{event['order_id']}",
            event["step"],
            event["event_time"],
            opened=_ago(event, event["repair_s"]),
            about=about,
            due=event["due_time"],
        )
    ]


def _work_safety(event: Event) -> list[Status]:
    if event["step"] == "reading":
        return []
    about = {
        "type": "major" if event["major"] else "ordinary",
        "area": event["area_id"],
        "entity": event["entity_id"],
    }
    return [
        Status(
            "hidden_danger",
            f"{event['entity_id']}:{event['item']}",
            event["step"],
            event["event_time"],
            opened=_ago(event, event["since_found_s"]),
            about=about,
            limit=_seconds(event["limit_s"]),
        )
    ]


def _network(event: Event) -> list[Status]:
    if event["case_id"] is None:
        return []
    about = {"level": event["level"], "area": event["area_id"], "entity": event["entity_id"]}
    return [
        Status(
            "security_case",
            event["case_id"],
            event["step"],
            event["event_time"],
            opened=_ago(event, event["handling_s"]),
            about=about,
            limit=_seconds(event["limit_s"]),
        )
    ]


def _video(event: Event) -> list[Status]:
    about = {"type": event["alert_type"], "area": event["area_id"], "entity": event["entity_id"]}
    return [
        Status(
            "video_alert",
            event["alert_id"],
            event["step"],
            event["event_time"],
            opened=_ago(event, event["since_alert_s"]),
            about=about,
            verdict=event["verdict"],
            limit=_seconds(event["limit_s"]),
        )
    ]


ADAPTERS: Mapping[str, Adapter] = {
    "emergency": _emergency,
    "incident": _incident,
    "hotline": _hotline,
    "gov": _gov,
    "community": _community,
    "facility": _facility,
    "work-safety": _work_safety,
    "network": _network,
    "video": _video,
}
"""System to what its events say. A further system with cases is a function more."""


def statuses_of(system: str, event: Event) -> list[Status]:
    """What an event says of cases, or said where its source has taken it back."""
    return ADAPTERS[system](event)
