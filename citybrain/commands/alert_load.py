"""`citybrain alerts load`: how much do the alerts ask of those on duty?"""

import json
import time
from datetime import UTC, datetime, tzinfo
from typing import Annotated, Any, Literal

import typer
from rich.table import Table

from citybrain.commands.console import for_tables
from citybrain.commands.times import moment_of
from citybrain.judged_days import milliseconds
from citybrain.settings import Settings
from citybrain.waiting import query
from feeds.recording import RecordingError
from streams.alerts.load import HOUR_MS, TOP, WANTED_AN_HOUR, Load, load_of

LEAD_MS = 31 * 24 * HOUR_MS
_CHANGES = """
SELECT alert_id, sequence, rule_id, entity_id, kind, change, state, muted_by, `group`, level, raised_at, event_time
FROM alert_history WHERE event_time >= fromUnixTimestamp64Milli({begin}) AND event_time < fromUnixTimestamp64Milli({end})
  AND kind != 'test'
ORDER BY event_time, alert_id, sequence
"""
_NEWEST = "SELECT max(event_time) AS newest FROM alert_history"


def load_command(
    *,
    begin: Annotated[
        str,
        typer.Option("--from", help="Begin: ISO 8601, civil time without an offset; a day before the end."),
    ] = "",
    until: Annotated[
        str, typer.Option("--to", help="End, excluded; the newest change of an alert, where it is left out.")
    ] = "",
    operators: Annotated[int, typer.Option(min=1, max=100, help="How many operators share the alarms.")] = 1,
    output: Annotated[Literal["pretty", "json"], typer.Option("--format", help="How to show it.")] = "pretty",
) -> None:
    """Count alarms per operator-hour, what stands, what chatters, and how much was acknowledged in time."""
    settings = Settings()
    end = moment_of(until, "--to", settings.civil_zone) if until else _newest(settings)
    start = moment_of(begin, "--from", settings.civil_zone) if begin else end - 24 * HOUR_MS
    if start >= end:
        raise RecordingError("--from is not before --to.", "Swap them, or give a later --to.")
    sql = _CHANGES.format(begin=start - LEAD_MS, end=end)
    found = load_of((_change(row) for row in query(settings, sql)), start, end)
    hours = (end - start) / HOUR_MS
    if output == "json":
        print(json.dumps(as_json(found, hours, operators), ensure_ascii=False))
    else:
        _show(found, hours, operators, settings.civil_zone)


def _newest(settings: Settings) -> int:
    (row,) = query(settings, _NEWEST)
    newest = milliseconds(row["newest"]) if row["newest"] else 0
    return newest + 1 if newest else time.time_ns() // 1_000_000


def _change(row: dict[str, Any]) -> dict[str, Any]:
    raised = row["raised_at"]
    return {
        **row,
        "event_time": milliseconds(row["event_time"]),
        "raised_at": None if raised is None else milliseconds(raised),
    }


def as_json(found: Load, hours: float, operators: int) -> dict[str, Any]:
    """The load as plain data."""
    return {
        "hours": hours,
        "operators": operators,
        "alarms": found.alarms,
        "calls": found.calls,
        "calls_per_operator_hour": round(found.per_operator_hour(hours, operators), 3),
        "standing": found.standing,
        "stale": found.stale,
        "acknowledged_in_time_ratio": found.in_time_ratio,
        "chattering": [
            {"rule_id": rule, "entity_id": entity, "alarms": alarms}
            for (rule, entity), alarms in found.chattering.most_common(TOP)
        ],
        "most": [
            {"rule_id": rule, "entity_id": entity, "alarms": alarms}
            for (rule, entity), alarms in found.sources.most_common(TOP)
        ],
    }


def _show(found: Load, hours: float, operators: int, zone: tzinfo) -> None:
    console = for_tables()
    rate = found.per_operator_hour(hours, operators)
    word = "within" if rate <= WANTED_AN_HOUR else "[bold red]beyond[/]"
    console.print(
        f"{found.alarms} alarms in {hours:.0f} h, told in {found.calls} calls: [bold]{rate:.1f}[/] per operator-hour, "
        f"{word} the {WANTED_AN_HOUR} that one can handle."
    )
    if found.by_hour:
        start, most = found.by_hour.most_common(1)[0]
        at = datetime.fromtimestamp(start / 1000, UTC).astimezone(zone)
        console.print(f"The fullest hour was {at:%m-%d %H:%M}, with {most} calls.")
    console.print(f"{found.standing} alerts stand, {found.stale} of them for a day or longer.")
    if found.in_time_ratio is not None:
        console.print(
            f"{found.in_time_ratio:.0%} of {found.asked} were acknowledged before the next duty was asked."
        )
    for title, sources in (("Chattering", found.chattering), ("Most alarms", found.sources)):
        if not sources:
            continue
        table = Table(title=f"{title}, top {TOP}")
        for heading in ("rule", "entity", "alarms"):
            table.add_column(heading, justify="right" if heading == "alarms" else "left")
        for (rule_id, entity_id), alarms in sources.most_common(TOP):
            table.add_row(rule_id, entity_id, str(alarms))
        console.print(table)
