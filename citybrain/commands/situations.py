"""`citybrain joint`, `mode` and `shift`: what is going on as a whole, and what people on duty say of it."""

from collections.abc import Mapping
from typing import Annotated, Any

import typer
from rich.table import Table

from citybrain.commands.console import for_tables
from citybrain.commands.times import moment_of
from citybrain.duty import NotAnsweredError, give
from citybrain.settings import Settings
from citybrain.waiting import query
from streams.catalog import JOINT_EVENTS, MODES, SHIFTS, Topic

By = Annotated[str, typer.Option("--by", help="The role that says so; no names of persons.")]
Why = Annotated[str, typer.Option("--why", help="Why, in a sentence.")]

_JOINTS = """
SELECT joint_id, combination, level, systems, members, area_id, toString(began_at) AS began, change
FROM joint_events WHERE ended_at IS NULL ORDER BY level, began_at
"""
_MODES = """
SELECT mode_id, name, argMax(change, event_time) AS stands, toString(max(begins_at)) AS begins,
       toString(max(ends_at)) AS ends, argMax(by, event_time) AS by_whom, argMax(reason, event_time) AS why
FROM modes WHERE change != 'refused' GROUP BY mode_id, name ORDER BY begins DESC LIMIT 50
"""
_SHIFT = "SELECT * FROM shifts WHERE change != 'ended' ORDER BY event_time DESC LIMIT 1"


def joint_list() -> None:
    """Show the joint events that are going on: alerts and cases of several systems that are one thing."""
    _show("Joint events", query(Settings(), _JOINTS), "None is going on.")


def joint_merge(
    joint: Annotated[str, typer.Argument(help="The joint event that goes on.")],
    *,
    by: By,
    why: Why,
    other: Annotated[str, typer.Option("--with", help="Another joint event.")] = "",
    member: Annotated[list[str] | None, typer.Option("--member", help="An alert:… or case:….")] = None,
) -> None:
    """Put another joint event, or members, into one."""
    asked = {"joint": other, "members": "; ".join(member or ())}
    _give("joint.merge", joint, JOINT_EVENTS, by=by, why=why, asked=asked)


def joint_split(
    joint: Annotated[str, typer.Argument(help="The joint event.")],
    *,
    member: Annotated[
        list[str], typer.Option("--member", help="An alert:… or case:… that does not belong to it.")
    ],
    by: By,
    why: Why,
) -> None:
    """Take members out of a joint event; they are not put into it again."""
    _give("joint.split", joint, JOINT_EVENTS, by=by, why=why, asked={"members": "; ".join(member)})


def mode_list() -> None:
    """Show which modes the city is or was in, who began them and why."""
    _show("Modes", query(Settings(), _MODES), "None has been in force.")


def mode_begin(
    mode: Annotated[str, typer.Argument(help="A mode of operations/modes.yaml.")],
    *,
    by: By,
    why: Why,
    begins: Annotated[str, typer.Option("--from", help="From when; now without it.")] = "",
    until: Annotated[
        str, typer.Option("--until", help="Until when; without it until somebody ends it.")
    ] = "",
    area: Annotated[
        list[str] | None, typer.Option("--area", help="An area; all of them without one.")
    ] = None,
) -> None:
    """Begin a mode, or announce it."""
    settings = Settings()
    asked = {"areas": "; ".join(area or ())}
    if begins:
        asked["begins_at"] = str(moment_of(begins, "--from", settings.civil_zone))
    ends = moment_of(until, "--until", settings.civil_zone) if until else None
    _give("mode.begin", mode, MODES, by=by, why=why, asked=asked, until=ends)


def mode_end(mode: Annotated[str, typer.Argument(help="The mode.")], *, by: By, why: Why) -> None:
    """End a mode."""
    _give("mode.end", mode, MODES, by=by, why=why)


def shift_show() -> None:
    """Show who is on duty and what they would hand over."""
    rows = query(Settings(), _SHIFT)
    if not rows:
        for_tables().print("No shift has begun: the line has told of no moment yet.")
        return
    table = Table(title="On duty", show_header=False)
    for name, value in rows[0].items():
        text = "\n".join(value) if isinstance(value, list) else str(value)
        table.add_row(name, text)
    for_tables().print(table)


def shift_take_over(
    role: Annotated[str, typer.Argument(help="The role that answers from now on.")],
    *,
    by: By,
    note: Annotated[str, typer.Option("--note", help="What is to be remembered.")] = "",
) -> None:
    """Take over: open alerts, acknowledgements, shelves and notes go with it."""
    _give("shift.take_over", role, SHIFTS, by=by, why=note)


def shift_note(note: Annotated[str, typer.Argument(help="The note.")], *, by: By) -> None:
    """Write into the shift's book."""
    _give("shift.note", "shift", SHIFTS, by=by, why=note)


def _give(
    command: str,
    target: str,
    answers: Topic,
    *,
    by: str,
    why: str,
    asked: Mapping[str, str] | None = None,
    until: int | None = None,
) -> None:
    answer = give(
        Settings(), command, target, by=by, reason=why, until=until, parameters=asked, answers=answers
    )
    console = for_tables()
    if answer["change"] == "refused":
        reason = answer.get("reason") or (answer["notes"] or [""])[-1]
        raise NotAnsweredError(f"{command} of {target} was refused: {reason}")
    ident = answer.get("joint_id") or answer.get("mode_id") or answer.get("on_duty")
    console.print(f"{ident}: {answer['change']}")


def _show(title: str, rows: list[dict[str, Any]], none: str) -> None:
    console = for_tables()
    if not rows:
        console.print(none)
        return
    table = Table(title=title)
    for name in rows[0]:
        table.add_column(name)
    for row in rows:
        table.add_row(
            *("\n".join(value) if isinstance(value, list) else str(value) for value in row.values())
        )
    console.print(table)
