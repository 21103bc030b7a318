"""`citybrain whatif`: what other thresholds, hold times or another edition would have told, before they go live."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from rich.console import Console
from rich.table import Table

from citybrain.alert_comparison import DAY_MS, Comparison, Raised, Told
from citybrain.commands.console import for_tables
from citybrain.commands.judge import indicator_named
from citybrain.commands.times import moment_of
from citybrain.rules_diff import differences, rules_at
from citybrain.settings import Settings
from citybrain.whatif import DAYS_MAX, rules_in_force, what_if
from feeds.recording import RecordingError
from indicators.standard import Edition
from streams.alerts.levels import LEVELS
from streams.alerts.rule import Rule

SHOWN = 20


def whatif(
    *,
    rule: Annotated[Path | None, typer.Option(help="File with the changed rules.")] = None,
    begin: Annotated[
        str, typer.Option("--from", help="Begin: ISO 8601, civil time without an offset; or now.")
    ],
    until: Annotated[str, typer.Option("--to", help="End, excluded; as --from.")],
    edition: Annotated[
        str | None,
        typer.Option(help="An indicator and an edition that judges it, as air.aqi_hourly=HJ-633-2012/text."),
    ] = None,
    operators: Annotated[int, typer.Option(min=1, max=100, help="How many operators share the alarms.")] = 1,
    output: Annotated[Literal["pretty", "json"], typer.Option("--format", help="How to show it.")] = "pretty",
) -> None:
    """Run changed rules, or another edition, over kept history beside the rules in force; nothing is written."""
    settings = Settings()
    if rule is None and edition is None:
        raise RecordingError("There is nothing to try out.", "Give --rule FILE, --edition, or both.")
    start, end = (
        moment_of(begin, "--from", settings.civil_zone),
        moment_of(until, "--to", settings.civil_zone),
    )
    if not 0 < end - start <= DAYS_MAX * DAY_MS:
        raise RecordingError(
            f"--from is not before --to, or more than {DAYS_MAX} days.", "Correct one of them."
        )
    in_force = rules_in_force(settings)
    candidates = [] if rule is None else [one for one in rules_at(rule, in_force) if one.kind == "state"]
    found = what_if(
        settings, candidates, (start, end), edition=None if edition is None else _edition(edition)
    )
    if output == "json":
        print(json.dumps(as_json(found, operators), ensure_ascii=False, sort_keys=True))
        return
    console = for_tables()
    _changes(console, in_force, candidates)
    _summary(console, found, operators)
    _details(
        console,
        found,
        lambda ms: f"{datetime.fromtimestamp(ms / 1000, UTC).astimezone(settings.civil_zone):%m-%d %H:%M}",
    )


def _edition(text: str) -> tuple[str, Edition]:
    name, equals, named = text.partition("=")
    if not equals:
        raise RecordingError(
            f"--edition {text} names no edition.", "Write INDICATOR=EDITION, as air.aqi_hourly=HJ-633-2026."
        )
    declared = indicator_named(name)
    try:
        return declared.id, declared.edition_named(named)
    except LookupError as error:
        raise RecordingError(f"{error.args[0]}.", f"`citybrain catalog {declared.id}` says more.") from error


def as_json(found: Comparison, operators: int) -> dict[str, Any]:
    """The comparison as plain data; times are epoch milliseconds."""
    return {
        "begin": found.begin_ms,
        "end": found.end_ms,
        "before": _told(found, found.before, operators),
        "after": _told(found, found.after, operators),
        "gained": [asdict(one) for one in found.gained],
        "lost": [asdict(one) for one in found.lost],
        "kept": [
            {**asdict(pair.after), "minutes_later": pair.minutes_later, "level_before": pair.before.level}
            for pair in found.kept
        ],
    }


def _told(found: Comparison, told: Told, operators: int) -> dict[str, Any]:
    return {
        "alerts": len(told.raised),
        "flaps_a_day": round(told.flaps / found.days, 3),
        "alarms": told.load.alarms,
        "alarms_per_operator_hour": round(told.load.per_operator_hour(found.hours, operators), 3),
        "standing": told.load.standing,
    }


def _changes(console: Console, in_force: Sequence[Rule], candidates: Sequence[Rule]) -> None:
    for difference in differences(in_force, candidates, whole=False):
        console.print(f"[bold]{difference.rule_id}[/] {difference.word}")
        for line in difference.lines:
            console.print(f"  {line}", markup=False)


def _summary(console: Console, found: Comparison, operators: int) -> None:
    table = Table(title=f"{found.days:g} days of kept history")
    for heading in ("", "in force", "tried out"):
        table.add_column(heading, justify="left" if not heading else "right")
    before, after = (_told(found, told, operators) for told in (found.before, found.after))
    for name in before:
        table.add_row(name.replace("_", " "), f"{before[name]:g}", f"{after[name]:g}")
    console.print(table)
    moved = [pair for pair in found.kept if pair.minutes_later]
    earlier = [-pair.minutes_later for pair in moved if pair.minutes_later < 0]
    later = [pair.minutes_later for pair in moved if pair.minutes_later > 0]
    console.print(
        f"{len(found.gained)} alerts gained, {len(found.lost)} lost, {len(found.kept)} in both: "
        f"{_mean(earlier)} earlier, {_mean(later)} later."
    )


def _mean(minutes: Sequence[float]) -> str:
    return f"{len(minutes)} by {sum(minutes) / len(minutes):.0f} min" if minutes else "none"


def _details(console: Console, found: Comparison, shown: Callable[[int], str]) -> None:
    rows = [
        *(("gained", one, "") for one in found.gained),
        *(("lost", one, "") for one in found.lost),
        *(
            ("moved", pair.after, _moved(pair.minutes_later, pair.before, pair.after))
            for pair in found.kept
            if pair.differs
        ),
    ]
    if not rows:
        console.print("Every alert is the same.")
        return
    table = Table()
    for heading in ("", "rule", "entity", "raised", "cleared", "level", "otherwise"):
        table.add_column(heading, no_wrap=True)
    for word, one, otherwise in rows[:SHOWN]:
        ended = "stands" if one.cleared_at is None else shown(one.cleared_at)
        table.add_row(
            word, one.rule_id, one.entity_id, shown(one.raised_at), ended, LEVELS[one.level].roman, otherwise
        )
    console.print(table)
    if len(rows) > SHOWN:
        console.print(f"The first {SHOWN} of {len(rows)} are shown; --format json gives all.")


def _moved(minutes: float, before: Raised, after: Raised) -> str:
    said = []
    if minutes:
        said.append(f"{abs(minutes):.0f} min {'later' if minutes > 0 else 'earlier'}")
    if before.level != after.level:
        said.append(f"level {LEVELS[before.level].roman} before")
    if before.cleared_at != after.cleared_at:
        said.append("ends otherwise")
    return ", ".join(said)
