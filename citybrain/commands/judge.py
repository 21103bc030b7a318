"""`citybrain judge`: kept statistics under another edition of a standard, beside what was published."""

import csv
import json
import sys
from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

import typer
from rich.table import Table

from citybrain.commands.console import for_tables
from citybrain.commands.times import moment_of
from citybrain.rejudge import Comparison, Verdict, rejudged
from citybrain.settings import Settings
from feeds.recording import RecordingError
from indicators.catalog import INDICATORS, Indicator
from indicators.grades import colour_of
from streams.catalog import SYSTEMS

ROWS_SHOWN = 40


def judge(
    *,
    indicator: Annotated[str, typer.Option(help="Its id, as air.aqi_hourly; aqi-hourly will do.")],
    edition: Annotated[
        str,
        typer.Option(help="A standard's edition, as HJ-633-2012 or HJ-633-2012/text; `catalog` lists them."),
    ],
    begin: Annotated[
        str, typer.Option("--from", help="First window: ISO 8601, civil time without an offset; or now.")
    ],
    until: Annotated[str, typer.Option("--to", help="End, excluded; as --from.")],
    entity: Annotated[str | None, typer.Option(help="Only this station, district or city.")] = None,
    changed: Annotated[
        bool, typer.Option("--changed", help="Only windows with another value or grade.")
    ] = False,
    output: Annotated[
        Literal["pretty", "csv", "json"], typer.Option("--format", help="How to show it.")
    ] = "pretty",
) -> None:
    """Judge kept statistics again under another edition, beside what was published; nothing is overwritten."""
    declared = indicator_named(indicator)
    if declared.system not in SYSTEMS:
        raise RecordingError(
            f"{declared.id} is put together from other indicators, not judged from statistics of its own.",
            "Judge its parts again.",
        )
    settings = Settings()
    start, end = (
        moment_of(begin, "--from", settings.civil_zone),
        moment_of(until, "--to", settings.civil_zone),
    )
    if start >= end:
        raise RecordingError("--from is not before --to.", "Swap them, or give a later --to.")
    try:
        chosen = declared.edition_named(edition)
    except LookupError as error:
        raise RecordingError(f"{error.args[0]}.", f"`citybrain catalog {declared.id}` says more.") from error
    found = [
        comparison
        for comparison in rejudged(settings, declared, chosen, start, end)
        if (entity is None or comparison.entity_id == entity) and (comparison.differs or not changed)
    ]
    if output == "pretty":
        _pretty(declared, found, settings)
    elif output == "csv":
        _csv(found)
    else:
        print(json.dumps([_flat(comparison) for comparison in found], ensure_ascii=False))


def indicator_named(name: str) -> Indicator:
    """The indicator that people mean by an id, or by the end of one. Raises RecordingError."""
    plain = name.replace("-", "_").casefold()
    found = [known for known in INDICATORS.values() if plain in {known.id, known.id.partition(".")[2]}]
    if len(found) == 1:
        return found[0]
    raise RecordingError(
        f"{name} is no indicator."
        if not found
        else f"{name} may be any of {', '.join(i.id for i in found)}.",
        "`citybrain catalog` lists them.",
    )


def _pretty(declared: Indicator, found: list[Comparison], settings: Settings) -> None:
    console = for_tables()
    if not found:
        console.print(f"No statistics of {declared.id} in this time; `citybrain replay` or wait.")
        return
    table = Table(title=f"{declared.id} {declared.name_zh}: as published, and judged again")
    for heading in ("entity", "window", "published", "by", "judged again", "by", "primary"):
        table.add_column(heading, no_wrap=True)
    for comparison in found[:ROWS_SHOWN]:
        start = datetime.fromtimestamp(comparison.window_start / 1000, UTC).astimezone(settings.civil_zone)
        before = comparison.published
        table.add_row(
            comparison.entity_id,
            f"{start:%Y-%m-%d %H:%M}",
            _shown(before),
            before.edition if before else "",
            _shown(comparison.again),
            comparison.again.edition,
            comparison.again.primary,
            style="bold" if comparison.differs else None,
        )
    console.print(table)
    differing = sum(comparison.differs for comparison in found)
    more = f" The first {ROWS_SHOWN} are shown; --format csv gives all." if len(found) > ROWS_SHOWN else ""
    console.print(f"{len(found):,} windows, {differing:,} with another value or grade.{more}")


def _shown(verdict: Verdict | None) -> str:
    if verdict is None:
        return "not published"
    if verdict.value is None:
        return verdict.validity
    value = f"{verdict.value:,.6g}"
    return f"{value} [{colour_of(verdict.grade)}]■[/] {verdict.grade}" if verdict.grade else value


def _csv(found: Iterable[Comparison]) -> None:
    rows = [_flat(comparison) for comparison in found]
    if rows:
        writer = csv.DictWriter(sys.stdout, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _flat(comparison: Comparison) -> dict[str, Any]:
    nothing = dict.fromkeys(asdict(comparison.again))
    before = asdict(comparison.published) if comparison.published else nothing
    return {
        "window_start": datetime.fromtimestamp(comparison.window_start / 1000, UTC).isoformat(),
        "entity_type": comparison.entity_type,
        "entity_id": comparison.entity_id,
        **{f"published_{name}": value for name, value in before.items()},
        **{f"again_{name}": value for name, value in asdict(comparison.again).items()},
        "differs": comparison.differs,
    }
