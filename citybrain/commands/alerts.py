"""`citybrain alerts`, `ack`, `shelve` and more: what wants somebody's attention, and what people on duty say of it."""

import re
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import typer
from rich.live import Live
from rich.markup import escape
from rich.table import Table

from citybrain.commands.console import for_tables
from citybrain.commands.times import moment_of
from citybrain.duty import NotAnsweredError, city_now, give
from citybrain.settings import Settings
from citybrain.waiting import query
from schemas.registry import Registry
from streams.alerts.alert import entity_key_of
from streams.alerts.levels import LEVELS, level_named
from streams.catalog import ALERTS

REFRESH_SECONDS = 2.0
SHOWN_MAX = 200
_SPAN = re.compile(r"([1-9][0-9]{0,3})([mhd])")
_STATES = {"raised": "[bold red]raised[/]", "cleared": "[green]cleared[/]", "pending": "[dim]pending[/]"}
_OPEN = """
SELECT alert_id, state, level, acknowledged, acknowledged_by, muted_by, duty_level, title, area_id, case_ids, outcome,
  toString(coalesce(raised_at, began_at)) AS since, toString(event_time) AS at, change
FROM alerts WHERE {where}
ORDER BY state = 'closed', notEmpty(muted_by), acknowledged, state = 'cleared', level, since DESC LIMIT {limit}
"""
_COUNTS = """
SELECT level, count() AS alerts, countIf(NOT acknowledged) AS unseen FROM alerts
WHERE state = 'raised' AND empty(muted_by) GROUP BY level ORDER BY level
"""
_ONE = "SELECT * FROM alert_history WHERE alert_id = '{alert}' ORDER BY sequence"

By = Annotated[str, typer.Option("--by", help="The role that says so; no names of persons.")]
Why = Annotated[str, typer.Option("--why", help="Why, in a sentence.")]
Alert = Annotated[str, typer.Argument(help="The alert's id, or a part of it that only one open alert has.")]


def alerts(
    context: typer.Context,
    *,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Keep showing them.")] = False,
    area: Annotated[str, typer.Option(help="Only this area and what lies in it.")] = "",
    severity: Annotated[str, typer.Option(help="Only this level and graver ones: 1 to 4, II, orange.")] = "",
    system: Annotated[str, typer.Option(help="Only this system, as road.")] = "",
    only_open: Annotated[
        bool, typer.Option("--open/--all", help="Only those that are not closed, or closed ones, too.")
    ] = True,
    limit: Annotated[int, typer.Option(help="At most so many rows.", min=1, max=5_000)] = SHOWN_MAX,
) -> None:
    """Show the alerts: the gravest that nobody has seen come first, muted ones last."""
    if context.invoked_subcommand is not None:
        return
    settings = Settings()
    where = _where(area, severity, system, only_open=only_open)
    console = for_tables()
    if not follow:
        console.print(_table(settings, where, limit))
        return
    with Live(_table(settings, where, limit), console=console, refresh_per_second=1, screen=True) as live:
        while True:
            time.sleep(REFRESH_SECONDS)
            live.update(_table(settings, where, limit))


def ack(
    alert: Alert,
    *,
    by: By,
    why: Why = "",
    until: Annotated[str, typer.Option("--until", help="For how long: 30m, 2h, or until a time.")] = "",
) -> None:
    """Say that an alert is seen: it is not escalated to the next duty level."""
    _give("alert.acknowledge", alert, by=by, why=why, until=until)


def unack(alert: Alert, *, by: By, why: Why) -> None:
    """Take an acknowledgement back."""
    _give("alert.unacknowledge", alert, by=by, why=why)


def shelve(
    alert: Annotated[
        str, typer.Argument(help="An alert, or a pattern: rule=road.*;entity=bridge-*;area=city/d01.")
    ],
    *,
    by: By,
    why: Why,
    until: Annotated[str, typer.Option("--until", help="For how long: 30m, 2h, or until a time.")],
) -> None:
    """Mute an alert, or all of a pattern, for a while; it lives on and comes back by itself."""
    _give("alert.shelve", alert, by=by, why=why, until=until)


def unshelve(
    alert: Annotated[str, typer.Argument(help="The alert, or the pattern that was shelved.")],
    *,
    by: By,
    why: Why = "",
) -> None:
    """Take a shelf off."""
    _give("alert.unshelve", alert, by=by, why=why)


def note(alert: Alert, text: Annotated[str, typer.Argument(help="The note.")], *, by: By) -> None:
    """Write a note to an alert."""
    _give("alert.note", alert, by=by, why=text)


def close(
    alert: Alert,
    *,
    by: By,
    why: Why,
    outcome: Annotated[str, typer.Option(help="What it was: handled, false or transferred.")] = "",
) -> None:
    """End an alert by hand; it is told anew when it gets graver or comes back."""
    _give("alert.close", alert, by=by, why=why, asked={"outcome": outcome})


def show(alert: Alert) -> None:
    """Show the life of an alert: every change, with who and why."""
    settings = Settings()
    rows = query(settings, _ONE.format(alert=_quoted(_resolved(settings, alert, closed_too=True))))
    table = Table(title=escape(rows[-1]["title"]) if rows else alert)
    for heading in ("#", "at", "change", "level", "value", "seen", "muted by", "by", "reason"):
        table.add_column(heading)
    for row in rows:
        table.add_row(
            str(row["sequence"]),
            _local(settings, row["event_time"]),
            row["change"],
            _level(int(row["level"])),
            "" if row["value"] is None else f"{float(row['value']):g}",
            "✓" if row["acknowledged"] else "",
            ", ".join(row["muted_by"]),
            row["by"] or "",
            escape(row["reason"] or ""),
        )
    for_tables().print(table)


def test_command(*, by: By) -> None:
    """Send a test alert through the whole line."""
    _give("alert.test", "line", by=by, why="")


def maintenance_begin(
    pattern: Annotated[
        str, typer.Argument(help="Whom it is about: rule=road.*;entity=bridge-*;area=city/d01.")
    ],
    *,
    by: By,
    why: Why,
    until: Annotated[str, typer.Option("--until", help="For how long: 30m, 2h, or until a time.")],
    begins: Annotated[str, typer.Option("--from", help="From when; now without it.")] = "",
    name: Annotated[str, typer.Option("--id", help="Its name, by which it may be ended early.")] = "",
) -> None:
    """Begin, or announce, a window of maintenance."""
    start = str(moment_of(begins, "--from", Settings().civil_zone)) if begins else ""
    _give("maintenance.begin", pattern, by=by, why=why, until=until, asked={"from": start, "id": name})


def maintenance_end(
    window: Annotated[str, typer.Argument(help="The window's name.")], *, by: By, why: Why = ""
) -> None:
    """End a window of maintenance before its time."""
    _give("maintenance.end", window, by=by, why=why)


def _give(
    command: str, target: str, *, by: str, why: str, until: str = "", asked: Mapping[str, str] | None = None
) -> None:
    settings = Settings()
    about_one = command.startswith("alert.") and command != "alert.test" and "=" not in target
    answer = give(
        settings,
        command,
        _resolved(settings, target) if about_one else target,
        by=by,
        reason=why,
        until=_until(settings, until),
        parameters=asked,
        answers=ALERTS,
    )
    if answer["change"] == "refused":
        raise NotAnsweredError(str(answer["reason"]))
    said = f": {answer['reason']}" if answer["change"] == "noted" else ""
    for_tables().print(f"{answer['change']}{said}  {answer['title']}", markup=False)


def _resolved(settings: Settings, part: str, *, closed_too: bool = False) -> str:
    """The id of the one alert that a part of it names. Raises NotAnsweredError where there is none or several."""
    if entity_key_of(part) is not None:
        return part
    where = f"position(alert_id, '{_quoted(part)}') > 0" + ("" if closed_too else " AND state != 'closed'")
    found = [row["alert_id"] for row in query(settings, _OPEN.format(where=where, limit=6))]
    if len(found) == 1:
        return str(found[0])
    if not found:
        raise NotAnsweredError(f"no open alert has {part!r} in its id; `citybrain alerts` lists them")
    raise NotAnsweredError(f"{part!r} is in more than one: {', '.join(found[:5])}; give more of the id")


def _until(settings: Settings, text: str) -> int | None:
    if not text:
        return None
    if (span := _SPAN.fullmatch(text)) is not None:
        minutes = int(span[1]) * {"m": 1, "h": 60, "d": 1_440}[span[2]]
        return city_now(settings, Registry(settings.registry)) + minutes * 60_000
    return moment_of(text, "--until", settings.civil_zone)


def _where(area: str, severity: str, system: str, *, only_open: bool) -> str:
    conditions = ["kind != 'test'"]
    if only_open:
        conditions.append("state != 'closed'")
    if area:
        conditions.append(
            f"(area_id = '{_quoted(area)}' OR startsWith(area_id, '{_quoted(area.rstrip('/'))}/'))"
        )
    if severity:
        try:
            conditions.append(f"level <= {level_named(severity).number}")
        except LookupError as error:
            raise typer.BadParameter(str(error.args[0]), param_hint="--severity") from error
    if system:
        conditions.append(f"system = '{_quoted(system)}'")
    return " AND ".join(conditions)


def _table(settings: Settings, where: str, limit: int) -> Table:
    now = datetime.now(UTC).astimezone(settings.civil_zone)
    counts = "  ".join(
        f"{_level(int(row['level']))} {row['alerts']}"
        + (f" [bold]({row['unseen']} unseen)[/]" if int(row["unseen"]) else "")
        for row in query(settings, _COUNTS)
    )
    table = Table(title=f"Alerts, {now:%Y-%m-%d %H:%M:%S}   {counts}", row_styles=("", "on grey11"))
    for heading in ("level", "state", "seen", "since", "what", "more", "alert"):
        table.add_column(heading, no_wrap=heading in {"level", "state", "since"}, overflow="fold")
    for row in query(settings, _OPEN.format(where=where, limit=limit)):
        dim = "dim" if row["muted_by"] or row["state"] == "closed" else ""
        table.add_row(
            _level(int(row["level"])),
            _STATES.get(row["state"], row["state"]),
            f"✓ {escape(row['acknowledged_by'] or '')}" if row["acknowledged"] else "[bold]–[/]",
            _local(settings, row["since"]),
            escape(row["title"]),
            escape(_more(row)),
            escape(row["alert_id"]),
            style=dim,
        )
    if not table.row_count:
        table.caption = "Nothing wants attention."
    return table


def _more(row: Mapping[str, Any]) -> str:
    said = [f"muted: {reason}" for reason in row["muted_by"]]
    if int(row["duty_level"]):
        said.append(f"duty level {row['duty_level']}")
    said += [f"case {case}" for case in row["case_ids"]]
    if row["outcome"]:
        said.append(str(row["outcome"]))
    return "; ".join(said)


def _level(number: int) -> str:
    level = LEVELS[number]
    return f"[{level.hex}]■[/] {level.roman} {level.colour_zh}"


def _local(settings: Settings, text: object) -> str:
    at = datetime.fromisoformat(str(text)).replace(tzinfo=UTC).astimezone(settings.civil_zone)
    is_old = datetime.now(UTC) - at > timedelta(hours=20)
    return f"{at:%m-%d %H:%M}" if is_old else f"{at:%H:%M:%S}"


def _quoted(text: str) -> str:
    """Text inside quotes of SQL."""
    return text.replace("\\", "\\\\").replace("'", "\\'")
