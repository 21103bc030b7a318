"""`citybrain status`: each part, how far it is behind, and how fresh the numbers are."""

import json
from datetime import UTC, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from citybrain.health import Health, examine
from citybrain.settings import Settings

STATE_STYLES = {"ready": "green", "done": "green", "restarting": "yellow", "starting": "yellow"}


def status(
    *,
    as_json: Annotated[
        bool, typer.Option("--json", help="For scripts; times in epoch milliseconds.")
    ] = False,
) -> None:
    """Show the line's parts, lags, rates and ages. Exit code 1 when something is down."""
    settings = Settings()
    health = examine(settings)
    if as_json:
        print(json.dumps(health.as_dict(), indent=1))
    else:
        show(Console(), health, settings.civil_zone)
    raise typer.Exit(0 if health.is_well else 1)


def show(console: Console, health: Health, zone: ZoneInfo) -> None:
    """Print it for people."""
    if not health.running:
        console.print(health.problem)
        return
    console.print(f"A {health.mode} line, up since {_moment(health.started_at * 1000, zone)}.")
    parts = Table("part", "state", "since", "restarts", "last exit", box=None, pad_edge=False)
    for part in health.parts:
        style = STATE_STYLES.get(part.state, "bold red")
        parts.add_row(
            part.name,
            f"[{style}]{part.state}[/]",
            _moment(part.since * 1000, zone),
            str(part.restarts),
            part.last_exit or "",
        )
    console.print(parts)
    for system, why in health.stopped_jobs.items():
        console.print(f"[bold red]The job of {system} was stopped.[/] It {escape(why)}", highlight=False)
        console.print(
            "Mend the cause, then `citybrain down` and `citybrain up`: it is tried again from its checkpoint."
        )
    if health.alarms:
        console.print(
            f"[bold red]{health.alarms} windows do not add up[/]: `citybrain check`, view pipeline_alarms."
        )
    if health.problem:
        console.print(f"[bold red]{health.problem}[/]")
    lags = Table("consumer group", "records behind", box=None, pad_edge=False)
    for group, lag in health.lag.items():
        lags.add_row(group, f"{lag:,}")
    console.print(lags)
    topics = Table("topic", "events a second", "newest event time", box=None, pad_edge=False)
    for topic, rate in health.events_per_second.items():
        newest = health.newest_event_time.get(topic)
        topics.add_row(topic, f"{rate:,.1f}", "–" if newest is None else _moment(newest, zone))
    console.print(topics)
    age = health.newest_indicator_age_seconds
    console.print("No indicator yet." if age is None else f"The newest indicator was made {age:,.0f} s ago.")


def _moment(milliseconds: float, zone: ZoneInfo) -> str:
    return f"{datetime.fromtimestamp(milliseconds / 1000, UTC).astimezone(zone):%Y-%m-%d %H:%M:%S}"
