"""Which case does an alert open? A response plan (预案) as the command that asks for it; the same again opens one case."""

from collections.abc import Mapping
from typing import Any

from streams.alerts.course import milliseconds
from streams.alerts.fields import shown_span
from streams.alerts.rule import Plan
from streams.commands import TEXT_CHARACTERS, Command, command_of

BY = "alerts"


def case_command(plan: Plan, alert: Mapping[str, Any], at_ms: int) -> Command:
    """The command `case.open` of an alert's plan. Its deadline is the longest that the plan names."""
    case_id = f"{plan.kind}:alert:{alert['alert_id']}"
    given = {
        "alert_id": alert["alert_id"],
        "level": str(alert["level"]),
        "lead_department": plan.lead_department,
        "assisting_departments": "; ".join(plan.assisting_departments),
        "type": plan.type or "",
        "entity_id": alert["entity_id"],
        "area_id": alert["area_id"] or "",
        "longitude": "" if alert["longitude"] is None else repr(alert["longitude"]),
        "latitude": "" if alert["latitude"] is None else repr(alert["latitude"]),
        "limit_s": str(max(map(milliseconds, plan.deadlines.values()), default=0) // 1000 or ""),
    }
    return command_of(
        "case.open",
        case_id,
        by=BY,
        reason=_reason(plan, alert),
        event_time=at_ms,
        mode=alert["mode"],
        run_id=alert["run_id"],
        source="alert",
        parameters={name: text for name, text in given.items() if text},
        command_id=f"case.open|{case_id}",
    )


def _reason(plan: Plan, alert: Mapping[str, Any]) -> str:
    """What it is about and what is to be done, in words; cut where it is longer than a command takes."""
    said = [alert["title"]]
    for number, task in enumerate(plan.tasks, 1):
        within = "" if task.within is None else f" {shown_span(task.within)}"
        said.append(f"{number}) {task.name}{within}{f' ({task.department})' if task.department else ''}")
    said += [f"{name}: {shown_span(span)}" for name, span in plan.deadlines.items()]
    text = "; ".join(said)
    return text if len(text) <= TEXT_CHARACTERS else text[: TEXT_CHARACTERS - 1] + "…"
