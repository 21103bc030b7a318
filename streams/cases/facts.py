"""What was said of a case? Facts as plain JSON data: what a source says, what somebody commands, what time brings."""

from collections.abc import Mapping
from typing import Any

from feeds.decoding import WITHDRAWN
from streams.cases.adapters import Status
from streams.cases.kinds import Kind

Fact = dict[str, Any]
"""id: the same for the same thing said again. at: when it was so, epoch milliseconds of event time.
do: `step`, `mark`, `update`, `pause`, `resume`, `supervise`, `lift`, `exclude`, `expire`, `refused` or `withdrawn`.
version: of what its source has corrected or taken back, how often; the highest stands.
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
    leads_to, version = kind.steps.get(status.step), event.get("source_version") or None
    if leads_to is None or event["quality"] == WITHDRAWN:
        ids = () if version is None else (event["event_id"], _opening_of(event))
        return [fact(id_, status.at, "withdrawn", event["source"], version=version) for id_ in ids]
    limit = None if status.limit is None else [status.limit.amount, status.limit.unit]
    about = {key: value for key, value in status.about.items() if value is not None}
    said = {"about": about, "due": status.due, "limit": limit, "version": version}
    source, event_id = event["source"], event["event_id"]
    found = []
    if status.opened is not None:
        opening = {"state": kind.states[0], "opens": True, "derived": True}
        found.append(fact(_opening_of(event), status.opened, "step", source, **said, **opening))
    if leads_to in kind.marks:
        return [*found, fact(event_id, status.at, "mark", source, mark=leads_to, **said)]
    outcome = kind.verdicts.get(status.verdict, status.verdict) if status.verdict else None
    step = {"state": leads_to, "opens": leads_to == kind.states[0], "unit": status.unit, "outcome": outcome}
    return [*found, fact(event_id, status.at, "step", source, **said, **step)]


def _opening_of(event: Mapping[str, Any]) -> str:
    """The id of what an event says of the opening in passing."""
    return f"{event['event_id']}>opened"
