"""What is in a record `alert`? Written from its schema by `make docs`; do not edit."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from citybrain.client.times import time_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One change of an alert (告警), and how it stands after the change. A rule of this city raised it; a
    warning (预警) of an authority is another thing.
    """

    alert_id: str
    """The alert: rule, entity type, entity, the moment at which its condition began, and run, with `|`
    between; the same in every replay. `command|…` answers a command that is about no single alert.
    """

    sequence: int
    """How often this alert has changed, a count without a gap from 1."""

    change: str
    """What happened: `pending`, `raised`, `escalated`, `de-escalated`, `cleared`, `closed`, `corrected` (a
    restated value shows that it should not have been; it is closed), `dropped` (pending, and the
    condition went), `acknowledged`, `unacknowledged`, `shelved`, `unshelved`, `inhibited`, `uninhibited`,
    `duty_escalated` (nobody acknowledged in time), `muted` and `unmuted` (for another reason), `joined`
    and `parted` (a joint event), `case_opened`, `case_ended`, `noted` or `refused` (a command that cannot
    be).
    """

    event_time: datetime
    """When it happened by the city clock: a moment of the data, the end of a hold time, or when a command
    was given. UTC, milliseconds.
    """

    state: str
    """`pending`, `raised`, `cleared` or `closed`. Whether it was seen and whether it is muted stand beside
    it.
    """

    level: int
    """Severity now, I to IV (red, orange, yellow, blue) as the value 1 to 4; 1 is the gravest."""

    worst_level: int
    """The gravest severity that it had, as the value 1 to 4."""

    acknowledged: bool
    """Whether somebody on duty has said that it is seen."""

    acknowledged_by: str | None
    """Duty that acknowledged."""

    muted_by: tuple[str, ...]
    """Why nobody is told of it at present: `shelved`, `maintenance:<id>`, `inhibited:<alert_id>`,
    `flapping`, `off_schedule`, `joint:<id>`, `test`; empty when it is told.
    """

    shelved_until: datetime | None
    """Until when it is shelved. UTC, milliseconds."""

    rule_id: str
    """The rule."""

    rule_version: int
    """Version of the rule, a count from 1."""

    kind: str
    """`state` (a value beyond a level), `no_data`, `test` or `flood` (too many at once)."""

    title: str
    """What it says, in words, in Chinese and English, with the entity and value."""

    system: str
    """The city system."""

    indicator_id: str
    """The indicator that it hangs on."""

    entity_type: str
    """Type of the entity."""

    entity_id: str
    """The entity."""

    area_id: str | None
    """Area of the entity, a path city/district."""

    longitude: float | None
    """Where the entity is, CGCS2000, degrees."""

    latitude: float | None
    """Where the entity is, CGCS2000, degrees."""

    value: float | None
    """The value that led to this change, in `unit`."""

    unit: str
    """Unit of the value and the threshold; `1` for a ratio or an index."""

    threshold: float | None
    """The level that was crossed, in `unit`."""

    validity: str | None
    """Validity of that value."""

    finality: str | None
    """Finality of that value."""

    revision: int | None
    """Revision of that value, a count."""

    window_start: datetime | None
    """Start of its window, included. UTC, milliseconds."""

    window_end: datetime | None
    """End of its window, excluded. UTC, milliseconds."""

    began_at: datetime
    """When the condition began. UTC, milliseconds."""

    raised_at: datetime | None
    """When it was raised. UTC, milliseconds."""

    cleared_at: datetime | None
    """When it was cleared. UTC, milliseconds."""

    cap_category: str
    """Category of CAP 1.2, for example `Env`."""

    runbook: str | None
    """What to do, a page or a sentence."""

    department: str
    """The department that owns the rule."""

    duty_level: int
    """Which level of duty it has been escalated to, a count from 0."""

    group: str | None
    """What it is told together with."""

    case_ids: tuple[str, ...]
    """Cases that it opened."""

    parent_id: str | None
    """The joint event that it is a part of."""

    outcome: str | None
    """What its case found: `handled`, `false` or `transferred`."""

    by: str | None
    """Duty or service that gave the command."""

    reason: str | None
    """Why, in words: of a command, a correction or a refusal."""

    command_id: str | None
    """The command that led to it."""

    labels: Mapping[str, str]
    """What the rule adds for receivers."""

    standard: str | None
    """Standard and edition of the value."""

    mode: str
    """`live`, `replay`, `simulated` or `drill`."""

    run_id: str
    """The run that it belongs to."""

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> "Alert":
        """From a decoded record, whose times are epoch milliseconds."""
        return cls(
            alert_id=row["alert_id"],
            sequence=row["sequence"],
            change=row["change"],
            event_time=time_of(row["event_time"]),
            state=row["state"],
            level=row["level"],
            worst_level=row["worst_level"],
            acknowledged=row["acknowledged"],
            acknowledged_by=row["acknowledged_by"],
            muted_by=tuple(row["muted_by"]),
            shelved_until=None if row["shelved_until"] is None else time_of(row["shelved_until"]),
            rule_id=row["rule_id"],
            rule_version=row["rule_version"],
            kind=row["kind"],
            title=row["title"],
            system=row["system"],
            indicator_id=row["indicator_id"],
            entity_type=row["entity_type"],
            entity_id=row["entity_id"],
            area_id=row["area_id"],
            longitude=row["longitude"],
            latitude=row["latitude"],
            value=row["value"],
            unit=row["unit"],
            threshold=row["threshold"],
            validity=row["validity"],
            finality=row["finality"],
            revision=row["revision"],
            window_start=None if row["window_start"] is None else time_of(row["window_start"]),
            window_end=None if row["window_end"] is None else time_of(row["window_end"]),
            began_at=time_of(row["began_at"]),
            raised_at=None if row["raised_at"] is None else time_of(row["raised_at"]),
            cleared_at=None if row["cleared_at"] is None else time_of(row["cleared_at"]),
            cap_category=row["cap_category"],
            runbook=row["runbook"],
            department=row["department"],
            duty_level=row["duty_level"],
            group=row["group"],
            case_ids=tuple(row["case_ids"]),
            parent_id=row["parent_id"],
            outcome=row["outcome"],
            by=row["by"],
            reason=row["reason"],
            command_id=row["command_id"],
            labels=row["labels"],
            standard=row["standard"],
            mode=row["mode"],
            run_id=row["run_id"],
        )
