"""`citybrain case`: what is open, until when and with whom; opened, changed, closed and supervised by hand."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

import typer
from rich.table import Table

from citybrain.commands.console import for_tables
from citybrain.commands.times import moment_of
from citybrain.duty import NotAnsweredError, give
from citybrain.settings import Settings
from citybrain.waiting import query
from streams.catalog import CASES

By = Annotated[str, typer.Option("--by", help="The role that says so; no names of persons.")]
Why = Annotated[str, typer.Option("--why", help="Why, in a sentence.")]
CaseId = Annotated[str, typer.Argument(help="The case, such as hotline:4711.")]
Format = Annotated[Literal["pretty", "json"], typer.Option("--format", help="How to show it.")]

_LIST = """
SELECT * FROM cases WHERE {where}
ORDER BY transform(risk, ['overdue', 'at_risk', 'in_time'], [0, 1, 2], 3), next_due_at ASC NULLS LAST, case_id
LIMIT {limit}
"""
_SHOW = "SELECT * FROM case_history WHERE case_id = '{case}' ORDER BY run_id, sequence"
_COLOURS = {"overdue": "red", "at_risk": "yellow", "in_time": "green", "none": "dim"}


def case_list(
    *,
    kind: Annotated[str | None, typer.Option(help="Only this kind.")] = None,
    area: Annotated[str | None, typer.Option(help="Only this area and what lies in it.")] = None,
    department: Annotated[str | None, typer.Option(help="Only what this department leads.")] = None,
    risk: Annotated[str | None, typer.Option(help="Only in_time, at_risk, overdue or none.")] = None,
    closed: Annotated[bool, typer.Option("--closed", help="Also what is closed or excluded.")] = False,
    limit: Annotated[int, typer.Option(help="At most so many rows.", min=1, max=10_000)] = 100,
    output: Format = "pretty",
) -> None:
    """Show the open cases, the most urgent first."""
    wanted = {"kind": kind, "lead_department": department, "risk": risk}
    conditions = [f"{field} = '{_quoted(word)}'" for field, word in wanted.items() if word is not None]
    if area is not None:
        conditions.append(f"(area_id = '{_quoted(area)}' OR startsWith(area_id, '{_quoted(area)}/'))")
    if not closed:
        conditions.append("status = 'open'")
    settings = Settings()
    rows = query(settings, _LIST.format(where=" AND ".join(conditions) or "1", limit=limit))
    if output == "json":
        print(json.dumps(rows, ensure_ascii=False))
        return
    if not rows:
        for_tables().print("No case is open that fits.")
        return
    table = Table(title=f"Cases ({len(rows)})")
    for heading in ("case", "type", "level", "state", "risk", "next due", "area", "lead", "supervised"):
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(
            row["case_id"],
            row["type"] or "",
            "" if row["level"] is None else str(row["level"]),
            row["state"] if row["status"] == "open" else row["status"],
            f"[{_COLOURS[row['risk']]}]{row['risk']}[/]",
            _clock(settings, row["next_due_at"]),
            row["area_id"] or "",
            row["lead_department"],
            "yes" if row["supervised"] else "",
        )
    for_tables().print(table)


def case_show(case: CaseId, *, output: Format = "pretty") -> None:
    """Show the history of a case: every change, from where, by whom and why."""
    settings = Settings()
    rows = query(settings, _SHOW.format(case=_quoted(case)))
    if output == "json":
        print(json.dumps(rows, ensure_ascii=False))
        return
    if not rows:
        for_tables().print("No such case has been told of; `citybrain case list --closed` shows them.")
        return
    newest = rows[-1]
    table = Table(title=f"{case}, led by {newest['lead_department']}")
    for heading in ("", "when", "change", "state", "status", "risk", "next due", "source", "by", "reason"):
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(
            str(row["sequence"]),
            _clock(settings, row["event_time"]),
            row["change"],
            row["state"],
            " ".join(filter(None, (row["status"], row["outcome"]))),
            f"[{_COLOURS[row['risk']]}]{row['risk']}[/]",
            _clock(settings, row["next_due_at"]),
            row["source"],
            row["by"] or "",
            row["reason"] or "",
        )
    for_tables().print(table)


def case_open(
    case: Annotated[str, typer.Argument(help="A kind, such as task, or kind:number.")],
    *,
    by: By,
    why: Why,
    area: Annotated[str, typer.Option(help="Where it is, a path city/district.")],
    type_: Annotated[str, typer.Option("--type", help="Its type.")] = "",
    level: Annotated[str, typer.Option(help="Its level, 1 (gravest) to 4.")] = "",
    entity: Annotated[str, typer.Option(help="The thing that it is about.")] = "",
    lead: Annotated[str, typer.Option(help="The department that leads.")] = "",
    limit_minutes: Annotated[
        int | None, typer.Option(help="Its deadline, where the kind's is not meant.", min=1)
    ] = None,
) -> None:
    """Open a case by hand."""
    asked = {"area_id": area, "type": type_, "level": level, "entity_id": entity, "lead_department": lead}
    limit = {} if limit_minutes is None else {"limit_s": str(limit_minutes * 60)}
    _give("case.open", case, by=by, why=why, asked={**asked, **limit})


def case_update(
    case: CaseId,
    *,
    by: By,
    why: Why,
    state: Annotated[str, typer.Option(help="The state that it has come to.")] = "",
    type_: Annotated[str, typer.Option("--type", help="Its type.")] = "",
    level: Annotated[str, typer.Option(help="Its level, 1 (gravest) to 4.")] = "",
    lead: Annotated[str, typer.Option(help="The department that leads from now on.")] = "",
    assisting: Annotated[list[str] | None, typer.Option(help="A department that assists.")] = None,
    pause: Annotated[str, typer.Option(help="begin: its clocks stand from now on; end: they go on.")] = "",
) -> None:
    """Move a case on, hand it over, pause it, or put a note to it."""
    asked = {
        "state": state,
        "type": type_,
        "level": level,
        "lead_department": lead,
        "assisting_departments": "; ".join(assisting or ()),
        "pause": pause,
    }
    _give("case.update", case, by=by, why=why, asked=asked)


def case_close(
    case: CaseId,
    *,
    by: By,
    why: Why,
    outcome: Annotated[str, typer.Option(help="handled, false, transferred or withdrawn.")] = "",
    exclude: Annotated[
        str, typer.Option(help="Exclude it instead, for a reason that its kind declares.")
    ] = "",
) -> None:
    """Close a case, or exclude it."""
    _give("case.close", case, by=by, why=why, asked={"outcome": outcome, "exclude": exclude})


def case_supervise(
    case: CaseId,
    *,
    by: By,
    why: Why,
    until: Annotated[str, typer.Option("--until", help="Its deadline; the kind's without it.")] = "",
    lift: Annotated[bool, typer.Option("--lift", help="Take the mark away.")] = False,
) -> None:
    """Put a case under supervision (督办), with a deadline of its own."""
    ends = moment_of(until, "--until", Settings().civil_zone) if until else None
    _give("case.supervise", case, by=by, why=why, asked={"lift": "true" if lift else ""}, until=ends)


def _give(
    command: str, target: str, *, by: str, why: str, asked: Mapping[str, str], until: int | None = None
) -> None:
    answer: Mapping[str, Any] = give(
        Settings(), command, target, by=by, reason=why, until=until, parameters=asked, answers=CASES
    )
    if answer["change"] == "contradicted":
        raise NotAnsweredError(f"{command} of {target}: {answer['reason']}")
    for_tables().print(
        f"{answer['case_id']}: {answer['change']}, {answer['state']}, {answer['status']}, {answer['risk']}"
    )


def _clock(settings: Settings, at: str | None) -> str:
    if at is None:
        return ""
    found = datetime.fromisoformat(str(at)).replace(tzinfo=UTC).astimezone(settings.civil_zone)
    return f"{found:%m-%d %H:%M:%S}"


def _quoted(word: str) -> str:
    """A word inside quotes of SQL."""
    return word.replace("\\", "\\\\").replace("'", "\\'")
