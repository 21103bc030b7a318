"""What was said of a case? Facts as plain JSON data: what a source says, what somebody commands, what time brings."""

from collections.abc import Mapping
from typing import Any

from streams.cases.adapters import Status
from streams.cases.kinds import Kind

Fact = dict[str, Any]
"""id: the same for the same thing said again. at: when it was so, epoch milliseconds of event time.
do: `step`, `mark`, `update`, `pause`, `resume`, `supervise`, `lift`, `exclude`, `expire` or `refused`.
state: of a step, where it leads. opens: whether it says that the case was opened; derived: only in passing.
about: type, level, entity, area, longitude, latitude, lead, assisting, alert, as far as it says.
due, limit: the deadline that it brings along. source, by, reason, command: who says so, and why."""


def fact(id_: str, at: int, do: str, source: str, **more: Any) -> Fact:
    """A fact; what is not given says nothing."""
    return {
        "id": id_,
        "at": at,
        "do": do,
        "source": source,
        **{key: value for key, value in more.items() if value not in (None, {}, False)},
    }


def facts_of(kind: Kind, status: Status, event: Mapping[str, Any]) -> list[Fact]:
    """What a status of a source says of its case; nothing where its step means nothing to the kind."""
    leads_to = kind.steps.get(status.step)
    if leads_to is None:
        return []
    limit = None if status.limit is None else [status.limit.amount, status.limit.unit]
    about = {key: value for key, value in status.about.items() if value is not None}
    said = {"about": about, "due": status.due, "limit": limit}
    source, event_id = event["source"], event["event_id"]
    found = []
    if status.opened is not None:
        opening = {"state": kind.states[0], "opens": True, "derived": True}
        found.append(fact(f"{event_id}>opened", status.opened, "step", source, **said, **opening))
    if leads_to in kind.marks:
        return [*found, fact(event_id, status.at, "mark", source, mark=leads_to, **said)]
    outcome = kind.verdicts.get(status.verdict, status.verdict) if status.verdict else None
    step = {"state": leads_to, "opens": leads_to == kind.states[0], "unit": status.unit, "outcome": outcome}
    return [*found, fact(event_id, status.at, "step", source, **said, **step)]
