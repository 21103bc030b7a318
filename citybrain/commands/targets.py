"""`citybrain targets`: what the city has set out to reach, and how it stands."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

import typer
from rich.table import Table

from citybrain.commands.console import for_tables
from citybrain.settings import Settings
from citybrain.waiting import query

# The newest whole day says more than the newest hour; an hour stands in until there is a day.
_NEWEST = """
SELECT indicator_id, entity_id, window_start, value, details FROM indicators
WHERE entity_type = 'city' AND finality IN ('final', 'restated')
  AND (indicator_id, entity_id, window_start) IN (
    SELECT indicator_id, entity_id, max(window_start) FROM indicators
    WHERE entity_type = 'city' AND finality IN ('final', 'restated') AND value IS NOT NULL
    GROUP BY indicator_id, entity_id
  )
ORDER BY indicator_id, entity_id
"""
_DAYS = """
SELECT countIf(details['target_status.{target}'] = 'met') AS met, count() AS days FROM indicators
WHERE indicator_id = '{indicator}_daily' AND entity_id = '{city}' AND entity_type = 'city'
  AND finality IN ('final', 'restated') AND value IS NOT NULL AND toYear(window_start) = {year}
"""
_COLOURS = {"met": "green", "on_track": "cyan", "behind": "red", "no_baseline": "yellow", "no_data": "dim"}


def targets(
    *,
    output: Annotated[Literal["pretty", "json"], typer.Option("--format", help="How to show it.")] = "pretty",
) -> None:
    """Show the city's targets: what is wanted, how the newest day stands, and who answers for it."""
    settings = Settings()
    standing = _standing(settings)
    if output == "json":
        print(json.dumps(standing, ensure_ascii=False))
        return
    console = for_tables()
    if not standing:
        console.print("No targets are declared yet; is the line up? `citybrain up`")
        return
    table = Table(title="Targets of the city")
    for heading in ("target", "name", "wanted", "now", "status", "attained", "as of", "days met", "owner"):
        table.add_column(heading, no_wrap=heading in {"target", "wanted", "status", "as of"})
    for row in standing:
        table.add_row(
            row["target_id"],
            row["name_zh"],
            row["wanted"],
            "" if row["value"] is None else f"{row['value']:.4g}",
            f"[{_COLOURS[row['status']]}]{row['status']}[/]",
            "" if row["attainment"] is None else f"{row['attainment']:.1%}",
            row["as_of"] or "",
            f"{row['days_met']} of {row['days']}" if row["days"] else "",
            row["owner_department"],
        )
    console.print(table)


def _standing(settings: Settings) -> list[dict[str, Any]]:
    newest = {row["indicator_id"]: row for row in query(settings, _NEWEST)}
    return [
        _one(settings, declared, newest)
        for declared in query(settings, "SELECT * FROM target_catalog ORDER BY target_id")
    ]


def _one(
    settings: Settings, declared: Mapping[str, Any], newest: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    id_, indicator = declared["target_id"], declared["indicator_id"]
    due = f" by {declared['due_year']}" if declared["due_year"] else ""
    found: dict[str, Any] = {
        "target_id": id_,
        "indicator_id": indicator,
        "name_zh": declared["name_zh"],
        "name_en": declared["name_en"],
        "wanted": f"{declared['comparator']} {float(declared['target']):g}{due}",
        "owner_department": declared["owner_department"],
        "value": None,
        "status": "no_baseline"
        if declared["kind"] != "level" and declared["baseline"] is None
        else "no_data",
        "attainment": None,
        "as_of": None,
        "days_met": 0,
        "days": 0,
    }
    row = newest.get(f"{indicator}_daily") or newest.get(indicator)
    if row is None or f"target_status.{id_}" not in row["details"]:
        return found
    start = datetime.fromisoformat(row["window_start"]).replace(tzinfo=UTC).astimezone(settings.civil_zone)
    attained = row["details"].get(f"target_attainment.{id_}")
    sql = _DAYS.format(target=id_, indicator=indicator, city=row["entity_id"], year=start.year)
    (days,) = query(settings, sql)
    whole_day = row["indicator_id"] != indicator
    return {
        **found,
        "value": float(row["value"]),
        "status": row["details"][f"target_status.{id_}"],
        "attainment": None if attained is None else float(attained),
        "as_of": f"{start:%Y-%m-%d}" if whole_day else f"{start:%Y-%m-%d %H:%M}",
        "days_met": int(days["met"]),
        "days": int(days["days"]),
    }
