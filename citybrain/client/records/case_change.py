"""What is in a record `case_change`? Written from its schema by `make docs`; do not edit."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from citybrain.client.times import time_of


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseChange:
    """One change of a case (工单): something with a deadline that somebody handles, and how it stands after
    the change.
    """

    case_id: str
    """The case: kind and the source's own number, `hotline:4711`; `alert:…` where an alert opened it. It
    names nobody.
    """

    sequence: int
    """How often this case has changed, a count without a gap from 1."""

    change: str
    """What happened: `opened`, `moved` (to another state), `at_risk`, `overdue`, `supervised` (督办),
    `supervision_overdue`, `paused`, `resumed`, `transferred`, `closed`, `reopened`, `excluded`, `noted`
    or `contradicted` (what was said cannot be true; the case stays as it was).
    """

    event_time: datetime
    """When it happened by the city clock. UTC, milliseconds."""

    kind: str
    """Kind of case, as declared, for example `hotline`."""

    type: str | None
    """Type within the kind, in the words of the source."""

    level: int | None
    """Its level, I to IV as the value 1 to 4; 1 is the gravest. Null where the kind has none."""

    state: str
    """State that the kind declares, for example `dispatched`."""

    status: str
    """`open`, `closed` or `excluded`."""

    risk: str
    """How it stands against its deadlines: `in_time`, `at_risk`, `overdue`, or `none` where no clock runs."""

    outcome: str | None
    """Of a closed case: `handled`, `false`, `transferred`, `withdrawn`, or as the kind declares; null while
    it is open.
    """

    running: Mapping[str, int]
    """Clocks that run: name to when each is due. Epoch milliseconds; a paused clock has none."""

    ended: Mapping[str, int]
    """Clocks that ended: name to how long each ran, without pauses. Whole seconds."""

    next_due_at: datetime | None
    """The next deadline that runs. UTC, milliseconds."""

    entity_id: str | None
    """The thing that it is about, as the registry knows it."""

    area_id: str | None
    """Area, a path city/district."""

    longitude: float | None
    """Where it is, CGCS2000, degrees."""

    latitude: float | None
    """Where it is, CGCS2000, degrees."""

    lead_department: str
    """The department that leads, by its name; no persons."""

    assisting_departments: tuple[str, ...]
    """The departments that assist."""

    supervised: bool
    """Whether it is under supervision (督办)."""

    opened_at: datetime
    """When it was opened. UTC, milliseconds."""

    closed_at: datetime | None
    """When it was closed or excluded. UTC, milliseconds."""

    alert_id: str | None
    """The alert that opened it."""

    source: str
    """Where the change comes from: the feed's name, `manual`, `clock` or `alert`."""

    by: str | None
    """Of a change by hand: the duty or service that made it, as it signed."""

    reason: str | None
    """Why, in words: of a change by hand, an exclusion or a contradiction."""

    command_id: str | None
    """The command that led to it."""

    mode: str
    """`live`, `replay`, `simulated` or `drill`."""

    run_id: str
    """The run that it belongs to."""

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> "CaseChange":
        """From a decoded record, whose times are epoch milliseconds."""
        return cls(
            case_id=row["case_id"],
            sequence=row["sequence"],
            change=row["change"],
            event_time=time_of(row["event_time"]),
            kind=row["kind"],
            type=row["type"],
            level=row["level"],
            state=row["state"],
            status=row["status"],
            risk=row["risk"],
            outcome=row["outcome"],
            running=row["running"],
            ended=row["ended"],
            next_due_at=None if row["next_due_at"] is None else time_of(row["next_due_at"]),
            entity_id=row["entity_id"],
            area_id=row["area_id"],
            longitude=row["longitude"],
            latitude=row["latitude"],
            lead_department=row["lead_department"],
            assisting_departments=tuple(row["assisting_departments"]),
            supervised=row["supervised"],
            opened_at=time_of(row["opened_at"]),
            closed_at=None if row["closed_at"] is None else time_of(row["closed_at"]),
            alert_id=row["alert_id"],
            source=row["source"],
            by=row["by"],
            reason=row["reason"],
            command_id=row["command_id"],
            mode=row["mode"],
            run_id=row["run_id"],
        )
